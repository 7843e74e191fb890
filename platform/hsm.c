/* hsm.c - the master keys of cards from a file, and a card's own key out of them. */
#include "platform/hsm.h"

#include "hal/base/log.h"
#include "hal/crypto.h"
#include "platform/files.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MAX = 4096, HEX = 2 * CRYPTO_CARD_KEY, LINES = 2 * HSM_USES };

static const char *const names[LINES] = { "des_internal", "des_external", "sm4_internal",
                                          "sm4_external" };
static const char warning[] = "# TEST: made by huimin-platform for trying things out. They prove "
                              "test cards only; the masters\n"
                              "# of real cards stay in a real HSM.\n";

static unsigned char *key_at(struct hsm *h, int i)
{
    return i < HSM_USES ? h->des[i] : h->sm4[i - HSM_USES];
}

enum err hsm_make(const char *dir)
{
    char path[4096], text[FILE_MAX], hex[HEX + 1];
    unsigned char key[CRYPTO_CARD_KEY];
    snprintf(path, sizeof path, "%s/card.keys", dir);
    if (access(path, F_OK) == 0)
        return OK;
    size_t n = (size_t)snprintf(text, sizeof text, "%s", warning);
    for (int i = 0; i < LINES; i++) {
        crypto_random(key, sizeof key);
        crypto_hex(key, sizeof key, hex);
        n += (size_t)snprintf(text + n, sizeof text - n, "%s %s\n", names[i], hex);
    }
    enum err e = file_write(path, text, n, 0600);
    if (e == OK)
        log_info("key_made", "dir=%s key=card marked=TEST", dir);
    explicit_bzero(text, sizeof text);
    explicit_bzero(hex, sizeof hex);
    explicit_bzero(key, sizeof key);
    return e;
}

/* One line: a key, told by its bit in *seen, or a comment. */
static enum err read_line(const char *line, size_t n, struct hsm *h, unsigned *seen)
{
    char hex[HEX + 1];
    if (n == 0 || *line == '#')
        return OK;
    for (int i = 0; i < LINES; i++) {
        size_t name_n = strlen(names[i]);
        if (n != name_n + 1 + HEX || strncmp(line, names[i], name_n) != 0 || line[name_n] != ' ')
            continue;
        snprintf(hex, sizeof hex, "%.*s", (int)HEX, line + name_n + 1);
        enum err e = crypto_unhex(hex, key_at(h, i), CRYPTO_CARD_KEY);
        explicit_bzero(hex, sizeof hex);
        *seen |= 1u << i;
        return e;
    }
    return ERR_FORMAT;
}

static enum err read_text(const char *text, struct hsm *h)
{
    unsigned seen = 0;
    enum err e = OK;
    for (const char *end; *text && e == OK; text = end + (*end == '\n')) {
        end = strchrnul(text, '\n');
        e = read_line(text, (size_t)(end - text), h, &seen);
    }
    return e == OK && seen != (1u << LINES) - 1 ? ERR_FORMAT : e;
}

enum err hsm_load(const char *dir, struct hsm *out)
{
    char path[4096], *text = NULL;
    size_t n = 0;
    struct arena a;
    struct hsm h = { 0 };
    snprintf(path, sizeof path, "%s/card.keys", dir);
    arena_init(&a, FILE_MAX, 1 << 16);
    enum err e = file_read(&a, path, FILE_MAX, &text, &n);
    if (e == OK) {
        e = read_text(text, &h);
        explicit_bzero(text, n);
    }
    if (e == OK)
        *out = h;
    hsm_finish(&h);
    arena_finish(&a);
    return e;
}

void hsm_finish(struct hsm *h)
{
    explicit_bzero(h, sizeof *h);
}

/* A card that names no cipher is of the first generations: SSF33 in Beijing, 3DES elsewhere. */
static int cipher_of(const struct hsm_chip *c)
{
    if (c->alg != 0)
        return c->alg;
    return strncmp(c->area, "11", 2) == 0 ? 2 : CRYPTO_CARD_DES3;
}

bool hsm_can(const struct hsm_chip *c)
{
    return cipher_of(c) == CRYPTO_CARD_DES3 || cipher_of(c) == CRYPTO_CARD_SM4;
}

/* Master, province, city, card. Zhejiang's cities are told by four digits. */
static enum err card_key(const unsigned char *master, const struct hsm_chip *c,
                         unsigned char out[CRYPTO_CARD_KEY])
{
    char province[16], city[16];
    enum crypto_card_alg alg = (enum crypto_card_alg)cipher_of(c);
    bool four = strncmp(c->area, "33", 2) == 0;
    snprintf(province, sizeof province, "%.2s0000sh", c->area);
    snprintf(city, sizeof city, "%.*s%ssx", four ? 4 : 6, c->area, four ? "00" : "");
    enum err e = crypto_card_diversify(alg, master, (const unsigned char *)province, out);
    if (e == OK)
        e = crypto_card_diversify(alg, out, (const unsigned char *)city, out);
    return e == OK ? crypto_card_diversify(alg, out, c->hist, out) : e;
}

enum err hsm_auth(const struct hsm *h, enum hsm_use use, const struct hsm_chip *c,
                  const unsigned char factor[CRYPTO_CARD_BLOCK],
                  const unsigned char orig[CRYPTO_CARD_BLOCK], unsigned char out[CRYPTO_CARD_BLOCK])
{
    unsigned char key[CRYPTO_CARD_KEY];
    if (!hsm_can(c) || strlen(c->area) != 6)
        return ERR_ARG;
    enum crypto_card_alg alg = (enum crypto_card_alg)cipher_of(c);
    enum err e = card_key(alg == CRYPTO_CARD_DES3 ? h->des[use] : h->sm4[use], c, key);
    if (e == OK)
        e = crypto_card_auth(alg, key, factor, orig, out);
    explicit_bzero(key, sizeof key);
    return e;
}
