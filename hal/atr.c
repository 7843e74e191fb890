/* atr.c - takes an Answer To Reset apart. */
#include "hal/atr.h"

#include <ctype.h>
#include <string.h>

const char *atr_fault_name(enum atr_fault f)
{
    static const char *const names[ATR_FAULTS] = {
        [ATR_OK] = "ok",         [ATR_TS] = "ts",   [ATR_SHORT] = "short",
        [ATR_NO_TCK] = "no_tck", [ATR_TCK] = "tck", [ATR_TRAILING] = "trailing",
    };
    return (unsigned)f < ATR_FAULTS ? names[f] : "unknown";
}

static size_t ones(unsigned nibble)
{
    size_t n = 0;
    for (; nibble; nibble >>= 1)
        n += nibble & 1;
    return n;
}

/* Behind the interface bytes: each TD says which four come next. False: they are cut off. */
static bool past_interface(const unsigned char *p, size_t n, size_t *at, bool *out_tck)
{
    unsigned y = p[1] >> 4;
    size_t i = 2;
    *out_tck = false;
    while (y) {
        i += ones(y);
        if (i > n)
            return false;
        if (!(y & 8))
            break;
        y = p[i - 1] >> 4;
        *out_tck |= (p[i - 1] & 0x0f) != 0;
    }
    *at = i;
    return true;
}

static enum atr_fault judge_end(const unsigned char *p, size_t n, size_t end, bool tck)
{
    if (tck && end == n)
        return ATR_NO_TCK;
    unsigned char sum = 0;
    for (size_t i = 1; tck && i <= end; i++)
        sum ^= p[i];
    if (sum)
        return ATR_TCK;
    return end + (tck ? 1 : 0) < n ? ATR_TRAILING : ATR_OK;
}

enum atr_fault atr_read(const unsigned char *p, size_t n, struct atr *out)
{
    *out = (struct atr){ .historical = p };
    if (n == 0 || (p[0] != 0x3b && p[0] != 0x3f))
        return n == 0 ? ATR_SHORT : ATR_TS;
    size_t at = 0;
    bool tck = false;
    if (n < 2 || !past_interface(p, n, &at, &tck))
        return ATR_SHORT;
    size_t k = p[1] & 0x0f, there = n - at;
    out->historical = p + at;
    out->historical_n = k < there ? k : there;
    out->contactless = n >= 4 && p[1] >> 4 == 8 && p[2] == 0x80 && p[3] == 0x01;
    return k > there ? ATR_SHORT : judge_end(p, n, at + k, tck);
}

static int nibble(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;
    return at ? (int)(at - digits) : -1;
}

bool atr_hex(const char *text, unsigned char *out, size_t cap, size_t *out_n)
{
    size_t n = 0;
    for (const char *p = text; *p;) {
        if (*p == ' ' || *p == ':' || *p == '\t') {
            p++;
            continue;
        }
        int hi = nibble(p[0]), lo = hi < 0 ? -1 : nibble(p[1]);
        if (lo < 0 || n == cap)
            return false;
        out[n++] = (unsigned char)(hi << 4 | lo);
        p += 2;
    }
    *out_n = n;
    return n > 0;
}
