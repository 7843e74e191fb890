/* ui_list_test.c - a long list builds what can be seen, flies, stops, pages, and hides no row. */
#include "tests/test.h"

#include "app/widgets.h"
#include "tests/unit/ui_kit.h"

#include <stdlib.h>
#include <string.h>

static struct ui *stage;
static int built, rows = 1000;

static void row(struct ui *ui, const void *ctx, int i)
{
    (void)ctx;
    built++;
    ui_row(ui, &(struct ui_row){ .id = arena_printf(ui_arena(ui), "row.%d", i),
                                 .title = "鸡蛋，鲜",
                                 .one_line = true,
                                 .on = UI_GO_TO("price", i) });
}

static void page(struct ui *ui)
{
    built = 0;
    ui_space(ui, 120);
    ui_list(ui, &(struct ui_list){ .id = "list", .count = rows, .row_dp = 100, .build_row = row });
    ui_button(ui, &(struct ui_button){
                      .id = "list.next", .label = "下一页", .on = UI_PAGE_BY("list", 1) });
}

static void start(int count)
{
    stage = kit_ui(SIZE_NORMAL, false);
    rows = count;
    kit_build(page);
    kit_build(page);
}

static int first_row_y(void)
{
    return kit_view("row.0").id ? kit_view("row.0").rect.y : -9999;
}

TEST(of_a_thousand_rows_only_those_in_view_are_built)
{
    start(1000);
    CHECK(built >= 17);
    CHECK(built <= 21);
    CHECK_EQ(first_row_y(), 120);
}

TEST(next_walks_through_every_row_of_a_list)
{
    start(60);
    for (int i = 0; i < 60; i++) {
        char want[16] = "row.";
        kit_key(KEY_NEXT);
        want[4] = (char)(i < 10 ? '0' + i : '0' + i / 10);
        want[5] = (char)(i < 10 ? 0 : '0' + i % 10);
        CHECK_STR(kit_focus(), want);
        CHECK_EQ(kit_view(want).seen.h, 100);
    }
    kit_key(KEY_NEXT);
    CHECK_STR(kit_focus(), "list.next");
}

TEST(paging_moves_by_whole_rows_and_ends_at_the_last_page)
{
    int at, all;
    start(60);
    ui_pages(stage, "list", &at, &all);
    CHECK_EQ(at, 1);
    CHECK_EQ(all, 4);
    CHECK_EQ(kit_tap("list.next").type, EV_NONE); /* ui does it itself */
    kit_build(page);
    CHECK_EQ(kit_view("row.17").rect.y, 120);
    ui_scroll_page(stage, "list", 99);
    kit_build(page);
    ui_pages(stage, "list", &at, &all);
    CHECK_EQ(at, 4);
    CHECK_EQ(kit_view("row.59").seen.h, 100);
}

TEST(a_small_move_is_a_press_and_a_large_one_is_a_drag)
{
    start(1000);
    kit_touch(INPUT_DOWN, 500, 800, 0);
    kit_touch(INPUT_MOVE, 500, 792, 10);
    CHECK_EQ(kit_touch(INPUT_UP, 500, 792, 20).type, EV_GO);
    kit_touch(INPUT_DOWN, 500, 800, 1000);
    kit_touch(INPUT_MOVE, 500, 780, 1010);
    kit_touch(INPUT_MOVE, 500, 700, 1020);
    CHECK_EQ(first_row_y(), 40);
    kit_touch(INPUT_MOVE, 500, 700, 1500); /* stands still before it leaves */
    CHECK_EQ(kit_touch(INPUT_UP, 500, 700, 1700).type, EV_NONE);
    CHECK(!ui_animating(stage));
}

static void fling(void)
{
    kit_touch(INPUT_DOWN, 500, 1500, 0);
    for (int i = 1; i <= 8; i++)
        kit_touch(INPUT_MOVE, 500, 1500 - i * 20, i * 10);
    kit_touch(INPUT_UP, 500, 1340, 80);
}

TEST(a_thrown_list_flies_on_and_comes_to_rest)
{
    start(1000);
    fling();
    CHECK(ui_animating(stage));
    int before = first_row_y(), ticks = 0;
    for (int64_t t = 96; ui_animating(stage) && ticks < 1000; t += 16, ticks++)
        ui_tick(stage, t * 1000);
    kit_build(page);
    /* 2000 px/s dying away with 325 ms covers about 650 px */
    CHECK(!ui_animating(stage));
    CHECK(ticks > 50);
    CHECK(!kit_view("row.0").id || first_row_y() < before - 400);
    CHECK(kit_view("row.9").rect.y < 1920);
}

TEST(a_tap_on_a_flying_list_only_stops_it)
{
    start(1000);
    fling();
    kit_touch(INPUT_DOWN, 500, 800, 90);
    CHECK(!ui_animating(stage));
    CHECK_EQ(kit_touch(INPUT_UP, 500, 800, 110).type, EV_NONE);
    kit_touch(INPUT_DOWN, 500, 800, 500);
    CHECK_EQ(kit_touch(INPUT_UP, 500, 800, 520).type, EV_GO);
}

TEST(a_list_that_became_short_is_not_left_scrolled_into_nothing)
{
    start(1000);
    ui_scroll_page(stage, "list", 20);
    kit_build(page);
    rows = 3;
    kit_build(page);
    CHECK_EQ(first_row_y(), 120);
    CHECK_EQ(built, 3);
}

TEST(a_new_screen_starts_at_the_top_and_the_way_back_where_it_was)
{
    start(1000);
    ui_scroll_page(stage, "list", 1);
    ui_screen_changed(stage, true);
    kit_build(page);
    CHECK_EQ(kit_view("row.17").rect.y, 120);
    ui_screen_changed(stage, false);
    kit_build(page);
    CHECK_EQ(first_row_y(), 120);
}
