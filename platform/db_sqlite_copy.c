/* db_sqlite_copy.c - the database read from outside, copied while it is used, and begun again. */
#include "platform/db_copy.h"
#include "platform/db_sqlite_part.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { READ_WAIT_MS = 1000 };

enum err db_open_read(const char *path, struct db **out)
{
    struct db *db = calloc(1, sizeof *db);
    if (!db)
        return ERR_NOMEM;
    if (access(path, R_OK) != 0) { /* not there yet is no fault to be logged */
        db_close(db);
        return ERR_NOT_FOUND;
    }
    enum err e =
        db_rc(db, sqlite3_open_v2(path, &db->sq, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL));
    if (e != OK) {
        db_close(db);
        return e;
    }
    sqlite3_busy_timeout(db->sq, READ_WAIT_MS);
    *out = db;
    return OK;
}

static enum err row_of(struct db *db, const char *sql, int64_t *const *out, int count)
{
    sqlite3_stmt *st = db_ask(db, sql, "");
    enum err e = db_next(db, st);
    if (e != OK)
        return e;
    for (int i = 0; i < count; i++)
        *out[i] = sqlite3_column_int64(st, i);
    sqlite3_reset(st);
    return OK;
}

enum err db_facts_read(struct db *db, struct db_facts *out)
{
    struct db_facts f;
    enum err e = row_of(db, "SELECT total(revoked = 0), total(revoked <> 0) FROM terminal",
                        (int64_t *[]){ &f.known, &f.revoked }, 2);
    if (e == OK)
        e = row_of(db,
                   "SELECT total(state = 'received'), total(state = 'accepted'),"
                   " total(state = 'returned') FROM cases",
                   (int64_t *[]){ &f.received, &f.accepted, &f.returned }, 3);
    if (e == OK)
        e = row_of(db,
                   "SELECT (SELECT count(*) FROM inbox), (SELECT coalesce(max(n), 0) FROM audit),"
                   " coalesce((SELECT value FROM meta WHERE key = 'index_n'), 0),"
                   " coalesce((SELECT value FROM meta WHERE key = 'backup_at'), 0)",
                   (int64_t *[]){ &f.items, &f.audit_n, &f.index_n, &f.backup_ms }, 4);
    if (e == OK)
        *out = f;
    return e;
}

static enum err no_damage(struct db *db)
{
    char said[64];
    sqlite3_stmt *st = db_ask(db, "PRAGMA integrity_check(1)", "");
    enum err e = db_next(db, st);
    if (e != OK)
        return e;
    db_text(st, 0, said, sizeof said);
    sqlite3_reset(st);
    return strcmp(said, "ok") == 0 ? OK : ERR_CORRUPT;
}

enum err db_sound(struct db *db)
{
    int have = 0, newest = 0;
    enum err e = db_version(db, &have, &newest);
    if (e == OK && (have < 1 || have > newest))
        e = ERR_TYPE;
    return e == OK ? no_damage(db) : e;
}

enum err db_copy(struct db *db, const char *path)
{
    enum err e = db_do(db, "VACUUM INTO ?1", "t", path);
    int fd = e == OK ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (e == OK && (fd < 0 || fsync(fd) != 0))
        e = ERR_IO;
    if (fd >= 0)
        close(fd);
    return e;
}

/* By more than all of them span, so that no number meets another on its way. */
static enum err states_ahead(struct db *db, int64_t ahead)
{
    int64_t newest = 0;
    enum err e = row_of(db, "SELECT coalesce(max(seq), 0) FROM cases", (int64_t *[]){ &newest }, 1);
    return e == OK ? db_do(db, "UPDATE cases SET seq = seq + ?1", "i", newest + ahead) : e;
}

enum err db_begin_again(struct db *db, int64_t ahead, const char *epoch)
{
    enum err e = states_ahead(db, ahead);
    if (e == OK)
        e = db_do(db, "UPDATE meta SET value = value + ?1 WHERE key = 'index_n'", "i", ahead);
    if (e == OK)
        e = db_do(db, "UPDATE meta SET value = ?1 WHERE key = 'epoch'", "t", epoch);
    if (e == OK)
        e = db_do(db, "UPDATE channel SET epoch = ?1", "t", epoch);
    return e == OK ? db_script(db, "DELETE FROM object; DELETE FROM challenge; DELETE FROM token;"
                                   "DELETE FROM meta WHERE key IN ('index', 'backup_at');")
                   : e;
}
