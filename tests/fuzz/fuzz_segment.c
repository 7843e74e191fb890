/* fuzz_segment.c - any bytes as an object: unpacked, and packed first so that the lines are met. */
#include "hal/wire.h"
#include "hal/zstd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { RAW = 1 << 16 };

/* A line is believed to be one row with one first key, or a publisher's line that can be written.
 */
static void look_signed(const char *line, size_t n)
{
    char key[WIRE_NAME_MAX];
    struct wire_rows rows, again;
    struct arena a;
    char *text = NULL;
    if (wire_row_key(line, n, key) == OK && (line[0] != '[' || line[n - 1] != ']'))
        abort();
    if (wire_rows_read(line, n, &rows) != OK)
        return;
    arena_init(&a, 4096, 65536);
    if (rows.to <= rows.from || wire_rows_write(&a, &rows, &text) != OK ||
        wire_rows_read(text, strlen(text), &again) != OK || again.to != rows.to ||
        strcmp(again.scope, rows.scope) != 0)
        abort();
    arena_finish(&a);
}

static void look(const char *line, size_t n, bool first)
{
    struct wire_segment_head h;
    struct wire_row_peek r;
    if (first && wire_segment_head_read(line, n, &h) == OK &&
        (h.from < 0 || h.to <= h.from || h.rows < 0))
        abort();
    if (!first)
        look_signed(line, n);
    if (!first && wire_row_peek(line, n, &r) == OK && !r.table[0])
        abort();
}

/* Never more than raw bytes come out, line ends not counted. */
static void read_object(const char *path, size_t raw)
{
    struct zstd_lines *z = NULL;
    const char *line = NULL;
    size_t n = 0, total = 0;
    if (zstd_lines_open(path, raw, &z) != OK)
        return;
    for (bool first = true; zstd_lines_next(z, &line, &n) == OK && line; first = false) {
        total += n;
        look(line, n, first);
    }
    if (total > raw)
        abort();
    zstd_lines_close(z);
}

static void put(int fd, const void *data, size_t n)
{
    if (ftruncate(fd, 0) != 0 || pwrite(fd, data, n, 0) != (ssize_t)n)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static int fd = -1;
    static char path[64];
    void *packed = NULL;
    size_t packed_n = 0;
    if (fd < 0) {
        fd = memfd_create("object", MFD_CLOEXEC);
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    }
    put(fd, data, n);
    read_object(path, RAW);
    if (zstd_pack(data, n, 1, &packed, &packed_n) != OK)
        abort();
    put(fd, packed, packed_n);
    read_object(path, n);
    free(packed);
    return 0;
}
