/* db_desk.c - lists of cases by what a clerk looks for, and what the audit says of one. */
#include "platform/db_desk.h"
#include "platform/db_part.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define WAITS "c.state IN ('received', 'asked', 'accepted')"

static void read_row(struct db_rows *st, struct desk_row *r)
{
    *r = (struct desk_row){ .received_ms = db_int(st, 6),
                            .decided_ms = db_int(st, 7),
                            .promised_day = db_int(st, 8),
                            .legal_day = db_int(st, 9),
                            .total = db_int(st, 10) };
    db_text(st, 0, r->ref, sizeof r->ref);
    db_text(st, 1, r->receipt, sizeof r->receipt);
    db_text(st, 2, r->service_name, sizeof r->service_name);
    db_text(st, 3, r->terminal, sizeof r->terminal);
    db_text(st, 4, r->state, sizeof r->state);
    db_text(st, 5, r->duplicate_of, sizeof r->duplicate_of);
}

static struct db_rows *ask(struct db *db, const struct desk_filter *f)
{
    return db_ask(
        db,
        "SELECT c.ref, c.receipt, c.service_name, c.terminal, c.state, c.duplicate_of,"
        " c.received_at, c.decided_at, coalesce(d.promised, 0), coalesce(d.legal, 0),"
        " count(*) OVER ()"
        " FROM cases c LEFT JOIN case_day d ON d.ref = c.ref"
        " WHERE (?1 = '' OR c.state = ?1 OR (?1 = 'open' AND c.state IN ('received', 'asked')))"
        " AND (?2 = '' OR c.service = ?2) AND (?3 = '' OR c.terminal = ?3)"
        " AND (?4 = '' OR c.ref = ?4 OR c.receipt = ?4)"
        " AND (?5 = 0 OR (" WAITS " AND d.promised > 0 AND d.promised <= ?5))"
        " ORDER BY CASE WHEN c.state IN ('received', 'asked') THEN 0 WHEN c.state = 'accepted'"
        " THEN 1 ELSE 2 END, CASE WHEN NOT " WAITS " THEN 0 WHEN coalesce(d.promised, 0) = 0 THEN"
        " 9999999 ELSE d.promised END, c.no DESC LIMIT ?7 OFFSET ?6",
        "ttttiii", f->state, f->service, f->terminal, f->ref, f->due_day, f->from, f->count);
}

enum err db_desk(struct db *db, const struct desk_filter *f, db_desk_visit *visit, void *ctx)
{
    struct db_rows *st = ask(db, f);
    struct desk_row r;
    enum err e;
    while ((e = db_next(db, st)) == OK) {
        read_row(st, &r);
        e = visit(ctx, &r);
        if (e != OK)
            break;
    }
    db_end(st);
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err db_desk_services(struct db *db, db_pair_visit *visit, void *ctx)
{
    struct db_rows *st = db_ask(db,
                                "SELECT service, max(service_name) FROM cases GROUP BY service"
                                " ORDER BY service LIMIT 500",
                                "");
    char id[64], name[192];
    enum err e;
    while ((e = db_next(db, st)) == OK) {
        db_text(st, 0, id, sizeof id);
        db_text(st, 1, name, sizeof name);
        e = visit(ctx, id, name);
        if (e != OK)
            break;
    }
    db_end(st);
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err walk(struct db *db, struct db_rows *st, const char *ref, db_audit_visit *visit,
                     void *ctx)
{
    enum err e;
    while ((e = db_next(db, st)) == OK) {
        struct audit_entry a = { .n = db_int(st, 0), .at_ms = db_int(st, 1) };
        db_text(st, 2, a.who, sizeof a.who);
        db_text(st, 3, a.what, sizeof a.what);
        const char *there = strstr(a.what, ref);
        if (there && isdigit((unsigned char)there[strlen(ref)]) && *ref)
            continue; /* the beginning of a longer number */
        e = visit(ctx, &a);
        if (e != OK)
            break;
    }
    db_end(st);
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err one(struct db *db, struct db_rows *st, int64_t *out)
{
    enum err e = db_next(db, st);
    if (e == OK)
        *out = db_int(st, 0);
    db_end(st);
    return e;
}

/* The first line at this time or later: the chain is in order of time, so it is halved instead of
 * being read from its beginning. */
static enum err first_since(struct db *db, int64_t at_ms, int64_t *out)
{
    int64_t lo = 1, hi = 0, at = 0;
    enum err e = one(db, db_ask(db, "SELECT coalesce(max(n), 0) FROM audit", ""), &hi);
    while (e == OK && lo < hi) {
        int64_t mid = lo + (hi - lo) / 2;
        e = one(db, db_ask(db, "SELECT at FROM audit WHERE n = ?1", "i", mid), &at);
        if (at < at_ms)
            lo = mid + 1;
        else
            hi = mid;
    }
    *out = lo;
    return e;
}

enum err db_audit_of(struct db *db, const char *ref, int64_t since_ms, db_audit_visit *visit,
                     void *ctx)
{
    int64_t from = 0;
    char like[WIRE_NAME_MAX + 2];
    snprintf(like, sizeof like, "%%%s%%", ref);
    enum err e = first_since(db, since_ms, &from);
    if (e != OK)
        return e;
    return walk(db,
                db_ask(db,
                       "SELECT n, at, who, what FROM audit WHERE n >= ?1 AND what LIKE ?2"
                       " ORDER BY n LIMIT 200",
                       "it", from, like),
                ref, visit, ctx);
}

enum err db_audit_last(struct db *db, int64_t count, db_audit_visit *visit, void *ctx)
{
    return walk(
        db, db_ask(db, "SELECT n, at, who, what FROM audit ORDER BY n DESC LIMIT ?1", "i", count),
        "", visit, ctx);
}
