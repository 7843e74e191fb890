/* raster_yuv.h - a picture of a camera, planar YUV 4:2:0, as pixels of the screen. */
#ifndef HAL_RASTER_YUV_H
#define HAL_RASTER_YUV_H

#include <stdbool.h>
#include <stdint.h>

enum { YUV_WIDE = 4096 }; /* px, at most, of source and target */

struct yuv {
    int w, h, stride_y, stride_uv;
    const uint8_t *y, *u, *v; /* u, v: half as wide and high, rounded up */
    bool full_range;          /* 0-255 (JPEG), not 16-235 */
    bool bt709;               /* colours of HD (ITU-R BT.709), not of BT.601 */
};

/* [any] Fills w x h pixels 0xFFRRGGBB, stride in pixels. The source covers the target: what sticks
 * out at two sides is cut off evenly. Brightness is interpolated, colour is not. pale: without most
 * of its colour and contrast, for what is no longer so. Nothing happens when a size is 0 or beyond
 * YUV_WIDE. */
void yuv_paint(const struct yuv *src, uint32_t *out, int w, int h, int stride, bool pale);
/* [any] A small copy of its brightness and colours; w, h even; the planes hold w*h, w*h/4, w*h/4.
 */
void yuv_shrink(const struct yuv *src, uint8_t *y, uint8_t *u, uint8_t *v, int w, int h);

#endif
