/* raster_mask.h - coverage masks of round corners and soft shadows, made once and kept. */
#ifndef HAL_RASTER_MASK_H
#define HAL_RASTER_MASK_H

#include <stdint.h>

/* A square of n x n coverages for the upper left corner, row by row, and its mirror for the right
 * one; the lower corners use the rows backwards. Owner: the cache; valid until the next call for a
 * mask of the same kind. */
struct mask {
    int key_a, key_b;
    int n;
    uint8_t *left, *right;
};

/* [ui] Round corner; the radius is given in half pixels (r2), so that odd circles fit their pixels.
 * NULL: radius 0 or no memory (then corners are square). */
const struct mask *mask_corner(int r2);
/* [ui] Shadow of a round corner; begins draw_shadow_reach(blur) px outside the shape. The last
 * column and row go on unchanged along the edges. NULL: no blur or no memory. */
const struct mask *mask_shadow(int radius, int blur);
/* [ui] */
void mask_finish(void);

#endif
