/* rating.h - 好差评: what is read out of a rating, and what is kept of it. */
#ifndef PLATFORM_RATING_H
#define PLATFORM_RATING_H

#include "hal/crypto.h"
#include "hal/wire_item.h"
#include "platform/db.h"

struct rating {
    char receipt[WIRE_RECEIPT + 1];
    int level; /* 1 … 5 */
};
/* The plain text of an item of kind "rating". ERR_FORMAT, ERR_TYPE. */
MUST_CHECK enum err rating_read(const char *text, size_t n, struct rating *out);
/* Which application, as nobody without the key can tell. */
void rating_who(const unsigned char key[CRYPTO_MAC_KEY], const char *receipt,
                unsigned char out[CRYPTO_MAC]);

/* Kept: the hash, the service, the level, the month. No day, no receipt, no box. ERR_REPLAYED: this
 * application was rated before. */
MUST_CHECK enum err db_rating_add(struct db *db, const unsigned char who[CRYPTO_MAC],
                                  const char *service, int level, int month);
MUST_CHECK enum err db_rating_there(struct db *db, const unsigned char who[CRYPTO_MAC], bool *out);
/* Per service how often each level was given: count[1] … count[5]. */
typedef enum err db_rating_visit(void *ctx, const char *service, const int64_t count[6]);
MUST_CHECK enum err db_ratings(struct db *db, db_rating_visit *visit, void *ctx);

#endif
