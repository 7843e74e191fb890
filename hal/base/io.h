/* io.h - bytes in and out of an open file to the end, and what errno means. */
#ifndef HAL_BASE_IO_H
#define HAL_BASE_IO_H

#include "hal/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* [any] errno of a call on a file: ERR_NOT_FOUND, ERR_READONLY, ERR_FULL, else ERR_IO. */
enum err io_error(int code);
/* Exactly n bytes; fewer is damage (ERR_IO): the file said how long it is. */
MUST_CHECK enum err io_read_all(int fd, void *buf, size_t n);
/* All of them, and they are on the disk. */
MUST_CHECK enum err io_write_all(int fd, const void *data, size_t n);
/* [any] A plain file of at most cap - 1 bytes, terminated; nothing is followed, nothing that is no
 * plain file is opened. dir: an open directory, or AT_FDCWD. ERR_TOO_BIG and those of io_error. */
MUST_CHECK enum err io_slurp(int dir, const char *name, char *out, size_t cap, size_t *out_n);
/* [any] A file whole, and on the disk, before it has its name: the old one, or the new one. */
MUST_CHECK enum err io_replace(int dir, const char *name, const void *data, size_t n, mode_t mode);
/* [any] The same for another owner ((uid_t)-1: nobody else): it has its owner before its name,
 * since whoever may write in the directory may put something else under that name. */
MUST_CHECK enum err io_replace_for(int dir, const char *name, const void *data, size_t n,
                                   mode_t mode, uid_t uid, gid_t gid);
/* [any] A directory, to open its files by; a link to one is none. */
MUST_CHECK enum err io_open_dir(const char *path, int *out_fd);
/* [any] What was renamed in it, or taken out of it, is on the disk. AT_FDCWD: not asked for. */
bool io_dir_synced(int dir);

#endif
