/* text.h - fonts, glyph cache, measuring and line breaking (kinsoku). The only door to SDL_ttf. */
#ifndef HAL_TEXT_H
#define HAL_TEXT_H

#include "hal/base/err.h"
#include "hal/draw.h"

#include <stdbool.h>
#include <stdint.h>

/* Faces: Noto Sans CJK SC (index 2) Regular and Bold, and the icon font. A path that is NULL or
 * cannot be used means Debian's place under `dir`, then (for Regular) any font under `dir` that can
 * write 惠. A missing Bold is drawn with Regular; no face at all is ERR_FONT. Each font that is not
 * where it should be is one log line. [ui] all functions. */
struct text_fonts {
    const char *regular, *bold, *icons; /* file paths, NULL = Debian's place */
    const char *dir;                    /* root of the search, NULL = /usr/share/fonts */
};
MUST_CHECK enum err text_init(const struct text_fonts *fonts);
void text_finish(void);

/* A trimmed coverage mask of one glyph, valid until the next text_glyph call or text_finish. */
struct text_glyph {
    const uint8_t *mask; /* NULL for a blank */
    int w, h, stride;
    int left, top; /* from the pen on the baseline: x + left, y - top */
    int advance;
};
enum text_face { TEXT_REGULAR, TEXT_BOLD, TEXT_ICONS };
/* A code point no face has is drawn as a box with its hex code inside. */
struct text_glyph text_glyph(enum text_face face, int px, uint32_t cp, bool tabular);
bool text_has(enum text_face face, uint32_t cp);

/* Width in px of one line, the pen's way. */
int text_width(const char *s, int px, bool bold, bool tabular);
/* First n bytes only. */
int text_width_n(const char *s, size_t n, int px, bool bold, bool tabular);
/* Ascent of the line box in px for a type size: baseline = top + (line_h - px)/2 + text_ascent. */
int text_ascent(int px);
/* Height of a capital letter in px (cap height 0.733 em). */
double text_cap_px(int px);

/* Line breaking: fills at most max_lines of {start, length} (bytes), never starting a line with
 * closing punctuation nor ending one with opening punctuation, never splitting an ASCII word that
 * fits a line; '\n' breaks. Returns the number of lines the whole text needs (may exceed
 * max_lines). Trailing spaces are not counted into a line. */
struct text_line {
    int start, len, width;
};
int text_break(const char *s, int px, bool bold, bool tabular, int width, struct text_line *out,
               int max_lines);
/* Width of the widest piece that must not be broken: what a box needs at least. */
int text_min_width(const char *s, int px, bool bold, bool tabular);

/* Bytes held by the glyph cache, for the tests; the cap is 4 MB, least recently used goes first. */
size_t text_cache_bytes(void);

#endif
