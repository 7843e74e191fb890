/* raster_yuv_test.c - a camera's colours come out as they were meant, at any size. */
#include "tests/test.h"

#include "hal/raster_yuv.h"

#include <stdlib.h>
#include <string.h>

static uint8_t y[64 * 36], u[32 * 18], v[32 * 18];
static uint32_t out[200 * 200];

static struct yuv plain(int cy, int cu, int cv)
{
    memset(y, cy, sizeof y);
    memset(u, cu, sizeof u);
    memset(v, cv, sizeof v);
    return (struct yuv){ 64, 36, 64, 32, y, u, v, false, false };
}

static bool near(uint32_t a, uint32_t b)
{
    for (int s = 0; s < 32; s += 8)
        if (abs((int)(a >> s & 255) - (int)(b >> s & 255)) > 2)
            return false;
    return true;
}

TEST(black_white_and_red_of_video_are_black_white_and_red)
{
    struct yuv p = plain(16, 128, 128);
    yuv_paint(&p, out, 100, 50, 100, false);
    CHECK(near(out[0], 0xFF000000) && near(out[4999], 0xFF000000));
    p = plain(235, 128, 128);
    yuv_paint(&p, out, 100, 50, 100, false);
    CHECK(near(out[2500], 0xFFFFFFFF));
    p = plain(81, 90, 240); /* pure red, BT.601 */
    yuv_paint(&p, out, 100, 50, 100, false);
    CHECK(near(out[0], 0xFFFF0000));
    p = plain(63, 102, 240); /* pure red, BT.709 */
    p.bt709 = true;
    yuv_paint(&p, out, 100, 50, 100, false);
    CHECK(near(out[0], 0xFFFF0000));
    p = plain(255, 128, 128);
    p.full_range = true;
    yuv_paint(&p, out, 100, 50, 100, false);
    CHECK(near(out[0], 0xFFFFFFFF));
}

TEST(a_picture_covers_its_place_and_its_middle_stays_the_middle)
{
    struct yuv p = plain(16, 128, 128);
    for (int i = 0; i < 36; i++)
        memset(y + i * 64 + 32, 235, 32);  /* the right half is white */
    yuv_paint(&p, out, 30, 60, 40, false); /* higher than wide: the sides are cut off */
    for (int i = 0; i < 60; i++) {
        CHECK(near(out[i * 40], 0xFF000000));
        CHECK(near(out[i * 40 + 29], 0xFFFFFFFF));
    }
    CHECK(out[14] != 0xFFFFFFFF && out[15] != 0xFF000000);
}

TEST(a_paled_picture_has_no_black_and_hardly_any_colour)
{
    struct yuv p = plain(81, 90, 240);
    yuv_paint(&p, out, 10, 10, 10, true);
    int r = out[0] >> 16 & 255, g = out[0] >> 8 & 255;
    CHECK(r > 140 && g > 130 && r - g < 60);
}

TEST(no_size_at_all_and_too_large_a_one_paint_nothing)
{
    struct yuv p = plain(235, 128, 128);
    out[0] = 7;
    yuv_paint(&p, out, 0, 10, 0, false);
    yuv_paint(&p, out, 5000, 1, 5000, false);
    p.u = NULL;
    yuv_paint(&p, out, 10, 10, 10, false);
    CHECK_EQ(out[0], 7);
}

TEST(a_small_copy_keeps_what_is_where)
{
    static uint8_t sy[32 * 18], su[16 * 9], sv[16 * 9];
    struct yuv p = plain(16, 128, 128);
    memset(y, 200, sizeof y / 2); /* the upper half */
    yuv_shrink(&p, sy, su, sv, 32, 18);
    CHECK_EQ(sy[0], 200);
    CHECK_EQ(sy[17 * 32], 16);
    CHECK_EQ(su[0], 128);
}
