/* cipher.c - the block ciphers a citizen's card computes with, by OpenSSL. */
#include "tests/cardsim/cipher.h"

#include <openssl/evp.h>
#include <string.h>

bool cipher_block(enum cipher how, const unsigned char *key, const unsigned char *in,
                  unsigned char *out)
{
    unsigned char twice[16], block[EVP_MAX_BLOCK_LENGTH + 16];
    const EVP_CIPHER *kind = how == CIPHER_SM4 ? EVP_sm4_ecb() : EVP_des_ede_ecb();
    int size = how == CIPHER_SM4 ? 16 : 8, n = 0;
    if (how == CIPHER_DES) { /* E(K) D(K) E(K) is E(K): DES alone is in no default provider */
        memcpy(twice, key, 8);
        memcpy(twice + 8, key, 8);
        key = twice;
    }
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    bool ok = ctx && EVP_EncryptInit_ex(ctx, kind, NULL, key, NULL) == 1 &&
              EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
              EVP_EncryptUpdate(ctx, block, &n, in, size) == 1 && n == size;
    EVP_CIPHER_CTX_free(ctx);
    if (ok)
        memcpy(out, block, (size_t)size);
    return ok;
}
