/* db_postgres_put.c - gathers rows that are put in, and sends them as one statement a table. */
#include "platform/db_postgres.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

enum { ARRAY_HEAD = 20, ROWS_MAX = 1000, BYTES_MAX = 4 << 20, BINARY = 1 };
enum { INT8_TYPE = 20, TEXT_TYPE = 25, BYTEA_TYPE = 17 };

static bool room(struct pg_column *c, size_t n)
{
    if (c->len + n <= c->cap)
        return true;
    size_t cap = c->cap ? c->cap : 4096;
    while (cap < c->len + n)
        cap *= 2;
    unsigned char *buf = realloc(c->buf, cap);
    if (!buf)
        return false;
    c->buf = buf;
    c->cap = cap;
    return true;
}

static void add_u32(struct pg_column *c, uint32_t v)
{
    v = htobe32(v);
    memcpy(c->buf + c->len, &v, sizeof v);
    c->len += sizeof v;
}

static bool add_value(struct pg_column *c, const struct db_value *v)
{
    uint64_t number = htobe64((uint64_t)v->i);
    bool is_number = v->kind == 'i';
    size_t n = is_number ? sizeof number : v->n;
    if (!room(c, 4 + ARRAY_HEAD + n))
        return false;
    if (c->len == 0)
        c->len = ARRAY_HEAD; /* written when it is sent */
    if (v->null) {
        add_u32(c, UINT32_MAX);
        return true;
    }
    add_u32(c, (uint32_t)n);
    if (n > 0)
        memcpy(c->buf + c->len, is_number ? (const void *)&number : v->p, n);
    c->len += n;
    return true;
}

static void begin_column(struct pg_column *c, char kind, int rows)
{
    size_t len = c->len;
    c->len = 0;
    add_u32(c, 1); /* dimension */
    add_u32(c, 1); /* there may be nulls */
    add_u32(c, kind == 'i' ? INT8_TYPE : kind == 't' ? TEXT_TYPE : BYTEA_TYPE);
    add_u32(c, (uint32_t)rows);
    add_u32(c, 1); /* counted from 1 */
    c->len = len;
}

static void forget_rows(struct pg_rows *r)
{
    r->waiting = 0;
    for (int i = 0; i < r->n; i++)
        r->column[i].len = 0;
}

static bool send_rows(struct pg *pg, struct pg_rows *r)
{
    const char *value[DB_VALUES];
    int length[DB_VALUES], format[DB_VALUES];
    for (int i = 0; i < r->n; i++) {
        begin_column(&r->column[i], r->bound[i].kind, r->waiting);
        value[i] = (const char *)r->column[i].buf;
        length[i] = (int)r->column[i].len;
        format[i] = BINARY;
    }
    return PQsendQueryPrepared(pg->conn, r->name, r->n, value, length, format, BINARY);
}

/* One answer a statement, each ended by a null, and one for the end of all. The first fault counts:
 * the others only say that they were not tried. */
static enum err read_answers(struct pg *pg)
{
    enum err e = OK;
    for (;;) {
        PGresult *r = PQgetResult(pg->conn);
        if (!r && PQstatus(pg->conn) != CONNECTION_OK)
            return e == OK ? ERR_BUSY : e;
        if (!r)
            continue;
        ExecStatusType s = PQresultStatus(r);
        if (s == PGRES_PIPELINE_SYNC || s == PGRES_PIPELINE_ABORTED || e != OK)
            PQclear(r);
        else
            e = pg_check(pg, r);
        if (s == PGRES_PIPELINE_SYNC)
            return e;
    }
}

/* All of them are on their way before the first is answered. */
static enum err send_all(struct pg *pg)
{
    enum err e = OK;
    for (int i = 0; i < pg->waiting_count && e == OK; i++)
        e = pg_prepare(pg->waiting[i]);
    if (e != OK || !PQenterPipelineMode(pg->conn))
        return e != OK ? e : ERR_BUSY;
    bool sent = true;
    for (int i = 0; i < pg->waiting_count && sent; i++)
        sent = send_rows(pg, pg->waiting[i]);
    sent = PQpipelineSync(pg->conn) && sent;
    e = read_answers(pg);
    return PQexitPipelineMode(pg->conn) && sent ? e : e == OK ? ERR_BUSY : e;
}

enum err pg_flush(struct pg *pg)
{
    enum err e = pg->waiting_count > 0 ? send_all(pg) : OK;
    pg_forget(pg);
    return e;
}

void pg_forget(struct pg *pg)
{
    for (int i = 0; i < pg->waiting_count; i++)
        forget_rows(pg->waiting[i]);
    pg->waiting_count = 0;
}

static enum err gather(struct pg *pg, struct pg_rows *r, const struct db_value *v, int n)
{
    if (r->waiting == 0) {
        if (pg->waiting_count == PG_WAITING) {
            enum err e = pg_flush(pg);
            if (e != OK)
                return e;
        }
        memcpy(r->bound, v, sizeof *v * (size_t)n); /* for their kinds */
        pg->waiting[pg->waiting_count++] = r;
    }
    size_t bytes = 0;
    for (int i = 0; i < n; i++) {
        if (!add_value(&r->column[i], &v[i]))
            return ERR_NOMEM;
        bytes += r->column[i].len;
    }
    r->waiting++;
    return r->waiting == ROWS_MAX || bytes > BYTES_MAX ? pg_flush(pg) : OK;
}

/* Outside of a transaction nothing may wait. */
enum err pg_put(struct db_rows *base, const struct db_value *v, int n)
{
    struct pg *pg = pg_of(base->db);
    struct pg_rows *r = (struct pg_rows *)base;
    enum err e = gather(pg, r, v, n);
    if (e != OK || pg->inside)
        return e;
    pg_hold_rest(pg);
    return pg_flush(pg);
}

void pg_put_free(struct pg_rows *r)
{
    for (int i = 0; r->column && i < r->n; i++)
        free(r->column[i].buf);
    free(r->column);
}
