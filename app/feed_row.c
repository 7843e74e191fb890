/* feed_row.c - the values of a row line in JSON's plainest spelling, read without a JSON parser. */
#include "app/feed_row.h"

#include <string.h>

enum { DIGITS_MAX = 18 };

static bool scan_number(const char **at, const char *end, struct feed_value *out)
{
    const char *p = *at;
    bool minus = p < end && *p == '-';
    const char *first = p += minus;
    int64_t n = 0;
    for (; p < end && *p >= '0' && *p <= '9' && p - first < DIGITS_MAX; p++)
        n = n * 10 + (*p - '0');
    if (p == first || (*first == '0' && (p - first > 1 || minus)))
        return false;
    *out = (struct feed_value){ .kind = FEED_NUMBER, .n = minus ? -n : n };
    *at = p;
    return true;
}

/* The byte an escape stands for; 0: one that is not plain. */
static char escaped(char c)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *p = c ? strchr(from, c) : NULL;
    return p ? to[p - from] : '\0';
}

/* Behind the opening quote. Without escapes the text stays where it is. */
static bool scan_text(const char **at, const char *end, struct feed_value *out, char **buf)
{
    const char *from = *at, *p = from;
    char *to = NULL;
    for (; p < end && *p != '"'; p++) {
        if ((unsigned char)*p < ' ')
            return false;
        if (*p == '\\' && !to) {
            to = *buf;
            memcpy(to, from, (size_t)(p - from));
            to += p - from;
        }
        char c = *p;
        if (c == '\\' && (++p == end || !(c = escaped(*p))))
            return false;
        if (to)
            *to++ = c;
    }
    if (p == end)
        return false;
    *out = (struct feed_value){ .kind = FEED_TEXT, .s = to ? *buf : from };
    out->len = to ? (size_t)(to - *buf) : (size_t)(p - from);
    *buf = to ? to : *buf;
    *at = p + 1;
    return true;
}

static bool scan_value(const char **at, const char *end, struct feed_value *out, char **buf)
{
    if (end - *at > 4 && memcmp(*at, "null", 4) == 0) {
        *at += 4;
        *out = (struct feed_value){ .kind = FEED_NULL };
        return true;
    }
    if (*at < end && **at == '"') {
        ++*at;
        return scan_text(at, end, out, buf);
    }
    return scan_number(at, end, out);
}

bool feed_row_scan(const char *p, const char *end, int count, struct feed_value *out, char *buf)
{
    for (int i = 0; i < count; i++)
        if (!scan_value(&p, end, &out[i], &buf) || p >= end || *p++ != (i + 1 < count ? ',' : ']'))
            return false;
    return p == end;
}
