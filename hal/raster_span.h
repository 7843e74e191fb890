/* raster_span.h - runs of pixels in a row: the innermost loops of the rasteriser. */
#ifndef HAL_RASTER_SPAN_H
#define HAL_RASTER_SPAN_H

#include <stdint.h>

/* [any] All blending is out = (s*a + d*(255-a)) / 255, rounded, in integers: the same pixels on
 * every machine. Colours 0xXXRRGGBB; what is written has 0xFF on top. n may be 0 or less. */
void span_fill(uint32_t *d, int n, uint32_t color);
void span_blend(uint32_t *d, int n, uint32_t color, int alpha);
/* Coverage m (0..255) times alpha. */
void span_mask(uint32_t *d, const uint8_t *m, int n, uint32_t color, int alpha);
/* Pixels with their own alpha. */
void span_argb(uint32_t *d, const uint32_t *s, int n);

/* What one pixel becomes; the loops above must agree with it. */
uint32_t span_mix(uint32_t d, uint32_t color, unsigned alpha);
/* a*b/255, rounded. */
unsigned span_mul(unsigned a, unsigned b);

#endif
