/* scanner.h - the code scanner: what it reads, kept where nobody else sees it. */
#ifndef HAL_SCANNER_H
#define HAL_SCANNER_H

#include "hal/base/err.h"
#include "hal/keyboard.h"
#include "hal/scan_burst.h"

#include <stdbool.h>
#include <stddef.h>

/* Scanners for receipts are USB keyboards (HID class 3, boot protocol) and come set to a US layout
 * with Enter behind each code; both are needed. Two ways in: a device that is named is grabbed, so
 * that its keys never reach the window; without one its keys come to the window like any others and
 * display_scans() tells them from typing by their speed. */
enum scanner_state {
    SCANNER_BY_SPEED, /* no device is set */
    SCANNER_ABSENT,   /* not plugged in; it is looked for every second */
    SCANNER_DENIED,   /* there, but this user may not read it (group input) */
    SCANNER_HELD,     /* there, but another program has grabbed it */
    SCANNER_READY,
    SCANNER_STATES
};
const char *scanner_state_name(enum scanner_state s);

enum {
    SCANNER_RETRY_MS = 1000,
    SCANNER_SILENCE_MS = 150 /* ends a scan that has no Enter */
};
struct scanner_status {
    enum scanner_state state;
    char name[KEYBOARD_NAME]; /* READY: what it calls itself, "" unknown */
};

/* Owner: main.c. device: "" (by speed, no thread), a path ("/dev/input/by-id/…-event-kbd"), a part
 * of the device's name, or "auto" (the first keyboard that is called like a scanner). A path that
 * is no input device but gives `struct input_event` will do: tests use a FIFO. `changed` is called
 * on [scanner] when the state changed or a scan is there, on the caller's thread in scanner_give.
 * ERR_NOMEM; device is copied. */
struct scanner;
MUST_CHECK enum err scanner_create(const char *device, void (*changed)(void *ctx), void *ctx,
                                   struct scanner **out);
void scanner_destroy(struct scanner *s); /* accepts NULL */
/* [any] */
void scanner_status(struct scanner *s, struct scanner_status *out);
/* [any] A scan that came another way; text is copied. NULL: one that was too long. Dropped while
 * the one before has not been taken. */
void scanner_give(struct scanner *s, const char *text, size_t n);
/* [ui] What was read, in locked memory, until scanner_wipe; "" = something that was too long or had
 * holes. NULL: nothing. */
const char *scanner_text(struct scanner *s);
void scanner_wipe(struct scanner *s);
/* [any] A device with this name is meant by this setting. */
bool scanner_fits(const char *device, const char *name);

#endif
