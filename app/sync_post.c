/* sync_post.c - delivery: what lies in outbox.db goes to the platform, and how far it got comes
 * back.
 *
 * One run: take what is due -> POST it in portions -> acknowledgements into outbox.db -> take
 * again, until nothing is due or nothing moves -> ask for states of cases. Killed anywhere, the
 * next run begins anew: the platform knows each item by its id and says "duplicate". */
#include "app/sync_post.h"

#include "app/outbox.h"
#include "app/sync.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/crypto.h"
#include "hal/wire_item.h"

#include <stdio.h>
#include <stdlib.h>

enum phase { RESTING, SENDING, ASKING_STATUS };
enum { ARENA_FIRST = 32 * 1024, ARENA_CAP = 4 * 1024 * 1024, STATUS_PAGES = 200 };
/* States are what is shown without a line; with one a person's question is asked online. So they
 * may be this old, and a poll that brings nothing stays small. */
enum { STATUS_EVERY_MS = 30 * 60 * 1000 };

/* Invariant: items live in the arena and belong to the running round; those before `at` are dealt
 * with, those from at to at + sent are on the line. due_ms is of the timer clock, -1 = none. */
struct sync_post {
    const struct config *config;
    struct sync_signed *sign;
    struct net *net;
    struct outbox_line *box;
    bool nudged, at_once, cut, no_keys;
    bool changed; /* huimin has not been told yet */

    enum phase phase;
    struct arena arena;
    struct wire_item *item;
    int count, at, sent;
    int portion;          /* items a POST: fewer after "too big" */
    int settled, skipped; /* of this round: dealt with for good; too big even alone */
    int64_t seq;          /* of the GET on the line */
    int64_t status_ms;    /* when to ask for states again; timer clock, 0 = with the next round */
    int pages;
    bool again_used;
    bool owed; /* on a full disk not even "later" could be noted: all is still marked as sending */

    enum err err;
    int backoff_ms;
    int64_t due_ms, silence_ms; /* silence: Retry-After, nothing goes before */
};

enum err sync_post_create(const struct config *c, struct sync_signed *sign, struct net *first,
                          struct sync_post **out)
{
    struct sync_post *p = calloc(1, sizeof *p);
    if (!p)
        return ERR_NOMEM;
    p->config = c;
    p->sign = sign;
    p->due_ms = -1;
    arena_init(&p->arena, ARENA_FIRST, ARENA_CAP);
    enum err e = net_join(first, &p->net);
    if (e != OK) {
        sync_post_destroy(p);
        return e;
    }
    *out = p;
    return OK;
}

/* --- how it ends ------------------------------------------------------------------------------ */

static void note(struct sync_post *p, enum err e, const char *what)
{
    if (e != p->err && e != OK)
        log_warn("delivery_failed", "err=%s what=\"%s\"", err_name(e), what);
    if (e != p->err && e == OK)
        log_info("delivery_ok", "was=%s", err_name(p->err));
    p->changed |= e != p->err;
    p->err = e;
}

static void rest(struct sync_post *p)
{
    net_cancel(p->net);
    net_forget(p->net);
    p->phase = RESTING;
    p->item = NULL;
    p->count = p->at = p->sent = 0;
    arena_reset(&p->arena);
}

static void note_later(struct sync_post *p, enum err why, int64_t next_ms)
{
    enum err e = outbox_line_later(p->box, why, next_ms);
    if (e != OK && !p->owed)
        log_warn("outbox_later", "err=%s", err_name(e));
    p->owed = e != OK;
}

/* All that is on its way waits; the wait grows from fault to fault. */
static void put_off(struct sync_post *p, enum err why, int retry_after_s)
{
    unsigned random;
    crypto_random(&random, sizeof random);
    p->backoff_ms = sync_backoff_ms(p->backoff_ms, p->config->poll_s, random);
    int64_t wait = p->backoff_ms, said = (retry_after_s < 3600 ? retry_after_s : 3600) * 1000LL;
    if (said > 0)
        p->silence_ms = clock_timer_ms() + said;
    if (said > wait)
        wait = said;
    p->due_ms = clock_timer_ms() + wait;
    note_later(p, why, clock_wall_ms() + wait);
    p->changed = true;
}

static void fail(struct sync_post *p, enum err e, const char *what, int retry_after_s)
{
    note(p, e, what);
    if (p->phase == SENDING)
        put_off(p, e, retry_after_s);
    rest(p);
}

void sync_post_destroy(struct sync_post *p)
{
    if (!p)
        return;
    if (p->phase == SENDING && outbox_line_later(p->box, ERR_STOPPED, clock_wall_ms()) != OK)
        log_debug("outbox_later", "err=%s", err_name(ERR_IO));
    net_destroy(p->net);
    outbox_line_close(p->box);
    arena_finish(&p->arena);
    free(p);
}

/* --- states of cases -------------------------------------------------------------------------- */

static void ask_status(struct sync_post *p)
{
    char path[64];
    enum err e = outbox_line_status_seq(p->box, &p->seq);
    p->phase = ASKING_STATUS;
    snprintf(path, sizeof path, "/v1/status?since=%lld", (long long)p->seq);
    if (e == OK)
        e = sync_signed_ask(p->sign, p->net, path, NULL, p->config->net_deadline_s);
    if (e != OK)
        fail(p, e, "status", 0);
}

static void begin_status(struct sync_post *p)
{
    rest(p);
    p->again_used = false;
    p->pages = 0;
    if (!p->cut && p->sign->base[0] && clock_timer_ms() >= p->status_ms)
        ask_status(p);
}

static void take_statuses(struct sync_post *p, const struct net_answer *a)
{
    struct wire_status *rows = NULL;
    int count = 0;
    int64_t seq = 0;
    bool more = false;
    enum err e = wire_statuses_read(&p->arena, a->body, a->n, &seq, &more, &rows, &count);
    if (e == OK && (count > 0 || seq != p->seq))
        e = outbox_line_statuses(p->box, rows, count, seq);
    if (e != OK) {
        fail(p, e, "status", 0);
        return;
    }
    p->changed |= count > 0;
    if (more && seq > p->seq && ++p->pages < STATUS_PAGES) {
        arena_reset(&p->arena);
        ask_status(p);
        return;
    }
    p->status_ms = clock_timer_ms() + STATUS_EVERY_MS;
    if (p->due_ms < 0) /* else something waits, and why is still true */
        note(p, OK, "");
    rest(p);
}

static void on_status(struct sync_post *p, const struct net_answer *a)
{
    bool again = false;
    enum err e = sync_signed_judge(p->sign, a, &again);
    if (e == OK) {
        take_statuses(p, a);
    } else if (again && !p->again_used) {
        p->again_used = true;
        ask_status(p);
    } else if (a->status == 404) {
        log_debug("no_status", "status=%d", a->status); /* a mirror of the feed, no platform */
        p->status_ms = clock_timer_ms() + STATUS_EVERY_MS;
        rest(p);
    } else {
        fail(p, e, a->what, a->retry_after_s);
    }
}

/* --- items ------------------------------------------------------------------------------------ */

static void send_portion(struct sync_post *p)
{
    char *body = NULL;
    enum err e;
    do {
        int left = p->count - p->at;
        p->sent = left < p->portion ? left : p->portion;
        e = wire_post_write(&p->arena, p->item + p->at, p->sent, &body);
        p->portion = e == ERR_TOO_BIG ? p->sent / 2 : p->portion;
    } while (e == ERR_TOO_BIG && p->portion > 0);
    int deadline_s = p->config->net_object_deadline_s;
    if (e == OK)
        e = sync_signed_ask(p->sign, p->net, "/v1/outbox", body, deadline_s);
    if (e != OK)
        fail(p, e, "outbox", 0);
}

/* Wall times may be held still by a test, so a wait that runs already is not begun anew. */
static void wake_at(struct sync_post *p, int64_t wait_ms)
{
    int64_t at = clock_timer_ms() + wait_ms;
    if (p->due_ms < 0 || at < p->due_ms)
        p->due_ms = at;
}

/* What may go now; at_once: what was told to wait too. */
static enum err take_due(struct sync_post *p, bool at_once)
{
    int64_t now = clock_wall_ms(), due = -1;
    p->item = NULL;
    p->count = p->at = p->settled = p->skipped = 0;
    enum err e = outbox_line_due(p->box, &due);
    if (e == OK && due > now && !at_once)
        wake_at(p, due - now);
    else
        p->due_ms = -1;
    if (e != OK || due < 0 || (due > now && !at_once))
        return e;
    arena_reset(&p->arena);
    return outbox_line_take(p->box, &p->arena, due > now ? due : now, &p->item, &p->count);
}

static void begin_round(struct sync_post *p, bool at_once)
{
    if (p->owed)
        note_later(p, p->err, clock_wall_ms());
    enum err e = take_due(p, at_once);
    if (e != OK) {
        note(p, e, "outbox.db");
        rest(p);
        return;
    }
    if (p->count == 0) {
        begin_status(p);
        return;
    }
    p->changed = true;
    p->phase = SENDING;
    p->again_used = false;
    if (p->cut)
        fail(p, ERR_OFFLINE, "cut by order", 0);
    else
        send_portion(p);
}

/* The platform took some: the line is well, so the rest may go at once. It took none, or one is too
 * big for it: what is left waits. */
static void end_round(struct sync_post *p)
{
    bool stuck = p->settled == 0 || p->skipped > 0;
    if (stuck) {
        enum err why = p->skipped ? ERR_TOO_BIG : ERR_SERVER;
        note(p, why, p->skipped ? "an item is too big for the platform" : "later, it said");
        put_off(p, why, 0);
        begin_status(p);
        return;
    }
    p->backoff_ms = 0;
    note(p, OK, "");
    note_later(p, ERR_SERVER, clock_wall_ms()); /* those without an answer */
    begin_round(p, true);
}

static void next_portion(struct sync_post *p)
{
    p->again_used = false;
    if (p->at < p->count)
        send_portion(p);
    else
        end_round(p);
}

static void count_outcomes(struct sync_post *p, const struct wire_ack *ack, int count)
{
    int n[WIRE_OUTCOMES] = { 0 };
    for (int i = 0; i < count; i++)
        n[ack[i].outcome]++;
    p->settled += count - n[WIRE_RETRY];
    p->status_ms = 0;
    for (int i = 0; i < WIRE_OUTCOMES; i++)
        if (n[i])
            log_info("delivered", "outcome=%s items=%d", wire_outcome_name((enum wire_outcome)i),
                     n[i]);
}

static void take_acks(struct sync_post *p, const struct net_answer *a,
                      const struct wire_keyset *keys)
{
    struct wire_ack *acks = NULL;
    int count = 0;
    enum err e = keys ? wire_acks_read(&p->arena, a->body, a->n, &acks, &count) : ERR_NO_KEY;
    if (e == OK)
        e = outbox_line_acks(p->box, acks, count, keys, clock_wall_ms());
    if (e != OK) {
        fail(p, e, "acknowledgement", 0);
        return;
    }
    p->changed = true;
    count_outcomes(p, acks, count);
    p->at += p->sent;
    next_portion(p);
}

/* Fewer at a time; an item that is too big alone is left out, so that it holds up no other. */
static void shrink(struct sync_post *p)
{
    if (p->sent > 1) {
        p->portion = p->sent / 2;
    } else {
        p->skipped++;
        p->at++;
    }
    next_portion(p);
}

static void on_acks(struct sync_post *p, const struct net_answer *a, const struct wire_keyset *keys)
{
    bool again = false;
    enum err e = sync_signed_judge(p->sign, a, &again);
    if (e == OK) {
        take_acks(p, a, keys);
    } else if (again && !p->again_used) {
        p->again_used = true;
        send_portion(p);
    } else if (e == ERR_TOO_BIG && a->status == 413) {
        shrink(p);
    } else {
        fail(p, e, a->what, a->retry_after_s);
    }
}

/* --- when ------------------------------------------------------------------------------------- */

void sync_post_nudge(struct sync_post *p, bool at_once)
{
    p->nudged = true;
    p->at_once |= at_once;
    p->status_ms = at_once ? 0 : p->status_ms;
}

void sync_post_cut(struct sync_post *p, bool cut)
{
    p->cut = cut;
    if (cut && p->phase != RESTING)
        fail(p, ERR_OFFLINE, "cut by order", 0);
}

static bool is_due(const struct sync_post *p)
{
    return p->due_ms >= 0 && clock_timer_ms() >= p->due_ms;
}

/* huimin makes outbox.db; until it has there is nothing to deliver. */
static bool open_box(struct sync_post *p)
{
    if (p->box)
        return true;
    enum err e = outbox_line_open(p->config->data_dir, &p->box);
    if (e == ERR_NOT_FOUND)
        e = OK;
    note(p, e, "outbox.db");
    return p->box != NULL;
}

static void begin(struct sync_post *p)
{
    bool at_once = p->at_once || is_due(p);
    p->nudged = p->at_once = false;
    p->due_ms = at_once ? -1 : p->due_ms;
    p->portion = WIRE_POST_ITEMS;
    enum err e = sync_signed_key(p->sign);
    if (e != OK)
        note(p, e, "line.key");
    else if (open_box(p))
        begin_round(p, at_once);
}

bool sync_post_turn(struct sync_post *p, const struct wire_keyset *keys)
{
    struct net_answer a;
    bool silent = clock_timer_ms() < p->silence_ms;
    p->no_keys = !keys;
    if (p->phase != RESTING && net_take(p->net, &a)) {
        if (p->phase == SENDING)
            on_acks(p, &a, keys);
        else
            on_status(p, &a);
    } else if (p->phase == RESTING && keys && !silent && (p->nudged || is_due(p))) {
        begin(p);
    }
    bool changed = p->changed;
    p->changed = false;
    return changed;
}

int sync_post_wait_ms(const struct sync_post *p, int most)
{
    int64_t now = clock_timer_ms(), at = p->nudged ? now : p->due_ms;
    if (p->phase != RESTING || p->no_keys || at < 0)
        return most;
    if (at < p->silence_ms)
        at = p->silence_ms;
    return at <= now ? 0 : at - now < most ? (int)(at - now) : most;
}

bool sync_post_busy(const struct sync_post *p)
{
    return p->phase != RESTING;
}

enum err sync_post_err(const struct sync_post *p)
{
    return p->err;
}
