/* db_sqlite.c - the platform's memory in one SQLite file. */
#include "hal/base/log.h"
#include "platform/db_copy.h"
#include "platform/db_driver.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WAIT_MS = 10000, READ_WAIT_MS = 1000 };

struct rows {
    struct db_rows base;
    sqlite3_stmt *st;
};

/* Owner: db_open's caller; one thread. */
struct file {
    struct db base;
    sqlite3 *sq;
};

static struct file *file_of(struct db *db)
{
    return (struct file *)db;
}

static sqlite3_stmt *st_of(struct db_rows *r)
{
    return ((struct rows *)r)->st;
}

static enum err rc_err(struct db *db, int rc)
{
    if (rc == SQLITE_OK || rc == SQLITE_DONE || rc == SQLITE_ROW)
        return OK;
    log_error("platform_db", "rc=%d text=%s", rc, sqlite3_errmsg(file_of(db)->sq));
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

static enum err script(struct db *db, const char *text)
{
    return rc_err(db, sqlite3_exec(file_of(db)->sq, text, NULL, NULL, NULL));
}

/* --- opening ---------------------------------------------------------------------------------- */

static void close_file(struct db *db)
{
    sqlite3_close(file_of(db)->sq);
    free(db);
}

static enum err open_file(const char *path, int flags, int wait_ms, struct db **out)
{
    struct file *f = calloc(1, sizeof *f);
    if (!f)
        return ERR_NOMEM;
    f->base.driver = &db_sqlite;
    enum err e = rc_err(&f->base, sqlite3_open_v2(path, &f->sq, flags | SQLITE_OPEN_NOMUTEX, NULL));
    if (e != OK) {
        close_file(&f->base);
        return e;
    }
    sqlite3_busy_timeout(f->sq, wait_ms);
    *out = &f->base;
    return OK;
}

static enum err open_sqlite(const char *path, bool reading, struct db **out)
{
    if (reading)
        /* not there yet is no fault to be logged */
        return access(path, R_OK) != 0 ? ERR_NOT_FOUND
                                       : open_file(path, SQLITE_OPEN_READONLY, READ_WAIT_MS, out);
    struct db *db = NULL;
    enum err e = open_file(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, WAIT_MS, &db);
    if (e == OK)
        e = script(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                       "PRAGMA cache_size = -65536;");
    if (e == OK)
        *out = db;
    else if (db)
        close_file(db);
    return e;
}

/* --- transactions ----------------------------------------------------------------------------- */

static void end(struct db_rows *r)
{
    sqlite3_reset(st_of(r));
}

/* A row that was looked at keeps the database as it was then: a writer after another program's
 * change would be refused at once. */
static void let_go(struct db *db)
{
    for (int i = 0; i < DB_KEPT; i++)
        if (db->kept[i])
            end(db->kept[i]);
}

static enum err begin(struct db *db)
{
    let_go(db);
    return script(db, "BEGIN IMMEDIATE");
}

static enum err snapshot(struct db *db)
{
    return script(db, "BEGIN");
}

/* SQLite ends a transaction by itself on some errors; a commit after that would lie. */
static enum err commit(struct db *db)
{
    let_go(db);
    return sqlite3_get_autocommit(file_of(db)->sq) ? ERR_IO : script(db, "COMMIT");
}

static void rollback(struct db *db)
{
    if (!sqlite3_get_autocommit(file_of(db)->sq))
        sqlite3_exec(file_of(db)->sq, "ROLLBACK", NULL, NULL, NULL);
}

/* --- statements ------------------------------------------------------------------------------- */

static struct db_rows *make(struct db *db, const char *sql, enum db_use use,
                            const struct db_value *v, int n)
{
    (void)use, (void)v, (void)n;
    struct rows *r = calloc(1, sizeof *r);
    if (r && rc_err(db, sqlite3_prepare_v3(file_of(db)->sq, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                           &r->st, NULL)) == OK) {
        r->base = (struct db_rows){ db, sql };
        return &r->base;
    }
    free(r);
    return NULL;
}

static void drop(struct db_rows *r)
{
    sqlite3_finalize(st_of(r));
    free(r);
}

static enum err bind(struct db_rows *r, const struct db_value *v, int n)
{
    sqlite3_stmt *st = st_of(r);
    sqlite3_reset(st);
    for (int i = 0; i < n; i++) {
        if (v[i].null)
            sqlite3_bind_null(st, i + 1);
        else if (v[i].kind == 'i')
            sqlite3_bind_int64(st, i + 1, v[i].i);
        else if (v[i].kind == 't')
            sqlite3_bind_text(st, i + 1, v[i].p, (int)v[i].n, SQLITE_STATIC);
        else
            sqlite3_bind_blob64(st, i + 1, v[i].p, v[i].n, SQLITE_STATIC);
    }
    return OK;
}

static enum err next(struct db_rows *r)
{
    int rc = sqlite3_step(st_of(r));
    if (rc == SQLITE_ROW)
        return OK;
    enum err e = rc == SQLITE_DONE ? ERR_NOT_FOUND : rc_err(r->db, rc);
    end(r);
    return e;
}

static enum err put(struct db_rows *r, const struct db_value *v, int n)
{
    enum err e = bind(r, v, n);
    if (e == OK)
        e = next(r);
    return e == ERR_NOT_FOUND ? OK : e;
}

static int changed(struct db *db)
{
    return sqlite3_changes(file_of(db)->sq);
}

/* --- columns ---------------------------------------------------------------------------------- */

static int64_t integer(struct db_rows *r, int column)
{
    return sqlite3_column_int64(st_of(r), column);
}

static const char *str(struct db_rows *r, int column)
{
    return (const char *)sqlite3_column_text(st_of(r), column);
}

static const void *bytes(struct db_rows *r, int column, size_t *out_n)
{
    const void *data = sqlite3_column_blob(st_of(r), column);
    *out_n = (size_t)sqlite3_column_bytes(st_of(r), column);
    return data;
}

static bool null(struct db_rows *r, int column)
{
    return sqlite3_column_type(st_of(r), column) == SQLITE_NULL;
}

/* --- the file as a whole ---------------------------------------------------------------------- */

static enum err version(struct db *db, int *out)
{
    struct db_rows *r = db_ask(db, "PRAGMA user_version", "");
    enum err e = db_next(db, r);
    if (e == OK)
        *out = (int)db_int(r, 0);
    db_end(r);
    return e;
}

static enum err version_set(struct db *db, int to)
{
    char pragma[64];
    snprintf(pragma, sizeof pragma, "PRAGMA user_version = %d", to);
    return script(db, pragma);
}

static enum err undamaged(struct db *db)
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

static enum err copy(struct db *db, const char *path)
{
    enum err e = db_do(db, "VACUUM INTO ?1", "t", path);
    int fd = e == OK ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (e == OK && (fd < 0 || fsync(fd) != 0))
        e = ERR_IO;
    if (fd >= 0)
        close(fd);
    return e;
}

static int64_t size(struct db *db)
{
    struct stat st;
    char log[4096];
    const char *path = sqlite3_db_filename(file_of(db)->sq, "main");
    int64_t n = path && stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
    snprintf(log, sizeof log, "%s-wal", path ? path : "");
    return n + (stat(log, &st) == 0 ? (int64_t)st.st_size : 0);
}

const struct db_driver db_sqlite = {
    .open = open_sqlite,
    .close = close_file,
    .drop = drop,
    .begin = begin,
    .snapshot = snapshot,
    .commit = commit,
    .rollback = rollback,
    .script = script,
    .make = make,
    .bind = bind,
    .put = put,
    .next = next,
    .end = end,
    .changed = changed,
    .integer = integer,
    .str = str,
    .bytes = bytes,
    .null = null,
    .version = version,
    .version_set = version_set,
    .undamaged = undamaged,
    .size = size,
    .copy = copy,
};
