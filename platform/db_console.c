/* db_console.c - clerks' accounts and sessions, logins that failed, the last days of notices. */
#include "platform/db_console.h"
#include "platform/db_part.h"

#define CLERK "SELECT name, hash, roles, locked, added_at, changed_at FROM clerk "

static void read_clerk(struct db_rows *st, struct clerk *c)
{
    *c = (struct clerk){ .roles = (int)db_int(st, 2),
                         .locked = db_int(st, 3) != 0,
                         .added_ms = db_int(st, 4),
                         .changed_ms = db_int(st, 5) };
    db_text(st, 0, c->name, sizeof c->name);
    db_text(st, 1, c->hash, sizeof c->hash);
}

enum err db_clerk_get(struct db *db, const char *name, struct clerk *out)
{
    struct db_rows *st = db_ask(db, CLERK "WHERE name = ?1", "t", name);
    enum err e = db_next(db, st);
    if (e != OK)
        return e;
    read_clerk(st, out);
    db_end(st);
    return OK;
}

enum err db_clerk_put(struct db *db, const struct clerk *c)
{
    return db_do(db,
                 "INSERT INTO clerk(name, hash, roles, locked, added_at, changed_at)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(name) DO UPDATE"
                 " SET hash = ?2, roles = ?3, locked = ?4, changed_at = ?6",
                 "ttiiii", c->name, c->hash, (int64_t)c->roles, (int64_t)c->locked, c->added_ms,
                 c->changed_ms);
}

enum err db_clerks(struct db *db, db_clerk_visit *visit, void *ctx)
{
    struct db_rows *st = db_ask(db, CLERK "ORDER BY name", "");
    struct clerk c;
    enum err e;
    while ((e = db_next(db, st)) == OK) {
        read_clerk(st, &c);
        e = visit(ctx, &c);
        if (e != OK)
            break;
    }
    db_end(st);
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err db_session_add(struct db *db, const struct console_session *s)
{
    return db_do(db,
                 "INSERT INTO console_session(hash, clerk, begun_at, used_at)"
                 " VALUES(?1, ?2, ?3, ?4)",
                 "ttii", s->hash, s->clerk, s->begun_ms, s->used_ms);
}

enum err db_session_get(struct db *db, const char *hash, struct console_session *out)
{
    struct db_rows *st =
        db_ask(db, "SELECT hash, clerk, begun_at, used_at FROM console_session WHERE hash = ?1",
               "t", hash);
    enum err e = db_next(db, st);
    if (e != OK)
        return e;
    *out = (struct console_session){ .begun_ms = db_int(st, 2), .used_ms = db_int(st, 3) };
    db_text(st, 0, out->hash, sizeof out->hash);
    db_text(st, 1, out->clerk, sizeof out->clerk);
    db_end(st);
    return OK;
}

enum err db_session_used(struct db *db, const char *hash, int64_t now_ms)
{
    return db_do(db, "UPDATE console_session SET used_at = ?2 WHERE hash = ?1", "ti", hash, now_ms);
}

enum err db_session_end(struct db *db, const char *hash)
{
    return db_do(db, "DELETE FROM console_session WHERE hash = ?1", "t", hash);
}

enum err db_sessions_end(struct db *db, const char *clerk)
{
    return db_do(db, "DELETE FROM console_session WHERE clerk = ?1", "t", clerk);
}

enum err db_sessions_forget(struct db *db, int64_t begun_ms, int64_t used_ms)
{
    return db_do(db, "DELETE FROM console_session WHERE begun_at < ?1 OR used_at < ?2", "ii",
                 begun_ms, used_ms);
}

enum err db_try_get(struct db *db, const char *key, struct console_try *out)
{
    struct db_rows *st =
        db_ask(db, "SELECT fails, last_at FROM console_try WHERE key = ?1", "t", key);
    enum err e = db_next(db, st);
    *out = (struct console_try){ .fails = 0 };
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    *out = (struct console_try){ .fails = db_int(st, 0), .last_ms = db_int(st, 1) };
    db_end(st);
    return OK;
}

enum err db_try_put(struct db *db, const char *key, const struct console_try *t)
{
    return db_do(db,
                 "INSERT INTO console_try(key, fails, last_at)"
                 " VALUES(?1, ?2, ?3) ON CONFLICT(key) DO UPDATE"
                 " SET fails = ?2, last_at = ?3",
                 "tii", key, t->fails, t->last_ms);
}

enum err db_tries_forget(struct db *db, int64_t before_ms)
{
    return db_do(db, "DELETE FROM console_try WHERE last_at < ?1", "i", before_ms);
}

enum err db_notice_until_put(struct db *db, int64_t id, int64_t day)
{
    return db_do(db,
                 "INSERT INTO notice_until(id, day)"
                 " VALUES(?1, ?2) ON CONFLICT(id) DO UPDATE SET day = ?2",
                 "ii", id, day);
}

enum err db_notice_until_get(struct db *db, int64_t id, int64_t *out_day)
{
    struct db_rows *st = db_ask(db, "SELECT day FROM notice_until WHERE id = ?1", "i", id);
    enum err e = db_next(db, st);
    *out_day = e == OK ? db_int(st, 0) : 0;
    if (e == OK)
        db_end(st);
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err db_notice_until_drop(struct db *db, int64_t id)
{
    return db_do(db, "DELETE FROM notice_until WHERE id = ?1", "i", id);
}

enum err db_notices_over(struct db *db, int64_t today, int64_t *out_ids, int max, int *out_n)
{
    struct db_rows *st =
        db_ask(db, "SELECT id FROM notice_until WHERE day < ?1 ORDER BY id", "i", today);
    enum err e = OK;
    int n = 0;
    while (n < max && (e = db_next(db, st)) == OK)
        out_ids[n++] = db_int(st, 0);
    db_end(st);
    *out_n = n;
    return e == ERR_NOT_FOUND ? OK : e;
}
