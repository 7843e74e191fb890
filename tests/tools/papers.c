/* papers.c - papers for the document camera's simulator: papers make FILE SEED [dark|blurred], and
 * what the terminal makes of one: papers remake IN OUT; for memscan, bytes of it, of what is made
 * of it, and of how it is painted on a portrait panel: papers needles IN. */
#include "hal/doccam.h"
#include "hal/jpeg.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { W = 1600, H = 1200, CAP = 4 << 20, LEFT = 390, RIGHT = 1210, TOP = 40, FOOT = 1160 };

static unsigned char luma[H][W], raw[W * H * 2], bytes[CAP], out[CAP];

/* A table, a sheet on it, lines of strokes that differ from paper to paper. */
static int seen(int x, int y, unsigned seed)
{
    if (x < LEFT || x >= RIGHT || y < TOP || y >= FOOT)
        return 92 + (x * 13 + y * 7) % 5;
    int line = (y - TOP - 70) / 44, in_line = (y - TOP - 70) % 44;
    int word = (x - LEFT - 70) / 26, in_word = (x - LEFT - 70) % 26;
    unsigned mark = ((unsigned)(line * 37 + word) * 2654435761u + seed * 40503u) >> 16;
    bool margin = x < LEFT + 70 || x > RIGHT - 90 || y < TOP + 70 || y > FOOT - 70;
    if (margin || in_line > 26 || in_word > 21 || mark % 7 == 0 || (line == 1 && word > 12))
        return 238;
    bool stroke = in_line / 6 % 2 == (int)(mark & 1) ? in_line % 6 < 2 : in_word % 7 < 2;
    return stroke ? 44 : 238;
}

static void soften(int by)
{
    for (int pass = 0; pass < by; pass++)
        for (int y = 1; y < H - 1; y++)
            for (int x = 2; x < W - 2; x++)
                luma[y][x] = (unsigned char)((luma[y][x - 2] + luma[y][x - 1] + luma[y][x + 1] +
                                              luma[y][x + 2] + luma[y - 1][x] + luma[y + 1][x]) /
                                             6);
}

static int make(const char *path, unsigned seed, const char *how)
{
    size_t n = 0;
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            luma[y][x] = (unsigned char)(seen(x, y, seed) / (strcmp(how, "dark") == 0 ? 5 : 1));
    soften(strcmp(how, "blurred") == 0 ? 12 : 0);
    for (int i = 0; i < W * H; i++) {
        raw[2 * i] = luma[i / W][i % W];
        raw[2 * i + 1] = i % 2 ? 134 : 120; /* warm light */
    }
    if (jpeg_of_yuyv(raw, W, H, 2 * W, 88, bytes, CAP, &n) != OK)
        return 1;
    FILE *f = fopen(path, "wb");
    return f && fwrite(bytes, 1, n, f) == n && fclose(f) == 0 ? 0 : 1;
}

static int remake(const char *in, const char *to)
{
    struct jpeg_look look;
    size_t n = 0, made = 0;
    FILE *f = fopen(in, "rb");
    n = f ? fread(bytes, 1, CAP, f) : 0;
    if (!f || fclose(f) != 0 || doccam_remake(bytes, n, out, &made, &look) != OK)
        return 1;
    printf("bytes=%zu luma=%d edges=%d\n", made, look.luma, look.edges);
    f = fopen(to, "wb");
    return f && fwrite(out, 1, made, f) == made && fclose(f) == 0 ? 0 : 1;
}

static void needle(const char *label, const void *p, size_t n)
{
    const unsigned char *at = p;
    printf("%s 0x", label);
    for (size_t i = 0; i < n; i++)
        printf("%02x", at[i]);
    putchar('\n');
}

static int needles(const char *in)
{
    struct jpeg_look look;
    static uint32_t pixels[DOCCAM_VIEW];
    size_t n = 0, made = 0;
    int w, h;
    FILE *f = fopen(in, "rb");
    n = f ? fread(bytes, 1, CAP, f) : 0;
    if (!f || fclose(f) != 0 || doccam_remake(bytes, n, out, &made, &look) != OK)
        return 1;
    jpeg_fit(W, H, 984, 738, DOCCAM_VIEW, &w, &h);
    if (jpeg_paint(out, made, pixels, w, h, w) != OK)
        return 1;
    for (size_t i = 1; i < 4; i++) {
        needle("source", bytes + n * i / 4, 24);
        needle("still", out + made * i / 4, 24);
        needle("pixels", pixels + (size_t)w * (size_t)h * i / 4 + (size_t)w / 2, 32);
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc >= 4 && strcmp(argv[1], "make") == 0)
        return make(argv[2], (unsigned)strtoul(argv[3], NULL, 10), argc > 4 ? argv[4] : "");
    if (argc == 4 && strcmp(argv[1], "remake") == 0)
        return remake(argv[2], argv[3]);
    if (argc == 3 && strcmp(argv[1], "needles") == 0)
        return needles(argv[2]);
    fputs("usage: papers make FILE SEED [dark|blurred] | papers remake IN OUT | "
          "papers needles IN\n",
          stderr);
    return 2;
}
