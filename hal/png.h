/* png.h - reading and writing PNG files; the only door to libpng. */
#ifndef HAL_PNG_H
#define HAL_PNG_H

#include "hal/base/err.h"

#include <stdint.h>

/* [any] pixels 0xXXRRGGBB, stride in pixels; written as 8-bit RGB. ERR_IO. */
MUST_CHECK enum err png_write(const char *path, const uint32_t *pixels, int w, int h, int stride);
/* [any] Reads any 8-bit PNG up to 8192x8192 into malloc'ed 0xFFRRGGBB, freed with free(). */
MUST_CHECK enum err png_read(const char *path, uint32_t **out_pixels, int *out_w, int *out_h);

#endif
