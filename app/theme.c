/* theme.c - the colours and type sizes of the design, worked out for one panel and one taste. */
#include "app/theme.h"

#include <math.h>
#include <string.h>

static const double dp_per_mm = 4.03;

struct color_pair {
    uint32_t normal, contrast;
};

/* look.md §2.1. High contrast: black, white and one yellow; teadk is what a pressed yellow button
 * becomes and the tea of texts on the page, so it is white there. */
static const struct color_pair colors[TOK_COUNT] = {
    [TOK_PAPER] = { 0xFFF8F5EE, 0xFF000000 },      [TOK_SHEET] = { 0xFFFFFFFF, 0xFF000000 },
    [TOK_WASH] = { 0xFFEEE9DE, 0xFF000000 },       [TOK_INK] = { 0xFF1B2421, 0xFFFFFFFF },
    [TOK_INK2] = { 0xFF2E3633, 0xFFFFFFFF },       [TOK_LINE] = { 0xFFDCD3C3, 0xFFFFFFFF },
    [TOK_EDGE] = { 0xFF736958, 0xFFFFFFFF },       [TOK_MUTE] = { 0xFFE4DED2, 0xFF000000 },
    [TOK_GAP] = { 0xFFE4DED2, 0xFF4A4A4A },        [TOK_TEA] = { 0xFF064A3C, 0xFFFFE100 },
    [TOK_TEADK] = { 0xFF04332A, 0xFFFFFFFF },      [TOK_TEAWASH] = { 0xFFE5F1EC, 0xFF000000 },
    [TOK_QEDGE] = { 0xFFC9DFD5, 0xFF262626 },      [TOK_ONTEA] = { 0xFFFFFFFF, 0xFF000000 },
    [TOK_PEEL] = { 0xFFF2A03D, 0xFFFFE100 },       [TOK_PEELWASH] = { 0xFFFDEFD8, 0xFF000000 },
    [TOK_PEELEDGE] = { 0xFFA65F0B, 0xFFFFFFFF },   [TOK_PEELINK] = { 0xFF552D00, 0xFFFFFFFF },
    [TOK_BAD] = { 0xFF700F0A, 0xFFFFFFFF },        [TOK_BADWASH] = { 0xFFFCEAE7, 0xFF000000 },
    [TOK_WOOD] = { 0xFF583714, 0xFFFFE100 },       [TOK_WOODWASH] = { 0xFFF5EDE1, 0xFF000000 },
    [TOK_RIVER] = { 0xFF123E66, 0xFFFFE100 },      [TOK_RIVERWASH] = { 0xFFE6EFF6, 0xFF000000 },
    [TOK_JUJUBE] = { 0xFF6C1C37, 0xFFFFE100 },     [TOK_JUJUBEWASH] = { 0xFFF8EAEE, 0xFF000000 },
    [TOK_DARK] = { 0xFF12201C, 0xFF000000 },       [TOK_SCRIM] = { 0xCC0C120F, 0xE6000000 },
    [TOK_SHADOW] = { 0x1C3A2C14, 0x00000000 },     [TOK_PURE_WHITE] = { 0xFFFFFFFF, 0xFFFFFFFF },
    [TOK_PURE_BLACK] = { 0xFF000000, 0xFF000000 }, [TOK_PURE_RED] = { 0xFFFF0000, 0xFFFF0000 },
    [TOK_PURE_GREEN] = { 0xFF00FF00, 0xFF00FF00 }, [TOK_PURE_BLUE] = { 0xFF0000FF, 0xFF0000FF },
};

struct type_row {
    int dp[3]; /* standard, 大字, 特大 */
    double line;
    bool bold;
};

/* look.md §2.3 */
static const struct type_row types[TYPE_COUNT] = {
    [TYPE_CAP] = { { 24, 30, 40 }, 1.4, false },
    [TYPE_CAPB] = { { 24, 30, 40 }, 1.4, true },
    [TYPE_BODY] = { { 30, 38, 48 }, 1.4, false },
    [TYPE_BODYB] = { { 30, 38, 48 }, 1.4, true },
    [TYPE_LEAD] = { { 36, 44, 56 }, 1.35, false },
    [TYPE_LEADB] = { { 36, 44, 56 }, 1.35, true },
    [TYPE_H3] = { { 44, 52, 64 }, 1.25, true },
    [TYPE_H2] = { { 56, 64, 72 }, 1.22, true },
    [TYPE_H1] = { { 72, 80, 88 }, 1.18, true },
    [TYPE_NUM] = { { 96, 104, 120 }, 1.05, true },
    [TYPE_COUNT_DOWN] = { { 168, 168, 168 }, 1.05, true },
};

static const char *const size_names[] = { "normal", "large", "xlarge" };

int theme_px(const struct theme *t, double dp)
{
    int px = (int)lround(dp * t->px_per_mm / dp_per_mm);
    return px < 1 && dp > 0 ? 1 : px;
}

/* Rounding down may not cost more than 1 %, else the smallest text falls under its millimetres. */
static int type_px(const struct theme *t, int dp)
{
    double exact = dp * t->px_per_mm / dp_per_mm;
    int px = theme_px(t, dp);
    return px < exact * 0.99 ? px + 1 : px;
}

void theme_make(struct theme *t, struct taste taste, int w_px, int h_px, double px_per_mm)
{
    *t = (struct theme){ .taste = taste, .px_per_mm = px_per_mm, .w_px = w_px, .h_px = h_px };
    t->w_dp = (int)lround(w_px * dp_per_mm / px_per_mm);
    t->h_dp = (int)lround(h_px * dp_per_mm / px_per_mm);
    t->portrait = h_px >= w_px;
    for (int i = 0; i < TOK_COUNT; i++)
        t->color[i] = taste.contrast ? colors[i].contrast : colors[i].normal;
    for (int i = 0; i < TYPE_COUNT; i++) {
        t->type[i].px = type_px(t, types[i].dp[taste.size]);
        t->type[i].line_px = (int)lround(t->type[i].px * types[i].line);
        t->type[i].bold = types[i].bold;
    }
}

static enum err parse_switch(const char *s, struct taste *t)
{
    if (!*s)
        return OK;
    if (strcmp(s, "+contrast") != 0)
        return ERR_ARG;
    t->contrast = true;
    return OK;
}

enum err theme_parse(const char *s, struct taste *out)
{
    for (int i = 0; i < 3; i++) {
        size_t n = strlen(size_names[i]);
        struct taste t = { .size = (enum text_size)i };
        if (strncmp(s, size_names[i], n) != 0 || (s[n] && s[n] != '+'))
            continue;
        enum err e = parse_switch(s + n, &t);
        if (e == OK)
            *out = t;
        return e;
    }
    return ERR_ARG;
}

const char *theme_name(struct taste t)
{
    static const char *const with[] = { "normal+contrast", "large+contrast", "xlarge+contrast" };
    return t.contrast ? with[t.size] : size_names[t.size];
}
