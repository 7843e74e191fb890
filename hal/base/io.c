/* io.c - bytes in and out of an open file to the end, and what errno means. */
#include "hal/base/io.h"

#include <errno.h>
#include <unistd.h>

enum err io_error(int code)
{
    switch (code) {
    case ENOENT:
    case ENOTDIR:
    case ELOOP:
        return ERR_NOT_FOUND;
    case EROFS:
    case EACCES:
    case EPERM:
        return ERR_READONLY;
    case ENOSPC:
    case EDQUOT:
        return ERR_FULL;
    default:
        return ERR_IO;
    }
}

enum err io_read_all(int fd, void *buf, size_t n)
{
    for (size_t at = 0; at < n;) {
        ssize_t got = read(fd, (char *)buf + at, n - at);
        if (got <= 0)
            return ERR_IO;
        at += (size_t)got;
    }
    return OK;
}

enum err io_write_all(int fd, const void *data, size_t n)
{
    for (size_t at = 0; at < n;) {
        ssize_t done = write(fd, (const char *)data + at, n - at);
        if (done < 0)
            return io_error(errno);
        at += (size_t)done;
    }
    return fsync(fd) == 0 ? OK : io_error(errno);
}
