/* db_sqlite_part.h - what the files of the SQLite back end share; nobody else includes it. */
#ifndef PLATFORM_DB_SQLITE_PART_H
#define PLATFORM_DB_SQLITE_PART_H

#include "platform/db.h"

#include <sqlite3.h>

enum { DB_FIXED = 16, DB_KEPT = 80 };

/* Owner: db_open's caller; one thread. kept: statements made when first asked for. */
struct db {
    sqlite3 *sq;
    sqlite3_stmt *st[DB_FIXED];
    struct {
        const char *sql; /* a literal: compared by its address */
        sqlite3_stmt *st;
    } kept[DB_KEPT];
    int kept_count;
};

/* An SQLite code as ours; what is wrong is logged. */
MUST_CHECK enum err db_rc(struct db *db, int rc);
MUST_CHECK enum err db_script(struct db *db, const char *text);
/* Brings the tables forward to what this program knows, never back. */
MUST_CHECK enum err db_migrate(struct db *db);
/* Of its tables, and the newest that this program knows. */
MUST_CHECK enum err db_version(struct db *db, int *out_have, int *out_newest);

/* The statement of a literal with its values bound; kinds: t const char * (NULL is null), i
 * int64_t, b const void * and size_t (NULL is null). What is bound stays the caller's until the
 * statement was stepped. NULL: it cannot be made (logged). */
sqlite3_stmt *db_ask(struct db *db, const char *sql, const char *kinds, ...);
/* The next row: OK, ERR_NOT_FOUND (no more; the statement is reset), or the fault. Takes NULL. */
MUST_CHECK enum err db_next(struct db *db, sqlite3_stmt *st);
/* One statement that gives no rows. */
MUST_CHECK enum err db_do(struct db *db, const char *sql, const char *kinds, ...);
void db_text(sqlite3_stmt *st, int column, char *out, size_t cap);
/* False when the column is null or has another length. */
bool db_blob(sqlite3_stmt *st, int column, void *out, size_t n);

#endif
