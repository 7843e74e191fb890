/* carry.h - the queues of terminals, brought by a stick: taken in as POST /v1/outbox takes them. */
#ifndef PLATFORM_CARRY_H
#define PLATFORM_CARRY_H

#include "hal/wire_item.h"
#include "platform/office.h"

/* One queue. why: NULL, or what keeps it, or a part of it, from being taken: for the clerk. */
struct carried {
    char terminal[WIRE_NAME_MAX]; /* "" when nobody knows it */
    int outcome[WIRE_OUTCOMES];   /* items */
    const char *why;
};
/* Takes the directory `name` under the fd `stick`: each part in one transaction, its signed
 * acknowledgements beside it, then the states of the terminal's cases. Again and again with the
 * same effect. */
void carry_in(struct office *o, int stick, const char *name, struct carried *out);

#endif
