/* zstd.c - packing a whole buffer, and unpacking a file line by line within declared bounds. */
#include "hal/zstd.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

enum {
    LINE_MAX_BYTES = 4 << 20,
    WINDOW_LOG_MAX = 23,
    PACK_WINDOW_LOG = 21,
    IN_BYTES = 64 << 10,
    OUT_BYTES = 256 << 10
};

/* A 2 MB window whatever the level would like: every terminal pays for it in memory. */
enum err zstd_pack(const void *data, size_t n, int level, void **out, size_t *out_n)
{
    size_t cap = ZSTD_compressBound(n);
    void *buf = malloc(cap ? cap : 1);
    ZSTD_CCtx *c = ZSTD_createCCtx();
    enum err e = buf && c ? OK : ERR_NOMEM;
    if (e == OK) {
        ZSTD_CCtx_setParameter(c, ZSTD_c_compressionLevel, level);
        ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1);
        if (n > (size_t)1 << PACK_WINDOW_LOG)
            ZSTD_CCtx_setParameter(c, ZSTD_c_windowLog, PACK_WINDOW_LOG);
        size_t got = ZSTD_compress2(c, buf, cap, data, n);
        e = ZSTD_isError(got) ? ERR_NOMEM : OK;
        cap = got;
    }
    ZSTD_freeCCtx(c);
    if (e != OK) {
        free(buf);
        return e;
    }
    *out = buf;
    *out_n = cap;
    return OK;
}

/* Owner: the opener. Invariant: buf[start..end) is unpacked and not yet handed out; total counts
 * every unpacked byte and never passes raw. */
struct zstd_lines {
    FILE *f;
    ZSTD_DStream *d;
    size_t raw, total;
    unsigned char *in_buf;
    ZSTD_inBuffer in;
    char *buf;
    size_t start, end, cap, scanned;
    bool frame_open, finished;
};

enum err zstd_lines_open(const char *path, size_t raw, struct zstd_lines **out)
{
    FILE *f = fopen(path, "rbe");
    if (!f)
        return errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
    struct zstd_lines *z = calloc(1, sizeof *z);
    if (!z) {
        fclose(f);
        return ERR_NOMEM;
    }
    *z = (struct zstd_lines){ .f = f, .raw = raw, .cap = OUT_BYTES };
    z->d = ZSTD_createDStream();
    z->in_buf = malloc(IN_BYTES);
    z->buf = malloc(z->cap);
    if (!z->d || !z->in_buf || !z->buf ||
        ZSTD_isError(ZSTD_DCtx_setParameter(z->d, ZSTD_d_windowLogMax, WINDOW_LOG_MAX))) {
        zstd_lines_close(z);
        return ERR_NOMEM;
    }
    *out = z;
    return OK;
}

void zstd_lines_close(struct zstd_lines *z)
{
    if (!z)
        return;
    ZSTD_freeDStream(z->d);
    fclose(z->f);
    free(z->in_buf);
    free(z->buf);
    free(z);
}

/* Room for more behind end: first by moving the rest of a line to the front, then by growing. */
static enum err make_room(struct zstd_lines *z)
{
    if (z->start > 0) {
        memmove(z->buf, z->buf + z->start, z->end - z->start);
        z->end -= z->start;
        z->scanned -= z->start;
        z->start = 0;
    }
    if (z->cap - z->end >= OUT_BYTES / 2)
        return OK;
    if (z->end > LINE_MAX_BYTES)
        return ERR_TOO_BIG;
    char *bigger = realloc(z->buf, z->cap * 2);
    if (!bigger)
        return ERR_NOMEM;
    z->buf = bigger;
    z->cap *= 2;
    return OK;
}

static enum err read_more(struct zstd_lines *z)
{
    size_t n = fread(z->in_buf, 1, IN_BYTES, z->f);
    if (n == 0 && ferror(z->f))
        return ERR_IO;
    z->in = (ZSTD_inBuffer){ .src = z->in_buf, .size = n };
    z->finished = n == 0;
    return OK;
}

/* Unpacks into the free room, at most one byte beyond raw: that one byte proves the bomb. */
static enum err unpack(struct zstd_lines *z)
{
    size_t room = z->cap - z->end, left = z->raw - z->total;
    if (room > left && left < SIZE_MAX)
        room = left + 1;
    ZSTD_outBuffer o = { .dst = z->buf + z->end, .size = room };
    size_t rc = ZSTD_decompressStream(z->d, &o, &z->in);
    if (ZSTD_isError(rc))
        return ERR_FORMAT;
    z->frame_open = rc != 0;
    z->end += o.pos;
    z->total += o.pos;
    return z->total > z->raw ? ERR_BOMB : OK;
}

static enum err fill(struct zstd_lines *z)
{
    size_t before = z->end - z->start;
    enum err e = make_room(z);
    while (e == OK && !z->finished && z->end - z->start == before) {
        /* A full output buffer may leave bytes inside zstd although all input is eaten. */
        if (z->in.pos < z->in.size || z->frame_open)
            e = unpack(z);
        if (e == OK && z->end - z->start == before && z->in.pos == z->in.size)
            e = read_more(z);
    }
    if (e == OK && z->finished && (z->frame_open || z->total != z->raw))
        e = ERR_FORMAT;
    return e;
}

static void hand_out(struct zstd_lines *z, size_t n, size_t skip, const char **out_line,
                     size_t *out_n)
{
    *out_line = z->buf + z->start;
    *out_n = n;
    z->start += n + skip;
    z->scanned = z->start;
}

enum err zstd_lines_next(struct zstd_lines *z, const char **out_line, size_t *out_n)
{
    for (;;) {
        char *lf = memchr(z->buf + z->scanned, '\n', z->end - z->scanned);
        size_t n = (lf ? (size_t)(lf - z->buf) : z->end) - z->start;
        if (n > LINE_MAX_BYTES)
            return ERR_TOO_BIG;
        if (lf) {
            hand_out(z, n, 1, out_line, out_n);
            return OK;
        }
        z->scanned = z->end;
        if (z->finished)
            break;
        enum err e = fill(z);
        if (e != OK)
            return e;
    }
    if (z->end > z->start) {
        hand_out(z, z->end - z->start, 0, out_line, out_n);
        return OK;
    }
    *out_line = NULL;
    *out_n = 0;
    return OK;
}
