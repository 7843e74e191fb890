/* a11y_test.c - can icons and edges be seen, and is body text as tall as promised on every panel?
 */
#include "tests/test.h"

#include "app/theme.h"

#include <math.h>
#include <stddef.h>

/* Texts are measured on every screen by tests/tools/a11y.c; what carries no text is measured here.
 */
static double linear(uint32_t c, int shift)
{
    double v = (double)(c >> shift & 255) / 255;
    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static double luminance(uint32_t c)
{
    return 0.2126 * linear(c, 16) + 0.7152 * linear(c, 8) + 0.0722 * linear(c, 0) + 0.05;
}

static double contrast(const struct theme *t, enum tok a, enum tok b)
{
    double x = luminance(t->color[a]), y = luminance(t->color[b]);
    return x > y ? x / y : y / x;
}

struct pair {
    enum tok front, back;
};

static void check_pairs(bool high, const struct pair *p, size_t n)
{
    struct theme t;
    theme_make(&t, (struct taste){ SIZE_NORMAL, high }, 1080, 1920, 4.03);
    for (size_t i = 0; i < n; i++)
        if (contrast(&t, p[i].front, p[i].back) < 3)
            test_fail(__FILE__, __LINE__, "token %d on %d is %.2f, not 3", p[i].front, p[i].back,
                      contrast(&t, p[i].front, p[i].back));
}

TEST(icons_and_edges_stand_out_three_to_one)
{
    static const struct pair pairs[] = {
        { TOK_PEEL, TOK_TEA },       { TOK_TEA, TOK_TEAWASH },      { TOK_TEA, TOK_SHEET },
        { TOK_WOOD, TOK_WOODWASH },  { TOK_RIVER, TOK_RIVERWASH },  { TOK_JUJUBE, TOK_JUJUBEWASH },
        { TOK_EDGE, TOK_PAPER },     { TOK_EDGE, TOK_WASH },        { TOK_EDGE, TOK_SHEET },
        { TOK_PEELEDGE, TOK_PAPER }, { TOK_PEELINK, TOK_PEELWASH }, { TOK_BAD, TOK_SHEET },
        { TOK_ONTEA, TOK_TEA },      { TOK_WOOD, TOK_SHEET },       { TOK_INK2, TOK_PAPER },
    };
    check_pairs(false, pairs, sizeof pairs / sizeof *pairs);
}

TEST(icons_and_edges_stand_out_in_high_contrast_too)
{
    static const struct pair pairs[] = {
        { TOK_TEA, TOK_SHEET },     { TOK_EDGE, TOK_SHEET },      { TOK_EDGE, TOK_PAPER },
        { TOK_WOOD, TOK_WOODWASH }, { TOK_RIVER, TOK_RIVERWASH }, { TOK_JUJUBE, TOK_JUJUBEWASH },
        { TOK_ONTEA, TOK_TEA },     { TOK_BAD, TOK_PAPER },       { TOK_PEELEDGE, TOK_PAPER },
        { TOK_LINE, TOK_PAPER },
    };
    check_pairs(true, pairs, sizeof pairs / sizeof *pairs);
}

TEST(body_capitals_are_as_tall_as_promised_on_every_panel)
{
    static const struct {
        int w, h, w_mm;
    } panel[] = {
        { 1080, 1920, 268 }, { 1920, 1080, 476 }, { 1366, 768, 345 }, { 1280, 1024, 338 }
    };
    static const double body_mm[] = { 5.4, 6.9, 8.7 }; /* normal, large, extra large */
    for (size_t i = 0; i < sizeof panel / sizeof *panel; i++)
        for (int size = SIZE_NORMAL; size <= SIZE_XLARGE; size++) {
            struct theme t;
            double px_per_mm = (double)panel[i].w / panel[i].w_mm;
            theme_make(&t, (struct taste){ (enum text_size)size, false }, panel[i].w, panel[i].h,
                       px_per_mm);
            double half_px = 0.5 * 0.733 / px_per_mm; /* a size is a whole number of pixels */
            double mm = t.type[TYPE_BODY].px * 0.733 / px_per_mm;
            if (mm + half_px < body_mm[size])
                test_fail(__FILE__, __LINE__, "%dx%d size %d: %.2f mm, not %.1f", panel[i].w,
                          panel[i].h, size, mm, body_mm[size]);
        }
}
