/* office_blob.c - takes photographed papers in: part after part, judged when they are whole. */
#include "platform/office_part.h"

#include "hal/base/log.h"
#include "platform/db_blob.h"

#include <string.h>

static const int64_t quota_bytes = 64 << 20;                 /* of one terminal, not whole */
static const int64_t forget_ms = 30LL * 24 * 60 * 60 * 1000; /* no part for so long */

/* What is answered beside a fault of ours. error NULL: taken. */
struct blob_answer {
    int status;
    const char *error;
    struct wire_blob_state state;
};

static enum err add_to_hash(void *ctx, const void *data, size_t n)
{
    crypto_hash_add(ctx, data, n);
    return OK;
}

/* The last part came. Wrong bytes are worth nothing: they go, and it is said so. */
static enum err judge_whole(struct asking *k, struct blob_row *b, struct blob_answer *out)
{
    struct db *db = k->office->db;
    struct crypto_hash h;
    char hash[WIRE_HASH_HEX + 1];
    crypto_hash_start(&h);
    enum err e = db_blob_read(db, b, add_to_hash, &h);
    crypto_hash_hex(&h, hash);
    if (e != OK)
        return e;
    if (strcmp(hash, b->page.hash) != 0) {
        *out = (struct blob_answer){ .status = 422, .error = "bad_hash" };
        e = db_blob_drop(db, b);
        return e == OK ? db_audit_add(db, k->now_ms, k->terminal.name, "paper_bad_hash %s %lld",
                                      b->ref, (long long)b->no)
                       : e;
    }
    b->done_ms = k->now_ms;
    e = db_blob_whole(db, b, k->now_ms);
    return e == OK ? db_audit_add(db, k->now_ms, k->terminal.name, "paper %s %lld", b->ref,
                                  (long long)b->no)
                   : e;
}

static enum err take_part(struct asking *k, struct blob_row *b, struct blob_answer *out)
{
    struct db *db = k->office->db;
    int64_t n = (int64_t)k->q->body_n, unfinished = 0;
    enum err e = db_blob_unfinished(db, k->terminal.name, &unfinished);
    if (e == OK && unfinished + n > quota_bytes) {
        *out = (struct blob_answer){ .status = 429, .error = "quota" };
        return OK;
    }
    if (e == OK)
        e = db_blob_add(db, b, k->q->body, k->q->body_n, k->now_ms);
    b->have += n;
    return e == OK && b->have == b->page.bytes ? judge_whole(k, b, out) : e;
}

/* off -1: only asked how far it is. */
static enum err judge(struct asking *k, struct blob_row *b, int64_t off, struct blob_answer *out)
{
    int64_t n = (int64_t)k->q->body_n;
    if (off < 0 || b->done_ms)
        return OK;
    if (off != b->have)
        *out = (struct blob_answer){ .status = 409, .error = "offset" };
    else if (n == 0 || n > b->page.bytes - b->have)
        *out = (struct blob_answer){ .status = 400, .error = "bad_format" };
    else
        return take_part(k, b, out);
    return OK;
}

static void sign(struct asking *k, const struct blob_row *b, struct wire_blob_state *s)
{
    struct wire_blob_ack *ack = &s->ack;
    s->whole = true;
    ack->bytes = b->page.bytes;
    ack->at_ms = b->done_ms;
    memcpy(ack->hash, b->page.hash, sizeof ack->hash);
    memcpy(ack->kid, k->office->keys.feed.kid, sizeof ack->kid);
    wire_blob_sign(ack, k->office->keys.feed_secret);
}

static void reply(struct asking *k, const struct blob_row *b, struct blob_answer *out)
{
    char *json = NULL;
    out->state.have = out->error && strcmp(out->error, "bad_hash") == 0 ? 0 : b->have;
    if (b->done_ms && !out->error)
        sign(k, b, &out->state);
    if (wire_blob_write(k->arena, &out->state, out->error, &json) != OK) {
        office_fault(k, ERR_NOMEM);
        return;
    }
    k->reply->status = out->status;
    k->reply->later = out->status == 429;
    k->reply->body = json;
    if (out->error)
        log_info("refused", "terminal=%s status=%d error=%s", k->terminal.name, out->status,
                 out->error);
    else if (b->done_ms)
        log_info("paper", "terminal=%s ref=%s no=%lld bytes=%lld", k->terminal.name, b->ref,
                 (long long)b->no, (long long)b->page.bytes);
}

/* Only a page that a case of this terminal names: nobody can fill the disk with anything else. */
enum err office_blob(struct asking *k)
{
    struct db *db = k->office->db;
    struct blob_row b = { .no = 0 };
    struct blob_answer out = { .status = 200 };
    char hash[WIRE_HASH_HEX + 1];
    int64_t off = -1;
    bool path = wire_blob_path_read(k->q->path, hash, &off);
    if (!path || (off < 0) != (strcmp(k->q->method, "GET") == 0)) {
        office_error(k, 404, "not_found");
        return OK;
    }
    if (k->q->body_n > WIRE_BLOB_PART) {
        office_error(k, 413, "too_big");
        return OK;
    }
    if (!office_first_time(k))
        return OK;
    enum err e = off >= 0 ? db_blob_forget(db, k->now_ms - forget_ms) : OK;
    if (e == OK)
        e = db_blob_find(db, k->terminal.name, hash, &b);
    if (e == ERR_NOT_FOUND) {
        office_error(k, 404, "not_found");
        return OK;
    }
    if (e == OK)
        e = judge(k, &b, off, &out);
    if (e == OK)
        reply(k, &b, &out);
    return e;
}
