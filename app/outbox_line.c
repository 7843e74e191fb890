/* outbox_line.c - huimin-sync's end of the outbox: what goes now, what came of it. */
#include "app/outbox.h"

#include "app/outbox_part.h"
#include "hal/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What an item is in a post beside its box: names, numbers, signature, keys, quotes. */
enum { POST_HEAD = 64, ITEM_HEAD = 480, HOUR_MS = 3600 * 1000 };
enum { RETRY_MS = 15 * 1000, RETRY_MAX_MS = 15 * 60 * 1000 };

/* One thread. Nobody else marks items as sending. */
struct outbox_line {
    struct store *store;
    char dir[OUTBOX_PATH];
};

/* What was on its way when the program before this one ended has had no answer. */
static enum err wake_sending(struct store *s)
{
    return store_exec(s, "UPDATE item SET state = 0 WHERE state = 1");
}

enum err outbox_line_open(const char *data_dir, struct outbox_line **out)
{
    struct outbox_line *o = calloc(1, sizeof *o);
    if (!o)
        return ERR_NOMEM;
    snprintf(o->dir, sizeof o->dir, "%s", data_dir);
    enum err e = outbox_db_open(data_dir, &o->store);
    if (e == OK)
        e = wake_sending(o->store);
    if (e != OK) {
        outbox_line_close(o);
        return e;
    }
    *out = o;
    return OK;
}

void outbox_line_close(struct outbox_line *o)
{
    if (!o)
        return;
    store_close(o->store);
    free(o);
}

static enum err end(struct store *s, enum err e)
{
    if (e == OK)
        return store_commit(s);
    store_rollback(s);
    return e;
}

static void copy(char *out, size_t cap, const struct query *q, int col)
{
    snprintf(out, cap, "%s", query_col_text(q, col));
}

static enum err read_item(const struct query *q, struct arena *a, struct wire_item *out)
{
    size_t sig_n = 0;
    out->n = query_col_int(q, 0);
    copy(out->id, sizeof out->id, q, 1);
    copy(out->kind, sizeof out->kind, q, 2);
    out->at_ms = query_col_int(q, 3);
    copy(out->suite, sizeof out->suite, q, 4);
    copy(out->kid, sizeof out->kid, q, 5);
    const void *sig = query_col_blob(q, 6, &sig_n);
    if (sig_n != sizeof out->sig)
        return ERR_CORRUPT;
    memcpy(out->sig, sig, sizeof out->sig);
    const void *box = query_col_blob(q, 7, &out->box_n);
    unsigned char *copied = arena_alloc(a, out->box_n + 1);
    if (!copied)
        return ERR_NOMEM;
    memcpy(copied, box ? box : "", out->box_n);
    out->box = copied;
    return OK;
}

/* A time far ahead was set by a clock that has since been put right. */
#define DUE "state = 0 AND (next_at <= ?1 OR next_at > ?1 + 3600000)"

/* In order of n, until the post is full. */
static enum err collect(struct store *s, struct arena *a, int64_t now_ms, struct wire_item *items,
                        int *out_count)
{
    struct query *q = store_query(s, "SELECT n, id, kind, at, suite, kid, sig, box FROM item"
                                     " WHERE " DUE " ORDER BY n LIMIT 50");
    size_t bytes = POST_HEAD;
    int count = 0;
    enum err e = OK;
    query_int(q, 1, now_ms);
    while (e == OK && count < WIRE_POST_ITEMS && query_step(q)) {
        size_t box_n = 0;
        (void)query_col_blob(q, 7, &box_n);
        bytes += ITEM_HEAD + box_n / 3 * 4 + 4;
        if (bytes > WIRE_POST_MAX)
            break;
        e = read_item(q, a, &items[count++]);
    }
    enum err done = query_done(q);
    *out_count = count;
    return e == OK ? done : e;
}

static enum err mark_sending(struct store *s, int64_t n, int64_t now_ms)
{
    struct query *q = store_query(s, "UPDATE item SET state = 1, tries = tries + 1,"
                                     " first_try = CASE first_try WHEN 0 THEN ?2 ELSE first_try END"
                                     " WHERE n = ?1 AND state = 0");
    query_int(q, 1, n);
    query_int(q, 2, now_ms);
    query_step(q);
    return query_done(q);
}

static enum err take(struct outbox_line *o, struct arena *a, int64_t now_ms,
                     struct wire_item *items, int *out_count)
{
    enum err e = store_begin(o->store);
    if (e != OK)
        return e;
    e = collect(o->store, a, now_ms, items, out_count);
    for (int i = 0; e == OK && i < *out_count; i++)
        e = mark_sending(o->store, items[i].n, now_ms);
    return end(o->store, e);
}

/* Delivering is what empties a full disk: it may use the reserve, too. */
enum err outbox_line_take(struct outbox_line *o, struct arena *a, int64_t now_ms,
                          struct wire_item **out_items, int *out_count)
{
    int count = 0;
    struct wire_item *items = arena_array(a, struct wire_item, WIRE_POST_ITEMS);
    enum err e = items ? take(o, a, now_ms, items, &count) : ERR_NOMEM;
    if (e == ERR_FULL && outbox_db_free_reserve(o->dir))
        e = take(o, a, now_ms, items, &count);
    if (e != OK)
        return e;
    *out_items = items;
    *out_count = count;
    return OK;
}

enum err outbox_line_later(struct outbox_line *o, enum err why, int64_t next_ms)
{
    struct query *q = store_query(o->store, "UPDATE item SET state = 0, next_at = ?1, reason = ?2"
                                            " WHERE state = 1");
    query_int(q, 1, next_ms);
    query_text(q, 2, err_name(why));
    query_step(q);
    return query_done(q);
}

/* Waits longer each time, up to a quarter of an hour. */
static int64_t retry_at(int64_t now_ms, int64_t tries)
{
    int64_t wait = RETRY_MS;
    for (int64_t i = 1; i < tries && wait < RETRY_MAX_MS; i++)
        wait *= 2;
    return now_ms + (wait < RETRY_MAX_MS ? wait : RETRY_MAX_MS);
}

static enum err end_item(struct store *s, const struct wire_ack *ack, int64_t now_ms)
{
    struct query *q = store_query(s, "UPDATE item SET state = 2, box = x'', ref = ?2, reason = ?4,"
                                     " next_at = 0, delivered = ?3 WHERE id = ?1");
    query_text(q, 1, ack->id);
    query_text(q, 2, ack->ref);
    query_int(q, 3, now_ms);
    query_text(q, 4, ack->why);
    query_step(q);
    return query_done(q);
}

static enum err refuse_item(struct store *s, const struct wire_ack *ack, int64_t now_ms)
{
    struct query *q = store_query(s, "UPDATE item SET state = 3, ref = ?2, reason = ?3,"
                                     " next_at = 0, delivered = ?4 WHERE id = ?1");
    query_text(q, 1, ack->id);
    query_text(q, 2, ack->ref);
    query_text(q, 3, ack->why);
    query_int(q, 4, now_ms);
    query_step(q);
    return query_done(q);
}

static enum err delay_item(struct store *s, const struct wire_ack *ack, int64_t next_ms)
{
    struct query *q = store_query(s, "UPDATE item SET state = 0, reason = ?2, next_at = ?3"
                                     " WHERE id = ?1");
    query_text(q, 1, ack->id);
    query_text(q, 2, ack->why[0] ? ack->why : "again");
    query_int(q, 3, next_ms);
    query_step(q);
    return query_done(q);
}

/* An answer to what is unknown here, or has its end already, is old news. */
static enum err take_ack(struct store *s, const struct wire_ack *ack,
                         const struct wire_keyset *keys, int64_t now_ms)
{
    char hash[WIRE_HASH_HEX + 1] = "";
    int64_t state = OUTBOX_ACCEPTED, tries = 0;
    struct query *q = store_query(s, "SELECT box_hash, state, tries FROM item WHERE id = ?1");
    query_text(q, 1, ack->id);
    if (query_step(q)) {
        copy(hash, sizeof hash, q, 0);
        state = query_col_int(q, 1);
        tries = query_col_int(q, 2);
    }
    enum err e = query_done(q);
    if (e != OK || !hash[0])
        return e;
    e = wire_ack_verify(ack, hash, keys);
    if (e != OK || state == OUTBOX_ACCEPTED || state == OUTBOX_REJECTED)
        return e;
    if (ack->outcome == WIRE_ACCEPTED || ack->outcome == WIRE_DUPLICATE)
        return end_item(s, ack, now_ms);
    if (ack->outcome == WIRE_REJECTED)
        return refuse_item(s, ack, now_ms);
    return delay_item(s, ack, retry_at(now_ms, tries));
}

/* A forged one must not keep the good ones from their effect. */
static enum err take_acks(struct outbox_line *o, const struct wire_ack *acks, int count,
                          const struct wire_keyset *keys, int64_t now_ms)
{
    bool forged = false;
    enum err e = store_begin(o->store);
    if (e != OK)
        return e;
    for (int i = 0; e == OK && i < count; i++) {
        e = take_ack(o->store, &acks[i], keys, now_ms);
        if (e == ERR_SIGNATURE || e == ERR_TOO_BIG) {
            forged = true;
            e = OK;
        }
    }
    e = end(o->store, e);
    return e == OK && forged ? ERR_SIGNATURE : e;
}

enum err outbox_line_acks(struct outbox_line *o, const struct wire_ack *acks, int count,
                          const struct wire_keyset *keys, int64_t now_ms)
{
    enum err e = take_acks(o, acks, count, keys, now_ms);
    if (e == ERR_FULL && outbox_db_free_reserve(o->dir))
        e = take_acks(o, acks, count, keys, now_ms);
    return e;
}

enum err outbox_line_status_seq(struct outbox_line *o, int64_t *out_seq)
{
    struct query *q = store_query(o->store, "SELECT value FROM meta WHERE key = 'status_seq'");
    int64_t seq = 0;
    if (query_step(q))
        seq = query_col_int(q, 0);
    enum err e = query_done(q);
    if (e == OK)
        *out_seq = seq;
    return e;
}

/* Their order is that of the platform's numbers, not of its clock: a platform restored from a
 * backup tells of an older state, and means it. */
static enum err take_status(struct store *s, const struct wire_status *row)
{
    struct query *q = store_query(s, "UPDATE item SET case_state = ?2, case_at = ?3 WHERE id = ?1");
    query_text(q, 1, row->id);
    query_text(q, 2, row->state);
    query_int(q, 3, row->at_ms);
    query_step(q);
    return query_done(q);
}

static enum err set_seq(struct store *s, int64_t seq)
{
    struct query *q = store_query(s, "UPDATE meta SET value = ?1 WHERE key = 'status_seq'");
    query_int(q, 1, seq);
    query_step(q);
    return query_done(q);
}

enum err outbox_line_statuses(struct outbox_line *o, const struct wire_status *rows, int count,
                              int64_t seq)
{
    enum err e = store_begin(o->store);
    if (e != OK)
        return e;
    for (int i = 0; e == OK && i < count; i++)
        e = take_status(o->store, &rows[i]);
    if (e == OK)
        e = set_seq(o->store, seq);
    return end(o->store, e);
}

enum err outbox_line_due(struct outbox_line *o, int64_t *out_ms)
{
    int64_t now = clock_wall_ms(), due = -1;
    struct query *q = store_query(o->store, "SELECT min(next_at), max(next_at) FROM item"
                                            " WHERE state = 0");
    if (query_step(q) && !query_col_null(q, 0)) {
        bool far = query_col_int(q, 1) > now + HOUR_MS;
        due = far || query_col_int(q, 0) <= now ? 0 : query_col_int(q, 0);
    }
    enum err e = query_done(q);
    if (e == OK)
        *out_ms = due;
    return e;
}
