/* ecard.c - makes and reads the codes of electronic social security cards. */
#include "platform/ecard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 224, BOX_MAX = TEXT_MAX + CRYPTO_SEAL_EXTRA, MAC_CHARS = 43 };
static const char head[] = "ECARD1.";
static const char domain[] = "huimin-ecard-1\n";

static void swap_chars(char *s, const char *from, const char *to)
{
    for (; *s; s++)
        for (int i = 0; i < 2; i++)
            if (*s == from[i]) {
                *s = to[i];
                break;
            }
}

/* base64url without padding. */
static void write_url(const unsigned char *data, size_t n, char *out, size_t cap)
{
    crypto_base64(data, n, out, cap);
    out[strcspn(out, "=")] = '\0';
    swap_chars(out, "+/", "-_");
}

static enum err read_url(const char *text, size_t n, unsigned char *out, size_t cap, size_t *out_n)
{
    char b64[ECARD_CODE + 4];
    if (n == 0 || n > ECARD_CODE || n % 4 == 1)
        return ERR_FORMAT;
    snprintf(b64, sizeof b64, "%.*s%s", (int)n, text, n % 4 == 2 ? "==" : n % 4 == 3 ? "=" : "");
    if (strcspn(b64, "+/=") < n)
        return ERR_FORMAT;
    swap_chars(b64, "-_", "+/");
    return crypto_unbase64(b64, out, cap, out_n);
}

static void mac_of(const struct keys *keys, const unsigned char *box, size_t n,
                   unsigned char out[CRYPTO_MAC])
{
    unsigned char text[sizeof domain + BOX_MAX];
    memcpy(text, domain, sizeof domain - 1);
    memcpy(text + sizeof domain - 1, box, n);
    crypto_mac(text, sizeof domain - 1 + n, keys->ecard, out);
}

static bool text_ok(const char *s)
{
    return *s && !strchr(s, '\n');
}

enum err ecard_make(const struct keys *keys, const struct ecard *c, char out[ECARD_CODE + 1])
{
    char text[TEXT_MAX], box64[ECARD_CODE], mac64[64];
    unsigned char box[BOX_MAX], mac[CRYPTO_MAC];
    int n = snprintf(text, sizeof text, "%lld\n%s\n%s\n%s\n", (long long)c->at_ms, c->name, c->id,
                     c->card);
    if (!text_ok(c->name) || !text_ok(c->id) || !text_ok(c->card) || (size_t)n >= sizeof text)
        return ERR_FORMAT;
    enum err e = crypto_seal(text, (size_t)n, keys->seal.pub, box);
    explicit_bzero(text, sizeof text);
    if (e != OK)
        return e;
    size_t box_n = (size_t)n + CRYPTO_SEAL_EXTRA;
    mac_of(keys, box, box_n, mac);
    write_url(box, box_n, box64, sizeof box64);
    write_url(mac, sizeof mac, mac64, sizeof mac64);
    int len = snprintf(out, ECARD_CODE + 1, "%s%s.%s", head, box64, mac64);
    return len > ECARD_CODE ? ERR_FORMAT : OK;
}

/* The box of a code that we have made. */
static enum err read_box(const struct keys *keys, const char *code, unsigned char *box, size_t *n)
{
    unsigned char mac[CRYPTO_MAC], want[CRYPTO_MAC];
    size_t mac_n = 0;
    if (strlen(code) > ECARD_CODE || strncmp(code, head, sizeof head - 1) != 0)
        return ERR_FORMAT;
    const char *text = code + sizeof head - 1, *dot = strchr(text, '.');
    if (!dot || strlen(dot + 1) != MAC_CHARS ||
        read_url(text, (size_t)(dot - text), box, BOX_MAX, n) != OK ||
        read_url(dot + 1, MAC_CHARS, mac, sizeof mac, &mac_n) != OK || mac_n != sizeof mac)
        return ERR_FORMAT;
    mac_of(keys, box, *n, want);
    return crypto_same(mac, want, sizeof mac) ? OK : ERR_FORMAT;
}

/* The next line, ended; NULL: none. */
static char *next_line(char **at)
{
    char *line = *at, *end = line ? strchr(line, '\n') : NULL;
    if (end)
        *end = '\0';
    *at = end ? end + 1 : NULL;
    return end ? line : NULL;
}

static enum err read_text(char *text, struct ecard *out)
{
    const char *at = next_line(&text);
    out->name = next_line(&text);
    out->id = next_line(&text);
    out->card = next_line(&text);
    if (!at || !out->name || !out->id || !out->card || *text)
        return ERR_FORMAT;
    out->at_ms = strtoll(at, NULL, 10);
    return OK;
}

enum err ecard_read(const struct keys *keys, struct arena *secret, const char *code, int64_t now_ms,
                    struct ecard *out)
{
    unsigned char box[BOX_MAX];
    struct ecard c = { .at_ms = 0 };
    char hash[65];
    size_t n = 0;
    enum err e = read_box(keys, code, box, &n);
    if (e != OK || n <= CRYPTO_SEAL_EXTRA)
        return ERR_FORMAT;
    char *text = arena_alloc(secret, n - CRYPTO_SEAL_EXTRA + 1);
    if (!text)
        return ERR_NOMEM;
    text[n - CRYPTO_SEAL_EXTRA] = '\0';
    if (keys_open(keys, NULL, box, n, (unsigned char *)text) != OK || read_text(text, &c) != OK)
        return ERR_FORMAT;
    if (now_ms > c.at_ms + ECARD_MS || now_ms < c.at_ms - ECARD_MS)
        return ERR_EXPIRED;
    crypto_hash_of(box, n, hash);
    snprintf(c.once, sizeof c.once, "%.32s", hash);
    *out = c;
    return OK;
}
