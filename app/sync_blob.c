/* sync_blob.c - photographed papers go up: one part at a time, after everything that is small. */
#include "app/sync_blob.h"

#include "app/outbox_blob.h"
#include "app/outbox_part.h"
#include "app/sync.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/crypto.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PART_FIRST = 16 * 1024, PART_LEAST = 4 * 1024, QUICK_MS = 2000, SLOW_MS = 4000 };
enum { ARENA_FIRST = 80 * 1024, ARENA_CAP = 256 * 1024 };
static const int64_t page_wait_ms = 3600 * 1000; /* of a page the platform does not want */

/* Invariant: part belongs to the request on the line (busy). due_ms, silence_ms: timer clock, -1 no
 * time. */
struct sync_blob {
    const struct config *config;
    struct sync_signed *sign;
    struct net *net;
    struct store *store; /* outbox.db; NULL until it is there */
    struct arena arena;
    struct outbox_part part;
    bool busy, asking; /* asking: a GET, since all of it is there */
    bool nudged, at_once, cut, again_used, told_bad;
    bool held; /* no platform, or no keys to verify it by, yet */
    int part_bytes;
    int64_t sent_ms; /* when the request began */
    int backoff_ms;
    int64_t due_ms, silence_ms;
};

enum err sync_blob_create(const struct config *c, struct sync_signed *sign, struct net *first,
                          struct sync_blob **out)
{
    struct sync_blob *b = calloc(1, sizeof *b);
    if (!b)
        return ERR_NOMEM;
    *b = (struct sync_blob){
        .config = c, .sign = sign, .part_bytes = PART_FIRST, .due_ms = -1, .nudged = true
    };
    arena_init(&b->arena, ARENA_FIRST, ARENA_CAP);
    enum err e = net_join(first, &b->net);
    if (e != OK) {
        sync_blob_destroy(b);
        return e;
    }
    *out = b;
    return OK;
}

void sync_blob_destroy(struct sync_blob *b)
{
    if (!b)
        return;
    net_destroy(b->net);
    store_close(b->store);
    arena_finish(&b->arena);
    free(b);
}

int sync_blob_part(int bytes, int64_t took_ms, bool good)
{
    if (!good || took_ms > SLOW_MS)
        return bytes / 2 > PART_LEAST ? bytes / 2 : PART_LEAST;
    if (took_ms < QUICK_MS)
        return bytes * 2 < WIRE_BLOB_PART ? bytes * 2 : WIRE_BLOB_PART;
    return bytes;
}

/* --- how it ends ------------------------------------------------------------------------------ */

static void rest(struct sync_blob *b)
{
    net_cancel(b->net);
    net_forget(b->net);
    b->busy = false;
    arena_reset(&b->arena);
}

/* The line or the platform: all pages wait. */
static void fail(struct sync_blob *b, enum err e, const char *what, int retry_after_s)
{
    unsigned random;
    log_info("paper_later", "err=%s what=\"%s\"", err_name(e), what);
    rest(b);
    crypto_random(&random, sizeof random);
    b->part_bytes = sync_blob_part(b->part_bytes, 0, false);
    b->backoff_ms = sync_backoff_ms(b->backoff_ms, b->config->poll_s, random);
    int64_t wait = b->backoff_ms, said = (retry_after_s < 3600 ? retry_after_s : 3600) * 1000LL;
    if (said > 0)
        b->silence_ms = clock_timer_ms() + said;
    b->due_ms = clock_timer_ms() + (said > wait ? said : wait);
}

/* Only this page: it does not know it, or what came was not it. The others go on. */
static void put_off(struct sync_blob *b, const char *what)
{
    log_warn("paper_put_off", "hash=%.16s why=%s", b->part.hash, what);
    enum err e = outbox_blob_later(b->store, b->part.hash, clock_wall_ms() + page_wait_ms);
    rest(b);
    if (e != OK)
        fail(b, e, "outbox.db", 0);
    else
        b->nudged = true;
}

/* --- one part --------------------------------------------------------------------------------- */

static void send(struct sync_blob *b)
{
    char path[WIRE_BLOB_PATH];
    int deadline_s = b->config->net_deadline_s + b->part_bytes / 100 / 8;
    b->asking = b->part.n == 0;
    wire_blob_path(b->part.hash, b->asking ? -1 : b->part.off, path);
    b->sent_ms = clock_timer_ms();
    b->busy = true;
    enum err e = b->asking
                     ? sync_signed_ask(b->sign, b->net, path, NULL, deadline_s)
                     : sync_signed_put(b->sign, b->net, path, b->part.data, b->part.n, deadline_s);
    if (e != OK)
        fail(b, e, "paper", 0);
}

static void next_part(struct sync_blob *b)
{
    int64_t due = -1;
    b->again_used = false;
    arena_reset(&b->arena);
    enum err e =
        outbox_blob_next(b->store, &b->arena, clock_wall_ms(), (size_t)b->part_bytes, &b->part);
    if (e == OK && b->cut)
        e = ERR_OFFLINE;
    if (e == OK) {
        send(b);
    } else if (e == ERR_NOT_FOUND) {
        e = outbox_blob_due(b->store, clock_wall_ms(), &due);
        rest(b);
        b->due_ms = e != OK || due < 0 ? -1 : clock_timer_ms() + due - clock_wall_ms();
    } else {
        fail(b, e, b->cut ? "cut by order" : "outbox.db", 0);
    }
}

/* The platform's word is believed only signed; how far it is may be anybody's word, since a wrong
 * one costs a part and no more. */
static bool take_state(struct sync_blob *b, const struct net_answer *a,
                       const struct wire_keyset *keys)
{
    struct wire_blob_state s;
    enum err e = wire_blob_read(a->body, a->n, &s);
    if (e == OK && s.whole)
        e = keys ? outbox_blob_done(b->store, &s.ack, keys) : ERR_NO_KEY;
    else if (e == OK)
        e = outbox_blob_sent(b->store, b->part.hash, s.have);
    bool arrived = e == OK && s.whole;
    bool stands = e == OK && !s.whole && a->status == 409 && s.have == b->part.off;
    if (e != OK || stands) {
        fail(b, e != OK ? e : ERR_SERVER, "paper", 0);
        return false;
    }
    if (arrived)
        log_info("paper_delivered", "hash=%.16s bytes=%lld", s.ack.hash, (long long)s.ack.bytes);
    b->backoff_ms = 0;
    b->part_bytes = b->asking ? b->part_bytes
                              : sync_blob_part(b->part_bytes, clock_timer_ms() - b->sent_ms, true);
    rest(b);
    b->nudged = true; /* the next part, unless an item wants the line */
    return arrived;
}

static bool on_answer(struct sync_blob *b, const struct net_answer *a,
                      const struct wire_keyset *keys)
{
    bool again = false;
    enum err e = sync_signed_judge(b->sign, a, &again);
    if (e == OK || a->status == 409)
        return take_state(b, a, keys);
    if (a->status == 422) { /* what is there is thrown away: from the start, but not at once */
        e = outbox_blob_sent(b->store, b->part.hash, 0);
        if (e == OK)
            put_off(b, "bad_hash");
        else
            fail(b, e, "outbox.db", 0);
    } else if (a->status == 404 || a->status == 400 || e == ERR_TOO_BIG) {
        put_off(b, a->what);
    } else if (again && !b->again_used) {
        b->again_used = true;
        send(b);
    } else {
        fail(b, e, a->what, a->retry_after_s);
    }
    return false;
}

/* --- when ------------------------------------------------------------------------------------- */

void sync_blob_nudge(struct sync_blob *b, bool at_once)
{
    b->nudged = true;
    b->at_once |= at_once;
}

void sync_blob_cut(struct sync_blob *b, bool cut)
{
    b->cut = cut;
    if (cut && b->busy)
        fail(b, ERR_OFFLINE, "cut by order", 0);
}

static bool is_due(const struct sync_blob *b)
{
    int64_t now = clock_timer_ms();
    if (now < b->silence_ms)
        return false;
    if (b->due_ms >= 0 && now >= b->due_ms)
        return true;
    return b->nudged && (b->due_ms < 0 || b->at_once || b->backoff_ms == 0);
}

/* huimin makes outbox.db; until it has there is nothing to send. */
static bool open_box(struct sync_blob *b)
{
    char path[OUTBOX_PATH];
    if (b->store)
        return true;
    enum err e = outbox_db_path(b->config->data_dir, "outbox.db", path);
    if (e != OK || access(path, F_OK) != 0)
        return false;
    e = outbox_db_open(b->config->data_dir, &b->store);
    if (e != OK && !b->told_bad)
        log_warn("papers_not_opened", "err=%s", err_name(e));
    b->told_bad = e != OK;
    return e == OK;
}

bool sync_blob_turn(struct sync_blob *b, const struct wire_keyset *keys, bool others_wait)
{
    struct net_answer a;
    bool arrived = false;
    b->held = !keys || !b->sign->base[0];
    if (b->busy && net_take(b->net, &a))
        arrived = on_answer(b, &a, keys);
    if (b->busy || others_wait || b->held || !is_due(b))
        return arrived;
    b->nudged = b->at_once = false;
    b->due_ms = -1;
    if (open_box(b))
        next_part(b);
    return arrived;
}

bool sync_blob_busy(const struct sync_blob *b)
{
    return b->busy || (!b->held && is_due(b));
}

int sync_blob_wait_ms(const struct sync_blob *b, int most)
{
    int64_t now = clock_timer_ms(), at = b->due_ms;
    if (b->busy || b->held)
        return most;
    if (is_due(b))
        return 0;
    if (at >= 0 && at < b->silence_ms)
        at = b->silence_ms;
    return at < 0 ? most : at <= now ? 0 : at - now < most ? (int)(at - now) : most;
}
