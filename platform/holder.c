/* holder.c - seals whose a card is, and opens it again. */
#include "platform/holder.h"

#include "hal/base/log.h"
#include "platform/application.h"

#include <stdio.h>
#include <string.h>

enum { CARD_MAX = 32, TEXT_MAX = 256 };

static bool number_mac(const unsigned char *key, const char *card, unsigned char out[CRYPTO_MAC])
{
    char text[64];
    if (!*card || strlen(card) > CARD_MAX)
        return false;
    int n = snprintf(text, sizeof text, "huimin-card-alone-1\n%s\n", card);
    crypto_mac(text, (size_t)n, key, out);
    explicit_bzero(text, sizeof text);
    return true;
}

enum err holder_put(struct db *db, const struct keys *keys, const char *card, const char *idno,
                    const char *name)
{
    unsigned char alone[CRYPTO_MAC], person[CRYPTO_MAC], box[TEXT_MAX + CRYPTO_SEAL_EXTRA];
    char text[TEXT_MAX];
    if (!number_mac(keys->person, card, alone) || !person_mac(keys->person, idno, person))
        return ERR_FORMAT;
    if (!name)
        return db_holder_put(db, alone, person, NULL, 0);
    int n = snprintf(text, sizeof text, "%s\n%s\n", name, idno);
    if (!*name || strchr(name, '\n') || (size_t)n >= sizeof text)
        return ERR_FORMAT;
    enum err e = crypto_seal(text, (size_t)n, keys->seal.pub, box);
    explicit_bzero(text, sizeof text);
    return e == OK ? db_holder_put(db, alone, person, box, (size_t)n + CRYPTO_SEAL_EXTRA) : e;
}

/* "NAME\nNUMBER\n" */
static bool split(char *text, struct holder *out)
{
    char *end = strchr(text, '\n'), *last = end ? strchr(end + 1, '\n') : NULL;
    if (!last || last[1])
        return false;
    *end = *last = '\0';
    out->name = text;
    out->id = end + 1;
    return true;
}

enum err holder_find(struct db *db, const struct keys *keys, struct arena *secret, const char *card,
                     struct holder *out)
{
    struct holder h = { .name = NULL };
    unsigned char alone[CRYPTO_MAC], *box = NULL;
    size_t n = 0;
    if (!number_mac(keys->person, card, alone))
        return ERR_NOT_FOUND;
    enum err e = db_holder_find(db, secret, alone, h.person, &box, &n);
    if (e == OK && n > CRYPTO_SEAL_EXTRA) {
        char *text = arena_alloc(secret, n - CRYPTO_SEAL_EXTRA + 1);
        if (!text)
            return ERR_NOMEM;
        text[n - CRYPTO_SEAL_EXTRA] = '\0';
        if (keys_open(keys, NULL, box, n, (unsigned char *)text) != OK || !split(text, &h))
            log_error("holder_closed", "why=not_sealed_to_our_key");
    }
    if (e == OK)
        *out = h;
    return e;
}
