/* sync_query.c - a citizen's sealed question to the platform and the sealed answer back. */
#include "app/sync_query.h"

#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Invariant: body is there from the order until the answer. */
struct sync_query {
    struct sync_signed *sign;
    struct net *net;
    int64_t client, n; /* who asked, and their number for it */
    char *body;
    bool sent, again_used;
    int64_t until_ms; /* timer clock */
};

enum err sync_query_create(struct sync_signed *sign, struct net *first, struct sync_query **out)
{
    struct sync_query *q = calloc(1, sizeof *q);
    if (!q)
        return ERR_NOMEM;
    q->sign = sign;
    enum err e = net_join(first, &q->net);
    if (e != OK) {
        free(q);
        return e;
    }
    *out = q;
    return OK;
}

static void forget(struct sync_query *q)
{
    net_cancel(q->net);
    net_forget(q->net);
    if (q->body)
        explicit_bzero(q->body, strlen(q->body));
    free(q->body);
    q->body = NULL;
    q->sent = q->again_used = false;
}

void sync_query_destroy(struct sync_query *q)
{
    if (!q)
        return;
    forget(q);
    net_destroy(q->net);
    free(q);
}

void sync_query_ask(struct sync_query *q, const struct sync_order *o)
{
    struct json_out w;
    forget(q);
    json_out_start(&w);
    json_open(&w, NULL, '{');
    json_put_int(&w, "v", 1);
    json_put_str(&w, "kid", o->kid);
    json_put_str(&w, "box", o->box);
    json_put_str(&w, "sig", o->sig);
    json_close(&w, '}');
    const char *text = json_out_text(&w);
    q->body = text ? strdup(text) : NULL;
    json_out_finish(&w);
    q->client = o->client;
    q->n = o->n;
    q->until_ms = clock_timer_ms() + SYNC_QUERY_S * 1000;
}

bool sync_query_waiting(const struct sync_query *q)
{
    return q->body && !q->sent;
}

static void answer(struct sync_query *q, struct sync_sock *sock, enum err e, const char *box)
{
    struct json_out w;
    char *line = NULL;
    json_out_start(&w);
    json_open(&w, NULL, '{');
    json_put_str(&w, "m", "answer");
    json_put_int(&w, "q", q->n);
    json_put_str(&w, "err", err_name(e));
    if (box)
        json_put_str(&w, "box", box);
    json_close(&w, '}');
    const char *text = json_out_text(&w);
    int n = text ? asprintf(&line, "%s\n", text) : -1;
    if (n > 0 && sock) {
        sync_sock_tell_one(sock, q->client, line);
        explicit_bzero(line, (size_t)n);
    }
    if (n > 0)
        free(line);
    json_out_finish(&w);
    if (e != OK)
        log_info("query_failed", "err=%s", err_name(e));
    forget(q);
}

static void relay(struct sync_query *q, struct sync_sock *sock, const struct net_answer *a)
{
    struct json *j = NULL;
    const char *box = NULL;
    enum err e = json_parse(a->body, a->n, &j);
    if (e == OK && (!json_is_object(j) || json_get_str(j, "box", &box) != OK))
        e = ERR_TYPE;
    if (e == OK && strlen(box) > SYNC_ANSWER_MAX)
        e = ERR_TOO_BIG;
    answer(q, sock, e, e == OK ? box : NULL);
    json_free(j);
}

static void send_it(struct sync_query *q, struct sync_sock *sock, int deadline_s)
{
    enum err e = sync_signed_ask(q->sign, q->net, "/v1/query", q->body, deadline_s);
    q->sent = true;
    if (e != OK)
        answer(q, sock, e, NULL);
}

static int left_s(const struct sync_query *q)
{
    int64_t left = (q->until_ms - clock_timer_ms() + 999) / 1000;
    return left > 0 ? (int)left : 1;
}

bool sync_query_turn(struct sync_query *q, struct sync_sock *sock, bool cut, bool offline)
{
    struct net_answer a;
    bool again = false;
    if (!q->body)
        return false;
    if (cut || !q->sign->base[0]) {
        answer(q, sock, ERR_OFFLINE, NULL);
        return false;
    }
    if (!q->sent) {
        send_it(q, sock, offline ? SYNC_QUERY_KNOWN_OFFLINE_S : left_s(q));
        return false;
    }
    if (!net_take(q->net, &a))
        return false;
    enum err e = sync_signed_judge(q->sign, &a, &again);
    if (e == OK)
        relay(q, sock, &a);
    else if (again && !q->again_used) {
        q->again_used = true;
        send_it(q, sock, left_s(q));
    } else
        answer(q, sock, e, NULL);
    return e == OK;
}
