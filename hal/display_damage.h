/* display_damage.h - finds which cells of the screen look different from what was shown last. */
#ifndef HAL_DISPLAY_DAMAGE_H
#define HAL_DISPLAY_DAMAGE_H

#include "hal/draw.h"

#include <stdbool.h>
#include <stdint.h>

enum { DAMAGE_CELL = 64, DAMAGE_CELLS = 64 * 64, DAMAGE_RECTS = 64 };

/* One hash per cell of what is shown (old) and what is to be shown (now). [ui] Owner: display.
 * Invariant: columns * rows <= DAMAGE_CELLS; `old` is what the surface holds, when valid. */
struct damage {
    int w, h, columns, rows;
    bool valid;
    uint64_t old[DAMAGE_CELLS], now[DAMAGE_CELLS];
};

/* Starts anew for a surface of w x h (at most 4096 x 4096). */
void damage_size(struct damage *d, int w, int h);
/* Compares, remembers the list as shown, and gives back at most DAMAGE_RECTS rects that cover all
 * changed cells. *out_cells counts those. */
int damage_find(struct damage *d, const struct draw_list *list, struct rect *out, int *out_cells);

#endif
