/* sync_update.c - asks for the newest system of the appliance, and fetches it in small pieces. */
#include "app/sync_update.h"

#include "app/sync.h"
#include "app/sync_blob.h"
#include "app/sync_update_file.h"
#include "hal/base/clock.h"
#include "hal/base/io.h"
#include "hal/base/log.h"
#include "hal/crypto.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIECE_FIRST = 64 * 1024, PIECE_LEAST = 16 * 1024, PIECE_MOST = NET_MEMORY, SLOW_MS = 4000 };
static const int64_t spare_room = 300LL << 20; /* stays free for what citizens hand in */

enum phase { RESTING, ASKED_HEAD, ASKED_PIECE, CHECKING };

/* Invariant: wanted means file is open, and head and file.say are of the bundle that is fetched.
 * due_ms: timer clock; fault: it is so late only because the line or the platform failed. */
struct sync_update {
    const struct config *config;
    const struct sync_signed *sign;
    struct net *net;
    enum phase phase;
    unsigned char pub[CRYPTO_PUB];
    char etag[NET_ETAG];
    bool wanted, cut, fault;
    struct update_file file;
    int piece, asked;
    int64_t sent_ms, due_ms;
    int backoff_ms;
};

static enum err read_key(struct sync_update *u)
{
    char text[WIRE_UPDATE_KEY_FILE];
    int fd = open(u->config->update_key, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return io_error(errno);
    ssize_t n = read(fd, text, sizeof text);
    close(fd);
    return n < 0 ? ERR_IO : wire_update_key(text, (size_t)n, u->pub, CRYPTO_PUB);
}

static unsigned some(void)
{
    unsigned random;
    crypto_random(&random, sizeof random);
    return random;
}

enum err sync_update_create(const struct config *c, const struct sync_signed *sign,
                            struct net *first, struct sync_update **out)
{
    if (!c->update_dir[0] || c->update_h == 0 || !sign->base[0])
        return ERR_NOT_FOUND;
    struct sync_update *u = calloc(1, sizeof *u);
    if (!u)
        return ERR_NOMEM;
    *u = (struct sync_update){ .config = c, .sign = sign, .piece = PIECE_FIRST };
    u->file.fd = -1;
    u->file.dir = c->update_dir;
    u->due_ms = clock_timer_ms() + some() % (unsigned)(c->poll_s * 1000 + 1);
    enum err e = net_join(first, &u->net);
    if (e != OK) {
        sync_update_destroy(u);
        return e;
    }
    *out = u;
    return OK;
}

void sync_update_destroy(struct sync_update *u)
{
    if (!u)
        return;
    update_file_close(&u->file);
    net_destroy(u->net);
    free(u);
}

/* --- how it ends ------------------------------------------------------------------------------ */

static void off_the_line(struct sync_update *u)
{
    net_cancel(u->net);
    net_forget(u->net);
    u->phase = RESTING;
}

/* Until it is asked again: never all terminals of a district in the same minute. */
static void rest(struct sync_update *u)
{
    int64_t period = u->config->update_h * 3600000LL;
    off_the_line(u);
    update_file_close(&u->file);
    u->wanted = u->fault = false;
    u->backoff_ms = 0;
    u->due_ms = clock_timer_ms() + period + some() % (unsigned)(period / 8 + 1);
}

/* The line or the platform: the same again, later. */
static void fail(struct sync_update *u, enum err e, const char *what, int retry_after_s)
{
    int64_t said = (retry_after_s < 3600 ? retry_after_s : 3600) * 1000LL;
    log_info("update_later", "err=%s what=\"%s\" have=%lld", err_name(e), what,
             (long long)(u->wanted ? u->file.have : 0));
    off_the_line(u);
    u->piece = u->piece / 2 > PIECE_LEAST ? u->piece / 2 : PIECE_LEAST;
    u->backoff_ms = sync_backoff_ms(u->backoff_ms, u->config->poll_s, some());
    u->due_ms = clock_timer_ms() + (said > u->backoff_ms ? said : u->backoff_ms);
    u->fault = said == 0;
}

/* It makes no sense to go on: asked afresh when its time comes. */
static void give_up(struct sync_update *u, enum err e, const char *what)
{
    log_warn("update_refused", "version=%lld err=%s what=\"%s\"",
             (long long)(u->wanted ? u->file.say.version : 0), err_name(e), what);
    u->etag[0] = '\0';
    rest(u);
}

/* --- the head --------------------------------------------------------------------------------- */

static void ask(struct sync_update *u, const char *name, const struct net_request *how)
{
    char url[sizeof u->sign->base + 80];
    struct net_request r = *how;
    snprintf(url, sizeof url, "%s/feed/update/%s", u->sign->base, name);
    r.url = url;
    u->sent_ms = clock_timer_ms();
    enum err e = u->cut ? ERR_OFFLINE : net_start(u->net, &r);
    if (e != OK)
        fail(u, e, u->cut ? "cut by order" : name, 0);
}

static void ask_head(struct sync_update *u)
{
    struct net_request r = { .etag = u->etag,
                             .cap = WIRE_UPDATE_HEAD,
                             .deadline_s = u->config->net_deadline_s };
    u->phase = ASKED_HEAD;
    ask(u, "head", &r);
}

/* Newer than what runs and what lies here; what runs or is older need not lie here any more. */
static bool is_news(const struct sync_update *u, int64_t version)
{
    int64_t running = u->config->update_running;
    int64_t here = update_file_newest(u->config->update_dir, running + 1);
    return version > running && version > here;
}

static void want(struct sync_update *u, const struct wire_update *say, const unsigned char *head)
{
    enum err e = update_file_open(&u->file, say, head);
    if (e != OK) {
        give_up(u, e, u->config->update_dir);
        return;
    }
    u->wanted = true;
    u->due_ms = clock_timer_ms();
    log_info("update_wanted", "version=%lld bytes=%lld have=%lld", (long long)say->version,
             (long long)wire_update_size(say), (long long)u->file.have);
}

static void take_head(struct sync_update *u, const struct net_answer *a)
{
    unsigned char head[WIRE_UPDATE_HEAD];
    struct wire_update say;
    size_t n = a->n;
    memcpy(head, a->body, n);
    enum err e = read_key(u);
    if (e == OK)
        e = wire_update_read(head, n, u->pub, &say);
    if (e == OK && say.head_size != (int64_t)n)
        e = ERR_FORMAT;
    if (e != OK) {
        give_up(u, e, "head");
        return;
    }
    memcpy(u->etag, a->etag, sizeof u->etag);
    off_the_line(u);
    u->backoff_ms = 0;
    if (is_news(u, say.version))
        want(u, &say, head);
    else
        rest(u);
}

static void on_head(struct sync_update *u, const struct net_answer *a)
{
    if (a->not_modified || (a->err == ERR_SERVER && a->status == 404))
        rest(u); /* nothing new, or a platform that has no updates */
    else if (a->err == OK)
        take_head(u, a);
    else if (a->err == ERR_TOO_BIG)
        give_up(u, a->err, "head");
    else
        fail(u, a->err, a->what, a->retry_after_s);
}

/* --- the pieces ------------------------------------------------------------------------------- */

static void ask_piece(struct sync_update *u)
{
    char name[WIRE_UPDATE_NAME], range[80];
    int64_t have = u->file.have, left = wire_update_size(&u->file.say) - have;
    if (update_file_room(&u->file) < spare_room + left) {
        give_up(u, ERR_FULL, "the disk has no room for it");
        return;
    }
    u->asked = left < u->piece ? (int)left : u->piece;
    snprintf(range, sizeof range, "Range: bytes=%lld-%lld", (long long)have,
             (long long)have + u->asked - 1);
    wire_update_name(u->file.say.version, name);
    struct net_request r = { .cap = u->asked,
                             .headers = { range },
                             .deadline_s = u->config->net_deadline_s + u->asked / 100 / 8 };
    u->phase = ASKED_PIECE;
    ask(u, name, &r);
}

/* As with papers: each is on the line for two to four seconds, so that nobody waits for it longer.
 */
static int next_piece(int bytes, int64_t took_ms)
{
    if (took_ms > SLOW_MS)
        return bytes / 2 > PIECE_LEAST ? bytes / 2 : PIECE_LEAST;
    if (took_ms < SLOW_MS / 2)
        return bytes * 2 < PIECE_MOST ? bytes * 2 : PIECE_MOST;
    return bytes;
}

static void take_piece(struct sync_update *u, const struct net_answer *a)
{
    if (a->n != (size_t)u->asked) {
        fail(u, ERR_FORMAT, "a piece of another size", 0);
        return;
    }
    enum err e = update_file_add(&u->file, a->body, a->n);
    if (e != OK) {
        give_up(u, e, u->config->update_dir);
        return;
    }
    u->piece = next_piece(u->piece, clock_timer_ms() - u->sent_ms);
    off_the_line(u);
    u->backoff_ms = 0;
    u->due_ms = clock_timer_ms();
}

static void on_piece(struct sync_update *u, const struct net_answer *a)
{
    bool gone = a->err == ERR_SERVER && (a->status == 404 || a->status == 410 || a->status == 416);
    if (a->err == OK && a->status == 206)
        take_piece(u, a);
    else if (a->status == 200)
        give_up(u, ERR_NOT_FEED, "this server gives no pieces");
    else if (gone || a->err == ERR_TOO_BIG)
        give_up(u, a->err, a->what); /* another one may have taken its place */
    else
        fail(u, a->err == OK ? ERR_NOT_FEED : a->err, a->what, a->retry_after_s);
}

/* True: it is here. */
static bool check(struct sync_update *u)
{
    int64_t version = u->file.say.version, bytes = u->file.have;
    enum err e = update_file_check(&u->file);
    u->phase = e == ERR_BUSY ? CHECKING : RESTING;
    if (e == ERR_BUSY)
        return false;
    if (e == OK)
        e = update_file_done(&u->file);
    if (e != OK) {
        give_up(u, e, "the whole bundle");
        return false;
    }
    log_info("update_fetched", "version=%lld bytes=%lld", (long long)version, (long long)bytes);
    rest(u);
    return true;
}

/* --- when ------------------------------------------------------------------------------------- */

void sync_update_nudge(struct sync_update *u)
{
    if (u && u->fault && u->phase == RESTING)
        u->due_ms = clock_timer_ms();
}

void sync_update_cut(struct sync_update *u, bool cut)
{
    if (!u)
        return;
    u->cut = cut;
    if (cut && (u->phase == ASKED_HEAD || u->phase == ASKED_PIECE))
        fail(u, ERR_OFFLINE, "cut by order", 0);
}

void sync_update_give_way(struct sync_update *u)
{
    if (!u)
        return;
    if (u->wanted)
        give_up(u, ERR_FULL, "the disk gets short");
    u->etag[0] = '\0'; /* else nobody would fetch it again */
    update_file_drop_all(&u->file);
}

bool sync_update_turn(struct sync_update *u, bool others_wait)
{
    struct net_answer a;
    if (!u)
        return false;
    if (u->phase == CHECKING)
        return check(u);
    if (u->phase != RESTING) {
        if (!net_take(u->net, &a))
            return false;
        if (u->phase == ASKED_HEAD)
            on_head(u, &a);
        else
            on_piece(u, &a);
    }
    if (u->phase != RESTING || others_wait || clock_timer_ms() < u->due_ms)
        return false;
    if (u->wanted && update_file_whole(&u->file))
        return check(u);
    if (u->wanted)
        ask_piece(u);
    else
        ask_head(u);
    return false;
}

int sync_update_wait_ms(const struct sync_update *u, bool others_wait, int most)
{
    int64_t left = u ? u->due_ms - clock_timer_ms() : most;
    if (u && u->phase == CHECKING)
        return 0;
    if (!u || u->phase != RESTING || others_wait)
        return most;
    return left <= 0 ? 0 : left < most ? (int)left : most;
}
