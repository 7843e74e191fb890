/* jpeg_test.c - a camera's pictures: painted, made anew, and refused when they are not what they
 * say. */
#include "hal/jpeg.h"

#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

enum { W = 640, H = 480, CAP = 512 * 1024 };

static unsigned char raw[W * H * 2], jpeg[CAP], out[CAP];
static uint32_t pixels[W * H];

/* Brightness by a function of the place; no colour. */
static size_t picture(int (*luma)(int x, int y))
{
    size_t n = 0;
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            raw[(y * W + x) * 2] = (unsigned char)luma(x, y);
            raw[(y * W + x) * 2 + 1] = 128;
        }
    return jpeg_of_yuyv(raw, W, H, W * 2, 90, jpeg, CAP, &n) == OK ? n : 0;
}

static int black(int x, int y)
{
    (void)x, (void)y;
    return 16;
}

/* Lines of writing on white paper, and the same through a lens out of focus. */
static int writing(int x, int y)
{
    return y % 24 < 12 && (x * 7 + y / 24 * 5) % 11 < 4 ? 30 : 225;
}

static int blurred(int x, int y)
{
    int sum = 0;
    for (int dy = -6; dy <= 6; dy++)
        for (int dx = -6; dx <= 6; dx++)
            sum += writing(x + dx + 20, y + dy + 24);
    return sum / 169;
}

static int halves(int x, int y)
{
    (void)y;
    return x < W / 2 ? 40 : 220;
}

TEST(a_picture_is_painted_in_the_size_that_is_wanted)
{
    int w = 0, h = 0;
    size_t n = picture(halves);
    CHECK_ERR(jpeg_size(jpeg, n, &w, &h), OK);
    CHECK(w == W && h == H);
    CHECK_ERR(jpeg_paint(jpeg, n, pixels, 200, 150, 210), OK);
    CHECK((pixels[75 * 210 + 20] & 0xFF) < 60 && (pixels[75 * 210 + 180] & 0xFF) > 200);
    CHECK(pixels[149 * 210 + 199] >> 24 == 0xFF);
    CHECK_EQ(pixels[149 * 210 + 205], 0); /* not beyond its width */
    CHECK_ERR(jpeg_paint(jpeg, n, pixels, 0, 150, 210), ERR_ARG);
}

TEST(a_picture_fits_in_its_shape_and_never_grows)
{
    int w, h;
    jpeg_fit(3264, 2448, 984, 2000, 800000, &w, &h);
    CHECK(w == 984 && h == 738);
    jpeg_fit(100, 50, 984, 2000, 800000, &w, &h);
    CHECK(w == 100 && h == 50);
    jpeg_fit(4000, 3000, 4000, 4000, 800000, &w, &h);
    CHECK(w * h <= 800000 && w * h > 700000 && abs(w * 3 - h * 4) < 8);
}

TEST(what_is_made_anew_is_small_and_says_how_it_looks)
{
    struct jpeg_look dark, sharp, soft;
    size_t n = picture(black), made = 0;
    int w = 0, h = 0;
    CHECK_ERR(jpeg_remake(jpeg, n, 400, 80, out, CAP, &made, &dark), OK);
    CHECK_ERR(jpeg_size(out, made, &w, &h), OK);
    CHECK(w == 400 && h == 300);
    n = picture(writing);
    CHECK_ERR(jpeg_remake(jpeg, n, 2400, 80, out, CAP, &made, &sharp), OK);
    CHECK_ERR(jpeg_size(out, made, &w, &h), OK);
    CHECK(w == W && h == H);
    n = picture(blurred);
    CHECK_ERR(jpeg_remake(jpeg, n, 2400, 80, out, CAP, &made, &soft), OK);
    CHECK(dark.luma < 30 && sharp.luma > 120);
    CHECK(sharp.edges > 20 * soft.edges);
    CHECK(sharp.edges > 500);
    CHECK_ERR(jpeg_remake(jpeg, n, 2400, 80, out, 500, &made, &soft), ERR_TOO_BIG);
}

TEST(a_torn_picture_is_no_picture)
{
    struct jpeg_look k;
    size_t n = picture(writing), made = 0;
    CHECK_ERR(jpeg_paint(jpeg, n / 2, pixels, 200, 150, 200), ERR_CUT);
    CHECK_ERR(jpeg_remake(jpeg, n / 2, 400, 80, out, CAP, &made, &k), ERR_CUT);
    for (size_t cut = 0; cut < n; cut += 97) /* wherever it is cut */
        CHECK(jpeg_remake(jpeg, cut, 400, 80, out, CAP, &made, &k) != OK);
    CHECK_EQ(made, 0);
}

/* Where the frame header (SOF0) stands. */
static unsigned char *frame_header(size_t n)
{
    for (size_t i = 0; i + 9 < n; i++)
        if (jpeg[i] == 0xFF && jpeg[i + 1] == 0xC0)
            return jpeg + i;
    return NULL;
}

TEST(a_picture_that_asks_for_much_memory_is_refused_by_its_head)
{
    size_t n = picture(halves), made = 0;
    struct jpeg_look k;
    unsigned char *sof = frame_header(n);
    CHECK(sof != NULL);
    sof[1] = 0xC2; /* progressive: the whole picture would have to be kept */
    CHECK_ERR(jpeg_remake(jpeg, n, 400, 80, out, CAP, &made, &k), ERR_FORMAT);
    sof[1] = 0xC0;
    memset(sof + 5, 0xFF, 4); /* 65535 x 65535 */
    CHECK(jpeg_remake(jpeg, n, 400, 80, out, CAP, &made, &k) != OK);
    sof[5] = sof[7] = 0x1F; /* 8191 x 8191: each side would do */
    CHECK_ERR(jpeg_remake(jpeg, n, 400, 80, out, CAP, &made, &k), ERR_TOO_BIG);
    CHECK_ERR(jpeg_remake("HTTP/1.1 200 OK", 15, 400, 80, out, CAP, &made, &k), ERR_FORMAT);
    CHECK_ERR(jpeg_remake("", 0, 400, 80, out, CAP, &made, &k), ERR_FORMAT);
}
