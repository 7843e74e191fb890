/* reader.c - waits for cards on a thread of its own, reads them, and gives up on silent ones. */
#include "hal/reader.h"
#include "hal/base/log.h"
#include "hal/reader_part.h"
#include "hal/reader_sim.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

enum {
    IDLE_MS = 60000,
    AGAIN_MS = 200,
    NUDGE_MS = 10,
    PART_MS = 900,
    TRIES = 5,
    DIRTY = 64 * 1024
};

static const struct reader_driver *const drivers[] = { &reader_pcsc, &reader_idcard, &reader_sim };

const char *reader_state_name(enum reader_state s)
{
    static const char *const names[READER_STATES] = {
        [READER_ABSENT] = "absent",
        [READER_NO_SERVICE] = "no_service",
        [READER_EMPTY] = "empty",
        [READER_READING] = "reading",
        [READER_READY] = "ready",
        [READER_MUTE] = "mute",
        [READER_UPSIDE_DOWN] = "upside_down",
        [READER_UNSUPPORTED] = "unsupported",
        [READER_LOCKED] = "locked",
        [READER_MANY] = "many",
    };
    return (unsigned)s < READER_STATES ? names[s] : "unknown";
}

int64_t reader_now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void sleep_until(struct reader *r, int64_t ms)
{
    struct timespec t = { ms / 1000, ms % 1000 * 1000000L };
    pthread_cond_timedwait(&r->moved, &r->lock, &t);
}

static void free_reader(struct reader *r)
{
    if (r->secret) {
        explicit_bzero(r->secret, sizeof *r->secret);
        munmap(r->secret, sizeof *r->secret);
    }
    pthread_cond_destroy(&r->moved);
    pthread_mutex_destroy(&r->lock);
    free(r);
}

static void let_go(struct reader *r)
{
    pthread_mutex_lock(&r->lock);
    bool last = --r->refs == 0;
    pthread_mutex_unlock(&r->lock);
    if (last)
        free_reader(r);
}

void reader_tell_owner(struct reader *r)
{
    if (r->stop || !r->changed)
        return;
    r->calling++;
    pthread_mutex_unlock(&r->lock);
    r->changed(r->ctx);
    pthread_mutex_lock(&r->lock);
    r->calling--;
    pthread_cond_broadcast(&r->moved);
}

static void wipe_face(struct reader *r)
{
    explicit_bzero(&r->secret->face, sizeof r->secret->face);
    r->has_face = false;
}

static void set_state(struct reader *r, enum reader_state s)
{
    r->status.state = s;
    r->give_up_ms = s == READER_READING ? reader_now_ms() + READER_GIVE_UP_MS : 0;
    pthread_cond_broadcast(&r->moved);
}

static bool holds_card(enum reader_state s)
{
    return s == READER_READING || s == READER_READY || s == READER_MUTE ||
           s == READER_UNSUPPORTED || s == READER_LOCKED;
}

/* The driver knows four things of a slot; what the card is known to be stays until it leaves. */
static void take_news(struct reader *r, const struct reader_status *seen)
{
    struct reader_status *now = &r->status;
    bool same_card =
        seen->state == READER_READING && holds_card(now->state) && seen->serial == now->serial;
    bool renamed = strcmp(seen->name, now->name) != 0;
    memcpy(now->name, seen->name, sizeof now->name);
    if (same_card || (seen->state == now->state && seen->serial == now->serial)) {
        if (renamed)
            reader_tell_owner(r);
        return;
    }
    wipe_face(r);
    r->held_until_ms = r->held_until_ms ? 1 : 0; /* that card is gone */
    now->kind = CARD_NONE;
    now->pulled_early = seen->state == READER_EMPTY && now->state == READER_READING;
    now->serial = seen->serial;
    now->present_us = seen->present_us;
    r->tries = 0;
    set_state(r, seen->state);
    reader_tell_owner(r);
}

__attribute__((noinline)) void reader_wipe_stack(void)
{
    char dirty[DIRTY];
    explicit_bzero(dirty, sizeof dirty);
}

/* FNV-1a */
static uint32_t hash_of(const unsigned char *p, size_t n)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < n; i++)
        h = (h ^ p[i]) * 16777619u;
    return h;
}

static enum err read_face(struct reader *r)
{
    struct apdu_channel ch = { 0 };
    reader_task_let_go(r);
    if (r->driver->read)
        return r->driver->read(r->self, &r->secret->scratch);
    enum err e = r->driver->connect(r->self, &ch);
    if (e != OK)
        return e;
    r->atr_hash = hash_of(ch.atr, ch.atr_n);
    e = card_read(&ch, &r->secret->scratch);
    r->driver->disconnect(r->self, false);
    return e;
}

/* Whether another try may help: a bad contact, another program that has the card, a card just torn
 * out of which the reader does not know yet. */
static bool worth_again(struct reader *r, enum err e)
{
    switch (e) {
    case ERR_BUSY:
    case ERR_NO_DEVICE:
        return true; /* until the watchdog says stop */
    case ERR_CARD_GONE:
    case ERR_CARD_MUTE:
    case ERR_IO:
        return ++r->tries < TRIES;
    case ERR_FORMAT:
        return ++r->tries < 2;
    default:
        return false;
    }
}

static enum reader_state state_after(enum err e)
{
    if (e == OK)
        return READER_READY;
    if (e == ERR_LOCKED)
        return READER_LOCKED;
    return e == ERR_CARD_GONE || e == ERR_CARD_MUTE || e == ERR_IO ? READER_MUTE
                                                                   : READER_UNSUPPORTED;
}

/* Which card that was, for whoever counts the cards that come here: a hash of its first words. */
static void tell_failed(const struct reader *r, enum err e)
{
    if (e == ERR_CARD_UNKNOWN && r->secret->scratch.kind == CARD_NONE)
        log_info("card_failed", "err=%s atr=%08x", err_name(e), (unsigned)r->atr_hash);
    else
        log_info("card_failed", "err=%s kind=%s", err_name(e),
                 card_kind_name(r->secret->scratch.kind));
}

/* Under lock on both sides; what comes back after the watchdog gave up is thrown away. */
static void read_card(struct reader *r)
{
    uint32_t serial = r->status.serial;
    pthread_mutex_unlock(&r->lock);
    enum err e = read_face(r);
    reader_wipe_stack();
    pthread_mutex_lock(&r->lock);
    bool mine = !r->stop && r->status.state == READER_READING && r->status.serial == serial;
    if (mine && !worth_again(r, e)) {
        if (e == OK)
            r->secret->face = r->secret->scratch;
        else
            tell_failed(r, e);
        r->has_face = e == OK;
        r->status.kind = r->secret->scratch.kind;
        set_state(r, state_after(e));
        reader_tell_owner(r);
    }
    explicit_bzero(&r->secret->scratch, sizeof r->secret->scratch);
}

static void wait_for_news(struct reader *r, struct reader_status *seen)
{
    int ms = r->attention ? 0 : r->status.state == READER_READING ? AGAIN_MS : IDLE_MS;
    int64_t held = r->held_until_ms ? r->held_until_ms - reader_now_ms() : ms;
    ms = held < ms ? (held > 0 ? (int)held : 0) : ms;
    r->in_wait = true;
    pthread_mutex_unlock(&r->lock);
    r->driver->wait(r->self, ms, seen);
    pthread_mutex_lock(&r->lock);
    while (r->waking) /* or it would be woken in the middle of what comes next */
        pthread_cond_wait(&r->moved, &r->lock);
    r->in_wait = r->attention = false;
}

static void end_thread(struct reader *r)
{
    r->alive--;
    pthread_cond_broadcast(&r->moved);
    pthread_mutex_unlock(&r->lock);
    let_go(r);
}

static void *reader_thread(void *arg)
{
    struct reader *r = arg;
    pthread_mutex_lock(&r->lock);
    struct reader_status seen = r->status;
    while (!r->stop) {
        wait_for_news(r, &seen);
        if (!r->stop)
            take_news(r, &seen);
        if (!r->stop && r->status.state == READER_READING)
            read_card(r);
        if (!r->stop)
            reader_task_turn(r);
    }
    explicit_bzero(r->secret, sizeof *r->secret);
    while (r->waking)
        pthread_cond_wait(&r->moved, &r->lock);
    r->reader_gone = true;
    pthread_mutex_unlock(&r->lock);
    reader_task_let_go(r);
    r->driver->close(r->self);
    pthread_mutex_lock(&r->lock);
    end_thread(r);
    return NULL;
}

static void give_up(struct reader *r)
{
    log_info("card_failed", "err=%s", err_name(ERR_CARD_MUTE));
    wipe_face(r);
    if (r->order == ORDER_RUNS)
        reader_task_end(r, ERR_CARD_GONE);
    set_state(r, READER_MUTE);
    reader_tell_owner(r);
}

static void nudge(struct reader *r)
{
    r->waking = true;
    pthread_mutex_unlock(&r->lock);
    r->driver->wake(r->self);
    pthread_mutex_lock(&r->lock);
    r->waking = false;
    pthread_cond_broadcast(&r->moved);
    sleep_until(r, reader_now_ms() + NUDGE_MS);
}

/* Does what a thread stuck in a card call cannot: says that the card is mute, wakes it up. */
static void *watchdog_thread(void *arg)
{
    struct reader *r = arg;
    int64_t part_ms = 0;
    pthread_mutex_lock(&r->lock);
    for (;;) {
        if (r->stop && part_ms == 0)
            part_ms = reader_now_ms() + PART_MS;
        if (r->reader_gone || (part_ms && reader_now_ms() >= part_ms))
            break;
        if (r->stop || (r->attention && r->in_wait))
            nudge(r);
        else if (r->give_up_ms && reader_now_ms() >= r->give_up_ms)
            give_up(r);
        else if (r->give_up_ms)
            sleep_until(r, r->give_up_ms);
        else
            pthread_cond_wait(&r->moved, &r->lock);
    }
    end_thread(r);
    return NULL;
}

static enum err map_secret(struct reader *r)
{
    void *p =
        mmap(NULL, sizeof *r->secret, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return ERR_NOMEM;
    r->secret = p;
    if (mlock(p, sizeof *r->secret) != 0 || madvise(p, sizeof *r->secret, MADV_DONTDUMP) != 0)
        log_warn("reader_unlocked", "errno=%d", errno);
    return OK;
}

static enum err find_driver(const char *name, const struct reader_driver **out)
{
    for (size_t i = 0; i < sizeof drivers / sizeof *drivers; i++)
        if (strcmp(name, drivers[i]->name) == 0 || (!*name && !drivers[i]->ask_only)) {
            *out = drivers[i];
            return OK;
        }
    return strcmp(name, "none") == 0 ? OK : ERR_ARG;
}

/* Under lock. Signals stay with the thread that waits for them. */
static enum err start_threads(struct reader *r)
{
    sigset_t all, was;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &was);
    enum err e = pthread_create(&r->thread, NULL, reader_thread, r) == 0 ? OK : ERR_NOMEM;
    if (e == OK) {
        r->refs++;
        r->alive++;
        if (pthread_create(&r->dog, NULL, watchdog_thread, r) == 0) {
            r->refs++;
            r->alive++;
        } else {
            r->stop = true; /* the reader thread sees it before it waits, and closes */
            pthread_detach(r->thread);
            e = ERR_NOMEM;
        }
    }
    pthread_sigmask(SIG_SETMASK, &was, NULL);
    return e;
}

static struct reader *new_reader(const struct reader_driver *d)
{
    struct reader *r = calloc(1, sizeof *r);
    pthread_condattr_t attr;
    if (!r)
        return NULL;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->moved, &attr);
    pthread_condattr_destroy(&attr);
    r->driver = d;
    r->refs = 1;
    snprintf(r->status.driver, sizeof r->status.driver, "%s", d ? d->name : "none");
    return r;
}

static enum err start(struct reader *r, const char *want_name)
{
    enum err e = map_secret(r);
    if (e != OK || !r->driver)
        return e;
    e = r->driver->open(want_name, &r->self);
    if (e != OK)
        return e;
    pthread_mutex_lock(&r->lock);
    e = start_threads(r);
    bool no_thread = r->alive == 0;
    pthread_mutex_unlock(&r->lock);
    if (no_thread)
        r->driver->close(r->self);
    return e;
}

enum err reader_create(const char *driver, const char *want_name, void (*changed)(void *ctx),
                       void *ctx, struct reader **out)
{
    const struct reader_driver *d = NULL;
    enum err e = find_driver(driver, &d);
    if (e != OK)
        return e;
    struct reader *r = new_reader(d);
    if (!r)
        return ERR_NOMEM;
    r->changed = changed;
    r->ctx = ctx;
    e = start(r, want_name);
    if (e == OK)
        *out = r;
    else
        let_go(r);
    return e;
}

void reader_destroy(struct reader *r)
{
    if (!r)
        return;
    int64_t end = reader_now_ms() + PART_MS;
    bool threads = r->driver != NULL;
    pthread_mutex_lock(&r->lock);
    wipe_face(r);
    explicit_bzero(&r->secret->order, sizeof r->secret->order);
    r->stop = r->attention = true;
    pthread_cond_broadcast(&r->moved);
    while ((r->alive > 0 || r->calling > 0) && reader_now_ms() < end)
        sleep_until(r, end);
    bool stuck = r->alive > 0;
    pthread_mutex_unlock(&r->lock);
    if (threads && stuck) {
        log_warn("reader_stuck", "driver=%s", r->driver->name);
        pthread_detach(r->thread);
        pthread_detach(r->dog);
    } else if (threads) {
        pthread_join(r->thread, NULL);
        pthread_join(r->dog, NULL);
    }
    let_go(r);
}

void reader_status(struct reader *r, struct reader_status *out)
{
    pthread_mutex_lock(&r->lock);
    *out = r->status;
    pthread_mutex_unlock(&r->lock);
}

bool reader_face(struct reader *r, uint32_t serial, struct card_face *out)
{
    pthread_mutex_lock(&r->lock);
    bool has = r->has_face && r->status.serial == serial;
    if (has) {
        *out = r->secret->face;
        wipe_face(r);
    }
    pthread_mutex_unlock(&r->lock);
    return has;
}

enum err reader_sim_card(struct reader *r, const char *file)
{
    return r->driver == &reader_sim ? reader_sim_put(r->self, file) : ERR_ARG;
}
