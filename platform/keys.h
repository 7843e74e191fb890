/* keys.h - the key files of a platform: who may sign the feed, and who may say so. */
#ifndef PLATFORM_KEYS_H
#define PLATFORM_KEYS_H

#include "hal/crypto.h"
#include "hal/wire.h"

/* Owner: the caller; wiped by keys_finish. Files in DIR: root.key, root.pub, feed.key. */
struct keys {
    struct wire_key root, feed; /* public halves */
    unsigned char root_secret[CRYPTO_SECRET], feed_secret[CRYPTO_SECRET];
};

/* Reads DIR; makes it, marked TEST, when it holds none of the three. ERR_FORMAT, ERR_IO … */
MUST_CHECK enum err keys_load(const char *dir, struct keys *out);
void keys_finish(struct keys *k);

#endif
