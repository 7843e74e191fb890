/* post.c - clients that POST one full portion after the other, all of it made beforehand.
 *
 * What a terminal does once in its life for an item (seal, sign) is done before the clock starts,
 * and acknowledgements are verified after it has stopped: in between there is only the platform,
 * and what it costs to move bytes. */
#include "tests/bench/fleet/post.h"

#include "tests/bench/fleet/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LATE_US = 60000000 };

struct portion {
    char *bytes, *answer;
    size_t bytes_n, answer_n;
    int status;
    int64_t took_us; /* 0: never sent; -1: no answer */
    struct handed *handed;
};
struct client {
    struct http http;
    struct portion *portion;
    int next, count;
};

static struct {
    struct client *client;
    int64_t stop_us;
    int items, running, dry;
} post;

/* --- before the clock ------------------------------------------------------------------------- */

static bool make_portion(struct kit *k, struct arena *a, const struct terminal *t, int first_n,
                         struct portion *out)
{
    struct wire_item item[WIRE_POST_ITEMS];
    char *body = NULL;
    arena_reset(a);
    out->handed = calloc((size_t)post.items, sizeof *out->handed);
    for (int i = 0; i < post.items; i++)
        if (!out->handed || !kit_item(k, a, t, first_n + i, &item[i], &out->handed[i]))
            return false;
    if (wire_post_write(a, item, post.items, &body) != OK)
        return false;
    const char *all = kit_request(k, a, t, "/v1/outbox", body, &out->bytes_n);
    out->bytes = all ? strdup(all) : NULL;
    return out->bytes != NULL;
}

static bool make_client(struct kit *k, struct arena *a, int i, int posts)
{
    struct client *c = &post.client[i];
    c->count = posts;
    c->portion = calloc((size_t)posts, sizeof *c->portion);
    for (int p = 0; p < posts; p++)
        if (!c->portion || !make_portion(k, a, &k->terminal[i], p * post.items + 1, &c->portion[p]))
            return false;
    return true;
}

/* --- while it runs ---------------------------------------------------------------------------- */

static void send_next(struct client *c)
{
    if (c->next == c->count || now_us() >= post.stop_us) {
        post.dry += c->next == c->count;
        post.running--;
        return;
    }
    struct portion *p = &c->portion[c->next];
    http_ask(&c->http, p->bytes, p->bytes_n);
}

static void ended(struct http *h, enum http_end how)
{
    struct client *c = h->owner;
    struct portion *p = &c->portion[c->next++];
    p->took_us = how == HTTP_ANSWERED ? h->took_us : -1;
    p->status = how == HTTP_ANSWERED ? h->status : -(int)how;
    p->answer_n = how == HTTP_ANSWERED ? h->body_n : 0;
    p->answer = malloc(p->answer_n + 1);
    if (p->answer)
        memcpy(p->answer, h->body, p->answer_n);
    send_next(c);
}

/* From the first byte sent to the last answer. */
static int64_t run(int clients, int seconds)
{
    int64_t began = now_us();
    post.stop_us = began + seconds * 1000000LL;
    post.running = clients;
    for (int i = 0; i < clients; i++)
        send_next(&post.client[i]);
    while (post.running > 0) {
        http_turn(100);
        for (int i = 0; i < clients; i++)
            http_late(&post.client[i].http, LATE_US);
    }
    return now_us() - began;
}

/* --- after the clock -------------------------------------------------------------------------- */

struct sums {
    int posts, faults, doubtful;
    int64_t items, *took;
};

static void judge(struct kit *k, struct arena *a, const struct client *c, struct sums *s)
{
    for (int i = 0; i < c->next; i++) {
        const struct portion *p = &c->portion[i];
        arena_reset(a);
        if (p->status != 200 || !p->answer) {
            if (s->faults++ < 5)
                fprintf(stderr, "fleet: status %d %.*s\n", p->status, (int)p->answer_n,
                        p->answer ? p->answer : "");
            continue;
        }
        int good = kit_accepted(k, a, p->answer, p->answer_n, p->handed, post.items);
        s->took[s->posts++] = p->took_us;
        s->items += good;
        s->doubtful += post.items - good;
    }
}

static double at_ms(const struct sums *s, int percent)
{
    int i = s->posts * percent / 100;
    return s->posts ? (double)s->took[i < s->posts ? i : s->posts - 1] / 1000 : 0;
}

static bool report(const struct sums *s, int64_t took_us)
{
    printf("post_items %.0f items/s\n", (double)s->items * 1e6 / (double)took_us);
    printf("post_p50 %.1f ms\n", at_ms(s, 50));
    printf("post_p99 %.1f ms\n", at_ms(s, 99));
    printf("post_max %.1f ms\n", at_ms(s, 100));
    printf("post_acknowledged %lld items\n", (long long)s->items);
    printf("post_faults %d requests\n", s->faults);
    printf("post_doubtful %d items\n", s->doubtful);
    if (post.dry)
        fprintf(stderr, "fleet: %d clients had sent all that was made after %.1f s: more --posts\n",
                post.dry, (double)took_us / 1e6);
    return s->faults == 0 && s->doubtful == 0 && s->items > 0;
}

static void free_client(struct client *c)
{
    http_finish(&c->http);
    for (int i = 0; i < c->count && c->portion; i++) {
        free(c->portion[i].bytes);
        free(c->portion[i].answer);
        free(c->portion[i].handed);
    }
    free(c->portion);
}

bool post_run(struct kit *k, const struct post_wish *w)
{
    struct arena a;
    struct sums s = { 0 };
    if (w->clients > k->count || w->items > WIRE_POST_ITEMS) {
        fprintf(stderr, "fleet: %d terminals have keys, %d items go into a POST\n", k->count,
                WIRE_POST_ITEMS);
        return false;
    }
    arena_init(&a, 1 << 20, 16 << 20);
    post.items = w->items;
    post.client = calloc((size_t)w->clients, sizeof *post.client);
    s.took = calloc((size_t)w->clients * (size_t)w->posts, sizeof *s.took);
    bool ok = post.client && s.took;
    for (int i = 0; ok && i < w->clients; i++) {
        http_start(&post.client[i].http, &post.client[i], ended);
        ok = make_client(k, &a, i, w->posts);
    }
    int64_t took_us = ok ? run(w->clients, w->seconds) : 0;
    for (int i = 0; ok && i < w->clients; i++)
        judge(k, &a, &post.client[i], &s);
    qsort(s.took, (size_t)s.posts, sizeof *s.took, kit_by_size);
    ok = ok && report(&s, took_us);
    for (int i = 0; post.client && i < w->clients; i++)
        free_client(&post.client[i]);
    free(post.client);
    free(s.took);
    arena_finish(&a);
    return ok;
}
