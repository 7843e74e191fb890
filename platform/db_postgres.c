/* db_postgres.c - the platform's memory in a PostgreSQL database, which several platforms share.
 *
 * Whoever writes first locks the one row of table `platform`: cases, states, audit and publications
 * are numbered without gaps, each by the one before it, so only one transaction at a time may
 * number
 * - as with SQLite. It carries many requests (server_work.c), so little is lost by it. The lock
 * goes with its connection: nothing has to be cleared away after a crash. */
#include "platform/db_dialect.h"
#include "platform/db_postgres.h"

#include "hal/base/log.h"

#include <endian.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Everything is asked by keys: a plan made while a table was small must not read all of it when it
 * is large; made once, and never compiled. A platform that hangs must not keep the others from
 * writing. */
static const char settings[] =
    "SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '120s';"
    "SET jit = off; SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET "
    "enable_hashjoin = off; SET enable_mergejoin = off; SET "
    "bytea_output = hex; SET client_min_messages = warning;"
    "SELECT set_config('synchronous_commit', 'on', false)"
    " WHERE current_setting('synchronous_commit') = 'off'";

/* What a state of the server means to those who asked. */
enum err pg_error_of(const char *state)
{
    static const struct {
        const char *begins;
        enum err e;
    } known[] = {
        { "08", ERR_BUSY },        { "57", ERR_BUSY },    { "40", ERR_BUSY },
        { "55", ERR_BUSY },        { "25P03", ERR_BUSY }, { "53200", ERR_NOMEM },
        { "53300", ERR_BUSY },     { "53", ERR_FULL },    { "25006", ERR_READONLY },
        { "42501", ERR_READONLY }, { "XX", ERR_CORRUPT },
    };
    for (size_t i = 0; state && i < sizeof known / sizeof *known; i++)
        if (strncmp(state, known[i].begins, strlen(known[i].begins)) == 0)
            return known[i].e;
    return state ? ERR_IO : ERR_BUSY; /* without one the connection is lost */
}

/* Clears the result. Only what the server says of itself is logged, never a value. */
enum err pg_check(struct pg *pg, PGresult *r)
{
    ExecStatusType s = PQresultStatus(r);
    if (s == PGRES_TUPLES_OK || s == PGRES_COMMAND_OK || s == PGRES_SINGLE_TUPLE) {
        PQclear(r);
        return OK;
    }
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    const char *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    enum err e = PQstatus(pg->conn) == CONNECTION_BAD ? ERR_BUSY : pg_error_of(state);
    log_error("platform_db", "state=%s text=%s", state ? state : "none",
              text ? text : "connection lost");
    PQclear(r);
    return e;
}

static enum err run_text(struct pg *pg, const char *text)
{
    return pg_check(pg, PQexec(pg->conn, text));
}

/* --- opening ---------------------------------------------------------------------------------- */

static enum err connected(struct pg *pg)
{
    pg->life++; /* nothing is prepared on a new connection */
    pg->inside = false;
    if (PQstatus(pg->conn) != CONNECTION_OK) {
        log_error("platform_db", "text=%s", PQerrorMessage(pg->conn));
        return ERR_BUSY;
    }
    enum err e = run_text(pg, settings);
    return e == OK && pg->reading ? run_text(pg, "SET default_transaction_read_only = on") : e;
}

static void close_pg(struct db *db)
{
    PQfinish(pg_of(db)->conn);
    free(db);
}

/* Two that begin at once meet in the catalogue; the second finds it made. */
static enum err make_first(struct pg *pg)
{
    static const char text[] =
        "CREATE TABLE IF NOT EXISTS platform(one bigint PRIMARY KEY, version bigint NOT NULL);"
        "INSERT INTO platform(one, version) VALUES(1, 0) ON CONFLICT DO NOTHING";
    PGresult *there = PQexec(pg->conn, "SELECT 1 FROM platform WHERE one = 1");
    bool made = PQresultStatus(there) == PGRES_TUPLES_OK && PQntuples(there) == 1;
    PQclear(there);
    if (made || pg->reading)
        return made ? OK : ERR_NOT_FOUND;
    enum err e = run_text(pg, text);
    return e == OK ? OK : run_text(pg, text);
}

static enum err open_pg(const char *path, bool reading, struct db **out)
{
    static const char *const keys[] = { "connect_timeout",  "fallback_application_name",
                                        "tcp_user_timeout", "dbname",
                                        "client_encoding",  NULL };
    const char *const values[] = { "5", "huimin-platform", "10000", path, "UTF8", NULL };
    struct pg *pg = calloc(1, sizeof *pg);
    if (!pg)
        return ERR_NOMEM;
    pg->base.driver = &db_postgres;
    pg->reading = reading;
    pg->conn = PQconnectdbParams(keys, values, 1);
    enum err e = pg->conn ? connected(pg) : ERR_NOMEM;
    if (e == OK)
        e = make_first(pg);
    if (e != OK) {
        close_pg(&pg->base);
        return e;
    }
    *out = &pg->base;
    return OK;
}

/* A connection that was lost between transactions is made anew. */
static enum err alive(struct pg *pg)
{
    if (PQstatus(pg->conn) == CONNECTION_OK)
        return OK;
    if (pg->inside)
        return ERR_BUSY;
    log_warn("platform_db_again", "life=%d", pg->life);
    PQreset(pg->conn);
    return connected(pg);
}

/* --- transactions ----------------------------------------------------------------------------- */

static enum err begin_once(struct pg *pg)
{
    enum err e = alive(pg);
    if (e == OK)
        e = run_text(pg, "BEGIN; SELECT version FROM platform WHERE one = 1 FOR UPDATE");
    pg->inside = e == OK;
    return e;
}

static void rollback(struct db *db)
{
    struct pg *pg = pg_of(db);
    pg_forget(pg);
    if (PQstatus(pg->conn) == CONNECTION_OK && PQtransactionStatus(pg->conn) != PQTRANS_IDLE)
        (void)!run_text(pg, "ROLLBACK");
    pg->inside = false;
}

/* Nothing was done yet: a connection that turns out to be lost is made anew, once. */
static enum err begin(struct db *db)
{
    struct pg *pg = pg_of(db);
    pg_hold_rest(pg);
    enum err e = begin_once(pg);
    if (e != OK && PQstatus(pg->conn) != CONNECTION_OK)
        e = begin_once(pg);
    if (e != OK)
        rollback(db);
    return e;
}

static enum err snapshot(struct db *db)
{
    struct pg *pg = pg_of(db);
    enum err e = alive(pg);
    if (e == OK)
        e = run_text(pg, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    pg->inside = e == OK;
    return e;
}

/* In a transaction that has failed COMMIT is answered with ROLLBACK, and is no error. */
static enum err commit(struct db *db)
{
    struct pg *pg = pg_of(db);
    pg_hold_rest(pg);
    enum err e = pg->inside ? pg_flush(pg) : ERR_IO;
    if (e != OK)
        return e;
    PGresult *r = PQexec(pg->conn, "COMMIT");
    bool done = strcmp(PQcmdStatus(r), "COMMIT") == 0;
    e = pg_check(pg, r);
    if (e == OK)
        pg->inside = false;
    return e == OK && !done ? ERR_IO : e;
}

static enum err script(struct db *db, const char *text)
{
    struct pg *pg = pg_of(db);
    if (strncmp(text, "ROLLBACK TO", 11) == 0)
        pg_forget(pg);
    pg_hold_rest(pg);
    enum err e = alive(pg);
    if (e == OK)
        e = pg_flush(pg);
    char *own = e == OK ? dialect_of(text, true) : NULL;
    if (e == OK)
        e = own ? run_text(pg, own) : ERR_NOMEM;
    free(own);
    return e;
}

/* --- the database as a whole ------------------------------------------------------------------ */

static enum err version(struct db *db, int *out)
{
    struct db_rows *r = db_ask(db, "SELECT version FROM platform WHERE one = 1", "");
    enum err e = db_next(db, r);
    if (e == OK)
        *out = (int)db_int(r, 0);
    db_end(r);
    return e;
}

static enum err version_set(struct db *db, int to)
{
    return db_do(db, "UPDATE platform SET version = ?1 WHERE one = 1", "i", (int64_t)to);
}

static int changed(struct db *db)
{
    return pg_of(db)->changed;
}

static enum err undamaged(struct db *db)
{
    (void)db;
    return OK; /* the server has checksums of its own, and says when a page is broken */
}

static int64_t size(struct db *db)
{
    struct db_rows *r = db_ask(db, "SELECT pg_database_size(current_database())", "");
    int64_t n = db_next(db, r) == OK ? db_int(r, 0) : 0;
    db_end(r);
    return n;
}

const struct db_driver db_postgres = {
    .open = open_pg,
    .close = close_pg,
    .drop = pg_drop,
    .begin = begin,
    .snapshot = snapshot,
    .commit = commit,
    .rollback = rollback,
    .script = script,
    .make = pg_make,
    .bind = pg_bind,
    .put = pg_put,
    .next = pg_next,
    .end = pg_end,
    .changed = changed,
    .integer = pg_integer,
    .str = pg_str,
    .bytes = pg_bytes,
    .null = pg_null,
    .version = version,
    .version_set = version_set,
    .undamaged = undamaged,
    .size = size,
};
