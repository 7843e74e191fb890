/* scan_keys.h - the keys of a scanner that plays keyboard, back to the text it read. */
#ifndef HAL_SCAN_KEYS_H
#define HAL_SCAN_KEYS_H

#include "hal/scan_burst.h"

#include <stdbool.h>
#include <stddef.h>

/* A US keyboard, as scanners come from their makers. Numbers are those of linux/input.h, which is
 * not included here: its names are also display.h's. Zeroed = nothing read. Personal: the owner
 * keeps it in locked memory. One thread. */
struct scan_keys {
    unsigned shift, other; /* bits: which shift keys, which of Ctrl, Alt, Meta are down */
    bool torn;             /* too long, or the kernel lost keys: no text */
    size_t n;
    char text[SCAN_MAX + 1]; /* NUL-terminated */
};

/* Takes one event. True: Enter or Tab ended a scan (text, or torn); then scan_keys_clear. */
bool scan_keys_event(struct scan_keys *k, int type, int code, int value);
/* Something was read and not ended yet. */
bool scan_keys_pending(const struct scan_keys *k);
/* Wipes the text; keys that are down stay down. */
void scan_keys_clear(struct scan_keys *k);

#endif
