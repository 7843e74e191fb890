/* rating.h - 好差评: what is read out of a rating, and what is kept of it. */
#ifndef PLATFORM_RATING_H
#define PLATFORM_RATING_H

#include "hal/crypto.h"
#include "hal/wire_item.h"
#include "platform/db.h"

enum { RATING_REASONS = 8, RATING_REASON = 24, RATING_BAD = 2 };
struct rating {
    char receipt[WIRE_RECEIPT + 1];
    int level; /* 1 … 5 */
    char reason[RATING_REASONS][RATING_REASON];
    int reason_count; /* 0 above level 2 */
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
/* One more of this service for this reason in this month. */
MUST_CHECK enum err db_rating_reason(struct db *db, const char *service, const char *reason,
                                     int month);
/* How often each reason was given for this service. */
typedef enum err db_reason_visit(void *ctx, const char *reason, int64_t count);
MUST_CHECK enum err db_rating_reasons(struct db *db, const char *service, db_reason_visit *visit,
                                      void *ctx);
MUST_CHECK enum err db_rating_there(struct db *db, const unsigned char who[CRYPTO_MAC], bool *out);
/* Per service how often each level was given: count[1] … count[5]. */
typedef enum err db_rating_visit(void *ctx, const char *service, const int64_t count[6]);
MUST_CHECK enum err db_ratings(struct db *db, db_rating_visit *visit, void *ctx);

#endif
