/* line.c - huimin's end of sync.sock: what huimin-sync says of the line, and orders to it. */
#include "app/line.h"

#include "app/enrol.h"
#include "app/line_query.h"
#include "app/line_status.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/json.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { AGAIN_MS = 500, TAKEN_MS = 1000, LONGEST = 256 * 1024, ORDERS = 32 * 1024 };

/* Owner: main.c. The thread alone touches in; what stands under the lock is shared. Orders go out
 * in the order they came and are answered in that order, so counting the answers tells which one
 * was taken, even when an earlier one was given up. */
struct line {
    char path[108], dir[108];
    void (*post)(const struct event *ev);
    pthread_t thread;
    bool started;
    int poke; /* an eventfd that ends the thread's sleep */
    char *in; /* LONGEST bytes */
    size_t in_len;

    pthread_mutex_t lock;
    pthread_cond_t taken_cond;
    bool stop;
    int fd; /* -1: nobody answers */
    char out[ORDERS];
    size_t out_len;
    int64_t asked, taken; /* of this connection */
    bool enrolling;       /* its outcome has not been told yet */
    bool moved, held;     /* the clock here: huimin-sync is told again whenever it comes */
    char devices[128];    /* how they are, as an order; "": not looked at yet */
    struct line_status status;
    struct line_query query;
};

static void post(struct line *l, enum ev type, const char *s)
{
    struct event ev = { .type = type };
    snprintf(ev.s, sizeof ev.s, "%s", s);
    l->post(&ev);
}

/* --- what huimin-sync says ---------------------------------------------------------------- */

static void on_state(struct line *l, const struct json *m)
{
    struct line_status s;
    line_status_read(m, &s);
    pthread_mutex_lock(&l->lock);
    l->status = s;
    pthread_mutex_unlock(&l->lock);
    post(l, EV_LINE, "");
}

static void on_changed(struct line *l, const struct json *m)
{
    const struct json *channels;
    if (json_get(m, "ch", &channels) != OK || !json_is_array(channels))
        return;
    for (size_t i = 0; i < json_count(channels); i++) {
        const char *name = json_str(json_at(channels, i));
        if (name)
            post(l, EV_CHANGED, name);
    }
}

static void end_query(struct line *l, int64_t n, enum err e, const char *box)
{
    pthread_mutex_lock(&l->lock);
    bool ours = line_query_end(&l->query, n, e, box);
    pthread_mutex_unlock(&l->lock);
    if (ours)
        l->post(&(struct event){ .type = EV_ANSWER, .n = n });
}

static void on_answer(struct line *l, const struct json *m)
{
    end_query(l, line_int(m, "q", 0), line_err_named(line_str(m, "err", "io")),
              line_str(m, "box", NULL));
}

/* Said once for each one that was asked, also when nobody is there any more to answer. */
static void end_enrol(struct line *l, enum err e, const char *name)
{
    struct event ev = { .type = EV_ENROLLED, .n = e };
    pthread_mutex_lock(&l->lock);
    bool awaited = l->enrolling;
    l->enrolling = false;
    pthread_mutex_unlock(&l->lock);
    snprintf(ev.s, sizeof ev.s, "%s", name);
    if (awaited)
        l->post(&ev);
}

static void on_enrolled(struct line *l, const struct json *m)
{
    end_enrol(l, line_err_named(line_str(m, "err", "io")), line_str(m, "name", ""));
}

/* Refused is an answer too: ours and huimin-sync's are of one build, so it does not happen. */
static void on_taken(struct line *l)
{
    pthread_mutex_lock(&l->lock);
    l->taken++;
    pthread_cond_broadcast(&l->taken_cond);
    pthread_mutex_unlock(&l->lock);
}

static void on_message(struct line *l, const char *text, size_t n)
{
    struct json *m;
    enum err e = json_parse(text, n, &m);
    if (e != OK) {
        log_warn("line_message", "err=%s bytes=%zu", err_name(e), n);
        return;
    }
    const char *kind = line_str(m, "m", "");
    if (strcmp(kind, "taken") == 0 || strcmp(kind, "refused") == 0)
        on_taken(l);
    else if (strcmp(kind, "state") == 0)
        on_state(l, m);
    else if (strcmp(kind, "changed") == 0)
        on_changed(l, m);
    else if (strcmp(kind, "reopen") == 0)
        post(l, EV_REOPEN, "");
    else if (strcmp(kind, "outbox") == 0)
        post(l, EV_OUTBOX, "");
    else if (strcmp(kind, "answer") == 0)
        on_answer(l, m);
    else if (strcmp(kind, "enrolled") == 0)
        on_enrolled(l, m);
    json_free(m);
}

/* --- the connection ----------------------------------------------------------------------------
 */

static void hang_up(struct line *l)
{
    struct line_status s = { .state = LINE_STOPPED, .since_ms = clock_wall_ms() };
    pthread_mutex_lock(&l->lock);
    close(l->fd);
    l->fd = -1;
    explicit_bzero(l->out, l->out_len);
    l->out_len = 0;
    l->asked = l->taken = 0;
    int64_t query = l->query.n;
    /* What was fetched is still true. */
    s.last_ok_ms = l->status.last_ok_ms;
    s.n = l->status.n;
    s.outbox = l->status.outbox == ERR_REVOKED ? ERR_REVOKED : OK;
    s.channel_count = l->status.channel_count;
    memcpy(s.channel, l->status.channel, sizeof s.channel);
    l->status = s;
    pthread_cond_broadcast(&l->taken_cond);
    pthread_mutex_unlock(&l->lock);
    explicit_bzero(l->in, l->in_len);
    l->in_len = 0;
    post(l, EV_LINE, "");
    end_query(l, query, ERR_OFFLINE, NULL);
    end_enrol(l, ERR_OFFLINE, "");
}

/* In a directory both share, only its group (or ourselves) may play huimin-sync. */
static bool trusted(const struct line *l, int fd)
{
    struct ucred peer;
    struct stat st;
    socklen_t n = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) != 0 || stat(l->dir, &st) != 0)
        return false;
    return peer.uid == geteuid() || peer.uid == 0 || peer.gid == st.st_gid;
}

/* Called with the lock held. Only hello goes without an answer of its own. */
static bool queue(struct line *l, const char *text)
{
    size_t n = strlen(text);
    if (l->out_len + n + 1 > sizeof l->out)
        return false;
    memcpy(l->out + l->out_len, text, n);
    l->out[l->out_len + n] = '\n';
    l->out_len += n + 1;
    return true;
}

static void hold_text(char *out, size_t cap, int64_t wall_ms)
{
    char when[32];
    clock_format_rfc3339(when, sizeof when, wall_ms);
    snprintf(out, cap, "{\"m\":\"clock\",\"hold\":\"%s\"}", when);
}

/* Called with the lock held. */
static bool queue_order(struct line *l, const char *text)
{
    bool fits = queue(l, text);
    l->asked += fits;
    return fits;
}

/* Called with the lock held. */
static void queue_clock(struct line *l)
{
    char text[96];
    if (!l->moved)
        return;
    hold_text(text, sizeof text, clock_wall_ms());
    (void)queue_order(l, text);
    if (!l->held)
        (void)queue_order(l, "{\"m\":\"clock\",\"advance_s\":0}");
}

static void try_to_connect(struct line *l)
{
    struct sockaddr_un addr = { .sun_family = AF_UNIX };
    memcpy(addr.sun_path, l->path, sizeof addr.sun_path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return;
    if (connect(fd, (struct sockaddr *)&addr, sizeof addr) != 0) {
        close(fd);
        return;
    }
    if (!trusted(l, fd)) {
        log_warn("line_stranger", "path=%s", l->path);
        close(fd);
        return;
    }
    pthread_mutex_lock(&l->lock);
    l->fd = fd;
    (void)queue(l, "{\"m\":\"hello\"}");
    queue_clock(l);
    if (l->devices[0])
        (void)queue_order(l, l->devices);
    pthread_mutex_unlock(&l->lock);
}

/* False: the other end is gone. */
static bool send_queued(struct line *l)
{
    bool alive = true;
    pthread_mutex_lock(&l->lock);
    if (l->out_len > 0) {
        ssize_t n = send(l->fd, l->out, l->out_len, MSG_NOSIGNAL);
        if (n > 0) {
            l->out_len -= (size_t)n;
            memmove(l->out, l->out + n, l->out_len);
            explicit_bzero(l->out + l->out_len, (size_t)n);
        }
        alive = n > 0 || errno == EAGAIN || errno == EINTR;
    }
    pthread_mutex_unlock(&l->lock);
    return alive;
}

/* False: the other end is gone, or says more than was agreed. */
static bool receive(struct line *l)
{
    ssize_t n = read(l->fd, l->in + l->in_len, LONGEST - l->in_len);
    if (n <= 0)
        return n < 0 && (errno == EAGAIN || errno == EINTR);
    l->in_len += (size_t)n;
    char *from = l->in;
    char *end;
    while ((end = memchr(from, '\n', l->in_len - (size_t)(from - l->in))) != NULL) {
        on_message(l, from, (size_t)(end - from));
        from = end + 1;
    }
    size_t read_n = (size_t)(from - l->in);
    l->in_len -= read_n;
    memmove(l->in, from, l->in_len);
    explicit_bzero(l->in + l->in_len, read_n);
    if (l->in_len < LONGEST)
        return true;
    log_warn("line_too_long", "bytes=%d", LONGEST);
    return false;
}

static bool stopping(struct line *l)
{
    pthread_mutex_lock(&l->lock);
    bool stop = l->stop;
    pthread_mutex_unlock(&l->lock);
    return stop;
}

/* Until when the thread may sleep; a question that nobody answered in time is ended here. */
static int sleep_ms(struct line *l)
{
    pthread_mutex_lock(&l->lock);
    int left = line_query_wait_ms(&l->query);
    int64_t n = l->query.n;
    bool connected = l->fd >= 0;
    pthread_mutex_unlock(&l->lock);
    if (left == 0)
        end_query(l, n, ERR_TIMEOUT, NULL);
    return connected && left != 0 ? left : AGAIN_MS;
}

static short wanted_events(struct line *l)
{
    pthread_mutex_lock(&l->lock);
    short events = (short)(POLLIN | (l->out_len ? POLLOUT : 0));
    pthread_mutex_unlock(&l->lock);
    return events;
}

static void *work(void *arg)
{
    struct line *l = arg;
    while (!stopping(l)) {
        if (l->fd < 0)
            try_to_connect(l);
        struct pollfd fds[2] = { { .fd = l->poke, .events = POLLIN },
                                 { .fd = l->fd, .events = wanted_events(l) } };
        poll(fds, 2, sleep_ms(l));
        if (fds[0].revents)
            (void)!read(l->poke, &(uint64_t){ 0 }, sizeof(uint64_t));
        if (l->fd < 0)
            continue;
        bool alive = !(fds[1].revents & (POLLIN | POLLHUP | POLLERR)) || receive(l);
        if (!alive || !send_queued(l))
            hang_up(l);
    }
    return NULL;
}

/* --- orders --------------------------------------------------------------------------------------
 */

static void poke(struct line *l)
{
    (void)!write(l->poke, &(uint64_t){ 1 }, sizeof(uint64_t));
}

static enum err order(struct line *l, const char *text)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += TAKEN_MS / 1000;
    enum err e = OK;
    pthread_mutex_lock(&l->lock);
    if (l->fd < 0)
        e = ERR_OFFLINE;
    else if (!queue_order(l, text))
        e = ERR_BUSY;
    int64_t mine = l->asked;
    if (e == OK)
        poke(l);
    while (e == OK && l->asked >= mine && l->taken < mine)
        if (pthread_cond_timedwait(&l->taken_cond, &l->lock, &until) == ETIMEDOUT)
            e = ERR_BUSY;
    if (e == OK && l->asked < mine) /* hung up meanwhile */
        e = ERR_OFFLINE;
    pthread_mutex_unlock(&l->lock);
    return e;
}

enum err line_sync(struct line *l)
{
    return order(l, "{\"m\":\"sync\"}");
}

enum err line_damaged(struct line *l)
{
    return order(l, "{\"m\":\"damaged\"}");
}

enum err line_retry(struct line *l)
{
    return order(l, "{\"m\":\"retry\"}");
}

enum err line_carry(struct line *l)
{
    return order(l, "{\"m\":\"carry\"}");
}

enum err line_net(struct line *l, bool online)
{
    return order(l,
                 online ? "{\"m\":\"net\",\"online\":true}" : "{\"m\":\"net\",\"online\":false}");
}

static void note_clock(struct line *l, bool held)
{
    pthread_mutex_lock(&l->lock);
    l->moved = true;
    l->held = held;
    pthread_mutex_unlock(&l->lock);
}

enum err line_clock_hold(struct line *l, int64_t wall_ms)
{
    char text[96];
    hold_text(text, sizeof text, wall_ms);
    note_clock(l, true);
    return order(l, text);
}

enum err line_clock_advance(struct line *l, int64_t seconds)
{
    char text[96];
    snprintf(text, sizeof text, "{\"m\":\"clock\",\"advance_s\":%lld}", (long long)seconds);
    note_clock(l, false);
    return order(l, text);
}

void line_outbox(struct line *l)
{
    pthread_mutex_lock(&l->lock);
    if (l->fd >= 0) /* no room: then one of these waits there already, or the poll will look */
        (void)queue_order(l, "{\"m\":\"outbox\"}");
    pthread_mutex_unlock(&l->lock);
    poke(l);
}

enum err line_enrol(struct line *l, const struct enrol_ask *ask)
{
    char text[ENROL_ORDER];
    enrol_ask_text(ask, text);
    pthread_mutex_lock(&l->lock);
    enum err e = l->fd < 0 ? ERR_OFFLINE : queue_order(l, text) ? OK : ERR_BUSY;
    l->enrolling |= e == OK;
    pthread_mutex_unlock(&l->lock);
    explicit_bzero(text, sizeof text);
    if (e == OK)
        poke(l);
    return e;
}

void line_devices(struct line *l, const char *reader, const char *printer)
{
    char text[sizeof l->devices];
    snprintf(text, sizeof text, "{\"m\":\"devices\",\"reader\":\"%.20s\",\"printer\":\"%.20s\"}",
             reader, printer);
    pthread_mutex_lock(&l->lock);
    bool news = strcmp(text, l->devices) != 0;
    memcpy(l->devices, text, sizeof text);
    if (news && l->fd >= 0)
        (void)queue_order(l, text);
    pthread_mutex_unlock(&l->lock);
    if (news)
        poke(l);
}

/* Called with the lock held. */
static enum err queue_query(struct line *l, const char *kid, const char *box, const char *sig)
{
    struct json_out w;
    if (l->fd < 0)
        return ERR_OFFLINE;
    const char *text = line_query_text(&l->query, kid, box, sig, &w);
    enum err e = text ? OK : ERR_NOMEM;
    if (e == OK && !queue_order(l, text))
        e = ERR_BUSY;
    json_out_finish(&w);
    return e;
}

enum err line_query(struct line *l, const char *kid, const char *box_b64, const char *sig_b64,
                    int64_t *out_q)
{
    if (strlen(kid) + strlen(box_b64) + strlen(sig_b64) > LINE_QUERY)
        return ERR_TOO_BIG;
    pthread_mutex_lock(&l->lock);
    int64_t n = line_query_begin(&l->query);
    enum err e = queue_query(l, kid, box_b64, sig_b64);
    pthread_mutex_unlock(&l->lock);
    *out_q = n;
    if (e == OK)
        poke(l);
    else
        end_query(l, n, e, NULL);
    return OK;
}

enum err line_answer(struct line *l, int64_t q, enum err *out_err, char *out_b64, size_t cap)
{
    pthread_mutex_lock(&l->lock);
    enum err e = line_query_take(&l->query, q, out_err, out_b64, cap);
    pthread_mutex_unlock(&l->lock);
    return e;
}

struct line_status line_status(struct line *l)
{
    pthread_mutex_lock(&l->lock);
    struct line_status s = l->status;
    pthread_mutex_unlock(&l->lock);
    return s;
}

/* --- life
 * ------------------------------------------------------------------------------------------ */

enum err line_create(const char *data_dir, void (*post_event)(const struct event *ev),
                     struct line **out)
{
    struct line *l = calloc(1, sizeof *l);
    pthread_condattr_t attr;
    if (!l)
        return ERR_NOMEM;
    l->post = post_event;
    l->fd = -1;
    l->status = (struct line_status){ .state = LINE_STOPPED, .since_ms = clock_wall_ms() };
    pthread_mutex_init(&l->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&l->taken_cond, &attr);
    pthread_condattr_destroy(&attr);
    l->poke = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    l->in = malloc(LONGEST);
    int n = snprintf(l->path, sizeof l->path, "%s/sync.sock", data_dir);
    snprintf(l->dir, sizeof l->dir, "%s", data_dir);
    enum err e = n >= (int)sizeof l->path ? ERR_ARG : l->poke < 0 ? ERR_IO : OK;
    if (e == OK && !l->in)
        e = ERR_NOMEM;
    if (e == OK)
        l->started = pthread_create(&l->thread, NULL, work, l) == 0;
    if (e == OK && !l->started)
        e = ERR_IO;
    if (e != OK) {
        line_destroy(l);
        return e;
    }
    *out = l;
    return OK;
}

void line_destroy(struct line *l)
{
    if (!l)
        return;
    pthread_mutex_lock(&l->lock);
    l->stop = true;
    pthread_mutex_unlock(&l->lock);
    if (l->started) {
        poke(l);
        pthread_join(l->thread, NULL);
    }
    if (l->fd >= 0)
        close(l->fd);
    if (l->poke >= 0)
        close(l->poke);
    pthread_cond_destroy(&l->taken_cond);
    pthread_mutex_destroy(&l->lock);
    line_query_finish(&l->query);
    free(l->in);
    free(l);
}
