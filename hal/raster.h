/* raster.h - turns a display list into pixels, with the CPU alone. */
#ifndef HAL_RASTER_H
#define HAL_RASTER_H

#include "hal/draw.h"

/* The target: XRGB8888, stride in pixels. One thread. */
struct raster_target {
    uint32_t *pixels;
    int w, h, stride;
};

/* [ui] Paints every command that meets `area`, clipped to it. */
void raster_paint(const struct raster_target *t, const struct draw_list *list, struct rect area);
/* [ui] Frees the masks of corners and shadows. */
void raster_finish(void);

#endif
