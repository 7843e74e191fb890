/* text.c - opens the fonts and measures lines. */
#include "hal/text.h"

#include "hal/base/utf8.h"
#include "hal/text_cache.h"
#include "hal/text_face.h"

#include <string.h>

enum err text_init(const struct text_fonts *fonts)
{
    return face_init(fonts);
}

void text_finish(void)
{
    cache_finish();
    face_finish();
}

bool text_has(enum text_face face, uint32_t cp)
{
    return face_has(face, cp);
}

int text_width_n(const char *s, size_t n, int px, bool bold, bool tabular)
{
    const char *end = s + n;
    int width = 0;
    while (s < end && *s)
        width += cache_advance(bold ? TEXT_BOLD : TEXT_REGULAR, px, utf8_next(&s), tabular);
    return width;
}

int text_width(const char *s, int px, bool bold, bool tabular)
{
    return text_width_n(s, strlen(s), px, bold, tabular);
}

/* The square of a hanzi stands 0.88 em above the baseline in Noto Sans CJK. */
int text_ascent(int px)
{
    return (px * 88 + 50) / 100;
}

double text_cap_px(int px)
{
    return px * 0.733;
}
