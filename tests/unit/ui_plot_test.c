/* ui_plot_test.c - the price line: round grid values, a break where nobody asked, two marks. */
#include "tests/test.h"

#include "tests/unit/ui_kit.h"

#include <string.h>

enum { DAYS = 90 };
static struct ui_point points[DAYS];
static int count;

static const char *yuan(struct arena *a, int64_t fen)
{
    return arena_printf(a, "%d.%02d", (int)(fen / 100), (int)(fen % 100));
}

static const char *day(struct arena *a, int x)
{
    return arena_printf(a, "day%d", x);
}

static void plot(struct ui *ui)
{
    UI(ui, .h = UI_DP(420), .pad = UI_PAD(32))
    {
        ui_plot(ui, &(struct ui_plot){ .points = points,
                                       .count = count,
                                       .color = TOK_WOOD,
                                       .h = UI_FILL,
                                       .y_text = yuan,
                                       .x_text = day,
                                       .max_text = "最高",
                                       .now_text = "今天",
                                       .sentence = "最低价从5块3到4块9毛8",
                                       .id = "plot" });
    }
}

static const struct draw_list *drawn(int n, int gap_from, int gap_to)
{
    count = n;
    for (int i = 0; i < n; i++)
        points[i] = (struct ui_point){ i, 498 + (i * 7) % 60, i < gap_from || i >= gap_to };
    kit_ui(SIZE_NORMAL, false);
    return kit_build(plot);
}

static int kinds(const struct draw_list *list, enum draw_kind kind)
{
    int n = 0;
    for (int i = 0; i < list->count; i++)
        n += list->cmd[i].kind == kind;
    return n;
}

static bool says(const struct draw_list *list, const char *text)
{
    for (int i = 0; i < list->count; i++)
        if (list->cmd[i].kind == DRAW_TEXT && strcmp(list->cmd[i].text, text) == 0)
            return true;
    return false;
}

TEST(two_days_without_a_price_break_the_line_and_one_does_not)
{
    CHECK_EQ(kinds(drawn(DAYS, 40, 41), DRAW_POLYLINE), 1);
    CHECK_EQ(kinds(drawn(DAYS, 40, 42), DRAW_POLYLINE), 2);
    const struct draw_list *list = drawn(DAYS, 30, 40);
    int grey = 0;
    for (int i = 0; i < list->count; i++)
        grey += list->cmd[i].kind == DRAW_RECT && list->cmd[i].color == 0xFFE4DED2;
    CHECK_EQ(grey, 1);
}

TEST(the_grid_has_four_round_values_that_hold_all_prices)
{
    const struct draw_list *list = drawn(DAYS, 0, 0);
    CHECK(says(list, "4.50")); /* steps of 0.20 would end at 5.40, below the highest 5.57 */
    CHECK(says(list, "5.00"));
    CHECK(says(list, "5.50"));
    CHECK(says(list, "6.00"));
    CHECK(says(list, "day0"));
    CHECK(says(list, "day89"));
}

TEST(the_highest_and_the_last_price_are_marked)
{
    const struct draw_list *list = drawn(DAYS, 0, 0);
    CHECK_EQ(kinds(list, DRAW_CIRCLE), 2);
    CHECK(says(list, "今天"));
    CHECK_STR(kit_view("plot").name, "最低价从5块3到4块9毛8");
}

TEST(a_plot_of_one_point_or_of_none_is_drawn_without_trouble)
{
    CHECK_EQ(kinds(drawn(1, 0, 0), DRAW_CIRCLE), 1);
    CHECK_EQ(kinds(drawn(5, 0, 5), DRAW_CIRCLE), 0);
    CHECK_EQ(kinds(drawn(0, 0, 0), DRAW_CIRCLE), 0);
}
