/* crypto.c - hashing, signing and random bytes by libsodium. */
#include "hal/crypto.h"

#include <sodium.h>
#include <string.h>

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(struct crypto_hash), "hash state grew");
_Static_assert((int)CRYPTO_PUB == (int)crypto_sign_PUBLICKEYBYTES, "public key size");
_Static_assert((int)CRYPTO_SECRET == (int)crypto_sign_SECRETKEYBYTES, "secret key size");

enum err crypto_init(void)
{
    return sodium_init() < 0 ? ERR_IO : OK;
}

void crypto_random(void *buf, size_t n)
{
    randombytes_buf(buf, n);
}

void crypto_keypair(unsigned char pub[CRYPTO_PUB], unsigned char secret[CRYPTO_SECRET])
{
    crypto_sign_keypair(pub, secret);
}

void crypto_sign_text(const void *msg, size_t n, const unsigned char secret[CRYPTO_SECRET],
                      unsigned char out_sig[CRYPTO_SIG])
{
    crypto_sign_detached(out_sig, NULL, msg, n, secret);
}

enum err crypto_verify(const void *msg, size_t n, const unsigned char pub[CRYPTO_PUB],
                       const unsigned char sig[CRYPTO_SIG])
{
    return crypto_sign_verify_detached(sig, msg, n, pub) == 0 ? OK : ERR_SIGNATURE;
}

static crypto_hash_sha256_state *state_of(struct crypto_hash *h)
{
    return (crypto_hash_sha256_state *)(void *)h->opaque;
}

void crypto_hash_start(struct crypto_hash *h)
{
    crypto_hash_sha256_init(state_of(h));
}

void crypto_hash_add(struct crypto_hash *h, const void *data, size_t n)
{
    crypto_hash_sha256_update(state_of(h), data, n);
}

void crypto_hash_hex(struct crypto_hash *h, char out_hex[65])
{
    unsigned char sum[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_final(state_of(h), sum);
    sodium_bin2hex(out_hex, 65, sum, sizeof sum);
}

void crypto_hash_of(const void *data, size_t n, char out_hex[65])
{
    struct crypto_hash h;
    crypto_hash_start(&h);
    crypto_hash_add(&h, data, n);
    crypto_hash_hex(&h, out_hex);
}

/* Too small a buffer gives the empty string: sodium_bin2base64 would end the program. */
void crypto_base64(const void *data, size_t n, char *out, size_t cap)
{
    if (cap == 0)
        return;
    out[0] = '\0';
    if (cap >= sodium_base64_encoded_len(n, sodium_base64_VARIANT_ORIGINAL))
        sodium_bin2base64(out, cap, data, n, sodium_base64_VARIANT_ORIGINAL);
}

enum err crypto_unbase64(const char *text, void *out, size_t cap, size_t *out_n)
{
    size_t n = strlen(text), got = 0;
    if (n / 4 * 3 > cap + 2)
        return ERR_TOO_BIG;
    const char *end = NULL;
    if (sodium_base642bin(out, cap, text, n, NULL, &got, &end, sodium_base64_VARIANT_ORIGINAL) !=
            0 ||
        end != text + n)
        return ERR_FORMAT;
    *out_n = got;
    return OK;
}
