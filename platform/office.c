/* office.c - who asks: keys, signatures, clocks, nonces; then to the desk that answers. */
#include "platform/db_fleet.h"
#include "platform/office_part.h"

#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/base/wipe.h"
#include "platform/db_group.h"
#include "platform/db_part.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECRET_BYTES = 512 * 1024, SCRATCH_BYTES = 16 << 20, STATUS_ROWS = 200 };
enum { FORGET_EVERY_MS = 1000, AGAIN_MS = 2000 };
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
    arena_init(&o->scratch, 65536, SCRATCH_BYTES);
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
    arena_finish(&o->scratch);
    free(o->due);
    free(o);
}

enum err office_another(const struct office *o, struct office **out)
{
    return office_create(&o->conf, out);
}

/* A key that was rotated beside a running server: items sealed to the new one are on their way. */
static enum err follow_keys(struct office *o)
{
    struct stat st;
    bool loaded = o->keys.feed.kid[0] != '\0';
    if (stat(o->conf.keys, &st) != 0)
        return loaded ? OK : ERR_NO_KEY;
    if (loaded && st.st_mtim.tv_sec == o->keys_at.tv_sec &&
        st.st_mtim.tv_nsec == o->keys_at.tv_nsec)
        return OK;
    struct keys now;
    enum err e = keys_load(o->conf.keys, &now);
    if (e != OK)
        return e;
    keys_finish(&o->keys);
    o->keys = now;
    o->keys_at = st.st_mtim;
    explicit_bzero(&now, sizeof now);
    return OK;
}

/* Keys are made by the first publication, never by a server. */
enum err office_open(struct office *o)
{
    char path[CONF_TEXT + 16];
    if (o->open)
        return follow_keys(o);
    snprintf(path, sizeof path, "%s/seal.key", o->conf.keys);
    if (access(path, R_OK) != 0)
        return ERR_NO_KEY;
    enum err e = follow_keys(o);
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

/* Who answers what. at_once: in the first step, by whoever is asked; the others after the signature
 * was found good: take within the transaction that is open, finish when it is on the disk. */
static const struct desk {
    const char *method, *path;
    bool begins;                             /* more may follow this path */
    enum { ANYBODY, A_KEY, A_TERMINAL } who; /* of whom the signature must be */
    void (*at_once)(struct asking *k);
    enum err (*take)(struct asking *k);
    void (*finish)(struct asking *k);
} desks[] = {
    { "POST", "/v1/outbox", false, A_TERMINAL, office_post_judge, NULL, office_post_finish },
    { "POST", "/v1/query", false, A_TERMINAL, NULL, office_query, office_query_finish },
    { "POST", "/v1/report", false, A_TERMINAL, NULL, office_report, NULL },
    { "POST", "/v1/renew", false, A_TERMINAL, NULL, office_renew, NULL },
    { "POST", "/v1/enrol", false, A_KEY, office_enrol, NULL, NULL },
    { "GET", "/v1/anchors", false, ANYBODY, office_anchors, NULL, NULL },
    { "PUT", "/v1/blob/", true, A_TERMINAL, NULL, office_blob, NULL },
    { "GET", "/v1/blob/", true, A_TERMINAL, NULL, office_blob, NULL },
    { "GET", status_path, true, A_TERMINAL, NULL, office_status, NULL },
};

static const struct desk *desk_of(const char *method, const char *path)
{
    for (size_t i = 0; i < sizeof desks / sizeof *desks; i++) {
        const struct desk *d = &desks[i];
        if (strcmp(method, d->method) == 0 &&
            (d->begins ? strncmp(path, d->path, strlen(d->path)) : strcmp(path, d->path)) == 0)
            return d;
    }
    return NULL;
}

bool office_knows(const char *method, const char *path)
{
    return desk_of(method, path) != NULL;
}

void office_error(struct asking *k, int status, const char *code)
{
    bool clock = strcmp(code, "clock") == 0;
    k->answered = true;
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
    if (e == OK)
        e = db_heard(k->office->db, k->terminal.name, k->now_ms, k->time_ms - k->now_ms);
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

/* Who enrols is nobody yet but the holder of a line key. A POST is judged by whom we met: what is
 * revoked since, or has another key, is refused when it is to be kept (office_take.c asks again).
 * So a POST costs no question more than the others. */
static enum err find_terminal(struct asking *k, const unsigned char line[CRYPTO_PUB])
{
    struct terminal *met = &k->office->met[line[0] % MET];
    if (k->desk->who != A_TERMINAL) {
        memcpy(k->terminal.line, line, CRYPTO_PUB);
        return OK;
    }
    if (k->desk->finish == office_post_finish && met->name[0] &&
        memcmp(met->line, line, CRYPTO_PUB) == 0) {
        k->terminal = *met;
        return OK;
    }
    enum err e = db_terminal_of_line(k->office->db, line, &k->terminal);
    if (e == OK && !k->terminal.revoked)
        *met = k->terminal;
    return e;
}

/* False: answered. */
static bool identify(struct asking *k)
{
    unsigned char line[CRYPTO_PUB], sig[CRYPTO_SIG];
    if (!read_headers(k, line, sig)) {
        office_error(k, 401, "bad_signature");
        return false;
    }
    enum err e = find_terminal(k, line);
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
        return k->desk->who != A_TERMINAL || office_peer(k);
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

enum err office_status(struct asking *k)
{
    char *json = NULL;
    int64_t since = 0;
    if (!read_number(k->q->path + strlen(status_path), &since)) {
        office_error(k, 400, "bad_format");
        return OK;
    }
    if (!office_first_time(k))
        return OK;
    enum err e = write_status(k, since, &json);
    if (e == OK)
        *k->reply = (struct office_reply){ .status = 200, .body = json };
    return e;
}

struct asking *office_judge(struct office *o, struct arena *a, const struct office_request *q,
                            struct office_reply *out)
{
    struct asking *k = arena_new(a, struct asking);
    *out = (struct office_reply){ .status = 503, .later = true };
    if (!k)
        return NULL;
    *k =
        (struct asking){ .office = o, .arena = a, .q = q, .now_ms = clock_wall_ms(), .reply = out };
    k->desk = desk_of(q->method, q->path);
    enum err e = office_open(o);
    if (!k->desk)
        office_error(k, 404, "not_found");
    else if (q->body_n > WIRE_POST_MAX)
        office_error(k, 413, "too_big");
    else if (q->peer && !q->proxied) /* nobody but nginx says who comes */
        office_error(k, 403, "forged_peer");
    else if (e != OK)
        office_fault(k, e == ERR_NO_KEY ? e : ERR_IO);
    else if ((k->desk->who == ANYBODY || identify(k)) && k->desk->at_once)
        k->desk->at_once(k);
    wipe_stack(); /* what was opened and read leaves nothing behind */
    return k->answered ? NULL : k;
}

/* A part of the transaction that is open: what fails in it is undone alone. */
static enum err answer_apart(struct asking *k)
{
    struct db *db = k->office->db;
    enum err e = db_save(db);
    if (e != OK)
        return e;
    e = k->desk->take(k);
    wipe_stack();
    if (e == OK)
        return db_save_keep(db);
    if (!k->answered)
        office_fault(k, e);
    return db_save_undo(db);
}

static enum err forget_nonces(struct office *o)
{
    int64_t now_ms = clock_wall_ms();
    if (now_ms - o->forgot_ms < FORGET_EVERY_MS && now_ms >= o->forgot_ms)
        return OK;
    o->forgot_ms = now_ms;
    return db_nonces_forget(o->db, now_ms - 2 * WIRE_CLOCK_MS);
}

static enum err write_all(struct office *o, struct asking *const *tasks, int n)
{
    struct asking **posts = arena_array(&o->scratch, struct asking *, n + 1);
    int count = 0;
    enum err e = posts ? forget_nonces(o) : ERR_NOMEM;
    for (int i = 0; i < n && e == OK; i++)
        if (tasks[i]->post)
            posts[count++] = tasks[i];
    if (e == OK)
        e = office_take(o, posts, count);
    for (int i = 0; i < n && e == OK; i++)
        if (!tasks[i]->post)
            e = answer_apart(tasks[i]);
    return e;
}

/* Begun anew with each try: nothing was said yet. */
static enum err try_all(struct office *o, struct asking *const *tasks, int n)
{
    arena_reset(&o->scratch);
    for (int i = 0; i < n; i++) {
        tasks[i]->office = o;
        tasks[i]->answered = false;
        tasks[i]->noted = (struct noted){ .kind = NULL };
        *tasks[i]->reply = (struct office_reply){ .status = 503, .later = true };
    }
    enum err e = office_open(o);
    if (e == OK)
        e = db_begin(o->db);
    if (e != OK)
        return e;
    e = office_know_index(o);
    if (e == OK)
        e = write_all(o, tasks, n);
    if (e == OK)
        e = db_commit(o->db);
    if (e != OK)
        db_rollback(o->db);
    return e;
}

/* One that cannot be kept must not keep the others from being kept. */
void office_write(struct office *o, struct asking *const *tasks, int n)
{
    int64_t began_ms = clock_timer_ms();
    enum err e = try_all(o, tasks, n);
    /* A line that broke, a deadlock: once more is right, the nonce is not kept. Who has waited for
     * a lock has waited long enough. */
    if (e == ERR_BUSY && clock_timer_ms() - began_ms < AGAIN_MS)
        e = try_all(o, tasks, n);
    if (e == OK)
        return;
    log_error("not_kept", "requests=%d err=%s", n, err_name(e));
    for (int i = 0; i < n; i++)
        if (n > 1 && e != ERR_BUSY)
            office_write(o, &tasks[i], 1);
        else if (e == ERR_BUSY || e == ERR_FULL || e == ERR_READONLY)
            office_fault(tasks[i], ERR_IO);
        else
            office_error(tasks[i], 500, "not_kept"); /* alone: it may be what is in it */
}

void office_finish(struct office *o, struct asking *k)
{
    enum err e = office_open(o);
    k->office = o;
    if (k->answered)
        return;
    if (e != OK)
        office_fault(k, e); /* it is kept: sent again it will be a duplicate */
    else if (k->desk->finish)
        k->desk->finish(k);
}

void office_answer(struct office *o, struct arena *a, const struct office_request *q,
                   struct office_reply *out)
{
    struct asking *k = office_judge(o, a, q, out);
    if (!k)
        return;
    office_write(o, &k, 1);
    office_finish(o, k);
}
