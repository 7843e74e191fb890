/* ui_layout_test.c - things stand where rows, columns and grids promise, and nothing is cut in
 * secret.
 */
#include "tests/test.h"

#include "tests/unit/ui_kit.h"

static void box(struct ui *ui, const char *id, struct ui_len w, struct ui_len h)
{
    UI(ui, .id = id, .w = w, .h = h, .role = ROLE_IMAGE)
    {
    }
}

static void shares(struct ui *ui)
{
    UI(ui, .dir = UI_ROW, .gap = 20, .pad = UI_PAD(40), .h = UI_DP(200), .cross = UI_STRETCH)
    {
        box(ui, "a", UI_DP(100), UI_FILL);
        box(ui, "b", UI_SHARE(1), UI_FILL);
        box(ui, "c", UI_SHARE(3), UI_FILL);
    }
}

TEST(what_is_left_of_a_row_is_shared_by_weight)
{
    CHECK(kit_ui(SIZE_NORMAL, false) != NULL);
    kit_build(shares);
    CHECK_EQ(kit_view("a").rect.w, 100);
    CHECK_EQ(kit_view("b").rect.w, 215);
    CHECK_EQ(kit_view("c").rect.w, 645);
    CHECK_EQ(kit_view("c").rect.x + kit_view("c").rect.w, 1040);
    CHECK_EQ(kit_view("b").rect.h, 120);
}

static void limits(struct ui *ui)
{
    UI(ui, .dir = UI_ROW, .h = UI_DP(100))
    {
        box(ui, "a", (struct ui_len){ UI_GROW, 1, 0, 200 }, UI_DP(10));
        box(ui, "b", (struct ui_len){ UI_GROW, 1, 700, 0 }, UI_DP(10));
        box(ui, "c", UI_FILL, UI_DP(10));
    }
}

TEST(a_share_keeps_to_its_least_and_its_most)
{
    kit_ui(SIZE_NORMAL, false);
    kit_build(limits);
    CHECK_EQ(kit_view("b").rect.w, 700);
    CHECK(kit_view("a").rect.w <= 200);
    CHECK_EQ(kit_view("a").rect.w + kit_view("b").rect.w + kit_view("c").rect.w, 1080);
    CHECK_EQ(kit_view("a").rect.y, 45); /* centred across the row */
}

static void grid(struct ui *ui)
{
    UI(ui, .dir = UI_GRID, .cols = 2, .gap = 20)
    {
        box(ui, "a", UI_FILL, UI_DP(50));
        box(ui, "b", UI_FILL, UI_DP(90));
        box(ui, "c", UI_FILL, UI_DP(30));
    }
}

TEST(cells_of_a_grid_row_are_as_tall_as_the_tallest)
{
    kit_ui(SIZE_NORMAL, false);
    kit_build(grid);
    CHECK_EQ(kit_view("a").rect.h, 90);
    CHECK_EQ(kit_view("a").rect.w, 530);
    CHECK_EQ(kit_view("b").rect.x, 550);
    CHECK_EQ(kit_view("c").rect.y, 110);
}

static const char *const sentence =
    "没缴的乡亲可以在这台机器上缴，也可以请网格员代办，村干部会上门来帮忙的。";

static void squeezed(struct ui *ui)
{
    UI(ui, .dir = UI_ROW)
    {
        ui_label(ui, &(struct ui_text){ .text = sentence, .type = TYPE_BODY, .id = "long" });
        ui_label(ui, &(struct ui_text){ .text = "高对比", .type = TYPE_BODY, .id = "short" });
    }
}

TEST(a_long_text_wraps_before_a_short_word_is_broken)
{
    struct ui *ui = kit_ui(SIZE_XLARGE, false);
    kit_build(squeezed);
    CHECK_EQ(ui_overflows(ui), 0);
    int line = 67; /* body at 特大: 48 px * 1.4 */
    CHECK_EQ(kit_view("short").rect.h, line);
    CHECK(kit_view("long").rect.h >= 2 * line);
    CHECK(!kit_view("long").elided);
}

static void cut(struct ui *ui)
{
    UI(ui, .w = UI_DP(300), .id = "box", .role = ROLE_STATUS)
    {
        ui_label(ui, &(struct ui_text){ .text = sentence, .max_lines = 1 });
    }
    UI(ui, .h = UI_DP(40), .id = "low", .role = ROLE_LIST)
    {
        ui_label(ui, &(struct ui_text){ .text = sentence, .type = TYPE_H1, .id = "tall" });
    }
}

TEST(a_cut_text_and_a_text_too_tall_for_its_box_are_told)
{
    struct ui *ui = kit_ui(SIZE_NORMAL, false);
    kit_build(cut);
    CHECK(kit_view("box").elided);
    CHECK(!kit_view("box").overflow);
    CHECK(kit_view("tall").overflow);
    CHECK(ui_overflows(ui) > 0);
}

static void scroller(struct ui *ui)
{
    box(ui, "head", UI_FILL, UI_DP(120));
    UI(ui, .id = "page", .scroll = true, .h = UI_FILL)
    {
        box(ui, "tall", UI_FILL, UI_DP(5000));
    }
    box(ui, "foot", UI_FILL, UI_DP(140));
}

TEST(what_scrolls_gives_way_so_that_the_foot_stays_on_the_screen)
{
    struct ui *ui = kit_ui(SIZE_NORMAL, false);
    kit_build(scroller);
    CHECK_EQ(kit_view("page").rect.h, 1920 - 120 - 140);
    CHECK_EQ(kit_view("foot").rect.y, 1780);
    CHECK_EQ(kit_view("tall").seen.h, 1660);
    CHECK_EQ(ui_overflows(ui), 0);
}

static void many(struct ui *ui)
{
    for (int i = 0; i < 200000; i++)
        ui_say(ui, TYPE_CAP, "。");
}

TEST(a_screen_too_large_for_its_memory_is_drawn_as_far_as_it_goes)
{
    struct ui *ui = kit_ui(SIZE_NORMAL, false);
    ui_begin(ui, &(struct theme){ .w_px = 100, .h_px = 100, .px_per_mm = 4.03 }, "big");
    many(ui);
    ui_end(ui);
    CHECK(ui_view_count(ui) < 200000);
}
