/* db_sqlite_ask.c - statements asked by their text: made once, bound, stepped. */
#include "platform/db_sqlite_part.h"

#include "hal/base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static sqlite3_stmt *kept(struct db *db, const char *sql)
{
    for (int i = 0; i < db->kept_count; i++)
        if (db->kept[i].sql == sql)
            return db->kept[i].st;
    if (db->kept_count == DB_KEPT) {
        log_error("platform_db", "text=too_many_statements");
        return NULL;
    }
    sqlite3_stmt *st = NULL;
    if (db_rc(db, sqlite3_prepare_v3(db->sq, sql, -1, SQLITE_PREPARE_PERSISTENT, &st, NULL)) != OK)
        return NULL;
    db->kept[db->kept_count].sql = sql;
    db->kept[db->kept_count++].st = st;
    return st;
}

static sqlite3_stmt *bind(struct db *db, const char *sql, const char *kinds, va_list ap)
{
    sqlite3_stmt *st = kept(db, sql);
    if (!st)
        return NULL;
    sqlite3_reset(st);
    for (int i = 1; kinds[i - 1]; i++) {
        if (kinds[i - 1] == 'i') {
            sqlite3_bind_int64(st, i, va_arg(ap, int64_t));
        } else if (kinds[i - 1] == 't') {
            sqlite3_bind_text(st, i, va_arg(ap, const char *), -1, SQLITE_STATIC);
        } else {
            const void *data = va_arg(ap, const void *);
            sqlite3_bind_blob64(st, i, data, va_arg(ap, size_t), SQLITE_STATIC);
        }
    }
    return st;
}

sqlite3_stmt *db_ask(struct db *db, const char *sql, const char *kinds, ...)
{
    va_list ap;
    va_start(ap, kinds);
    sqlite3_stmt *st = bind(db, sql, kinds, ap);
    va_end(ap);
    return st;
}

enum err db_next(struct db *db, sqlite3_stmt *st)
{
    if (!st)
        return ERR_IO;
    int rc = sqlite3_step(st);
    if (rc == SQLITE_ROW)
        return OK;
    enum err e = rc == SQLITE_DONE ? ERR_NOT_FOUND : db_rc(db, rc);
    sqlite3_reset(st);
    return e;
}

enum err db_do(struct db *db, const char *sql, const char *kinds, ...)
{
    va_list ap;
    va_start(ap, kinds);
    sqlite3_stmt *st = bind(db, sql, kinds, ap);
    va_end(ap);
    enum err e = db_next(db, st);
    if (e == OK)
        sqlite3_reset(st);
    return e == ERR_NOT_FOUND ? OK : e;
}

void db_text(sqlite3_stmt *st, int column, char *out, size_t cap)
{
    const char *s = (const char *)sqlite3_column_text(st, column);
    snprintf(out, cap, "%s", s ? s : "");
}

bool db_blob(sqlite3_stmt *st, int column, void *out, size_t n)
{
    const void *b = sqlite3_column_blob(st, column);
    if (!b || (size_t)sqlite3_column_bytes(st, column) != n)
        return false;
    memcpy(out, b, n);
    return true;
}
