/* sync_post.h - delivery: what lies in outbox.db goes to the platform, and how far it got comes
 * back.
 *
 * At least once to the platform, which knows an item by its id: in effect exactly once. A box is
 * emptied only by the platform's signed word; whatever else comes back, or nothing, leaves it. */
#ifndef APP_SYNC_POST_H
#define APP_SYNC_POST_H

#include "app/config.h"
#include "app/sync_signed.h"
#include "hal/base/err.h"
#include "hal/net.h"
#include "hal/wire.h"

#include <stdbool.h>
#include <stdint.h>

/* Owner: sync.c. One thread, a net of its own (joined to the one that is waited on). */
struct sync_post;
MUST_CHECK enum err sync_post_create(const struct config *c, struct sync_signed *sign,
                                     struct net *first, struct sync_post **out);
void sync_post_destroy(struct sync_post *p); /* accepts NULL; what was on its way waits again */

/* Look whether something is due. at_once: also what was told to wait after a fault, unless the
 * platform itself said for how long (Retry-After). */
void sync_post_nudge(struct sync_post *p, bool at_once);
/* The staff wants it: also what waits because of itself. */
void sync_post_all(struct sync_post *p);
/* It is not earlier than this, whatever our clock says. */
void sync_post_floor(struct sync_post *p, int64_t floor_ms);
/* A test pretends that there is no line. */
void sync_post_cut(struct sync_post *p, bool cut);
/* Takes an answer that came, starts what is due; keys: who may sign acknowledgements, NULL: nobody
 * yet. True: states in outbox.db, or the state below, have changed. */
bool sync_post_turn(struct sync_post *p, const struct wire_keyset *keys);
/* Milliseconds until turn has something to do by itself, at most `most`. */
int sync_post_wait_ms(const struct sync_post *p, int most);

/* A request is on the line. */
bool sync_post_busy(const struct sync_post *p);
int64_t sync_post_now(const struct sync_post *p);
/* The outbox it works on, opened if need be; NULL: none yet, or it cannot be opened. */
struct outbox_line;
struct outbox_line *sync_post_box(struct sync_post *p);
/* As outbox_line_totals; ERR_NOT_FOUND: there is no outbox yet. */
struct outbox_counts;
MUST_CHECK enum err sync_post_totals(const struct sync_post *p, struct outbox_counts *out,
                                     int64_t *out_oldest_ms);
/* How the last delivery went; OK: nothing was wrong, or only with single items. */
enum err sync_post_err(const struct sync_post *p);

#endif
