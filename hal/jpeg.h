/* jpeg.h - pictures of a camera: looked at, painted, made anew; the only door to libjpeg. */
#ifndef HAL_JPEG_H
#define HAL_JPEG_H

#include "hal/base/err.h"

#include <stddef.h>
#include <stdint.h>

/* The bytes come from a device and are believed nothing: baseline, one scan, grey or YCbCr, within
 * these sizes; rows are worked on one by one, so that no picture can ask for more memory than its
 * width. ERR_FORMAT: no such picture; ERR_TOO_BIG; ERR_CUT: torn, it ends in the middle. */
enum { JPEG_SIDE = 8192, JPEG_PIXELS = 24 * 1000 * 1000 };

/* What a page looks like. luma: mean brightness 0-255; edges: variance of the Laplacian of the
 * brightness (Pech-Pacheco et al. 2000, a measure of focus): a sharp page has hundreds. */
struct jpeg_look {
    int luma, edges;
};

/* [any] Its size, from the head alone. */
MUST_CHECK enum err jpeg_size(const void *bytes, size_t n, int *out_w, int *out_h);
/* [any] The largest size of its shape within max_w x max_h and max_pixels, never larger than it. */
void jpeg_fit(int w, int h, int max_w, int max_h, int max_pixels, int *out_w, int *out_h);
/* [any] Fills w x h pixels 0xFFRRGGBB, stride in pixels. */
MUST_CHECK enum err jpeg_paint(const void *bytes, size_t n, uint32_t *out, int w, int h,
                               int stride);
/* [any] The same picture written by our own hand, its longer side at most max_side: what goes on
 * from here holds nothing that a camera wrote. ERR_TOO_BIG: more than cap bytes. */
MUST_CHECK enum err jpeg_remake(const void *bytes, size_t n, int max_side, int quality,
                                unsigned char *out, size_t cap, size_t *out_n,
                                struct jpeg_look *out_look);
/* [any] From a camera that gives YUYV (4:2:2, w even); stride in bytes. */
MUST_CHECK enum err jpeg_of_yuyv(const unsigned char *yuyv, int w, int h, int stride, int quality,
                                 unsigned char *out, size_t cap, size_t *out_n);

#endif
