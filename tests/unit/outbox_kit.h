/* outbox_kit.h - for tests: a platform's keys, items sealed to it, and the terminal's data. */
#ifndef TESTS_UNIT_OUTBOX_KIT_H
#define TESTS_UNIT_OUTBOX_KIT_H

#include "app/event.h"
#include "app/outbox.h"
#include "hal/base/arena.h"

#include <stddef.h>

enum { BOXKIT_EVENTS = 64 };

/* One test at a time. data is a directory in the test's own. */
struct boxkit {
    char data[400];
    struct arena arena;
    unsigned char feed_secret[CRYPTO_SECRET];
    unsigned char seal_secret[CRYPTO_SEAL_SECRET];
    struct wire_keyset keys;
    struct event event[BOXKIT_EVENTS];
    int events;
};
extern struct boxkit boxkit;

void boxkit_start(void);
/* An item with a random id, `text` sealed into it; lives in the arena. */
struct wire_item boxkit_item(const char *text);
/* An outbox whose events land in boxkit.event. */
struct outbox *boxkit_open(void);
/* Waits until n events came (2 s at most). */
bool boxkit_wait(int n);
/* Puts count items and waits for their events. */
bool boxkit_put(struct outbox *o, int count);
struct wire_ack boxkit_ack(const struct wire_item *item, enum wire_outcome outcome);

#endif
