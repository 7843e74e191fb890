/* line.c - a bad line between a terminal and its platform: slow, late, stalling, cut at any byte.
 *
 * usage: line --listen PORT --to PORT --control PATH     (both on 127.0.0.1; see tests/line) */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { CALLS = 64, CLIENTS = 4, BUF = 65536, MARKS = 128, ON = 64, FDS = 2 + CLIENTS + 2 * CALLS };
enum way { UP, DOWN, WAYS }; /* towards the platform, towards the terminal */
enum cut { CUT_OFF, CUT_AFTER, CUT_REQUEST, CUT_EVERY };

/* Bytes on their way; a mark says from when on the next n of them may arrive. */
struct pipe {
    char buf[BUF];
    size_t len;
    struct {
        int64_t due_us;
        size_t n;
    } mark[MARKS];
    int marks;
    int64_t passed; /* of this request, or of its answer */
    bool eof, closed;
};
/* Free: fd[UP] is -1. fd[UP] is the platform's end, fd[DOWN] the terminal's. */
struct call {
    int fd[WAYS];
    struct pipe pipe[WAYS];
    bool aimed_at; /* its request names what cuts are for */
    int64_t
        there_us; /* its connection stands at both ends: one round trip after it was asked for */
};
struct client {
    int fd;
    char in[256];
    size_t len;
};

static struct {
    int listen_port, to_port, door, control;
    const char *path;
    int64_t rate, delay_us, stall_us, stall_most_us, stall_every;
    uint64_t random; /* the same every time */
    enum cut cut;
    int64_t cut_n, next_cut_us;
    bool once;
    char on[ON];
    int64_t free_us[WAYS], since_stall[WAYS]; /* the line is one, whatever the calls on it */
    int64_t connections, bytes[WAYS], cuts;
} line;
static struct call calls[CALLS];
static struct client clients[CLIENTS];

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

/* --- calls ------------------------------------------------------------------------------------ */

static void hang_up(struct call *c)
{
    for (int w = 0; w < WAYS; w++) {
        if (c->fd[w] >= 0)
            close(c->fd[w]);
        c->fd[w] = -1;
        c->pipe[w].len = 0;
        c->pipe[w].marks = 0;
        c->pipe[w].passed = 0;
        c->pipe[w].eof = c->pipe[w].closed = false;
    }
    c->aimed_at = false;
}

static void cut(struct call *c)
{
    hang_up(c);
    line.cuts++;
    if (line.once)
        line.cut = CUT_OFF;
}

static int tcp(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

static struct sockaddr_in loopback(int port)
{
    return (struct sockaddr_in){ .sin_family = AF_INET,
                                 .sin_port = htons((uint16_t)port),
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static bool go_up(void)
{
    struct sockaddr_in at = loopback(line.listen_port);
    if (line.door >= 0)
        return true;
    line.door = tcp();
    if (bind(line.door, (struct sockaddr *)&at, sizeof at) == 0 && listen(line.door, 16) == 0)
        return true;
    close(line.door);
    line.door = -1;
    return false;
}

static void go_down(void)
{
    if (line.door >= 0)
        close(line.door);
    line.door = -1;
    for (int i = 0; i < CALLS; i++)
        hang_up(&calls[i]);
}

/* A platform that does not answer is a line that does not: the caller is hung up on. */
static void take_call(void)
{
    struct sockaddr_in to = loopback(line.to_port);
    int on = 1, here = accept4(line.door, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (here < 0)
        return;
    int there = tcp();
    for (int i = 0; i < CALLS; i++) {
        struct call *c = &calls[i];
        if (c->fd[UP] >= 0 || connect(there, (struct sockaddr *)&to, sizeof to) != 0)
            continue;
        setsockopt(here, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        fcntl(there, F_SETFL, O_NONBLOCK);
        c->fd[UP] = there;
        c->fd[DOWN] = here;
        c->there_us = now_us() + 2 * line.delay_us;
        line.connections++;
        return;
    }
    close(here);
    close(there);
}

/* A request begins: what passes is counted anew, and is it one that cuts are for? */
static void look_for_request(struct call *c, size_t n)
{
    const char *data = &c->pipe[UP].buf[c->pipe[UP].len];
    const char *end = memmem(data, n, " HTTP/1.", 8);
    if (!end || memchr(data, '\n', (size_t)(end - data)))
        return;
    c->pipe[UP].passed = c->pipe[DOWN].passed = 0;
    c->aimed_at = memmem(data, (size_t)(end - data), line.on, strlen(line.on)) != NULL;
}

static void take_bytes(struct call *c, enum way w)
{
    struct pipe *p = &c->pipe[w];
    if (p->len == BUF)
        return;
    ssize_t n = recv(c->fd[1 - w], p->buf + p->len, BUF - p->len, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        p->eof = true;
        return;
    }
    if (w == UP)
        look_for_request(c, (size_t)n);
    if (p->marks == MARKS)
        p->marks--; /* two pieces become one, as late as the later */
    size_t more = p->len;
    for (int i = 0; i < p->marks; i++)
        more -= p->mark[i].n;
    int64_t from = w == UP && c->there_us > now_us() ? c->there_us : now_us();
    p->mark[p->marks].due_us = from + line.delay_us;
    p->mark[p->marks++].n = more + (size_t)n;
    p->len += (size_t)n;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* How much may go now, in one piece. 0 with *out_cut: not a byte more. */
static size_t allowed(const struct call *c, enum way w, bool *out_cut)
{
    const struct pipe *p = &c->pipe[w];
    int64_t now = now_us();
    if (p->marks == 0 || p->mark[0].due_us > now || line.free_us[w] > now)
        return 0;
    int64_t n = (int64_t)p->mark[0].n;
    if (line.rate)
        n = least(n, line.rate / 50 + 1);
    if (line.stall_every)
        n = least(n, line.stall_every - line.since_stall[w]);
    enum cut mine = w == DOWN ? CUT_AFTER : CUT_REQUEST;
    if (line.cut == mine && c->aimed_at) {
        n = least(n, line.cut_n - p->passed);
        *out_cut = n <= 0;
    }
    return n > 0 ? (size_t)n : 0;
}

static int64_t stall_us(void)
{
    line.random = line.random * 6364136223846793005u + 1442695040888963407u;
    int64_t more = line.stall_most_us - line.stall_us;
    return line.stall_us + (more > 0 ? (int64_t)((line.random >> 33) % (uint64_t)more) : 0);
}

static void account(struct pipe *p, enum way w, size_t n)
{
    memmove(p->buf, p->buf + n, p->len - n);
    p->len -= n;
    p->mark[0].n -= n;
    if (p->mark[0].n == 0)
        memmove(p->mark, p->mark + 1, sizeof p->mark[0] * (size_t)--p->marks);
    p->passed += (int64_t)n;
    line.bytes[w] += (int64_t)n;
    int64_t now = now_us();
    if (line.rate)
        line.free_us[w] = now + (int64_t)n * 1000000 / line.rate;
    line.since_stall[w] += (int64_t)n;
    if (line.stall_every && line.since_stall[w] >= line.stall_every) {
        line.since_stall[w] = 0;
        line.free_us[w] = now + stall_us();
    }
}

/* Sends what may go. A cut with N bytes closes as soon as those are through. */
static void pass_on(struct call *c, enum way w)
{
    struct pipe *p = &c->pipe[w];
    bool end = false;
    for (size_t n; c->fd[UP] >= 0 && (n = allowed(c, w, &end)) > 0;) {
        ssize_t sent = send(c->fd[w], p->buf, n, MSG_NOSIGNAL);
        if (sent < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (sent <= 0) {
            hang_up(c);
            return;
        }
        account(p, w, (size_t)sent);
        bool mine = line.cut == (w == UP ? CUT_REQUEST : CUT_AFTER) && c->aimed_at;
        end = mine && p->passed >= line.cut_n;
        if (end)
            break;
    }
    if (end)
        cut(c);
    else if (c->fd[UP] >= 0 && p->eof && p->len == 0 && !p->closed) {
        p->closed = true;
        shutdown(c->fd[w], SHUT_WR);
        if (c->pipe[1 - w].closed)
            hang_up(c);
    }
}

/* --- orders ----------------------------------------------------------------------------------- */

static void clear(void)
{
    line.rate = line.delay_us = line.stall_us = line.stall_most_us = line.stall_every = 0;
    line.random = 0;
    line.free_us[UP] = line.free_us[DOWN] = line.since_stall[UP] = line.since_stall[DOWN] = 0;
    line.cut = CUT_OFF;
}

/* cut off | every S | after N [once] [on TEXT] | request N [once] [on TEXT] */
static bool order_cut(const char *text)
{
    char how[16] = "", rest[128] = "";
    long long n = 0;
    int words = sscanf(text, "%15s %lld %127[^\n]", how, &n, rest);
    if (strcmp(how, "off") == 0) {
        line.cut = CUT_OFF;
        return true;
    }
    bool every = strcmp(how, "every") == 0, request = strcmp(how, "request") == 0;
    if (words < 2 || n < 0 || (every && n == 0) ||
        (!every && !request && strcmp(how, "after") != 0))
        return false;
    const char *on = strstr(rest, "on /");
    snprintf(line.on, sizeof line.on, "%.60s", on ? on + 3 : "");
    line.once = strncmp(rest, "once", 4) == 0;
    line.cut_n = n;
    line.next_cut_us = now_us() + n * 1000000;
    line.cut = every ? CUT_EVERY : request ? CUT_REQUEST : CUT_AFTER;
    for (int i = 0; i < CALLS; i++) /* kept connections: the next request decides */
        calls[i].aimed_at = false;
    return true;
}

static bool order(const char *text, const char **out_why)
{
    long long a = 0, b = 0, most = 0;
    *out_why = "bad_argument";
    if (strncmp(text, "cut ", 4) == 0)
        return order_cut(text + 4);
    if (sscanf(text, "rate %lld", &a) == 1 && a >= 0) {
        line.rate = a;
    } else if (sscanf(text, "delay %lld", &a) == 1 && a >= 0) {
        line.delay_us = a * 1000;
    } else if ((sscanf(text, "stall %lld-%lld %lld", &a, &most, &b) == 3 ||
                sscanf(text, "stall %lld %lld", &a, &b) == 2) &&
               a >= 0 && b > 0) {
        line.stall_us = a * 1000;
        line.stall_most_us = most * 1000;
        line.stall_every = b;
    } else if (strcmp(text, "clear") == 0) {
        clear();
        return go_up();
    } else if (strcmp(text, "down") == 0) {
        go_down();
    } else if (strcmp(text, "up") == 0) {
        *out_why = "io";
        return go_up();
    } else if (strcmp(text, "stats") != 0) {
        *out_why = "unknown_command";
        return false;
    }
    return true;
}

static void obey(struct client *c, const char *text)
{
    char out[256];
    const char *why = "";
    int open = 0;
    bool ok = order(text, &why);
    for (int i = 0; i < CALLS; i++)
        open += calls[i].fd[UP] >= 0;
    if (ok)
        snprintf(out, sizeof out,
                 "{\"ok\":true,\"connections\":%lld,\"open\":%d,\"up\":%lld,\"down\":%lld,"
                 "\"cuts\":%lld}\n",
                 (long long)line.connections, open, (long long)line.bytes[UP],
                 (long long)line.bytes[DOWN], (long long)line.cuts);
    else
        snprintf(out, sizeof out, "{\"ok\":false,\"error\":\"%s\",\"text\":\"see tests/line\"}\n",
                 why);
    (void)!send(c->fd, out, strlen(out), MSG_NOSIGNAL);
}

static void hear(struct client *c)
{
    ssize_t n = recv(c->fd, c->in + c->len, sizeof c->in - 1 - c->len, 0);
    char *lf;
    if (n > 0)
        c->len += (size_t)n;
    c->in[c->len] = '\0';
    while (n > 0 && (lf = strchr(c->in, '\n'))) {
        *lf = '\0';
        obey(c, c->in);
        c->len -= (size_t)(lf + 1 - c->in);
        memmove(c->in, lf + 1, c->len + 1);
    }
    if (n <= 0 || c->len == sizeof c->in - 1) {
        close(c->fd);
        *c = (struct client){ .fd = -1 };
    }
}

static void take_client(void)
{
    int fd = accept4(line.control, NULL, NULL, SOCK_CLOEXEC);
    for (int i = 0; i < CLIENTS && fd >= 0; i++)
        if (clients[i].fd < 0) {
            clients[i] = (struct client){ .fd = fd };
            return;
        }
    if (fd >= 0)
        close(fd);
}

static bool open_control(void)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    int n = snprintf(at.sun_path, sizeof at.sun_path, "%s.new", line.path);
    line.control = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)unlink(at.sun_path);
    return n < (int)sizeof at.sun_path &&
           bind(line.control, (struct sockaddr *)&at, sizeof at) == 0 &&
           chmod(at.sun_path, 0600) == 0 && listen(line.control, CLIENTS) == 0 &&
           rename(at.sun_path, line.path) == 0;
}

/* --- the loop --------------------------------------------------------------------------------- */

static int64_t next_wake_us(void)
{
    int64_t now = now_us(), at = line.cut == CUT_EVERY ? line.next_cut_us : INT64_MAX;
    for (int i = 0; i < CALLS; i++)
        for (int w = 0; w < WAYS; w++) {
            const struct pipe *p = &calls[i].pipe[w];
            int64_t due = p->marks ? p->mark[0].due_us : INT64_MAX;
            if (p->marks && due < line.free_us[w])
                due = line.free_us[w];
            at = due > now ? least(at, due) : at; /* what is due already waits for POLLOUT */
        }
    return at;
}

static int gather(struct pollfd *fds)
{
    int n = 0;
    fds[n++] = (struct pollfd){ .fd = line.door, .events = POLLIN };
    fds[n++] = (struct pollfd){ .fd = line.control, .events = POLLIN };
    for (int i = 0; i < CLIENTS; i++)
        fds[n++] = (struct pollfd){ .fd = clients[i].fd, .events = POLLIN };
    for (int i = 0; i < CALLS; i++)
        for (int w = 0; w < WAYS; w++) {
            struct call *c = &calls[i];
            bool nothing;
            short in = !c->pipe[1 - w].eof && c->pipe[1 - w].len < BUF ? POLLIN : 0;
            short out = allowed(c, (enum way)w, &nothing) ? POLLOUT : 0;
            fds[n++] = (struct pollfd){ .fd = in || out ? c->fd[w] : -1, .events = in | out };
        }
    return n;
}

static void turn(void)
{
    static struct pollfd fds[FDS];
    int n = gather(fds);
    int64_t at = next_wake_us(), now = now_us();
    int wait = at == INT64_MAX ? -1 : at <= now ? 0 : (int)least((at - now + 999) / 1000, 60000);
    if (poll(fds, (nfds_t)n, wait) < 0)
        return;
    for (int i = 0; i < n - 2 - CLIENTS; i++)
        if (fds[2 + CLIENTS + i].revents & (POLLIN | POLLHUP | POLLERR))
            take_bytes(&calls[i / WAYS], i % WAYS == UP ? DOWN : UP);
    for (int i = 0; i < CALLS; i++)
        for (int w = 0; w < WAYS; w++)
            if (calls[i].fd[UP] >= 0)
                pass_on(&calls[i], (enum way)w);
    for (int i = 0; i < CALLS && line.cut == CUT_EVERY && now_us() >= line.next_cut_us; i++)
        if (calls[i].fd[UP] >= 0)
            cut(&calls[i]);
    if (line.cut == CUT_EVERY && now_us() >= line.next_cut_us)
        line.next_cut_us = now_us() + line.cut_n * 1000000;
    for (int i = 0; i < CLIENTS; i++)
        if (fds[2 + i].revents)
            hear(&clients[i]);
    if (fds[1].revents)
        take_client();
    if (fds[0].revents && line.door >= 0)
        take_call();
}

static int read_options(int argc, char **argv)
{
    static const struct option options[] = { { "listen", required_argument, NULL, 'l' },
                                             { "to", required_argument, NULL, 't' },
                                             { "control", required_argument, NULL, 'c' },
                                             { NULL, 0, NULL, 0 } };
    int o;
    while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (o == 'l')
            line.listen_port = (int)strtol(optarg, NULL, 10);
        else if (o == 't')
            line.to_port = (int)strtol(optarg, NULL, 10);
        else if (o == 'c')
            line.path = optarg;
        else
            return 2;
    }
    return line.listen_port && line.to_port && line.path ? 0 : 2;
}

int main(int argc, char **argv)
{
    if (read_options(argc, argv) != 0) {
        fputs("line --listen PORT --to PORT --control PATH\n", stderr);
        return 2;
    }
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    signal(SIGPIPE, SIG_IGN);
    line.door = -1;
    for (int i = 0; i < CALLS; i++)
        calls[i].fd[UP] = calls[i].fd[DOWN] = -1;
    for (int i = 0; i < CLIENTS; i++)
        clients[i].fd = -1;
    if (!go_up() || !open_control()) {
        perror("line");
        return 1;
    }
    for (;;)
        turn();
}
