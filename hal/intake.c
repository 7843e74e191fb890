/* intake.c - one device, one thread: looks for it, reads it, is woken only to end. */
#include "hal/intake.h"

#include "hal/base/arena.h"
#include "hal/base/log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { BYTES = 2048 };

/* Everything but the first block is the thread's. */
struct intake {
    const struct intake_device *device;
    void *ctx;
    struct arena memory;
    pthread_t thread;
    bool threaded;
    int wake_fd; /* written once: stop */

    int fd; /* -1 = none */
    unsigned char *bytes;
    size_t have; /* a record may come in two pieces */
};

static void lose(struct intake *t)
{
    close(t->fd);
    t->fd = -1;
    explicit_bzero(t->bytes, BYTES);
    t->have = 0;
    t->device->lost(t->ctx);
}

static void take(struct intake *t)
{
    size_t used = t->device->take(t->ctx, t->bytes, t->have);
    t->have -= used;
    memmove(t->bytes, t->bytes + used, t->have);
    explicit_bzero(t->bytes + t->have, BYTES - t->have);
}

static void read_device(struct intake *t)
{
    ssize_t n = read(t->fd, t->bytes + t->have, BYTES - t->have);
    if (n > 0) {
        t->have += (size_t)n;
        take(t);
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        lose(t);
    }
}

static int patience_ms(const struct intake *t)
{
    if (t->fd < 0)
        return t->device->retry_ms;
    return t->device->patience_ms ? t->device->patience_ms(t->ctx) : -1;
}

static void *intake_thread(void *arg)
{
    struct intake *t = arg;
    for (;;) {
        if (t->fd < 0 && t->device->open(t->ctx, &t->fd) != OK)
            t->fd = -1;
        struct pollfd p[2] = { { .fd = t->wake_fd, .events = POLLIN },
                               { .fd = t->fd, .events = POLLIN } };
        int n = poll(p, 2, patience_ms(t));
        if (p[0].revents)
            break;
        if (n == 0 && t->fd >= 0)
            t->device->silent(t->ctx);
        else if (p[1].revents & POLLIN)
            read_device(t);
        else if (p[1].revents)
            lose(t);
    }
    return NULL;
}

/* Signals stay with the thread that waits for them. */
static enum err start_thread(struct intake *t)
{
    sigset_t all, was;
    t->wake_fd = eventfd(0, EFD_CLOEXEC);
    if (t->wake_fd < 0)
        return ERR_NOMEM;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &was);
    t->threaded = pthread_create(&t->thread, NULL, intake_thread, t) == 0;
    pthread_sigmask(SIG_SETMASK, &was, NULL);
    return t->threaded ? OK : ERR_NOMEM;
}

enum err intake_start(const struct intake_device *d, void *ctx, struct intake **out)
{
    struct intake *t = calloc(1, sizeof *t);
    if (!t)
        return ERR_NOMEM;
    *t = (struct intake){ .device = d, .ctx = ctx, .fd = -1, .wake_fd = -1 };
    enum err e = arena_init_locked(&t->memory, BYTES + 64);
    if (e == OK)
        t->bytes = arena_alloc(&t->memory, BYTES);
    if (e == OK)
        e = t->bytes ? start_thread(t) : ERR_NOMEM;
    if (e != OK) {
        intake_stop(t);
        return e;
    }
    *out = t;
    return OK;
}

void intake_stop(struct intake *t)
{
    if (!t)
        return;
    if (t->threaded) {
        uint64_t one = 1;
        if (write(t->wake_fd, &one, sizeof one) != (ssize_t)sizeof one)
            log_warn("intake", "errno=%d", errno);
        pthread_join(t->thread, NULL);
    }
    if (t->fd >= 0)
        close(t->fd);
    if (t->wake_fd >= 0)
        close(t->wake_fd);
    arena_finish(&t->memory);
    free(t);
}
