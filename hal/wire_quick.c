/* wire_quick.c - reads a POST that is written as wire_post_write writes it, without a tree of it:
 * that would cost a platform more than everything but the signatures.
 *
 * Whatever is not to the letter (a space, another order, an escape) is left to the tree, which
 * knows what is right and what is wrong. What is read here is read as the tree would. */
#include "hal/wire_item.h"
#include "hal/wire_part.h"

#include <string.h>

struct quick {
    const char *p, *end;
};

static bool skip(struct quick *q, const char *text)
{
    size_t n = strlen(text);
    if ((size_t)(q->end - q->p) < n || memcmp(q->p, text, n) != 0)
        return false;
    q->p += n;
    return true;
}

/* To the closing quote; where it began. */
static bool string(struct quick *q, const char **out, size_t *out_n)
{
    const char *end = memchr(q->p, '"', (size_t)(q->end - q->p));
    if (!end)
        return false;
    *out = q->p;
    *out_n = (size_t)(end - q->p);
    q->p = end + 1;
    return true;
}

static bool name(struct quick *q, char *out, size_t cap, const char *set)
{
    const char *s = NULL;
    size_t n = 0;
    if (!string(q, &s, &n) || n == 0 || n >= cap)
        return false;
    memcpy(out, s, n);
    out[n] = '\0';
    return strspn(out, set) == n;
}

static bool number(struct quick *q, int64_t least, int64_t *out)
{
    int64_t v = 0;
    int digits = 0;
    if (q->p < q->end && *q->p == '0')
        return false;
    for (; q->p < q->end && *q->p >= '0' && *q->p <= '9' && digits < 18; q->p++, digits++)
        v = v * 10 + (*q->p - '0');
    *out = v;
    return digits > 0 && v >= least && v <= WIRE_NUMBER_MAX;
}

/* What a letter of base64 stands for; NONE: it is none. */
enum { NONE = 255 };
static const unsigned char six_bits[128] = {
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 62,  255, 255, 255, 63,  52,  53,  54,  55,  56,  57,  58,  59,  60,
    61,  255, 255, 255, 255, 255, 255, 255, 0,   1,   2,   3,   4,   5,   6,   7,   8,   9,   10,
    11,  12,  13,  14,  15,  16,  17,  18,  19,  20,  21,  22,  23,  24,  25,  255, 255, 255, 255,
    255, 255, 26,  27,  28,  29,  30,  31,  32,  33,  34,  35,  36,  37,  38,  39,  40,  41,  42,
    43,  44,  45,  46,  47,  48,  49,  50,  51,  255, 255, 255, 255, 255,
};

static uint32_t value(char c)
{
    return (unsigned char)c < 128 ? six_bits[(unsigned char)c] : NONE;
}

static bool four(const char *s, unsigned char out[3])
{
    uint32_t a = value(s[0]), b = value(s[1]), c = value(s[2]), d = value(s[3]);
    if ((a | b | c | d) > 63)
        return false;
    uint32_t v = a << 18 | b << 12 | c << 6 | d;
    out[0] = (unsigned char)(v >> 16);
    out[1] = (unsigned char)(v >> 8);
    out[2] = (unsigned char)v;
    return true;
}

/* All but the last four letters; these may have padding, which crypto_unbase64 knows. */
static bool unbase64(const char *s, size_t n, unsigned char *out, size_t *out_n)
{
    char last[5] = "";
    size_t at = 0, m = 0, most = n / 4 * 3;
    if (n == 0 || n % 4 != 0)
        return false;
    for (; at + 4 < n; at += 4)
        if (!four(s + at, out + at / 4 * 3))
            return false;
    memcpy(last, s + at, 4);
    for (int i = 0; i < 4; i++)
        if (value(last[i]) == NONE && last[i] != '=')
            return false;
    if (crypto_unbase64(last, out + most - 3, 3, &m) != OK)
        return false;
    *out_n = most - 3 + m;
    return true;
}

/* A box, or a signature: bytes into the arena. */
static bool bytes(struct quick *q, struct arena *a, size_t most, const unsigned char **out,
                  size_t *out_n)
{
    const char *s = NULL;
    size_t n = 0;
    if (!string(q, &s, &n) || n / 4 * 3 > most + 2)
        return false;
    unsigned char *data = arena_alloc(a, n / 4 * 3 + 1);
    if (!data || !unbase64(s, n, data, out_n))
        return false;
    *out = data;
    return *out_n > 0 && *out_n <= most;
}

static bool item(struct quick *q, struct arena *a, struct wire_item *out)
{
    const unsigned char *sig = NULL;
    size_t sig_n = 0;
    if (!skip(q, "{\"id\":\"") || !name(q, out->id, sizeof out->id, "0123456789abcdef") ||
        strlen(out->id) != WIRE_ID || !skip(q, ",\"n\":") || !number(q, 1, &out->n) ||
        !skip(q, ",\"kind\":\"") || !name(q, out->kind, sizeof out->kind, WIRE_NAME_SET) ||
        !skip(q, ",\"at\":") || !number(q, 0, &out->at_ms) || !skip(q, ",\"suite\":\"") ||
        !name(q, out->suite, sizeof out->suite, WIRE_NAME_SET) || !skip(q, ",\"kid\":\"") ||
        !name(q, out->kid, sizeof out->kid, WIRE_NAME_SET) || !skip(q, ",\"box\":\"") ||
        !bytes(q, a, WIRE_BOX_MAX, &out->box, &out->box_n) || !skip(q, ",\"sig\":\"") ||
        !bytes(q, a, CRYPTO_SIG, &sig, &sig_n) || sig_n != CRYPTO_SIG || !skip(q, "}"))
        return false;
    memcpy(out->sig, sig, sizeof out->sig);
    return true;
}

bool wire_post_quick(struct arena *a, const void *text, size_t n, struct wire_item *out, int most,
                     int *out_count)
{
    struct quick q = { text, (const char *)text + n };
    int count = 0;
    if (!skip(&q, "{\"v\":1,\"items\":["))
        return false;
    do {
        if (count == most || !item(&q, a, &out[count++]))
            return false;
    } while (skip(&q, ","));
    *out_count = count;
    return skip(&q, "]}") && q.p == q.end;
}
