/* doccam_look.c - the UI's side of the document camera: what it wants, what it is shown. */
#include "hal/doccam_part.h"

#include "hal/base/log.h"

#include <errno.h>
#include <unistd.h>

const char *doccam_state_name(enum doccam_state s)
{
    static const char *const names[DOCCAM_STATES] = {
        [DOCCAM_NONE] = "none",     [DOCCAM_RESTING] = "resting", [DOCCAM_ABSENT] = "absent",
        [DOCCAM_DENIED] = "denied", [DOCCAM_BUSY] = "busy",       [DOCCAM_READY] = "ready",
    };
    return (unsigned)s < DOCCAM_STATES ? names[s] : "unknown";
}

void doccam_wake(struct doccam *d)
{
    uint64_t one = 1;
    if (d->threaded && write(d->wake_fd, &one, sizeof one) < 0)
        log_warn("doccam_wake", "errno=%d", errno);
}

bool doccam_is_set(const struct doccam *d)
{
    return d && d->driver;
}

void doccam_watch(struct doccam *d, int w, int h)
{
    pthread_mutex_lock(&d->lock);
    bool new = d->order.w != w || d->order.h != h;
    bool ends = w == 0 || d->order.w == 0;
    d->order.w = w;
    d->order.h = h;
    d->order.visit += w == 0 && new;
    if (ends) {
        d->order.shoot = false;
        d->view.mode = DOCCAM_SHOWING;
        d->view.has_image = false;
        d->view.look = (struct jpeg_look){ 0 };
    }
    pthread_mutex_unlock(&d->lock);
    if (new)
        doccam_wake(d);
}

static void set_mode(struct doccam *d, enum doccam_mode mode)
{
    pthread_mutex_lock(&d->lock);
    if (d->order.w > 0 && d->view.mode != DOCCAM_SHOOTING) {
        d->view.mode = mode;
        d->order.shoot = mode == DOCCAM_SHOOTING;
        d->view.shot_err = OK;
        d->view.has_image = d->view.has_image && mode == DOCCAM_SHOOTING;
    }
    pthread_mutex_unlock(&d->lock);
    doccam_wake(d);
}

void doccam_shoot(struct doccam *d)
{
    set_mode(d, DOCCAM_SHOOTING);
}

void doccam_again(struct doccam *d)
{
    set_mode(d, DOCCAM_SHOWING);
}

void doccam_look(struct doccam *d, struct doccam_view *out)
{
    pthread_mutex_lock(&d->lock);
    *out = d->view;
    pthread_mutex_unlock(&d->lock);
}

const struct draw_image *doccam_image(struct doccam *d)
{
    struct pictures *p = &d->pictures;
    pthread_mutex_lock(&d->lock);
    if (p->is_new) {
        int was = p->shown;
        p->shown = p->fresh;
        p->fresh = was;
        p->is_new = false;
    }
    const struct draw_image *im =
        d->view.has_image && p->image[p->shown].stamp ? &p->image[p->shown] : NULL;
    pthread_mutex_unlock(&d->lock);
    return im;
}

const unsigned char *doccam_still(struct doccam *d, size_t *out_n)
{
    pthread_mutex_lock(&d->lock);
    bool there = d->view.mode == DOCCAM_HOLDING && d->view.shot_err == OK && d->memory.still_n > 0;
    *out_n = there ? d->memory.still_n : 0;
    const unsigned char *p = there ? d->memory.still : NULL;
    pthread_mutex_unlock(&d->lock);
    return p;
}

bool doccam_wiped(struct doccam *d)
{
    pthread_mutex_lock(&d->lock);
    bool yes = d->wiped;
    pthread_mutex_unlock(&d->lock);
    return yes;
}
