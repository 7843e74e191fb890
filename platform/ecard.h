/* ecard.h - plays the national service of electronic social security cards: codes on a telephone.
 */
#ifndef PLATFORM_ECARD_H
#define PLATFORM_ECARD_H

#include "hal/base/arena.h"
#include "platform/keys.h"

/* "ECARD1." base64url(box) "." base64url(mac): box seals time, name and numbers to seal.key, so
 * that who looks at the telephone reads nothing; mac is ecard.key's over "huimin-ecard-1\n" and the
 * box. A code is good for ECARD_MS, and once: `once` tells one from another. */
enum { ECARD_CODE = 512, ECARD_MS = 60000 };
struct ecard {
    const char *name, *id, *card;
    int64_t at_ms;
    char once[33];
};

/* ERR_FORMAT: a text is empty, too long, or has a line feed in it. */
MUST_CHECK enum err ecard_make(const struct keys *keys, const struct ecard *c,
                               char out[ECARD_CODE + 1]);
/* Texts in the arena, which should be locked. ERR_FORMAT: no code of ours; ERR_EXPIRED. */
MUST_CHECK enum err ecard_read(const struct keys *keys, struct arena *secret, const char *code,
                               int64_t now_ms, struct ecard *out);

#endif
