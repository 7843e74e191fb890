/* slowclients.c - clients that send one byte every 2 s, and healthy ones that want their answer. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* usage: slowclients PORT COUNT SECONDS PATH [closed]: half of them are slow within the header of a
 * request, half within its body; with "closed" the server must be rid of all in that time. The slow
 * ones come from addresses of their own, PER_ADDRESS from each: a limit by address is not met. */
enum { CLIENTS_MAX = 1000, PER_ADDRESS = 50, BYTE_MS = 2000, ANSWER_S = 2, LOOK_MS = 200 };
enum { IN_HEADER, IN_BODY, KINDS };
static const char *const kind_name[KINDS] = { "header", "body" };
static const char *const kind_text[KINDS] = {
    "GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ",
    "POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n",
};

struct slow {
    int fd, kind;
    int64_t began_ms, closed_ms; /* 0: still open */
};
struct healthy {
    int asked, answered;
    int64_t slowest_ms;
};

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* From 127.0.1.1 on for the slow ones, 127.0.0.1 for the healthy. */
static int connect_from(uint32_t source, int port)
{
    struct sockaddr_in from = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(source) };
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct timeval limit = { .tv_sec = ANSWER_S };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (bind(fd, (struct sockaddr *)&from, sizeof from) == 0 &&
        connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
        return fd;
    close(fd);
    return -1;
}

static bool send_text(int fd, const char *text)
{
    size_t n = strlen(text);
    return send(fd, text, n, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)n;
}

/* A whole answer of 200, to its end: its length is not looked at, the server closes. */
static bool ask(int port, const char *path)
{
    char text[4096];
    size_t n = 0;
    ssize_t got = -1;
    int fd = connect_from(INADDR_LOOPBACK, port);
    snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", path);
    bool sent = fd >= 0 && send_text(fd, text);
    while (sent && n + 1 < sizeof text && (got = recv(fd, text + n, sizeof text - 1 - n, 0)) > 0)
        n += (size_t)got;
    if (fd >= 0)
        close(fd);
    text[n] = '\0';
    return sent && got == 0 && strncmp(text, "HTTP/1.1 200 ", 13) == 0;
}

static void ask_and_time(struct healthy *h, int port, const char *path)
{
    int64_t start = now_ms();
    bool ok = ask(port, path);
    int64_t took = now_ms() - start;
    h->asked++;
    h->answered += ok && took <= ANSWER_S * 1000;
    if (took > h->slowest_ms)
        h->slowest_ms = took;
}

/* What the server says is read away; its end is what counts. */
static bool is_closed(int fd)
{
    char rubbish[512];
    ssize_t n;
    while ((n = recv(fd, rubbish, sizeof rubbish, MSG_DONTWAIT)) > 0)
        continue;
    return n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

static void look_at_slow(struct slow *s, int count, bool send_byte)
{
    for (int i = 0; i < count; i++) {
        if (s[i].closed_ms)
            continue;
        bool closed = is_closed(s[i].fd);
        if (!closed && send_byte)
            closed = !send_text(s[i].fd, "a");
        if (closed) {
            s[i].closed_ms = now_ms();
            close(s[i].fd);
        }
    }
}

static bool open_slow(struct slow *s, int count, int port)
{
    for (int i = 0; i < count; i++) {
        uint32_t source = INADDR_LOOPBACK + 256 + (uint32_t)(i / PER_ADDRESS);
        s[i] = (struct slow){ .fd = connect_from(source, port), .kind = i % KINDS };
        s[i].began_ms = now_ms();
        if (s[i].fd < 0 || !send_text(s[i].fd, kind_text[s[i].kind])) {
            printf("slow client %d could not connect\n", i + 1);
            return false;
        }
    }
    return true;
}

/* The number of those still open. */
static int report_kind(const struct slow *s, int count, int kind)
{
    int all = 0, closed = 0;
    int64_t first = 0, last = 0;
    for (int i = 0; i < count; i++) {
        if (s[i].kind != kind)
            continue;
        int64_t after = s[i].closed_ms - s[i].began_ms;
        all++;
        if (!s[i].closed_ms)
            continue;
        first = !closed || after < first ? after : first;
        last = after > last ? after : last;
        closed++;
    }
    printf("slow %s: %d of %d closed", kind_name[kind], closed, all);
    if (closed)
        printf(" after %lld to %lld ms", (long long)first, (long long)last);
    printf("\n");
    return all - closed;
}

int main(int argc, char **argv)
{
    static struct slow slow[CLIENTS_MAX];
    struct healthy health = { 0 }, index = { 0 };
    int port = argc >= 5 ? (int)strtol(argv[1], NULL, 10) : 0;
    int count = port ? (int)strtol(argv[2], NULL, 10) : 0, open = 0;
    if (count < 1 || count > CLIENTS_MAX) {
        fprintf(stderr, "usage: slowclients PORT COUNT SECONDS PATH [closed]\n");
        return 2;
    }
    bool must_close = argc > 5 && strcmp(argv[5], "closed") == 0;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (!open_slow(slow, count, port))
        return 1;
    int64_t end = now_ms() + strtol(argv[3], NULL, 10) * 1000, next_byte = 0;
    while (now_ms() < end) {
        bool byte_due = now_ms() >= next_byte;
        if (byte_due)
            next_byte = now_ms() + BYTE_MS;
        look_at_slow(slow, count, byte_due);
        ask_and_time(&health, port, "/healthz");
        ask_and_time(&index, port, argv[4]);
        (void)poll(NULL, 0, LOOK_MS);
    }
    printf("healthz: %d of %d answered, slowest %lld ms\n", health.answered, health.asked,
           (long long)health.slowest_ms);
    printf("index: %d of %d answered, slowest %lld ms\n", index.answered, index.asked,
           (long long)index.slowest_ms);
    for (int kind = 0; kind < KINDS; kind++)
        open += report_kind(slow, count, kind);
    bool well = health.answered == health.asked && index.answered == index.asked;
    return well && (open == 0 || !must_close) ? 0 : 1;
}
