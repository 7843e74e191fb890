/* keyboard.h - finds a keyboard that is a device of ours, and keeps its keys from everyone else. */
#ifndef HAL_KEYBOARD_H
#define HAL_KEYBOARD_H

#include "hal/base/err.h"

#include <stdbool.h>

enum { KEYBOARD_NAME = 128 };

/* What is looked for. device: a path, or what `named` makes of the name a keyboard has. */
struct keyboard_want {
    const char *device;
    bool (*named)(const char *device, const char *name);
    bool (*types)(const unsigned char *keys); /* it has the keys that are needed: keyboard_has */
};

/* [any] Opens it, not blocking, and grabs it (EVIOCGRAB); it gives `struct input_event`. A path
 * that is no input device is taken as it is: tests use a FIFO. out_name: what it calls itself, ""
 * not known. ERR_NO_DEVICE, ERR_REFUSED (there, but this user may not read it: group input),
 * ERR_BUSY (another program has grabbed it). */
MUST_CHECK enum err keyboard_open(const struct keyboard_want *w, int *out_fd,
                                  char out_name[KEYBOARD_NAME]);
/* [any] In `types`: key `code` of linux/input.h is on it. */
bool keyboard_has(const unsigned char *keys, int code);

#endif
