/* control_port.c - the socket of the control port: lines in, answers out, one client at a time. */
#include "app/control_port.h"

#if CONTROL

#include "hal/base/clock.h"
#include "hal/base/log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { SEND_MS = 5000, PROBE_MS = 10 };

/* Owner: the UI thread. The thread alone touches client, in and the flags below them; both sides
 * share what stands under the lock. */
struct control_port {
    char path[108], temporary[108];
    void (*wake)(void);
    int listener, poke; /* poke: an eventfd that ends the thread's sleep */
    pthread_t thread;
    bool started;

    int client; /* -1 = nobody */
    char in[2 * CONTROL_LINE];
    size_t in_len;
    bool too_long;  /* the rest of an overlong line is thrown away */
    bool in_flight; /* a command is with the UI thread */
    bool discard;   /* its client has hung up */

    pthread_mutex_t lock;
    char command[CONTROL_LINE];
    bool has_command, has_answer, gone, stop;
    struct json_out answer;

    atomic_bool probing;
    _Atomic int64_t probe_us;
};

static void poke(struct control_port *p)
{
    (void)!write(p->poke, &(uint64_t){ 1 }, sizeof(uint64_t));
}

static void hang_up(struct control_port *p)
{
    if (p->client >= 0)
        close(p->client);
    p->client = -1;
    p->in_len = 0;
    p->too_long = false;
}

static bool send_all(int fd, const char *data, size_t n)
{
    int64_t end_ms = clock_timer_ms() + SEND_MS;
    while (n > 0) {
        ssize_t sent = send(fd, data, n, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) {
            data += sent;
            n -= (size_t)sent;
            continue;
        }
        int64_t left = end_ms - clock_timer_ms();
        struct pollfd pfd = { .fd = fd, .events = POLLOUT };
        if ((errno != EAGAIN && errno != EINTR) || left <= 0 || poll(&pfd, 1, (int)left) < 0)
            return false;
    }
    return true;
}

static void say(struct control_port *p, const char *text)
{
    if (p->client >= 0 &&
        (!send_all(p->client, text, strlen(text)) || !send_all(p->client, "\n", 1)))
        hang_up(p);
}

static void accept_one(struct control_port *p)
{
    static const char busy[] = "{\"ok\":false,\"error\":\"busy\"}\n";
    int fd = accept4(p->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return;
    if (p->client < 0) {
        p->client = fd;
        return;
    }
    (void)send_all(fd, busy, sizeof busy - 1);
    close(fd);
}

static void deliver_answer(struct control_port *p)
{
    struct json_out w = { 0 };
    pthread_mutex_lock(&p->lock);
    bool has = p->has_answer;
    if (has)
        w = p->answer;
    p->has_answer = false;
    pthread_mutex_unlock(&p->lock);
    if (!has)
        return;
    const char *text = json_out_text(&w);
    if (!p->discard)
        say(p, text ? text : "{\"ok\":false,\"error\":\"io\",\"text\":\"out of memory\"}");
    json_out_finish(&w);
    p->in_flight = p->discard = false;
}

static void hand_over(struct control_port *p, const char *line, size_t n)
{
    pthread_mutex_lock(&p->lock);
    memcpy(p->command, line, n);
    p->command[n] = '\0';
    p->has_command = true;
    p->gone = false;
    pthread_mutex_unlock(&p->lock);
    p->in_flight = true;
    p->wake();
}

/* Takes the next whole line out of what was read; an overlong one is answered here. */
static void next_line(struct control_port *p)
{
    while (!p->in_flight && p->client >= 0) {
        char *end = memchr(p->in, '\n', p->in_len);
        size_t n = end ? (size_t)(end - p->in) : p->in_len;
        if (!end && n < CONTROL_LINE)
            return;
        bool skip = p->too_long;
        p->too_long = !end;
        if (!skip && n >= CONTROL_LINE)
            say(p, "{\"ok\":false,\"error\":\"bad_argument\",\"text\":\"line too long\"}");
        else if (!skip && memchr(p->in, '\0', n))
            say(p, "{\"ok\":false,\"error\":\"bad_argument\",\"text\":\"a zero byte\"}");
        else if (!skip)
            hand_over(p, p->in, n);
        if (p->client < 0)
            return;
        size_t used = end ? n + 1 : n;
        p->in_len -= used;
        memmove(p->in, p->in + used, p->in_len);
    }
}

/* A client that only closed its sending side still gets its answers. */
static void read_some(struct control_port *p)
{
    ssize_t n = read(p->client, p->in + p->in_len, sizeof p->in - p->in_len);
    if (n > 0)
        p->in_len += (size_t)n;
    else if (n == 0 || (errno != EAGAIN && errno != EINTR))
        hang_up(p);
}

static void client_event(struct control_port *p, int revents)
{
    if (!p->in_flight) {
        if (revents)
            read_some(p);
        return;
    }
    if (!(revents & (POLLHUP | POLLERR)))
        return;
    hang_up(p);
    p->discard = true;
    pthread_mutex_lock(&p->lock);
    p->gone = true;
    pthread_mutex_unlock(&p->lock);
    p->wake();
}

/* At most one is open: while the UI thread is stuck the first one measures the whole gap. */
static void post_probe(struct control_port *p, int64_t *last_us)
{
    int64_t now = clock_timer_us();
    int64_t none = 0;
    if (!p->probing || now - *last_us < PROBE_MS * 1000)
        return;
    *last_us = now;
    if (atomic_compare_exchange_strong(&p->probe_us, &none, now))
        p->wake();
}

static bool stopping(struct control_port *p)
{
    pthread_mutex_lock(&p->lock);
    bool stop = p->stop;
    pthread_mutex_unlock(&p->lock);
    return stop;
}

static void *serve(void *arg)
{
    struct control_port *p = arg;
    int64_t last_probe_us = 0;
    while (!stopping(p)) {
        struct pollfd fds[3] = {
            { .fd = p->poke, .events = POLLIN },
            { .fd = p->listener, .events = POLLIN },
            { .fd = p->client, .events = p->in_flight ? 0 : POLLIN },
        };
        poll(fds, 3, p->probing ? PROBE_MS : -1);
        if (fds[0].revents)
            (void)!read(p->poke, &(uint64_t){ 0 }, sizeof(uint64_t));
        deliver_answer(p);
        if (p->client >= 0 && p->client == fds[2].fd)
            client_event(p, fds[2].revents);
        if (fds[1].revents)
            accept_one(p);
        next_line(p);
        post_probe(p, &last_probe_us);
    }
    deliver_answer(p);
    hang_up(p);
    return NULL;
}

static enum err listen_at(struct control_port *p)
{
    struct sockaddr_un addr = { .sun_family = AF_UNIX };
    memcpy(addr.sun_path, p->temporary, sizeof addr.sun_path);
    p->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    unlink(p->temporary);
    if (p->listener < 0 || bind(p->listener, (struct sockaddr *)&addr, sizeof addr) != 0 ||
        chmod(p->temporary, 0600) != 0 || listen(p->listener, 4) != 0) {
        log_error("control_port", "path=%s errno=%d", p->path, errno);
        return ERR_IO;
    }
    return OK;
}

enum err control_port_create(const char *path, void (*wake)(void), struct control_port **out)
{
    struct control_port *p = calloc(1, sizeof *p);
    enum err e = ERR_ARG;
    if (!p)
        return ERR_NOMEM;
    p->wake = wake;
    p->client = p->listener = -1;
    pthread_mutex_init(&p->lock, NULL);
    p->poke = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int n = snprintf(p->path, sizeof p->path, "%s", path);
    int m = snprintf(p->temporary, sizeof p->temporary, "%s.%d", path, (int)getpid());
    if (n > 0 && m < (int)sizeof p->temporary)
        e = p->poke < 0 ? ERR_IO : listen_at(p);
    if (e != OK) {
        p->path[0] = '\0';
        control_port_destroy(p);
        return e;
    }
    *out = p;
    return OK;
}

enum err control_port_open(struct control_port *p)
{
    if (rename(p->temporary, p->path) != 0)
        return ERR_IO;
    p->temporary[0] = '\0';
    p->started = pthread_create(&p->thread, NULL, serve, p) == 0;
    return p->started ? OK : ERR_IO;
}

bool control_port_take(struct control_port *p, char line[CONTROL_LINE])
{
    pthread_mutex_lock(&p->lock);
    bool has = p->has_command;
    if (has)
        memcpy(line, p->command, CONTROL_LINE);
    p->has_command = false;
    pthread_mutex_unlock(&p->lock);
    return has;
}

bool control_port_gone(struct control_port *p)
{
    pthread_mutex_lock(&p->lock);
    bool gone = p->gone;
    pthread_mutex_unlock(&p->lock);
    return gone;
}

void control_port_answer(struct control_port *p, struct json_out *w)
{
    pthread_mutex_lock(&p->lock);
    p->answer = *w;
    p->has_answer = true;
    pthread_mutex_unlock(&p->lock);
    *w = (struct json_out){ 0 };
    poke(p);
}

void control_port_probe(struct control_port *p, bool on)
{
    p->probing = on;
    poke(p);
}

int64_t control_port_probe_taken(struct control_port *p)
{
    return atomic_exchange(&p->probe_us, 0);
}

void control_port_destroy(struct control_port *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->stop = true;
    pthread_mutex_unlock(&p->lock);
    if (p->started) {
        poke(p);
        pthread_join(p->thread, NULL);
        unlink(p->path);
    } else if (p->listener >= 0 && p->temporary[0]) {
        unlink(p->temporary);
    }
    if (p->listener >= 0)
        close(p->listener);
    if (p->poke >= 0)
        close(p->poke);
    if (p->has_answer)
        json_out_finish(&p->answer);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

#endif
