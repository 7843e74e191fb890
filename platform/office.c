/* office.c - who asks: keys, signatures, clocks, nonces; then to the desk that answers. */
#include "platform/office_part.h"

#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/base/wipe.h"
#include "hal/wire_blob.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECRET_BYTES = 512 * 1024, STATUS_ROWS = 200 };
static const char status_path[] = "/v1/status?since=";

enum err office_create(const struct conf *c, struct office **out)
{
    struct office *o = calloc(1, sizeof *o);
    enum err e = o ? crypto_init() : ERR_NOMEM;
    if (e == OK)
        e = arena_init_locked(&o->secret, SECRET_BYTES);
    if (e != OK) {
        free(o);
        return e;
    }
    o->conf = *c;
    *out = o;
    return OK;
}

void office_destroy(struct office *o)
{
    if (!o)
        return;
    db_close(o->db);
    keys_finish(&o->keys);
    hsm_finish(&o->hsm);
    arena_finish(&o->secret);
    free(o);
}

/* Keys are made by the first publication, never by a server. */
static enum err open_once(struct office *o)
{
    char path[CONF_TEXT + 16];
    if (o->open)
        return OK;
    snprintf(path, sizeof path, "%s/seal.key", o->conf.keys);
    if (access(path, R_OK) != 0)
        return ERR_NO_KEY;
    enum err e = keys_load(o->conf.keys, &o->keys);
    if (e == OK)
        e = hsm_load(o->conf.keys, &o->hsm);
    if (e == OK)
        e = db_open(o->conf.db, &o->db);
    o->open = e == OK;
    if (e != OK)
        log_error("office_closed", "err=%s", err_name(e));
    return e;
}

const char *office_db(const struct office *o)
{
    return o->conf.db;
}

bool office_knows(const char *method, const char *path)
{
    char hash[WIRE_HASH_HEX + 1];
    int64_t off = -1;
    if (wire_blob_path_read(path, hash, &off))
        return strcmp(method, off < 0 ? "GET" : "PUT") == 0;
    if (strcmp(method, "POST") == 0)
        return strcmp(path, "/v1/outbox") == 0 || strcmp(path, "/v1/query") == 0;
    return strcmp(method, "GET") == 0 && strncmp(path, status_path, strlen(status_path)) == 0;
}

void office_error(struct asking *k, int status, const char *code)
{
    bool clock = strcmp(code, "clock") == 0;
    k->reply->status = status;
    k->reply->later = status == 503;
    k->reply->body =
        clock ? arena_printf(k->arena, "{\"error\":\"clock\",\"now\":%lld}", (long long)k->now_ms)
              : arena_printf(k->arena, "{\"error\":\"%s\"}", code);
    log_info("refused", "terminal=%s status=%d error=%s",
             k->terminal.name[0] ? k->terminal.name : "-", status, code);
}

void office_fault(struct asking *k, enum err e)
{
    if (e == ERR_TOO_BIG)
        office_error(k, 413, "too_big");
    else if (e == ERR_FORMAT || e == ERR_TYPE)
        office_error(k, 400, "bad_format");
    else
        office_error(k, 503, e == ERR_NO_KEY ? "not_ready" : "busy");
}

bool office_first_time(struct asking *k)
{
    enum err e = db_nonce_add(k->office->db, k->terminal.name, k->nonce, k->time_ms,
                              k->now_ms - 2 * WIRE_CLOCK_MS);
    if (e == ERR_REPLAYED)
        office_error(k, 401, "replayed");
    else if (e != OK)
        office_fault(k, e);
    return e == OK;
}

static bool read_number(const char *text, int64_t *out)
{
    size_t n = strlen(text);
    if (n == 0 || n > 18 || strspn(text, "0123456789") != n)
        return false;
    *out = strtoll(text, NULL, 10);
    return true;
}

/* The headers as bytes. False: one is missing or is not what it should be. */
static bool read_headers(struct asking *k, unsigned char line[CRYPTO_PUB],
                         unsigned char sig[CRYPTO_SIG])
{
    const struct office_request *q = k->q;
    size_t line_n = 0, sig_n = 0;
    if (!q->line || !q->time || !q->nonce || !q->signature)
        return false;
    if (strlen(q->nonce) != 32 || strspn(q->nonce, "0123456789abcdef") != 32)
        return false;
    memcpy(k->nonce, q->nonce, sizeof k->nonce);
    return read_number(q->time, &k->time_ms) &&
           crypto_unbase64(q->line, line, CRYPTO_PUB, &line_n) == OK && line_n == CRYPTO_PUB &&
           crypto_unbase64(q->signature, sig, CRYPTO_SIG, &sig_n) == OK && sig_n == CRYPTO_SIG;
}

static bool signature_good(const struct asking *k, const unsigned char sig[CRYPTO_SIG])
{
    struct wire_request r = { .method = k->q->method,
                              .path = k->q->path,
                              .body = k->q->body,
                              .body_n = k->q->body_n,
                              .time_ms = k->time_ms };
    memcpy(r.nonce, k->nonce, sizeof r.nonce);
    return wire_request_verify(&r, k->terminal.line, sig) == OK;
}

/* False: answered. */
static bool identify(struct asking *k)
{
    unsigned char line[CRYPTO_PUB], sig[CRYPTO_SIG];
    if (!read_headers(k, line, sig)) {
        office_error(k, 401, "bad_signature");
        return false;
    }
    enum err e = db_terminal_of_line(k->office->db, line, &k->terminal);
    int64_t off = k->now_ms - k->time_ms;
    if (e == ERR_NOT_FOUND)
        office_error(k, 401, "unknown_terminal");
    else if (e != OK)
        office_fault(k, e);
    else if (!signature_good(k, sig))
        office_error(k, 401, "bad_signature");
    else if (k->terminal.revoked)
        office_error(k, 403, "revoked");
    else if (off > WIRE_CLOCK_MS || off < -WIRE_CLOCK_MS)
        office_error(k, 401, "clock");
    else
        return true;
    return false;
}

static enum err write_status(struct asking *k, int64_t since, char **out)
{
    struct wire_status *rows = arena_array(k->arena, struct wire_status, STATUS_ROWS);
    int count = 0;
    int64_t seq = 0;
    bool more = false;
    enum err e = rows ? db_status(k->office->db, k->terminal.name, since, rows, STATUS_ROWS, &count,
                                  &seq, &more)
                      : ERR_NOMEM;
    return e == OK ? wire_statuses_write(k->arena, seq, more, rows, count, out) : e;
}

void office_status(struct asking *k, int64_t since)
{
    char *json = NULL;
    enum err e = db_begin(k->office->db);
    if (e == OK && !office_first_time(k)) {
        db_rollback(k->office->db);
        return;
    }
    if (e == OK)
        e = write_status(k, since, &json);
    if (e == OK)
        e = db_commit(k->office->db);
    if (e != OK) {
        db_rollback(k->office->db);
        office_fault(k, e);
        return;
    }
    k->reply->status = 200;
    k->reply->body = json;
}

static void route(struct asking *k)
{
    char hash[WIRE_HASH_HEX + 1];
    int64_t since = 0;
    if (wire_blob_path_read(k->q->path, hash, &since))
        office_blob(k, hash, since);
    else if (strcmp(k->q->path, "/v1/outbox") == 0)
        office_post(k);
    else if (strcmp(k->q->path, "/v1/query") == 0)
        office_query(k);
    else if (read_number(k->q->path + strlen(status_path), &since))
        office_status(k, since);
    else
        office_error(k, 400, "bad_format");
}

void office_answer(struct office *o, struct arena *a, const struct office_request *q,
                   struct office_reply *out)
{
    struct asking k = { .office = o, .arena = a, .q = q, .now_ms = clock_wall_ms(), .reply = out };
    *out = (struct office_reply){ .status = 503, .later = true };
    enum err e = open_once(o);
    if (!office_knows(q->method, q->path))
        office_error(&k, 404, "not_found");
    else if (q->body_n > WIRE_POST_MAX)
        office_error(&k, 413, "too_big");
    else if (e != OK)
        office_fault(&k, e == ERR_NO_KEY ? e : ERR_IO);
    else if (identify(&k))
        route(&k);
    wipe_stack(); /* what was opened and read leaves nothing behind */
}
