/* db_postgres.h - what the files of the PostgreSQL back end share; nobody else includes it. */
#ifndef PLATFORM_DB_POSTGRES_H
#define PLATFORM_DB_POSTGRES_H

#include "platform/db_driver.h"

#include <libpq-fe.h>

enum { PG_WAITING = 16 };

/* One column of the rows that wait, as PostgreSQL reads an array. */
struct pg_column {
    unsigned char *buf;
    size_t len, cap;
};

/* Owner: its database. While `sent` is false the bound values are the caller's. */
struct pg_rows {
    struct db_rows base;
    char *text, name[16];
    int life; /* of the connection it is prepared on; 0: none */
    enum db_use use;
    int n;
    Oid type[DB_VALUES];
    struct db_value bound[DB_VALUES];
    bool sent;
    PGresult *now; /* being read: at row */
    int row;
    bool more;       /* more of it comes over the line */
    PGresult **held; /* what came of it before the line was needed for others */
    int held_count, held_cap, held_at;
    struct pg_column *column; /* of a put */
    int waiting;              /* rows that were put and not sent */
};

struct pg {
    struct db base;
    PGconn *conn;
    int life, made, changed;
    bool reading, inside; /* a transaction */
    struct pg_rows *line; /* whose rows are coming over the line, or NULL */
    struct pg_rows *waiting[PG_WAITING];
    int waiting_count;
};

static inline struct pg *pg_of(struct db *db)
{
    return (struct pg *)db;
}

enum err pg_error_of(const char *state);
/* Clears the result. */
MUST_CHECK enum err pg_check(struct pg *pg, PGresult *r);

/* db_postgres_rows.c */
struct db_rows *pg_make(struct db *db, const char *sql, enum db_use use, const struct db_value *v,
                        int n);
void pg_drop(struct db_rows *r);
enum err pg_bind(struct db_rows *r, const struct db_value *v, int n);
enum err pg_next(struct db_rows *r);
void pg_end(struct db_rows *r);
int64_t pg_integer(struct db_rows *r, int column);
const char *pg_str(struct db_rows *r, int column);
const void *pg_bytes(struct db_rows *r, int column, size_t *out_n);
bool pg_null(struct db_rows *r, int column);
/* Frees the line for another question: what still comes is kept in memory. */
void pg_hold_rest(struct pg *pg);
MUST_CHECK enum err pg_prepare(struct pg_rows *r);

/* db_postgres_put.c */
enum err pg_put(struct db_rows *r, const struct db_value *v, int n);
/* Sends what waits; forgets it. */
MUST_CHECK enum err pg_flush(struct pg *pg);
void pg_forget(struct pg *pg);
void pg_put_free(struct pg_rows *r);

#endif
