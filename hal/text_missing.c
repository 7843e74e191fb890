/* text_missing.c - draws a box with the code of a character that no font can write. */
#include "hal/text_face.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A clerk can read the code out to somebody who knows the character; an empty box says nothing. */

struct box {
    uint8_t *mask;
    int w, h;
};

static void box_frame(struct box *b, int thick)
{
    for (int y = 0; y < b->h; y++)
        for (int x = 0; x < b->w; x++) {
            bool inside = x >= thick && y >= thick && x < b->w - thick && y < b->h - thick;
            b->mask[y * b->w + x] = inside ? 0 : 255;
        }
}

static void box_put(struct box *b, const struct text_glyph *g, int pen, int base)
{
    for (int y = 0; y < g->h; y++)
        for (int x = 0; x < g->w; x++) {
            int bx = pen + g->left + x, by = base - g->top + y;
            if (rect_has((struct rect){ 0, 0, b->w, b->h }, bx, by))
                b->mask[by * b->w + bx] |= g->mask[y * g->stride + x];
        }
}

/* Two rows of two or three digits. */
static void box_code(struct box *b, uint32_t cp)
{
    char hex[12];
    int n = snprintf(hex, sizeof hex, cp > 0xFFFF ? "%06X" : "%04X", (unsigned)cp);
    int across = n / 2, px = b->h * (across == 2 ? 42 : 36) / 100;
    for (int i = 0; i < n; i++) {
        struct text_glyph g = { 0 };
        if (face_render(TEXT_REGULAR, px, (unsigned char)hex[i], &g) != OK)
            continue;
        int column = i % across, row = i / across;
        int middle = b->w * (2 * column + 1) / (2 * across);
        int base = b->h / 2 + (row == 0 ? -b->h / 16 : b->h / 16 + px * 3 / 4);
        if (g.mask)
            box_put(b, &g, middle - g.left - g.w / 2, base);
        free((void *)(uintptr_t)g.mask);
    }
}

int face_missing_advance(int px)
{
    return px;
}

enum err face_render_missing(int px, uint32_t cp, struct text_glyph *out)
{
    int side = px * 9 / 10 > 4 ? px * 9 / 10 : 4;
    struct box b = { calloc((size_t)side, (size_t)side), side, side };
    if (!b.mask)
        return ERR_NOMEM;
    box_frame(&b, px / 24 + 1);
    box_code(&b, cp);
    int top = text_ascent(px) - (px - side) / 2;
    *out = (struct text_glyph){ b.mask, side, side, side, (px - side) / 2, top, px };
    return OK;
}
