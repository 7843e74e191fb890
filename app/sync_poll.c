/* sync_poll.c - one look at the platform: index, key sets, objects, applied one by one. */
#include "app/sync_part.h"

#include "app/sync.h"
#include "app/sync_cache.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/crypto.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROOTS_A_POLL = 32 };

/* --- when, and how it ended ------------------------------------------------------------------- */

int sync_backoff_ms(int prev_ms, int poll_s, unsigned random)
{
    int base = poll_s < 2 ? poll_s * 1000 : 2000;
    int most = poll_s < 300 ? poll_s * 3000 : 900000;
    int prev = prev_ms < base ? base : prev_ms > most ? most : prev_ms;
    int next = base + (int)(random % (unsigned)(prev * 3 - base + 1));
    return next < most ? next : most;
}

/* Terminals do not all ask in the same second: each has its own place in the period. */
static int64_t next_regular_ms(const struct sync *s)
{
    int64_t period = s->config->poll_s * 1000LL, now = clock_timer_ms();
    char name[128] = "";
    uint32_t hash = 2166136261u;
    if (period < 60000)
        return now + period;
    (void)gethostname(name, sizeof name - 1);
    for (const char *p = name; *p; p++)
        hash = (hash ^ (unsigned char)*p) * 16777619u;
    int64_t phase = hash % period, wall = clock_wall_ms();
    return now + period - ((wall - phase) % period + period) % period;
}

static void schedule(struct sync *s, enum err e, int retry_after_s)
{
    unsigned random;
    if (e == OK) {
        s->backoff_ms = 0;
        s->due_ms = next_regular_ms(s);
        return;
    }
    crypto_random(&random, sizeof random);
    s->backoff_ms = sync_backoff_ms(s->backoff_ms, s->config->poll_s, random);
    int64_t wait = retry_after_s * 1000LL > s->backoff_ms ? retry_after_s * 1000LL : s->backoff_ms;
    s->due_ms = clock_timer_ms() + wait;
}

static void note_result(struct sync *s, enum err e, const char *what)
{
    enum sync_line line = LINE_IS_ON;
    if (e != OK)
        line = s->has_feed && s->feed.last_ok_ms ? LINE_IS_OFF : LINE_NEVER_OK;
    if (e != s->err && e != OK)
        log_warn("sync_failed", "err=%s what=\"%s\"", err_name(e), what);
    if (e == OK && (s->err != OK || s->line != LINE_IS_ON))
        log_info("sync_ok", "index=%lld", (long long)s->feed.index_n);
    if (e != s->err || line != s->line)
        s->since_ms = clock_wall_ms();
    s->err = e;
    s->line = line;
}

static void end_poll(struct sync *s, enum err e, const char *what, int retry_after_s)
{
    net_cancel(s->net);
    s->phase = RESTING;
    if (e == OK)
        e = feed_note_ok(&s->feed, clock_wall_ms());
    if (e == OK)
        cache_spool_empty(s->config);
    if (s->store && store_exec(s->store, "PRAGMA wal_checkpoint(PASSIVE)") != OK)
        log_debug("checkpoint_failed", "n=%lld", (long long)s->polls);
    bool came_back = e == OK && s->line != LINE_IS_ON;
    note_result(s, e, what);
    if (s->post && e != ERR_OFFLINE) {
        sync_post_nudge(s->post, s->mended || came_back);
        sync_blob_nudge(s->blob, s->mended || came_back);
        s->mended = false;
    }
    s->polls++;
    schedule(s, e, retry_after_s);
    sync_tell_state(s);
    if (s->once)
        s->stop = true;
}

static void ask(struct sync *s, enum sync_phase phase, const char *path,
                const struct net_request *rest)
{
    char url[SYNC_PATH + 128];
    struct net_request r = *rest;
    snprintf(url, sizeof url, "%s/%s", s->source[s->source_now], path);
    r.url = url;
    s->phase = phase;
    enum err e = net_start(s->net, &r);
    if (e != OK)
        end_poll(s, e, path, 0);
}

static void ask_index(struct sync *s)
{
    char path[128];
    snprintf(path, sizeof path, "%s/index", s->config->area);
    struct net_request r = { .etag = s->etag_of == s->source_now ? s->etag : NULL,
                             .cap = WIRE_INDEX_MAX,
                             .deadline_s = s->config->net_deadline_s };
    ask(s, ASKING_INDEX, path, &r);
}

static void ask_root(struct sync *s)
{
    char path[64];
    snprintf(path, sizeof path, "root/%d", feed_next_root(&s->feed));
    struct net_request r = { .cap = WIRE_ROOT_MAX, .deadline_s = s->config->net_deadline_s };
    s->roots_asked++;
    ask(s, ASKING_ROOT, path, &r);
}

void sync_poll_begin(struct sync *s)
{
    s->recovered = false;
    if (s->suspect) {
        s->suspect = false;
        s->etag[0] = '\0'; /* what replaces it may lack what the platform thinks we have */
        sync_close_cache(s);
    }
    enum err e = sync_open_files(s);
    if (e != OK)
        end_poll(s, e, e == ERR_CONFIG ? s->config->feed_root : s->config->data_dir, 0);
    else if (s->pretend_cut)
        end_poll(s, ERR_OFFLINE, "cut by order", 0);
    else if (s->source_count == 0)
        end_poll(s, ERR_OFFLINE, "no platform is set", 0);
    else {
        s->source_now = 0;
        s->roots_asked = 0;
        ask_index(s);
    }
}

/* The cache is damaged: aside with it, and everything anew from the seed or from nothing. */
static void recover_cache(struct sync *s)
{
    if (s->recovered) {
        end_poll(s, ERR_CORRUPT, "again after cache.db was replaced", 0);
        return;
    }
    log_warn("cache_moved_aside", "err=%s file=cache.db.bad", err_name(ERR_CORRUPT));
    sync_close_cache(s);
    s->etag[0] = '\0';
    enum err e = cache_move_aside(s->config);
    if (e == OK)
        e = sync_open_files(s);
    s->recovered = true;
    if (e != OK)
        end_poll(s, e, "cache.db", 0);
    else
        ask_index(s);
}

static void fail(struct sync *s, enum err e, const char *what)
{
    if (e == ERR_CORRUPT)
        recover_cache(s);
    else
        end_poll(s, e, what, 0);
}

static void finish_steps(struct sync *s)
{
    enum err e = feed_index_done(&s->feed, &s->index);
    if (e != OK) {
        fail(s, e, "index");
        return;
    }
    memcpy(s->etag, s->new_etag, sizeof s->etag);
    s->etag_of = s->source_now;
    end_poll(s, OK, "", 0);
}

/* The object in the spool: checked, applied, removed. A line that was cut keeps it for later. */
static enum err use_object(struct sync *s, const char *path)
{
    const struct feed_step *step = &s->step[s->step_at];
    int64_t start = clock_timer_ms();
    enum err e = feed_check_object(step->object, path);
    if (e == ERR_CUT)
        return e;
    if (e == OK)
        e = feed_apply_step(&s->feed, &s->index, step, path);
    (void)unlink(path);
    if (e != OK)
        return e;
    log_info("applied", "ch=%s to=%lld bytes=%lld ms=%lld", step->channel->name,
             (long long)step->object->to, (long long)step->object->size,
             (long long)(clock_timer_ms() - start));
    sync_tell_changed(s, step->channel->name);
    s->step_at++;
    return OK;
}

static void ask_object(struct sync *s, const struct wire_object *o, const char *part)
{
    char path[96];
    snprintf(path, sizeof path, "o/%.64s", o->hash);
    struct net_request r = { .file = part,
                             .cap = o->size,
                             .deadline_s = s->config->net_object_deadline_s };
    ask(s, ASKING_OBJECT, path, &r);
}

/* Applies what lies in the spool whole; asks for the first object that does not. */
static void next_step(struct sync *s)
{
    char part[SYNC_PATH];
    struct stat st;
    while (s->step_at < s->step_count) {
        const struct wire_object *o = s->step[s->step_at].object;
        cache_spool_path(s->config, o->hash, part, sizeof part);
        bool there = stat(part, &st) == 0;
        if (!there || st.st_size != o->size) {
            if (there && st.st_size > o->size)
                (void)unlink(part);
            ask_object(s, o, part);
            return;
        }
        enum err e = use_object(s, part);
        if (e != OK) {
            fail(s, e, o->hash);
            return;
        }
    }
    finish_steps(s);
}

static void judge_index(struct sync *s)
{
    arena_reset(&s->arena);
    enum err e = feed_take_index(&s->feed, &s->arena, s->index_bytes, s->index_size, &s->index);
    bool newer_keys = e == OK && s->index.root > s->feed.keys.n;
    if ((e == ERR_SIGNATURE || newer_keys) && s->roots_asked < ROOTS_A_POLL) {
        ask_root(s);
        return;
    }
    s->step_at = 0;
    if (e == OK)
        e = feed_plan(&s->feed, &s->index, s->step, &s->step_count);
    if (e == OK)
        next_step(s);
    else
        fail(s, e, "index");
}

static void on_index(struct sync *s, const struct net_answer *a)
{
    if (a->err != OK && s->source_now + 1 < s->source_count) {
        s->source_now++; /* the stick may know */
        ask_index(s);
        return;
    }
    if (a->err != OK) {
        bool no_mirror = a->err == ERR_NOT_FOUND;
        end_poll(s, no_mirror ? ERR_OFFLINE : a->err, a->what, a->retry_after_s);
        return;
    }
    if (a->not_modified) {
        end_poll(s, feed_still_valid(&s->feed), "index not renewed", 0);
        return;
    }
    s->index_size = a->n < sizeof s->index_bytes ? a->n : sizeof s->index_bytes;
    memcpy(s->index_bytes, a->body, s->index_size);
    memcpy(s->new_etag, a->etag, sizeof s->new_etag);
    judge_index(s);
}

/* No further key set: then whoever signed the index is nobody we trust. */
static void on_root(struct sync *s, const struct net_answer *a)
{
    if (a->err != OK) {
        bool absent = a->err == ERR_NOT_FOUND || a->status == 404;
        end_poll(s, absent ? ERR_SIGNATURE : a->err, absent ? "no key set" : a->what,
                 a->retry_after_s);
        return;
    }
    enum err e = feed_take_root(&s->feed, a->body, a->n);
    if (e != OK)
        fail(s, e, "key set");
    else
        judge_index(s);
}

static void on_object(struct sync *s, const struct net_answer *a)
{
    char part[SYNC_PATH];
    const struct wire_object *o = s->step[s->step_at].object;
    cache_spool_path(s->config, o->hash, part, sizeof part);
    if (a->err == ERR_TOO_BIG || a->err == ERR_FULL)
        (void)unlink(part); /* not ours to keep; and room for what is */
    enum err e = a->err == OK ? use_object(s, part) : a->err;
    if (e == OK)
        next_step(s);
    else if (e == ERR_CORRUPT)
        recover_cache(s);
    else
        end_poll(s, e, a->err == OK ? o->hash : a->what, a->retry_after_s);
}

void sync_poll_answer(struct sync *s, const struct net_answer *a)
{
    switch (s->phase) {
    case ASKING_INDEX:
        on_index(s, a);
        break;
    case ASKING_ROOT:
        on_root(s, a);
        break;
    case ASKING_OBJECT:
        on_object(s, a);
        break;
    case RESTING:
        break;
    }
}
