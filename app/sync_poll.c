/* sync_poll.c - one look at the platform: index, key sets, objects, applied one by one. */
#include "app/sync_part.h"

#include "app/sync.h"
#include "app/feed_apply.h"
#include "app/sync_cache.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/crypto.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROOTS_A_POLL = 32, CHECKPOINT_POLLS = 64 };

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
    int64_t said = (retry_after_s < 3600 ? retry_after_s : 3600) * 1000LL;
    int64_t wait = said > s->backoff_ms ? said : s->backoff_ms;
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

/* What a poll changed is brought to the disk; that it found nothing new need not be, at once: the
 * two fsyncs were all that such a poll cost. */
static void keep_on_disk(struct sync *s)
{
    if (!s->store || (!s->changed && s->polls % CHECKPOINT_POLLS != 0))
        return;
    s->changed = false;
    if (store_exec(s->store, "PRAGMA wal_checkpoint(PASSIVE)") != OK)
        log_debug("checkpoint_failed", "n=%lld", (long long)s->polls);
}

/* After huimin was told of the rows. */
static void make_index(struct sync *s)
{
    bool made = false;
    if (!s->store || !s->changed)
        return;
    enum err e = feed_apply_index(s->store, &made);
    if (e != OK)
        log_warn("index_not_made", "why=%s", err_name(e));
    if (made)
        sync_tell_changed(s, "notice");
}

static void ask_index(struct sync *s);

static void close_poll(struct sync *s, enum err e, const char *what, int retry_after_s)
{
    s->phase = RESTING;
    if (e == OK)
        e = feed_note_ok(&s->feed, clock_wall_ms());
    if (e == OK)
        cache_spool_empty(s->config);
    bool came_back = e == OK && s->line != LINE_IS_ON;
    note_result(s, e, what);
    if (s->post && e != ERR_OFFLINE) {
        sync_post_nudge(s->post, s->mended || came_back);
        sync_blob_nudge(s->blob, s->mended || came_back);
        if (came_back)
            sync_update_nudge(s->update);
        s->mended = false;
    }
    s->polls++;
    schedule(s, e, retry_after_s);
    sync_tell_state(s);
    make_index(s);
    keep_on_disk(s);
    if (s->once)
        s->stop = true;
}

/* One source has said what it had to say. */
static void end_poll(struct sync *s, enum err e, const char *what, int retry_after_s)
{
    struct sync_end end = { .err = e, .retry_after_s = retry_after_s };
    snprintf(end.what, sizeof end.what, "%s", what);
    net_cancel(s->net);
    if (sync_stick_wanted(s, &end)) {
        s->source_now = s->source_count - 1;
        s->roots_asked = 0;
        ask_index(s);
        return;
    }
    if (sync_at_stick(s))
        sync_stick_done(s, &end);
    close_poll(s, end.err, end.what, end.retry_after_s);
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
    s->source_now = 0;
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
        (void)sync_stick_news(s);
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
    const char *channel = "";
    enum err e = feed_index_done(&s->feed, &s->index);
    if (e != OK) {
        fail(s, e, "index");
        return;
    }
    e = sync_bad_settle(s, &channel);
    memcpy(s->etag, s->new_etag, sizeof s->etag);
    if (e != OK)
        s->etag[0] = '\0'; /* looked at again, though the index is the same */
    s->etag_of = s->source_now;
    end_poll(s, e, channel, 0);
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
        if (feed_fault_of_channel(e)) {
            sync_bad_skip(s, e);
        } else if (e != OK) {
            fail(s, e, o->hash);
            return;
        }
    }
    finish_steps(s);
}

static void judge_index(struct sync *s)
{
    s->changed = true;
    arena_reset(&s->arena);
    enum err e = feed_take_index(&s->feed, &s->arena, s->index_bytes, s->index_size, &s->index);
    bool newer_keys = e == OK && s->index.root > s->feed.keys.n;
    if ((e == ERR_SIGNATURE || newer_keys) && s->roots_asked < ROOTS_A_POLL) {
        ask_root(s);
        return;
    }
    s->step_at = 0;
    s->stick.older = e == ERR_ROLLBACK && sync_at_stick(s);
    if (e == OK)
        e = feed_plan(&s->feed, &s->index, s->step, &s->step_count, &s->faults);
    if (e == OK)
        next_step(s);
    else
        fail(s, e, "index");
}

static void on_index(struct sync *s, const struct net_answer *a)
{
    if (a->err != OK) {
        bool no_mirror = a->err == ERR_NOT_FOUND && !sync_at_stick(s);
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

/* Not there, too large, or on a stick only in part: that is the channel's fault, and no line will
 * bring it. What else the net says is the line's. */
static enum err object_fault(const struct sync *s, const struct net_answer *a, enum err e)
{
    if (a->err == ERR_NOT_FOUND || a->status == 404)
        return ERR_HASH;
    if (a->err == OK && e == ERR_CUT && sync_at_stick(s))
        return ERR_HASH;
    bool of_channel = a->err == OK || a->err == ERR_TOO_BIG;
    return of_channel && feed_fault_of_channel(e) ? e : OK;
}

static void on_object(struct sync *s, const struct net_answer *a)
{
    char part[SYNC_PATH];
    const struct wire_object *o = s->step[s->step_at].object;
    cache_spool_path(s->config, o->hash, part, sizeof part);
    enum err e = a->err == OK ? use_object(s, part) : a->err;
    enum err fault = object_fault(s, a, e);
    if (fault != OK || e == ERR_FULL)
        (void)unlink(part); /* not ours to keep; and room for what is */
    if (fault != OK)
        sync_bad_skip(s, fault);
    if (fault != OK || e == OK)
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
