/* crypto_seal.c - boxes only the platform opens, keyed hashes, PINs and hex, by libsodium. */
#include "hal/crypto.h"

#include <sodium.h>
#include <string.h>

/* Argon2id of 16 MB: the terminal's whole budget is 45 MB. Six passes are about a tenth of a
 * second on the slow machines of a village. */
enum { PASSWORD_PASSES = 6, PASSWORD_BYTES = 16 << 20 };
/* Of an account at a server: 64 MB, about 0.15 s on two slow cores. */
enum { LOGIN_PASSES = 3, LOGIN_BYTES = 64 << 20 };

_Static_assert((int)CRYPTO_SEAL_PUB == (int)crypto_box_PUBLICKEYBYTES, "seal public key size");
_Static_assert((int)CRYPTO_SEAL_SECRET == (int)crypto_box_SECRETKEYBYTES, "seal secret key size");
_Static_assert((int)CRYPTO_SEAL_EXTRA == (int)crypto_box_SEALBYTES, "seal overhead");
_Static_assert((int)CRYPTO_MAC_KEY == (int)crypto_generichash_KEYBYTES, "mac key size");
_Static_assert((int)CRYPTO_PASSWORD >= (int)crypto_pwhash_STRBYTES, "password hash size");

void crypto_seal_keypair(unsigned char pub[CRYPTO_SEAL_PUB],
                         unsigned char secret[CRYPTO_SEAL_SECRET])
{
    crypto_box_keypair(pub, secret);
}

/* A public key of small order would seal to everybody; libsodium refuses it. */
enum err crypto_seal(const void *msg, size_t n, const unsigned char *pub, unsigned char *out_box)
{
    return crypto_box_seal(out_box, msg, n, pub) == 0 ? OK : ERR_NO_KEY;
}

enum err crypto_open(const void *box, size_t n, const unsigned char *pub,
                     const unsigned char *secret, unsigned char *out_msg)
{
    if (n < CRYPTO_SEAL_EXTRA)
        return ERR_SIGNATURE;
    return crypto_box_seal_open(out_msg, box, n, pub, secret) == 0 ? OK : ERR_SIGNATURE;
}

void crypto_mac(const void *msg, size_t n, const unsigned char key[CRYPTO_MAC_KEY],
                unsigned char out[CRYPTO_MAC])
{
    crypto_generichash(out, CRYPTO_MAC, msg, n, key, CRYPTO_MAC_KEY);
}

bool crypto_same(const void *a, const void *b, size_t n)
{
    return sodium_memcmp(a, b, n) == 0;
}

static enum err password_hash(const char *word, unsigned passes, size_t bytes,
                              char out[CRYPTO_PASSWORD])
{
    char made[crypto_pwhash_STRBYTES];
    if (crypto_pwhash_str_alg(made, word, strlen(word), passes, bytes,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        return ERR_NOMEM;
    memcpy(out, made, sizeof made);
    return OK;
}

enum err crypto_password_hash(const char *word, char out[CRYPTO_PASSWORD])
{
    return password_hash(word, PASSWORD_PASSES, PASSWORD_BYTES, out);
}

enum err crypto_login_hash(const char *word, char out[CRYPTO_PASSWORD])
{
    return password_hash(word, LOGIN_PASSES, LOGIN_BYTES, out);
}

enum err crypto_password_check(const char *hash, const char *word)
{
    return crypto_pwhash_str_verify(hash, word, strlen(word)) == 0 ? OK : ERR_REFUSED;
}

void crypto_hex(const void *data, size_t n, char *out)
{
    sodium_bin2hex(out, 2 * n + 1, data, n);
}

/* Lower case only: two spellings of one id would be two ids. */
enum err crypto_unhex(const char *hex, void *out, size_t n)
{
    size_t got = 0;
    if (strlen(hex) != 2 * n || strspn(hex, "0123456789abcdef") != 2 * n)
        return ERR_FORMAT;
    if (n > 0 && (sodium_hex2bin(out, n, hex, 2 * n, NULL, &got, NULL) != 0 || got != n))
        return ERR_FORMAT;
    return OK;
}
