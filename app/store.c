/* store.c - what is remembered: a thin, safe skin over SQLite. */
#include "app/store.h"

#include "app/search_fts.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STATEMENTS = 64, BUSY_MS = 2000 };

struct query {
    struct store *store;
    const char *sql;
    sqlite3_stmt *stmt; /* NULL: the statement is bad, err says how */
    enum err err;
    bool ended; /* the last row is past: SQLite would start again */
};

/* Invariant: fault is the first error since store_begin; a transaction with a fault never commits.
 */
struct store {
    sqlite3 *db;
    enum err fault;
    bool damaged;
    int count;
    unsigned next;
    struct query query[STATEMENTS];
};

static enum err io_error(sqlite3 *db)
{
    int code = sqlite3_system_errno(db);
    if (code == ENOSPC || code == EDQUOT)
        return ERR_FULL;
    return code == EROFS || code == EACCES || code == EPERM ? ERR_READONLY : ERR_IO;
}

static enum err map(sqlite3 *db, int rc)
{
    switch (rc & 0xFF) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return OK;
    case SQLITE_FULL:
        return ERR_FULL;
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return ERR_READONLY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ERR_CORRUPT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERR_BUSY;
    case SQLITE_NOMEM:
        return ERR_NOMEM;
    case SQLITE_TOOBIG:
        return ERR_TOO_BIG;
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
        return ERR_TYPE;
    case SQLITE_ERROR: /* a bad statement (ours), or a line that is not JSON (the feed's) */
        return strstr(sqlite3_errmsg(db), "malformed JSON") ? ERR_FORMAT : ERR_IO;
    default:
        return io_error(db);
    }
}

bool store_damaged(const struct store *s)
{
    return s && s->damaged;
}

/* Remembers the first fault of a transaction. */
static enum err note(struct store *s, int rc)
{
    enum err e = map(s->db, rc);
    s->damaged |= e == ERR_CORRUPT;
    if (e != OK && s->fault == OK)
        s->fault = e;
    return e;
}

enum err store_exec(struct store *s, const char *sql)
{
    return note(s, sqlite3_exec(s->db, sql, NULL, NULL, NULL));
}

static bool writes(enum store_mode mode)
{
    return mode == STORE_WRITE || mode == STORE_OUTBOX;
}

static enum err text_of(struct store *s, const char *sql, char *out, size_t cap)
{
    struct query *q = store_query(s, sql);
    if (query_step(q))
        snprintf(out, cap, "%s", query_col_text(q, 0));
    return query_done(q);
}

/* The writer looks at every page once, at its start; a reader only at the first: it must be fast,
 * and what it meets later shows as ERR_CORRUPT then. */
static enum err check(struct store *s, enum store_mode mode)
{
    char answer[8] = "";
    enum err e = text_of(s, "SELECT count(*) FROM sqlite_schema", answer, sizeof answer);
    if (e != OK || !writes(mode))
        return e;
    e = text_of(s, "PRAGMA quick_check(1)", answer, sizeof answer);
    return e == OK && strcmp(answer, "ok") != 0 ? ERR_CORRUPT : e;
}

static enum err tune(struct store *s, enum store_mode mode)
{
    if (mode == STORE_WRITE)
        return store_exec(s, "PRAGMA auto_vacuum=INCREMENTAL;" /* a new file can shrink */
                             "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                             "PRAGMA journal_size_limit=8388608; PRAGMA wal_autocheckpoint=0;"
                             "PRAGMA cache_size=-2000; PRAGMA trusted_schema=0");
    if (mode == STORE_OUTBOX) /* an emptied box leaves nothing behind in the file */
        return store_exec(s, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                             "PRAGMA secure_delete=1; PRAGMA journal_size_limit=1048576;"
                             "PRAGMA cache_size=-512; PRAGMA trusted_schema=0");
    return store_exec(s, "PRAGMA query_only=1; PRAGMA cache_size=-2000");
}

/* file:…?immutable=1 with the characters that mean something in a URI escaped. */
static enum err immutable_uri(const char *path, char *out, size_t cap)
{
    size_t n = (size_t)snprintf(out, cap, "file:");
    for (; *path && n + 16 < cap; path++)
        n += (size_t)snprintf(out + n, cap - n, strchr("%?#", *path) ? "%%%02X" : "%c",
                              (unsigned)(unsigned char)*path);
    if (*path)
        return ERR_ARG;
    snprintf(out + n, cap - n, "?immutable=1");
    return OK;
}

static enum err open_db(const char *path, enum store_mode mode, sqlite3 **out)
{
    char uri[1024];
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE;
    if (writes(mode))
        flags |= SQLITE_OPEN_CREATE;
    if (mode == STORE_SEED) {
        enum err e = immutable_uri(path, uri, sizeof uri);
        if (e != OK)
            return e;
        flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
        path = uri;
    }
    int rc = sqlite3_open_v2(path, out, flags, NULL);
    if (rc == SQLITE_OK)
        sqlite3_busy_timeout(*out, BUSY_MS);
    if (rc == SQLITE_OK && writes(mode) && sqlite3_db_readonly(*out, "main") == 1)
        return ERR_READONLY; /* SQLite opens what it cannot write without a word */
    return map(*out, rc);
}

static enum err open_as(const char *path, enum store_mode mode, struct store **out)
{
    struct store *s = calloc(1, sizeof *s);
    if (!s)
        return ERR_NOMEM;
    enum err e = open_db(path, mode, &s->db);
    if (e == OK && mode != STORE_OUTBOX)
        e = search_fts_register(s->db);
    if (e == OK)
        e = tune(s, mode);
    if (e == OK)
        e = check(s, mode);
    if (e != OK) {
        store_close(s);
        return e;
    }
    s->fault = OK;
    *out = s;
    return OK;
}

/* A reader in a directory nobody can write to: SQLite cannot make the -shm file a WAL database
 * needs. Without a -wal file the database is whole as it lies there. */
static bool lies_still(const char *path)
{
    char wal[1024];
    struct stat st;
    snprintf(wal, sizeof wal, "%s-wal", path);
    return stat(wal, &st) != 0 || st.st_size == 0;
}

enum err store_open(const char *path, enum store_mode mode, struct store **out)
{
    struct stat st;
    if (!writes(mode) && stat(path, &st) != 0)
        return errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_IO;
    enum err e = open_as(path, mode, out);
    if ((e == ERR_READONLY || e == ERR_IO) && mode == STORE_READ && lies_still(path))
        return open_as(path, STORE_SEED, out);
    return e;
}

void store_close(struct store *s)
{
    if (!s)
        return;
    for (int i = 0; i < s->count; i++)
        sqlite3_finalize(s->query[i].stmt);
    sqlite3_close(s->db);
    free(s);
}

bool store_in_transaction(const struct store *s)
{
    return !sqlite3_get_autocommit(s->db);
}

enum err store_begin(struct store *s)
{
    s->fault = OK;
    return store_exec(s, "BEGIN IMMEDIATE");
}

/* On a full disk SQLite rolls back by itself and the next statement would run outside of any
 * transaction: a watermark written then would claim rows that are not there. */
enum err store_commit(struct store *s)
{
    enum err fault = s->fault;
    if (fault == OK && !store_in_transaction(s))
        fault = ERR_IO;
    if (fault == OK)
        fault = store_exec(s, "COMMIT");
    if (fault != OK)
        store_rollback(s);
    return fault;
}

void store_rollback(struct store *s)
{
    for (int i = 0; i < s->count; i++)
        sqlite3_reset(s->query[i].stmt);
    if (store_in_transaction(s))
        (void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
    s->fault = OK;
}

static struct query *find(struct store *s, const char *sql)
{
    for (int i = 0; i < s->count; i++)
        if (s->query[i].sql == sql || strcmp(s->query[i].sql, sql) == 0)
            return &s->query[i];
    return NULL;
}

/* A free place, or, when all are taken, the place given longest ago. */
static struct query *place(struct store *s)
{
    struct query *q = &s->query[s->next++ % STATEMENTS];
    sqlite3_finalize(q->stmt);
    s->count += s->count < STATEMENTS;
    return q;
}

struct query *store_query(struct store *s, const char *sql)
{
    struct query *q = find(s, sql);
    if (q && q->stmt) {
        sqlite3_reset(q->stmt);
        q->err = OK;
        q->ended = false;
        return q;
    }
    if (!q)
        q = place(s);
    *q = (struct query){ .store = s, .sql = sql };
    q->err = note(s, sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &q->stmt, NULL));
    return q;
}

static void bound(struct query *q, int rc)
{
    if (q->err == OK)
        q->err = note(q->store, rc);
}

void query_int(struct query *q, int index, int64_t value)
{
    if (q->stmt)
        bound(q, sqlite3_bind_int64(q->stmt, index, value));
}

void query_null(struct query *q, int index)
{
    if (q->stmt)
        bound(q, sqlite3_bind_null(q->stmt, index));
}

void query_text(struct query *q, int index, const char *value)
{
    if (q->stmt)
        bound(q, sqlite3_bind_text(q->stmt, index, value, -1, SQLITE_TRANSIENT));
}

void query_bytes(struct query *q, int index, const void *data, size_t n)
{
    if (q->stmt)
        bound(q, sqlite3_bind_text64(q->stmt, index, data, n, SQLITE_STATIC, SQLITE_UTF8));
}

void query_blob(struct query *q, int index, const void *data, size_t n)
{
    if (q->stmt)
        bound(q, sqlite3_bind_blob64(q->stmt, index, n ? data : "", n, SQLITE_STATIC));
}

bool query_step(struct query *q)
{
    if (!q->stmt || q->err != OK || q->ended)
        return false;
    int rc = sqlite3_step(q->stmt);
    if (rc == SQLITE_ROW)
        return true;
    q->err = note(q->store, rc);
    q->ended = true;
    return false;
}

int64_t query_col_int(const struct query *q, int col)
{
    return sqlite3_column_int64(q->stmt, col);
}

bool query_col_null(const struct query *q, int col)
{
    return sqlite3_column_type(q->stmt, col) == SQLITE_NULL;
}

const char *query_col_text(const struct query *q, int col)
{
    const unsigned char *text = sqlite3_column_text(q->stmt, col);
    return text ? (const char *)text : "";
}

const void *query_col_blob(const struct query *q, int col, size_t *out_n)
{
    const void *bytes = sqlite3_column_blob(q->stmt, col);
    *out_n = (size_t)sqlite3_column_bytes(q->stmt, col);
    return bytes;
}

char *query_col_dup(const struct query *q, int col, struct arena *a)
{
    return query_col_null(q, col) ? NULL : arena_strdup(a, query_col_text(q, col));
}

enum err query_done(struct query *q)
{
    enum err e = q->err;
    q->ended = false;
    if (q->stmt)
        sqlite3_reset(q->stmt);
    return e;
}

int64_t store_changes(const struct store *s)
{
    return sqlite3_total_changes64(s->db);
}
