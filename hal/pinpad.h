/* pinpad.h - the PIN pad: its keys come here, one by one, and nowhere else. */
#ifndef HAL_PINPAD_H
#define HAL_PINPAD_H

#include "hal/base/err.h"
#include "hal/keyboard.h"

#include <stdbool.h>
#include <stddef.h>

enum pinpad_state {
    PINPAD_NONE,   /* none is set */
    PINPAD_ABSENT, /* not plugged in; it is looked for every second */
    PINPAD_DENIED, /* there, but this user may not read it (group input, dialout) */
    PINPAD_HELD,   /* there, but another program has it */
    PINPAD_READY,  /* of a serial line: the line is open; whether a pad is on it cannot be known */
    PINPAD_STATES
};
const char *pinpad_state_name(enum pinpad_state s);

/* A key: '0' to '9', or one of these. */
enum pinpad_key {
    PINPAD_NO_KEY = 0,
    PINPAD_ERASE = 8,
    PINPAD_CONFIRM = 13,
    PINPAD_CANCEL = 27,
    PINPAD_LOST = 127 /* keys were lost: what was typed has holes, and is not to be tried */
};

enum { PINPAD_RETRY_MS = 1000 };
struct pinpad_status {
    enum pinpad_state state;
    char name[KEYBOARD_NAME]; /* READY: what it calls itself, "" unknown */
};

/* What one kind of pad must do; no state of its own. */
struct pinpad_driver {
    const char *name; /* the word before the colon in the setting */
    /* [pinpad] Opens it, not blocking; closed by close(). ERR_NO_DEVICE, ERR_REFUSED
     * (PINPAD_DENIED), ERR_BUSY (PINPAD_HELD). */
    MUST_CHECK enum err (*open)(const char *where, int *out_fd, char out_name[KEYBOARD_NAME]);
    /* [pinpad] Takes one record off the front of `bytes`: how many bytes it was, 0 = it is not
     * whole yet (none is longer than PINPAD_RECORD). */
    size_t (*decode)(const unsigned char *bytes, size_t n, unsigned char *out_key);
};
enum { PINPAD_RECORD = 64 };
extern const struct pinpad_driver pinpad_keys, pinpad_serial;

/* Owner: main.c. device: "" (none, no thread), "keys:PATH or a part of the name", "serial:PATH".
 * `changed` is called on [pinpad] when the state changed or a key is there. ERR_CONFIG, ERR_NOMEM;
 * device is copied. */
struct pinpad;
MUST_CHECK enum err pinpad_create(const char *device, void (*changed)(void *ctx), void *ctx,
                                  struct pinpad **out);
void pinpad_destroy(struct pinpad *p); /* accepts NULL */
/* [any] */
void pinpad_status(struct pinpad *p, struct pinpad_status *out);
/* [ui] Whether anybody asks for a PIN. Keys that come while nobody does are dropped; those that
 * were not taken when the asking ends, are wiped. */
void pinpad_ask(struct pinpad *p, bool asked);
/* [ui] The next key; its place is wiped. PINPAD_NO_KEY: there is none. */
unsigned char pinpad_take(struct pinpad *p);

#endif
