/* sync_signed.c - requests only this terminal can make: signed with its line key. */
#include "app/sync_signed.h"

#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/crypto.h"
#include "hal/json.h"
#include "hal/wire_item.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void sync_signed_start(struct sync_signed *s, const struct config *c)
{
    *s = (struct sync_signed){ .config = c };
    if (strcmp(c->platform_url, "none") == 0)
        return;
    size_t n = strlen(c->platform_url);
    while (n && c->platform_url[n - 1] == '/')
        n--;
    snprintf(s->base, sizeof s->base, "%.*s", (int)n, c->platform_url);
}

void sync_signed_finish(struct sync_signed *s)
{
    if (s->has_key)
        key_finish(&s->key);
    s->has_key = false;
}

enum err sync_signed_key(struct sync_signed *s)
{
    if (s->has_key)
        return OK;
    enum err e = key_load_line(s->config->data_dir, &s->key);
    s->has_key = e == OK;
    return e;
}

/* The four headers of a signed request, ready to be sent. */
struct signed_headers {
    char line[80], time[48], nonce[64], sig[128];
};

/* What is asked; body NULL: GET. */
struct asking {
    const char *method, *path;
    const void *body;
    size_t n;
    int deadline_s;
};

static void sign(const struct sync_signed *s, const struct asking *q, struct signed_headers *out)
{
    struct wire_request r = { .method = q->method,
                              .path = q->path,
                              .body = q->body ? q->body : "",
                              .body_n = q->n,
                              .time_ms = clock_wall_ms() + s->clock_offset_ms };
    unsigned char random[16], sig[CRYPTO_SIG];
    char text[96];
    crypto_random(random, sizeof random);
    crypto_hex(random, sizeof random, r.nonce);
    wire_request_sign(&r, s->key.secret, sig);
    crypto_base64(s->key.pub, sizeof s->key.pub, text, sizeof text);
    snprintf(out->line, sizeof out->line, "Huimin-Line: %.60s", text);
    snprintf(out->time, sizeof out->time, "Huimin-Time: %lld", (long long)r.time_ms);
    snprintf(out->nonce, sizeof out->nonce, "Huimin-Nonce: %s", r.nonce);
    crypto_base64(sig, sizeof sig, text, sizeof text);
    snprintf(out->sig, sizeof out->sig, "Huimin-Signature: %s", text);
}

static enum err ask(struct sync_signed *s, struct net *net, const struct asking *q)
{
    struct signed_headers h;
    char url[sizeof s->base + 256];
    bool put = strcmp(q->method, "PUT") == 0;
    if (!s->base[0])
        return ERR_OFFLINE;
    enum err e = sync_signed_key(s);
    if (e != OK)
        return e;
    sign(s, q, &h);
    snprintf(url, sizeof url, "%s%s", s->base, q->path);
    const char *type =
        put ? "Content-Type: application/octet-stream" : "Content-Type: application/json";
    struct net_request r = { .url = url,
                             .cap = NET_MEMORY,
                             .deadline_s = q->deadline_s,
                             .body = q->body,
                             .body_n = q->n,
                             .put = put,
                             .headers = { h.line, h.time, h.nonce, h.sig, q->body ? type : NULL },
                             .keep_errors = true };
    return net_start(net, &r);
}

enum err sync_signed_ask(struct sync_signed *s, struct net *net, const char *path, const char *body,
                         int deadline_s)
{
    return ask(
        s, net,
        &(struct asking){ body ? "POST" : "GET", path, body, body ? strlen(body) : 0, deadline_s });
}

enum err sync_signed_put(struct sync_signed *s, struct net *net, const char *path,
                         const void *bytes, size_t n, int deadline_s)
{
    return ask(s, net, &(struct asking){ "PUT", path, bytes, n, deadline_s });
}

static enum err judge_refusal(struct sync_signed *s, int status, const char *why, int64_t now_ms,
                              bool *out_again)
{
    if (status == 413)
        return ERR_TOO_BIG;
    if (status == 403 && strcmp(why, "no_token") == 0)
        return ERR_NO_TOKEN;
    if (status == 403 && strcmp(why, "revoked") == 0)
        return ERR_REVOKED;
    if ((status == 403 && strcmp(why, "wrong_certificate") == 0) || /* of before a restore */
        (status == 400 && strcmp(why, "bad_certificate") == 0)) {
        s->cert_refused = true;
        return ERR_UNKNOWN_TERMINAL;
    }
    if (status == 403 || (status == 401 && strcmp(why, "unknown_terminal") == 0))
        return ERR_UNKNOWN_TERMINAL;
    if (status != 401)
        return ERR_SERVER;
    *out_again = strcmp(why, "replayed") == 0;
    if (strcmp(why, "clock") == 0 && now_ms > 0) {
        s->clock_offset_ms = now_ms - clock_wall_ms();
        log_info("platform_clock", "ahead_s=%lld", (long long)(s->clock_offset_ms / 1000));
        *out_again = true;
    }
    return ERR_SERVER;
}

enum err sync_signed_judge(struct sync_signed *s, const struct net_answer *a, bool *out_again)
{
    struct json *j = NULL;
    const char *why = "";
    int64_t now_ms = 0;
    *out_again = false;
    if (a->err == OK && a->not_modified)
        return ERR_NOT_FEED; /* nobody asked for that */
    if (a->err != ERR_SERVER)
        return a->err;
    if (a->n && json_parse(a->body, a->n, &j) == OK && json_is_object(j)) {
        if (json_get_str(j, "error", &why) != OK)
            why = "";
        if (json_get_int(j, "now", &now_ms) != OK)
            now_ms = 0;
    }
    enum err e = judge_refusal(s, a->status, why, now_ms, out_again);
    json_free(j);
    return e;
}
