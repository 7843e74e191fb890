/* db_inbox.c - terminals, the nonces of their requests, and the items they sent. */
#include "platform/db_case.h"
#include "platform/db_group.h"
#include "platform/db_part.h"

#include <string.h>

#define TERMINAL "SELECT name, item, line, revoked, added_at, last_n FROM terminal "

static enum err read_terminal(struct db_rows *st, struct terminal *out)
{
    struct terminal t = { .revoked = db_int(st, 3) != 0,
                          .added_ms = db_int(st, 4),
                          .last_n = db_int(st, 5) };
    db_text(st, 0, t.name, sizeof t.name);
    if (!db_blob(st, 1, t.item, sizeof t.item) || !db_blob(st, 2, t.line, sizeof t.line))
        return ERR_CORRUPT;
    *out = t;
    return OK;
}

static enum err one_terminal(struct db *db, struct db_rows *st, struct terminal *out)
{
    enum err e = db_next(db, st);
    if (e != OK)
        return e;
    e = read_terminal(st, out);
    db_end(st);
    return e;
}

enum err db_terminal_of_line(struct db *db, const unsigned char line[CRYPTO_PUB],
                             struct terminal *out)
{
    return one_terminal(db, db_ask(db, TERMINAL "WHERE line = ?1", "b", line, (size_t)CRYPTO_PUB),
                        out);
}

enum err db_terminal_find(struct db *db, const char *name, struct terminal *out)
{
    return one_terminal(db, db_ask(db, TERMINAL "WHERE name = ?1", "t", name), out);
}

enum err db_terminals(struct db *db, db_terminal_visit *visit, void *ctx)
{
    struct db_rows *st = db_ask(db, TERMINAL "ORDER BY name", "");
    struct terminal t;
    enum err e;
    while ((e = db_next(db, st)) == OK) {
        e = read_terminal(st, &t);
        if (e == OK)
            e = visit(ctx, &t);
        if (e != OK)
            break;
    }
    db_end(st);
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err db_terminal_add(struct db *db, const struct terminal *t)
{
    struct db_rows *st =
        db_ask(db, "SELECT 1 FROM terminal WHERE name = ?1 OR item = ?2 OR line = ?3", "tbb",
               t->name, t->item, sizeof t->item, t->line, sizeof t->line);
    enum err e = db_next(db, st);
    if (e == OK)
        db_end(st);
    if (e != ERR_NOT_FOUND)
        return e == OK ? ERR_BUSY : e;
    return db_do(db,
                 "INSERT INTO terminal(name, item, line, revoked, added_at, last_n) VALUES(?1, ?2, "
                 "?3, 0, ?4, 0)",
                 "tbbi", t->name, t->item, sizeof t->item, t->line, sizeof t->line, t->added_ms);
}

enum err db_terminal_revoke(struct db *db, const char *name)
{
    return db_do(db, "UPDATE terminal SET revoked = 1 WHERE name = ?1", "t", name);
}

enum err db_nonces_forget(struct db *db, int64_t before_ms)
{
    return db_do(db, "DELETE FROM nonce WHERE at < ?1", "i", before_ms);
}

enum err db_nonce_add(struct db *db, const char *terminal, const char *nonce, int64_t at_ms,
                      int64_t forget_ms)
{
    enum err e = db_nonces_forget(db, forget_ms);
    if (e == OK)
        e = db_do(
            db, "INSERT INTO nonce(terminal, nonce, at) VALUES(?1, ?2, ?3) ON CONFLICT DO NOTHING",
            "tti", terminal, nonce, at_ms);
    return e == OK && db_changed(db) == 0 ? ERR_REPLAYED : e;
}

enum err db_inbox_add(struct db *db, const char *terminal, const struct wire_item *item,
                      const struct inbox_row *row, int64_t received_ms)
{
    return db_put(db,
                  "INSERT INTO inbox(terminal, id, n, kind, at, suite, kid, box_hash, box, sig,"
                  " received_at, outcome, ref, why) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
                  " ?11, ?12, ?13, ?14)",
                  "ttititttbbittt", terminal, item->id, item->n, item->kind, item->at_ms,
                  item->suite, item->kid, row->box_hash, item->box, item->box_n, item->sig,
                  sizeof item->sig, received_ms, "accepted", row->ref, row->why);
}

enum err db_inbox_box(struct db *db, struct arena *a, const char *terminal, const char *id,
                      unsigned char **out_box, size_t *out_n)
{
    struct db_rows *st =
        db_ask(db, "SELECT box FROM inbox WHERE terminal = ?1 AND id = ?2", "tt", terminal, id);
    enum err e = db_next(db, st);
    if (e != OK)
        return e;
    size_t n = 0;
    const void *data = db_bytes(st, 0, &n);
    unsigned char *box = arena_alloc(a, n + 1);
    if (box && n > 0)
        memcpy(box, data, n);
    db_end(st);
    if (!box)
        return ERR_NOMEM;
    *out_box = box;
    *out_n = n;
    return OK;
}
