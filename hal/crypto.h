/* crypto.h - hashing, signing, random bytes; the only door to libsodium. Suite "ed25519". */
#ifndef HAL_CRYPTO_H
#define HAL_CRYPTO_H

#include "hal/base/err.h"

#include <stddef.h>
#include <stdint.h>

enum { CRYPTO_PUB = 32, CRYPTO_SECRET = 64, CRYPTO_SIG = 64, CRYPTO_HASH = 32 };

/* [main] once, before the rest. ERR_IO without a random source. */
MUST_CHECK enum err crypto_init(void);
/* [any] */
void crypto_random(void *buf, size_t n);
void crypto_keypair(unsigned char pub[CRYPTO_PUB], unsigned char secret[CRYPTO_SECRET]);
void crypto_sign_text(const void *msg, size_t n, const unsigned char secret[CRYPTO_SECRET],
                      unsigned char out_sig[CRYPTO_SIG]);
MUST_CHECK enum err crypto_verify(const void *msg, size_t n, const unsigned char pub[CRYPTO_PUB],
                                  const unsigned char sig[CRYPTO_SIG]);
/* SHA-256, whole or in pieces (owner keeps the state). */
struct crypto_hash {
    _Alignas(16) unsigned char opaque[256];
};
void crypto_hash_start(struct crypto_hash *h);
void crypto_hash_add(struct crypto_hash *h, const void *data, size_t n);
void crypto_hash_hex(struct crypto_hash *h, char out_hex[65]);
void crypto_hash_of(const void *data, size_t n, char out_hex[65]);
/* Base64 (RFC 4648, with padding). out_n = decoded bytes; ERR_FORMAT, ERR_TOO_BIG. */
void crypto_base64(const void *data, size_t n, char *out, size_t cap);
MUST_CHECK enum err crypto_unbase64(const char *text, void *out, size_t cap, size_t *out_n);

#endif
