/* sync_blob.h - photographed papers go up: one part at a time, after everything that is small. */
#ifndef APP_SYNC_BLOB_H
#define APP_SYNC_BLOB_H

#include "app/config.h"
#include "app/sync_signed.h"
#include "hal/base/err.h"
#include "hal/net.h"
#include "hal/wire.h"

#include <stdbool.h>

/* Owner: sync.c. One thread, a net of its own (joined to the one that is waited on). A page is
 * deleted here only by the platform's signed word that it has the whole; cut anywhere, killed
 * anywhere, it goes on where the platform says it is. */
struct sync_blob;
MUST_CHECK enum err sync_blob_create(const struct config *c, struct sync_signed *sign,
                                     struct net *first, struct sync_blob **out);
void sync_blob_destroy(struct sync_blob *b); /* accepts NULL */

/* Look whether something may go. at_once: also what waits after a fault of the line. */
void sync_blob_nudge(struct sync_blob *b, bool at_once);
/* A test pretends that there is no line. */
void sync_blob_cut(struct sync_blob *b, bool cut);
/* Takes an answer, sends the next part; others_wait: items are due or on the line, and go first.
 * keys: who may sign, NULL: nobody yet. True: a page has arrived. */
bool sync_blob_turn(struct sync_blob *b, const struct wire_keyset *keys, bool others_wait);
bool sync_blob_busy(const struct sync_blob *b); /* a part is on the line, or may go now */
/* Milliseconds until turn has something to do by itself, at most `most`. */
int sync_blob_wait_ms(const struct sync_blob *b, int most);

/* Bytes of the next part, from those of this one and how long it took: each should be on the line
 * for two to four seconds, so that an application never waits longer for it. */
int sync_blob_part(int bytes, int64_t took_ms, bool good);

#endif
