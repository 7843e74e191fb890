/* idreader_port.c - the serial line to an identity card module, with patience that ends. */
#include "hal/idreader_port.h"

#include "hal/serial.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum {
    QUIET_MS = 200, /* a frame that stands still so long goes no further: 2000 bytes fit in */
    GRACE_MS = 300, /* what an answer still gets when somebody woke us */
    DRAIN_MS = 400,
    STILL_MS = 60,
    WRITE_MS = 200,
    CHUNK = 512
};

/* Real time: a test that moves the clock must not make a living module mute. */
static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

enum err idreader_port_open(struct idreader_port *p)
{
    if (serial_open(p->path, 115200, &p->fd) != OK)
        return ERR_NO_DEVICE;
    p->stale = true; /* what a dead program before us asked for */
    return OK;
}

void idreader_port_close(struct idreader_port *p)
{
    serial_close(p->fd);
    p->fd = -1;
    idreader_clear(&p->in);
}

static void drain(struct idreader_port *p)
{
    unsigned char b[CHUNK];
    struct pollfd f = { .fd = p->fd, .events = POLLIN };
    int64_t end = now_ms() + DRAIN_MS;
    while (now_ms() < end && poll(&f, 1, STILL_MS) > 0 && read(p->fd, b, sizeof b) > 0)
        ;
    explicit_bzero(b, sizeof b);
    p->stale = false;
}

static enum err send_command(struct idreader_port *p, enum idreader_ask ask)
{
    unsigned char b[IDREADER_COMMAND];
    struct pollfd f = { .fd = p->fd, .events = POLLOUT };
    if (p->stale)
        drain(p);
    tcflush(p->fd, TCIFLUSH);
    idreader_clear(&p->in);
    idreader_command(ask, b);
    for (size_t at = 0; at < sizeof b;) {
        ssize_t n = write(p->fd, b + at, sizeof b - at);
        if (n > 0)
            at += (size_t)n;
        else if (n < 0 && errno != EAGAIN && errno != EINTR)
            return ERR_NO_DEVICE;
        else if (poll(&f, 1, WRITE_MS) == 0)
            return ERR_TIMEOUT;
    }
    return OK;
}

/* ERR_BUSY: not all of it is there yet. Frames that answer something else are passed over. */
static enum err read_some(struct idreader_port *p, enum idreader_ask ask,
                          struct idreader_answer *out)
{
    unsigned char b[CHUNK];
    bool whole = false;
    ssize_t n = read(p->fd, b, sizeof b);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return ERR_BUSY;
    if (n <= 0)
        return ERR_NO_DEVICE;
    enum err e = ERR_BUSY;
    for (size_t at = 0; e == ERR_BUSY && (at < (size_t)n || whole);) {
        at += idreader_take(&p->in, b + at, (size_t)n - at, &whole);
        struct idreader_answer a = { 0 };
        if (whole)
            a = idreader_answer(&p->in);
        if (whole && idreader_fits(ask, &a)) {
            *out = a;
            e = OK;
        }
    }
    explicit_bzero(b, sizeof b);
    return e;
}

static enum err receive(struct idreader_port *p, enum idreader_ask ask, int64_t end,
                        struct idreader_answer *out)
{
    bool woken = false;
    for (;;) {
        struct pollfd f[2] = { { .fd = p->fd, .events = POLLIN },
                               { .fd = woken ? -1 : p->wake_fd, .events = POLLIN } };
        int64_t left = end - now_ms();
        bool begun = p->in.n > 0 || p->in.spoilt > 0;
        if (left <= 0) {
            p->stale = true;
            return woken ? ERR_STOPPED : ERR_TIMEOUT;
        }
        int got = poll(f, 2, begun && left > QUIET_MS ? QUIET_MS : (int)left);
        if (got == 0 && begun)
            return ERR_IO;
        if (f[1].revents) {
            woken = true;
            end = end < now_ms() + GRACE_MS ? end : now_ms() + GRACE_MS;
        }
        enum err e = f[0].revents ? read_some(p, ask, out) : ERR_BUSY;
        if (e != ERR_BUSY)
            return e;
    }
}

static enum err ask_once(struct idreader_port *p, enum idreader_ask ask, int64_t end,
                         struct idreader_answer *out)
{
    enum err e = send_command(p, ask);
    return e == OK ? receive(p, ask, end, out) : e;
}

enum err idreader_port_ask(struct idreader_port *p, enum idreader_ask ask, int ms,
                           struct idreader_answer *out)
{
    int64_t end = now_ms() + ms;
    if (p->fd < 0)
        return ERR_NO_DEVICE;
    enum err e = ask_once(p, ask, end, out);
    if (e == ERR_IO)
        e = ask_once(p, ask, end, out);
    if (e != OK)
        idreader_clear(&p->in);
    if (e == ERR_NO_DEVICE)
        idreader_port_close(p);
    return e;
}
