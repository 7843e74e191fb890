/* display_turn.h - where a point of the picture is on a panel that hangs otherwise. */
#ifndef HAL_DISPLAY_TURN_H
#define HAL_DISPLAY_TURN_H

/* Turns x, y of a w x h px picture by quarters counter-clockwise (0 to 3). The way back: 4 -
 * quarters, with the width and height of what was turned. [any] */
static inline void turn_point(int quarters, int w, int h, int *x, int *y)
{
    int was_x = *x, was_y = *y;
    switch (quarters & 3) {
    case 1:
        *x = was_y;
        *y = w - 1 - was_x;
        break;
    case 2:
        *x = w - 1 - was_x;
        *y = h - 1 - was_y;
        break;
    case 3:
        *x = h - 1 - was_y;
        *y = was_x;
        break;
    default:
        break;
    }
}

#endif
