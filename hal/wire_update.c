/* wire_update.c - the head of a bundle: written, signed, read, refused. */
#include "hal/wire_update.h"

#include "hal/base/clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char first_line[] = "huimin-update 1\n";

int64_t wire_update_size(const struct wire_update *u)
{
    return u->head_size + u->uki_size + u->root_size;
}

void wire_update_name(int64_t version, char out[WIRE_UPDATE_NAME])
{
    snprintf(out, WIRE_UPDATE_NAME, "huimin-%lld" WIRE_UPDATE_SUFFIX, (long long)version);
}

/* --- writing ------------------------------------------------------------------------------------
 */

static bool in_bounds(const struct wire_update *u)
{
    return u->version >= 1 && u->version <= WIRE_UPDATE_VERSION && u->uki_size >= 1 &&
           u->uki_size <= WIRE_UPDATE_UKI && u->root_size >= 1 &&
           u->root_size <= WIRE_UPDATE_ROOT && u->issued_ms >= 0;
}

/* The one way to write it: what is read is written again and compared. In UTC. */
static size_t put_text(const struct wire_update *u, char out[WIRE_UPDATE_TEXT])
{
    struct civil t = clock_civil(u->issued_ms - 8 * 3600 * 1000LL); /* it counts in +08:00 */
    int n = snprintf(out, WIRE_UPDATE_TEXT,
                     "%sversion = %lld\nissued = %04d-%02d-%02dT%02d:%02d:%02dZ\n"
                     "uki.size = %lld\nuki.sha256 = %s\nroot.size = %lld\nroot.sha256 = %s\n",
                     first_line, (long long)u->version, t.year, t.month, t.day, t.hour, t.minute,
                     t.second, (long long)u->uki_size, u->uki_hash, (long long)u->root_size,
                     u->root_hash);
    return n > 0 && n < WIRE_UPDATE_TEXT ? (size_t)n : 0;
}

enum err wire_update_write(const struct wire_update *u, const unsigned char secret[CRYPTO_SECRET],
                           unsigned char out[WIRE_UPDATE_HEAD], size_t *out_n)
{
    char text[WIRE_UPDATE_TEXT];
    size_t n = in_bounds(u) ? put_text(u, text) : 0;
    if (n == 0)
        return ERR_ARG;
    memcpy(out, WIRE_UPDATE_MAGIC, 8);
    for (int i = 0; i < 4; i++)
        out[8 + i] = (unsigned char)(n >> 8 * i);
    memcpy(out + WIRE_UPDATE_START, text, n);
    crypto_sign_text(text, n, secret, out + WIRE_UPDATE_START + n);
    *out_n = WIRE_UPDATE_START + n + CRYPTO_SIG;
    return OK;
}

/* --- reading ------------------------------------------------------------------------------------
 */

/* Text that is read from the front. */
struct rest {
    const char *at;
    size_t n;
};

/* The value of the line that must come now: "key = VALUE\n". */
static enum err line(struct rest *r, const char *key, char *out, size_t cap)
{
    const char *end = memchr(r->at, '\n', r->n);
    size_t k = strlen(key), all = end ? (size_t)(end - r->at) : 0;
    if (!end || all <= k + 3 || memcmp(r->at, key, k) != 0 || memcmp(r->at + k, " = ", 3) != 0)
        return ERR_FORMAT;
    size_t n = all - k - 3;
    if (n >= cap || memchr(r->at, '\0', all))
        return ERR_FORMAT;
    memcpy(out, r->at + k + 3, n);
    out[n] = '\0';
    r->at += all + 1;
    r->n -= all + 1;
    return OK;
}

static enum err number(struct rest *r, const char *key, int64_t most, int64_t *out)
{
    char text[16];
    int64_t n = 0;
    enum err e = line(r, key, text, sizeof text);
    if (e != OK)
        return e;
    size_t len = strspn(text, "0123456789");
    if (text[len] || len > 10 || text[0] == '0')
        return ERR_FORMAT;
    for (size_t i = 0; i < len; i++)
        n = n * 10 + (text[i] - '0');
    if (n < 1 || n > most)
        return ERR_FORMAT;
    *out = n;
    return OK;
}

static enum err hash(struct rest *r, const char *key, char out[2 * CRYPTO_HASH + 1])
{
    enum err e = line(r, key, out, 2 * CRYPTO_HASH + 1);
    bool good = e == OK && strlen(out) == 2 * CRYPTO_HASH && !out[strspn(out, "0123456789abcdef")];
    return good ? OK : ERR_FORMAT;
}

static enum err read_lines(const char *text, size_t n, struct wire_update *u)
{
    struct rest r = { text, n };
    char issued[32];
    enum err e = n > strlen(first_line) && memcmp(text, first_line, strlen(first_line)) == 0
                     ? OK
                     : ERR_FORMAT;
    if (e == OK) {
        r = (struct rest){ text + strlen(first_line), n - strlen(first_line) };
        e = number(&r, "version", WIRE_UPDATE_VERSION, &u->version);
    }
    if (e == OK)
        e = line(&r, "issued", issued, sizeof issued);
    if (e == OK)
        e = clock_parse_rfc3339(issued, &u->issued_ms);
    if (e == OK)
        e = number(&r, "uki.size", WIRE_UPDATE_UKI, &u->uki_size);
    if (e == OK)
        e = hash(&r, "uki.sha256", u->uki_hash);
    if (e == OK)
        e = number(&r, "root.size", WIRE_UPDATE_ROOT, &u->root_size);
    if (e == OK)
        e = hash(&r, "root.sha256", u->root_hash);
    return e;
}

static enum err read_text(const char *text, size_t n, struct wire_update *u)
{
    char again[WIRE_UPDATE_TEXT];
    enum err e = read_lines(text, n, u);
    if (e != OK)
        return e;
    bool same = in_bounds(u) && put_text(u, again) == n && memcmp(again, text, n) == 0;
    return same ? OK : ERR_FORMAT;
}

enum err wire_update_read(const void *bytes, size_t n, const unsigned char *pub,
                          struct wire_update *out)
{
    const unsigned char *b = bytes;
    struct wire_update u = { 0 };
    if (n == 0)
        return ERR_CUT;
    if (memcmp(b, WIRE_UPDATE_MAGIC, n < 8 ? n : 8) != 0)
        return ERR_FORMAT;
    if (n < WIRE_UPDATE_START)
        return ERR_CUT;
    uint32_t len = b[8] | (uint32_t)b[9] << 8 | (uint32_t)b[10] << 16 | (uint32_t)b[11] << 24;
    if (len == 0 || len > WIRE_UPDATE_TEXT)
        return ERR_FORMAT;
    if (n < WIRE_UPDATE_START + (size_t)len + CRYPTO_SIG)
        return ERR_CUT;
    const char *text = (const char *)b + WIRE_UPDATE_START;
    enum err e = pub ? crypto_verify(text, len, pub, b + WIRE_UPDATE_START + len) : OK;
    if (e == OK)
        e = read_text(text, len, &u);
    if (e != OK)
        return e;
    u.head_size = WIRE_UPDATE_START + (int64_t)len + CRYPTO_SIG;
    *out = u;
    return OK;
}

/* --- keys ---------------------------------------------------------------------------------------
 */

enum err wire_update_key(const char *text, size_t n, void *out, size_t key_size)
{
    enum { LONGEST = 2 * CRYPTO_SECRET };
    char hex[LONGEST + 1];
    for (size_t at = 0; at < n;) {
        const char *lf = memchr(text + at, '\n', n - at);
        size_t len = lf ? (size_t)(lf - (text + at)) : n - at, next = at + len + 1;
        while (len && strchr(" \t\r", text[at + len - 1]) && text[at + len - 1])
            len--;
        if (len && text[at] != '#') {
            if (len != 2 * key_size || len > LONGEST)
                return ERR_FORMAT;
            memcpy(hex, text + at, len);
            hex[len] = '\0';
            enum err e = crypto_unhex(hex, out, key_size);
            explicit_bzero(hex, sizeof hex);
            return e;
        }
        at = next;
    }
    return ERR_FORMAT;
}
