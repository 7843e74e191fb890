/* raster_shape.h - rectangles, round corners, rings, shadows and lines on a clipped canvas. */
#ifndef HAL_RASTER_SHAPE_H
#define HAL_RASTER_SHAPE_H

#include "hal/draw.h"

/* [ui] Pixels and where painting is allowed; clip lies within the pixels. */
struct canvas {
    uint32_t *pixels;
    int stride;
    struct rect clip;
};

/* A painter of one command on a canvas. */
typedef void shape_fn(const struct canvas *c, const struct draw_cmd *cmd);

/* Runs paint on every part of the canvas outside the holes. */
void shape_except(const struct canvas *c, const struct rect *hole, int holes, shape_fn *paint,
                  const struct draw_cmd *cmd);

/* Rows, colours 0xAARRGGBB; both keep to the clip. */
void shape_row(const struct canvas *c, int x, int y, int n, uint32_t color);
void shape_mask(const struct canvas *c, int x, int y, const uint8_t *m, int n, uint32_t color);

shape_fn shape_rect, shape_rrect, shape_circle, shape_shadow, shape_polyline;

#endif
