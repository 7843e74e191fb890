/* control_words.c - cuts one line of the control port into words and quoted strings. */
#include "app/control_words.h"

#include "hal/base/utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int hex4(const char *s)
{
    int v = 0;
    for (int i = 0; i < 4; i++) {
        int c = s[i] | 0x20;
        int d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (d < 0)
            return -1;
        v = v * 16 + d;
    }
    return v;
}

/* in: just behind "\u"; moved past the digits (and past the second half of a pair). -1 = wrong. */
static int64_t unicode_escape(char **in)
{
    int high = hex4(*in);
    if (high <= 0 || (high >= 0xDC00 && high <= 0xDFFF))
        return -1;
    *in += 4;
    if (high < 0xD800 || high > 0xDBFF)
        return high;
    int low = (*in)[0] == '\\' && (*in)[1] == 'u' ? hex4(*in + 2) : -1;
    if (low < 0xDC00 || low > 0xDFFF)
        return -1;
    *in += 6;
    return 0x10000 + (high - 0xD800) * 0x400 + (low - 0xDC00);
}

/* in: just behind the backslash. What is written is never longer than what was read. */
static enum err escape(char **in, char **out)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    char c = *(*in)++;
    const char *at = c ? strchr(from, c) : NULL;
    if (at) {
        *(*out)++ = to[at - from];
        return OK;
    }
    int64_t cp = c == 'u' ? unicode_escape(in) : -1;
    if (cp < 0)
        return ERR_FORMAT;
    char buf[8];
    int n = utf8_put(buf, (uint32_t)cp);
    memcpy(*out, buf, (size_t)n);
    *out += n;
    return OK;
}

/* in: just behind the opening quote; left behind the closing one. */
static enum err quoted(char **in)
{
    char *out = *in;
    while (**in && **in != '"') {
        if (**in != '\\') {
            *out++ = *(*in)++;
            continue;
        }
        ++*in;
        enum err e = escape(in, &out);
        if (e != OK)
            return e;
    }
    if (**in != '"')
        return ERR_FORMAT;
    ++*in;
    if (**in && **in != ' ')
        return ERR_FORMAT;
    *out = '\0';
    return OK;
}

enum err control_cut(char *line, struct control_words *out)
{
    struct control_words w = { 0 };
    char *p = line;
    if (!utf8_valid(line, strlen(line)))
        return ERR_FORMAT;
    for (;;) {
        p += strspn(p, " ");
        if (!*p)
            break;
        if (w.count == CONTROL_WORDS)
            return ERR_FORMAT;
        w.quoted[w.count] = *p == '"';
        w.text[w.count] = *p == '"' ? p + 1 : p;
        if (w.quoted[w.count++]) {
            p++;
            if (quoted(&p) != OK)
                return ERR_FORMAT;
        } else {
            p += strcspn(p, " ");
        }
        if (*p)
            *p++ = '\0';
    }
    *out = w;
    return OK;
}

enum err control_number(const char *s, int64_t *out)
{
    char *end;
    errno = 0;
    long long v = strtoll(s, &end, 10);
    if (!*s || *end || errno || *s == ' ')
        return ERR_FORMAT;
    *out = v;
    return OK;
}
