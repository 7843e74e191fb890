/* publish.h - turns what changed into a signed feed. */
#ifndef PLATFORM_PUBLISH_H
#define PLATFORM_PUBLISH_H

#include "hal/base/err.h"
#include "hal/wire.h"
#include "platform/conf.h"

#include <stdbool.h>
#include <stdint.h>

/* What one publish did. */
struct publish_result {
    int64_t changed;               /* rows, all channels */
    int64_t n;                     /* number of the index that is out now */
    bool issued;                   /* a new index was made */
    char elsewhere[WIRE_NAME_MAX]; /* ERR_REFUSED: whose key signs these rows, "" for nobody's */
};

/* Reads input_dir, publishes really changed rows. renew: a new index even when nothing changed.
 * May run while a server serves the same feed. Killed at any moment the feed stays whole, and the
 * next publish finishes the work. ERR_FORMAT: the input has faults (told on stderr), nothing
 * changed. ERR_BUSY: another publisher runs. */
MUST_CHECK enum err publish(const struct conf *c, const char *input_dir, bool renew,
                            struct publish_result *out);

/* Nothing new: brings the feed in line with the database, and issues a new index. */
MUST_CHECK enum err publish_again(const struct conf *c, struct publish_result *out);

/* Who publishes by a key of their own (PROTOCOL.md "Publishers"). without: their secret is not
 * here; they have signed INPUT_DIR elsewhere (publish_sign). */
struct publish_as {
    const char *kid;
    bool without;
    unsigned char secret[64];
};
/* The publisher's own machine: what changed in INPUT_DIR against the own database, and how all
 * stands then, is signed into INPUT_DIR/signed. The key set is that of the feed (a mirror). Rows of
 * others are remembered, so that names are known, and not signed. */
MUST_CHECK enum err publish_sign(const struct conf *c, const char *input_dir,
                                 const struct publish_as *as, struct publish_result *out);
/* The same: every row that really changes must be one that this publisher may sign, and is signed
 * by it. ERR_REFUSED: it may not, told on stderr. ERR_SIGNATURE: what was signed elsewhere is not
 * what comes of INPUT_DIR here. */
MUST_CHECK enum err publish_by(const struct conf *c, const char *input_dir,
                               const struct publish_as *as, struct publish_result *out);

/* The same for what change does to the database, in the publication's own transaction; the rows it
 * adds to the input are published with it. */
struct db;
struct input;
typedef enum err publish_change(void *ctx, struct db *db, struct input *in);
MUST_CHECK enum err publish_changed(const struct conf *c, publish_change *change, void *ctx,
                                    struct publish_result *out);

/* Whose key signs all rows of a channel, so that none is published without it; "": nobody's. Lives
 * in the arena. */
struct arena;
MUST_CHECK enum err publish_signer(struct db *db, struct arena *a, const char *channel,
                                   const char **out_kid);

#endif
