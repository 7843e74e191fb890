/* printer.c - the printer's thread: prints one paper at a time, and looks how the device is. */
#include "hal/printer_part.h"

#include "hal/base/log.h"
#include "hal/base/utf8.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { LOOK_MS = 5000, LOOK_FILE_MS = 500 };

/* Owner: main.c. The thread alone touches port, bytes and last; the rest is under the lock. While
 * `job` is true the paper is the thread's. */
struct printer {
    struct port port;
    void (*printed)(void *ctx, enum err e);
    void *ctx;
    pthread_t thread;
    bool started;
    int poke, stop_fd; /* eventfds: there is work; it ends */
    unsigned char bytes[PAPER_BYTES];

    pthread_mutex_t lock;
    bool job;
    struct paper paper;
    enum printer_state state;
};

const char *printer_state_name(enum printer_state s)
{
    static const char *const name[] = { "absent", "ready", "busy", "paper_out", "cover_open" };
    return name[s];
}

void paper_add(struct paper *p, enum paper_style style, const char *text)
{
    if (p->count == PAPER_LINES)
        return;
    size_t n = strlen(text);
    while (n >= PAPER_TEXT)
        n = utf8_without_last(text, n);
    p->line[p->count].style = style;
    memcpy(p->line[p->count].text, text, n);
    p->line[p->count++].text[n] = '\0';
}

/* --- the thread ------------------------------------------------------------------------------- */

static enum printer_state state_of(enum err e)
{
    return e == OK          ? PRINTER_READY
           : e == ERR_PAPER ? PRINTER_PAPER
           : e == ERR_COVER ? PRINTER_COVER
                            : PRINTER_ABSENT;
}

static void seen(struct printer *p, enum err e)
{
    pthread_mutex_lock(&p->lock);
    enum printer_state before = p->state;
    p->state = state_of(e);
    pthread_mutex_unlock(&p->lock);
    if (before != state_of(e) && before != PRINTER_BUSY)
        log_info("printer", "state=%s", printer_state_name(state_of(e)));
}

/* Nothing is sent before the device said that it is well. */
static enum err print(struct printer *p)
{
    size_t n = 0;
    enum err e = escpos_paper(&p->paper, p->bytes, sizeof p->bytes, &n);
    if (e == OK && (e = port_open(&p->port)) == OK) {
        e = port_status(&p->port);
        if (e == OK)
            e = port_write(&p->port, p->bytes, n);
        if (e == OK)
            e = port_drain(&p->port);
        port_close(&p->port);
    }
    explicit_bzero(p->bytes, sizeof p->bytes);
    return e;
}

static void print_and_tell(struct printer *p)
{
    enum err e = print(p);
    if (e != OK)
        log_warn("not_printed", "err=%s", err_name(e));
    pthread_mutex_lock(&p->lock);
    explicit_bzero(&p->paper, sizeof p->paper);
    p->job = false;
    pthread_mutex_unlock(&p->lock);
    seen(p, e);
    if (e != ERR_STOPPED)
        p->printed(p->ctx, e);
}

static void look(struct printer *p)
{
    enum err e = port_open(&p->port);
    if (e == OK)
        e = port_status(&p->port);
    port_close(&p->port);
    pthread_mutex_lock(&p->lock);
    bool busy = p->job;
    pthread_mutex_unlock(&p->lock);
    if (!busy && e != ERR_STOPPED)
        seen(p, e);
}

static bool has_job(struct printer *p)
{
    pthread_mutex_lock(&p->lock);
    bool job = p->job;
    pthread_mutex_unlock(&p->lock);
    return job;
}

static void *work(void *arg)
{
    struct printer *p = arg;
    uint64_t drop;
    int ms = p->port.kind == PORT_FILE ? LOOK_FILE_MS : LOOK_MS;
    for (;;) {
        if (has_job(p))
            print_and_tell(p);
        else
            look(p);
        struct pollfd fd[2] = { { .fd = p->stop_fd, .events = POLLIN },
                                { .fd = p->poke, .events = POLLIN } };
        (void)poll(fd, 2, ms);
        if (fd[0].revents)
            return NULL;
        if (fd[1].revents && read(p->poke, &drop, sizeof drop) < 0)
            continue;
    }
}

/* --- from outside ----------------------------------------------------------------------------- */

static void ring(int fd)
{
    const uint64_t one = 1;
    if (fd >= 0 && write(fd, &one, sizeof one) < 0)
        log_warn("printer_not_woken", "err=%s", err_name(ERR_IO));
}

enum err printer_create(const char *target, void (*printed)(void *ctx, enum err e), void *ctx,
                        struct printer **out)
{
    struct port port;
    enum err e = port_parse(target, &port);
    struct printer *p = e == OK ? calloc(1, sizeof *p) : NULL;
    if (!p)
        return e == OK ? ERR_NOMEM : e;
    p->port = port;
    p->printed = printed;
    p->ctx = ctx;
    pthread_mutex_init(&p->lock, NULL);
    p->poke = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    p->stop_fd = p->port.stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    p->started = port.kind != PORT_NONE && p->poke >= 0 && p->stop_fd >= 0 &&
                 pthread_create(&p->thread, NULL, work, p) == 0;
    if (port.kind != PORT_NONE && !p->started) {
        printer_destroy(p);
        return ERR_NOMEM;
    }
    *out = p;
    return OK;
}

void printer_destroy(struct printer *p)
{
    if (!p)
        return;
    ring(p->stop_fd);
    if (p->started)
        pthread_join(p->thread, NULL);
    if (p->poke >= 0)
        close(p->poke);
    if (p->stop_fd >= 0)
        close(p->stop_fd);
    pthread_mutex_destroy(&p->lock);
    explicit_bzero(p, sizeof *p);
    free(p);
}

enum err printer_print(struct printer *p, const struct paper *paper)
{
    enum err e = p->started ? OK : ERR_NO_DEVICE;
    pthread_mutex_lock(&p->lock);
    if (e == OK && p->job)
        e = ERR_BUSY;
    if (e == OK) {
        p->paper = *paper;
        p->job = true;
        p->state = PRINTER_BUSY;
    }
    pthread_mutex_unlock(&p->lock);
    if (e == OK)
        ring(p->poke);
    return e;
}

enum printer_state printer_state(struct printer *p)
{
    pthread_mutex_lock(&p->lock);
    enum printer_state s = p->state;
    pthread_mutex_unlock(&p->lock);
    return s;
}
