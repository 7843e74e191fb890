/* db_sqlite.c - the platform's memory in one SQLite file. */
#include "hal/base/log.h"
#include "platform/db_copy.h"
#include "platform/db_part.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEPT = 128, WAIT_MS = 10000, READ_WAIT_MS = 1000 };

struct db_rows {
    const char *sql; /* a literal: compared by its address */
    sqlite3_stmt *st;
};

/* Owner: db_open's caller; one thread. kept: statements made when first asked for. */
struct db {
    sqlite3 *sq;
    struct db_rows kept[KEPT];
    int kept_count;
};

static enum err rc_err(struct db *db, int rc)
{
    if (rc == SQLITE_OK || rc == SQLITE_DONE || rc == SQLITE_ROW)
        return OK;
    log_error("platform_db", "rc=%d text=%s", rc, sqlite3_errmsg(db->sq));
    switch (rc & 0xff) {
    case SQLITE_BUSY:
        return ERR_BUSY;
    case SQLITE_FULL:
        return ERR_FULL;
    case SQLITE_NOMEM:
        return ERR_NOMEM;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
        return ERR_READONLY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ERR_CORRUPT;
    default:
        return ERR_IO;
    }
}

enum err db_script(struct db *db, const char *text)
{
    return rc_err(db, sqlite3_exec(db->sq, text, NULL, NULL, NULL));
}

/* --- opening
 * -------------------------------------------------------------------------------------- */

static enum err open_file(const char *path, int flags, int wait_ms, struct db **out)
{
    struct db *db = calloc(1, sizeof *db);
    if (!db)
        return ERR_NOMEM;
    enum err e = rc_err(db, sqlite3_open_v2(path, &db->sq, flags | SQLITE_OPEN_NOMUTEX, NULL));
    if (e != OK) {
        db_close(db);
        return e;
    }
    sqlite3_busy_timeout(db->sq, wait_ms);
    *out = db;
    return OK;
}

enum err db_open(const char *path, struct db **out)
{
    struct db *db = NULL;
    enum err e = open_file(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, WAIT_MS, &db);
    if (e == OK)
        e = db_script(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                          "PRAGMA cache_size = -65536;");
    if (e == OK)
        e = db_migrate(db);
    if (e != OK) {
        db_close(db);
        return e;
    }
    *out = db;
    return OK;
}

enum err db_open_read(const char *path, struct db **out)
{
    if (access(path, R_OK) != 0) /* not there yet is no fault to be logged */
        return ERR_NOT_FOUND;
    return open_file(path, SQLITE_OPEN_READONLY, READ_WAIT_MS, out);
}

void db_close(struct db *db)
{
    if (!db)
        return;
    for (int i = 0; i < db->kept_count; i++)
        sqlite3_finalize(db->kept[i].st);
    sqlite3_close(db->sq);
    free(db);
}

/* --- transactions
 * --------------------------------------------------------------------------------- */

/* A row that was looked at keeps the database as it was then: a writer after another program's
 * change would be refused at once. */
static void let_go(struct db *db)
{
    for (int i = 0; i < db->kept_count; i++)
        db_end(&db->kept[i]);
}

enum err db_begin(struct db *db)
{
    let_go(db);
    return db_script(db, "BEGIN IMMEDIATE");
}

/* SQLite ends a transaction by itself on some errors; a commit after that would lie. */
enum err db_commit(struct db *db)
{
    let_go(db);
    return sqlite3_get_autocommit(db->sq) ? ERR_IO : db_script(db, "COMMIT");
}

void db_rollback(struct db *db)
{
    if (!sqlite3_get_autocommit(db->sq))
        sqlite3_exec(db->sq, "ROLLBACK", NULL, NULL, NULL);
}

/* --- statements
 * ----------------------------------------------------------------------------------- */

static struct db_rows *kept(struct db *db, const char *sql)
{
    for (int i = 0; i < db->kept_count; i++)
        if (db->kept[i].sql == sql)
            return &db->kept[i];
    if (db->kept_count == KEPT) {
        log_error("platform_db", "text=too_many_statements");
        return NULL;
    }
    struct db_rows *r = &db->kept[db->kept_count];
    if (rc_err(db, sqlite3_prepare_v3(db->sq, sql, -1, SQLITE_PREPARE_PERSISTENT, &r->st, NULL)) !=
        OK)
        return NULL;
    r->sql = sql;
    db->kept_count++;
    return r;
}

static struct db_rows *bind(struct db *db, const char *sql, const char *kinds, va_list ap)
{
    struct db_rows *r = kept(db, sql);
    if (!r)
        return NULL;
    sqlite3_reset(r->st);
    for (int i = 1; kinds[i - 1]; i++) {
        if (kinds[i - 1] == 'i') {
            sqlite3_bind_int64(r->st, i, va_arg(ap, int64_t));
        } else if (kinds[i - 1] == 't') {
            sqlite3_bind_text(r->st, i, va_arg(ap, const char *), -1, SQLITE_STATIC);
        } else {
            const void *data = va_arg(ap, const void *);
            sqlite3_bind_blob64(r->st, i, data, va_arg(ap, size_t), SQLITE_STATIC);
        }
    }
    return r;
}

struct db_rows *db_ask(struct db *db, const char *sql, const char *kinds, ...)
{
    va_list ap;
    va_start(ap, kinds);
    struct db_rows *r = bind(db, sql, kinds, ap);
    va_end(ap);
    return r;
}

enum err db_next(struct db *db, struct db_rows *r)
{
    if (!r)
        return ERR_IO;
    int rc = sqlite3_step(r->st);
    if (rc == SQLITE_ROW)
        return OK;
    enum err e = rc == SQLITE_DONE ? ERR_NOT_FOUND : rc_err(db, rc);
    db_end(r);
    return e;
}

void db_end(struct db_rows *r)
{
    if (r)
        sqlite3_reset(r->st);
}

enum err db_do(struct db *db, const char *sql, const char *kinds, ...)
{
    va_list ap;
    va_start(ap, kinds);
    struct db_rows *r = bind(db, sql, kinds, ap);
    va_end(ap);
    enum err e = db_next(db, r);
    if (e == OK)
        db_end(r);
    return e == ERR_NOT_FOUND ? OK : e;
}

int db_changed(struct db *db)
{
    return sqlite3_changes(db->sq);
}

/* --- columns
 * -------------------------------------------------------------------------------------- */

int64_t db_int(struct db_rows *r, int column)
{
    return sqlite3_column_int64(r->st, column);
}

const char *db_str(struct db_rows *r, int column)
{
    return (const char *)sqlite3_column_text(r->st, column);
}

const void *db_bytes(struct db_rows *r, int column, size_t *out_n)
{
    const void *data = sqlite3_column_blob(r->st, column);
    *out_n = (size_t)sqlite3_column_bytes(r->st, column);
    return data;
}

bool db_null(struct db_rows *r, int column)
{
    return sqlite3_column_type(r->st, column) == SQLITE_NULL;
}

void db_text(struct db_rows *r, int column, char *out, size_t cap)
{
    const char *s = db_str(r, column);
    snprintf(out, cap, "%s", s ? s : "");
}

bool db_blob(struct db_rows *r, int column, void *out, size_t n)
{
    size_t have = 0;
    const void *data = db_bytes(r, column, &have);
    if (!data || have != n)
        return false;
    memcpy(out, data, n);
    return true;
}

/* --- the file as a whole
 * -------------------------------------------------------------------------- */

enum err db_version(struct db *db, int *out)
{
    struct db_rows *r = db_ask(db, "PRAGMA user_version", "");
    enum err e = db_next(db, r);
    if (e == OK)
        *out = (int)db_int(r, 0);
    db_end(r);
    return e;
}

enum err db_version_set(struct db *db, int version)
{
    char pragma[64];
    snprintf(pragma, sizeof pragma, "PRAGMA user_version = %d", version);
    return db_script(db, pragma);
}

static enum err no_damage(struct db *db)
{
    char said[64];
    struct db_rows *r = db_ask(db, "PRAGMA integrity_check(1)", "");
    enum err e = db_next(db, r);
    if (e != OK)
        return e;
    db_text(r, 0, said, sizeof said);
    db_end(r);
    return strcmp(said, "ok") == 0 ? OK : ERR_CORRUPT;
}

enum err db_sound(struct db *db)
{
    int have = 0;
    enum err e = db_version(db, &have);
    if (e == OK && (have < 1 || have > db_newest()))
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
