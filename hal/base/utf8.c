/* utf8.c - UTF-8 without surprises. */
#include "hal/base/utf8.h"

#include <string.h>

/* Decodes at s with n bytes to go; 0 length = broken. */
static int decode(const unsigned char *s, size_t n, uint32_t *out)
{
    if (s[0] < 0x80) {
        *out = s[0];
        return 1;
    }
    int len = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : s[0] >= 0xc2 ? 2 : 0;
    if (len == 0 || s[0] > 0xf4 || (size_t)len > n)
        return 0;
    uint32_t cp = s[0] & (0x7fu >> len);
    for (int i = 1; i < len; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
        cp = cp << 6 | (s[i] & 0x3f);
    }
    bool overlong = (len == 3 && cp < 0x800) || (len == 4 && cp < 0x10000);
    if (overlong || (cp >= 0xd800 && cp < 0xe000) || cp > 0x10ffff)
        return 0;
    *out = cp;
    return len;
}

uint32_t utf8_next(const char **p)
{
    const unsigned char *s = (const unsigned char *)*p;
    if (*s < 0x80) {
        *p += *s != 0;
        return *s;
    }
    uint32_t cp = 0;
    int len = decode(s, 4, &cp); /* never reads past the NUL: it is no continuation byte */
    *p += len ? len : 1;
    return len ? cp : 0xfffd;
}

int utf8_put(char *buf, uint32_t cp)
{
    int n;
    if (cp < 0x80) {
        n = 1;
        buf[0] = (char)cp;
    } else {
        n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
        for (int i = n - 1; i > 0; i--, cp >>= 6)
            buf[i] = (char)(0x80 | (cp & 0x3f));
        buf[0] = (char)((0xf00 >> n & 0xff) | cp);
    }
    buf[n] = '\0';
    return n;
}

bool utf8_valid(const char *s, size_t n)
{
    const unsigned char *p = (const unsigned char *)s, *end = p + n;
    while (p < end) {
        uint32_t cp;
        int len = decode(p, (size_t)(end - p), &cp);
        if (len == 0)
            return false;
        p += len;
    }
    return true;
}

size_t utf8_count(const char *s)
{
    size_t n = 0;
    while (utf8_next(&s))
        n++;
    return n;
}

size_t utf8_without_last(const char *s, size_t n)
{
    if (n == 0)
        return 0;
    do
        n--;
    while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80);
    return n;
}

bool utf8_is_hanzi(uint32_t cp)
{
    return (cp >= 0x4e00 && cp <= 0x9fff) || (cp >= 0x3400 && cp <= 0x4dbf) ||
           (cp >= 0x20000 && cp <= 0x323af) || (cp >= 0xf900 && cp <= 0xfaff) || cp == 0x3007;
}
