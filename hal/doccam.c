/* doccam.c - the thread that looks through the document camera, and what it hands over. */
#include "hal/doccam.h"

#include "hal/base/log.h"
#include "hal/base/wipe.h"
#include "hal/doccam_part.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { RETRY_MS = 1000, PACE_MS = 200, SPOILT_MOST = 5, SHOTS = 3, WORK_BYTES = 2 << 20 };
enum {
    MEMORY = 3 * DOCCAM_VIEW * 4 + DOCCAM_STILL + WORK_BYTES + 4096,
    QUALITY_FIRST = 82,
    QUALITY_LEAST = 35
};
static const char folder_prefix[] = "folder:";

bool doccam_nap(int wake_fd, int ms)
{
    struct pollfd p = { .fd = wake_fd, .events = POLLIN };
    return poll(&p, 1, ms) != 0;
}

/* --- what both sides see ------------------------------------------------------------------------
 */

static struct order take_order(struct doccam *d)
{
    uint64_t told;
    if (read(d->wake_fd, &told, sizeof told) < 0 && errno != EAGAIN)
        log_warn("doccam_wake", "errno=%d", errno);
    pthread_mutex_lock(&d->lock);
    struct order o = d->order;
    pthread_mutex_unlock(&d->lock);
    return o;
}

static void tell(struct doccam *d)
{
    d->changed(d->ctx);
}

static void set_state(struct doccam *d, enum doccam_state s, const char *name)
{
    pthread_mutex_lock(&d->lock);
    bool new = d->view.state != s;
    d->view.state = s;
    snprintf(d->view.name, sizeof d->view.name, "%s", name);
    if (s != DOCCAM_READY && d->view.mode != DOCCAM_HOLDING)
        d->view.has_image = false;
    pthread_mutex_unlock(&d->lock);
    if (!new)
        return;
    log_info("doccam", "state=%s", doccam_state_name(s));
    tell(d);
}

/* --- memory -------------------------------------------------------------------------------------
 */

static enum err make_memory(struct doccam *d)
{
    struct memory *m = &d->memory;
    if (m->still)
        return OK;
    enum err e = arena_init_locked(&m->arena, MEMORY);
    if (e != OK)
        return e;
    pthread_mutex_lock(&d->lock);
    d->wiped = false;
    d->pictures = (struct pictures){ .shown = 0, .fresh = 1, .back = 2 };
    pthread_mutex_unlock(&d->lock);
    m->still = arena_alloc(&m->arena, DOCCAM_STILL);
    m->work = arena_alloc(&m->arena, WORK_BYTES);
    bool good = m->still && m->work;
    for (int i = 0; i < 3; i++) {
        d->pictures.image[i].pixels = arena_alloc(&m->arena, DOCCAM_VIEW * sizeof(uint32_t));
        good = good && d->pictures.image[i].pixels;
    }
    return good ? OK : ERR_NOMEM;
}

static void close_driver(struct doccam *d)
{
    if (d->state)
        d->driver->close(d->state);
    d->state = NULL;
    d->serial = 0;
    arena_finish(&d->own);
}

/* Nobody looks: what was seen is gone, in memory too. */
static void put_away(struct doccam *d)
{
    close_driver(d);
    if (d->memory.still) {
        pthread_mutex_lock(&d->lock);
        d->pictures = (struct pictures){ 0 };
        d->view.has_image = false;
        pthread_mutex_unlock(&d->lock);
        arena_finish(&d->memory.arena);
        d->memory = (struct memory){ 0 };
        wipe_stack();
    }
    pthread_mutex_lock(&d->lock);
    d->wiped = d->order.w == 0;
    pthread_mutex_unlock(&d->lock);
    set_state(d, DOCCAM_RESTING, "");
}

/* --- pictures -----------------------------------------------------------------------------------
 */

/* The newest picture takes the place of the one before it; a still ends the shooting. Whoever left
 * meanwhile leaves nothing to whoever came. */
static void publish(struct doccam *d, bool still)
{
    struct pictures *p = &d->pictures;
    pthread_mutex_lock(&d->lock);
    if (d->order.visit == d->visit && d->order.w > 0) {
        int was = p->fresh;
        p->fresh = p->back;
        p->back = was;
        p->is_new = true;
        d->view.has_image = true;
        d->view.mode = still ? DOCCAM_HOLDING : d->view.mode;
    }
    pthread_mutex_unlock(&d->lock);
    tell(d);
}

static enum err paint(struct doccam *d, const void *jpeg, size_t n, const struct order *o)
{
    struct draw_image *im = &d->pictures.image[d->pictures.back];
    int w, h, fit_w, fit_h;
    enum err e = jpeg_size(jpeg, n, &w, &h);
    if (e != OK)
        return e;
    jpeg_fit(w, h, o->w, o->h, DOCCAM_VIEW, &fit_w, &fit_h);
    e = jpeg_paint(jpeg, n, im->pixels, fit_w, fit_h, fit_w);
    if (e == OK)
        *im = (struct draw_image){ fit_w, fit_h, fit_w, im->pixels, ++d->stamp };
    return e;
}

/* The bytes of a frame as a JPEG, whatever the camera gives. */
static enum err as_jpeg(struct doccam *d, const struct doccam_frame *f, const void **out, size_t *n)
{
    *out = f->bytes;
    *n = f->n;
    if (!f->yuyv)
        return OK;
    *out = d->memory.work;
    if ((size_t)f->stride * (size_t)f->h > f->n)
        return ERR_CUT;
    return jpeg_of_yuyv(f->bytes, f->w, f->h, f->stride, 85, d->memory.work, WORK_BYTES, n);
}

enum err doccam_remake(const void *jpeg, size_t n, unsigned char *out, size_t *out_n,
                       struct jpeg_look *out_look)
{
    enum err e = ERR_TOO_BIG;
    for (int side = DOCCAM_SIDE; e == ERR_TOO_BIG && side >= DOCCAM_SIDE / 2; side -= 400)
        for (int q = QUALITY_FIRST; e == ERR_TOO_BIG && q >= QUALITY_LEAST; q -= 15)
            e = jpeg_remake(jpeg, n, side, q, out, DOCCAM_STILL, out_n, out_look);
    return e;
}

static enum err remake(struct doccam *d, const void *jpeg, size_t n)
{
    struct jpeg_look look;
    size_t still_n = 0;
    enum err e = doccam_remake(jpeg, n, d->memory.still, &still_n, &look);
    if (e != OK)
        return e;
    pthread_mutex_lock(&d->lock);
    d->memory.still_n = still_n;
    d->view.look = look;
    pthread_mutex_unlock(&d->lock);
    return OK;
}

/* A spoilt frame is followed by a better one. */
static enum err one_still(struct doccam *d)
{
    struct doccam_frame f;
    const void *jpeg = NULL;
    size_t n = 0;
    enum err e = ERR_TIMEOUT;
    for (int i = 0; i < SHOTS && e != OK && e != ERR_STOPPED && e != ERR_NO_DEVICE; i++) {
        e = d->driver->frame(d->state, d->wake_fd, &f);
        if (e == OK)
            e = as_jpeg(d, &f, &jpeg, &n);
        if (e == OK)
            e = remake(d, jpeg, n);
    }
    return e;
}

static void shot_ended(struct doccam *d, enum err e)
{
    pthread_mutex_lock(&d->lock);
    if (d->order.visit == d->visit) {
        d->order.shoot = false;
        d->view.shot_err = e;
        d->view.mode = e == OK              ? d->view.mode
                       : e == ERR_NO_DEVICE ? DOCCAM_SHOWING /* gone is a state: looked for */
                                            : DOCCAM_HOLDING;
    }
    pthread_mutex_unlock(&d->lock);
    d->serial = 0; /* what lies there is shown anew afterwards */
    log_info("still", "err=%s bytes=%zu luma=%d edges=%d", err_name(e), d->memory.still_n,
             d->view.look.luma, d->view.look.edges);
}

/* What is shown from now on is the still itself: what is kept is what was judged. */
static enum err shoot(struct doccam *d, const struct order *o)
{
    d->memory.still_n = 0;
    d->driver->fresh(d->state);
    enum err e = one_still(d);
    if (e == ERR_STOPPED)
        return e;
    if (e == OK)
        e = paint(d, d->memory.still, d->memory.still_n, o);
    if (e == OK && d->driver->taken)
        d->driver->taken(d->state);
    shot_ended(d, e);
    if (e == OK)
        publish(d, true);
    else
        tell(d);
    return e == ERR_NO_DEVICE ? e : OK;
}

static enum err show(struct doccam *d, const struct order *o)
{
    struct doccam_frame f;
    const void *jpeg = NULL;
    size_t n = 0;
    enum err e = d->driver->frame(d->state, d->wake_fd, &f);
    if (e != OK)
        return e;
    if (f.serial == d->serial && d->painted_w == o->w && d->painted_h == o->h)
        return OK;
    e = as_jpeg(d, &f, &jpeg, &n);
    if (e == OK)
        e = paint(d, jpeg, n, o);
    if (e != OK)
        return e;
    d->serial = f.serial;
    d->painted_w = o->w;
    d->painted_h = o->h;
    publish(d, false);
    return OK;
}

/* --- the thread ---------------------------------------------------------------------------------
 */

static bool open_driver(struct doccam *d)
{
    char name[DOCCAM_NAME] = "";
    if (d->state)
        return true;
    enum err e = make_memory(d);
    if (e == OK)
        e = arena_init_locked(&d->own, d->driver->memory);
    if (e == OK)
        e = d->driver->open(d->where, &d->own, &d->state, name);
    if (e == OK) {
        d->spoilt = 0;
        set_state(d, DOCCAM_READY, name);
        return true;
    }
    close_driver(d);
    set_state(d,
              e == ERR_REFUSED ? DOCCAM_DENIED
              : e == ERR_BUSY  ? DOCCAM_BUSY
                               : DOCCAM_ABSENT,
              "");
    return false;
}

static bool holding(struct doccam *d)
{
    pthread_mutex_lock(&d->lock);
    bool yes = d->view.mode == DOCCAM_HOLDING;
    pthread_mutex_unlock(&d->lock);
    return yes;
}

/* Gone, or only spoilt pictures for a while: closed, and looked for again. */
static void judge(struct doccam *d, enum err e)
{
    if (e == OK)
        d->spoilt = 0;
    if (e == OK || e == ERR_STOPPED)
        return;
    if (e != ERR_NO_DEVICE && ++d->spoilt < SPOILT_MOST)
        return;
    close_driver(d);
    set_state(d, DOCCAM_ABSENT, "");
    (void)doccam_nap(d->wake_fd, RETRY_MS);
}

static void *doccam_thread(void *arg)
{
    struct doccam *d = arg;
    for (;;) {
        struct order o = take_order(d);
        if (o.stop)
            break;
        if (o.w == 0 || o.visit != d->visit)
            put_away(d);
        d->visit = o.visit;
        if (o.w == 0) {
            (void)doccam_nap(d->wake_fd, -1);
        } else if (holding(d) && !o.shoot) {
            (void)doccam_nap(d->wake_fd, -1);
        } else if (!open_driver(d)) {
            if (o.shoot) {
                shot_ended(d, ERR_NO_DEVICE);
                tell(d);
            }
            (void)doccam_nap(d->wake_fd, RETRY_MS);
        } else if (o.shoot) {
            judge(d, shoot(d, &o));
        } else {
            judge(d, show(d, &o));
            (void)doccam_nap(d->wake_fd, PACE_MS);
        }
    }
    put_away(d);
    return NULL;
}

/* Signals stay with the thread that waits for them. */
static enum err start_thread(struct doccam *d)
{
    sigset_t all, was;
    d->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (d->wake_fd < 0)
        return ERR_NOMEM;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &was);
    d->threaded = pthread_create(&d->thread, NULL, doccam_thread, d) == 0;
    pthread_sigmask(SIG_SETMASK, &was, NULL);
    return d->threaded ? OK : ERR_NOMEM;
}

enum err doccam_create(const char *setting, void (*changed)(void *ctx), void *ctx,
                       struct doccam **out)
{
    struct doccam *d = calloc(1, sizeof *d);
    size_t n = sizeof folder_prefix - 1;
    bool folder = strncmp(setting, folder_prefix, n) == 0;
    bool none = !*setting || strcmp(setting, "none") == 0;
    if (!d)
        return ERR_NOMEM;
    *d = (struct doccam){ .changed = changed, .ctx = ctx, .wake_fd = -1, .wiped = true };
    d->driver = none ? NULL : folder ? &doccam_folder : &doccam_v4l2;
    snprintf(d->where, sizeof d->where, "%s", folder ? setting + n : setting);
    pthread_mutex_init(&d->lock, NULL);
    d->view.state = none ? DOCCAM_NONE : DOCCAM_RESTING;
    enum err e = none ? OK : start_thread(d);
    if (e != OK) {
        doccam_destroy(d);
        return e;
    }
    *out = d;
    return OK;
}

void doccam_destroy(struct doccam *d)
{
    if (!d)
        return;
    if (d->threaded) {
        pthread_mutex_lock(&d->lock);
        d->order.stop = true;
        pthread_mutex_unlock(&d->lock);
        doccam_wake(d);
        pthread_join(d->thread, NULL);
    }
    if (d->wake_fd >= 0)
        close(d->wake_fd);
    pthread_mutex_destroy(&d->lock);
    free(d);
}
