/* compare.c - compares two pictures bit by bit, and shows what changed: old | new | difference. */
#include "hal/base/err.h"
#include "hal/png.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct picture {
    uint32_t *px;
    int w, h;
};

static uint32_t at(const struct picture *p, int x, int y)
{
    return x < p->w && y < p->h ? p->px[y * p->w + x] & 0xFFFFFF : 0x808080;
}

static long different(const struct picture *a, const struct picture *b, int w, int h)
{
    long n = 0;
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            n += at(a, x, y) != at(b, x, y);
    return n;
}

/* What is the same is paled, so that what is not stands out. */
static uint32_t paled(uint32_t c)
{
    return 0xC0C0C0 + (c >> 2 & 0x3F3F3F);
}

static enum err write_sheet(const char *path, const struct picture *old, const struct picture *new,
                            int w, int h)
{
    enum { GAP = 16 };
    int all = 3 * w + 2 * GAP;
    uint32_t *px = calloc((size_t)all * (size_t)h, sizeof *px);
    if (!px)
        return ERR_NOMEM;
    for (int y = 0; y < h; y++) {
        uint32_t *row = px + (size_t)y * (size_t)all;
        for (int x = 0; x < w; x++) {
            uint32_t a = at(old, x, y), b = at(new, x, y);
            row[x] = a;
            row[w + GAP + x] = b;
            row[2 * (w + GAP) + x] = a == b ? paled(a) : 0xD00000;
        }
    }
    enum err e = png_write(path, px, all, h, all);
    free(px);
    return e;
}

static int compare(const char *old_path, const char *new_path, const char *sheet)
{
    struct picture old = { 0 }, new = { 0 };
    int status = 2;
    enum err e = png_read(old_path, &old.px, &old.w, &old.h);
    if (e == OK)
        e = png_read(new_path, &new.px, &new.w, &new.h);
    if (e == OK) {
        int w = old.w > new.w ? old.w : new.w, h = old.h > new.h ? old.h : new.h;
        long n = different(&old, &new, w, h);
        status = n != 0;
        if (n)
            printf("%ld of %ld pixels differ: %s\n", n, (long)w * h, sheet);
        if (n)
            e = write_sheet(sheet, &old, &new, w, h);
    }
    if (e != OK) {
        printf("%s or %s: %s\n", old_path, new_path, err_name(e));
        status = 2;
    }
    free(old.px);
    free(new.px);
    return status;
}

int main(int argc, char **argv)
{
    if (argc == 4)
        return compare(argv[1], argv[2], argv[3]);
    fprintf(stderr, "usage: compare OLD.png NEW.png SHEET.png   exit 0: the same, 1: not\n");
    return 2;
}
