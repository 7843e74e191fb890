/* staff.h - the staff page's door: a PIN, its hash in DATA/staff.pin, delays that grow. */
#ifndef APP_STAFF_H
#define APP_STAFF_H

#include "app/event.h"
#include "hal/base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum { STAFF_PIN_MIN = 6, STAFF_PIN_MAX = 12, STAFF_FREE_TRIES = 3 };

/* A worker judges (argon2id takes a tenth of a second) and posts EV_PIN. Wrong tries are counted in
 * DATA/staff.tries, so that a restart does not forget them: after 3 the door stays shut for 30 s,
 * then 60 s, 2, 4, 8 … at most 60 min. */
struct staff;
MUST_CHECK enum err staff_create(const char *data_dir, void (*post)(const struct event *ev),
                                 struct staff **out);
void staff_destroy(struct staff *s); /* accepts NULL */
/* [ui] No PIN was set: the page says how. */
bool staff_has_pin(const struct staff *s);
/* [ui] The page is opened: the PIN may have been set since. */
void staff_look(struct staff *s);
/* [ui] Hands the PIN over (copied, wiped). OK: EV_PIN follows with OK or ERR_REFUSED. ERR_LOCKED,
 * ERR_BUSY, ERR_REFUSED (none is set, or too long): no event. */
MUST_CHECK enum err staff_try(struct staff *s, const char *pin);
/* [ui] A new PIN (copied, wiped): hashed and kept on a worker, then EV_PIN_SET with OK, or why it
 * could not be kept. Tries are counted anew. ERR_ARG: not 6 to 12 digits; ERR_BUSY. */
MUST_CHECK enum err staff_set(struct staff *s, const char *pin);
/* [ui] Seconds until the next try is heard; 0 = now. */
int staff_wait_s(const struct staff *s);
/* [ui] Out of service by order of the staff: kept over a restart as DATA/closed. */
bool staff_closed(const char *data_dir);
MUST_CHECK enum err staff_close(const char *data_dir, bool closed);
/* [main] --staff-pin: asks twice on the terminal it runs in (or reads one line from a pipe). Exit
 * code. */
int staff_set_pin(const char *data_dir);

#endif
