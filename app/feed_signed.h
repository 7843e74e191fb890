/* feed_signed.h - whether the rows of an object were signed by who publishes them. */
#ifndef APP_FEED_SIGNED_H
#define APP_FEED_SIGNED_H

#include "app/feed_apply.h"
#include "hal/crypto.h"

/* One object on its way in; owner: the applier, inside its transaction. Invariant: while left > 0
 * the lines belong to head, and hash is that of those that came. */
struct signed_rows {
    struct store *store;
    const struct feed_order *order;
    bool wanted; /* somebody must sign rows of this channel; else all below is unused */
    struct wire_rows head;
    int64_t left;
    struct crypto_hash hash;
};

void signed_start(struct signed_rows *s, struct store *store, const struct feed_order *order);
/* [owner] Every line, before it is applied. ERR_SIGNATURE: nobody who may has signed it, or what
 * they signed is something else; ERR_ROLLBACK: signed, but older than what is here; ERR_GAP: it
 * does not go on from there; ERR_FORMAT. */
MUST_CHECK enum err signed_line(struct signed_rows *s, const char *line, size_t n);
/* [owner] After the last line. ERR_ROLLBACK: what a publisher signed before is left out. */
MUST_CHECK enum err signed_finish(struct signed_rows *s);
/* [owner] The channel must be signed, and nothing is known of how far it was: its base is needed.
 */
MUST_CHECK enum err signed_unknown(struct store *store, const struct wire_keyset *keys,
                                   const char *channel, bool *out);

#endif
