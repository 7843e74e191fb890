/* feed_apply.h - puts one unpacked object of the feed into cache.db, whole or not at all. */
#ifndef APP_FEED_APPLY_H
#define APP_FEED_APPLY_H

#include "app/store.h"
#include "hal/base/arena.h"
#include "hal/base/err.h"
#include "hal/wire.h"

#include <stdbool.h>
#include <stdint.h>

/* One object to apply. Everything is borrowed for the call. */
struct feed_order {
    const struct wire_channel *channel;
    const struct wire_object *object;
    const char *path;          /* the packed object, whose size and hash were checked */
    bool fresh;                /* a base or a new epoch: the channel's tables are emptied first */
    int64_t as_of_ms, index_n; /* of the index it came with */
    const char *area;
    const struct wire_keyset *keys; /* whose rows must be signed by whom */
};

/* [owner] Rows and watermark in one transaction. ERR_FORMAT, ERR_BOMB, ERR_TYPE, ERR_GAP, ERR_FULL,
 * ERR_CORRUPT …: then nothing has changed. Unknown tables and trailing values are passed over. */
MUST_CHECK enum err feed_apply(struct store *s, struct arena *scratch,
                               const struct feed_order *order);

/* [owner] Makes the search index that a base left for later; made: it was due. Until then
 * nothing is found. Killed before, it is made after the next poll. */
MUST_CHECK enum err feed_apply_index(struct store *s, bool *out_made);

/* [owner] Where a channel stands: epoch "" and seq 0 when it never came. */
MUST_CHECK enum err feed_watermark(struct store *s, const char *channel,
                                   char out_epoch[WIRE_NAME_MAX], int64_t *out_seq);

#endif
