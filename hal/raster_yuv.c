/* raster_yuv.c - turns YUV 4:2:0 into pixels of any size, row by row. */
#include "hal/raster_yuv.h"

#include <stddef.h>

enum { FINE = 256, PAPER_R = 0xF8, PAPER_G = 0xF5, PAPER_B = 0xEE };

/* 16.16 fixed: what a byte of each plane adds to red, green and blue. */
struct shares {
    int y[256], rv[256], gu[256], gv[256], bu[256];
};

/* The part of the source that is seen. */
struct crop {
    int x, y, w, h;
};

/* Where a target column looks: the left of two source columns, and how much of the right one. */
struct column {
    uint16_t x;
    uint16_t part;
};

static void make_shares(struct shares *s, const struct yuv *src)
{
    double kr = src->bt709 ? 0.2126 : 0.299, kb = src->bt709 ? 0.0722 : 0.114, kg = 1 - kr - kb;
    double ys = src->full_range ? 1.0 : 255.0 / 219, cs = src->full_range ? 1.0 : 255.0 / 224;
    for (int i = 0; i < 256; i++) {
        double c = (i - 128) * cs * 65536;
        s->y[i] = (int)((i - (src->full_range ? 0 : 16)) * ys * 65536) + 32768;
        s->rv[i] = (int)(c * 2 * (1 - kr));
        s->bu[i] = (int)(c * 2 * (1 - kb));
        s->gv[i] = (int)(c * -2 * (1 - kr) * kr / kg);
        s->gu[i] = (int)(c * -2 * (1 - kb) * kb / kg);
    }
}

static struct crop cover(const struct yuv *src, int w, int h)
{
    struct crop c = { 0, 0, src->w, src->h };
    if ((int64_t)src->w * h > (int64_t)src->h * w)
        c.w = (int)((int64_t)src->h * w / h);
    else
        c.h = (int)((int64_t)src->w * h / w);
    c.w = c.w > 0 ? c.w : 1;
    c.h = c.h > 0 ? c.h : 1;
    c.x = (src->w - c.w) / 2;
    c.y = (src->h - c.h) / 2;
    return c;
}

/* The middle of target pixel i, in 1/256 of source pixels, kept inside. */
static int source_at(int i, int to, int from, int size, int most)
{
    int64_t at = (int64_t)(2 * i + 1) * size * FINE / (2 * (int64_t)to) - FINE / 2;
    at = at < 0 ? 0 : at;
    at += (int64_t)from * FINE;
    int64_t end = (int64_t)(most - 1) * FINE;
    return (int)(at > end ? end : at);
}

static void blend_rows(uint8_t *restrict out, const uint8_t *restrict a, const uint8_t *restrict b,
                       int n, int part)
{
    for (int i = 0; i < n; i++)
        out[i] = (uint8_t)((a[i] * (FINE - part) + b[i] * part) >> 8);
}

static inline int byte_of(int v)
{
    v >>= 16;
    return v < 0 ? 0 : v > 255 ? 255 : v;
}

static inline uint32_t paled(int r, int g, int b)
{
    int grey = (r * 77 + g * 150 + b * 29) >> 8;
    r = (PAPER_R + (r + 3 * grey) / 4) / 2;
    g = (PAPER_G + (g + 3 * grey) / 4) / 2;
    b = (PAPER_B + (b + 3 * grey) / 4) / 2;
    return 0xFF000000u | (uint32_t)r << 16 | (uint32_t)g << 8 | (uint32_t)b;
}

static void paint_row(const struct shares *s, const struct column *col, const uint8_t *luma,
                      const uint8_t *u, const uint8_t *v, uint32_t *out, int w, bool pale)
{
    for (int i = 0; i < w; i++) {
        int x = col[i].x, p = col[i].part;
        int y = s->y[(luma[x] * (FINE - p) + luma[x + 1] * p) >> 8];
        int cu = u[x / 2], cv = v[x / 2];
        int r = byte_of(y + s->rv[cv]), b = byte_of(y + s->bu[cu]);
        int g = byte_of(y + s->gu[cu] + s->gv[cv]);
        out[i] = pale ? paled(r, g, b)
                      : 0xFF000000u | (uint32_t)r << 16 | (uint32_t)g << 8 | (uint32_t)b;
    }
}

static bool usable(const struct yuv *s, int w, int h)
{
    return s->y && s->u && s->v && s->w > 0 && s->h > 0 && w > 0 && h > 0 && s->w <= YUV_WIDE &&
           s->h <= YUV_WIDE && w <= YUV_WIDE && h <= YUV_WIDE;
}

void yuv_paint(const struct yuv *src, uint32_t *out, int w, int h, int stride, bool pale)
{
    static _Thread_local struct column col[YUV_WIDE];
    static _Thread_local uint8_t luma[YUV_WIDE + 1];
    struct shares s;
    if (!usable(src, w, h))
        return;
    struct crop c = cover(src, w, h);
    make_shares(&s, src);
    for (int i = 0; i < w; i++) {
        int at = source_at(i, w, c.x, c.w, src->w);
        col[i] = (struct column){ (uint16_t)(at / FINE), (uint16_t)(at % FINE) };
    }
    for (int i = 0; i < h; i++) {
        int at = source_at(i, h, c.y, c.h, src->h), y = at / FINE;
        const uint8_t *a = src->y + (ptrdiff_t)y * src->stride_y;
        blend_rows(luma, a, y + 1 < src->h ? a + src->stride_y : a, src->w, at % FINE);
        luma[src->w] = luma[src->w - 1];
        ptrdiff_t half = (ptrdiff_t)(y / 2) * src->stride_uv;
        paint_row(&s, col, luma, src->u + half, src->v + half, out + (ptrdiff_t)i * stride, w,
                  pale);
    }
}

static void shrink(const uint8_t *from, int stride, int w, int h, uint8_t *to, int tw, int th)
{
    for (int y = 0; y < th; y++)
        for (int x = 0; x < tw; x++)
            to[y * tw + x] = from[(ptrdiff_t)(y * h / th) * stride + x * w / tw];
}

void yuv_shrink(const struct yuv *src, uint8_t *y, uint8_t *u, uint8_t *v, int w, int h)
{
    int half_w = (src->w + 1) / 2, half_h = (src->h + 1) / 2;
    if (!usable(src, w, h))
        return;
    shrink(src->y, src->stride_y, src->w, src->h, y, w, h);
    shrink(src->u, src->stride_uv, half_w, half_h, u, w / 2, h / 2);
    shrink(src->v, src->stride_uv, half_w, half_h, v, w / 2, h / 2);
}
