/* png.c - writes and reads PNG files. */
#include "hal/png.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <png.h>

enum { SIDE_MAX = 8192, PNG_EFFORT = 3 };

static void png_warned(png_structp png, png_const_charp text)
{
    (void)png;
    (void)text;
}

static void png_failed(png_structp png, png_const_charp text)
{
    (void)text;
    png_longjmp(png, 1);
}

/* libpng reports trouble by longjmp to here: nothing below may hold anything of its own. */
static bool png_put(png_structp png, png_infop info, FILE *f, const uint32_t *pixels, int w, int h,
                    int stride)
{
    if (setjmp(png_jmpbuf(png)))
        return false;
    png_init_io(png, f);
    png_set_compression_level(png, PNG_EFFORT);
    png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
    png_set_IHDR(png, info, (png_uint_32)w, (png_uint_32)h, 8, PNG_COLOR_TYPE_RGB,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    png_set_filler(png, 0, PNG_FILLER_AFTER);
    png_set_bgr(png);
    for (int y = 0; y < h; y++)
        png_write_row(png, (png_const_bytep)(pixels + (size_t)y * (size_t)stride));
    png_write_end(png, NULL);
    return true;
}

static bool png_to(FILE *f, const uint32_t *pixels, int w, int h, int stride)
{
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, png_failed, png_warned);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    bool good = info && png_put(png, info, f, pixels, w, h, stride);
    png_destroy_write_struct(&png, &info);
    return good;
}

enum err png_write(const char *path, const uint32_t *pixels, int w, int h, int stride)
{
    if (w <= 0 || h <= 0)
        return ERR_IO;
    FILE *f = fopen(path, "wbe");
    if (!f)
        return ERR_IO;
    bool good = png_to(f, pixels, w, h, stride);
    if (fclose(f) != 0)
        good = false;
    if (!good)
        unlink(path); /* half a picture is worse than none */
    return good ? OK : ERR_IO;
}

static uint32_t over_white(uint32_t p)
{
    uint32_t a = p >> 24, out = 0xFF000000u;
    for (int shift = 0; shift < 24; shift += 8)
        out |= ((p >> shift & 0xFF) * a + 255 * (255 - a) + 127) / 255 << shift;
    return out;
}

static enum err png_decode(png_image *image, uint32_t **out_pixels)
{
    image->format = PNG_FORMAT_BGRA;
    if (image->width > SIDE_MAX || image->height > SIDE_MAX)
        return ERR_TOO_BIG;
    size_t count = (size_t)image->width * image->height;
    uint32_t *pixels = malloc(count * sizeof *pixels);
    if (!pixels)
        return ERR_NOMEM;
    if (!png_image_finish_read(image, NULL, pixels, 0, NULL)) {
        free(pixels);
        return ERR_FORMAT;
    }
    for (size_t i = 0; i < count; i++)
        pixels[i] = over_white(pixels[i]);
    *out_pixels = pixels;
    return OK;
}

enum err png_read(const char *path, uint32_t **out_pixels, int *out_w, int *out_h)
{
    png_image image = { .version = PNG_IMAGE_VERSION };
    if (access(path, R_OK) != 0)
        return ERR_NOT_FOUND;
    if (!png_image_begin_read_from_file(&image, path))
        return ERR_FORMAT;
    enum err e = png_decode(&image, out_pixels);
    if (e == OK) {
        *out_w = (int)image.width;
        *out_h = (int)image.height;
    }
    png_image_free(&image);
    return e;
}
