/* raster_yuv.c - turns YUV 4:2:0 into pixels of any size, row by row. */
#include "hal/raster_yuv.h"

#include <stddef.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { FINE = 256, PAPER_R = 0xF8, PAPER_G = 0xF5, PAPER_B = 0xEE };

/* What the planes add to red, green and blue: 3.13 fixed, brightness 2.14, so that products fit
 * into 16 bits and eight pixels go at once. */
struct shares {
    int16_t black, y, rv, gu, gv, bu;
};

/* One row of the target, taken out of the source's planes. */
struct row {
    uint8_t y[YUV_WIDE], u[YUV_WIDE], v[YUV_WIDE];
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

static struct shares make_shares(const struct yuv *src)
{
    double kr = src->bt709 ? 0.2126 : 0.299, kb = src->bt709 ? 0.0722 : 0.114, kg = 1 - kr - kb;
    double ys = src->full_range ? 1.0 : 255.0 / 219;
    double cs = (src->full_range ? 1.0 : 255.0 / 224) * 8192;
    return (struct shares){ .black = src->full_range ? 0 : 16,
                            .y = (int16_t)(ys * 16384 + 0.5),
                            .rv = (int16_t)(cs * 2 * (1 - kr) + 0.5),
                            .bu = (int16_t)(cs * 2 * (1 - kb) + 0.5),
                            .gv = (int16_t)(cs * -2 * (1 - kr) * kr / kg - 0.5),
                            .gu = (int16_t)(cs * -2 * (1 - kb) * kb / kg - 0.5) };
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

/* a * b with 5 bits of fraction, in 16 bits all the way. */
static inline int times(int a, int b)
{
    return (a * b) >> 16;
}

static inline int byte_of(int v)
{
    v = (v + 16) >> 5;
    return v < 0 ? 0 : v > 255 ? 255 : v;
}

static inline uint32_t paled(uint32_t r, uint32_t g, uint32_t b)
{
    uint32_t grey = (r * 77 + g * 150 + b * 29) >> 8;
    r = (PAPER_R + (r + 3 * grey) / 4) / 2;
    g = (PAPER_G + (g + 3 * grey) / 4) / 2;
    b = (PAPER_B + (b + 3 * grey) / 4) / 2;
    return 0xFF000000u | r << 16 | g << 8 | b;
}

static void pick_luma(uint8_t *restrict out, const struct column *restrict col,
                      const uint8_t *restrict luma, int w)
{
    for (int i = 0; i < w; i++) {
        const uint8_t *at = luma + col[i].x;
        out[i] = (uint8_t)(at[0] + (((at[1] - at[0]) * col[i].part) >> 8));
    }
}

static void pick_colour(struct row *restrict r, const struct column *restrict col,
                        const uint8_t *restrict u, const uint8_t *restrict v, int w)
{
    for (int i = 0; i < w; i++) {
        r->u[i] = u[col[i].x / 2];
        r->v[i] = v[col[i].x / 2];
    }
}

static void paint_some(const struct shares *s, const struct row *row, uint32_t *out, int from,
                       int to)
{
    for (int i = from; i < to; i++) {
        int y = times((row->y[i] - s->black) * 128, s->y);
        int u = (row->u[i] - 128) * 256, v = (row->v[i] - 128) * 256;
        int r = byte_of(y + times(v, s->rv)), b = byte_of(y + times(u, s->bu));
        int g = byte_of(y + times(u, s->gu) + times(v, s->gv));
        out[i] = 0xFF000000u | (uint32_t)r << 16 | (uint32_t)g << 8 | (uint32_t)b;
    }
}

#ifdef __SSE2__
/* The same for eight pixels at a time. */
static __m128i wide(const uint8_t *p)
{
    return _mm_unpacklo_epi8(_mm_loadl_epi64((const __m128i *)(const void *)p),
                             _mm_setzero_si128());
}

static __m128i bytes_of(__m128i v)
{
    v = _mm_srai_epi16(_mm_add_epi16(v, _mm_set1_epi16(16)), 5);
    return _mm_packus_epi16(v, v);
}

static void paint_eight(const struct shares *s, const struct row *row, uint32_t *out, int i)
{
    __m128i grey = _mm_set1_epi16(128);
    __m128i y = _mm_slli_epi16(_mm_sub_epi16(wide(row->y + i), _mm_set1_epi16(s->black)), 7);
    __m128i u = _mm_slli_epi16(_mm_sub_epi16(wide(row->u + i), grey), 8);
    __m128i v = _mm_slli_epi16(_mm_sub_epi16(wide(row->v + i), grey), 8);
    y = _mm_mulhi_epi16(y, _mm_set1_epi16(s->y));
    __m128i r = _mm_add_epi16(y, _mm_mulhi_epi16(v, _mm_set1_epi16(s->rv)));
    __m128i b = _mm_add_epi16(y, _mm_mulhi_epi16(u, _mm_set1_epi16(s->bu)));
    __m128i g = _mm_add_epi16(y, _mm_mulhi_epi16(u, _mm_set1_epi16(s->gu)));
    g = _mm_add_epi16(g, _mm_mulhi_epi16(v, _mm_set1_epi16(s->gv)));
    __m128i low = _mm_unpacklo_epi8(bytes_of(b), bytes_of(g));
    __m128i high = _mm_unpacklo_epi8(bytes_of(r), _mm_set1_epi8(-1));
    __m128i *to = (__m128i *)(void *)(out + i);
    _mm_storeu_si128(to, _mm_unpacklo_epi16(low, high));
    _mm_storeu_si128(to + 1, _mm_unpackhi_epi16(low, high));
}
#endif

static void paint_row(const struct shares *s, const struct row *row, uint32_t *out, int w)
{
    int done = 0;
#ifdef __SSE2__
    for (; done + 8 <= w; done += 8)
        paint_eight(s, row, out, done);
#endif
    paint_some(s, row, out, done, w);
}

static void pale_row(uint32_t *out, int w)
{
    for (int i = 0; i < w; i++)
        out[i] = paled(out[i] >> 16 & 255, out[i] >> 8 & 255, out[i] & 255);
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
    static _Thread_local struct row row;
    ptrdiff_t picked = -1;
    if (!usable(src, w, h))
        return;
    struct crop c = cover(src, w, h);
    const struct shares s = make_shares(src);
    for (int i = 0; i < w; i++) {
        int at = source_at(i, w, c.x, c.w, src->w);
        col[i] = (struct column){ (uint16_t)(at / FINE), (uint16_t)(at % FINE) };
    }
    for (int i = 0; i < h; i++, out += stride) {
        int at = source_at(i, h, c.y, c.h, src->h), y = at / FINE;
        const uint8_t *a = src->y + (ptrdiff_t)y * src->stride_y;
        blend_rows(luma, a, y + 1 < src->h ? a + src->stride_y : a, src->w, at % FINE);
        luma[src->w] = luma[src->w - 1];
        pick_luma(row.y, col, luma, w);
        ptrdiff_t half = (ptrdiff_t)(y / 2) * src->stride_uv;
        if (half != picked) /* two rows share their colours */
            pick_colour(&row, col, src->u + half, src->v + half, w);
        picked = half;
        paint_row(&s, &row, out, w);
        if (pale)
            pale_row(out, w);
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
