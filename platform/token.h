/* token.h - the right to ask about one person, at one terminal, in one visit, with one card. */
#ifndef PLATFORM_TOKEN_H
#define PLATFORM_TOKEN_H

#include "platform/db_visit.h"

/* Who stands there. visit: 32 hex digits; card: up to 32 letters and digits, "" for an identity
 * card. The texts are the caller's. */
struct visitor {
    const char *terminal, *visit, *card;
};
enum { TOKEN = 32, TOKEN_USE_MS = 600000, TOKEN_ALL_MS = 3600000 };

/* False: a text is missing or is not what it should be. */
bool visitor_ok(const struct visitor *v);
/* Tells one visitor from another, and with `chip` (may be "") one chip. v must be ok. */
void visitor_bound(const unsigned char key[CRYPTO_MAC_KEY], const struct visitor *v,
                   const char *chip, unsigned char out[CRYPTO_MAC]);
/* Inside a transaction. person: their keyed hash; NULL: whoever is asked about first. The token is
 * good for TOKEN_USE_MS after each use, TOKEN_ALL_MS in all. */
MUST_CHECK enum err token_make(struct db *db, const unsigned char key[CRYPTO_MAC_KEY],
                               const struct visitor *v, const unsigned char *person, int64_t now_ms,
                               char out[TOKEN + 1], int64_t *out_until_ms);
/* Inside a transaction. ERR_REFUSED: no such token, not any more, or not for this; token and v's
 * texts may be NULL or anything. Then nothing was changed. */
MUST_CHECK enum err token_use(struct db *db, const unsigned char key[CRYPTO_MAC_KEY],
                              const struct visitor *v, const char *token,
                              const unsigned char person[CRYPTO_MAC], int64_t now_ms);

#endif
