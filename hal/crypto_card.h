/* crypto_card.h - how a card's key proves a card: diversification and authentication codes. The
 * only door to OpenSSL's libcrypto.
 */
#ifndef HAL_CRYPTO_CARD_H
#define HAL_CRYPTO_CARD_H

#include "hal/base/err.h"

/* The ciphers of social security cards by their number on the card; SSF33 (2) is unpublished. Not
 * for anything new: what must stay secret is sealed by hal/crypto. */
enum crypto_card_alg { CRYPTO_CARD_DES3 = 1, CRYPTO_CARD_SM4 = 3 };
enum { CRYPTO_CARD_KEY = 16, CRYPTO_CARD_BLOCK = 8 };

/* [any] The key one level down for the factor d: 3DES (two keys) E(d) | E(~d), SM4 E(d | ~d). out
 * may be key. ERR_ARG: no such cipher; ERR_IO: libcrypto has none. */
MUST_CHECK enum err crypto_card_diversify(enum crypto_card_alg alg,
                                          const unsigned char key[CRYPTO_CARD_KEY],
                                          const unsigned char d[CRYPTO_CARD_BLOCK],
                                          unsigned char out[CRYPTO_CARD_KEY]);
/* [any] The code for `orig` under the session key of `factor`. 3DES: SK = E_K(factor), 8 bytes, and
 * DES_SK(orig); SM4: SK = E_K(factor | 0), X = E_SK(orig | 0), left half of X xor right half. */
MUST_CHECK enum err crypto_card_auth(enum crypto_card_alg alg,
                                     const unsigned char key[CRYPTO_CARD_KEY],
                                     const unsigned char factor[CRYPTO_CARD_BLOCK],
                                     const unsigned char orig[CRYPTO_CARD_BLOCK],
                                     unsigned char out[CRYPTO_CARD_BLOCK]);

#endif
