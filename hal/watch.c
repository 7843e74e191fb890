/* watch.c - sd_notify by hand: one datagram a word. */
#include "hal/watch.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <stddef.h>
#include <unistd.h>

enum { WORD = 64 };

static struct {
    struct sockaddr_un to;
    socklen_t to_len; /* 0: nobody listens */
    int64_t every_ms; /* 0: nobody waits for a sign of life */
    int64_t last_ms;
    bool ready;
    char word[WORD];
} w;

/* Not hal/base/clock: a test that moves that clock must not look dead, or alive. */
static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void say(const char *text)
{
    if (w.to_len == 0)
        return;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    ssize_t n;
    do
        n = sendto(fd, text, strlen(text), MSG_NOSIGNAL, (const struct sockaddr *)&w.to, w.to_len);
    while (n < 0 && errno == EINTR);
    close(fd);
}

static void find_socket(const char *path)
{
    size_t n = path ? strlen(path) : 0;
    if (n < 2 || n >= sizeof w.to.sun_path || (path[0] != '/' && path[0] != '@'))
        return;
    w.to.sun_family = AF_UNIX;
    memcpy(w.to.sun_path, path, n);
    if (path[0] == '@') /* an abstract one */
        w.to.sun_path[0] = '\0';
    w.to_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
}

/* The time may be meant for a parent of ours. */
static bool meant_for_us(void)
{
    const char *pid = getenv("WATCHDOG_PID");
    return !pid || strtol(pid, NULL, 10) == getpid();
}

void watch_open(void)
{
    const char *usec = getenv("WATCHDOG_USEC");
    memset(&w, 0, sizeof w);
    find_socket(getenv("NOTIFY_SOCKET"));
    if (w.to_len && usec && meant_for_us())
        w.every_ms = strtoll(usec, NULL, 10) / 2000;
    w.last_ms = now_ms();
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
}

void watch_ready(void)
{
    if (!w.ready)
        say("READY=1");
    w.ready = true;
}

void watch_status(const char *word)
{
    char text[WORD + 8];
    if (strncmp(w.word, word, WORD - 1) == 0)
        return;
    snprintf(w.word, sizeof w.word, "%s", word);
    snprintf(text, sizeof text, "STATUS=%s", w.word);
    say(text);
}

void watch_alive(void)
{
    if (w.every_ms <= 0 || now_ms() - w.last_ms < w.every_ms)
        return;
    w.last_ms = now_ms();
    say("WATCHDOG=1");
}

int watch_wait_ms(int ms)
{
    if (w.every_ms <= 0)
        return ms;
    int64_t left = w.every_ms - (now_ms() - w.last_ms);
    left = left < 0 ? 0 : left > INT_MAX ? INT_MAX : left;
    return ms < 0 || left < ms ? (int)left : ms;
}
