/* camera.c - huimin's side of live pictures: asks huimin-camera, believes only what it has checked.
 */
#include "hal/camera.h"

#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/camera_wire.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    AGAIN_MS = 250, /* huimin-camera is looked for this often */
    STALLED_MS = 5000,
    STALLED_KEY_MS = 10000,
    GIVEN_UP_MS = 9500, /* nobody waits longer for a first picture, whatever the worker says */
    GIVEN_UP_KEY_MS = 19500,
    FROZEN_MS = 20000,
    KEPT_MS = 1000 /* what a screen is just painting stays mapped */
};

/* One picture. Guarded by the lock, but fd and next_map, which are the camera thread's.
 * Invariant: `map` holds the frame and is what camera_look gives out; `old` was given out before
 * and is kept for KEPT_MS at least; `next_map` has no frame yet. A mapping has CAMERA_SHM_BYTES. */
struct slot {
    bool open, changed; /* changed: source is other than what was asked for */
    bool tried;         /* huimin-camera was looked for with this source */
    struct camera_source source;
    struct camera_frame frame;
    const uint8_t *map, *old, *next_map;
    bool given;     /* map was given out */
    int64_t old_ms; /* when old was given up */
    int fd;
    int64_t connect_ms; /* when to look for huimin-camera (again) */
    int64_t since_ms;   /* of the picture, or of opening it */
    int64_t same_ms;    /* since when the picture is the same */
    uint64_t hash;
    enum camera_state said; /* by the worker: CONNECTING, LIVE or OFFLINE */
};

struct cameras {
    char path[108];
    void (*notify)(void *user, int slot);
    void *user;
    pthread_t thread;
    pthread_mutex_t lock;
    bool started, stop;
    int poke;
    struct slot slot[CAMERA_SLOTS];
};

/* --- memory ---------------------------------------------------------------------------------- */

static void unmap(const uint8_t **map)
{
    if (*map)
        munmap((void *)(uintptr_t)*map, CAMERA_SHM_BYTES);
    *map = NULL;
}

/* Only memory of the agreed size that nobody can shrink any more: reading it cannot fault. */
static const uint8_t *map_frames(int fd)
{
    struct stat st;
    int seals = fcntl(fd, F_GET_SEALS);
    if (seals < 0 || !(seals & F_SEAL_SHRINK) || fstat(fd, &st) != 0 ||
        st.st_size != CAMERA_SHM_BYTES)
        return NULL;
    void *p = mmap(NULL, CAMERA_SHM_BYTES, PROT_READ, MAP_SHARED, fd, 0);
    return p == MAP_FAILED ? NULL : p;
}

/* The first frame of a new connection: what the screen may still show is kept for a while. */
static void use_next_map(struct slot *s, int64_t now)
{
    if (!s->next_map)
        return;
    if (s->given) {
        unmap(&s->old);
        s->old = s->map;
        s->old_ms = now;
    } else {
        unmap(&s->map);
    }
    s->map = s->next_map;
    s->next_map = NULL;
    s->given = false;
}

/* --- what is so now ----------------------------------------------------------------------------
 */

static enum camera_state state_at(const struct slot *s, int64_t now)
{
    bool keys = s->source.mode == CAMERA_KEYFRAMES;
    if (s->fd < 0 && s->tried)
        return CAMERA_NO_SERVICE;
    if (s->said == CAMERA_OFFLINE ||
        now - s->since_ms >= (keys && s->said == CAMERA_LIVE ? GIVEN_UP_KEY_MS : GIVEN_UP_MS))
        return CAMERA_OFFLINE;
    if (s->said == CAMERA_LIVE && now - s->since_ms >= (keys ? STALLED_KEY_MS : STALLED_MS))
        return CAMERA_STALLED;
    return s->said;
}

/* Called with the lock held. True: the screen should know. */
static bool settle(struct slot *s, int64_t now)
{
    struct camera_frame *f = &s->frame;
    enum camera_state state = state_at(s, now);
    bool frozen = state == CAMERA_LIVE && now - s->same_ms >= FROZEN_MS;
    if (state == f->state && frozen == f->frozen)
        return false;
    if (state == CAMERA_OFFLINE && s->said != CAMERA_OFFLINE) {
        f->why = ERR_TIMEOUT;
        f->next_try_ms = now;
    }
    f->state = state;
    f->frozen = frozen;
    return true;
}

/* Called with the lock held: when `settle` would next say something else by itself. */
static int64_t due_ms(const struct slot *s)
{
    bool keys = s->source.mode == CAMERA_KEYFRAMES;
    if (s->fd < 0)
        return s->connect_ms;
    if (s->frame.state == CAMERA_LIVE) {
        int64_t stalled = s->since_ms + (keys ? STALLED_KEY_MS : STALLED_MS);
        int64_t frozen = s->same_ms + FROZEN_MS;
        return s->frame.frozen || stalled < frozen ? stalled : frozen;
    }
    if (s->frame.state == CAMERA_OFFLINE)
        return INT64_MAX;
    return s->since_ms + (keys && s->said == CAMERA_LIVE ? GIVEN_UP_KEY_MS : GIVEN_UP_MS);
}

/* --- what huimin-camera says -------------------------------------------------------------------
 */

static bool on_picture(struct slot *s, const struct camera_msg *m, int64_t now)
{
    struct camera_layout l;
    struct camera_frame *f = &s->frame;
    if (!camera_layout(m->n, m->w, m->h, &l) || (!s->map && !s->next_map))
        return false;
    use_next_map(s, now);
    if (s->said != CAMERA_LIVE || m->hash != s->hash)
        s->same_ms = now;
    s->hash = m->hash;
    s->said = CAMERA_LIVE;
    s->since_ms = now;
    f->w = (int)m->w;
    f->h = (int)m->h;
    f->stride_y = l.stride_y;
    f->stride_uv = l.stride_uv;
    f->y = s->map + l.y;
    f->u = s->map + l.u;
    f->v = s->map + l.v;
    f->full_range = m->full_range != 0;
    f->bt709 = m->bt709 != 0;
    f->at_ms = now;
    f->why = OK;
    f->n++;
    return true;
}

static bool on_lost(struct slot *s, const struct camera_msg *m, int64_t now)
{
    if (m->why <= OK || m->why >= ERR_COUNT || m->wait_ms > 60000)
        return false;
    s->said = CAMERA_OFFLINE;
    s->frame.why = (enum err)m->why;
    s->frame.next_try_ms = now + m->wait_ms;
    return true;
}

static bool on_hello(struct slot *s, int fd)
{
    if (fd < 0 || s->next_map)
        return false;
    s->next_map = map_frames(fd);
    return s->next_map != NULL;
}

/* Called with the lock held. False: this is not the huimin-camera we know. */
static bool on_message(struct slot *s, const struct camera_msg *m, int fd)
{
    int64_t now = clock_timer_ms();
    switch (m->word) {
    case CAMERA_HELLO:
        return on_hello(s, fd);
    case CAMERA_TRYING: /* what was said stays true until a picture or a loss comes */
        return true;
    case CAMERA_PICTURE:
        return on_picture(s, m, now);
    case CAMERA_LOST:
        return on_lost(s, m, now);
    }
    return false;
}

/* One message and at most one descriptor, which is the caller's then (-1: none). */
static ssize_t receive(int from, struct camera_msg *m, int *out_fd)
{
    struct iovec io = { .iov_base = m, .iov_len = sizeof *m };
    union {
        char room[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control;
    struct msghdr h = { .msg_iov = &io,
                        .msg_iovlen = 1,
                        .msg_control = control.room,
                        .msg_controllen = sizeof control.room };
    *out_fd = -1;
    ssize_t n = recvmsg(from, &h, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    struct cmsghdr *c = n >= 0 ? CMSG_FIRSTHDR(&h) : NULL;
    if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
        c->cmsg_len == CMSG_LEN(sizeof(int)))
        memcpy(out_fd, CMSG_DATA(c), sizeof *out_fd);
    return n >= 0 && h.msg_flags & MSG_TRUNC ? 0 : n;
}

/* --- the connection ------------------------------------------------------------------------------
 */

static void hang_up(struct slot *s)
{
    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
    unmap(&s->next_map);
    s->said = CAMERA_CONNECTING;
    s->tried = true;
    s->connect_ms = clock_timer_ms() + AGAIN_MS;
    s->frame.next_try_ms = s->connect_ms;
}

/* In a directory both share, only its group (or ourselves) may play huimin-camera. */
static bool trusted(const char *path, int fd)
{
    char dir[108];
    struct ucred peer;
    struct stat st;
    socklen_t n = sizeof peer;
    snprintf(dir, sizeof dir, "%s", path);
    char *slash = strrchr(dir, '/');
    if (slash)
        *slash = 0;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) != 0 ||
        stat(slash ? dir : ".", &st) != 0)
        return false;
    return peer.uid == geteuid() || peer.uid == 0 || peer.gid == st.st_gid;
}

static bool ask(int fd, const struct camera_source *source)
{
    static char text[CAMERA_REQUEST]; /* the camera thread's */
    enum err e = camera_request_pack(source, text, sizeof text);
    if (e != OK)
        log_warn("camera_request", "err=%s", err_name(e));
    return e == OK && send(fd, text, strlen(text), MSG_NOSIGNAL) > 0;
}

/* Called with the lock held; connecting to a Unix socket does not wait. */
static void connect_slot(struct cameras *c, struct slot *s)
{
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    memcpy(a.sun_path, c->path, sizeof a.sun_path);
    if (s->frame.y == NULL)
        s->since_ms = clock_timer_ms();
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof a) == 0 && trusted(c->path, fd) &&
        ask(fd, &s->source)) {
        s->fd = fd;
        s->said = CAMERA_CONNECTING;
        return;
    }
    if (fd >= 0)
        close(fd);
    hang_up(s);
}

/* Called with the lock held: opens, closes and opens anew as the screens have said. */
static void follow_orders(struct cameras *c, struct slot *s, int64_t now)
{
    if (s->fd >= 0 && (!s->open || s->changed))
        hang_up(s);
    if (s->changed) {
        s->connect_ms = now;
        s->tried = false;
    }
    s->changed = false;
    if (s->open && s->fd < 0 && now >= s->connect_ms)
        connect_slot(c, s);
}

/* --- the camera thread
 * ----------------------------------------------------------------------------- */

/* Takes what came; false: the connection is over. */
static bool take_messages(struct cameras *c, struct slot *s, bool *out_news)
{
    struct camera_msg m;
    int fd;
    ssize_t n;
    bool fine = true;
    while (fine && (n = receive(s->fd, &m, &fd)) != -1) {
        pthread_mutex_lock(&c->lock);
        fine = n == (ssize_t)sizeof m && (s->changed || !s->open || on_message(s, &m, fd));
        *out_news |= fine && m.word != CAMERA_HELLO;
        pthread_mutex_unlock(&c->lock);
        if (fd >= 0)
            close(fd);
    }
    return fine && (errno == EAGAIN || errno == EINTR);
}

static void serve(struct cameras *c, int i, bool ready)
{
    struct slot *s = &c->slot[i];
    bool news = false, alive = !ready || s->fd < 0 || take_messages(c, s, &news);
    pthread_mutex_lock(&c->lock);
    int64_t now = clock_timer_ms();
    if (!alive)
        hang_up(s);
    follow_orders(c, s, now);
    news = s->open && (settle(s, now) || news);
    pthread_mutex_unlock(&c->lock);
    if (news)
        c->notify(c->user, i);
}

/* Fills what to wait for; answers for how long. */
static int prepare(struct cameras *c, struct pollfd *p)
{
    int64_t now = clock_timer_ms(), due = INT64_MAX;
    pthread_mutex_lock(&c->lock);
    for (int i = 0; i < CAMERA_SLOTS; i++) {
        const struct slot *s = &c->slot[i];
        p[i] = (struct pollfd){ .fd = s->fd, .events = POLLIN };
        int64_t at = s->open ? due_ms(s) : INT64_MAX;
        due = at < due ? at : due;
    }
    pthread_mutex_unlock(&c->lock);
    p[CAMERA_SLOTS] = (struct pollfd){ .fd = c->poke, .events = POLLIN };
    return due == INT64_MAX ? -1 : due <= now ? 0 : (int)(due - now) + 1;
}

static void *work(void *arg)
{
    struct cameras *c = arg;
    struct pollfd p[CAMERA_SLOTS + 1];
    for (;;) {
        (void)poll(p, CAMERA_SLOTS + 1, prepare(c, p));
        if (p[CAMERA_SLOTS].revents)
            (void)!read(c->poke, &(uint64_t){ 0 }, sizeof(uint64_t));
        pthread_mutex_lock(&c->lock);
        bool stop = c->stop;
        pthread_mutex_unlock(&c->lock);
        if (stop)
            return NULL;
        for (int i = 0; i < CAMERA_SLOTS; i++)
            serve(c, i, p[i].revents != 0);
    }
}

/* --- the screens' side ---------------------------------------------------------------------------
 */

static void poke(struct cameras *c)
{
    (void)!write(c->poke, &(uint64_t){ 1 }, sizeof(uint64_t));
}

/* Called with the lock held. */
static void forget(struct slot *s)
{
    unmap(&s->map);
    unmap(&s->old);
    s->frame = (struct camera_frame){ .state = CAMERA_CLOSED };
    s->changed = true;
}

void camera_open(struct cameras *c, int slot, const struct camera_source *source)
{
    struct slot *s = &c->slot[slot];
    pthread_mutex_lock(&c->lock);
    forget(s);
    s->open = true;
    s->source = *source;
    s->frame.state = s->said = CAMERA_CONNECTING;
    s->tried = false;
    s->since_ms = clock_timer_ms();
    pthread_mutex_unlock(&c->lock);
    poke(c);
}

void camera_close(struct cameras *c, int slot)
{
    pthread_mutex_lock(&c->lock);
    forget(&c->slot[slot]);
    c->slot[slot].open = false;
    pthread_mutex_unlock(&c->lock);
    poke(c);
}

void camera_look(struct cameras *c, int slot, struct camera_frame *out)
{
    pthread_mutex_lock(&c->lock);
    struct slot *s = &c->slot[slot];
    int64_t now = clock_timer_ms();
    if (now - s->old_ms >= KEPT_MS)
        unmap(&s->old);
    if (s->open)
        (void)settle(s, now);
    s->given = true;
    *out = s->frame;
    pthread_mutex_unlock(&c->lock);
}

struct cameras *cameras_create(const char *socket_path, void (*notify)(void *user, int slot),
                               void *user)
{
    struct cameras *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->notify = notify;
    c->user = user;
    for (int i = 0; i < CAMERA_SLOTS; i++)
        c->slot[i].fd = -1;
    pthread_mutex_init(&c->lock, NULL);
    int n = snprintf(c->path, sizeof c->path, "%s", socket_path);
    c->poke = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (n < (int)sizeof c->path && c->poke >= 0)
        c->started = pthread_create(&c->thread, NULL, work, c) == 0;
    if (c->started)
        return c;
    cameras_destroy(c);
    return NULL;
}

void cameras_destroy(struct cameras *c)
{
    if (!c)
        return;
    pthread_mutex_lock(&c->lock);
    c->stop = true;
    pthread_mutex_unlock(&c->lock);
    if (c->started) {
        poke(c);
        pthread_join(c->thread, NULL);
    }
    for (int i = 0; i < CAMERA_SLOTS; i++) {
        hang_up(&c->slot[i]);
        forget(&c->slot[i]);
    }
    if (c->poke >= 0)
        close(c->poke);
    pthread_mutex_destroy(&c->lock);
    free(c);
}
