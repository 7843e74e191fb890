/* hsm.h - plays the machine that holds the master keys of social security cards. */
#ifndef PLATFORM_HSM_H
#define PLATFORM_HSM_H

#include "hal/base/err.h"
#include "hal/crypto_card.h"

#include <stdbool.h>

/* A district's real HSM takes the place of hsm.c and nothing else: masters never leave it. Here
 * they lie in DIR/card.keys, lines `des_internal HEX32`, `des_external`, `sm4_internal`,
 * `sm4_external`,
 * `#` comments. Owner: the caller; wiped by hsm_finish. */
enum hsm_use { HSM_INTERNAL, HSM_EXTERNAL, HSM_USES }; /* the card proves itself; is proved to */
struct hsm {
    unsigned char des[HSM_USES][CRYPTO_CARD_KEY], sm4[HSM_USES][CRYPTO_CARD_KEY];
};
/* What a card says of itself before it is asked anything. alg: 0 (says none), 1, 2, 3. */
struct hsm_chip {
    char area[7];                          /* six digits */
    unsigned char hist[CRYPTO_CARD_BLOCK]; /* the last eight historical bytes of its ATR */
    int alg;
};

/* Makes DIR/card.keys, random and marked TEST, when there is none. */
MUST_CHECK enum err hsm_make(const char *dir);
/* ERR_FORMAT: a line is missing or is none; ERR_NOT_FOUND, ERR_IO. */
MUST_CHECK enum err hsm_load(const char *dir, struct hsm *out);
void hsm_finish(struct hsm *h);
/* False: SSF33, which only chips and real HSMs can do (alg 2, or none said in an area 11xxxx). */
bool hsm_can(const struct hsm_chip *c);
/* The code of this card's key for these two numbers. ERR_ARG: it cannot. */
MUST_CHECK enum err hsm_auth(const struct hsm *h, enum hsm_use use, const struct hsm_chip *c,
                             const unsigned char factor[CRYPTO_CARD_BLOCK],
                             const unsigned char orig[CRYPTO_CARD_BLOCK],
                             unsigned char out[CRYPTO_CARD_BLOCK]);

#endif
