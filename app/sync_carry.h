/* sync_carry.h - the queue carried by a stick, when the line is down for days.
 *
 * huimin-sync does it: it owns delivery, and huimin has nothing to do with other people's files.
 * What is written stays in outbox.db, until an acknowledgement comes by whichever way is first. */
#ifndef APP_SYNC_CARRY_H
#define APP_SYNC_CARRY_H

#include "app/keys.h"
#include "app/outbox.h"
#include "hal/wire.h"

#include <stdint.h>

/* What carrying works with; lives during the call. keys NULL: no key set yet, nothing is taken. */
struct carry {
    const char *dir; /* carry.dir: where the stick is */
    const struct terminal_key *line;
    struct outbox_line *box;
    const struct wire_keyset *keys;
    int64_t now_ms;
};
/* What came of it. err: the first thing that went wrong, OK: nothing did. */
struct carry_result {
    enum err err;
    int written; /* items now on the stick that were not */
    int taken;   /* items that had their end by what the stick brought */
    int spoilt;  /* directories of ours that were changed or are damaged: left as they are */
    bool states; /* news of cases came */
    int64_t at_ms;
};
/* Takes what a platform has put beside our queues: acknowledgements, states. Believes signatures
 * only. A queue of which nothing waits any more is removed from the stick. */
void carry_take(const struct carry *c, struct carry_result *out);
/* Writes what waits and is not on the stick yet as one new directory, whole or not at all. */
void carry_write(const struct carry *c, struct carry_result *out);

#endif
