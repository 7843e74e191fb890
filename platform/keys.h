/* keys.h - the key files of a platform: who may sign the feed, and who may say so. */
#ifndef PLATFORM_KEYS_H
#define PLATFORM_KEYS_H

#include "hal/crypto.h"
#include "hal/wire.h"

/* Owner: the caller; wiped by keys_finish. Files in DIR: root.key, root.pub, feed.key; seal.key and
 * seal.pub (X25519: citizens' items are sealed to it), person.key (recognises a person who comes
 * again by a keyed hash, so that no list of numbers is needed), ecard.key (ecard.h) and card.keys
 * (hsm.h reads it). */
struct keys {
    struct wire_key root, feed, seal; /* public halves */
    unsigned char root_secret[CRYPTO_SECRET], feed_secret[CRYPTO_SECRET];
    unsigned char seal_secret[CRYPTO_SEAL_SECRET];
    unsigned char person[CRYPTO_MAC_KEY], ecard[CRYPTO_MAC_KEY];
};

/* Reads DIR; makes it, marked TEST, when it holds none of the first three. The others are
 * added, marked TEST, where a directory from before them is met. ERR_FORMAT, ERR_IO … */
MUST_CHECK enum err keys_load(const char *dir, struct keys *out);
void keys_finish(struct keys *k);

#endif
