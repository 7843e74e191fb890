/* doccam.h - the document camera: what lies under it, now and as a still picture.
 *
 * It is open only while somebody looks (doccam_watch), so its lamp tells the truth. Pictures lie in
 * locked memory that is wiped and given back when nobody looks any more. */
#ifndef HAL_DOCCAM_H
#define HAL_DOCCAM_H

#include "hal/base/err.h"
#include "hal/draw.h"
#include "hal/jpeg.h"

#include <stdbool.h>
#include <stddef.h>

enum doccam_state {
    DOCCAM_NONE,    /* none is set */
    DOCCAM_RESTING, /* nobody looks */
    DOCCAM_ABSENT,  /* not plugged in, or it gives no picture: it is looked for every second */
    DOCCAM_DENIED,  /* there, but this user may not open it (group video) */
    DOCCAM_BUSY,    /* another program has it */
    DOCCAM_READY,
    DOCCAM_STATES
};
const char *doccam_state_name(enum doccam_state s);

/* What it is at. */
enum doccam_mode { DOCCAM_SHOWING, DOCCAM_SHOOTING, DOCCAM_HOLDING /* a still, or shot_err */ };

enum {
    DOCCAM_STILL = 400 * 1024, /* bytes of a still, at most */
    DOCCAM_SIDE = 2400,        /* px of its longer side: 200 dpi of A4 */
    DOCCAM_VIEW = 800 * 1000,  /* px of what is shown, at most */
    DOCCAM_NAME = 64,
};
struct doccam_view {
    enum doccam_state state;
    enum doccam_mode mode;
    char name[DOCCAM_NAME]; /* READY: what it calls itself */
    enum err shot_err;      /* HOLDING: OK, or why there is no still */
    struct jpeg_look look;  /* of the still */
    bool has_image;
};

/* Owner: main.c. setting: none, auto (the first camera), /dev/videoN, a part of a camera's name, or
 * folder:PATH (its simulator: the JPEGs there, in order of name; a file `fault` there holds one of
 * the words absent busy denied black torn slow). `changed` is called on [doccam] when there is a
 * new picture or state. ERR_NOMEM; setting is copied. Nothing of it blocks the caller. */
struct doccam;
MUST_CHECK enum err doccam_create(const char *setting, void (*changed)(void *ctx), void *ctx,
                                  struct doccam **out);
void doccam_destroy(struct doccam *d); /* accepts NULL */
bool doccam_is_set(const struct doccam *d);

/* [ui] Shows what lies there, within w x h px, until it is told again; 0, 0: nobody looks any more,
 * and what was seen is wiped. */
void doccam_watch(struct doccam *d, int w, int h);
/* [ui] Takes a still: HOLDING follows. doccam_again: back to what lies there; the still is gone. */
void doccam_shoot(struct doccam *d);
void doccam_again(struct doccam *d);
/* [ui] */
void doccam_look(struct doccam *d, struct doccam_view *out);
/* [ui] The newest picture: valid until the next call, or doccam_watch(0, 0). NULL: none yet. */
const struct draw_image *doccam_image(struct doccam *d);
/* [ui] The still, while HOLDING: our own JPEG. NULL: none. */
const unsigned char *doccam_still(struct doccam *d, size_t *out_n);
/* [any] A camera's picture as a still: at most DOCCAM_SIDE px and DOCCAM_STILL bytes (what out
 * holds), as much of both as fits. */
MUST_CHECK enum err doccam_remake(const void *jpeg, size_t n, unsigned char *out, size_t *out_n,
                                  struct jpeg_look *out_look);
/* [any] Nothing that was seen is kept any more. */
bool doccam_wiped(struct doccam *d);

#endif
