/* trust.h - whose keys this terminal believes: from feed.root along the chain of key sets. */
#ifndef APP_TRUST_H
#define APP_TRUST_H

#include "app/config.h"
#include "app/store.h"
#include "hal/wire.h"

/* [owner] Walks the key sets kept in cache.db (or the seed), each signed by the one before, the
 * first by feed.root; cache.db itself is not trusted. ERR_CONFIG (no root file), ERR_NOT_FOUND,
 * ERR_SIGNATURE. */
MUST_CHECK enum err trust_keys(struct store *cache, const struct config *c,
                               struct wire_keyset *out);
/* [ui] The newest key to seal to. ERR_NO_KEY: the platform has published none. */
MUST_CHECK enum err trust_seal_key(struct store *cache, const struct config *c,
                                   struct wire_key *out);

/* [any] The root keys of feed.root, and which key set is the first they sign. ERR_CONFIG. */
MUST_CHECK enum err trust_roots(const struct config *c, struct wire_key out_keys[WIRE_KEYS],
                                int *out_count, int *out_first);
/* [any] How many of feed.root's keys must sign the first key set: more than half. */
int trust_majority(int count);

#endif
