/* display_input.h - the stream of fingers, keys and nudges behind display_wait. */
#ifndef HAL_DISPLAY_INPUT_H
#define HAL_DISPLAY_INPUT_H

#include "hal/display.h"

/* [ui] waits: the driver can sleep until something comes (x11); false: it can only be asked. */
MUST_CHECK enum err input_init(bool waits);
/* [ui] */
void input_finish(void);
/* [ui] What the picture measures now, and how the panel hangs, for fingers. */
void input_size(int w, int h, int turn);

#endif
