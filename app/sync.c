/* sync.c - the heart of huimin-sync: when to ask the platform, and what to do with the answer. */
#include "app/sync.h"

#include "app/feed.h"
#include "app/sync_cache.h"
#include "app/sync_sock.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/crypto.h"
#include "hal/json.h"
#include "hal/net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH = 512, SOURCES = 2, WAIT_MAX_MS = 60000, ROOTS_A_POLL = 32 };
enum phase { RESTING, ASKING_INDEX, ASKING_ROOT, ASKING_OBJECT };
enum line { LINE_NEVER_OK, LINE_IS_ON, LINE_IS_OFF };

/* One thread's whole world. Invariant: index, step and index_bytes belong to the running poll;
 * store and feed are NULL/closed together (has_feed). */
struct sync {
    const struct config *config;
    struct store *store;
    struct feed feed;
    bool has_feed;
    struct net *net;
    struct sync_sock *sock;
    int lock_fd, stop_fd;
    bool once, stop;

    char source[SOURCES][PATH]; /* prefix of …/<area>/index, …/o/<hash>, …/root/<n> */
    int source_count, source_now;
    char etag[NET_ETAG]; /* of the index applied last, from source etag_of */
    int etag_of;

    enum phase phase;
    struct arena arena; /* of the running poll */
    struct wire_index index;
    char index_bytes[WIRE_INDEX_MAX];
    size_t index_size;
    char new_etag[NET_ETAG];
    struct feed_step step[FEED_STEPS];
    int step_count, step_at, roots_asked;
    bool recovered; /* cache.db was replaced in this poll: not twice */

    enum line line;
    enum err err;
    int64_t since_ms, polls;
    int64_t due_ms; /* timer clock: next poll */
    int backoff_ms;
    bool pretend_cut, restart;
    bool suspect; /* huimin met damage in cache.db: opened anew, it is looked through */
};

/* --- what huimin is told ---------------------------------------------------------------------- */

static const char *line_name(enum line l)
{
    return l == LINE_NEVER_OK ? "never" : l == LINE_IS_ON ? "online" : "offline";
}

static void put_channels(struct sync *s, struct json_out *w)
{
    json_open(w, "ch", '{');
    if (s->store) {
        struct query *q = store_query(s->store, "SELECT name, epoch, seq, as_of FROM channel");
        while (query_step(q)) {
            json_open(w, query_col_text(q, 0), '{');
            json_put_str(w, "epoch", query_col_text(q, 1));
            json_put_int(w, "seq", query_col_int(q, 2));
            json_put_int(w, "as_of", query_col_int(q, 3));
            json_close(w, '}');
        }
        if (query_done(q) != OK)
            log_debug("state_without_channels", "err=%s", err_name(ERR_IO));
    }
    json_close(w, '}');
}

static void send_state(struct sync *s, void (*send)(struct sync_sock *, const char *))
{
    struct json_out w;
    json_out_start(&w);
    json_open(&w, NULL, '{');
    json_put_str(&w, "m", "state");
    json_put_str(&w, "state", line_name(s->line));
    json_put_str(&w, "err", err_name(s->err));
    json_put_int(&w, "last_ok", s->has_feed ? s->feed.last_ok_ms : 0);
    json_put_int(&w, "since", s->since_ms);
    json_put_int(&w, "n", s->polls);
    json_put_int(&w, "idx", s->has_feed ? s->feed.index_n : 0);
    put_channels(s, &w);
    json_close(&w, '}');
    const char *text = json_out_text(&w);
    char *line = NULL;
    if (text && asprintf(&line, "%s\n", text) > 0)
        send(s->sock, line);
    free(line);
    json_out_finish(&w);
}

static void tell_state(struct sync *s)
{
    if (s->sock)
        send_state(s, sync_sock_tell);
}

static void tell_changed(struct sync *s, const char *channel)
{
    char line[WIRE_NAME_MAX + 48];
    snprintf(line, sizeof line, "{\"m\":\"changed\",\"ch\":[\"%s\"]}\n", channel);
    if (s->sock)
        sync_sock_tell(s->sock, line);
}

static void take_order(void *ctx, const struct sync_order *o)
{
    struct sync *s = ctx;
    if (o->kind == ORDER_HELLO) {
        send_state(s, sync_sock_answer);
    } else if (o->kind == ORDER_HOLD) {
        clock_hold(o->n);
    } else if (o->kind == ORDER_ADVANCE) {
        clock_advance_ms(o->n * 1000);
    } else {
        if (o->kind == ORDER_DAMAGED)
            s->suspect = true;
        if (o->kind == ORDER_NET)
            s->pretend_cut = !o->online;
        s->restart = true; /* what runs may have asked before the news was there: ask again */
    }
}

/* --- the files -------------------------------------------------------------------------------- */

static void close_cache(struct sync *s)
{
    if (s->has_feed)
        feed_finish(&s->feed);
    store_close(s->store);
    s->store = NULL;
    s->has_feed = false;
}

static void open_sock(struct sync *s)
{
    if (s->sock || s->once)
        return;
    enum err e = sync_sock_create(s->config->data_dir, take_order, s, &s->sock);
    if (e != OK)
        log_debug("no_socket", "err=%s", err_name(e));
}

/* Everything in the data directory that a poll needs; what is there already stays. */
static enum err open_files(struct sync *s)
{
    bool replaced = false;
    enum err e = cache_dirs(s->config);
    if (e == OK && s->lock_fd < 0)
        e = cache_lock(s->config, &s->lock_fd);
    if (e == ERR_BUSY)
        return e;
    open_sock(s);
    if (e != OK || s->has_feed)
        return e;
    e = cache_open(s->config, &s->store, &replaced);
    if (e != OK)
        return e;
    s->has_feed = true;
    e = feed_start(&s->feed, s->store, s->config);
    if (e != OK)
        close_cache(s);
    if (replaced && s->sock)
        sync_sock_tell(s->sock, "{\"m\":\"reopen\"}\n");
    return e;
}

/* --- a poll ----------------------------------------------------------------------------------- */

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
    enum line line = LINE_IS_ON;
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
    note_result(s, e, what);
    s->polls++;
    schedule(s, e, retry_after_s);
    tell_state(s);
    if (s->once)
        s->stop = true;
}

static void ask(struct sync *s, enum phase phase, const char *path, const struct net_request *rest)
{
    char url[PATH + 128];
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

static void begin_poll(struct sync *s)
{
    s->recovered = false;
    if (s->suspect) {
        s->suspect = false;
        s->etag[0] = '\0'; /* what replaces it may lack what the platform thinks we have */
        close_cache(s);
    }
    enum err e = open_files(s);
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
    close_cache(s);
    s->etag[0] = '\0';
    enum err e = cache_move_aside(s->config);
    if (e == OK)
        e = open_files(s);
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
    tell_changed(s, step->channel->name);
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
    char part[PATH];
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
    char part[PATH];
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

static void on_answer(struct sync *s, const struct net_answer *a)
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

/* --- the loop --------------------------------------------------------------------------------- */

static int wait_ms(const struct sync *s)
{
    int64_t left = s->due_ms - clock_timer_ms();
    if (s->phase != RESTING || left > WAIT_MAX_MS)
        return WAIT_MAX_MS;
    return left > 0 ? (int)left : 0;
}

static void turn(struct sync *s)
{
    struct pollfd fds[SYNC_CLIENTS + 2];
    struct net_answer answer;
    int count = s->sock ? sync_sock_fds(s->sock, fds) : 0;
    fds[count] = (struct pollfd){ .fd = s->stop_fd, .events = POLLIN };
    bool ended = net_wait(s->net, fds, count + 1, wait_ms(s), &answer);
    s->stop = (fds[count].revents & POLLIN) != 0;
    if (s->sock)
        sync_sock_serve(s->sock, fds, count);
    if (s->stop)
        return;
    if (s->restart) {
        s->restart = false;
        s->backoff_ms = 0;
        s->phase = RESTING;
        net_cancel(s->net);
        begin_poll(s);
    } else if (ended) {
        on_answer(s, &answer);
    } else if (s->phase == RESTING && clock_timer_ms() >= s->due_ms) {
        begin_poll(s);
    }
}

static void set_sources(struct sync *s)
{
    const struct config *c = s->config;
    if (strcmp(c->platform_url, "none") != 0) {
        size_t n = strlen(c->platform_url);
        while (n && c->platform_url[n - 1] == '/')
            n--;
        snprintf(s->source[s->source_count++], PATH, "%.*s/feed", (int)n, c->platform_url);
    }
    if (!c->feed_dir[0])
        return;
    char *full = realpath(c->feed_dir, NULL); /* the folder may come later: a stick */
    snprintf(s->source[s->source_count++], PATH, "%s", full ? full : c->feed_dir);
    free(full);
}

static enum err start(struct sync *s)
{
    struct net_limits limits = { .connect_s = s->config->net_connect_s,
                                 .low_speed_s = s->config->net_low_speed_s,
                                 .tls = strncmp(s->config->platform_url, "https:", 6) == 0 };
    arena_init(&s->arena, 32 * 1024, 512 * 1024);
    set_sources(s);
    enum err e = crypto_init();
    return e == OK ? net_create(&limits, &s->net) : e;
}

enum err sync_run(const struct config *c, bool once, int stop_fd)
{
    static struct sync s;
    s = (struct sync){
        .config = c, .once = once, .stop_fd = stop_fd, .lock_fd = -1, .since_ms = clock_wall_ms()
    };
    enum err e = start(&s);
    if (e == OK && open_files(&s) == ERR_BUSY)
        e = ERR_BUSY;
    if (s.has_feed && s.feed.last_ok_ms)
        s.line = LINE_IS_OFF; /* until the first answer */
    while (e == OK && !s.stop)
        turn(&s);
    if (e == OK && once)
        e = s.err;
    sync_sock_destroy(s.sock);
    net_destroy(s.net);
    close_cache(&s);
    arena_finish(&s.arena);
    if (s.lock_fd >= 0)
        close(s.lock_fd);
    return e;
}
