/* http.c - connect, send, read to the end of the answer; epoll tells which can go on. */
#include "tests/bench/fleet/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 512, FIRST = 2048, MOST = 4 << 20 };

static int epoll_fd = -1;
static struct sockaddr_in target;

int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

bool http_target(const char *url, char *host, size_t host_cap)
{
    char name[64];
    int port = 0;
    if (sscanf(url, "http://%63[0-9.]:%d", name, &port) != 2 || port < 1 || port > 65535)
        return false;
    target = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    snprintf(host, host_cap, "%s:%d", name, port);
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    return epoll_fd >= 0 && inet_pton(AF_INET, name, &target.sin_addr) == 1;
}

void http_start(struct http *h, void *owner, void (*ended)(struct http *, enum http_end))
{
    *h = (struct http){ .fd = -1, .owner = owner, .ended = ended };
}

static void hang_up(struct http *h)
{
    if (h->fd >= 0)
        close(h->fd);
    h->fd = -1;
    h->up = h->used = false;
}

static void end(struct http *h, enum http_end how)
{
    h->busy = false;
    h->took_us = now_us() - h->began_us;
    if (how != HTTP_ANSWERED)
        hang_up(h);
    h->ended(h, how);
    if (!h->busy && h->in_cap > FIRST) { /* thousands of them wait: none keeps what is large */
        free(h->in);
        h->in = NULL;
        h->in_cap = 0;
    }
}

static bool dial(struct http *h)
{
    struct sockaddr_in from = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(h->source) };
    struct epoll_event ev = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = h };
    int on = 1;
    h->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (h->fd < 0)
        return false;
    h->connects++;
    setsockopt(h->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    /* The port is chosen at connect(), so that thousands can share few addresses. */
    setsockopt(h->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (h->source && bind(h->fd, (struct sockaddr *)&from, sizeof from) != 0)
        return false;
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, h->fd, &ev) != 0)
        return false;
    return connect(h->fd, (struct sockaddr *)&target, sizeof target) == 0 || errno == EINPROGRESS;
}

/* A kept connection the server has closed meanwhile is no fault: once more over a new one. */
static void broken(struct http *h)
{
    bool once_more = h->used && h->in_n == 0 && !h->again;
    bool refused = !h->up;
    hang_up(h);
    if (!h->busy)
        return;
    if (once_more) {
        h->again = true;
        h->out_at = 0;
        if (dial(h))
            return;
        refused = true;
    }
    end(h, refused ? HTTP_REFUSED : HTTP_CUT);
}

static void put(struct http *h)
{
    while (h->out_at < h->out_n) {
        ssize_t n = send(h->fd, h->out + h->out_at, h->out_n - h->out_at, MSG_NOSIGNAL);
        if (n < 0 && (errno == EAGAIN || errno == EINPROGRESS || errno == ENOTCONN))
            return;
        if (n <= 0) {
            broken(h);
            return;
        }
        h->out_at += (size_t)n;
        h->sent_bytes += (size_t)n;
    }
}

static void read_header(struct http *h, const char *line, const char *value)
{
    size_t n = strcspn(value, "\r");
    if (strncasecmp(line, "Content-Length:", 15) == 0)
        h->want = strtoul(value, NULL, 10);
    else if (strncasecmp(line, "Retry-After:", 12) == 0)
        h->retry_after_s = (int)strtol(value, NULL, 10);
    else if (strncasecmp(line, "ETag:", 5) == 0 && n < sizeof h->etag)
        snprintf(h->etag, sizeof h->etag, "%.*s", (int)n, value);
    else if (strncasecmp(line, "Connection: close", 17) == 0)
        h->used = false; /* said again below: it will not be kept */
}

/* True: the head is here and understood. */
static bool read_head(struct http *h)
{
    h->in[h->in_n] = '\0';
    const char *stop = strstr(h->in, "\r\n\r\n");
    if (!stop)
        return false;
    h->head_n = (size_t)(stop + 4 - h->in);
    h->status = strncmp(h->in, "HTTP/1.1 ", 9) == 0 ? (int)strtol(h->in + 9, NULL, 10) : -1;
    h->want = 0;
    for (const char *line = strstr(h->in, "\r\n"); line < stop; line = strstr(line + 2, "\r\n")) {
        const char *colon = strchr(line + 2, ':');
        if (colon)
            read_header(h, line + 2, colon + 1 + strspn(colon + 1, " "));
    }
    if (h->status == 304 || h->status == 204)
        h->want = 0;
    return true;
}

static bool room(struct http *h)
{
    if (h->in_n + 1 < h->in_cap)
        return true;
    size_t cap = h->in_cap ? h->in_cap * 2 : FIRST;
    char *in = cap > MOST ? NULL : realloc(h->in, cap);
    if (!in)
        return false;
    h->in = in;
    h->in_cap = cap;
    return true;
}

/* True: the answer is whole. */
static bool whole(struct http *h)
{
    if (!h->head_n) {
        h->used = true;
        if (!read_head(h)) {
            h->used = false;
            return false;
        }
    }
    return h->in_n >= h->head_n + h->want;
}

static void take(struct http *h)
{
    for (;;) {
        if (!room(h)) {
            broken(h);
            return;
        }
        ssize_t n = recv(h->fd, h->in + h->in_n, h->in_cap - 1 - h->in_n, 0);
        if (n < 0 && (errno == EAGAIN || errno == ENOTCONN))
            return;
        if (n <= 0) {
            broken(h);
            return;
        }
        if (!h->busy)
            continue; /* a last word to nobody */
        h->in_n += (size_t)n;
        h->came_bytes += (size_t)n;
        if (!whole(h))
            continue;
        h->body = h->in + h->head_n;
        h->body_n = h->want;
        bool keep = h->used;
        int fd = h->fd;
        if (!keep)
            hang_up(h);
        end(h, HTTP_ANSWERED);
        if (h->fd != fd || h->busy)
            return; /* the next question is on its way: its event comes */
    }
}

void http_ask(struct http *h, const char *bytes, size_t n)
{
    h->busy = true;
    h->out = bytes;
    h->out_n = n;
    h->out_at = h->in_n = h->head_n = h->want = 0;
    h->sent_bytes = h->came_bytes = 0;
    h->status = h->retry_after_s = 0;
    h->etag[0] = '\0';
    h->again = false;
    h->began_us = now_us();
    if (h->fd >= 0)
        put(h);
    else if (!dial(h))
        end(h, HTTP_REFUSED);
}

void http_drop(struct http *h)
{
    hang_up(h);
    h->busy = false;
}

void http_finish(struct http *h)
{
    http_drop(h);
    free(h->in);
    h->in = NULL;
    h->in_cap = 0;
}

void http_late(struct http *h, int64_t limit_us)
{
    if (h->busy && now_us() - h->began_us > limit_us)
        end(h, HTTP_LATE);
}

static void serve(struct http *h, uint32_t events)
{
    int fd = h->fd;
    int fault = 0;
    socklen_t n = sizeof fault;
    if (events & EPOLLOUT && fd >= 0) {
        if (!h->up && getsockopt(fd, SOL_SOCKET, SO_ERROR, &fault, &n) == 0 && fault != 0) {
            broken(h);
            return;
        }
        h->up = true;
        if (h->busy)
            put(h);
    }
    if (h->fd == fd && fd >= 0 && events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
        take(h);
}

void http_turn(int timeout_ms)
{
    struct epoll_event ev[EVENTS];
    int n = epoll_wait(epoll_fd, ev, EVENTS, timeout_ms);
    for (int i = 0; i < n; i++)
        serve(ev[i].data.ptr, ev[i].events);
}
