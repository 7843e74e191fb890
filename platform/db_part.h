/* db_part.h - how the files of the database layer ask; nobody else includes it.
 *
 * Every query stands once, in platform/db_*.c, in the SQL that all back ends speak: ?1 ?2 …,
 * INSERT … ON CONFLICT, CASE, coalesce; integers, text and blobs. What is inserted names its
 * columns: a program goes on while a newer one adds some. What differs (opening, types) is in
 * db_sqlite.c and db_postgres.c, behind db_driver.h.
 *
 * PostgreSQL is stricter than SQLite: text and numbers meet only by CAST(x AS INTEGER), a condition
 * is no number (sum(CASE WHEN … THEN 1 ELSE 0 END)), ON CONFLICT names the table before the column
 * that it reads. */
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
/* The same for rows that may be very many: they are not all brought into memory at once, unless
 * something else is asked meanwhile. */
struct db_rows *db_walk(struct db *db, const char *sql, const char *kinds, ...);
/* A row, by "INSERT INTO t(a, b) VALUES(?1, ?2)": nothing but values in their order, and maybe ON
 * CONFLICT. It may wait in memory, and its fault with it, until the transaction asks or commits. */
MUST_CHECK enum err db_put(struct db *db, const char *sql, const char *kinds, ...);
/* How many rows the last statement inserted, changed or deleted. */
int db_changed(struct db *db);
/* Statements without values. */
MUST_CHECK enum err db_script(struct db *db, const char *text);

enum { DB_VALUES = 160 };
/* One bound value: kind t, i or b. */
struct db_value {
    char kind;
    bool null;
    int64_t i;
    const void *p;
    size_t n;
};

/* How a statement is used: its rows are few; they may be very many; it is one of many rows that are
 * put in, which may be gathered (text: INSERT INTO t(…) VALUES(?1, ?2, …) and ON CONFLICT). */
enum db_use { DB_FEW, DB_MANY, DB_PUT };

/* What db_ask, db_walk and db_put do, for texts and values made at run time. The text must live as
 * long as the database. */
struct db_rows *db_ask_values(struct db *db, const char *sql, enum db_use use,
                              const struct db_value *v, int n);
MUST_CHECK enum err db_put_values(struct db *db, const char *sql, const struct db_value *v, int n);

/* Columns of the row, counted from 0; pointers live until the next row. */
int64_t db_int(struct db_rows *r, int column);     /* null is 0 */
const char *db_str(struct db_rows *r, int column); /* null is NULL */
const void *db_bytes(struct db_rows *r, int column, size_t *out_n);
bool db_null(struct db_rows *r, int column);
void db_text(struct db_rows *r, int column, char *out, size_t cap); /* null is empty */
/* False when the column is null or has another length. */
bool db_blob(struct db_rows *r, int column, void *out, size_t n);

/* A part of the transaction that is open, which can be undone alone; not one within another. */
MUST_CHECK enum err db_save(struct db *db);
MUST_CHECK enum err db_save_keep(struct db *db);
MUST_CHECK enum err db_save_undo(struct db *db);

/* What was numbered last: read once in a transaction, which is the only one that writes. Those who
 * number (db_case.c, db_audit.c) count on in it. */
struct db_numbers {
    bool known;
    int64_t no, seq, line;
    char hash[65]; /* The newest state and case number that were given, at least what a restored
                    * platform begins with: its backup does not know what was given after it. */
#define DB_NEWEST(column, floor)                                                         \
    "(SELECT coalesce(max(v), 0) FROM (SELECT max(" column ") AS v FROM cases UNION ALL" \
    " SELECT CAST(value AS INTEGER) FROM meta WHERE key = '" floor "') AS given)"
#define DB_SEQ_NEWEST DB_NEWEST("seq", "seq_floor")
#define DB_NO_NEWEST  DB_NEWEST("no", "no_floor")
    /* of that line of the audit */
};
struct db_numbers *db_numbers(struct db *db);
MUST_CHECK enum err db_numbers_read(struct db *db);

/* db_schema.c: brings the tables forward to what this program knows, never back. */
MUST_CHECK enum err db_migrate(struct db *db);
/* The newest version of the tables that this program knows. Tests make it one that knows fewer; 0:
 * all again. */
int db_newest(void);
void db_know(int newest);
/* Whether this program may write tables of that version: ERR_TYPE, logged. */
MUST_CHECK enum err db_fits(struct db *db, int have);
/* The version of its tables; 0: none. Set within a transaction. */
MUST_CHECK enum err db_version(struct db *db, int *out);
MUST_CHECK enum err db_version_set(struct db *db, int version);

#endif
