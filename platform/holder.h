/* holder.h - whose a card is, by its number alone: for cards that do not tell their holder. */
#ifndef PLATFORM_HOLDER_H
#define PLATFORM_HOLDER_H

#include "platform/db_visit.h"
#include "platform/keys.h"

/* name and id: NULL where the platform knows the person by their keyed hash only. */
struct holder {
    unsigned char person[CRYPTO_MAC];
    const char *name, *id;
};

/* Inside a transaction. name NULL: nobody will be told whose it is. Card and person are kept as
 * keyed hashes, name and number sealed to seal.key. ERR_FORMAT: a number is empty or too long. */
MUST_CHECK enum err holder_put(struct db *db, const struct keys *keys, const char *card,
                               const char *idno, const char *name);
/* Texts in the arena, which should be locked. ERR_NOT_FOUND: nobody knows this card. */
MUST_CHECK enum err holder_find(struct db *db, const struct keys *keys, struct arena *secret,
                                const char *card, struct holder *out);

#endif
