/* auth.c - the keys of an invented card, and how card and reader prove themselves by them. */
#include "tests/cardsim/auth.h"

#include "tests/cardsim/cipher.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

enum { KEY_HOLDER = 0x0a, HISTORY = 8 };

/* --- the file of master keys ---------------------------------------------------------------- */

static bool hex_key(const char *text, unsigned char out[16])
{
    for (size_t i = 0; i < 16; i++)
        if (strspn(text + 2 * i, "0123456789abcdefABCDEF") < 2 ||
            sscanf(text + 2 * i, "%2hhx", &out[i]) != 1)
            return false;
    return text[32] == '\0';
}

static bool put_master(struct masters *to, const char *name, const char *hex)
{
    struct master *m = strcmp(name, "des_internal") == 0   ? &to->des_internal
                       : strcmp(name, "des_external") == 0 ? &to->des_external
                       : strcmp(name, "sm4_internal") == 0 ? &to->sm4_internal
                       : strcmp(name, "sm4_external") == 0 ? &to->sm4_external
                                                           : NULL;
    return m && !m->has && (m->has = hex_key(hex, m->key));
}

bool masters_read(const char *path, struct masters *out, char *why, size_t cap)
{
    char line[200], name[32], hex[64], more;
    bool ok = true;
    FILE *f = fopen(path, "re");
    if (!f) {
        snprintf(why, cap, "%s", strerror(errno));
        return false;
    }
    *out = (struct masters){ 0 };
    for (int n = 1; ok && fgets(line, sizeof line, f); n++) {
        int words = sscanf(line, "%31s %63s %c", name, hex, &more);
        if (words < 1 || name[0] == '#')
            continue;
        ok = words == 2 && put_master(out, name, hex);
        if (!ok)
            snprintf(why, cap, "line %d", n); /* never the key itself */
    }
    fclose(f);
    return ok;
}

/* --- the card's own keys -------------------------------------------------------------------- */

/* K' = E_K(d) | E_K(~d) of 8-byte blocks, E_K(d|~d) of a 16-byte one. */
static bool diversify(enum cipher how, unsigned char key[16], const unsigned char d[8])
{
    unsigned char in[16], out[16];
    memcpy(in, d, 8);
    for (size_t i = 0; i < 8; i++)
        in[8 + i] = (unsigned char)~d[i];
    bool ok = cipher_block(how, key, in, out) &&
              (how == CIPHER_SM4 || cipher_block(how, key, in + 8, out + 8));
    memcpy(key, out, sizeof out);
    return ok;
}

/* The last eight historical bytes are the chip's own. False: the ATR has fewer. */
static bool history(const struct card *c, unsigned char out[HISTORY])
{
    size_t at = 1, have = c->atr_n > 1 ? c->atr[1] & 0x0f : 0;
    for (unsigned t = have ? c->atr[1] : 0; t & 0xf0 && at < c->atr_n;) {
        for (unsigned bit = 0x10; bit <= 0x80; bit <<= 1)
            at += !!(t & bit);
        t = t & 0x80 && at < c->atr_n ? c->atr[at] : 0; /* TD: more follows */
    }
    if (have < HISTORY || at + 1 + have > c->atr_n)
        return false;
    memcpy(out, c->atr + at + 1 + have - HISTORY, HISTORY);
    return true;
}

/* Province, place, chip: each level's key makes the next. */
static bool own_key(enum cipher how, const struct card *c, const struct master *m,
                    unsigned char key[16])
{
    char province[16], place[16];
    unsigned char chip[HISTORY];
    bool zhejiang = strncmp(c->area, "33", 2) == 0;
    snprintf(province, sizeof province, "%.2s0000sh", c->area);
    snprintf(place, sizeof place, zhejiang ? "%.4s00sx" : "%.6ssx", c->area);
    memcpy(key, m->key, 16);
    return m->has && history(c, chip) && diversify(how, key, (unsigned char *)province) &&
           diversify(how, key, (unsigned char *)place) && diversify(how, key, chip);
}

/* What the FCI says; a card that says nothing speaks DES, but SSF33 where the area is Beijing. */
static int algorithm(const struct card *c)
{
    return c->alg ? c->alg : strncmp(c->area, "11", 2) == 0 ? 2 : 1;
}

void auth_keys(struct card_keys *out, const struct card *card, const struct masters *masters)
{
    int alg = algorithm(card);
    *out = (struct card_keys){ .how = alg == 3 ? CIPHER_SM4 : CIPHER_DES3 };
    if (!masters || card->keys == KEYS_NONE || alg == 2) /* SSF33 was never published */
        return;
    const struct master *in = alg == 3 ? &masters->sm4_internal : &masters->des_internal;
    const struct master *ex = alg == 3 ? &masters->sm4_external : &masters->des_external;
    out->has_internal = own_key(out->how, card, in, out->internal);
    out->has_external = own_key(out->how, card, ex, out->external);
    if (card->keys == KEYS_WRONG && (getrandom(out->internal, sizeof out->internal, 0) != 16 ||
                                     getrandom(out->external, sizeof out->external, 0) != 16))
        *out = (struct card_keys){ 0 };
}

/* --- commands ------------------------------------------------------------------------------- */

/* A session key of the factor, then the original under it. */
static bool prove(enum cipher how, const unsigned char key[16], const unsigned char factor[8],
                  const unsigned char orig[8], unsigned char out[8])
{
    unsigned char a[16] = { 0 }, b[16] = { 0 }, session[16];
    memcpy(a, factor, 8);
    memcpy(b, orig, 8);
    if (!cipher_block(how, key, a, session) ||
        !cipher_block(how == CIPHER_SM4 ? CIPHER_SM4 : CIPHER_DES, session, b, b))
        return false;
    for (size_t i = 0; how == CIPHER_SM4 && i < 8; i++)
        b[i] ^= b[8 + i];
    memcpy(out, b, 8);
    return true;
}

size_t auth_challenge(struct chip *chip, const struct command *c, unsigned char *out)
{
    struct challenge now = { .n = c->le };
    if (c->p1 || c->p2)
        return reply_status(out, 0x6a86);
    if (c->lc || (c->le != 4 && c->le != 8 && c->le != 16))
        return reply_status(out, 0x6700);
    if (getrandom(now.bytes, now.n, 0) != (ssize_t)now.n)
        return reply_status(out, 0x6581);
    chip->before = chip->latest;
    chip->latest = now;
    return reply_data(out, now.bytes, now.n, 0x9000);
}

size_t auth_internal(struct chip *chip, const struct command *c, unsigned char *out)
{
    unsigned char proof[8];
    if (!chip->in_app)
        return reply_status(out, 0x6985);
    if (c->p1 || c->p2)
        return reply_status(out, 0x6a86);
    if (c->lc != 16 && c->lc != 17)
        return reply_status(out, 0x6700);
    if (!chip->keys.has_internal)
        return reply_status(out, 0x6a88);
    if (!prove(chip->keys.how, chip->keys.internal, c->data, c->data + 8, proof))
        return reply_status(out, 0x6581);
    return reply_fetched(chip, proof, sizeof proof, out);
}

/* By the key if there is one, unless the card file says which eight bytes count as right. */
static bool by_key(const struct chip *chip)
{
    return chip->keys.has_external && !chip->card.has_auth;
}

static bool is_right(const struct chip *chip, const unsigned char *data)
{
    unsigned char proof[8];
    if (!by_key(chip))
        return chip->card.has_auth && memcmp(data, chip->card.auth, 8) == 0;
    return memcmp(data + 8, chip->before.bytes, 8) == 0 &&
           prove(chip->keys.how, chip->keys.external, chip->latest.bytes, data + 8, proof) &&
           memcmp(data, proof, 8) == 0;
}

size_t auth_external(struct chip *chip, const struct command *c, unsigned char *out)
{
    int *tries = &chip->memory->auth_tries;
    if (!chip->in_app)
        return reply_status(out, 0x6985);
    if (c->p2 != KEY_HOLDER)
        return reply_status(out, 0x6a88);
    if (c->lc != 16 && c->lc != 17)
        return reply_status(out, 0x6700);
    if (*tries == 0)
        return reply_status(out, 0x6983);
    if (chip->latest.n == 0 || (by_key(chip) && (chip->latest.n != 8 || chip->before.n != 8)))
        return reply_status(out, 0x6985);
    if (!is_right(chip, c->data))
        return reply_status(out, 0x63c0 | (unsigned)--*tries);
    *tries = AUTH_TRIES;
    chip->opened = true;
    return reply_status(out, 0x9000);
}
