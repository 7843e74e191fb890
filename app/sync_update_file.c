/* sync_update_file.c - the bundle that is being fetched: grows, is checked, appears whole. */
#include "app/sync_update_file.h"

#include "hal/base/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { FILE_PATH = 512, CHECK_STEP = 4 << 20, BLOCK = 64 * 1024 };

static enum err path_of(const struct update_file *f, const char *sub, char out[FILE_PATH])
{
    char name[WIRE_UPDATE_NAME];
    wire_update_name(f->say.version, name);
    return snprintf(out, FILE_PATH, "%s%s/%s", f->dir, sub, name) < FILE_PATH ? OK : ERR_ARG;
}

/* V of "huimin-V.update"; 0: it is none. */
static int64_t version_of(const char *name)
{
    char again[WIRE_UPDATE_NAME];
    if (strncmp(name, "huimin-", 7) != 0)
        return 0;
    int64_t v = strtoll(name + 7, NULL, 10);
    wire_update_name(v, again);
    return strcmp(name, again) == 0 ? v : 0;
}

/* Bundles below `least` in a directory go; the newest of the others. */
static int64_t sweep(const char *path, int64_t least)
{
    int64_t newest = 0;
    DIR *d = opendir(path);
    for (struct dirent *e; d && (e = readdir(d));) {
        int64_t v = version_of(e->d_name);
        if (v > 0 && v < least)
            (void)unlinkat(dirfd(d), e->d_name, 0);
        else if (v > newest)
            newest = v;
    }
    if (d)
        closedir(d);
    return newest;
}

int64_t update_file_newest(const char *dir, int64_t least)
{
    return sweep(dir, least);
}

static void sweep_part(const struct update_file *f, int64_t least)
{
    char path[FILE_PATH];
    if (snprintf(path, sizeof path, "%s/part", f->dir) < FILE_PATH)
        (void)sweep(path, least);
}

void update_file_drop_all(struct update_file *f)
{
    update_file_close(f);
    sweep_part(f, INT64_MAX);
    (void)sweep(f->dir, INT64_MAX);
}

int64_t update_file_room(const struct update_file *f)
{
    struct statvfs fs;
    return statvfs(f->dir, &fs) != 0 ? 0 : (int64_t)fs.f_bavail * (int64_t)fs.f_frsize;
}

static enum err make_dirs(const struct update_file *f)
{
    char path[FILE_PATH];
    if (snprintf(path, sizeof path, "%s/part", f->dir) >= FILE_PATH)
        return ERR_ARG;
    if (mkdir(f->dir, 0770) != 0 && errno != EEXIST)
        return io_error(errno);
    return mkdir(path, 0770) == 0 || errno == EEXIST ? OK : io_error(errno);
}

/* Has it this head, and no more than there can be? */
static bool goes_on(int fd, const struct wire_update *say, const unsigned char *head)
{
    unsigned char old[WIRE_UPDATE_HEAD];
    struct stat st;
    ssize_t n = pread(fd, old, (size_t)say->head_size, 0);
    return n == say->head_size && memcmp(old, head, (size_t)n) == 0 && fstat(fd, &st) == 0 &&
           st.st_size <= wire_update_size(say);
}

static enum err begin(struct update_file *f, const unsigned char *head)
{
    struct stat st;
    if (!goes_on(f->fd, &f->say, head)) {
        ssize_t n = -1;
        if (ftruncate(f->fd, 0) == 0)
            n = pwrite(f->fd, head, (size_t)f->say.head_size, 0);
        if (n != f->say.head_size)
            return n < 0 ? io_error(errno) : ERR_FULL;
    }
    if (fstat(f->fd, &st) != 0)
        return ERR_IO;
    f->have = st.st_size;
    f->checked = 0;
    return OK;
}

enum err update_file_open(struct update_file *f, const struct wire_update *say,
                          const unsigned char *head)
{
    char path[FILE_PATH];
    update_file_close(f);
    f->say = *say;
    enum err e = make_dirs(f);
    if (e == OK)
        e = path_of(f, "/part", path);
    if (e != OK)
        return e;
    sweep_part(f, say->version);
    f->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0640);
    if (f->fd < 0)
        return io_error(errno);
    e = begin(f, head);
    if (e != OK)
        update_file_close(f);
    return e;
}

void update_file_close(struct update_file *f)
{
    if (f->fd >= 0)
        close(f->fd);
    f->fd = -1;
}

enum err update_file_add(struct update_file *f, const void *data, size_t n)
{
    ssize_t put = pwrite(f->fd, data, n, (off_t)f->have);
    if (put < 0)
        return io_error(errno);
    f->have += put;
    return put == (ssize_t)n ? OK : ERR_FULL;
}

bool update_file_whole(const struct update_file *f)
{
    return f->have == wire_update_size(&f->say);
}

/* --- is it what was signed? ---------------------------------------------------------------------
 */

static bool judge(struct crypto_hash *h, const char *wanted)
{
    char hex[2 * CRYPTO_HASH + 1];
    crypto_hash_hex(h, hex);
    return strcmp(hex, wanted) == 0;
}

/* One block, which ends with its image at the latest. */
static enum err check_block(struct update_file *f)
{
    static unsigned char block[BLOCK];
    const struct wire_update *u = &f->say;
    bool root = f->checked >= u->uki_size;
    int64_t at = f->checked - (root ? u->uki_size : 0), size = root ? u->root_size : u->uki_size;
    size_t n = size - at < BLOCK ? (size_t)(size - at) : BLOCK;
    if (at == 0)
        crypto_hash_start(&f->hash);
    if (pread(f->fd, block, n, (off_t)(u->head_size + f->checked)) != (ssize_t)n)
        return ERR_IO;
    crypto_hash_add(&f->hash, block, n);
    f->checked += (int64_t)n;
    if (at + (int64_t)n == size && !judge(&f->hash, root ? u->root_hash : u->uki_hash))
        return ERR_HASH;
    return OK;
}

enum err update_file_check(struct update_file *f)
{
    int64_t all = f->say.uki_size + f->say.root_size, until = f->checked + CHECK_STEP;
    enum err e = OK;
    while (e == OK && f->checked < all && f->checked < until)
        e = check_block(f);
    if (e == ERR_HASH) {
        update_file_close(f);
        sweep_part(f, INT64_MAX);
    }
    if (e != OK)
        return e;
    return f->checked == all ? OK : ERR_BUSY;
}

enum err update_file_done(struct update_file *f)
{
    char from[FILE_PATH] = "", to[FILE_PATH] = "";
    enum err e = path_of(f, "/part", from);
    if (e == OK)
        e = path_of(f, "", to);
    if (e == OK && fsync(f->fd) != 0)
        e = io_error(errno);
    update_file_close(f);
    if (e == OK && rename(from, to) != 0)
        e = io_error(errno);
    int dir = e == OK ? open(f->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (dir >= 0) {
        (void)fsync(dir);
        close(dir);
    }
    if (e == OK)
        (void)sweep(f->dir, f->say.version);
    return e;
}
