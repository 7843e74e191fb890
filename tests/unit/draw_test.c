/* draw_test.c - the display list keeps what can be seen, and rectangles add up. */
#include "hal/draw.h"
#include "tests/test.h"

static const struct rect SCREEN = { 0, 0, 100, 100 };

TEST(a_command_outside_its_clip_is_left_out)
{
    struct arena a;
    arena_init(&a, 4096, 1 << 20);
    struct draw_list list;
    draw_start(&list, &a);
    bool kept = draw_add(&list, &(struct draw_cmd){ .rect = { 200, 0, 9, 9 }, .clip = SCREEN });
    int none = list.count;
    bool in = draw_add(&list, &(struct draw_cmd){ .rect = { 95, 95, 9, 9 }, .clip = SCREEN });
    int one = list.count;
    arena_finish(&a);
    CHECK(kept && in);
    CHECK_EQ(none, 0);
    CHECK_EQ(one, 1);
}

TEST(a_shadow_is_kept_when_only_its_soft_part_is_in_sight)
{
    struct arena a;
    arena_init(&a, 4096, 1 << 20);
    struct draw_list list;
    draw_start(&list, &a);
    struct draw_cmd card = { .kind = DRAW_SHADOW, .rect = { 0, 110, 50, 50 }, .clip = SCREEN };
    card.blur = 14;
    bool good = draw_add(&list, &card);
    int n = list.count;
    arena_finish(&a);
    CHECK(good);
    CHECK_EQ(n, 1);
}

TEST(a_long_list_keeps_its_order)
{
    struct arena a;
    arena_init(&a, 1 << 16, 8 << 20);
    struct draw_list list;
    draw_start(&list, &a);
    bool good = true;
    for (int i = 0; i < 3000; i++)
        good =
            draw_add(&list,
                     &(struct draw_cmd){ .rect = { 0, 0, 1, 1 }, .clip = SCREEN, .base_y = i }) &&
            good;
    int n = list.count;
    for (int i = 0; i < n; i++)
        good = good && list.cmd[i].base_y == i;
    arena_finish(&a);
    CHECK_EQ(n, 3000);
    CHECK(good);
}

TEST(a_full_arena_is_reported_and_not_written_over)
{
    struct arena a;
    arena_init(&a, 4096, 64 << 10);
    struct draw_list list;
    draw_start(&list, &a);
    int added = 0;
    while (added < 10000 && draw_add(&list, &(struct draw_cmd){ .rect = SCREEN, .clip = SCREEN }))
        added++;
    int n = list.count;
    arena_finish(&a);
    CHECK(added < 10000);
    CHECK_EQ(n, added);
}

TEST(rectangles_that_do_not_meet_have_nothing_in_common)
{
    CHECK(rect_empty(rect_clip((struct rect){ 0, 0, 10, 10 }, (struct rect){ 10, 0, 5, 5 })));
    struct rect r = rect_clip((struct rect){ 0, 0, 10, 10 }, (struct rect){ 7, 8, 10, 10 });
    CHECK_EQ(r.x * 1000 + r.y * 100 + r.w * 10 + r.h, 7 * 1000 + 8 * 100 + 3 * 10 + 2);
}

TEST(joining_with_an_empty_rectangle_changes_nothing)
{
    struct rect r = rect_join((struct rect){ 0, 0, 0, 0 }, (struct rect){ 5, 6, 7, 8 });
    CHECK(r.x == 5 && r.y == 6 && r.w == 7 && r.h == 8);
    r = rect_join(r, (struct rect){ 0, 0, 1, 1 });
    CHECK(r.x == 0 && r.y == 0 && r.w == 12 && r.h == 14);
}

/* Every pixel of the whole is in the hole or in exactly one piece. */
TEST(the_pieces_around_a_hole_cover_the_rest_once)
{
    struct rect whole = { 2, 3, 12, 10 };
    for (int x = -2; x < 16; x++)
        for (int y = -2; y < 16; y++) {
            struct rect hole = { x, y, 5, 4 }, piece[4];
            int n = rect_around(whole, hole, piece);
            for (int px = 0; px < 20 * 20; px++) {
                int at_x = px % 20, at_y = px / 20, times = rect_has(hole, at_x, at_y);
                for (int i = 0; i < n; i++)
                    times += rect_has(piece[i], at_x, at_y);
                if (rect_has(whole, at_x, at_y))
                    CHECK_EQ(times, 1);
            }
        }
}
