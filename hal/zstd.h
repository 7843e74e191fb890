/* zstd.h - packing, and unpacking that cannot be made to swell. */
#ifndef HAL_ZSTD_H
#define HAL_ZSTD_H

#include "hal/base/err.h"

#include <stddef.h>

/* [any] Packs n bytes; *out is malloc'ed, freed by the caller with free(). */
MUST_CHECK enum err zstd_pack(const void *data, size_t n, int level, void **out, size_t *out_n);

/* A stream that hands out whole lines (without LF) and stops at `raw` bytes in all: one byte more
 * is ERR_BOMB, fewer at the end ERR_FORMAT. Window memory is capped at 8 MB. One thread. */
struct zstd_lines;
MUST_CHECK enum err zstd_lines_open(const char *path, size_t raw, struct zstd_lines **out);
/* The next line lives until the next call. At the end *out_line is NULL. A line longer than 4 MB
 * is ERR_TOO_BIG; bytes that are not zstd ERR_FORMAT. */
MUST_CHECK enum err zstd_lines_next(struct zstd_lines *z, const char **out_line, size_t *out_n);
void zstd_lines_close(struct zstd_lines *z); /* accepts NULL */

#endif
