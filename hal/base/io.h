/* io.h - bytes in and out of an open file to the end, and what errno means. */
#ifndef HAL_BASE_IO_H
#define HAL_BASE_IO_H

#include "hal/base/err.h"

#include <stddef.h>

/* [any] errno of a call on a file: ERR_NOT_FOUND, ERR_READONLY, ERR_FULL, else ERR_IO. */
enum err io_error(int code);
/* Exactly n bytes; fewer is damage (ERR_IO): the file said how long it is. */
MUST_CHECK enum err io_read_all(int fd, void *buf, size_t n);
/* All of them, and they are on the disk. */
MUST_CHECK enum err io_write_all(int fd, const void *data, size_t n);

#endif
