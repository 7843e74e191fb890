/* outbox_blob_line.c - huimin-sync's end of the papers: which part goes now, what came of it. */
#include "app/outbox_blob.h"

#include <stdio.h>
#include <string.h>

enum { CHUNK = WIRE_BLOB_PART, HOUR_MS = 3600 * 1000 };

/* Only papers of an item that the platform has accepted: before that it knows none of them. A time
 * far ahead was set by a clock that has since been put right. */
#define WAITING "FROM blob JOIN item ON item.n = blob.item_n AND item.state = 2 WHERE done = 0 "

static enum err one_step(struct query *q)
{
    query_step(q);
    return query_done(q);
}

/* What is wrong with one page (tries) must not hold up the others. */
static enum err pick(struct store *s, int64_t now_ms, struct outbox_part *out)
{
    struct query *q = store_query(s, "SELECT blob.hash, bytes, sent " WAITING
                                     "AND (blob.next_at <= ?1 OR blob.next_at > ?1 + 86400000)"
                                     " ORDER BY blob.tries, blob.item_n, blob.no LIMIT 1");
    query_int(q, 1, now_ms);
    bool found = query_step(q);
    if (found) {
        snprintf(out->hash, sizeof out->hash, "%s", query_col_text(q, 0));
        out->bytes = query_col_int(q, 1);
        out->off = query_col_int(q, 2);
    }
    enum err e = query_done(q);
    return e == OK && !found ? ERR_NOT_FOUND : e;
}

/* From off to the end of its chunk, and no more than is wanted. */
static enum err read_part(struct store *s, struct arena *a, size_t most, struct outbox_part *p)
{
    struct query *q = store_query(s, "SELECT data FROM blob_part WHERE hash = ?1 AND off = ?2");
    int64_t chunk = p->off / CHUNK * CHUNK;
    size_t n = 0, skip = (size_t)(p->off - chunk);
    query_text(q, 1, p->hash);
    query_int(q, 2, chunk);
    const unsigned char *data = query_step(q) ? query_col_blob(q, 0, &n) : NULL;
    enum err e = data && n > skip ? OK : ERR_CORRUPT;
    if (e == OK) {
        p->n = n - skip < most ? n - skip : most;
        unsigned char *copy = arena_alloc(a, p->n);
        e = copy ? OK : ERR_NOMEM;
        p->data = copy ? memcpy(copy, data + skip, p->n) : NULL;
    }
    enum err done = query_done(q);
    return e == OK ? done : e;
}

enum err outbox_blob_next(struct store *s, struct arena *a, int64_t now_ms, size_t most,
                          struct outbox_part *out)
{
    struct outbox_part p = { .n = 0 };
    enum err e = pick(s, now_ms, &p);
    if (e == OK && p.off < p.bytes)
        e = read_part(s, a, most, &p);
    if (e == OK)
        *out = p;
    return e;
}

enum err outbox_blob_sent(struct store *s, const char *hash, int64_t have)
{
    struct query *q =
        store_query(s, "UPDATE blob SET sent = min(?2, bytes), next_at = 0 WHERE hash = ?1");
    query_text(q, 1, hash);
    query_int(q, 2, have);
    return one_step(q);
}

enum err outbox_blob_later(struct store *s, const char *hash, int64_t next_ms)
{
    struct query *q =
        store_query(s, "UPDATE blob SET tries = tries + 1, next_at = ?2 WHERE hash = ?1");
    query_text(q, 1, hash);
    query_int(q, 2, next_ms);
    return one_step(q);
}

static enum err finish(struct store *s, const struct wire_blob_ack *ack)
{
    struct query *q = store_query(s, "UPDATE blob SET done = ?2, sent = bytes WHERE hash = ?1");
    query_text(q, 1, ack->hash);
    query_int(q, 2, ack->at_ms > 0 ? ack->at_ms : 1);
    enum err e = one_step(q);
    if (e != OK)
        return e;
    q = store_query(s, "DELETE FROM blob_part WHERE hash = ?1");
    query_text(q, 1, ack->hash);
    return one_step(q);
}

static enum err bytes_of(struct store *s, const char *hash, int64_t *out)
{
    struct query *q = store_query(s, "SELECT bytes FROM blob WHERE hash = ?1");
    query_text(q, 1, hash);
    bool found = query_step(q);
    if (found)
        *out = query_col_int(q, 0);
    enum err e = query_done(q);
    return e == OK && !found ? ERR_NOT_FOUND : e;
}

enum err outbox_blob_done(struct store *s, const struct wire_blob_ack *ack,
                          const struct wire_keyset *keys)
{
    int64_t bytes = 0;
    enum err e = wire_blob_verify(ack, keys);
    if (e == OK)
        e = bytes_of(s, ack->hash, &bytes);
    if (e == OK && bytes != ack->bytes)
        e = ERR_SIGNATURE;
    if (e == OK)
        e = store_begin(s);
    if (e != OK)
        return e;
    e = finish(s, ack);
    if (e == OK)
        return store_commit(s);
    store_rollback(s);
    return e;
}

enum err outbox_blob_due(struct store *s, int64_t now_ms, int64_t *out_ms)
{
    struct query *q = store_query(s, "SELECT min(blob.next_at), max(blob.next_at) " WAITING);
    int64_t due = -1;
    if (query_step(q) && !query_col_null(q, 0)) {
        bool far = query_col_int(q, 1) > now_ms + 24LL * HOUR_MS;
        due = far || query_col_int(q, 0) <= now_ms ? 0 : query_col_int(q, 0);
    }
    enum err e = query_done(q);
    if (e == OK)
        *out_ms = due;
    return e;
}
