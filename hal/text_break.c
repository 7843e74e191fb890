/* text_break.c - breaks text into lines as a Chinese reader expects it (kinsoku). */
#include "hal/base/utf8.h"
#include "hal/text.h"
#include "hal/text_cache.h"

#include <string.h>

/* What may not begin a line, what may not end one, and what stays with the number before it.
 * Source: GB/T 15834-2011 §5.1 (places of punctuation marks). */
static const char NO_START[] = "，。、；：？！）》〉”’】」』〕｝…—·～％‰℃°%,.;:?!)]}'\"/";
static const char NO_END[] = "（《〈“‘【「『〔｛￥¥$([{#";
static const char UNITS[] = "元角分年月日号时点秒天周岁度米里斤克升个户人次份页步折级倍万亿";

static bool among(const char *set, uint32_t cp)
{
    char one[5];
    utf8_put(one, cp);
    return strstr(set, one) != NULL;
}

/* Most of what is written is hanzi, and hanzi are in neither set of punctuation. */
static bool is_plain(uint32_t cp)
{
    return cp >= 0x4e00 && cp <= 0x9fff;
}

static bool is_digit(uint32_t cp)
{
    return cp >= '0' && cp <= '9';
}

static bool is_space(uint32_t cp)
{
    return cp == ' ' || cp == '\t' || cp == 0x3000;
}

/* Letters and digits of alphabets, and what is written inside their words. */
static bool is_word(uint32_t cp)
{
    return cp > ' ' && cp < 0x2E80 && !(cp >= 0x2010 && cp <= 0x206F) && cp != 0xB7;
}

/* May a line end between a and b at all, words aside? */
static bool may_part(uint32_t a, uint32_t b)
{
    if (is_space(b))
        return false;
    if (is_space(a))
        return true;
    return (is_plain(b) || !among(NO_START, b)) && (is_plain(a) || !among(NO_END, a));
}

static bool may_break(uint32_t a, uint32_t b)
{
    if (!may_part(a, b))
        return false;
    if (is_word(a) && is_word(b))
        return false;
    return !(is_digit(a) && among(UNITS, b));
}

/* A place where the line may end: its ink ends at `end`, the next line begins at `next`. */
struct stop {
    const char *end, *next;
    int width;
};

/* One walk along a line. `good` is the last proper break, `poor` the last one inside a word or
 * number that is wider than the line, `any` the last that fits. */
struct walk {
    const char *at;  /* next code point */
    const char *ink; /* end of the last one that is no space */
    int width, ink_width;
    uint32_t before;
    struct stop good, poor, any;
};

static void walk_stops(struct walk *w, uint32_t cp)
{
    struct stop here = { w->ink, w->at, w->ink_width };
    w->any = here;
    if (may_part(w->before, cp))
        w->poor = here;
    if (may_break(w->before, cp))
        w->good = here;
}

static struct stop walk_best(const struct walk *w)
{
    if (w->good.next)
        return w->good;
    return w->poor.next ? w->poor : w->any;
}

/* Takes the next code point into the line; false when it does not fit. Spaces always do. */
static bool walk_step(struct walk *w, int px, bool bold, bool tabular, int limit)
{
    const char *next = w->at;
    uint32_t cp = utf8_next(&next);
    int advance = cache_advance(bold ? TEXT_BOLD : TEXT_REGULAR, px, cp, tabular);
    if (w->before)
        walk_stops(w, cp);
    if (!is_space(cp) && w->before && w->width + advance > limit)
        return false;
    w->width += advance;
    w->before = cp;
    w->at = next;
    if (!is_space(cp)) {
        w->ink = next;
        w->ink_width = w->width;
    }
    return true;
}

static struct stop line_next(const char *s, int px, bool bold, bool tabular, int limit)
{
    struct walk w = { .at = s, .ink = s };
    while (*w.at && *w.at != '\n')
        if (!walk_step(&w, px, bold, tabular, limit))
            return walk_best(&w);
    return (struct stop){ w.ink, *w.at ? w.at + 1 : w.at, w.ink_width };
}

int text_break(const char *s, int px, bool bold, bool tabular, int width, struct text_line *out,
               int max_lines)
{
    int n = 0;
    const char *at = s;
    while (*at) {
        struct stop stop = line_next(at, px, bold, tabular, width);
        if (n < max_lines)
            out[n] = (struct text_line){ (int)(at - s), (int)(stop.end - at), stop.width };
        n++;
        at = stop.next;
    }
    return n;
}

int text_min_width(const char *s, int px, bool bold, bool tabular)
{
    enum text_face face = bold ? TEXT_BOLD : TEXT_REGULAR;
    int widest = 0, piece = 0, ink = 0;
    uint32_t before = 0;
    while (*s) {
        uint32_t cp = utf8_next(&s);
        if (cp == '\n' || (before && before != '\n' && may_break(before, cp)))
            piece = ink = 0;
        piece += cp == '\n' ? 0 : cache_advance(face, px, cp, tabular);
        ink = is_space(cp) ? ink : piece;
        widest = ink > widest ? ink : widest;
        before = cp;
    }
    return widest;
}
