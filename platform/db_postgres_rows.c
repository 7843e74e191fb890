/* db_postgres_rows.c - asks PostgreSQL with prepared statements, and reads the rows. */
#include "platform/db_dialect.h"
#include "platform/db_postgres.h"

#include "hal/base/log.h"

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BOOL_TYPE = 16, BYTEA_TYPE = 17, INT8_TYPE = 20, INT2_TYPE = 21, INT4_TYPE = 23 };
enum { TEXT_TYPE = 25, NUMERIC_TYPE = 1700, BYTEA_ARRAY = 1001, TEXT_ARRAY = 1009 };
enum { INT8_ARRAY = 1016, BINARY = 1 };

static struct pg_rows *rows_of(struct db_rows *r)
{
    return (struct pg_rows *)r;
}

static Oid type_of(char kind, bool array)
{
    if (kind == 'i')
        return array ? INT8_ARRAY : INT8_TYPE;
    if (kind == 't')
        return array ? TEXT_ARRAY : TEXT_TYPE;
    return array ? BYTEA_ARRAY : BYTEA_TYPE;
}

struct db_rows *pg_make(struct db *db, const char *sql, enum db_use use, const struct db_value *v,
                        int n)
{
    struct pg *pg = pg_of(db);
    struct pg_rows *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    *r = (struct pg_rows){ .base = { db, sql }, .use = use, .n = n };
    r->text = use == DB_PUT ? dialect_of_put(sql, v, n) : dialect_of(sql, false);
    if (use == DB_PUT)
        r->column = calloc((size_t)n, sizeof *r->column);
    if (!r->text || (use == DB_PUT && !r->column)) {
        log_error("platform_db", "text=no_such_form");
        pg_drop(&r->base);
        return NULL;
    }
    for (int i = 0; i < n; i++)
        r->type[i] = type_of(v[i].kind, use == DB_PUT);
    snprintf(r->name, sizeof r->name, "s%d", ++pg->made);
    return &r->base;
}

void pg_drop(struct db_rows *base)
{
    struct pg_rows *r = rows_of(base);
    pg_end(base);
    pg_put_free(r);
    free(r->held);
    free(r->text);
    free(r);
}

enum err pg_prepare(struct pg_rows *r)
{
    struct pg *pg = pg_of(r->base.db);
    if (r->life == pg->life)
        return OK;
    enum err e = pg_check(pg, PQprepare(pg->conn, r->name, r->text, r->n, r->type));
    if (e == OK)
        r->life = pg->life;
    return e;
}

enum err pg_bind(struct db_rows *base, const struct db_value *v, int n)
{
    struct pg_rows *r = rows_of(base);
    pg_end(base);
    for (int i = 0; i < n; i++)
        r->bound[i] = v[i];
    r->sent = false;
    return OK;
}

/* --- asking ----------------------------------------------------------------------------------- */

/* The values as they go over the line. */
struct sending {
    int64_t number[DB_VALUES];
    const char *value[DB_VALUES];
    int length[DB_VALUES], format[DB_VALUES];
};

static void write_values(const struct pg_rows *r, struct sending *s)
{
    for (int i = 0; i < r->n; i++) {
        const struct db_value *v = &r->bound[i];
        s->format[i] = BINARY;
        s->number[i] = (int64_t)htobe64((uint64_t)v->i);
        s->value[i] = v->null ? NULL : v->kind == 'i' ? (const char *)&s->number[i] : v->p;
        s->length[i] = v->kind == 'i' ? (int)sizeof s->number[i] : (int)v->n;
    }
}

static enum err keep(struct pg_rows *r, PGresult *one)
{
    if (r->held_count == r->held_cap) {
        int cap = r->held_cap ? r->held_cap * 2 : 64;
        PGresult **held = realloc(r->held, sizeof *held * (size_t)cap);
        if (!held) {
            PQclear(one);
            return ERR_NOMEM;
        }
        r->held = held;
        r->held_cap = cap;
    }
    r->held[r->held_count++] = one;
    return OK;
}

void pg_hold_rest(struct pg *pg)
{
    struct pg_rows *r = pg->line;
    PGresult *one;
    if (!r)
        return;
    pg->line = NULL;
    while ((one = PQgetResult(pg->conn)))
        if (keep(r, one) != OK)
            log_error("platform_db", "text=no_memory_for_rows");
}

/* The next of what comes: NULL when that was all. */
static PGresult *next_piece(struct pg_rows *r)
{
    struct pg *pg = pg_of(r->base.db);
    if (r->held_at < r->held_count)
        return r->held[r->held_at++];
    if (pg->line != r)
        return NULL;
    PGresult *one = PQgetResult(pg->conn);
    if (!one)
        pg->line = NULL;
    return one;
}

static enum err send_question(struct pg_rows *r)
{
    struct pg *pg = pg_of(r->base.db);
    struct sending s;
    enum err e = pg_prepare(r);
    if (e != OK)
        return e;
    write_values(r, &s);
    if (r->use == DB_MANY) {
        if (!PQsendQueryPrepared(pg->conn, r->name, r->n, s.value, s.length, s.format, BINARY) ||
            !PQsetSingleRowMode(pg->conn))
            return ERR_BUSY;
        pg->line = r;
        r->now = next_piece(r);
    } else {
        r->now = PQexecPrepared(pg->conn, r->name, r->n, s.value, s.length, s.format, BINARY);
    }
    return OK;
}

static bool good(const PGresult *r)
{
    ExecStatusType s = PQresultStatus(r);
    return s == PGRES_TUPLES_OK || s == PGRES_COMMAND_OK || s == PGRES_SINGLE_TUPLE;
}

static enum err ask(struct pg_rows *r)
{
    struct pg *pg = pg_of(r->base.db);
    pg_hold_rest(pg);
    enum err e = pg->inside ? pg_flush(pg) : OK;
    if (e == OK && !pg->inside && PQstatus(pg->conn) != CONNECTION_OK)
        e = db_script(r->base.db, "SELECT 1"); /* connects again */
    if (e == OK)
        e = send_question(r);
    if (PQstatus(pg->conn) != CONNECTION_OK && !pg->inside && strncmp(r->text, "SELECT", 6) == 0) {
        PQclear(r->now); /* it was lost while nobody asked: reading once more harms nobody */
        r->now = NULL;
        pg->line = NULL;
        e = db_script(r->base.db, "SELECT 1");
        if (e == OK)
            e = send_question(r);
    }
    r->sent = true;
    r->row = -1;
    if (e == OK && good(r->now))
        pg->changed = (int)strtol(PQcmdTuples(r->now), NULL, 10);
    return e;
}

static enum err fault(struct pg_rows *r)
{
    PGresult *bad = r->now;
    r->now = NULL;
    enum err e = pg_check(pg_of(r->base.db), bad);
    pg_end(&r->base);
    return e == OK ? ERR_IO : e;
}

enum err pg_next(struct db_rows *base)
{
    struct pg_rows *r = rows_of(base);
    enum err e = r->sent ? OK : ask(r);
    if (e != OK) {
        pg_end(base);
        return e;
    }
    while (r->now) {
        if (!good(r->now))
            return fault(r);
        if (++r->row < PQntuples(r->now))
            return OK;
        PQclear(r->now);
        r->now = next_piece(r);
        r->row = -1;
    }
    pg_end(base);
    return ERR_NOT_FOUND;
}

void pg_end(struct db_rows *base)
{
    struct pg_rows *r = rows_of(base);
    struct pg *pg = pg_of(base->db);
    PGresult *one;
    PQclear(r->now);
    r->now = NULL;
    r->sent = true; /* and nothing to read */
    if (pg->line == r || r->held_at < r->held_count)
        while ((one = next_piece(r)))
            PQclear(one);
    r->held_count = r->held_at = 0;
}

/* --- columns ---------------------------------------------------------------------------------- */

static int64_t big_endian(const unsigned char *p, int n)
{
    uint64_t v = n > 0 && p[0] & 0x80 ? UINT64_MAX : 0;
    for (int i = 0; i < n; i++)
        v = v << 8 | p[i];
    return (int64_t)v;
}

/* sum() of numbers: four digits a piece, the first of weight 10000^weight. */
static int64_t numeric(const unsigned char *p)
{
    int digits = (int)big_endian(p, 2), weight = (int)big_endian(p + 2, 2);
    bool negative = big_endian(p + 4, 2) == 0x4000;
    int64_t v = 0;
    for (int i = 0; i <= weight; i++)
        v = v * 10000 + (i < digits ? big_endian(p + 8 + 2 * (size_t)i, 2) : 0);
    return negative ? -v : v;
}

int64_t pg_integer(struct db_rows *base, int column)
{
    struct pg_rows *r = rows_of(base);
    if (pg_null(base, column))
        return 0;
    const char *p = PQgetvalue(r->now, r->row, column);
    switch (PQftype(r->now, column)) {
    case BOOL_TYPE:
    case INT2_TYPE:
    case INT4_TYPE:
    case INT8_TYPE:
        return big_endian((const unsigned char *)p, PQgetlength(r->now, r->row, column));
    case NUMERIC_TYPE:
        return numeric((const unsigned char *)p);
    default:
        return strtoll(p, NULL, 10);
    }
}

const char *pg_str(struct db_rows *base, int column)
{
    struct pg_rows *r = rows_of(base);
    return pg_null(base, column) ? NULL : PQgetvalue(r->now, r->row, column);
}

const void *pg_bytes(struct db_rows *base, int column, size_t *out_n)
{
    struct pg_rows *r = rows_of(base);
    *out_n = (size_t)PQgetlength(r->now, r->row, column);
    return pg_str(base, column);
}

bool pg_null(struct db_rows *base, int column)
{
    struct pg_rows *r = rows_of(base);
    return PQgetisnull(r->now, r->row, column);
}
