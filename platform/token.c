/* token.c - makes tokens, and says whether one may be used for this question. */
#include "platform/token.h"

#include <stdio.h>
#include <string.h>

static bool made_of(const char *s, const char *set, size_t least, size_t most)
{
    size_t n = s ? strspn(s, set) : 0;
    return s && s[n] == '\0' && n >= least && n <= most;
}

static bool hex_ok(const char *s)
{
    return made_of(s, "0123456789abcdef", TOKEN, TOKEN);
}

bool visitor_ok(const struct visitor *v)
{
    return hex_ok(v->visit) && made_of(v->card,
                                       "0123456789abcdefghijklmnopqrstuvwxyz"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                                       0, 32);
}

/* No text has a line feed in it: two visitors never make the same lines. */
void visitor_bound(const unsigned char key[CRYPTO_MAC_KEY], const struct visitor *v,
                   const char *chip, unsigned char out[CRYPTO_MAC])
{
    char text[256];
    int n = snprintf(text, sizeof text, "huimin-visit-1\n%s\n%s\n%s\n%s\n", v->terminal, v->visit,
                     v->card, chip);
    crypto_mac(text, (size_t)n, key, out);
    explicit_bzero(text, sizeof text);
}

enum err token_make(struct db *db, const unsigned char key[CRYPTO_MAC_KEY], const struct visitor *v,
                    const unsigned char *person, int64_t now_ms, char out[TOKEN + 1],
                    int64_t *out_until_ms)
{
    unsigned char random[TOKEN / 2];
    char made[TOKEN + 1];
    struct db_token t = { .made_ms = now_ms, .until_ms = now_ms + TOKEN_USE_MS };
    crypto_random(random, sizeof random);
    crypto_hex(random, sizeof random, made);
    crypto_hash_of(made, TOKEN, t.hash);
    visitor_bound(key, v, "", t.bound);
    t.has_person = person != NULL;
    if (person)
        memcpy(t.person, person, sizeof t.person);
    enum err e = db_token_add(db, &t, now_ms);
    if (e == OK) {
        memcpy(out, made, sizeof made);
        *out_until_ms = t.until_ms;
    }
    return e;
}

static bool good_for(const struct db_token *t, const unsigned char *bound,
                     const unsigned char *person, int64_t now_ms)
{
    return now_ms <= t->until_ms && memcmp(t->bound, bound, sizeof t->bound) == 0 &&
           (!t->has_person || memcmp(t->person, person, sizeof t->person) == 0);
}

enum err token_use(struct db *db, const unsigned char key[CRYPTO_MAC_KEY], const struct visitor *v,
                   const char *token, const unsigned char person[CRYPTO_MAC], int64_t now_ms)
{
    unsigned char bound[CRYPTO_MAC];
    char hash[65];
    struct db_token t;
    if (!visitor_ok(v) || !hex_ok(token))
        return ERR_REFUSED;
    crypto_hash_of(token, TOKEN, hash);
    visitor_bound(key, v, "", bound);
    enum err e = db_token_find(db, hash, &t);
    if (e == ERR_NOT_FOUND || (e == OK && !good_for(&t, bound, person, now_ms)))
        return ERR_REFUSED;
    if (e != OK)
        return e;
    int64_t end_ms = t.made_ms + TOKEN_ALL_MS;
    t.until_ms = now_ms + TOKEN_USE_MS < end_ms ? now_ms + TOKEN_USE_MS : end_ms;
    t.has_person = true;
    memcpy(t.person, person, sizeof t.person);
    return db_token_used(db, &t);
}
