/* db_visit.h - what the platform remembers of visits: challenges, tokens, and whose a card is. */
#ifndef PLATFORM_DB_VISIT_H
#define PLATFORM_DB_VISIT_H

#include "hal/crypto.h"
#include "hal/crypto_card.h"
#include "platform/db.h"

#include <stdbool.h>

/* Writing belongs between db_begin and db_commit. bound: a keyed hash of terminal, visit and card.
 */

struct db_challenge {
    char id[33];
    unsigned char bound[CRYPTO_MAC], factor[CRYPTO_CARD_BLOCK], orig[CRYPTO_CARD_BLOCK];
    int64_t at_ms;
};
/* Forgets those older than forget_ms as well. */
MUST_CHECK enum err db_challenge_add(struct db *db, const struct db_challenge *c,
                                     int64_t forget_ms);
/* Once: it is gone afterwards. ERR_NOT_FOUND: none with this id and this bound. */
MUST_CHECK enum err db_challenge_take(struct db *db, const char *id,
                                      const unsigned char bound[CRYPTO_MAC],
                                      struct db_challenge *out);

/* hash: SHA-256 of the token, in hex; the token itself is kept nowhere. */
struct db_token {
    char hash[65];
    unsigned char bound[CRYPTO_MAC], person[CRYPTO_MAC];
    bool has_person;
    int64_t made_ms, until_ms;
};
/* Forgets those that were over at now_ms as well. */
MUST_CHECK enum err db_token_add(struct db *db, const struct db_token *t, int64_t now_ms);
MUST_CHECK enum err db_token_find(struct db *db, const char *hash, struct db_token *out);
MUST_CHECK enum err db_token_used(struct db *db, const struct db_token *t); /* person, until */

/* card: a keyed hash of the card's number alone. box: sealed, NULL for none. */
MUST_CHECK enum err db_holder_put(struct db *db, const unsigned char card[CRYPTO_MAC],
                                  const unsigned char person[CRYPTO_MAC], const void *box,
                                  size_t box_n);
/* The box in the arena, NULL for none. ERR_NOT_FOUND. */
MUST_CHECK enum err db_holder_find(struct db *db, struct arena *a,
                                   const unsigned char card[CRYPTO_MAC],
                                   unsigned char out_person[CRYPTO_MAC], unsigned char **out_box,
                                   size_t *out_box_n);

#endif
