/* stick.h - files on a stick that others had in their hands: read with caps, written whole.
 *
 * [any] Nothing is followed, nothing that is no plain file is opened, every name is looked up in
 * the directory that was opened. Errors: ERR_NO_DEVICE (no such directory: no stick),
 * ERR_NOT_FOUND, ERR_READONLY, ERR_FULL, ERR_TOO_BIG, ERR_NOMEM, ERR_IO (pulled out, damaged). */
#ifndef HAL_BASE_STICK_H
#define HAL_BASE_STICK_H

#include "hal/base/arena.h"
#include "hal/base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* The directory itself; close() it. at: the fd of its parent, or AT_FDCWD. */
MUST_CHECK enum err stick_open(int at, const char *path, int *out_fd);
/* Names in it that begin with prefix, sorted, at most max. */
MUST_CHECK enum err stick_list(struct arena *a, int dir, const char *prefix, int max, char ***out,
                               int *out_n);
/* A whole file, terminated, in the arena. */
MUST_CHECK enum err stick_read(struct arena *a, int dir, const char *name, size_t max, char **out,
                               size_t *out_n);
/* On the stick, whole, before it has its name. */
MUST_CHECK enum err stick_write(int dir, const char *name, const void *data, size_t n);
/* A new directory under at, opened. */
MUST_CHECK enum err stick_make(int at, const char *name, int *out_fd);
/* The directory is complete and gets its name: on the stick when this returns. */
MUST_CHECK enum err stick_rename(int at, const char *from, const char *to);
/* A directory and the files in it; best effort. */
void stick_remove(int at, const char *name);

#endif
