/* mirror.h - the whole feed into another directory: a stick that somebody carries up the hill. */
#ifndef PLATFORM_MIRROR_H
#define PLATFORM_MIRROR_H

#include "hal/base/err.h"
#include "platform/conf.h"

#include <stdint.h>

/* What was done. */
struct mirror_result {
    int64_t n, there_n; /* of the index that is out there now; and of the one before, 0 */
    int64_t objects, copied, removed, bytes;
};

/* Copies the feed to DIR, which must be there (a stick that is not plugged in is not made up):
 * objects first, each whole by rename and on the disk; key sets; the index last; then what neither
 * index names is removed. Cut short anywhere DIR is the old mirror or the new one. ERR_NOT_FOUND:
 * no DIR; ERR_ROLLBACK: a newer index lies there; ERR_FULL; ERR_HASH: the feed itself is damaged.
 * Nothing is verified against a root key: whoever reads the mirror does that. */
MUST_CHECK enum err mirror(const struct conf *c, const char *dir, struct mirror_result *out);

#endif
