/* codec.c - turns the characters and digits of cards and printers into ours, and back. */
#include "hal/codec.h"
#include "hal/base/clock.h"
#include "hal/base/utf8.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

enum { CHUNK = 256 };

/* iconv keeps the characters in a buffer of its own on the heap and frees it as it is: this runs
 * as many blanks through it as there were characters, so that no name stays behind. */
static void rinse(iconv_t cd, size_t n)
{
    char blank[CHUNK], dust[CHUNK * 4];
    memset(blank, ' ', sizeof blank);
    for (size_t done = 0; done < n; done += CHUNK) {
        char *in = blank, *out = dust;
        size_t in_n = sizeof blank, out_n = sizeof dust;
        iconv(cd, &in, &in_n, &out, &out_n);
    }
}

/* Text without control characters: a NUL amid a name would hide what follows it. */
static size_t plain_run(const unsigned char *p, size_t n)
{
    size_t i = 0;
    while (i < n && p[i] >= 0x20 && p[i] != 0x7f)
        i++;
    return i;
}

static bool put_unknown(char **out, size_t *room)
{
    char mark[5];
    size_t n = (size_t)utf8_put(mark, 0xfffd);
    if (*room < n)
        return false;
    memcpy(*out, mark, n);
    *out += n;
    *room -= n;
    return true;
}

/* GB18030 knows U+0080 to U+009F too: controls that show only in UTF-8, as C2 80 to C2 9F. */
static bool mark_controls(char *p, char **end, size_t *room)
{
    for (; p < *end; p++) {
        if ((unsigned char)p[0] != 0xc2 || (unsigned char)p[1] > 0x9f)
            continue;
        if (*room == 0)
            return false;
        memmove(p + 3, p + 2, (size_t)(*end - p) - 2);
        memcpy(p, "\xef\xbf\xbd", 3);
        ++*end;
        --*room;
    }
    return true;
}

static enum err from_gbk(iconv_t cd, char *in, size_t n, char *out, size_t room)
{
    char *begin = out;
    while (n > 0) {
        size_t run = plain_run((unsigned char *)in, n), left = run;
        bool whole = run == 0 || iconv(cd, &in, &left, &out, &room) != (size_t)-1;
        if (!whole && errno == E2BIG)
            return ERR_TOO_BIG;
        n -= run - left;
        if (n == 0)
            break;
        iconv(cd, NULL, NULL, NULL, NULL);
        if (!put_unknown(&out, &room))
            return ERR_TOO_BIG;
        in++;
        n--;
    }
    if (!mark_controls(begin, &out, &room))
        return ERR_TOO_BIG;
    *out = '\0'; /* the caller kept a byte for it */
    return OK;
}

enum err codec_gbk(const void *gbk, size_t n, char *out, size_t cap)
{
    if (cap == 0)
        return ERR_TOO_BIG;
    /* GB18030 is GBK and the rare characters of four bytes that newer cards carry in names. */
    iconv_t cd = iconv_open("UTF-8", "GB18030");
    if (cd == (iconv_t)-1)
        return ERR_NOMEM;
    enum err e = from_gbk(cd, (char *)(size_t)gbk, n, out, cap - 1);
    if (e != OK)
        explicit_bzero(out, cap);
    rinse(cd, n);
    iconv_close(cd);
    return e;
}

enum err codec_gb18030(const char *utf8, void *out, size_t cap, size_t *out_n)
{
    size_t n = strlen(utf8), in_n = n, room = cap;
    char *in = (char *)(size_t)utf8, *to = out;
    if (!utf8_valid(utf8, n))
        return ERR_FORMAT;
    iconv_t cd = iconv_open("GB18030", "UTF-8");
    if (cd == (iconv_t)-1)
        return ERR_NOMEM;
    enum err e = OK;
    if (iconv(cd, &in, &in_n, &to, &room) == (size_t)-1)
        e = errno == E2BIG ? ERR_TOO_BIG : ERR_FORMAT;
    rinse(cd, n);
    iconv_close(cd);
    if (e == OK)
        *out_n = cap - room;
    return e;
}

size_t codec_unpadded(const unsigned char *p, size_t n)
{
    while (n > 0 && (p[n - 1] == 0x00 || p[n - 1] == 0x20 || p[n - 1] == 0xff))
        n--;
    return n;
}

enum err codec_bcd(const unsigned char *p, size_t n, char *out)
{
    size_t k = 0;
    for (size_t i = 0; i < 2 * n; i++) {
        unsigned d = i % 2 ? p[i / 2] & 0x0f : p[i / 2] >> 4;
        if (d == 0x0f)
            break;
        if (d > 9) {
            out[0] = '\0';
            return ERR_FORMAT;
        }
        out[k++] = (char)('0' + d);
    }
    out[k] = '\0';
    return OK;
}

bool codec_bcd_day(const unsigned char p[4], int *out_day)
{
    char s[9], iso[16];
    int day = 0;
    if (codec_bcd(p, 4, s) != OK || strlen(s) != 8 || s[0] == '0')
        return false;
    memcpy(iso, s, 4);
    memcpy(iso + 5, s + 4, 2);
    memcpy(iso + 8, s + 6, 2);
    iso[4] = iso[7] = '-';
    iso[10] = '\0';
    bool ok = clock_parse_date(iso, &day) == OK;
    explicit_bzero(s, sizeof s);
    explicit_bzero(iso, sizeof iso);
    if (ok)
        *out_day = day;
    return ok;
}
