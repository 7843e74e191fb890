/* server_slow.c - a list of connections whose header is awaited, and a thread that ends old ones.
 */
#include "platform/server_slow.h"

#include "hal/base/clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

enum { LOOK_EVERY_S = 2 };

/* Under the lock of its slow, from the connection's start to its end. */
struct waiting {
    int fd;
    int64_t since_ms; /* timer clock; 0 = its header is here */
    struct waiting *next, *prev;
};
struct slow {
    pthread_mutex_t lock;
    pthread_cond_t stop_now;
    pthread_t thread;
    bool stop;
    int64_t deadline_ms;
    struct waiting *first;
};

static void end_old(struct slow *s)
{
    int64_t now = clock_timer_ms();
    for (struct waiting *w = s->first; w; w = w->next)
        if (w->since_ms && now - w->since_ms > s->deadline_ms)
            (void)shutdown(w->fd, SHUT_RDWR); /* the library sees it and cleans up */
}

static void *look(void *arg)
{
    struct slow *s = arg;
    pthread_mutex_lock(&s->lock);
    while (!s->stop) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += LOOK_EVERY_S;
        if (pthread_cond_timedwait(&s->stop_now, &s->lock, &until) == ETIMEDOUT)
            end_old(s);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

enum err slow_start(int64_t deadline_ms, struct slow **out)
{
    struct slow *s = calloc(1, sizeof *s);
    if (!s)
        return ERR_NOMEM;
    s->deadline_ms = deadline_ms;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->stop_now, NULL);
    if (pthread_create(&s->thread, NULL, look, s) != 0) {
        free(s);
        return ERR_NOMEM;
    }
    *out = s;
    return OK;
}

void slow_stop(struct slow *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->stop = true;
    pthread_cond_signal(&s->stop_now);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->thread, NULL);
    while (s->first) {
        struct waiting *next = s->first->next;
        free(s->first);
        s->first = next;
    }
    pthread_cond_destroy(&s->stop_now);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

static void begin(struct slow *s, struct MHD_Connection *c, void **context)
{
    const union MHD_ConnectionInfo *i =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct waiting *w = i ? calloc(1, sizeof *w) : NULL;
    *context = w;
    if (!w)
        return;
    w->fd = i->connect_fd;
    w->since_ms = clock_timer_ms();
    pthread_mutex_lock(&s->lock);
    w->next = s->first;
    if (w->next)
        w->next->prev = w;
    s->first = w;
    pthread_mutex_unlock(&s->lock);
}

static void end(struct slow *s, struct waiting *w)
{
    pthread_mutex_lock(&s->lock);
    if (w->prev)
        w->prev->next = w->next;
    else
        s->first = w->next;
    if (w->next)
        w->next->prev = w->prev;
    pthread_mutex_unlock(&s->lock);
    free(w);
}

void slow_connection(void *cls, struct MHD_Connection *c, void **context,
                     enum MHD_ConnectionNotificationCode what)
{
    if (what == MHD_CONNECTION_NOTIFY_STARTED)
        begin(cls, c, context);
    else if (*context)
        end(cls, *context);
}

static void mark(struct slow *s, struct MHD_Connection *c, int64_t since_ms)
{
    const union MHD_ConnectionInfo *i =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct waiting *w = i ? i->socket_context : NULL;
    if (!w)
        return;
    pthread_mutex_lock(&s->lock);
    w->since_ms = since_ms;
    pthread_mutex_unlock(&s->lock);
}

void slow_header_came(struct slow *s, struct MHD_Connection *c)
{
    mark(s, c, 0);
}

void slow_header_awaited(struct slow *s, struct MHD_Connection *c)
{
    mark(s, c, clock_timer_ms());
}
