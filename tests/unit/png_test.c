/* png_test.c - what is written comes back, and what is no picture is refused. */
#include "hal/png.h"
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *in_dir(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", test_dir(), name);
    return path;
}

TEST(a_picture_comes_back_as_it_was_written)
{
    uint32_t px[4 * 3], *back = NULL;
    for (uint32_t i = 0; i < 12; i++)
        px[i] = i * 0x123456u & 0xFFFFFF;
    CHECK_ERR(png_write(in_dir("a.png"), px, 3, 3, 4), OK);
    int w = 0, h = 0;
    CHECK_ERR(png_read(in_dir("a.png"), &back, &w, &h), OK);
    bool same = w == 3 && h == 3;
    for (int i = 0; same && i < 9; i++)
        same = back[i] == (0xFF000000u | px[i / 3 * 4 + i % 3]);
    free(back);
    CHECK(same);
}

TEST(the_same_picture_makes_the_same_bytes)
{
    uint32_t px[64] = { 1, 2, 3 };
    char a[512], b[512];
    CHECK_ERR(png_write(in_dir("a.png"), px, 8, 8, 8), OK);
    CHECK_ERR(png_write(in_dir("b.png"), px, 8, 8, 8), OK);
    FILE *fa = fopen(in_dir("a.png"), "rb"), *fb = fopen(in_dir("b.png"), "rb");
    size_t na = fa ? fread(a, 1, sizeof a, fa) : 0, nb = fb ? fread(b, 1, sizeof b, fb) : 0;
    if (fa)
        fclose(fa);
    if (fb)
        fclose(fb);
    CHECK(na > 50);
    CHECK(na == nb && memcmp(a, b, na) == 0);
}

TEST(a_picture_that_cannot_be_written_is_an_io_error)
{
    uint32_t px = 0;
    CHECK_ERR(png_write("/nonexistent/a.png", &px, 1, 1, 1), ERR_IO);
    CHECK_ERR(png_write(in_dir("none.png"), &px, 0, 1, 1), ERR_IO);
}

TEST(a_disk_without_room_leaves_no_half_picture)
{
    static uint32_t px[256 * 256];
    for (uint32_t i = 0; i < 256 * 256; i++)
        px[i] = i * 2654435761u;
    if (access("/dev/full", W_OK) != 0)
        return;
    CHECK_ERR(symlink("/dev/full", in_dir("full.png")) == 0 ? OK : ERR_IO, OK);
    CHECK_ERR(png_write(in_dir("full.png"), px, 256, 256, 256), ERR_IO);
    CHECK(access(in_dir("full.png"), F_OK) != 0);
}

TEST(what_is_no_picture_is_refused)
{
    uint32_t *px = NULL;
    int w = -1, h = -1;
    FILE *f = fopen(in_dir("bad.png"), "wb");
    CHECK(f != NULL);
    fputs("\x89PNG\r\n\x1a\nthis is not a picture", f);
    fclose(f);
    CHECK_ERR(png_read(in_dir("bad.png"), &px, &w, &h), ERR_FORMAT);
    CHECK_ERR(png_read(in_dir("missing.png"), &px, &w, &h), ERR_NOT_FOUND);
    CHECK(px == NULL && w == -1 && h == -1);
}

TEST(a_picture_cut_short_is_refused)
{
    uint32_t px[1024], *back = NULL;
    for (uint32_t i = 0; i < 1024; i++)
        px[i] = i * 2654435761u;
    int w = 0, h = 0;
    CHECK_ERR(png_write(in_dir("cut.png"), px, 32, 32, 32), OK);
    CHECK_EQ(truncate(in_dir("cut.png"), 900), 0);
    CHECK_ERR(png_read(in_dir("cut.png"), &back, &w, &h), ERR_FORMAT);
    CHECK(back == NULL);
}
