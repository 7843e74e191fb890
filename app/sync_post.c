/* sync_post.c - delivery: what lies in outbox.db goes to the platform, and how far it got comes
 * back.
 *
 * One run: take what is due -> POST it in portions -> acknowledgements into outbox.db -> take
 * again, until nothing is due or nothing moves -> ask for states of cases. Killed anywhere, the
 * next run begins anew: the platform knows each item by its id and says "duplicate". */
#include "app/sync_post_part.h"

#include "app/sync.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/crypto.h"

#include <stdio.h>
#include <stdlib.h>

enum { ARENA_FIRST = 32 * 1024, ARENA_CAP = 4 * 1024 * 1024, SAID_MOST_S = 3600 };

enum err sync_post_create(const struct config *c, struct sync_signed *sign, struct net *first,
                          struct sync_post **out)
{
    struct sync_post *p = calloc(1, sizeof *p);
    if (!p)
        return ERR_NOMEM;
    p->config = c;
    p->sign = sign;
    p->due_ms = -1;
    p->portion = WIRE_POST_ITEMS;
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

/* A dead clock says 1970; what the platform signed last says better. */
int64_t sync_post_now(const struct sync_post *p)
{
    int64_t now = clock_wall_ms(), least = p->floor_ms + clock_timer_ms() - p->floor_at_ms;
    return now > least ? now : least;
}

/* A terminal that was shut out stays so, also with the line down or after a restart, until the
 * platform takes a word of it again. */
static void keep_shut(struct sync_post *p, bool shut)
{
    enum err e = outbox_line_set_shut(p->box, shut);
    if (e != OK)
        log_warn("shut_not_kept", "err=%s", err_name(e));
    p->shut = shut;
}

void sync_post_note(struct sync_post *p, enum err e, const char *what)
{
    if (p->shut && e != OK)
        e = ERR_REVOKED; /* whatever else is wrong */
    if (p->box && e != p->err && (p->shut || e == ERR_REVOKED))
        keep_shut(p, e == ERR_REVOKED);
    if (e != p->err && e != OK)
        log_warn("delivery_failed", "err=%s what=\"%s\"", err_name(e), what);
    if (e != p->err && e == OK)
        log_info("delivery_ok", "was=%s", err_name(p->err));
    p->changed |= e != p->err;
    p->err = e;
}

void sync_post_rest(struct sync_post *p)
{
    net_cancel(p->net);
    net_forget(p->net);
    if (p->emptied)
        outbox_line_scrub(p->box);
    p->emptied = false;
    p->phase = POST_RESTING;
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
    int64_t wait = p->backoff_ms;
    int64_t said = (retry_after_s < SAID_MOST_S ? retry_after_s : SAID_MOST_S) * 1000LL;
    if (said > 0)
        p->silence_ms = clock_timer_ms() + said;
    if (said > wait)
        wait = said;
    p->halted = true;
    p->due_ms = clock_timer_ms() + wait;
    note_later(p, why, sync_post_now(p) + wait);
    p->changed = true;
}

void sync_post_fail(struct sync_post *p, enum err e, const char *what, int retry_after_s)
{
    sync_post_note(p, e, what);
    if (p->phase == POST_SENDING || p->phase == POST_PROBING)
        put_off(p, e, retry_after_s);
    sync_post_rest(p);
}

void sync_post_destroy(struct sync_post *p)
{
    if (!p)
        return;
    bool sending = p->phase == POST_SENDING || p->phase == POST_PROBING;
    if (sending && outbox_line_later(p->box, ERR_STOPPED, sync_post_now(p)) != OK)
        log_debug("outbox_later", "err=%s", err_name(ERR_IO));
    net_destroy(p->net);
    outbox_line_close(p->box);
    arena_finish(&p->arena);
    free(p);
}

/* --- items ------------------------------------------------------------------------------------ */

void sync_post_send(struct sync_post *p)
{
    char *body = NULL;
    enum err e;
    do {
        int left = p->count - p->at;
        p->sent = left < p->portion ? left : p->portion;
        e = wire_post_write(&p->arena, p->item + p->at, p->sent, &body);
        p->portion = e == ERR_TOO_BIG ? p->sent / 2 : p->portion;
    } while (e == ERR_TOO_BIG && p->portion > 0);
    p->portion = p->portion > 0 ? p->portion : 1;
    int deadline_s = p->config->net_object_deadline_s;
    if (e == OK)
        e = sync_signed_ask(p->sign, p->net, "/v1/outbox", body, deadline_s);
    if (e != OK)
        sync_post_fail(p, e, "outbox", 0);
}

/* Wall times may be held still by a test, so a wait that runs already is not begun anew. */
static void wake_at(struct sync_post *p, int64_t wait_ms)
{
    int64_t at = clock_timer_ms() + wait_ms;
    if (p->due_ms < 0 || at < p->due_ms)
        p->due_ms = at;
}

/* What may go now; what may not wakes us when its time comes. */
static enum err take_due(struct sync_post *p, bool at_once)
{
    int64_t now = sync_post_now(p), due = -1;
    p->item = NULL;
    p->count = p->at = 0;
    arena_reset(&p->arena);
    enum err e = outbox_line_take(p->box, &p->arena, now, at_once, &p->item, &p->count);
    if (e == OK)
        e = outbox_line_due(p->box, now, &due);
    if (e == OK && due >= 0 && p->count == 0)
        wake_at(p, due > now ? due - now : 0);
    return e;
}

static void begin_round(struct sync_post *p, bool at_once)
{
    if (p->owed)
        note_later(p, p->err, sync_post_now(p));
    enum err e = take_due(p, at_once);
    if (e != OK) {
        sync_post_note(p, e, "outbox.db");
        sync_post_rest(p);
        return;
    }
    if (p->count == 0) {
        p->halted &= !at_once; /* else nothing waits because of the line */
        sync_post_ask_status(p);
        return;
    }
    p->changed = true;
    p->phase = POST_SENDING;
    p->again_used = false;
    p->due_ms = -1;
    if (p->cut)
        sync_post_fail(p, ERR_OFFLINE, "cut by order", 0);
    else
        sync_post_send(p);
}

/* The line is well, so the rest may go at once; what waits because of itself waits on. */
void sync_post_next(struct sync_post *p)
{
    p->again_used = false;
    if (p->at < p->count)
        sync_post_send(p);
    else
        begin_round(p, true);
}

static void count_outcomes(struct sync_post *p, const struct wire_ack *ack, int count)
{
    int n[WIRE_OUTCOMES] = { 0 };
    for (int i = 0; i < count; i++)
        n[ack[i].outcome]++;
    p->status_ms = 0;
    for (int i = 0; i < WIRE_OUTCOMES; i++)
        if (n[i])
            log_info("delivered", "outcome=%s items=%d", wire_outcome_name((enum wire_outcome)i),
                     n[i]);
}

/* What of this portion has had no word that counts. */
static enum err unanswered(struct sync_post *p, int *out)
{
    const struct wire_item *first = &p->item[p->at], *last = first + p->sent - 1;
    return outbox_line_sending(p->box, first->n, last->n, out);
}

static void went_well(struct sync_post *p)
{
    p->proven = true;
    p->emptied = true;
    p->halted = false;
    p->in_a_row = p->backoff_ms = 0;
    p->portion = p->portion * 2 < WIRE_POST_ITEMS ? p->portion * 2 : WIRE_POST_ITEMS;
    sync_post_note(p, OK, "");
}

/* An item without a word, or with a forged one among good ones, waits by itself. */
static void close_portion(struct sync_post *p, enum err why)
{
    enum err e = OK;
    for (int i = 0; i < p->sent && e == OK; i++)
        e = outbox_line_fault(p->box, p->item[p->at + i].n, why, sync_post_now(p));
    p->at += p->sent;
    if (e != OK)
        sync_post_fail(p, e, "outbox.db", 0);
    else
        sync_post_next(p);
}

static void take_acks(struct sync_post *p, const struct net_answer *a,
                      const struct wire_keyset *keys)
{
    struct wire_ack *acks = NULL;
    int count = 0, left = 0;
    enum err e = keys ? wire_acks_read(&p->arena, a->body, a->n, &acks, &count) : ERR_NO_KEY;
    if (e == OK)
        e = outbox_line_acks(p->box, acks, count, keys, sync_post_now(p));
    enum err counted = unanswered(p, &left);
    bool some = (e == OK || e == ERR_SIGNATURE) && counted == OK && left < p->sent;
    enum err why = counted != OK ? counted : e == OK ? ERR_SERVER : e;
    bool about_items = counted == OK && (e == OK || (e == ERR_SIGNATURE && p->sent == 1));
    if (some) {
        p->changed = true;
        count_outcomes(p, acks, count);
        went_well(p);
        close_portion(p, why);
    } else if (about_items) {
        sync_post_doubt(p, why, "no acknowledgement that counts");
    } else {
        sync_post_fail(p, why, "acknowledgement", 0);
    }
}

static void on_acks(struct sync_post *p, const struct net_answer *a, const struct wire_keyset *keys)
{
    bool again = false;
    enum err e = sync_signed_judge(p->sign, a, &again);
    if (e == OK) {
        take_acks(p, a, keys);
    } else if (again && !p->again_used) {
        p->again_used = true;
        sync_post_send(p);
    } else if (e == ERR_TOO_BIG && a->status == 413) {
        sync_post_split(p, e, "too big for the platform");
    } else if (sync_post_doubtful(e, a)) {
        sync_post_doubt(p, e, a->what);
    } else {
        sync_post_fail(p, e, a->what, a->retry_after_s);
    }
}

/* --- when ------------------------------------------------------------------------------------- */

void sync_post_nudge(struct sync_post *p, bool at_once)
{
    p->nudged = true;
    p->at_once |= at_once;
    p->status_ms = at_once ? 0 : p->status_ms;
}

void sync_post_all(struct sync_post *p)
{
    p->hurry = true;
    sync_post_nudge(p, true);
}

void sync_post_floor(struct sync_post *p, int64_t floor_ms)
{
    if (p->floor_ms != floor_ms)
        p->floor_at_ms = clock_timer_ms();
    p->floor_ms = floor_ms;
}

void sync_post_cut(struct sync_post *p, bool cut)
{
    p->cut = cut;
    if (cut && p->phase != POST_RESTING)
        sync_post_fail(p, ERR_OFFLINE, "cut by order", 0);
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
    if (e == OK)
        e = outbox_line_shut(p->box, &p->shut);
    if (e == ERR_NOT_FOUND)
        e = OK;
    if (p->shut) {
        p->err = ERR_REVOKED;
        p->changed = true;
    } else {
        sync_post_note(p, e, "outbox.db");
    }
    return p->box != NULL;
}

static bool hurried(struct sync_post *p)
{
    enum err e = p->hurry ? outbox_line_hurry(p->box) : OK;
    p->hurry = false;
    if (e != OK)
        sync_post_note(p, e, "outbox.db");
    return e == OK;
}

static void begin(struct sync_post *p)
{
    bool due = is_due(p);
    bool at_once = due || p->at_once;
    p->nudged = p->at_once = false;
    p->proven = false;
    p->in_a_row = 0;
    if (due)
        p->due_ms = -1;
    enum err e = sync_signed_key(p->sign);
    if (e != OK)
        sync_post_note(p, e, "line.key");
    else if (open_box(p) && hurried(p))
        begin_round(p, at_once);
}

struct outbox_line *sync_post_box(struct sync_post *p)
{
    return open_box(p) ? p->box : NULL;
}

bool sync_post_turn(struct sync_post *p, const struct wire_keyset *keys)
{
    struct net_answer a;
    bool silent = clock_timer_ms() < p->silence_ms;
    p->no_keys = !keys;
    if (p->phase != POST_RESTING && net_take(p->net, &a)) {
        if (p->phase == POST_SENDING)
            on_acks(p, &a, keys);
        else if (p->phase == POST_PROBING)
            sync_post_on_probe(p, &a);
        else
            sync_post_on_status(p, &a);
    } else if (p->phase == POST_RESTING && keys && !silent && (p->nudged || is_due(p))) {
        begin(p);
    }
    bool changed = p->changed;
    p->changed = false;
    return changed;
}

int sync_post_wait_ms(const struct sync_post *p, int most)
{
    int64_t now = clock_timer_ms(), at = p->nudged ? now : p->due_ms;
    if (p->phase != POST_RESTING || p->no_keys || at < 0)
        return most;
    if (at < p->silence_ms)
        at = p->silence_ms;
    return at <= now ? 0 : at - now < most ? (int)(at - now) : most;
}

bool sync_post_busy(const struct sync_post *p)
{
    return p->phase != POST_RESTING;
}

enum err sync_post_totals(const struct sync_post *p, struct outbox_counts *out,
                          int64_t *out_oldest_ms)
{
    return p->box ? outbox_line_totals(p->box, sync_post_now(p), out, out_oldest_ms)
                  : ERR_NOT_FOUND;
}

enum err sync_post_err(const struct sync_post *p)
{
    return p->err;
}
