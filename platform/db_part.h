/* db_part.h - how the files of the database layer ask; nobody else includes it.
 *
 * Every query stands once, in platform/db_*.c, in the SQL that all back ends speak: ?1 ?2 …,
 * INSERT … ON CONFLICT, CASE, coalesce; integers, text and blobs. What differs (opening, copying,
 * types) is in db_sqlite.c. */
#ifndef PLATFORM_DB_PART_H
#define PLATFORM_DB_PART_H

#include "platform/db.h"

/* The rows of a statement that was asked, one at a time. Owner: the database; one thread. */
struct db_rows;

/* The rows of a literal (compared by its address: made once) with its values bound; kinds: t const
 * char * (NULL is null), i int64_t, b const void * and size_t (NULL is null). What is bound stays
 * the caller's until the first row. NULL: it cannot be made (logged). */
struct db_rows *db_ask(struct db *db, const char *sql, const char *kinds, ...);
/* The next row: OK, ERR_NOT_FOUND (no more, and ended), or the fault. Takes NULL. */
MUST_CHECK enum err db_next(struct db *db, struct db_rows *r);
/* No more rows are wanted. Left out, the read stays open, and once another program has written
 * nothing can be written over this connection. Takes NULL. */
void db_end(struct db_rows *r);
/* One statement that gives no rows. */
MUST_CHECK enum err db_do(struct db *db, const char *sql, const char *kinds, ...);
/* How many rows the last statement inserted, changed or deleted. */
int db_changed(struct db *db);
/* Statements without values. */
MUST_CHECK enum err db_script(struct db *db, const char *text);

/* Columns of the row, counted from 0; pointers live until the next row. */
int64_t db_int(struct db_rows *r, int column);     /* null is 0 */
const char *db_str(struct db_rows *r, int column); /* null is NULL */
const void *db_bytes(struct db_rows *r, int column, size_t *out_n);
bool db_null(struct db_rows *r, int column);
void db_text(struct db_rows *r, int column, char *out, size_t cap); /* null is empty */
/* False when the column is null or has another length. */
bool db_blob(struct db_rows *r, int column, void *out, size_t n);

/* db_schema.c: brings the tables forward to what this program knows, never back. */
MUST_CHECK enum err db_migrate(struct db *db);
/* The newest version of the tables that this program knows. */
int db_newest(void);
/* The version of its tables; 0: none. Set within a transaction. */
MUST_CHECK enum err db_version(struct db *db, int *out);
MUST_CHECK enum err db_version_set(struct db *db, int version);

#endif
