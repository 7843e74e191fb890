/* db_group.c - asks about many items at once: one question instead of one for each. */
#include "platform/db_group.h"
#include "platform/db_part.h"

#include <string.h>

enum { AT_ONCE = 32 };

/* (which, first, second): what is left over is null, and null is equal to nothing. */
#define PAIRS                                                                           \
    "(0, ?1, ?2), (1, ?3, ?4), (2, ?5, ?6), (3, ?7, ?8), (4, ?9, ?10), (5, ?11, ?12), " \
    "(6, ?13, ?14), (7, ?15, ?16), (8, ?17, ?18), (9, ?19, ?20), (10, ?21, ?22), (11, " \
    "?23, ?24), (12, ?25, ?26), (13, ?27, ?28), (14, ?29, ?30), (15, ?31, ?32), (16, "  \
    "?33, ?34), (17, ?35, ?36), (18, ?37, ?38), (19, ?39, ?40), (20, ?41, ?42), (21, "  \
    "?43, ?44), (22, ?45, ?46), (23, ?47, ?48), (24, ?49, ?50), (25, ?51, ?52), (26, "  \
    "?53, ?54), (27, ?55, ?56), (28, ?57, ?58), (29, ?59, ?60), (30, ?61, ?62), (31, "  \
    "?63, ?64)"
#define NAMES                                                                           \
    "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, " \
    "?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32"

/* The firsts of PAIRS. */
#define FIRSTS                                                                         \
    "?1, ?3, ?5, ?7, ?9, ?11, ?13, ?15, ?17, ?19, ?21, ?23, ?25, ?27, ?29, ?31, ?33, " \
    "?35, ?37, ?39, ?41, ?43, ?45, ?47, ?49, ?51, ?53, ?55, ?57, ?59, ?61, ?63"

static struct db_value text_of(const char *s)
{
    return (struct db_value){ .kind = 't', .null = !s, .p = s, .n = s ? strlen(s) : 0 };
}

static struct db_rows *ask_pairs(struct db *db, const char *sql, const struct db_pair *p, int n)
{
    struct db_value v[2 * AT_ONCE];
    for (int i = 0; i < AT_ONCE; i++) {
        v[2 * i] = text_of(i < n ? p[i].terminal : NULL);
        v[2 * i + 1] = text_of(i < n ? p[i].id : NULL);
    }
    return db_ask_values(db, sql, DB_FEW, v, 2 * AT_ONCE);
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

enum err db_nonces_known(struct db *db, const struct db_pair *p, int count, bool *out)
{
    enum err e = OK;
    memset(out, 0, sizeof *out * (size_t)count);
    for (int at = 0; at < count && e == OK; at += AT_ONCE) {
        struct db_rows *r = ask_pairs(db,
                                      "SELECT w.column1 FROM (VALUES " PAIRS ") AS w JOIN nonce x"
                                      " ON x.terminal = w.column2 AND x.nonce = w.column3",
                                      p + at, least(count - at, AT_ONCE));
        while ((e = db_next(db, r)) == OK)
            out[at + db_int(r, 0)] = true;
        e = e == ERR_NOT_FOUND ? OK : e;
    }
    return e;
}

enum err db_nonce_put(struct db *db, const struct db_pair *p, int64_t at_ms)
{
    return db_put(db, "INSERT INTO nonce(terminal, nonce, at) VALUES(?1, ?2, ?3)", "tti",
                  p->terminal, p->id, at_ms);
}

enum err db_inbox_known(struct db *db, const struct db_pair *p, int count, struct inbox_row *out)
{
    enum err e = OK;
    for (int i = 0; i < count; i++)
        out[i].box_hash[0] = '\0';
    for (int at = 0; at < count && e == OK; at += AT_ONCE) {
        struct db_rows *r =
            ask_pairs(db,
                      "SELECT w.column1, x.box_hash, x.ref, x.why FROM (VALUES " PAIRS ") AS w"
                      " JOIN inbox x ON x.terminal = w.column2 AND x.id = w.column3",
                      p + at, least(count - at, AT_ONCE));
        while ((e = db_next(db, r)) == OK) {
            struct inbox_row *row = &out[at + db_int(r, 0)];
            db_text(r, 1, row->box_hash, sizeof row->box_hash);
            db_text(r, 2, row->ref, sizeof row->ref);
            db_text(r, 3, row->why, sizeof row->why);
        }
        e = e == ERR_NOT_FOUND ? OK : e;
    }
    return e;
}

/* "+ 0": by the person, not through all cases from the first on. */
static struct db_rows *ask_open(struct db *db, const struct db_wish *w, int n)
{
    struct db_value v[2 * AT_ONCE];
    for (int i = 0; i < AT_ONCE; i++) {
        const unsigned char *person = i < n ? w[i].person : NULL;
        v[2 * i] = (struct db_value){
            .kind = 'b', .null = !person, .p = person, .n = person ? CRYPTO_MAC : 0
        };
        v[2 * i + 1] = text_of(i < n ? w[i].service : NULL);
    }
    return db_ask_values(db,
                         "SELECT w.column1, (SELECT x.ref FROM cases x WHERE x.person = w.column2"
                         " AND x.service = w.column3 AND x.state = 'received' ORDER BY x.no + 0"
                         " LIMIT 1) FROM (VALUES " PAIRS ") AS w",
                         DB_FEW, v, 2 * AT_ONCE);
}

enum err db_cases_open(struct db *db, const struct db_wish *w, int count,
                       char (*out_ref)[WIRE_NAME_MAX])
{
    enum err e = OK;
    for (int at = 0; at < count && e == OK; at += AT_ONCE) {
        int n = least(count - at, AT_ONCE);
        struct db_rows *r = ask_open(db, w + at, n);
        while ((e = db_next(db, r)) == OK)
            if (db_int(r, 0) < n)
                db_text(r, 1, out_ref[at + db_int(r, 0)], WIRE_NAME_MAX);
        e = e == ERR_NOT_FOUND ? OK : e;
    }
    return e;
}

static void found_terminal(struct db_rows *r, struct db_seen *const *t, int n)
{
    char name[WIRE_NAME_MAX];
    db_text(r, 0, name, sizeof name);
    for (int i = 0; i < n; i++)
        if (strcmp(t[i]->name, name) == 0) {
            t[i]->revoked = db_int(r, 1) != 0;
            t[i]->last_n = db_int(r, 2);
        }
}

enum err db_terminals_seen(struct db *db, struct db_seen *const *t, int count)
{
    enum err e = OK;
    for (int i = 0; i < count; i++)
        t[i]->revoked = true; /* who is not there may nothing */
    for (int at = 0; at < count && e == OK; at += AT_ONCE) {
        int n = least(count - at, AT_ONCE);
        struct db_value v[AT_ONCE];
        for (int i = 0; i < AT_ONCE; i++)
            v[i] = text_of(i < n ? t[at + i]->name : NULL);
        struct db_rows *r = db_ask_values(
            db, "SELECT name, revoked, last_n FROM terminal WHERE name IN (" NAMES ")", DB_FEW, v,
            AT_ONCE);
        while ((e = db_next(db, r)) == OK)
            found_terminal(r, t + at, n);
        e = e == ERR_NOT_FOUND ? OK : e;
    }
    return e;
}

enum err db_terminals_saw(struct db *db, struct db_seen *const *t, int count)
{
    enum err e = OK;
    for (int at = 0; at < count && e == OK; at += AT_ONCE) {
        int n = least(count - at, AT_ONCE);
        struct db_value v[2 * AT_ONCE];
        for (int i = 0; i < AT_ONCE; i++) {
            v[2 * i] = text_of(i < n ? t[at + i]->name : NULL);
            v[2 * i + 1] = (struct db_value){ .kind = 'i', .i = i < n ? t[at + i]->last_n : 0 };
        }
        struct db_rows *r = db_ask_values(
            db,
            "UPDATE terminal SET last_n = (SELECT max(w.column3) FROM (VALUES " PAIRS ") AS w"
            " WHERE w.column2 = terminal.name) WHERE name IN (" FIRSTS ")",
            DB_FEW, v, 2 * AT_ONCE);
        e = db_next(db, r);
        e = e == ERR_NOT_FOUND ? OK : e;
    }
    return e;
}
