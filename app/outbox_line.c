/* outbox_line.c - huimin-sync's end of the outbox: what goes now, what came of it. */
#include "app/outbox.h"

#include "app/outbox_part.h"
#include "hal/base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What an item is in a post beside its box: names, numbers, signature, keys, quotes. */
enum { POST_HEAD = 64, ITEM_HEAD = 480 };
enum { FAULT_MS = 15 * 1000, HOUR_MS = 3600 * 1000 };

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
    if (e == OK)
        outbox_line_scrub(o);
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

enum err outbox_line_end(struct outbox_line *o, enum err e)
{
    if (e == OK)
        return store_commit(o->store);
    store_rollback(o->store);
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

/* No wait is longer than an hour: one that is was set by a clock that has been put right since. */
#define DUE "(next_at <= ?1 OR next_at > ?1 + 3600000)"

/* How much of a post an item takes. */
static size_t size_of(size_t box_n)
{
    return ITEM_HEAD + box_n / 3 * 4 + 4;
}

/* Which items go now: those without a fault of their own first, until the post is full; one that
 * failed before goes alone, so that it takes no other with it. */
static enum err choose(struct store *s, int64_t now_ms, bool at_once, int64_t n[WIRE_POST_ITEMS],
                       int *out_count)
{
    struct query *q = store_query(s, "SELECT item.n, length(box), coalesce(faults, 0) > 0 AS ill"
                                     " FROM item LEFT JOIN mark ON mark.n = item.n"
                                     " WHERE state = 0 AND (" DUE " OR"
                                     " (?2 = 1 AND coalesce(faults, 0) = 0))"
                                     " ORDER BY ill, item.n LIMIT 50");
    size_t bytes = POST_HEAD;
    int count = 0;
    query_int(q, 1, now_ms);
    query_int(q, 2, at_once);
    while (count < WIRE_POST_ITEMS && query_step(q)) {
        bool ill = query_col_int(q, 2) != 0;
        bytes += size_of((size_t)query_col_int(q, 1));
        if (count > 0 && (ill || bytes > WIRE_POST_MAX))
            break;
        n[count++] = query_col_int(q, 0);
        if (ill)
            break;
    }
    *out_count = count;
    return query_done(q);
}

static enum err read_one(struct store *s, struct arena *a, int64_t n, struct wire_item *out)
{
    struct query *q =
        store_query(s, "SELECT n, id, kind, at, suite, kid, sig, box FROM item WHERE n = ?1");
    query_int(q, 1, n);
    enum err e = query_step(q) ? read_item(q, a, out) : ERR_NOT_FOUND;
    enum err done = query_done(q);
    return done == OK ? e : done;
}

/* first_try is never later than now: a clock that ran ahead must not hide for how long an item has
 * been tried. */
static enum err mark_sending(struct store *s, int64_t n, int64_t now_ms)
{
    struct query *q = store_query(s, "UPDATE item SET state = 1, tries = tries + 1,"
                                     " first_try = CASE WHEN first_try = 0 OR first_try > ?2"
                                     " THEN ?2 ELSE first_try END"
                                     " WHERE n = ?1 AND state = 0");
    query_int(q, 1, n);
    query_int(q, 2, now_ms);
    query_step(q);
    return query_done(q);
}

static enum err take(struct outbox_line *o, struct arena *a, int64_t now_ms, bool at_once,
                     struct wire_item *items, int *out_count)
{
    int64_t n[WIRE_POST_ITEMS];
    enum err e = store_begin(o->store);
    if (e != OK)
        return e;
    e = choose(o->store, now_ms, at_once, n, out_count);
    for (int i = 0; e == OK && i < *out_count; i++) {
        e = read_one(o->store, a, n[i], &items[i]);
        if (e == OK)
            e = mark_sending(o->store, n[i], now_ms);
    }
    return outbox_line_end(o, e);
}

/* Delivering is what empties a full disk: it may use the reserve, too. */
enum err outbox_line_take(struct outbox_line *o, struct arena *a, int64_t now_ms, bool at_once,
                          struct wire_item **out_items, int *out_count)
{
    int count = 0;
    struct wire_item *items = arena_array(a, struct wire_item, WIRE_POST_ITEMS);
    enum err e = items ? take(o, a, now_ms, at_once, items, &count) : ERR_NOMEM;
    if (e == ERR_FULL && outbox_db_free_reserve(o->dir))
        e = take(o, a, now_ms, at_once, items, &count);
    if (e != OK)
        return e;
    *out_items = items;
    *out_count = count;
    return OK;
}

enum err outbox_line_hurry(struct outbox_line *o)
{
    return store_exec(o->store, "UPDATE item SET next_at = 0 WHERE state = 0 AND n IN"
                                " (SELECT n FROM mark WHERE faults > 0)");
}

/* In order of n, beyond after_n; nothing is marked. */
static enum err choose_waiting(struct store *s, int64_t after_n, int64_t n[WIRE_POST_ITEMS],
                               int *out_count)
{
    struct query *q = store_query(s, "SELECT n, length(box) FROM item WHERE state < 2 AND n > ?1"
                                     " ORDER BY n LIMIT 50");
    size_t bytes = POST_HEAD;
    int count = 0;
    query_int(q, 1, after_n);
    while (count < WIRE_POST_ITEMS && query_step(q)) {
        bytes += size_of((size_t)query_col_int(q, 1));
        if (count > 0 && bytes > WIRE_POST_MAX)
            break;
        n[count++] = query_col_int(q, 0);
    }
    *out_count = count;
    return query_done(q);
}

enum err outbox_line_waiting(struct outbox_line *o, struct arena *a, int64_t after_n,
                             struct wire_item **out_items, int *out_count)
{
    int64_t n[WIRE_POST_ITEMS];
    int count = 0;
    struct wire_item *items = arena_array(a, struct wire_item, WIRE_POST_ITEMS);
    enum err e = items ? choose_waiting(o->store, after_n, n, &count) : ERR_NOMEM;
    for (int i = 0; e == OK && i < count; i++)
        e = read_one(o->store, a, n[i], &items[i]);
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

/* A wait of the item's own: twice as long each time, up to an hour, a quarter more or less, so that
 * what failed together does not come again together. */
static int64_t fault_wait_ms(int64_t faults)
{
    unsigned random;
    int64_t wait = FAULT_MS;
    crypto_random(&random, sizeof random);
    for (int64_t i = 1; i < faults && wait < HOUR_MS; i++)
        wait *= 2;
    wait += (int64_t)(random % (unsigned)(wait / 2)) - wait / 4;
    return wait < HOUR_MS ? wait : HOUR_MS;
}

static enum err count_fault(struct store *s, int64_t n, int64_t *out_faults)
{
    struct query *q = store_query(s, "INSERT INTO mark(n, faults) VALUES(?1, 1)"
                                     " ON CONFLICT(n) DO UPDATE SET faults = faults + 1"
                                     " RETURNING faults");
    query_int(q, 1, n);
    while (query_step(q))
        *out_faults = query_col_int(q, 0);
    return query_done(q);
}

/* It is this item, not the line: it waits by itself, and is told by itself. */
static enum err delay_item(struct store *s, int64_t n, const char *why, int64_t now_ms)
{
    int64_t faults = 1;
    enum err e = count_fault(s, n, &faults);
    if (e != OK)
        return e;
    struct query *q = store_query(s, "UPDATE item SET state = 0, reason = ?2, next_at = ?3"
                                     " WHERE n = ?1");
    query_int(q, 1, n);
    query_text(q, 2, why);
    query_int(q, 3, now_ms + fault_wait_ms(faults));
    query_step(q);
    return query_done(q);
}

static enum err fault(struct store *s, int64_t n, enum err why, int64_t now_ms)
{
    struct query *q = store_query(s, "SELECT 1 FROM item WHERE n = ?1 AND state = 1");
    query_int(q, 1, n);
    bool sending = query_step(q);
    enum err e = query_done(q);
    return e == OK && sending ? delay_item(s, n, err_name(why), now_ms) : e;
}

enum err outbox_line_fault(struct outbox_line *o, int64_t n, enum err why, int64_t now_ms)
{
    enum err e = store_begin(o->store);
    return e == OK ? outbox_line_end(o, fault(o->store, n, why, now_ms)) : e;
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

/* Its photographed pages are wanted by nobody: they go, and make room for others. */
static enum err refuse_item(struct store *s, const struct wire_ack *ack, int64_t now_ms)
{
    static const char *const pages[] = {
        "DELETE FROM blob_part WHERE hash IN (SELECT hash FROM blob JOIN item ON item.n = item_n"
        " WHERE id = ?1)",
        "DELETE FROM blob WHERE item_n = (SELECT n FROM item WHERE id = ?1)",
    };
    for (int i = 0; i < 2; i++) {
        struct query *gone = store_query(s, pages[i]);
        query_text(gone, 1, ack->id);
        query_step(gone);
        enum err e = query_done(gone);
        if (e != OK)
            return e;
    }
    struct query *q = store_query(s, "UPDATE item SET state = 3, ref = ?2, reason = ?3,"
                                     " next_at = 0, delivered = ?4 WHERE id = ?1");
    query_text(q, 1, ack->id);
    query_text(q, 2, ack->ref);
    query_text(q, 3, ack->why);
    query_int(q, 4, now_ms);
    query_step(q);
    return query_done(q);
}

/* An answer to what is unknown here, or has its end already, is old news. */
static enum err take_ack(struct store *s, const struct wire_ack *ack,
                         const struct wire_keyset *keys, int64_t now_ms)
{
    char hash[WIRE_HASH_HEX + 1] = "";
    int64_t state = OUTBOX_ACCEPTED, n = 0;
    struct query *q = store_query(s, "SELECT box_hash, state, n FROM item WHERE id = ?1");
    query_text(q, 1, ack->id);
    if (query_step(q)) {
        copy(hash, sizeof hash, q, 0);
        state = query_col_int(q, 1);
        n = query_col_int(q, 2);
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
    return delay_item(s, n, ack->why[0] ? ack->why : "again", now_ms);
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
    e = outbox_line_end(o, e);
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

/* Somebody reading keeps it from happening now: then after the next delivery, or at the next start.
 */
void outbox_line_scrub(struct outbox_line *o)
{
    enum err e = store_exec(o->store, "PRAGMA wal_checkpoint(TRUNCATE)");
    if (e != OK)
        log_debug("outbox_not_scrubbed", "err=%s", err_name(e));
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
    return outbox_line_end(o, e);
}

enum err outbox_line_due(struct outbox_line *o, int64_t now, int64_t *out_ms)
{
    int64_t due = -1;
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

enum err outbox_line_totals(struct outbox_line *o, int64_t now_ms, struct outbox_counts *out,
                            int64_t *out_oldest_ms)
{
    int64_t oldest = 0;
    struct query *q = store_query(o->store, "SELECT min(at) FROM item WHERE state < 2");
    if (query_step(q))
        oldest = query_col_int(q, 0);
    enum err e = query_done(q);
    if (e == OK)
        e = outbox_db_counts(o->store, now_ms, out);
    if (e == OK)
        *out_oldest_ms = oldest;
    return e;
}
