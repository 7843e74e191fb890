/* db_blob.c - photographed papers in the database: named by a case, filled part by part.
 *
 * In the database and not in files beside it: a part and how far it is are one commit, and a backup
 * has them. */
#include "platform/db_blob.h"

#include "platform/db_part.h"

const char db_blob_tables[] =
    "CREATE TABLE IF NOT EXISTS blob(terminal TEXT NOT NULL, hash TEXT NOT NULL, ref TEXT NOT NULL,"
    " no INTEGER NOT NULL, bytes INTEGER NOT NULL, kid TEXT NOT NULL, have INTEGER NOT NULL,"
    " done_at INTEGER NOT NULL, touched INTEGER NOT NULL, PRIMARY KEY(terminal, hash)) STRICT;"
    "CREATE INDEX IF NOT EXISTS blob_ref ON blob(ref, no);"
    "CREATE INDEX IF NOT EXISTS blob_open ON blob(done_at, touched);"
    "CREATE TABLE IF NOT EXISTS blob_part(terminal TEXT NOT NULL, hash TEXT NOT NULL,"
    " off INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY(terminal, hash, off)) STRICT;";

#define BLOB "SELECT terminal, ref, hash, bytes, kid, no, have, done_at FROM blob "

static void read_blob(struct db_rows *st, struct blob_row *out)
{
    *out =
        (struct blob_row){ .no = db_int(st, 5), .have = db_int(st, 6), .done_ms = db_int(st, 7) };
    db_text(st, 0, out->terminal, sizeof out->terminal);
    db_text(st, 1, out->ref, sizeof out->ref);
    db_text(st, 2, out->page.hash, sizeof out->page.hash);
    out->page.bytes = db_int(st, 3);
    db_text(st, 4, out->page.kid, sizeof out->page.kid);
}

enum err db_blob_name(struct db *db, const struct blob_row *b, int64_t now_ms)
{
    return db_do(db,
                 "INSERT INTO blob(terminal, hash, ref, no, bytes, kid, have, done_at, touched) "
                 "VALUES(?1, ?2, ?3, ?4, ?5, ?6, 0, 0, ?7) ON CONFLICT DO NOTHING",
                 "tttiiti", b->terminal, b->page.hash, b->ref, b->no, b->page.bytes, b->page.kid,
                 now_ms);
}

enum err db_blob_find(struct db *db, const char *terminal, const char *hash, struct blob_row *out)
{
    struct db_rows *st = db_ask(db, BLOB "WHERE terminal = ?1 AND hash = ?2", "tt", terminal, hash);
    enum err e = db_next(db, st);
    if (e != OK)
        return e;
    read_blob(st, out);
    db_end(st);
    return OK;
}

enum err db_blob_add(struct db *db, const struct blob_row *b, const void *data, size_t n,
                     int64_t now_ms)
{
    enum err e =
        db_do(db, "INSERT INTO blob_part(terminal, hash, off, data) VALUES(?1, ?2, ?3, ?4)", "ttib",
              b->terminal, b->page.hash, b->have, data, n);
    if (e == OK)
        e = db_do(db,
                  "UPDATE blob SET have = have + ?3, touched = ?4"
                  " WHERE terminal = ?1 AND hash = ?2",
                  "ttii", b->terminal, b->page.hash, (int64_t)n, now_ms);
    return e;
}

enum err db_blob_whole(struct db *db, const struct blob_row *b, int64_t now_ms)
{
    return db_do(db, "UPDATE blob SET done_at = ?3 WHERE terminal = ?1 AND hash = ?2", "tti",
                 b->terminal, b->page.hash, now_ms);
}

enum err db_blob_drop(struct db *db, const struct blob_row *b)
{
    enum err e = db_do(db, "DELETE FROM blob_part WHERE terminal = ?1 AND hash = ?2", "tt",
                       b->terminal, b->page.hash);
    if (e == OK)
        e = db_do(db, "UPDATE blob SET have = 0 WHERE terminal = ?1 AND hash = ?2", "tt",
                  b->terminal, b->page.hash);
    return e;
}

enum err db_blob_forget(struct db *db, int64_t since_ms)
{
    struct blob_row b;
    struct db_rows *st =
        db_ask(db, BLOB "WHERE done_at = 0 AND touched < ?1 AND have > 0 LIMIT 1", "i", since_ms);
    enum err e = db_next(db, st);
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    read_blob(st, &b);
    db_end(st);
    return db_blob_drop(db, &b);
}

enum err db_blob_unfinished(struct db *db, const char *terminal, int64_t *out)
{
    struct db_rows *st =
        db_ask(db, "SELECT coalesce(sum(have), 0) FROM blob WHERE done_at = 0 AND terminal = ?1",
               "t", terminal);
    enum err e = db_next(db, st);
    if (e != OK)
        return e;
    *out = db_int(st, 0);
    db_end(st);
    return OK;
}

enum err db_blob_read(struct db *db, const struct blob_row *b, db_blob_bytes *visit, void *ctx)
{
    struct db_rows *st =
        db_ask(db, "SELECT data FROM blob_part WHERE terminal = ?1 AND hash = ?2 ORDER BY off",
               "tt", b->terminal, b->page.hash);
    enum err e;
    while ((e = db_next(db, st)) == OK) {
        size_t n = 0;
        const void *data = db_bytes(st, 0, &n);
        e = visit(ctx, data, n);
        if (e != OK)
            break;
    }
    db_end(st);
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err db_blobs_of(struct db *db, const char *ref, db_blob_visit *visit, void *ctx)
{
    struct db_rows *st = db_ask(db, BLOB "WHERE ref = ?1 ORDER BY no", "t", ref);
    struct blob_row b;
    enum err e;
    while ((e = db_next(db, st)) == OK) {
        read_blob(st, &b);
        e = visit(ctx, &b);
        if (e != OK)
            break;
    }
    db_end(st);
    return e == ERR_NOT_FOUND ? OK : e;
}
