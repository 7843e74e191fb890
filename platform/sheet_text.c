/* sheet_text.c - which characters a sheet is written in, and the sheet in ours. */
#include "platform/sheet_text.h"

#include "hal/base/utf8.h"
#include "hal/codec.h"

#include <string.h>

/* Line by line: what converts the fields of cards takes an end of line for a fault. */
static enum err add_line(const char *line, size_t n, char **to, size_t *room)
{
    enum err e = codec_gbk(line, n, *to, *room);
    if (e != OK)
        return e;
    if (strstr(*to, "\xef\xbf\xbd"))
        return ERR_FORMAT;
    size_t got = strlen(*to);
    *to += got;
    *room -= got;
    return OK;
}

static enum err from_gbk(struct arena *a, const char *p, size_t n, char **out)
{
    size_t room = n * 3 + 8;
    char *to = arena_alloc(a, room);
    const char *end = p + n;
    *out = to;
    if (!to)
        return ERR_NOMEM;
    while (p < end) {
        const char *lf = memchr(p, '\n', (size_t)(end - p));
        const char *stop = lf ? lf : end;
        size_t line_n = (size_t)(stop - p);
        if (line_n > 0 && p[line_n - 1] == '\r')
            line_n--;
        enum err e = add_line(p, line_n, &to, &room);
        if (e != OK)
            return e;
        *to++ = '\n';
        *to = '\0';
        room--;
        p = stop + 1;
    }
    return OK;
}

enum err sheet_text(struct arena *a, const void *bytes, size_t n, char **out, bool *out_gbk)
{
    if (memchr(bytes, '\0', n))
        return ERR_FORMAT;
    *out_gbk = !utf8_valid(bytes, n);
    if (*out_gbk)
        return from_gbk(a, bytes, n, out);
    *out = arena_strndup(a, bytes, n);
    return *out ? OK : ERR_NOMEM;
}
