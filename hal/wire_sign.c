/* wire_sign.c - signature lines under a line of JSON, and the keys that make them. */
#include "hal/wire_part.h"

#include "hal/base/utf8.h"
#include "hal/crypto.h"

#include <stdio.h>
#include <string.h>

enum { SIG_LINES_MAX = 16 };

bool wire_hash_ok(const char *hex)
{
    return strlen(hex) == WIRE_HASH_HEX && strspn(hex, "0123456789abcdef") == WIRE_HASH_HEX;
}

static bool name_ok(const char *s)
{
    size_t n = strlen(s);
    return n > 0 && n < WIRE_NAME_MAX && strspn(s, WIRE_NAME_SET) == n;
}

enum err wire_name(const struct json *o, const char *key, char out[WIRE_NAME_MAX])
{
    const char *s = NULL;
    if (json_get_str(o, key, &s) != OK)
        return ERR_TYPE;
    if (!name_ok(s))
        return ERR_FORMAT;
    snprintf(out, WIRE_NAME_MAX, "%s", s);
    return OK;
}

enum err wire_int(const struct json *o, const char *key, int64_t min, int64_t max, int64_t *out)
{
    int64_t v = 0;
    if (json_get_int(o, key, &v) != OK)
        return ERR_TYPE;
    if (v < min || v > max)
        return ERR_FORMAT;
    *out = v;
    return OK;
}

enum err wire_key_make(const char *kid, const char *base64, struct wire_key *out)
{
    size_t n = 0;
    struct wire_key k = { 0 };
    if (!name_ok(kid) || crypto_unbase64(base64, k.pub, sizeof k.pub, &n) != OK ||
        n != sizeof k.pub)
        return ERR_FORMAT;
    snprintf(k.kid, sizeof k.kid, "%s", kid);
    *out = k;
    return OK;
}

enum err wire_split(const void *bytes, size_t n, struct wire_signed *out)
{
    const char *lf = n ? memchr(bytes, '\n', n) : NULL;
    if (!lf)
        return ERR_FORMAT;
    out->json = bytes;
    out->json_n = (size_t)(lf - out->json);
    out->sigs = lf + 1;
    out->sigs_n = n - out->json_n - 1;
    return OK;
}

/* Which key of the list this line is a good signature of; -1 none. */
static int signer(const struct wire_signed *s, const char *line, size_t n,
                  const struct wire_key *keys, int count)
{
    char text[256], kid[WIRE_NAME_MAX], b64[128];
    unsigned char sig[CRYPTO_SIG];
    size_t sig_n = 0;
    int end = 0;
    if (n >= sizeof text || memchr(line, '\0', n))
        return -1;
    memcpy(text, line, n);
    text[n] = '\0';
    if (sscanf(text, "sig ed25519 %31s %127s%n", kid, b64, &end) != 2 || (size_t)end != n)
        return -1;
    if (crypto_unbase64(b64, sig, sizeof sig, &sig_n) != OK || sig_n != sizeof sig)
        return -1;
    for (int i = 0; i < count; i++)
        if (strcmp(keys[i].kid, kid) == 0 &&
            crypto_verify(s->json, s->json_n, keys[i].pub, sig) == OK)
            return i;
    return -1;
}

/* Two names for one public key count once: otherwise one secret could reach any threshold. */
static bool counted_before(const bool *seen, const struct wire_key *keys, int i)
{
    for (int j = 0; j < WIRE_KEYS; j++)
        if (seen[j] && memcmp(keys[j].pub, keys[i].pub, sizeof keys[i].pub) == 0)
            return true;
    return false;
}

int wire_count_signers(const struct wire_signed *s, const struct wire_key *keys, int count)
{
    bool seen[WIRE_KEYS] = { false };
    int signers = 0;
    const char *p = s->sigs, *end = s->sigs + s->sigs_n;
    for (int i = 0; i < SIG_LINES_MAX && p < end && count <= WIRE_KEYS; i++) {
        const char *lf = memchr(p, '\n', (size_t)(end - p));
        size_t n = lf ? (size_t)(lf - p) : (size_t)(end - p);
        int k = signer(s, p, n, keys, count);
        if (k >= 0 && !counted_before(seen, keys, k)) {
            seen[k] = true;
            signers++;
        }
        p += n + 1;
    }
    return signers;
}

enum err wire_sign_text(struct arena *a, const char *json, const char *const *kids,
                        const unsigned char (*secrets)[64], int count, char **out_file)
{
    if (strchr(json, '\n') || !utf8_valid(json, strlen(json)))
        return ERR_FORMAT;
    char *text = arena_printf(a, "%s\n", json);
    for (int i = 0; text && i < count; i++) {
        unsigned char sig[CRYPTO_SIG];
        char b64[128];
        crypto_sign_text(json, strlen(json), secrets[i], sig);
        crypto_base64(sig, sizeof sig, b64, sizeof b64);
        text = arena_printf(a, "%ssig ed25519 %s %s\n", text, kids[i], b64);
    }
    if (!text)
        return ERR_NOMEM;
    *out_file = text;
    return OK;
}

/* "set N": which key set is the first. 0: another line. */
static int set_line(const char *text)
{
    int n = 0, end = 0;
    bool whole = sscanf(text, " set %9d%n", &n, &end) == 1 && end > 0;
    end += whole ? (int)strspn(text + end, " \t\r") : 0;
    return whole && n > 0 && (text[end] == '\0' || text[end] == '\n') ? n : 0;
}

/* "root KID BASE64": 1 a key, 0 a blank line, a comment or "set N", -1 broken. */
static int root_line(const char *line, size_t n, struct wire_key *out)
{
    char text[256], kid[WIRE_NAME_MAX], b64[64];
    int end = 0;
    if (n >= sizeof text)
        return -1;
    memcpy(text, line, n);
    text[n] = '\0';
    size_t blank = strspn(text, " \t\r");
    if (text[blank] == '\0' || text[blank] == '#' || set_line(text))
        return 0;
    if (sscanf(text, " root %31s %63s %n", kid, b64, &end) != 2 || (size_t)end != n)
        return -1;
    return wire_key_make(kid, b64, out) == OK ? 1 : -1;
}

enum err wire_root_read(const char *text, struct wire_key *out_keys, int *out_count)
{
    struct wire_key keys[WIRE_KEYS];
    int count = 0;
    while (*text) {
        size_t n = strcspn(text, "\n");
        struct wire_key key;
        int got = root_line(text, n, &key);
        if (got < 0 || (got == 1 && count == WIRE_KEYS))
            return ERR_FORMAT;
        if (got == 1)
            keys[count++] = key;
        text += n + (text[n] == '\n');
    }
    if (count == 0)
        return ERR_FORMAT;
    memcpy(out_keys, keys, sizeof keys[0] * (size_t)count);
    *out_count = count;
    return OK;
}

int wire_root_first(const char *text)
{
    for (; *text; text += strcspn(text, "\n"), text += *text == '\n')
        if (set_line(text))
            return set_line(text);
    return 1;
}
