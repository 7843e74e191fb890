/* crypto.h - hashing, signing, random bytes; the only door to libsodium. Suite "ed25519". */
#ifndef HAL_CRYPTO_H
#define HAL_CRYPTO_H

#include "hal/base/err.h"

#include <stdbool.h>
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

/* Sealing (suite "x25519", libsodium crypto_box_seal): only who holds the secret opens. A box is
 * CRYPTO_SEAL_EXTRA bytes longer than its message. [any] */
enum { CRYPTO_SEAL_PUB = 32, CRYPTO_SEAL_SECRET = 32, CRYPTO_SEAL_EXTRA = 48 };
void crypto_seal_keypair(unsigned char pub[CRYPTO_SEAL_PUB],
                         unsigned char secret[CRYPTO_SEAL_SECRET]);
MUST_CHECK enum err crypto_seal(const void *msg, size_t n, const unsigned char *pub,
                                unsigned char *out_box); /* n + CRYPTO_SEAL_EXTRA bytes */
/* ERR_SIGNATURE: not sealed to this key, or changed. out_msg: n - CRYPTO_SEAL_EXTRA bytes. */
MUST_CHECK enum err crypto_open(const void *box, size_t n, const unsigned char *pub,
                                const unsigned char *secret, unsigned char *out_msg);
/* Keyed hash (BLAKE2b, 32 bytes): tells equal from unequal, and nothing without the key. [any] */
enum { CRYPTO_MAC_KEY = 32, CRYPTO_MAC = 32 };
void crypto_mac(const void *msg, size_t n, const unsigned char key[CRYPTO_MAC_KEY],
                unsigned char out[CRYPTO_MAC]);
/* [any] Equal or not, in a time that does not tell where they differ. */
bool crypto_same(const void *a, const void *b, size_t n);
/* Argon2id, about a tenth of a second: for a PIN, on a worker thread. */
enum { CRYPTO_PASSWORD = 128 };
MUST_CHECK enum err crypto_password_hash(const char *word, char out[CRYPTO_PASSWORD]);
/* The same for an account that is reached over a network: 64 MB, for a server. */
MUST_CHECK enum err crypto_login_hash(const char *word, char out[CRYPTO_PASSWORD]);
MUST_CHECK enum err crypto_password_check(const char *hash, const char *word); /* ERR_REFUSED */
void crypto_hex(const void *data, size_t n, char *out); /* 2n + 1 bytes, lower case */
MUST_CHECK enum err crypto_unhex(const char *hex, void *out, size_t n); /* exactly n bytes */

#endif
