/* libc.c - what the programs ask of the system, answered by the virtual disks and the one clock.
 *
 * The linker (--wrap, see the Makefile) sends calls of the programs' objects here; a path that is
 * not of a virtual disk goes on to the C library. */
#include "tests/model/disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#define REAL(name) __real_##name
#define WRAP(name) __wrap_##name

/* clang-format off: the linker's names, which no header declares */
int REAL(open)(const char *path, int flags, ...);
int WRAP(open)(const char *path, int flags, ...);
int WRAP(__open_2)(const char *path, int flags);
int REAL(openat)(int dir, const char *path, int flags, ...);
int WRAP(openat)(int dir, const char *path, int flags, ...);
int REAL(close)(int fd);
int WRAP(close)(int fd);
ssize_t REAL(read)(int fd, void *buf, size_t n);
ssize_t WRAP(read)(int fd, void *buf, size_t n);
ssize_t WRAP(__read_chk)(int fd, void *buf, size_t n, size_t room);
ssize_t REAL(write)(int fd, const void *buf, size_t n);
ssize_t WRAP(write)(int fd, const void *buf, size_t n);
int REAL(fsync)(int fd);
int WRAP(fsync)(int fd);
int REAL(fstat)(int fd, struct stat *st);
int WRAP(fstat)(int fd, struct stat *st);
int REAL(fchmod)(int fd, mode_t mode);
int WRAP(fchmod)(int fd, mode_t mode);
int REAL(flock)(int fd, int how);
int WRAP(flock)(int fd, int how);
int REAL(posix_fallocate)(int fd, off_t at, off_t n);
int WRAP(posix_fallocate)(int fd, off_t at, off_t n);
int REAL(ftruncate)(int fd, off_t n);
int WRAP(ftruncate)(int fd, off_t n);
int REAL(stat)(const char *path, struct stat *st);
int WRAP(stat)(const char *path, struct stat *st);
int REAL(access)(const char *path, int how);
int WRAP(access)(const char *path, int how);
int REAL(mkdir)(const char *path, mode_t mode);
int WRAP(mkdir)(const char *path, mode_t mode);
int REAL(chmod)(const char *path, mode_t mode);
int WRAP(chmod)(const char *path, mode_t mode);
int REAL(unlink)(const char *path);
int WRAP(unlink)(const char *path);
int REAL(unlinkat)(int dir, const char *path, int flags);
int WRAP(unlinkat)(int dir, const char *path, int flags);
int REAL(rename)(const char *from, const char *to);
int WRAP(rename)(const char *from, const char *to);
int REAL(renameat2)(int fd, const char *from, int fd2, const char *to, unsigned flags);
int WRAP(renameat2)(int fd, const char *from, int fd2, const char *to, unsigned flags);
int REAL(link)(const char *from, const char *to);
int WRAP(link)(const char *from, const char *to);
int REAL(mkstemp)(char *path);
int WRAP(mkstemp)(char *path);
int REAL(statvfs)(const char *path, struct statvfs *out);
int WRAP(statvfs)(const char *path, struct statvfs *out);
DIR *WRAP(opendir)(const char *path);
struct dirent *WRAP(readdir)(DIR *d);
void WRAP(rewinddir)(DIR *d);
int WRAP(dirfd)(DIR *d);
int WRAP(closedir)(DIR *d);
FILE *REAL(fopen)(const char *path, const char *mode);
FILE *WRAP(fopen)(const char *path, const char *mode);
int WRAP(clock_gettime)(clockid_t id, struct timespec *out);
int WRAP(gethostname)(char *name, size_t n);
/* clang-format on */

enum { FIRST_FD = 1000000, FDS = 64 };
struct open_file {
    struct inode *file;
    enum program owner;
    int64_t at;
    bool append;
    char dir[DISK_PATH]; /* of a directory: its name */
};
static struct open_file open_files[FDS];

static struct open_file *of(int fd)
{
    return fd >= FIRST_FD && fd < FIRST_FD + FDS ? &open_files[fd - FIRST_FD] : NULL;
}

/* A dead program's descriptors are good for closing only. */
static bool may(const struct open_file *f)
{
    return !prog[f->owner].dead && disk_call();
}

static int fails(int code)
{
    errno = code;
    return -1;
}

/* There is no stick in this world. */
int WRAP(openat)(int dir, const char *path, int flags, ...)
{
    (void)dir, (void)path, (void)flags;
    return fails(ENOENT);
}

static int open_ours(const char *path, int flags)
{
    int i = 0;
    if (!disk_call())
        return fails(EIO);
    struct inode *f = disk_find(path);
    if (f && (flags & O_CREAT) && (flags & O_EXCL))
        return fails(EEXIST);
    if (!f && !(flags & O_CREAT))
        return fails(ENOENT);
    while (i < FDS && open_files[i].file)
        i++;
    must(i < FDS, "descriptors");
    if (!f)
        f = disk_make(path, false);
    else if ((flags & O_TRUNC) && f->n > 0)
        (void)disk_truncate(f, 0);
    open_files[i] =
        (struct open_file){ .file = f, .owner = running, .append = (flags & O_APPEND) != 0 };
    snprintf(open_files[i].dir, DISK_PATH, "%s", path);
    return FIRST_FD + i;
}

int WRAP(open)(const char *path, int flags, ...)
{
    enum machine m;
    return disk_ours(path, &m) ? open_ours(path, flags) : REAL(open)(path, flags, 0600);
}

int WRAP(__open_2)(const char *path, int flags)
{
    return WRAP(open)(path, flags);
}

int WRAP(close)(int fd)
{
    struct open_file *f = of(fd);
    if (!f)
        return REAL(close)(fd);
    *f = (struct open_file){ .file = NULL };
    return 0;
}

ssize_t WRAP(read)(int fd, void *buf, size_t n)
{
    struct open_file *f = of(fd);
    if (!f)
        return REAL(read)(fd, buf, n);
    if (!may(f))
        return fails(EIO);
    size_t got = disk_read(f->file, f->at, buf, n);
    f->at += (int64_t)got;
    return (ssize_t)got;
}

ssize_t WRAP(__read_chk)(int fd, void *buf, size_t n, size_t room)
{
    must(n <= room, "a read beyond its buffer");
    return WRAP(read)(fd, buf, n);
}

ssize_t WRAP(write)(int fd, const void *buf, size_t n)
{
    struct open_file *f = of(fd);
    if (!f)
        return REAL(write)(fd, buf, n);
    if (!may(f))
        return fails(EIO);
    int64_t at = f->append ? f->file->n : f->at;
    size_t done = disk_write(f->file, at, buf, n);
    f->at = at + (int64_t)done;
    return done > 0 || n == 0 ? (ssize_t)done : fails(ENOSPC);
}

int WRAP(fsync)(int fd)
{
    struct open_file *f = of(fd);
    if (!f)
        return REAL(fsync)(fd);
    if (!may(f))
        return fails(EIO);
    if (f->file->dir)
        disk_sync_names(f->file->on);
    else
        disk_sync(f->file);
    return 0;
}

static void describe(const struct inode *f, struct stat *st)
{
    *st = (struct stat){ .st_size = f->n, .st_mode = f->dir ? S_IFDIR | 02770 : S_IFREG | 0660 };
}

int WRAP(fstat)(int fd, struct stat *st)
{
    struct open_file *f = of(fd);
    if (!f)
        return REAL(fstat)(fd, st);
    describe(f->file, st);
    return 0;
}

int WRAP(fchmod)(int fd, mode_t mode)
{
    return of(fd) ? 0 : REAL(fchmod)(fd, mode);
}

int WRAP(flock)(int fd, int how)
{
    return of(fd) ? 0 : REAL(flock)(fd, how);
}

int WRAP(posix_fallocate)(int fd, off_t at, off_t n)
{
    struct open_file *f = of(fd);
    if (!f)
        return REAL(posix_fallocate)(fd, at, n);
    if (!may(f))
        return EIO;
    return f->file->n >= at + n || disk_truncate(f->file, at + n) ? 0 : ENOSPC;
}

int WRAP(ftruncate)(int fd, off_t n)
{
    struct open_file *f = of(fd);
    if (!f)
        return REAL(ftruncate)(fd, n);
    if (!may(f))
        return fails(EIO);
    return disk_truncate(f->file, n) ? 0 : fails(ENOSPC);
}

int WRAP(stat)(const char *path, struct stat *st)
{
    enum machine m;
    if (!disk_ours(path, &m))
        return REAL(stat)(path, st);
    const struct inode *f = disk_find(path);
    if (!f)
        return fails(ENOENT);
    describe(f, st);
    return 0;
}

int WRAP(access)(const char *path, int how)
{
    enum machine m;
    if (!disk_ours(path, &m))
        return REAL(access)(path, how);
    return disk_find(path) ? 0 : fails(ENOENT);
}

int WRAP(mkdir)(const char *path, mode_t mode)
{
    enum machine m;
    if (path[0] == '/' && path[1] == '@' && strlen(path) <= 3)
        return fails(EEXIST); /* the root of a virtual disk */
    if (!disk_ours(path, &m))
        return REAL(mkdir)(path, mode);
    if (!disk_call())
        return fails(EIO);
    if (disk_find(path))
        return fails(EEXIST);
    (void)disk_make(path, true);
    return 0;
}

int WRAP(chmod)(const char *path, mode_t mode)
{
    enum machine m;
    return disk_ours(path, &m) ? 0 : REAL(chmod)(path, mode);
}

int WRAP(unlink)(const char *path)
{
    enum machine m;
    if (!disk_ours(path, &m))
        return REAL(unlink)(path);
    if (!disk_call())
        return fails(EIO);
    return disk_remove(path) ? 0 : fails(ENOENT);
}

int WRAP(unlinkat)(int dir, const char *path, int flags)
{
    const struct open_file *f = of(dir);
    char whole[2 * DISK_PATH];
    if (!f)
        return REAL(unlinkat)(dir, path, flags);
    snprintf(whole, sizeof whole, "%s/%s", f->dir, path);
    return WRAP(unlink)(whole);
}

int WRAP(rename)(const char *from, const char *to)
{
    enum machine m;
    if (!disk_ours(from, &m))
        return REAL(rename)(from, to);
    if (!disk_call())
        return fails(EIO);
    return disk_rename(from, to) ? 0 : fails(ENOENT);
}

int WRAP(renameat2)(int fd, const char *from, int fd2, const char *to, unsigned flags)
{
    enum machine m;
    if (!disk_ours(from, &m))
        return REAL(renameat2)(fd, from, fd2, to, flags);
    return disk_find(to) ? fails(EEXIST) : WRAP(rename)(from, to);
}

int WRAP(link)(const char *from, const char *to)
{
    enum machine m;
    if (!disk_ours(from, &m))
        return REAL(link)(from, to);
    if (!disk_call())
        return fails(EIO);
    if (disk_find(to))
        return fails(EEXIST);
    return disk_link(from, to) ? 0 : fails(ENOENT);
}

int WRAP(mkstemp)(char *path)
{
    static unsigned n;
    enum machine m;
    if (!disk_ours(path, &m))
        return REAL(mkstemp)(path);
    snprintf(path + strlen(path) - 6, 7, "%06u", n++ % 1000000);
    return open_ours(path, O_RDWR | O_CREAT | O_EXCL);
}

int WRAP(statvfs)(const char *path, struct statvfs *out)
{
    enum machine m;
    if (!disk_ours(path, &m))
        return REAL(statvfs)(path, out);
    *out = (struct statvfs){ .f_frsize = 1, .f_bavail = (fsblkcnt_t)disk_free(m) };
    return 0;
}

/* --- directories: one is read at a time ------------------------------------------------------- */

static struct {
    int fd, next;
    struct dirent entry;
} reading = { .fd = -1 };

DIR *WRAP(opendir)(const char *path)
{
    int fd = WRAP(open)(path, O_RDONLY);
    if (fd < 0)
        return NULL;
    must(of(fd) != NULL, path);
    reading.fd = fd;
    reading.next = -1;
    return (DIR *)(void *)&reading;
}

struct dirent *WRAP(readdir)(DIR *d)
{
    (void)d;
    const char *name = disk_entry(of(reading.fd)->dir, &reading.next);
    if (!name)
        return NULL;
    snprintf(reading.entry.d_name, sizeof reading.entry.d_name, "%s", name);
    return &reading.entry;
}

void WRAP(rewinddir)(DIR *d)
{
    (void)d;
    reading.next = -1;
}

int WRAP(dirfd)(DIR *d)
{
    (void)d;
    return reading.fd;
}

int WRAP(closedir)(DIR *d)
{
    (void)d;
    return WRAP(close)(reading.fd);
}

/* --- streams: only read ----------------------------------------------------------------------- */

static ssize_t stream_read(void *ctx, char *buf, size_t n)
{
    return WRAP(read)((int)(intptr_t)ctx, buf, n);
}

static int stream_close(void *ctx)
{
    return WRAP(close)((int)(intptr_t)ctx);
}

FILE *WRAP(fopen)(const char *path, const char *mode)
{
    enum machine m;
    if (!disk_ours(path, &m))
        return REAL(fopen)(path, mode);
    int fd = open_ours(path, O_RDONLY);
    if (fd < 0)
        return NULL;
    cookie_io_functions_t io = { .read = stream_read, .close = stream_close };
    FILE *f = fopencookie((void *)(intptr_t)fd, "r", io);
    must(f != NULL, "memory");
    return f;
}

/* --- who, and when ---------------------------------------------------------------------------- */

int WRAP(clock_gettime)(clockid_t id, struct timespec *out)
{
    int64_t us = world_us;
    if (id == CLOCK_REALTIME)
        us += skew_ms[prog[running].on] * 1000;
    out->tv_sec = us / 1000000;
    out->tv_nsec = us % 1000000 * 1000;
    return 0;
}

int WRAP(gethostname)(char *name, size_t n)
{
    snprintf(name, n, "model");
    return 0;
}
