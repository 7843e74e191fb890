/* io.c - bytes in and out of an open file to the end, and what errno means. */
#include "hal/base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
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

enum err io_slurp(int dir, const char *name, char *out, size_t cap, size_t *out_n)
{
    struct stat st;
    int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return io_error(errno);
    enum err e = fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ? ERR_IO
                 : (size_t)st.st_size >= cap                 ? ERR_TOO_BIG
                                                             : OK;
    if (e == OK)
        e = io_read_all(fd, out, (size_t)st.st_size);
    close(fd);
    if (e != OK)
        return e;
    out[st.st_size] = '\0';
    *out_n = (size_t)st.st_size;
    return OK;
}

/* Some file systems of sticks cannot sync a directory by itself: then its files were. */
bool io_dir_synced(int dir)
{
    return dir == AT_FDCWD || fsync(dir) == 0 || errno == EINVAL;
}

enum err io_open_dir(const char *path, int *out_fd)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return io_error(errno);
    *out_fd = fd;
    return OK;
}

enum err io_replace_for(int dir, const char *name, const void *data, size_t n, mode_t mode,
                        uid_t uid, gid_t gid)
{
    char part[600];
    snprintf(part, sizeof part, "%.590s.part", name);
    (void)unlinkat(dir, part, 0);
    int fd = openat(dir, part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0)
        return io_error(errno);
    enum err e = io_write_all(fd, data, n);
    if (e == OK && uid != (uid_t)-1 && fchown(fd, uid, gid) != 0)
        e = io_error(errno);
    if (close(fd) != 0 && e == OK)
        e = io_error(errno);
    if (e == OK && renameat(dir, part, dir, name) != 0)
        e = io_error(errno);
    if (e == OK && !io_dir_synced(dir))
        e = io_error(errno);
    if (e != OK)
        (void)unlinkat(dir, part, 0);
    return e;
}

enum err io_replace(int dir, const char *name, const void *data, size_t n, mode_t mode)
{
    return io_replace_for(dir, name, data, n, mode, (uid_t)-1, (gid_t)-1);
}
