/* server_door.c - lists of connections that ask for nothing, and a thread that ends old ones. */
#include "platform/server_door.h"

#include "hal/base/clock.h"

#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { LOOK_EVERY_S = 2, BUCKETS = 4096 };
enum where { ASKING, KEPT, LISTS, NOWHERE = LISTS };

/* Under the door's lock, from the connection's start to its end. */
struct guest {
    int fd;
    unsigned bucket;
    enum where where; /* NOWHERE: its request is being dealt with, or it has been shown out */
    int64_t since_ms; /* timer clock */
    struct guest *next, *prev;
};
/* Each list begins with the one that has waited longest. */
struct list {
    struct guest *first, *last;
};
struct door {
    pthread_mutex_t lock;
    pthread_cond_t stop_now;
    pthread_t thread;
    bool stop;
    struct list list[LISTS];
    unsigned most, inside;
    unsigned of_address[BUCKETS]; /* addresses that share one are counted together */
};

static void leave(struct door *d, struct guest *g)
{
    if (g->where == NOWHERE)
        return;
    struct list *l = &d->list[g->where];
    *(g->prev ? &g->prev->next : &l->first) = g->next;
    *(g->next ? &g->next->prev : &l->last) = g->prev;
    g->next = g->prev = NULL;
    g->where = NOWHERE;
}

static void enter(struct door *d, struct guest *g, enum where where)
{
    struct list *l = &d->list[where];
    leave(d, g);
    g->where = where;
    g->since_ms = clock_timer_ms();
    g->prev = l->last;
    *(l->last ? &l->last->next : &l->first) = g;
    l->last = g;
}

/* The library sees it and cleans up. */
static void show_out(struct door *d, struct guest *g)
{
    leave(d, g);
    (void)shutdown(g->fd, SHUT_RDWR);
}

static void end_old(struct door *d)
{
    static const int64_t most_ms[LISTS] = { DOOR_ASK_MS, DOOR_KEEP_MS };
    int64_t now = clock_timer_ms();
    for (int i = 0; i < LISTS; i++)
        while (d->list[i].first && now - d->list[i].first->since_ms > most_ms[i])
            show_out(d, d->list[i].first);
}

static void *look(void *arg)
{
    struct door *d = arg;
    pthread_mutex_lock(&d->lock);
    while (!d->stop) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += LOOK_EVERY_S;
        if (pthread_cond_timedwait(&d->stop_now, &d->lock, &until) == ETIMEDOUT)
            end_old(d);
    }
    pthread_mutex_unlock(&d->lock);
    return NULL;
}

/* One descriptor a connection: as many as this process may have. */
static unsigned count_places(void)
{
    struct rlimit l;
    if (getrlimit(RLIMIT_NOFILE, &l) != 0)
        return DOOR_SPARE_FILES;
    l.rlim_cur = l.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &l);
    if (l.rlim_cur >= DOOR_CONNECTIONS + DOOR_SPARE_FILES)
        return DOOR_CONNECTIONS;
    return l.rlim_cur > 2 * DOOR_SPARE_FILES ? (unsigned)l.rlim_cur - DOOR_SPARE_FILES
                                             : (unsigned)l.rlim_cur / 2;
}

unsigned door_connections(const struct door *d)
{
    return d->most;
}

enum err door_start(struct door **out)
{
    struct door *d = calloc(1, sizeof *d);
    if (!d)
        return ERR_NOMEM;
    d->most = count_places();
    pthread_mutex_init(&d->lock, NULL);
    pthread_cond_init(&d->stop_now, NULL);
    if (pthread_create(&d->thread, NULL, look, d) != 0) {
        free(d);
        return ERR_NOMEM;
    }
    *out = d;
    return OK;
}

void door_stop(struct door *d)
{
    if (!d)
        return;
    pthread_mutex_lock(&d->lock);
    d->stop = true;
    pthread_cond_signal(&d->stop_now);
    pthread_mutex_unlock(&d->lock);
    pthread_join(d->thread, NULL);
    pthread_cond_destroy(&d->stop_now);
    pthread_mutex_destroy(&d->lock);
    free(d);
}

/* BUCKETS: not counted. */
static unsigned bucket_of(const struct sockaddr *from)
{
    struct sockaddr_in at;
    if (!from || from->sa_family != AF_INET)
        return BUCKETS;
    memcpy(&at, from, sizeof at);
    uint32_t address = ntohl(at.sin_addr.s_addr);
    return address == INADDR_LOOPBACK ? BUCKETS : address * 2654435761u >> 20;
}

enum MHD_Result door_lets_in(void *cls, const struct sockaddr *from, socklen_t n)
{
    struct door *d = cls;
    unsigned bucket = n >= sizeof(struct sockaddr_in) ? bucket_of(from) : BUCKETS;
    pthread_mutex_lock(&d->lock);
    bool room = bucket == BUCKETS || d->of_address[bucket] < DOOR_PER_ADDRESS;
    pthread_mutex_unlock(&d->lock);
    return room ? MHD_YES : MHD_NO;
}

static const struct sockaddr *address_of(struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *i =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return i ? i->client_addr : NULL;
}

static void begin(struct door *d, struct MHD_Connection *c, void **context)
{
    const union MHD_ConnectionInfo *i =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct guest *g = i ? calloc(1, sizeof *g) : NULL;
    *context = g;
    if (!g)
        return;
    *g = (struct guest){ .fd = i->connect_fd, .where = NOWHERE };
    g->bucket = bucket_of(address_of(c));
    pthread_mutex_lock(&d->lock);
    if (g->bucket < BUCKETS)
        d->of_address[g->bucket]++;
    if (++d->inside > d->most / 10 * 9 && d->list[KEPT].first)
        show_out(d, d->list[KEPT].first);
    enter(d, g, ASKING);
    pthread_mutex_unlock(&d->lock);
}

static void end(struct door *d, struct guest *g)
{
    pthread_mutex_lock(&d->lock);
    leave(d, g);
    d->inside--;
    if (g->bucket < BUCKETS)
        d->of_address[g->bucket]--;
    pthread_mutex_unlock(&d->lock);
    free(g);
}

void door_connection(void *cls, struct MHD_Connection *c, void **context,
                     enum MHD_ConnectionNotificationCode what)
{
    if (what == MHD_CONNECTION_NOTIFY_STARTED)
        begin(cls, c, context);
    else if (*context)
        end(cls, *context);
}

static void move(struct door *d, struct MHD_Connection *c, enum where where)
{
    const union MHD_ConnectionInfo *i =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct guest *g = i ? i->socket_context : NULL;
    if (!g)
        return;
    pthread_mutex_lock(&d->lock);
    if (where == NOWHERE)
        leave(d, g);
    else
        enter(d, g, where);
    pthread_mutex_unlock(&d->lock);
}

void door_line_came(struct door *d, struct MHD_Connection *c)
{
    move(d, c, ASKING);
    (void)MHD_set_connection_option(c, MHD_CONNECTION_OPTION_TIMEOUT, (unsigned)DOOR_STALL_S);
}

void door_header_came(struct door *d, struct MHD_Connection *c)
{
    move(d, c, NOWHERE);
}

/* The library's own timeout is for the long wait; the lists know better. */
void door_request_done(struct door *d, struct MHD_Connection *c)
{
    move(d, c, KEPT);
    (void)MHD_set_connection_option(c, MHD_CONNECTION_OPTION_TIMEOUT,
                                    (unsigned)(DOOR_KEEP_MS / 1000 + 2 * LOOK_EVERY_S));
}
