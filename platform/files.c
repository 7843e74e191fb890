/* files.c - whole files in, whole files out. */
#include "platform/files.h"

#include "hal/base/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum err file_read(struct arena *a, const char *path, size_t max, char **out, size_t *out_n)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
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
    *out = buf;
    *out_n = (size_t)st.st_size;
    return OK;
}

static void sync_parent(const char *path)
{
    char dir[4096];
    snprintf(dir, sizeof dir, "%s", path);
    char *slash = strrchr(dir, '/');
    if (slash)
        *slash = '\0';
    int fd = open(slash ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    fsync(fd);
    close(fd);
}

enum err file_write(const char *path, const void *data, size_t n, unsigned mode)
{
    char tmp[4096];
    if ((size_t)snprintf(tmp, sizeof tmp, "%s.new", path) >= sizeof tmp)
        return ERR_ARG;
    int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, (mode_t)mode);
    if (fd < 0)
        return io_error(errno);
    enum err e = io_write_all(fd, data, n);
    if (close(fd) != 0 && e == OK)
        e = ERR_IO;
    if (e == OK && rename(tmp, path) != 0)
        e = io_error(errno);
    if (e != OK)
        unlink(tmp);
    else
        sync_parent(path);
    return e;
}

enum err file_appear(const char *whole, const char *path)
{
    int rc = renameat2(AT_FDCWD, whole, AT_FDCWD, path, RENAME_NOREPLACE);
    if (rc != 0 && errno == EINVAL) /* a file system without it: a stick */
        rc = access(path, F_OK) == 0 ? (errno = EEXIST, -1) : rename(whole, path);
    if (rc != 0)
        return errno == EEXIST ? ERR_BUSY : io_error(errno);
    sync_parent(path);
    return OK;
}

enum err dir_make(const char *path)
{
    char part[4096];
    if ((size_t)snprintf(part, sizeof part, "%s", path) >= sizeof part)
        return ERR_ARG;
    for (char *p = part + 1; *p; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        if (mkdir(part, 0777) != 0 && errno != EEXIST)
            return io_error(errno);
        *p = '/';
    }
    return mkdir(part, 0777) != 0 && errno != EEXIST ? io_error(errno) : OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool ends_in(const char *name, const char *suffix)
{
    size_t n = strlen(name), m = strlen(suffix);
    return n > m && strcmp(name + n - m, suffix) == 0;
}

static int collect(struct arena *a, DIR *d, const char *suffix, char **out, int max)
{
    int n = 0;
    for (struct dirent *e; (e = readdir(d));)
        if (ends_in(e->d_name, suffix) && n++ < max)
            out[n - 1] = arena_strdup(a, e->d_name);
    return n;
}

enum err dir_list(struct arena *a, const char *dir, const char *suffix, char ***out, int *out_n)
{
    *out_n = 0;
    DIR *d = opendir(dir);
    if (!d)
        return errno == ENOENT ? OK : io_error(errno);
    int n = collect(a, d, suffix, NULL, 0);
    char **names = arena_array(a, char *, n + 1);
    rewinddir(d);
    if (names)
        collect(a, d, suffix, names, n);
    closedir(d);
    for (int i = 0; names && i < n; i++)
        if (!names[i])
            return ERR_NOMEM;
    if (!names)
        return ERR_NOMEM;
    qsort(names, (size_t)n, sizeof *names, by_name);
    *out = names;
    *out_n = n;
    return OK;
}
