/* store.h - what is remembered: a thin, safe skin over SQLite. The only door to it (with
 * search_fts.c). */
#ifndef APP_STORE_H
#define APP_STORE_H

#include "hal/base/arena.h"
#include "hal/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One open database, one thread at a time. cache.db is written by huimin-sync (STORE_WRITE) and
 * read by huimin (STORE_READ: query_only); the seed is opened in place (STORE_SEED: immutable=1).
 * Every tool that opens cache.db registers the bigram tokenizer (search_fts.c): store_open does. */
struct store;
/* outbox.db: STORE_OUTBOX, by both programs; every commit is on the disk when it returns. */
enum store_mode { STORE_READ, STORE_SEED, STORE_WRITE, STORE_OUTBOX };

/* ERR_NOT_FOUND, ERR_READONLY, ERR_CORRUPT (not a database, or quick_check fails), ERR_FULL,
 * ERR_IO. */
MUST_CHECK enum err store_open(const char *path, enum store_mode mode, struct store **out);
void store_close(struct store *s); /* accepts NULL; finalizes every cached statement */

/* [owner] Runs statements without parameters. */
MUST_CHECK enum err store_exec(struct store *s, const char *sql);
/* [owner] A transaction. store_commit refuses (ERR_FULL, ERR_IO …) when SQLite has rolled back by
 * itself behind our back (facts: disk full), so a watermark can never be written alone. */
MUST_CHECK enum err store_begin(struct store *s);
MUST_CHECK enum err store_commit(struct store *s);
void store_rollback(struct store *s);
/* [owner] A page that is not what it should be was met since the store was opened. */
bool store_damaged(const struct store *s); /* accepts NULL */
bool store_in_transaction(const struct store *s);
/* [owner] Rows written, changed or deleted since the store was opened. */
int64_t store_changes(const struct store *s);

/* A prepared statement, kept by the store and found again by its text (sql must be a literal or
 * live as long as the store). Use: q = store_query(…); query_int(q, 1, x); while (query_step(q))
 * { … query_col_int(q, 0) … } err = query_done(q). Never NULL: a bad statement shows at query_done.
 */
struct query;
struct query *store_query(struct store *s, const char *sql);
void query_int(struct query *q, int index, int64_t value); /* index from 1 */
void query_null(struct query *q, int index);
void query_text(struct query *q, int index, const char *value);           /* NULL -> null; copied */
void query_bytes(struct query *q, int index, const void *data, size_t n); /* as text, not copied */
void query_blob(struct query *q, int index, const void *data, size_t n);  /* not copied */
bool query_step(struct query *q);                                         /* true: a row is there */
int64_t query_col_int(const struct query *q, int col);                    /* from 0; 0 for null */
bool query_col_null(const struct query *q, int col);
const char *query_col_text(const struct query *q, int col); /* "" for null; until the next step */
/* Bytes of a blob until the next step; NULL when empty. */
const void *query_col_blob(const struct query *q, int col, size_t *out_n);
char *query_col_dup(const struct query *q, int col,
                    struct arena *a); /* NULL for null or full arena */
/* Resets and tells how it went: OK also after stopping early. */
MUST_CHECK enum err query_done(struct query *q);

#endif
