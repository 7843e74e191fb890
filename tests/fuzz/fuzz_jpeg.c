/* fuzz_jpeg.c - any bytes as a camera's picture: its size, painted, made anew. */
#include "hal/jpeg.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static uint32_t pixels[160 * 120];
    static unsigned char out[64 * 1024];
    struct jpeg_look look;
    size_t made = 0;
    int w = 0, h = 0;
    enum err size = jpeg_size(data, n, &w, &h);
    enum err painted = jpeg_paint(data, n, pixels, 160, 120, 160);
    if (size != OK && painted == OK)
        abort();
    /* What we wrote ourselves is a picture. */
    if (jpeg_remake(data, n, 320, 60, out, sizeof out, &made, &look) == OK &&
        (jpeg_size(out, made, &w, &h) != OK || w > 320 || h > 320))
        abort();
    return 0;
}
