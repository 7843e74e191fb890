/* sync_update.h - a new system for the appliance is fetched, a small piece at a time, when nothing
 * else wants the line. */
#ifndef APP_SYNC_UPDATE_H
#define APP_SYNC_UPDATE_H

#include "app/config.h"
#include "app/sync_signed.h"
#include "hal/base/err.h"
#include "hal/net.h"

#include <stdbool.h>

/* Owner: sync.c. One thread, a net of its own (joined to the one that is waited on). Asks for the
 * head of the newest bundle every update_h hours; one that the deployer signed, newer than what
 * runs and what is here, is fetched into DIR/part/huimin-V.update and becomes DIR/huimin-V.update
 * when its hashes are right (DIR: update.dir). Cut or killed anywhere it goes on where it was.
 * Installing it is huimin-update's business, which believes none of this. */
struct sync_update;
/* ERR_NOT_FOUND: not wanted here (update.dir is not set, update_h is 0, no platform). */
MUST_CHECK enum err sync_update_create(const struct config *c, const struct sync_signed *sign,
                                       struct net *first, struct sync_update **out);
void sync_update_destroy(struct sync_update *u); /* accepts NULL */
/* The line is back: what waits after a fault may go on. Accepts NULL. */
void sync_update_nudge(struct sync_update *u);
/* A test pretends that there is no line. Accepts NULL. */
void sync_update_cut(struct sync_update *u, bool cut);
/* The disk gets short: what can be fetched again goes. Accepts NULL. */
void sync_update_give_way(struct sync_update *u);
/* Takes an answer, asks for the next piece, unless others want the line. True: a bundle is here. */
bool sync_update_turn(struct sync_update *u, bool others_wait);
/* Milliseconds until turn has something to do by itself, at most `most`. */
int sync_update_wait_ms(const struct sync_update *u, bool others_wait, int most);

#endif
