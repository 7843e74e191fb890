/* live.h - the pictures of the cameras that are on the screen now, ready to be painted. */
#ifndef APP_LIVE_H
#define APP_LIVE_H

#include "app/spots.h"
#include "hal/camera.h"
#include "hal/draw.h"

#include <stdbool.h>
#include <stdint.h>

enum { LIVE_FRESH_MS = 5000 }; /* younger is "now" (contracts: badge 现在) */

/* What is said of a picture. */
struct live_view {
    enum camera_state state;
    enum err why;     /* of CAMERA_OFFLINE */
    bool now;         /* a picture, younger than 5 s, and it moves */
    bool frozen;      /* pictures come, but always the same */
    bool has_picture; /* some picture, however old */
    int64_t taken_ms; /* wall clock of the picture; has_picture only */
    int retry_s;      /* until the next try; 0 = now */
};

/* Owner: the app; [ui]. Slot i shows one camera while its screen is open; a small copy of the last
 * picture of each camera is kept when it closes, so that coming back shows it, paled, with its
 * time. Pixels live until the next live_image of the slot, or live_close. */
struct live;
struct live *live_create(struct cameras *cameras); /* cameras NULL: none ever; NULL: no memory */
void live_destroy(struct live *l);
void live_open(struct live *l, int slot, const struct camera_row *c, enum camera_mode mode);
void live_close(struct live *l); /* every slot; accepts NULL */
/* Gives up waiting: tries at once. */
void live_retry(struct live *l, int slot, const struct camera_row *c, enum camera_mode mode);
struct live_view live_look(struct live *l, int slot);
/* The picture in this size, paled unless it is of now. NULL: there is none. */
const struct draw_image *live_image(struct live *l, int slot, int w_px, int h_px);
/* When a badge that says "now" must be looked at again (clock_timer_ms); 0 = no need. */
int64_t live_due_ms(struct live *l);

#endif
