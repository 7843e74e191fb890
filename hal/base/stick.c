/* stick.c - files on a stick that others had in their hands. */
#include "hal/base/stick.h"

#include "hal/base/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum err stick_open(int at, const char *path, int *out_fd)
{
    int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (at == AT_FDCWD ? 0 : O_NOFOLLOW);
    int fd = openat(at, path, flags);
    if (fd < 0) {
        enum err e = io_error(errno);
        return e == ERR_NOT_FOUND && at == AT_FDCWD ? ERR_NO_DEVICE : e;
    }
    *out_fd = fd;
    return OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

enum err stick_list(struct arena *a, int dir, const char *prefix, int max, char ***out, int *out_n)
{
    char **name = arena_array(a, char *, (size_t)max);
    int fd = dup(dir), n = 0;
    DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
    struct dirent *entry;
    enum err e = name ? OK : ERR_NOMEM;
    if (!d) {
        if (fd >= 0)
            close(fd);
        return ERR_IO;
    }
    rewinddir(d);
    while (e == OK && n < max && (entry = readdir(d)))
        if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0 &&
            !(name[n++] = arena_strdup(a, entry->d_name)))
            e = ERR_NOMEM;
    closedir(d);
    if (e != OK)
        return e;
    qsort(name, (size_t)n, sizeof *name, by_name);
    *out = name;
    *out_n = n;
    return OK;
}

enum err stick_read(struct arena *a, int dir, const char *name, size_t max, char **out,
                    size_t *out_n)
{
    struct stat st;
    int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return io_error(errno);
    enum err e = fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ? ERR_IO
                 : (size_t)st.st_size > max                  ? ERR_TOO_BIG
                                                             : OK;
    char *buf = e == OK ? arena_alloc(a, (size_t)st.st_size + 1) : NULL;
    if (e == OK)
        e = buf ? io_read_all(fd, buf, (size_t)st.st_size) : ERR_NOMEM;
    close(fd);
    if (e != OK)
        return e;
    buf[st.st_size] = '\0';
    *out = buf;
    *out_n = (size_t)st.st_size;
    return OK;
}

enum err stick_write(int dir, const char *name, const void *data, size_t n)
{
    return io_replace(dir, name, data, n, 0644);
}

enum err stick_make(int at, const char *name, int *out_fd)
{
    if (mkdirat(at, name, 0755) != 0)
        return errno == EEXIST ? ERR_BUSY : io_error(errno);
    return stick_open(at, name, out_fd);
}

enum err stick_rename(int at, const char *from, const char *to)
{
    if (renameat(at, from, at, to) != 0 || !io_dir_synced(at))
        return io_error(errno);
    return OK;
}

void stick_remove(int at, const char *name)
{
    int dir;
    if (stick_open(at, name, &dir) != OK)
        return;
    int fd = dup(dir);
    DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
    struct dirent *entry;
    while (d && (entry = readdir(d)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            (void)unlinkat(dir, entry->d_name, 0);
    if (d)
        closedir(d);
    else if (fd >= 0)
        close(fd);
    close(dir);
    (void)unlinkat(at, name, AT_REMOVEDIR);
    (void)io_dir_synced(at);
}
