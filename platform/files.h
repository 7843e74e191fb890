/* files.h - whole files in, whole files out: a reader never sees half of one. */
#ifndef PLATFORM_FILES_H
#define PLATFORM_FILES_H

#include "hal/base/arena.h"
#include "hal/base/err.h"

#include <stddef.h>

/* NUL-terminated in the arena. ERR_NOT_FOUND, ERR_TOO_BIG (over max), ERR_IO. */
MUST_CHECK enum err file_read(struct arena *a, const char *path, size_t max, char **out,
                              size_t *out_n);
/* Writes beside it, fsync, rename, fsync of the directory. ERR_READONLY, ERR_FULL, ERR_IO. */
MUST_CHECK enum err file_write(const char *path, const void *data, size_t n, unsigned mode);
/* A whole file that stands under another name beside path gets this one; ERR_BUSY: it is taken.
 * The directory is on the disk then. */
MUST_CHECK enum err file_appear(const char *whole, const char *path);
/* The directory and its parents; one that is there is fine. */
MUST_CHECK enum err dir_make(const char *path);
/* Names in dir that end in suffix, sorted; an absent directory has none. */
MUST_CHECK enum err dir_list(struct arena *a, const char *dir, const char *suffix, char ***out,
                             int *out_n);

#endif
