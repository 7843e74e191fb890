/* keys.h - the key files of a platform: who may sign the feed, and who may say so. */
#ifndef PLATFORM_KEYS_H
#define PLATFORM_KEYS_H

#include "hal/crypto.h"
#include "hal/wire.h"

/* Files of keys to seal to that were replaced: old-seal-KID.key. */
#define KEYS_OLD_SEAL "old-seal-"
enum { KEYS_OLD = 16 };

/* A key to seal to that was replaced: what was sealed to it is still on its way, or on the disk. */
struct keys_old {
    struct wire_key seal;
    unsigned char secret[CRYPTO_SEAL_SECRET];
};

/* Owner: the caller; wiped by keys_finish. Files in DIR: root.key and root.pub (the root key may
 * live elsewhere: has_root), feed.key; old-seal-KID.key; seal.key and seal.pub (X25519: citizens'
 * items are sealed to it), person.key (recognises a person who comes again by a keyed hash, so that
 * no list of numbers is needed), ecard.key (ecard.h) and card.keys (hsm.h reads it). */
struct keys {
    struct wire_key root, feed, seal; /* public halves */
    unsigned char root_secret[CRYPTO_SECRET], feed_secret[CRYPTO_SECRET];
    unsigned char seal_secret[CRYPTO_SEAL_SECRET];
    bool has_root;
    struct keys_old old[KEYS_OLD];
    int old_count;
    unsigned char person[CRYPTO_MAC_KEY], ecard[CRYPTO_MAC_KEY];
};

/* Reads DIR; makes it, marked TEST, when it holds none of the first three. The others are
 * added, marked TEST, where a directory from before them is met. ERR_FORMAT, ERR_IO … */
MUST_CHECK enum err keys_load(const char *dir, struct keys *out);
void keys_finish(struct keys *k);

/* Opens what was sealed to the key with this name, or (NULL) to any of ours. out: n less
 * CRYPTO_SEAL_EXTRA bytes. ERR_NO_KEY: a key we do not have; ERR_SIGNATURE: not sealed to it. */
MUST_CHECK enum err keys_open(const struct keys *k, const char *kid, const void *box, size_t n,
                              unsigned char *out);

/* Whether we have the key with this name. */
bool keys_opens(const struct keys *k, const char *kid);

/* One pair by itself: FILE.key (secret KID …) and FILE.pub (KIND KID …). kind: root, publisher,
 * feed, seal. ERR_BUSY: one of the files is there. */
MUST_CHECK enum err keys_make_pair(const char *kind, const char *kid, const char *file);
/* The secret of such a file, and its public half. ERR_NOT_FOUND, ERR_FORMAT. */
MUST_CHECK enum err keys_read_secret(const char *file, unsigned char secret[CRYPTO_SECRET],
                                     struct wire_key *out);
/* The public half in FILE.pub; it must be of this kind. */
MUST_CHECK enum err keys_read_pub(const char *file, const char *kind, struct wire_key *out);

#endif
