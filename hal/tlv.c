/* tlv.c - takes the records of cards apart without ever reaching beyond their bytes. */
#include "hal/tlv.h"

enum { DEPTH = 8 };

static size_t past_padding(const unsigned char *p, size_t n, size_t i)
{
    while (i < n && (p[i] == 0x00 || p[i] == 0xff))
        i++;
    return i;
}

bool tlv_simple_next(const unsigned char *p, size_t n, size_t *at, struct tlv *out)
{
    size_t i = past_padding(p, n, *at);
    if (i >= n || n - i < 2 || p[i + 1] > n - i - 2)
        return false;
    *out = (struct tlv){ .tag = p[i], .value = p + i + 2, .n = p[i + 1] };
    *at = i + 2 + out->n;
    return true;
}

static bool ber_tag(const unsigned char *p, size_t n, size_t *at, unsigned *out)
{
    unsigned tag = p[(*at)++];
    bool more = (tag & 0x1f) == 0x1f;
    for (int k = 0; more; k++) {
        if (k == 2 || *at >= n)
            return false;
        more = p[*at] & 0x80;
        tag = tag << 8 | p[(*at)++];
    }
    *out = tag;
    return true;
}

static bool ber_length(const unsigned char *p, size_t n, size_t *at, size_t *out)
{
    if (*at >= n)
        return false;
    size_t len = p[(*at)++];
    if (len >= 0x80) {
        size_t k = len & 0x7f;
        if (k == 0 || k > 2 || k > n - *at)
            return false;
        for (len = 0; k > 0; k--)
            len = len << 8 | p[(*at)++];
    }
    *out = len;
    return len <= n - *at;
}

bool tlv_ber_next(const unsigned char *p, size_t n, size_t *at, struct tlv *out)
{
    size_t i = past_padding(p, n, *at), len = 0;
    unsigned tag = 0;
    if (i >= n || !ber_tag(p, n, &i, &tag) || !ber_length(p, n, &i, &len))
        return false;
    *out = (struct tlv){ .tag = tag, .value = p + i, .n = len };
    *at = i + len;
    return true;
}

/* Bit 6 of the first tag byte: this one holds others. */
static bool constructed(unsigned tag)
{
    while (tag > 0xff)
        tag >>= 8;
    return tag & 0x20;
}

static bool find(const unsigned char *p, size_t n, unsigned tag, int depth, struct tlv *out)
{
    struct tlv t;
    for (size_t at = 0; tlv_ber_next(p, n, &at, &t);) {
        if (t.tag == tag) {
            *out = t;
            return true;
        }
        if (constructed(t.tag) && depth < DEPTH && find(t.value, t.n, tag, depth + 1, out))
            return true;
    }
    return false;
}

bool tlv_ber_find(const unsigned char *p, size_t n, unsigned tag, struct tlv *out)
{
    return find(p, n, tag, 0, out);
}
