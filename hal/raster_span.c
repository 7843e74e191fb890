/* raster_span.c - fills and blends runs of pixels, four at a time where the machine can. */
#include "hal/raster_span.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

static const uint32_t OPAQUE = 0xFF000000u;

unsigned span_mul(unsigned a, unsigned b)
{
    unsigned t = a * b + 128;
    return (t + (t >> 8)) >> 8;
}

/* Two channels at once: each product and sum stays below 65536, so nothing crosses over. */
uint32_t span_mix(uint32_t d, uint32_t color, unsigned alpha)
{
    uint32_t inv = 255 - alpha;
    uint32_t rb = (color & 0xFF00FF) * alpha + (d & 0xFF00FF) * inv + 0x800080;
    uint32_t g = (color >> 8 & 0xFF) * alpha + (d >> 8 & 0xFF) * inv + 0x80;
    rb = (rb + (rb >> 8 & 0xFF00FF)) >> 8 & 0xFF00FF;
    g = (g + (g >> 8)) >> 8;
    return OPAQUE | rb | g << 8;
}

#ifdef __SSE2__

/* (s*a + d*(255-a) + 128) / 255 on eight 16-bit lanes. */
static inline __m128i mix_lanes(__m128i s, __m128i d, __m128i a)
{
    __m128i inv = _mm_sub_epi16(_mm_set1_epi16(255), a);
    __m128i t = _mm_add_epi16(_mm_mullo_epi16(s, a), _mm_mullo_epi16(d, inv));
    t = _mm_add_epi16(t, _mm_set1_epi16(128));
    return _mm_srli_epi16(_mm_add_epi16(t, _mm_srli_epi16(t, 8)), 8);
}

/* Four pixels; a holds four alphas in its low four 16-bit lanes. */
static inline __m128i mix_four(__m128i s16, __m128i d, __m128i a)
{
    const __m128i zero = _mm_setzero_si128();
    __m128i pairs = _mm_unpacklo_epi16(a, a);
    __m128i lo = mix_lanes(s16, _mm_unpacklo_epi8(d, zero), _mm_unpacklo_epi32(pairs, pairs));
    __m128i hi = mix_lanes(s16, _mm_unpackhi_epi8(d, zero), _mm_unpackhi_epi32(pairs, pairs));
    return _mm_packus_epi16(lo, hi);
}

static inline __m128i color_lanes(uint32_t color)
{
    return _mm_unpacklo_epi8(_mm_set1_epi32((int)(color | OPAQUE)), _mm_setzero_si128());
}

static int fill_fours(uint32_t *d, int n, uint32_t color)
{
    __m128i c = _mm_set1_epi32((int)(color | OPAQUE));
    int i = 0;
    for (; i + 16 <= n; i += 16) {
        _mm_storeu_si128((__m128i *)(void *)(d + i), c);
        _mm_storeu_si128((__m128i *)(void *)(d + i + 4), c);
        _mm_storeu_si128((__m128i *)(void *)(d + i + 8), c);
        _mm_storeu_si128((__m128i *)(void *)(d + i + 12), c);
    }
    for (; i + 4 <= n; i += 4)
        _mm_storeu_si128((__m128i *)(void *)(d + i), c);
    return i;
}

static int blend_fours(uint32_t *d, int n, uint32_t color, int alpha)
{
    __m128i s16 = color_lanes(color), a = _mm_set1_epi16((short)alpha);
    int i = 0;
    for (; i + 4 <= n; i += 4) {
        __m128i *p = (__m128i *)(void *)(d + i);
        _mm_storeu_si128(p, mix_four(s16, _mm_loadu_si128(p), a));
    }
    return i;
}

static int mask_fours(uint32_t *d, const uint8_t *m, int n, uint32_t color, int alpha)
{
    const __m128i zero = _mm_setzero_si128(), scale = _mm_set1_epi16((short)alpha);
    __m128i s16 = color_lanes(color), solid = _mm_set1_epi32((int)(color | OPAQUE));
    int i = 0;
    for (; i + 4 <= n; i += 4) {
        uint32_t four;
        memcpy(&four, m + i, 4);
        if (four == 0)
            continue;
        __m128i *p = (__m128i *)(void *)(d + i);
        if (four == 0xFFFFFFFFu && alpha == 255) {
            _mm_storeu_si128(p, solid);
            continue;
        }
        __m128i a = _mm_unpacklo_epi8(_mm_cvtsi32_si128((int)four), zero);
        if (alpha != 255)
            a = mix_lanes(a, zero, scale);
        _mm_storeu_si128(p, mix_four(s16, _mm_loadu_si128(p), a));
    }
    return i;
}

#else /* another kind of machine: the plain loops below do it all */

static int fill_fours(uint32_t *d, int n, uint32_t color)
{
    (void)d, (void)n, (void)color;
    return 0;
}

static int blend_fours(uint32_t *d, int n, uint32_t color, int alpha)
{
    (void)d, (void)n, (void)color, (void)alpha;
    return 0;
}

static int mask_fours(uint32_t *d, const uint8_t *m, int n, uint32_t color, int alpha)
{
    (void)d, (void)m, (void)n, (void)color, (void)alpha;
    return 0;
}

#endif

void span_fill(uint32_t *d, int n, uint32_t color)
{
    for (int i = fill_fours(d, n, color); i < n; i++)
        d[i] = color | OPAQUE;
}

void span_blend(uint32_t *d, int n, uint32_t color, int alpha)
{
    if (alpha <= 0)
        return;
    if (alpha >= 255) {
        span_fill(d, n, color);
        return;
    }
    for (int i = blend_fours(d, n, color, alpha); i < n; i++)
        d[i] = span_mix(d[i], color, (unsigned)alpha);
}

void span_mask(uint32_t *d, const uint8_t *m, int n, uint32_t color, int alpha)
{
    for (int i = mask_fours(d, m, n, color, alpha); i < n; i++)
        if (m[i])
            d[i] = span_mix(d[i], color, span_mul(m[i], (unsigned)alpha));
}

void span_argb(uint32_t *d, const uint32_t *s, int n)
{
    for (int i = 0; i < n; i++) {
        uint32_t a = s[i] >> 24;
        if (a == 255)
            d[i] = s[i];
        else if (a)
            d[i] = span_mix(d[i], s[i], a);
    }
}
