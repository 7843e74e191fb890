/* sim.c - each terminal is a small state machine: index, items, states, rest; as huimin-sync does.
 */
#include "tests/bench/fleet/sim.h"

#include "tests/bench/fleet/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum step { RESTING, INDEX, ITEMS, STATES, STEPS };
enum {
    QUEUE = 3,
    GET_US = 20000000, /* as net.deadline_s */
    POST_US = 900000000,
    STATES_EVERY = 6, /* polls, if nothing was handed in */
    LOOK_US = 2000,
};
static const char *const step_name[STEPS] = { "", "index", "items", "states" };

/* due_us: of the next poll, or of the next try. spoil_us: when it breaks off on purpose. */
struct unit {
    struct http http;
    const struct terminal *keys;
    enum step step;
    int64_t due_us, spoil_us, poll_us;
    char etag[80];
    char *out;
    int64_t n, since;
    int polls, to_states, queued;
    struct wire_item item[QUEUE];
    struct handed handed[QUEUE];
};
struct series {
    int64_t *v;
    int n, cap;
};

static struct {
    struct kit *kit;
    const struct sim_wish *wish;
    struct unit *unit;
    struct arena a;
    struct series took[STEPS];
    int64_t stop_us, period_us, items, doubtful, bytes;
    int busy, server_errors, faults, spoiled, lost, reconnects, at_rest;
} sim;

static uint32_t below(uint32_t n)
{
    uint32_t r;
    crypto_random(&r, sizeof r);
    return r % n;
}

static void note(struct series *s, int64_t v)
{
    if (s->n == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 4096;
        s->v = realloc(s->v, sizeof *s->v * (size_t)s->cap);
        if (!s->v)
            abort();
    }
    s->v[s->n++] = v;
}

/* --- asking ----------------------------------------------------------------------------------- */

static void again_after(struct unit *u, int64_t us)
{
    u->step = RESTING;
    u->due_us = now_us() + us;
}

static char *write_request(struct unit *u, size_t *n)
{
    char path[64], *body = NULL;
    if (u->step == INDEX) {
        char *all = arena_printf(
            &sim.a, "GET /feed/420506/index HTTP/1.1\r\nHost: %s\r\n%s%s%s\r\n", sim.kit->host,
            u->etag[0] ? "If-None-Match: " : "", u->etag, u->etag[0] ? "\r\n" : "");
        *n = all ? strlen(all) : 0;
        return all;
    }
    if (u->step == ITEMS && wire_post_write(&sim.a, u->item, u->queued, &body) != OK)
        return NULL;
    snprintf(path, sizeof path, "/v1/status?since=%lld", (long long)u->since);
    return kit_request(sim.kit, &sim.a, u->keys, body ? "/v1/outbox" : path, body, n);
}

static void ask(struct unit *u, enum step step)
{
    size_t n = 0;
    arena_reset(&sim.a);
    u->step = step;
    const char *text = write_request(u, &n);
    free(u->out);
    u->out = text ? strdup(text) : NULL;
    if (!u->out)
        abort();
    u->spoil_us = 0;
    if ((int)below(1000) < sim.wish->faults_permille) {
        sim.spoiled++;
        n = below(2) ? n / 2 : n; /* cut in the middle of the request, or gone before the answer */
        u->spoil_us = now_us() + 1000 + below(20000);
    }
    http_ask(&u->http, u->out, n);
}

static bool make_items(struct unit *u)
{
    u->queued = 1 + (int)below(QUEUE);
    for (int i = 0; i < u->queued; i++) {
        arena_reset(&sim.a);
        if (!kit_item(sim.kit, &sim.a, u->keys, ++u->n, &u->item[i], &u->handed[i]))
            return false;
        unsigned char *box = malloc(u->item[i].box_n);
        if (!box)
            return false;
        memcpy(box, u->item[i].box, u->item[i].box_n);
        u->item[i].box = box;
    }
    return true;
}

/* What a terminal has in its outbox until the platform has signed for it. */
static void empty_queue(struct unit *u)
{
    for (int i = 0; i < u->queued; i++)
        free((void *)(uintptr_t)u->item[i].box);
    u->queued = 0;
}

/* --- what comes back -------------------------------------------------------------------------- */

static void rest(struct unit *u)
{
    u->step = RESTING;
    u->poll_us += sim.period_us;
    u->due_us = u->poll_us;
    if (!sim.period_us || u->due_us >= sim.stop_us) {
        u->due_us = INT64_MAX;
        sim.at_rest++;
    }
}

static void go_on(struct unit *u)
{
    if (u->step == INDEX && u->queued)
        ask(u, ITEMS);
    else if (u->step != STATES && --u->to_states <= 0)
        ask(u, STATES);
    else
        rest(u);
}

static bool take_states(struct unit *u)
{
    struct wire_status *rows = NULL;
    bool more = false;
    int count = 0;
    arena_reset(&sim.a);
    u->to_states = STATES_EVERY;
    return wire_statuses_read(&sim.a, u->http.body, u->http.body_n, &u->since, &more, &rows,
                              &count) == OK;
}

static bool take_index(struct unit *u)
{
    static struct wire_index index;
    memcpy(u->etag, u->http.etag, sizeof u->etag);
    arena_reset(&sim.a);
    return wire_index_read(&sim.a, u->http.body, u->http.body_n, &sim.kit->keys, &index) == OK;
}

static bool take_acks(struct unit *u)
{
    arena_reset(&sim.a);
    int good = kit_accepted(sim.kit, &sim.a, u->http.body, u->http.body_n, u->handed, u->queued);
    sim.items += good;
    sim.doubtful += u->queued - good;
    u->to_states = 0;
    bool all = good == u->queued;
    empty_queue(u);
    return all;
}

static bool take(struct unit *u)
{
    if (u->step == INDEX && u->http.status == 304)
        return true;
    if (u->http.status != 200)
        return false;
    return u->step == INDEX ? take_index(u) : u->step == ITEMS ? take_acks(u) : take_states(u);
}

static void complain(const struct unit *u, const char *what)
{
    if (sim.faults++ < 10)
        fprintf(stderr, "fleet: %s %s: %s, status %d %.*s\n", u->keys->name, step_name[u->step],
                what, u->http.status, (int)u->http.body_n, u->http.body ? u->http.body : "");
}

static void ended(struct http *h, enum http_end how)
{
    static const char *const what[] = { "answered", "cut", "refused", "late" };
    struct unit *u = h->owner;
    if (how != HTTP_ANSWERED) {
        h->status = 0;
        h->body_n = 0;
        if (!u->spoil_us)
            complain(u, what[how]);
        again_after(u, 2000000 + below(4000000));
        return;
    }
    u->spoil_us = 0;
    note(&sim.took[u->step], h->took_us);
    sim.bytes += (int64_t)(h->sent_bytes + h->came_bytes);
    if (h->status >= 500) {
        sim.server_errors++;
        sim.busy += h->status == 503;
        again_after(u, h->retry_after_s * 1000000LL + below(4000000));
    } else if (take(u)) {
        go_on(u);
    } else {
        complain(u, "not what was asked for");
        again_after(u, 2000000 + below(4000000));
    }
}

/* --- the clock -------------------------------------------------------------------------------- */

static void begin_poll(struct unit *u)
{
    if (!u->queued && (int)below(100) < sim.wish->items_percent && !make_items(u))
        abort();
    u->polls++;
    ask(u, INDEX);
}

static void look(struct unit *u, int64_t now)
{
    if (u->step == RESTING) {
        if (now >= u->due_us)
            begin_poll(u);
        return;
    }
    if (u->spoil_us && now >= u->spoil_us) {
        http_drop(&u->http);
        again_after(u, 2000000 + below(4000000));
        return;
    }
    http_late(&u->http, u->step == ITEMS ? POST_US : GET_US);
}

/* Until nobody has anything to do any more. */
static void run(void)
{
    int64_t next_look = 0;
    while (sim.at_rest < sim.wish->terminals) {
        http_turn(2);
        int64_t now = now_us();
        if (now < next_look)
            continue;
        next_look = now + LOOK_US;
        for (int i = 0; i < sim.wish->terminals; i++)
            look(&sim.unit[i], now);
    }
}

/* --- figures ---------------------------------------------------------------------------------- */

static double at_ms(const struct series *s, int percent)
{
    int i = s->n * percent / 100;
    return s->n ? (double)s->v[i < s->n ? i : s->n - 1] / 1000 : 0;
}

static void report(const char *name, double took_s)
{
    int asked = 0;
    for (enum step i = INDEX; i < STEPS; i++) {
        struct series *s = &sim.took[i];
        if (s->n)
            qsort(s->v, (size_t)s->n, sizeof *s->v, kit_by_size);
        printf("%s_%s_p50 %.1f ms\n%s_%s_p99 %.1f ms\n%s_%s_max %.1f ms\n", name, step_name[i],
               at_ms(s, 50), name, step_name[i], at_ms(s, 99), name, step_name[i], at_ms(s, 100));
        asked += s->n;
    }
    printf("%s_took %.1f s\n%s_requests %.0f per_second\n", name, took_s, name, asked / took_s);
    printf("%s_items %lld items\n%s_doubtful %lld items\n", name, (long long)sim.items, name,
           (long long)sim.doubtful);
    printf("%s_spoiled_on_purpose %d requests\n%s_faults %d requests\n%s_5xx %d answers\n", name,
           sim.spoiled, name, sim.faults, name, sim.server_errors);
    printf("%s_connections %d made\n", name, sim.reconnects);
}

static bool prepare(struct kit *k, const struct sim_wish *w)
{
    sim.kit = k;
    sim.wish = w;
    if (w->terminals > k->count) {
        fprintf(stderr, "fleet: only %d terminals have keys\n", k->count);
        return false;
    }
    arena_init(&sim.a, 1 << 16, 4 << 20);
    sim.unit = calloc((size_t)w->terminals, sizeof *sim.unit);
    for (int i = 0; sim.unit && i < w->terminals; i++) {
        struct unit *u = &sim.unit[i];
        http_start(&u->http, u, ended);
        u->http.source =
            (127u << 24) + (1u << 16) + ((uint32_t)i / 250 << 8) + (uint32_t)i % 250 + 1;
        u->keys = &k->terminal[i];
        u->to_states = 1 + i % STATES_EVERY;
    }
    return sim.unit != NULL;
}

static bool finish(void)
{
    for (int i = 0; i < sim.wish->terminals; i++) {
        empty_queue(&sim.unit[i]);
        http_finish(&sim.unit[i].http);
        free(sim.unit[i].out);
    }
    free(sim.unit);
    for (int i = 0; i < STEPS; i++)
        free(sim.took[i].v);
    arena_finish(&sim.a);
    return sim.faults == 0 && sim.doubtful == 0 && sim.server_errors == 0;
}

static void count_connections(void)
{
    for (int i = 0; i < sim.wish->terminals; i++)
        sim.reconnects += sim.unit[i].http.connects;
}

bool sim_poll(struct kit *k, const struct sim_wish *w)
{
    if (!prepare(k, w))
        return false;
    int64_t began = now_us();
    sim.period_us = w->period_s * 1000000LL;
    sim.stop_us = began + w->seconds * 1000000LL;
    for (int i = 0; i < w->terminals; i++)
        sim.unit[i].poll_us = sim.unit[i].due_us = began + sim.period_us * i / w->terminals;
    run();
    count_connections();
    report("fleet", (double)(now_us() - began) / 1e6);
    return finish();
}

bool sim_back(struct kit *k, const struct sim_wish *w)
{
    if (!prepare(k, w))
        return false;
    for (int i = 0; i < w->terminals; i++) /* what waited in the outboxes while the line was down */
        if (!make_items(&sim.unit[i]))
            return false;
    int64_t began = now_us();
    sim.stop_us = 0;
    for (int i = 0; i < w->terminals; i++)
        sim.unit[i].due_us = began + below((uint32_t)w->within_ms * 1000 + 1);
    run();
    count_connections();
    report("back", (double)(now_us() - began) / 1e6);
    return finish();
}
