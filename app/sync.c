/* sync.c - the heart of huimin-sync: when to ask the platform, and who is told of the answer. */
#include "app/sync.h"

#include "app/sync_cache.h"
#include "app/sync_part.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/crypto.h"
#include "hal/json.h"
#include "hal/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WAIT_MAX_MS = 60000, FIRST_MOST_MS = 300000 };
enum { STICK_MS = 2000 }; /* until one that is put in is seen */

/* --- what huimin is told ---------------------------------------------------------------------- */

static const char *line_name(enum sync_line l)
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
    json_put_str(&w, "outbox", err_name(s->post ? sync_post_err(s->post) : OK));
    sync_porter_put(s, &w);
    put_channels(s, &w);
    sync_bad_put(s, &w);
    json_put_str(&w, "stick", s->stick.word);
    json_close(&w, '}');
    const char *text = json_out_text(&w);
    char *line = NULL;
    if (text && asprintf(&line, "%s\n", text) > 0)
        send(s->sock, line);
    free(line);
    json_out_finish(&w);
}

void sync_tell_state(struct sync *s)
{
    if (s->sock)
        send_state(s, sync_sock_tell);
}

void sync_tell_changed(struct sync *s, const char *channel)
{
    char line[WIRE_NAME_MAX + 48];
    snprintf(line, sizeof line, "{\"m\":\"changed\",\"ch\":[\"%s\"]}\n", channel);
    if (s->sock)
        sync_sock_tell(s->sock, line);
}

static void tell_outbox(struct sync *s)
{
    if (s->sock)
        sync_sock_tell(s->sock, "{\"m\":\"outbox\"}\n");
    sync_tell_state(s);
}

static void take_news(struct sync *s, const struct sync_order *o)
{
    if (o->kind == ORDER_DAMAGED)
        s->suspect = true;
    if (o->kind == ORDER_NET) {
        s->pretend_cut = !o->online;
        sync_post_cut(s->post, s->pretend_cut);
        sync_blob_cut(s->blob, s->pretend_cut);
        sync_update_cut(s->update, s->pretend_cut);
    }
    sync_enrol_nudge(s->enrol);
    s->restart = true; /* what runs may have asked before the news was there: ask again */
    s->mended = true;
}

static void take_order(void *ctx, const struct sync_order *o)
{
    struct sync *s = ctx;
    switch (o->kind) {
    case ORDER_HELLO:
        send_state(s, sync_sock_answer);
        break;
    case ORDER_HOLD:
        clock_hold(o->n);
        break;
    case ORDER_ADVANCE:
        clock_advance_ms(o->n * 1000);
        break;
    case ORDER_OUTBOX:
        sync_post_nudge(s->post, true);
        break;
    case ORDER_RETRY:
        sync_post_all(s->post);
        break;
    case ORDER_CARRY:
        s->porter.wanted = true;
        break;
    case ORDER_QUERY:
        sync_query_ask(s->query, o);
        break;
    case ORDER_ENROL:
        sync_enrol_ask(s->enrol, o);
        break;
    case ORDER_DEVICES:
        sync_report_devices(s->report, o->reader, o->printer);
        break;
    case ORDER_SYNC:
    case ORDER_DAMAGED:
    case ORDER_NET:
        take_news(s, o);
        break;
    }
}

/* --- the files -------------------------------------------------------------------------------- */

void sync_close_cache(struct sync *s)
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
enum err sync_open_files(struct sync *s)
{
    bool replaced = false;
    enum err e = cache_dirs(s->config);
    if (e == OK && s->lock_fd < 0)
        e = cache_lock(s->config, &s->lock_fd);
    if (e == ERR_BUSY)
        return e;
    open_sock(s);
    if (e == OK && !s->once && sync_signed_key(&s->sign) != OK)
        log_debug("no_line_key", "err=%s", err_name(ERR_IO)); /* told when it is needed */
    if (e != OK || s->has_feed)
        return e;
    e = cache_open(s->config, &s->store, &replaced);
    if (e != OK)
        return e;
    s->has_feed = true;
    e = feed_start(&s->feed, s->store, s->config);
    if (e != OK)
        sync_close_cache(s);
    if (replaced && s->sock)
        sync_sock_tell(s->sock, "{\"m\":\"reopen\"}\n");
    return e;
}

int64_t sync_first_wait_ms(int64_t away_ms, int poll_s, unsigned random)
{
    int64_t period = poll_s * 1000LL, most = period < FIRST_MOST_MS ? period : FIRST_MOST_MS;
    if (away_ms >= 0 && away_ms < 2 * period)
        return 0;
    return (int64_t)(random % (unsigned)(most + 1));
}

/* Who knows nothing yet has nothing to show: it asks at once. */
static int64_t first_wait_ms(const struct sync *s)
{
    unsigned random;
    if (s->once || !s->has_feed || !s->feed.last_ok_ms)
        return 0;
    crypto_random(&random, sizeof random);
    return sync_first_wait_ms(clock_wall_ms() - s->feed.last_ok_ms, s->config->poll_s, random);
}

/* --- the loop --------------------------------------------------------------------------------- */

/* A new system has time: everything else goes first. */
static bool line_wanted(const struct sync *s)
{
    return s->phase != RESTING || (s->post && sync_post_busy(s->post)) ||
           (s->blob && sync_blob_busy(s->blob)) || (s->query && sync_query_waiting(s->query));
}

static int wait_ms(const struct sync *s)
{
    int64_t left = s->due_ms - clock_timer_ms();
    int most = s->phase != RESTING || left > WAIT_MAX_MS ? WAIT_MAX_MS : left > 0 ? (int)left : 0;
    if (s->phase == RESTING && s->config->feed_dir[0] && most > STICK_MS)
        most = STICK_MS;
    if (s->query && sync_query_waiting(s->query))
        return 0;
    if (s->enrol)
        most = sync_enrol_wait_ms(s->enrol, most);
    most = sync_porter_wait_ms(s, most);
    if (s->post)
        most = sync_post_wait_ms(s->post, most);
    most = sync_update_wait_ms(s->update, line_wanted(s), most);
    /* A paper waits for the items, and these for their answer: that wakes the loop by itself. */
    return s->blob && !sync_post_busy(s->post) ? sync_blob_wait_ms(s->blob, most) : most;
}

/* Delivery and questions have nets of their own: neither waits for a poll. */
static void turn_others(struct sync *s)
{
    bool offline = s->line != LINE_IS_ON;
    const struct wire_keyset *keys = s->has_feed && s->feed.has_keys ? &s->feed.keys : NULL;
    if (s->post && s->has_feed)
        sync_post_floor(s->post, s->feed.floor_ms);
    bool moved = sync_porter_turn(s, keys);
    if (s->post && sync_post_turn(s->post, keys)) {
        sync_blob_nudge(s->blob, false);
        moved = true;
    }
    moved |= s->blob && sync_blob_turn(s->blob, keys, sync_post_busy(s->post));
    if (moved)
        tell_outbox(s);
    if (s->query && sync_query_turn(s->query, s->sock, s->pretend_cut, offline) && offline)
        s->restart = s->mended = true; /* the line is back before the next poll was due */
    if (s->enrol && sync_enrol_turn(s->enrol, s->sock, s->pretend_cut))
        s->enrolled = s->stop = true;
    if (s->report)
        sync_report_turn(s->report, s->post, s->line == LINE_IS_ON && !s->pretend_cut,
                         s->has_feed ? s->feed.index_n : 0);
    (void)sync_update_turn(s->update, line_wanted(s));
}

void sync_turn(struct sync *s)
{
    struct pollfd fds[SYNC_CLIENTS + 2];
    struct net_answer answer;
    int count = s->sock ? sync_sock_fds(s->sock, fds) : 0;
    fds[count] = (struct pollfd){ .fd = s->stop_fd, .events = POLLIN };
    bool ended = net_wait(s->net, fds, count + 1, watch_wait_ms(wait_ms(s)), &answer);
    watch_alive();
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
        sync_poll_begin(s);
    } else if (ended) {
        s->sign.cert_refused |= answer.status == 400; /* nothing else of a feed is answered so */
        sync_poll_answer(s, &answer);
    } else if (s->phase == RESTING && (clock_timer_ms() >= s->due_ms || sync_stick_news(s))) {
        sync_poll_begin(s);
    }
    turn_others(s);
    sync_space_turn(s);
}

static void set_sources(struct sync *s)
{
    const struct config *c = s->config;
    if (s->sign.base[0])
        snprintf(s->source[s->source_count++], SYNC_PATH, "%s/feed", s->sign.base);
    if (!c->feed_dir[0])
        return;
    char here[SYNC_PATH / 2] = "";
    char *full = realpath(c->feed_dir, NULL); /* the folder may come later: a stick */
    if (!full && c->feed_dir[0] != '/' && !getcwd(here, sizeof here))
        here[0] = '\0';
    snprintf(s->source[s->source_count++], SYNC_PATH, "%s%s%.200s", full ? full : here,
             here[0] ? "/" : "", full ? "" : c->feed_dir);
    free(full);
}

static enum err start(struct sync *s)
{
    struct net_limits limits = { .connect_s = s->config->net_connect_s,
                                 .low_speed_s = s->config->net_low_speed_s,
                                 .tls = strncmp(s->config->platform_url, "https:", 6) == 0 };
    arena_init(&s->arena, 32 * 1024, 512 * 1024);
    sync_signed_start(&s->sign, s->config);
    set_sources(s);
    enum err e = crypto_init();
    if (e == OK)
        e = net_create(&limits, &s->net);
    if (e == OK && !s->once)
        e = sync_post_create(s->config, &s->sign, s->net, &s->post);
    if (e == OK && !s->once)
        e = sync_blob_create(s->config, &s->sign, s->net, &s->blob);
    if (e == OK && !s->once)
        e = sync_query_create(&s->sign, s->net, &s->query);
    if (e == OK)
        e = sync_enrol_create(&s->sign, s->net, &s->enrol);
    if (e == OK && !s->once && s->sign.base[0])
        e = sync_report_create(s->config, &s->sign, s->net, &s->report);
    if (e == OK && !s->once) {
        e = sync_update_create(s->config, &s->sign, s->net, &s->update);
        e = e == ERR_NOT_FOUND ? OK : e;
    }
    return e;
}

void sync_end(struct sync *s)
{
    sync_post_destroy(s->post);
    sync_blob_destroy(s->blob);
    sync_query_destroy(s->query);
    sync_enrol_destroy(s->enrol);
    sync_report_destroy(s->report);
    sync_update_destroy(s->update);
    sync_signed_finish(&s->sign);
    sync_sock_destroy(s->sock);
    net_destroy(s->net);
    sync_close_cache(s);
    arena_finish(&s->arena);
    if (s->lock_fd >= 0)
        close(s->lock_fd);
}

/* What it says of this terminal holds without a line, too. */
static void look_into_outbox(struct sync *s)
{
    char path[SYNC_PATH];
    snprintf(path, sizeof path, "%s/outbox.db", s->config->data_dir);
    if (s->post && access(path, W_OK) == 0 && !sync_post_box(s->post))
        log_debug("outbox_not_opened", "err=%s", err_name(sync_post_err(s->post)));
}

enum err sync_begin(struct sync *s, const struct config *c, bool once, int stop_fd)
{
    *s = (struct sync){
        .config = c, .once = once, .stop_fd = stop_fd, .lock_fd = -1, .since_ms = clock_wall_ms()
    };
    enum err e = start(s);
    if (e == OK && sync_open_files(s) == ERR_BUSY)
        e = ERR_BUSY;
    if (s->has_feed && s->feed.last_ok_ms)
        s->line = LINE_IS_OFF; /* until the first answer */
    s->due_ms = clock_timer_ms() + first_wait_ms(s);
    look_into_outbox(s);
    return e;
}

enum err sync_run(const struct config *c, bool once, int stop_fd)
{
    static struct sync s;
    enum err e = sync_begin(&s, c, once, stop_fd);
    if (e == OK)
        watch_ready();
    while (e == OK && !s.stop)
        sync_turn(&s);
    if (e == OK && once)
        e = s.err;
    else if (e == OK && s.enrolled)
        e = ERR_STOPPED;
    sync_end(&s);
    return e;
}
