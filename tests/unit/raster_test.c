/* raster_test.c - the rasteriser paints what the list says, the same on every way to it. */
#include "hal/raster.h"

#include "hal/raster_mask.h"
#include "hal/raster_span.h"
#include "hal/text.h"
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { W = 320, H = 240 };
static const uint32_t WHITE = 0xFFFFFFFF, BLACK = 0xFF000000, RED = 0xFFFF0000, BLUE = 0xFF0000FF;
static const struct rect ALL = { 0, 0, W, H };
static uint32_t pixels[W * H], others[W * H];
static const struct raster_target TARGET = { pixels, W, H, W }, OTHER = { others, W, H, W };

static struct arena arena;
static struct draw_list list;

static void begin(void)
{
    arena_finish(&arena);
    arena_init(&arena, 1 << 16, 4 << 20);
    draw_start(&list, &arena);
}

static void add(struct draw_cmd cmd)
{
    if (cmd.clip.w == 0)
        cmd.clip = ALL;
    if (!draw_add(&list, &cmd))
        test_fail(__FILE__, __LINE__, "the list is full");
}

static void ground(uint32_t color)
{
    begin();
    add((struct draw_cmd){ .kind = DRAW_RECT, .rect = ALL, .color = color });
}

static uint32_t at(int x, int y)
{
    return pixels[y * W + x];
}

static unsigned red_at(int x, int y)
{
    return at(x, y) >> 16 & 0xFF;
}

TEST(mixing_is_exact_division_by_255)
{
    for (unsigned a = 0; a < 256; a++)
        for (unsigned d = 0; d < 256; d += 5)
            for (unsigned s = 0; s < 256; s += 5) {
                unsigned want = (2 * (s * a + d * (255 - a)) + 255) / 510;
                CHECK_EQ(span_mix(d << 16 | d << 8 | d, s << 16 | s << 8 | s, a),
                         0xFF000000u | want << 16 | want << 8 | want);
            }
}

/* The fast loops take four pixels at a time; each length and start must agree with one by one. */
TEST(fast_loops_agree_with_one_pixel_at_a_time)
{
    uint32_t d[40], want[40];
    uint8_t m[40];
    uint32_t seed = 1;
    for (int round = 0; round < 400; round++) {
        int from = round % 5, n = round % 33;
        int alpha = round % 3 == 0 ? 255 : round * 7 % 256;
        for (int i = 0; i < 40; i++) {
            seed = seed * 1664525u + 1013904223u;
            want[i] = d[i] = seed | 0xFF000000u;
            unsigned kind = seed >> 28;
            m[i] = kind < 5 ? 0 : kind < 10 ? 255 : (uint8_t)(seed >> 9);
        }
        for (int i = from; i < from + n; i++)
            want[i] = span_mix(want[i], 0x80F05A, span_mul(m[i], (unsigned)alpha));
        span_mask(d + from, m + from, n, 0x80F05A, alpha);
        CHECK(memcmp(d, want, sizeof d) == 0);
        for (int i = from; i < from + n; i++)
            want[i] = span_mix(want[i], 0x12C4F0, (unsigned)alpha);
        span_blend(d + from, n, 0x12C4F0, alpha);
        CHECK(memcmp(d, want, sizeof d) == 0);
        for (int i = from; i < from + n; i++)
            want[i] = 0xFF123456u;
        span_fill(d + from, n, 0x123456);
        CHECK(memcmp(d, want, sizeof d) == 0);
    }
}

TEST(a_rectangle_fills_its_pixels_and_no_other)
{
    ground(WHITE);
    add((struct draw_cmd){ .kind = DRAW_RECT, .rect = { 10, 20, 30, 40 }, .color = RED });
    raster_paint(&TARGET, &list, ALL);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            CHECK_EQ(at(x, y), rect_has((struct rect){ 10, 20, 30, 40 }, x, y) ? RED : WHITE);
}

TEST(nothing_is_painted_outside_the_clip_or_the_area)
{
    ground(WHITE);
    raster_paint(&TARGET, &list, ALL);
    begin();
    add((struct draw_cmd){
        .kind = DRAW_RRECT, .rect = ALL, .clip = { 50, 50, 60, 60 }, .color = RED, .radius = 20 });
    add((struct draw_cmd){ .kind = DRAW_SHADOW,
                           .rect = { 60, 60, 20, 20 },
                           .radius = 8,
                           .clip = { 50, 50, 60, 60 },
                           .color = BLACK,
                           .blur = 48 });
    raster_paint(&TARGET, &list, (struct rect){ 0, 0, 80, H });
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            if (!rect_has((struct rect){ 50, 50, 30, 60 }, x, y))
                CHECK_EQ(at(x, y), WHITE);
    CHECK(at(51, 51) != WHITE);
}

TEST(round_corners_are_smooth_and_alike)
{
    ground(WHITE);
    add((struct draw_cmd){
        .kind = DRAW_RRECT, .rect = { 10, 10, 101, 80 }, .color = BLACK, .radius = 24 });
    raster_paint(&TARGET, &list, ALL);
    int grey = 0;
    for (int y = 0; y < 24; y++)
        for (int x = 0; x < 24; x++) {
            uint32_t p = at(10 + x, 10 + y);
            grey += p != WHITE && p != BLACK;
            CHECK_EQ(p, at(110 - x, 10 + y));
            CHECK_EQ(p, at(10 + x, 89 - y));
            CHECK_EQ(p, at(10 + y, 10 + x));
        }
    CHECK_EQ(at(10, 10), WHITE);
    CHECK_EQ(at(10 + 24, 10), BLACK);
    CHECK(grey > 20);
}

/* The area of a disc is pi r^2: the sum of the coverages must say so. */
TEST(a_circle_has_the_area_of_a_circle)
{
    for (int d = 11; d <= 200; d += 27) {
        ground(BLACK);
        add((struct draw_cmd){ .kind = DRAW_CIRCLE, .rect = { 5, 5, d, d }, .color = WHITE });
        raster_paint(&TARGET, &list, ALL);
        double area = 0, want = 3.14159265 * d * d / 4;
        for (int i = 0; i < W * H; i++)
            area += (pixels[i] & 0xFF) / 255.0;
        CHECK(area > want * 0.997 && area < want * 1.003);
    }
}

TEST(a_ring_leaves_its_middle_alone)
{
    ground(RED);
    add((struct draw_cmd){ .kind = DRAW_RRECT,
                           .rect = { 20, 20, 100, 60 },
                           .radius = 16,
                           .border = 6,
                           .border_color = BLUE });
    add((struct draw_cmd){
        .kind = DRAW_CIRCLE, .rect = { 150, 20, 61, 61 }, .border = 4, .border_color = BLUE });
    raster_paint(&TARGET, &list, ALL);
    CHECK_EQ(at(25, 50), BLUE);
    CHECK_EQ(at(26, 50), RED);
    CHECK_EQ(at(70, 25), BLUE);
    CHECK_EQ(at(70, 26), RED);
    CHECK_EQ(at(70, 79), BLUE);
    CHECK_EQ(at(70, 80), RED);
    CHECK_EQ(at(180, 50), RED);
    CHECK_EQ(at(180, 20), BLUE);
    CHECK_EQ(at(180, 80), BLUE);
    CHECK_EQ(at(150, 50), BLUE);
    CHECK_EQ(at(210, 50), BLUE);
}

TEST(a_border_and_its_filling_meet_without_a_seam)
{
    ground(WHITE);
    add((struct draw_cmd){ .kind = DRAW_RRECT,
                           .rect = { 20, 20, 100, 60 },
                           .radius = 20,
                           .border = 3,
                           .border_color = BLACK,
                           .color = BLACK });
    raster_paint(&TARGET, &list, ALL);
    memcpy(others, pixels, sizeof others);
    ground(WHITE);
    add((struct draw_cmd){
        .kind = DRAW_RRECT, .rect = { 20, 20, 100, 60 }, .radius = 20, .color = BLACK });
    raster_paint(&TARGET, &list, ALL);
    for (int y = 0; y < 60; y++) /* the inside must be black right through, border or not */
        for (int x = 0; x < 100; x++)
            if (at(20 + x, 20 + y) == BLACK)
                CHECK_EQ(others[(20 + y) * W + 20 + x], BLACK);
}

TEST(the_band_lies_at_the_foot_inside_the_shape)
{
    ground(WHITE);
    add((struct draw_cmd){ .kind = DRAW_RRECT,
                           .rect = { 20, 20, 100, 60 },
                           .radius = 16,
                           .band = 5,
                           .border_color = BLUE,
                           .color = RED });
    raster_paint(&TARGET, &list, ALL);
    CHECK_EQ(at(70, 74), RED);
    CHECK_EQ(at(70, 75), BLUE);
    CHECK_EQ(at(70, 79), BLUE);
    CHECK_EQ(at(70, 80), WHITE);
    CHECK_EQ(at(20, 79), WHITE);
    for (int x = 20; x < 120; x++) /* no blue rim at the upper corners */
        CHECK(at(x, 20) == WHITE || (at(x, 20) >> 16 & 0xFF) == 0xFF);
}

TEST(a_shadow_fades_outwards_and_spares_the_inside)
{
    ground(WHITE);
    add((struct draw_cmd){ .kind = DRAW_SHADOW,
                           .rect = { 100, 80, 120, 80 },
                           .radius = 12,
                           .blur = 14,
                           .color = 0x80000000 });
    raster_paint(&TARGET, &list, ALL);
    CHECK_EQ(at(160, 120), WHITE);
    CHECK_EQ(at(160, 80), WHITE);
    int reach = draw_shadow_reach(14);
    for (int x = 99; x > 100 - reach; x--)
        CHECK(red_at(x, 120) >= red_at(x + 1, 120) || x == 99);
    CHECK(red_at(99, 120) < 0xD8);
    CHECK_EQ(at(99 - reach, 120), WHITE);
    for (int i = 0; i <= reach; i++) /* all sides alike when it does not fall */
        CHECK_EQ(at(99 - i, 120), at(220 + i, 120));
}

TEST(a_small_shape_casts_a_small_shadow)
{
    ground(WHITE);
    add((struct draw_cmd){ .kind = DRAW_SHADOW,
                           .rect = { 150, 110, 9, 7 },
                           .radius = 40,
                           .blur = 48,
                           .dy = 12,
                           .color = 0x4D140F08 });
    raster_paint(&TARGET, &list, ALL);
    CHECK_EQ(at(2, 2), WHITE);
}

static void polyline(const struct rect *p, int n, int width, uint32_t color)
{
    add((struct draw_cmd){ .kind = DRAW_POLYLINE,
                           .points = p,
                           .point_count = n,
                           .width = (int16_t)width,
                           .color = color });
}

TEST(a_level_line_is_as_thick_as_it_says)
{
    static const struct rect p[] = { { 30, 50, 0, 0 }, { 200, 50, 0, 0 } };
    ground(WHITE);
    polyline(p, 2, 5, BLACK);
    raster_paint(&TARGET, &list, ALL);
    for (int y = 40; y < 60; y++)
        CHECK_EQ(at(100, y), y >= 48 && y <= 52 ? BLACK : WHITE);
    CHECK_EQ(at(28, 50), BLACK); /* round ends reach half the width further */
    CHECK_EQ(at(26, 50), WHITE);
}

TEST(joins_of_a_see_through_line_are_not_darker)
{
    static const struct rect p[] = { { 30, 50, 0, 0 }, { 100, 50, 0, 0 }, { 100, 120, 0, 0 } };
    ground(WHITE);
    polyline(p, 3, 9, 0x80000000);
    raster_paint(&TARGET, &list, ALL);
    CHECK_EQ(at(100, 50), at(60, 50));
    CHECK_EQ(at(100, 50), at(100, 90));
}

TEST(a_line_of_one_point_is_a_dot)
{
    static const struct rect p[] = { { 60, 60, 0, 0 } };
    ground(WHITE);
    polyline(p, 1, 10, BLACK);
    raster_paint(&TARGET, &list, ALL);
    CHECK_EQ(at(60, 60), BLACK);
    CHECK_EQ(at(67, 60), WHITE);
}

TEST(an_image_is_copied_and_clear_pixels_are_left)
{
    uint32_t px[4] = { RED, 0, 0x80FFFFFF, BLUE };
    struct draw_image im = { 2, 2, 2, px, 1 };
    ground(BLACK);
    add((struct draw_cmd){ .kind = DRAW_IMAGE, .rect = { 7, 8, 2, 2 }, .image = &im });
    raster_paint(&TARGET, &list, ALL);
    CHECK_EQ(at(7, 8), RED);
    CHECK_EQ(at(8, 8), BLACK);
    CHECK_EQ(at(7, 9), 0xFF808080);
    CHECK_EQ(at(8, 9), BLUE);
}

/* Shapes of every kind at odd places, most of them over each other. */
static void crowd(void)
{
    static const struct rect zigzag[] = {
        { 5, 200, 0, 0 }, { 90, 130, 0, 0 }, { 130, 220, 0, 0 }, { 310, 140, 0, 0 }
    };
    ground(0xFFF8F5EE);
    for (int i = 0; i < 6; i++) {
        struct rect r = { 10 + i * 40, 10 + i * 17, 150, 90 };
        add((struct draw_cmd){ .kind = DRAW_SHADOW,
                               .rect = r,
                               .radius = 24,
                               .blur = 14,
                               .dy = 2,
                               .color = 0x1C3A2C14 });
        add((struct draw_cmd){ .kind = DRAW_RRECT,
                               .rect = r,
                               .radius = 24,
                               .border = i % 3,
                               .band = 5,
                               .border_color = 0xFFDCD3C3,
                               .color = WHITE });
        add((struct draw_cmd){ .kind = DRAW_CIRCLE,
                               .rect = { r.x + 9, r.y + 9, 41, 41 },
                               .border = 3,
                               .border_color = RED,
                               .color = 0x40123E66 });
        add((struct draw_cmd){ .kind = DRAW_TEXT,
                               .rect = { r.x + 20, r.y + 40, 120, 40 },
                               .px = 30,
                               .base_y = r.y + 70,
                               .text = "惠民 5.80",
                               .color = BLACK });
    }
    add((struct draw_cmd){ .kind = DRAW_RECT, .rect = { 0, 180, W, 60 }, .color = 0xFFEEE9DE });
    add((struct draw_cmd){ .kind = DRAW_POLYLINE,
                           .points = zigzag,
                           .point_count = 4,
                           .width = 5,
                           .color = 0xFF583714 });
}

TEST(painting_in_pieces_gives_the_same_picture)
{
    CHECK_ERR(text_init(NULL), OK);
    crowd();
    memset(pixels, 0x55, sizeof pixels);
    memset(others, 0xAA, sizeof others);
    raster_paint(&TARGET, &list, ALL);
    for (int y = 0; y < H; y += 37)
        for (int x = 0; x < W; x += 29)
            raster_paint(&OTHER, &list, (struct rect){ x, y, 29, 37 });
    text_finish();
    CHECK(memcmp(pixels, others, sizeof pixels) == 0);
}

/* Grounds are not painted where cards hide them; that must not be seen. One command at a time
 * nothing can be left out. */
TEST(leaving_out_what_is_hidden_is_not_seen)
{
    CHECK_ERR(text_init(NULL), OK);
    crowd();
    raster_paint(&TARGET, &list, ALL);
    for (int i = 0; i < list.count; i++) {
        struct draw_list one = { .cmd = &list.cmd[i], .count = 1 };
        raster_paint(&OTHER, &one, ALL);
    }
    text_finish();
    CHECK(memcmp(pixels, others, sizeof pixels) == 0);
}

TEST(masks_are_made_once_and_can_be_given_back)
{
    const struct mask *a = mask_corner(48), *b = mask_corner(48);
    CHECK(a && a == b);
    CHECK(mask_corner(0) == NULL);
    for (int r = 1; r < 100; r++) /* more than there are slots */
        CHECK(mask_corner(r) != NULL);
    CHECK(mask_shadow(24, 14) != NULL);
    CHECK(mask_shadow(24, 0) == NULL);
    raster_finish();
    CHECK(mask_corner(48) != NULL);
    raster_finish();
    arena_finish(&arena);
}
