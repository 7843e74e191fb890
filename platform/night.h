/* night.h - what the feed's publisher does while nobody publishes: packs tighter, tidies up. */
#ifndef PLATFORM_NIGHT_H
#define PLATFORM_NIGHT_H

#include "hal/base/err.h"
#include "platform/conf.h"

#include <stdint.h>

/* What one night did. */
struct night_result {
    int packed; /* bases */
    int64_t bytes, bytes_before, removed;
};

/* Makes the bases anew as tight as zstd can, and lets go of segments they hold; a terminal that is
 * up to date has nothing to fetch for it. Packing holds no lock: publishing and handing in go on.
 * Then removes objects that no index has named for 30 days. ERR_BUSY: a publisher runs. */
MUST_CHECK enum err night(const struct conf *c, struct night_result *out);

#endif
