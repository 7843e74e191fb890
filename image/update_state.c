/* update_state.c - what the updater remembers: what failed here, what waits, how it went last. */
#include "image/update.h"

#include "hal/base/clock.h"
#include "hal/base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { FAILED_MAX = 2048 };

static enum err open_state(const struct update *u, int *out_dir)
{
    int dir = open(u->state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return io_error(errno);
    *out_dir = dir;
    return OK;
}

static enum err read_file(int dir, const char *name, char *out, size_t cap)
{
    int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    out[0] = '\0';
    if (fd < 0)
        return errno == ENOENT ? OK : io_error(errno);
    ssize_t n = read(fd, out, cap - 1);
    close(fd);
    out[n > 0 ? n : 0] = '\0';
    return n < 0 ? ERR_IO : OK;
}

static enum err write_file(int dir, const char *name, const char *text)
{
    char fresh[64];
    snprintf(fresh, sizeof fresh, "%s.new", name);
    if (unlinkat(dir, fresh, 0) != 0 && errno != ENOENT)
        return io_error(errno);
    int fd = openat(dir, fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        return io_error(errno);
    enum err e = io_write_all(fd, text, strlen(text));
    if (close(fd) != 0 && e == OK)
        e = ERR_IO;
    if (e == OK && renameat(dir, fresh, dir, name) != 0)
        e = io_error(errno);
    if (e == OK && fsync(dir) != 0)
        e = ERR_IO;
    return e;
}

static enum err replace(const struct update *u, const char *name, const char *text)
{
    int dir = -1;
    enum err e = open_state(u, &dir);
    if (e != OK)
        return e;
    e = write_file(dir, name, text);
    close(dir);
    return e;
}

enum err state_read(const struct update *u, const char *name, char *out, size_t cap)
{
    int dir = -1;
    enum err e = open_state(u, &dir);
    if (e != OK)
        return e;
    e = read_file(dir, name, out, cap);
    close(dir);
    return e;
}

static bool lists(const char *text, int64_t version)
{
    for (const char *p = text; p && *p; p = strchr(p, '\n'), p = p ? p + 1 : NULL)
        if (strtoll(p, NULL, 10) == version)
            return true;
    return false;
}

enum err state_failed(const struct update *u, int64_t version, bool *out)
{
    char text[FAILED_MAX];
    enum err e = state_read(u, "failed", text, sizeof text);
    if (e == OK)
        *out = lists(text, version);
    return e;
}

enum err state_add_failed(const struct update *u, int64_t version)
{
    char old[FAILED_MAX], text[FAILED_MAX + 32];
    enum err e = state_read(u, "failed", old, sizeof old);
    if (e != OK || lists(old, version))
        return e;
    const char *kept = old;
    if (strlen(old) > FAILED_MAX - 64 && (kept = strchr(old, '\n'))) /* the oldest goes */
        kept++;
    snprintf(text, sizeof text, "%s%lld\n", kept ? kept : "", (long long)version);
    return replace(u, "failed", text);
}

enum err state_put_last(const struct update *u, const char *line)
{
    char text[UPDATE_LINE + 64], at[32];
    clock_format_rfc3339(at, sizeof at, clock_wall_ms());
    snprintf(text, sizeof text, "%s %s\n", at, line);
    return replace(u, "last", text);
}

enum err state_set_waiting(const struct update *u, int64_t version)
{
    char text[32];
    int dir = -1;
    if (version > 0) {
        snprintf(text, sizeof text, "%lld\n", (long long)version);
        return replace(u, "waiting", text);
    }
    enum err e = open_state(u, &dir);
    if (e != OK)
        return e;
    if (unlinkat(dir, "waiting", 0) != 0 && errno != ENOENT)
        e = io_error(errno);
    close(dir);
    return e;
}

enum err state_lock(const struct update *u, int *out_fd)
{
    int dir = -1;
    enum err e = open_state(u, &dir);
    if (e != OK)
        return e;
    int fd = openat(dir, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    close(dir);
    if (fd < 0)
        return io_error(errno);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        return ERR_BUSY;
    }
    *out_fd = fd;
    return OK;
}
