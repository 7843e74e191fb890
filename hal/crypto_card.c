/* crypto_card.c - 3DES and SM4 as the keys of social security cards use them, by libcrypto. */
#include "hal/crypto_card.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <string.h>

enum { KEY = CRYPTO_CARD_KEY, HALF = CRYPTO_CARD_BLOCK };

/* n bytes of whole blocks, block by block. The machine's openssl.cnf has no say here. */
static enum err encrypt(enum crypto_card_alg alg, const unsigned char key[KEY],
                        const unsigned char *in, int n, unsigned char *out)
{
    int got = 0;
    if (alg != CRYPTO_CARD_DES3 && alg != CRYPTO_CARD_SM4)
        return ERR_ARG;
    if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1)
        return ERR_IO;
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    const EVP_CIPHER *cipher = alg == CRYPTO_CARD_DES3 ? EVP_des_ede() : EVP_sm4_ecb();
    bool ok = c && EVP_EncryptInit_ex2(c, cipher, key, NULL, NULL) == 1 &&
              EVP_CIPHER_CTX_set_padding(c, 0) == 1 && EVP_EncryptUpdate(c, out, &got, in, n) == 1;
    EVP_CIPHER_CTX_free(c); /* wipes the key schedule; accepts NULL */
    return !c ? ERR_NOMEM : ok && got == n ? OK : ERR_IO;
}

enum err crypto_card_diversify(enum crypto_card_alg alg, const unsigned char key[KEY],
                               const unsigned char d[HALF], unsigned char out[KEY])
{
    unsigned char both[KEY], made[KEY];
    for (int i = 0; i < HALF; i++) {
        both[i] = d[i];
        both[HALF + i] = (unsigned char)~d[i];
    }
    enum err e = encrypt(alg, key, both, KEY, made);
    if (e == OK)
        memcpy(out, made, KEY);
    explicit_bzero(made, sizeof made);
    return e;
}

/* Single DES is 3DES with the same key twice: libcrypto's own is a legacy nobody needs to load. */
static enum err session_des(const unsigned char key[KEY], const unsigned char factor[HALF],
                            unsigned char out[KEY])
{
    enum err e = encrypt(CRYPTO_CARD_DES3, key, factor, HALF, out);
    if (e == OK)
        memcpy(out + HALF, out, HALF);
    return e;
}

static enum err session_sm4(const unsigned char key[KEY], const unsigned char factor[HALF],
                            unsigned char out[KEY])
{
    unsigned char block[KEY] = { 0 };
    memcpy(block, factor, HALF);
    return encrypt(CRYPTO_CARD_SM4, key, block, KEY, out);
}

enum err crypto_card_auth(enum crypto_card_alg alg, const unsigned char key[KEY],
                          const unsigned char factor[HALF], const unsigned char orig[HALF],
                          unsigned char out[HALF])
{
    bool des = alg == CRYPTO_CARD_DES3;
    unsigned char session[KEY] = { 0 }, block[KEY] = { 0 }, x[KEY] = { 0 };
    memcpy(block, orig, HALF);
    enum err e = !des && alg != CRYPTO_CARD_SM4 ? ERR_ARG
                 : des                          ? session_des(key, factor, session)
                                                : session_sm4(key, factor, session);
    if (e == OK)
        e = encrypt(alg, session, block, des ? HALF : KEY, x);
    for (int i = 0; i < HALF && e == OK; i++)
        out[i] = des ? x[i] : x[i] ^ x[HALF + i];
    explicit_bzero(session, sizeof session);
    explicit_bzero(x, sizeof x);
    return e;
}
