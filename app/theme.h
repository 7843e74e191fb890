/* theme.h - colours, type and measures (design/look.md §2), resolved for one panel and one taste.
 */
#ifndef APP_THEME_H
#define APP_THEME_H

#include "hal/base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* Tokens of look.md §2.1. TOK_NONE = nothing is drawn. */
enum tok {
    TOK_NONE,
    TOK_PAPER,
    TOK_SHEET,
    TOK_WASH,
    TOK_INK,
    TOK_INK2,
    TOK_LINE,
    TOK_EDGE,
    TOK_MUTE,
    TOK_GAP,
    TOK_TEA,
    TOK_TEADK,
    TOK_TEAWASH,
    TOK_QEDGE,
    TOK_ONTEA,
    TOK_PEEL,
    TOK_PEELWASH,
    TOK_PEELEDGE,
    TOK_PEELINK,
    TOK_BAD,
    TOK_BADWASH,
    TOK_WOOD,
    TOK_WOODWASH,
    TOK_RIVER,
    TOK_RIVERWASH,
    TOK_JUJUBE,
    TOK_JUJUBEWASH,
    TOK_DARK,
    TOK_SCRIM,
    TOK_SHADOW,
    TOK_PURE_WHITE, /* the same in every taste: for looking at the panel (setup) */
    TOK_PURE_BLACK,
    TOK_PURE_RED,
    TOK_PURE_GREEN,
    TOK_PURE_BLUE,
    TOK_COUNT
};

/* Type styles of look.md §2.3; bold is part of the style. LEADB = lead bold, BODYB = body bold. */
enum type {
    TYPE_CAP,
    TYPE_CAPB,
    TYPE_BODY,
    TYPE_BODYB,
    TYPE_LEAD,
    TYPE_LEADB,
    TYPE_H3,
    TYPE_H2,
    TYPE_H1,
    TYPE_NUM,
    TYPE_COUNT_DOWN,
    TYPE_COUNT
};

enum text_size { SIZE_NORMAL, SIZE_LARGE, SIZE_XLARGE };

/* What the citizen chose and where the terminal stands. */
struct taste {
    enum text_size size;
    bool contrast;
};

/* Lengths on screens are in *dp*: 1 dp = 1/4.03 mm, the pixel of the reference pictures. */
struct theme {
    struct taste taste;
    double px_per_mm;
    int w_px, h_px, w_dp, h_dp;
    bool portrait;
    uint32_t color[TOK_COUNT]; /* 0xAARRGGBB */
    struct {
        int px, line_px; /* em, line height */
        bool bold;
    } type[TYPE_COUNT];
};

void theme_make(struct theme *t, struct taste taste, int w_px, int h_px, double px_per_mm);
int theme_px(const struct theme *t, double dp); /* rounded; > 0 stays >= 1 */
/* "normal" "large" "xlarge" with "+contrast"; ERR_ARG. "+low" joins with its feature. */
MUST_CHECK enum err theme_parse(const char *s, struct taste *out);
const char *theme_name(struct taste t); /* "xlarge+contrast" */

#endif
