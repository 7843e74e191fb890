/* theme_test.c - every pair of colours and every size of type holds what the design promises. */
#include "tests/test.h"

#include "app/theme.h"

#include <math.h>
#include <stddef.h>

static double linear(uint32_t c)
{
    double v = c / 255.0;
    return v <= 0.03928 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static double light(uint32_t c)
{
    return 0.2126 * linear(c >> 16 & 255) + 0.7152 * linear(c >> 8 & 255) +
           0.0722 * linear(c & 255);
}

static double ratio(uint32_t a, uint32_t b)
{
    double x = light(a), y = light(b);
    return (fmax(x, y) + 0.05) / (fmin(x, y) + 0.05);
}

static struct theme made(enum text_size size, bool contrast, double px_per_mm)
{
    struct theme t;
    theme_make(&t, (struct taste){ size, contrast }, 1080, 1920, px_per_mm);
    return t;
}

static const enum tok text_pairs[][2] = {
    { TOK_INK, TOK_PAPER },        { TOK_INK, TOK_WASH },     { TOK_INK, TOK_MUTE },
    { TOK_INK2, TOK_WASH },        { TOK_INK2, TOK_TEAWASH }, { TOK_ONTEA, TOK_TEA },
    { TOK_ONTEA, TOK_WOOD },       { TOK_ONTEA, TOK_RIVER },  { TOK_ONTEA, TOK_JUJUBE },
    { TOK_PEELINK, TOK_PEELWASH }, { TOK_BAD, TOK_BADWASH },  { TOK_TEADK, TOK_SHEET },
};

TEST(every_text_can_be_read_on_its_ground)
{
    for (int contrast = 0; contrast < 2; contrast++) {
        struct theme t = made(SIZE_NORMAL, contrast, 4.03);
        for (size_t i = 0; i < sizeof text_pairs / sizeof text_pairs[0]; i++)
            CHECK(ratio(t.color[text_pairs[i][0]], t.color[text_pairs[i][1]]) >=
                  (contrast ? 15 : 10));
    }
}

TEST(the_smallest_text_keeps_its_millimetres_on_every_panel)
{
    static const double panels[] = { 4.03, 3.96, 3.787, 5.5, 3.1 };
    static const double least[] = { 4.3, 4.3, 6.1 }, body[] = { 5.35, 6.8, 8.6 };
    for (int p = 0; p < 5; p++)
        for (int s = SIZE_NORMAL; s <= SIZE_XLARGE; s++) {
            struct theme t = made((enum text_size)s, false, panels[p]);
            CHECK(t.type[TYPE_CAP].px * 0.733 / panels[p] >= least[s]);
            CHECK(t.type[TYPE_BODY].px * 0.733 / panels[p] >= body[s]);
        }
}

TEST(a_hairline_never_vanishes_and_nothing_stays_nothing)
{
    struct theme t = made(SIZE_NORMAL, false, 1.5);
    CHECK_EQ(theme_px(&t, 1), 1);
    CHECK_EQ(theme_px(&t, 0), 0);
}

TEST(theme_names_go_out_and_come_back)
{
    static const char *const names[] = { "normal", "large+contrast", "xlarge", "xlarge+contrast" };
    for (int i = 0; i < 4; i++) {
        struct taste got = { 0 };
        CHECK_ERR(theme_parse(names[i], &got), OK);
        CHECK_STR(theme_name(got), names[i]);
    }
}

TEST(an_unknown_theme_is_refused_and_changes_nothing)
{
    struct taste got = { SIZE_LARGE, true };
    CHECK_ERR(theme_parse("larger", &got), ERR_ARG);
    CHECK_ERR(theme_parse("normal+shiny", &got), ERR_ARG);
    CHECK_ERR(theme_parse("", &got), ERR_ARG);
    CHECK_EQ(got.size, SIZE_LARGE);
}
