/* feed.h - judges what the platform publishes: which index to believe, what to fetch, what to keep.
 */
#ifndef APP_FEED_H
#define APP_FEED_H

#include "app/config.h"
#include "app/store.h"
#include "hal/base/arena.h"
#include "hal/base/err.h"
#include "hal/wire.h"

#include <stdbool.h>
#include <stdint.h>

/* huimin-sync's memory of the feed, one thread. It does no network: sync.c fetches the bytes.
 * Invariant: keys were signed by feed.root or by a key set that was; index_n never goes back while
 * the key that signed it is trusted. */
struct feed {
    struct store *store; /* borrowed; changes when cache.db is replaced (feed_start again) */
    const struct config *config;
    struct arena scratch; /* for one object */
    struct wire_key root[WIRE_KEYS];
    int root_count;
    int root_first; /* the key set that feed.root signs */
    bool has_keys;
    struct wire_keyset keys;
    int64_t index_n, expires_ms;
    int64_t floor_ms;   /* newest `issued` seen: the wall clock is never believed to be before it */
    int64_t last_ok_ms; /* 0 = never */
};

/* One object to fetch and apply. */
struct feed_step {
    const struct wire_channel *channel; /* in the index */
    const struct wire_object *object;
    bool fresh; /* replaces what the channel holds */
};
enum { FEED_STEPS = WIRE_CHANNELS * (WIRE_SEGMENTS + 1) };

/* What is wrong with a channel of an index, by its place there; OK for most. */
struct feed_faults {
    enum err of[WIRE_CHANNELS];
};

/* Reads feed.root and what cache.db remembers. ERR_CONFIG: no usable root file (what names it). */
MUST_CHECK enum err feed_start(struct feed *f, struct store *s, const struct config *c);
void feed_finish(struct feed *f); /* not the store */

/* Number of the key set to fetch next (/feed/root/N). */
int feed_next_root(const struct feed *f);
/* A key set file: believed when enough root keys of the one before (or of feed.root) signed it.
 * ERR_SIGNATURE, ERR_FORMAT, ERR_ROLLBACK (not the next number) … */
MUST_CHECK enum err feed_take_root(struct feed *f, const void *bytes, size_t n);

/* The index, in this order: size, is it one at all (ERR_NOT_FEED), signature, area (ERR_NOT_FEED),
 * n (ERR_ROLLBACK), expires (ERR_EXPIRED: out is filled, but must not be applied). */
MUST_CHECK enum err feed_take_index(struct feed *f, struct arena *a, const void *bytes, size_t n,
                                    struct wire_index *out);
/* The platform said "not changed": is what we hold still in time? */
MUST_CHECK enum err feed_still_valid(const struct feed *f);

/* What to fetch, in order: for each channel the cheaper way of segments or base. out has room for
 * FEED_STEPS. A channel that cannot be had has its fault and no steps, and hinders no other:
 * ERR_GAP: no way leads from here to there; ERR_ROLLBACK: the head went back. */
MUST_CHECK enum err feed_plan(struct feed *f, const struct wire_index *index, struct feed_step *out,
                              int *out_count, struct feed_faults *out_faults);
/* Whether this is the fault of one channel's content, not of the line or of this machine. */
bool feed_fault_of_channel(enum err e);
/* The packed object at path: size, then hash (ERR_CUT, ERR_TOO_BIG, ERR_HASH). */
MUST_CHECK enum err feed_check_object(const struct wire_object *o, const char *path);
MUST_CHECK enum err feed_apply_step(struct feed *f, const struct wire_index *index,
                                    const struct feed_step *step, const char *path);
/* Everything of this index is in: remembers n, expires and "data as of". */
MUST_CHECK enum err feed_index_done(struct feed *f, const struct wire_index *index);
/* A poll went well. */
MUST_CHECK enum err feed_note_ok(struct feed *f, int64_t now_ms);

#endif
