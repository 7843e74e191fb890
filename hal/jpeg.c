/* jpeg.c - pictures of a camera: looked at, painted, made anew, row by row. */
#include "hal/jpeg.h"

#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

enum { OUT_SIDE = 4096 }; /* of what is painted or made */

/* One picture on its way. Owner: the function that was called; libjpeg leaves it by longjmp. */
struct work {
    struct jpeg_decompress_struct d;
    struct jpeg_compress_struct c;
    struct jpeg_error_mgr err;
    jmp_buf home;
    enum err fault;

    const unsigned char *in;
    size_t in_n;
    int w, h, stride; /* wanted, or of the source of YUYV */
    uint32_t *pixels;
    int max_side, quality;
    struct jpeg_destination_mgr to;
    unsigned char *out;
    size_t cap, out_n;
    double sum, laplace, squares;
    int64_t counted, inner;
};

static void leave(struct work *w, enum err fault)
{
    w->fault = fault;
    longjmp(w->home, 1);
}

static void on_error(j_common_ptr j)
{
    leave(j->client_data, ERR_FORMAT);
}

/* libjpeg would fill what is missing with grey and only warn. */
static void on_message(j_common_ptr j, int level)
{
    int code = j->err->msg_code;
    if (level < 0 && (code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER))
        leave(j->client_data, ERR_CUT);
    if (level < 0 && (code == JWRN_HUFF_BAD_CODE || code == JWRN_MUST_RESYNC))
        leave(j->client_data, ERR_FORMAT);
}

static void no_words(j_common_ptr j)
{
    (void)j;
}

static enum err guarded(struct work *w, void (*run)(struct work *w))
{
    w->d.err = w->c.err = jpeg_std_error(&w->err);
    w->err.error_exit = on_error;
    w->err.emit_message = on_message;
    w->err.output_message = no_words;
    w->d.client_data = w->c.client_data = w;
    if (setjmp(w->home) == 0)
        run(w);
    jpeg_destroy_decompress(&w->d);
    jpeg_destroy_compress(&w->c);
    return w->fault;
}

/* --- reading ------------------------------------------------------------------------------------
 */

static void open_picture(struct work *w)
{
    jpeg_create_decompress(&w->d);
    w->d.client_data = w;
    if (w->in_n < 4 || w->in_n > UINT32_MAX)
        leave(w, ERR_FORMAT);
    jpeg_mem_src(&w->d, w->in, (unsigned long)w->in_n);
    if (jpeg_read_header(&w->d, TRUE) != JPEG_HEADER_OK)
        leave(w, ERR_FORMAT);
    if (w->d.image_width > JPEG_SIDE || w->d.image_height > JPEG_SIDE ||
        (uint64_t)w->d.image_width * w->d.image_height > JPEG_PIXELS)
        leave(w, ERR_TOO_BIG);
    bool colour = w->d.jpeg_color_space == JCS_YCbCr && w->d.num_components == 3;
    bool grey = w->d.jpeg_color_space == JCS_GRAYSCALE && w->d.num_components == 1;
    if ((!colour && !grey) || w->d.progressive_mode || w->d.arith_code ||
        jpeg_has_multiple_scans(&w->d))
        leave(w, ERR_FORMAT);
}

static void read_size(struct work *w)
{
    open_picture(w);
    w->w = (int)w->d.image_width;
    w->h = (int)w->d.image_height;
}

enum err jpeg_size(const void *bytes, size_t n, int *out_w, int *out_h)
{
    struct work w = { .in = bytes, .in_n = n };
    enum err e = guarded(&w, read_size);
    if (e == OK) {
        *out_w = w.w;
        *out_h = w.h;
    }
    return e;
}

void jpeg_fit(int w, int h, int max_w, int max_h, int max_pixels, int *out_w, int *out_h)
{
    double by = 1;
    if ((double)w * by > max_w)
        by = (double)max_w / w;
    if ((double)h * by > max_h)
        by = (double)max_h / h;
    while ((double)w * by * h * by > max_pixels)
        by *= 0.98;
    *out_w = (int)(w * by) > 0 ? (int)(w * by) : 1;
    *out_h = (int)(h * by) > 0 ? (int)(h * by) : 1;
}

/* The smallest eighth that is not smaller than what is wanted: the decoder scales for nothing. */
static void scale_for(struct work *w, int side_w, int side_h)
{
    w->d.scale_denom = 8;
    for (w->d.scale_num = 1; w->d.scale_num < 8; w->d.scale_num++)
        if ((int64_t)w->d.image_width * w->d.scale_num >= 8LL * side_w &&
            (int64_t)w->d.image_height * w->d.scale_num >= 8LL * side_h)
            break;
}

static JSAMPROW make_row(struct work *w)
{
    size_t n = (size_t)w->d.output_width * (size_t)w->d.output_components;
    return w->d.mem->alloc_large((j_common_ptr)&w->d, JPOOL_IMAGE, n);
}

static void paint_row(const struct work *w, const JSAMPLE *row, int y)
{
    uint32_t *to = w->pixels + (size_t)y * (size_t)w->stride;
    int from_w = (int)w->d.output_width;
    for (int x = 0; x < w->w; x++) {
        const JSAMPLE *p = row + 3 * ((int64_t)x * from_w / w->w);
        to[x] = 0xFF000000u | (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
    }
}

static void paint(struct work *w)
{
    open_picture(w);
    scale_for(w, w->w, w->h);
    w->d.out_color_space = JCS_RGB;
    w->d.dct_method = JDCT_IFAST;
    jpeg_start_decompress(&w->d);
    JSAMPROW row = make_row(w);
    int y = 0, from_h = (int)w->d.output_height;
    while (w->d.output_scanline < w->d.output_height) {
        int at = (int)w->d.output_scanline;
        jpeg_read_scanlines(&w->d, &row, 1);
        for (; y < w->h && (int64_t)y * from_h / w->h == at; y++)
            paint_row(w, row, y);
    }
    jpeg_finish_decompress(&w->d);
}

enum err jpeg_paint(const void *bytes, size_t n, uint32_t *out, int w, int h, int stride)
{
    struct work work = { .in = bytes, .in_n = n, .pixels = out, .w = w, .h = h, .stride = stride };
    if (w <= 0 || h <= 0 || w > OUT_SIDE || h > OUT_SIDE || stride < w)
        return ERR_ARG;
    return guarded(&work, paint);
}

/* --- writing ------------------------------------------------------------------------------------
 */

static void to_start(j_compress_ptr c)
{
    struct work *w = c->client_data;
    w->to.next_output_byte = w->out;
    w->to.free_in_buffer = w->cap;
}

static boolean to_full(j_compress_ptr c)
{
    leave(c->client_data, ERR_TOO_BIG);
    return FALSE;
}

static void to_end(j_compress_ptr c)
{
    struct work *w = c->client_data;
    w->out_n = w->cap - w->to.free_in_buffer;
}

static void start_writing(struct work *w, int width, int height, bool grey)
{
    jpeg_create_compress(&w->c);
    w->c.client_data = w;
    w->to = (struct jpeg_destination_mgr){ .init_destination = to_start,
                                           .empty_output_buffer = to_full,
                                           .term_destination = to_end };
    w->c.dest = &w->to;
    w->c.image_width = (JDIMENSION)width;
    w->c.image_height = (JDIMENSION)height;
    w->c.input_components = grey ? 1 : 3;
    w->c.in_color_space = grey ? JCS_GRAYSCALE : JCS_YCbCr;
    jpeg_set_defaults(&w->c);
    jpeg_set_quality(&w->c, w->quality, TRUE);
    jpeg_start_compress(&w->c, TRUE);
}

/* --- how it looks ------------------------------------------------------------------------------
 */

static void note_row(struct work *w, const JSAMPLE *row, int step)
{
    int n = (int)w->d.output_width;
    for (int x = 0; x < n; x++)
        w->sum += row[x * step];
    w->counted += n;
}

static void note_edges(struct work *w, const JSAMPLE *above, const JSAMPLE *row,
                       const JSAMPLE *below, int step)
{
    int n = (int)w->d.output_width;
    for (int x = 1; x < n - 1; x++) {
        int at = x * step;
        int l = 4 * row[at] - row[at - step] - row[at + step] - above[at] - below[at];
        w->laplace += l;
        w->squares += (double)l * l;
    }
    w->inner += n > 2 ? n - 2 : 0;
}

static struct jpeg_look look_of(const struct work *w)
{
    struct jpeg_look k = { 0 };
    if (w->counted > 0)
        k.luma = (int)(w->sum / (double)w->counted);
    if (w->inner > 0) {
        double mean = w->laplace / (double)w->inner;
        k.edges = (int)(w->squares / (double)w->inner - mean * mean);
    }
    return k;
}

/* --- making anew ---------------------------------------------------------------------------------
 */

/* The largest eighth that is not larger than what is allowed. */
static void scale_within(struct work *w)
{
    JDIMENSION side = w->d.image_width > w->d.image_height ? w->d.image_width : w->d.image_height;
    w->d.scale_denom = 8;
    for (w->d.scale_num = 8; w->d.scale_num > 1; w->d.scale_num--)
        if ((int64_t)side * w->d.scale_num <= 8LL * w->max_side)
            break;
}

static void remake(struct work *w)
{
    JSAMPROW row[3];
    open_picture(w);
    bool grey = w->d.num_components == 1;
    scale_within(w);
    w->d.out_color_space = grey ? JCS_GRAYSCALE : JCS_YCbCr;
    jpeg_start_decompress(&w->d);
    start_writing(w, (int)w->d.output_width, (int)w->d.output_height, grey);
    for (int i = 0; i < 3; i++)
        row[i] = make_row(w);
    int step = grey ? 1 : 3, rows = 0;
    while (w->d.output_scanline < w->d.output_height) {
        JSAMPROW *now = &row[rows % 3];
        jpeg_read_scanlines(&w->d, now, 1);
        jpeg_write_scanlines(&w->c, now, 1);
        note_row(w, *now, step);
        if (rows >= 2)
            note_edges(w, row[(rows - 2) % 3], row[(rows - 1) % 3], *now, step);
        rows++;
    }
    jpeg_finish_decompress(&w->d);
    jpeg_finish_compress(&w->c);
}

enum err jpeg_remake(const void *bytes, size_t n, int max_side, int quality, unsigned char *out,
                     size_t cap, size_t *out_n, struct jpeg_look *out_look)
{
    struct work w = { .in = bytes,
                      .in_n = n,
                      .max_side = max_side < OUT_SIDE ? max_side : OUT_SIDE,
                      .quality = quality,
                      .out = out,
                      .cap = cap };
    enum err e = guarded(&w, remake);
    if (e == OK) {
        *out_n = w.out_n;
        *out_look = look_of(&w);
    }
    return e;
}

static void write_yuyv(struct work *w)
{
    start_writing(w, w->w, w->h, false);
    JSAMPROW row = w->c.mem->alloc_large((j_common_ptr)&w->c, JPOOL_IMAGE, (size_t)w->w * 3);
    for (int y = 0; y < w->h; y++) {
        const unsigned char *p = w->in + (size_t)y * (size_t)w->stride;
        for (int x = 0; x < w->w; x++) {
            const unsigned char *pair = p + x / 2 * 4;
            row[3 * x] = pair[x % 2 * 2];
            row[3 * x + 1] = pair[1];
            row[3 * x + 2] = pair[3];
        }
        jpeg_write_scanlines(&w->c, &row, 1);
    }
    jpeg_finish_compress(&w->c);
}

enum err jpeg_of_yuyv(const unsigned char *yuyv, int w, int h, int stride, int quality,
                      unsigned char *out, size_t cap, size_t *out_n)
{
    struct work work = {
        .in = yuyv, .w = w, .h = h, .stride = stride, .quality = quality, .out = out, .cap = cap
    };
    if (w <= 0 || h <= 0 || w > JPEG_SIDE || h > JPEG_SIDE || w % 2 || stride < w * 2)
        return ERR_ARG;
    enum err e = guarded(&work, write_yuyv);
    if (e == OK)
        *out_n = work.out_n;
    return e;
}
