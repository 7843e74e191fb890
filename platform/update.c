/* update.c - a new system for the appliances is laid beside the feed. */
#include "platform/update.h"

#include "hal/base/io.h"
#include "platform/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_CAP = 4096, BLOCK = 128 * 1024 };

/* One bundle on its way. */
struct job {
    int from, to;
    char dir[PATH_CAP], path[PATH_CAP], part[PATH_CAP]; /* update/, the bundle there, half of it */
    unsigned char head[WIRE_UPDATE_HEAD];
    struct wire_update say;
};

static enum err read_head(int fd, unsigned char head[WIRE_UPDATE_HEAD], struct wire_update *out)
{
    ssize_t n = pread(fd, head, WIRE_UPDATE_HEAD, 0);
    return n < 0 ? ERR_IO : wire_update_read(head, (size_t)n, NULL, out);
}

static enum err open_bundle(struct job *j, const char *bundle)
{
    struct stat st;
    j->from = open(bundle, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (j->from < 0 || fstat(j->from, &st) != 0)
        return io_error(errno);
    if (!S_ISREG(st.st_mode))
        return ERR_FORMAT;
    enum err e = read_head(j->from, j->head, &j->say);
    if (e != OK)
        return e;
    int64_t size = wire_update_size(&j->say);
    return st.st_size < size ? ERR_CUT : st.st_size > size ? ERR_TOO_BIG : OK;
}

/* 0: none is published. */
static int64_t published(const struct job *j)
{
    char path[PATH_CAP + 8];
    unsigned char head[WIRE_UPDATE_HEAD];
    struct wire_update say = { .version = 0 };
    snprintf(path, sizeof path, "%s/head", j->dir);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    enum err e = read_head(fd, head, &say);
    close(fd);
    return e == OK ? say.version : 0;
}

static enum err set_paths(struct job *j, const char *feed)
{
    char name[WIRE_UPDATE_NAME];
    wire_update_name(j->say.version, name);
    bool fit = snprintf(j->dir, sizeof j->dir, "%s/update", feed) < PATH_CAP &&
               snprintf(j->path, sizeof j->path, "%s/update/%s", feed, name) < PATH_CAP &&
               snprintf(j->part, sizeof j->part, "%s/update/%s.part", feed, name) < PATH_CAP;
    return fit ? dir_make(j->dir) : ERR_ARG;
}

static enum err copy(const struct job *j, int64_t *at, int64_t size, const char *hash)
{
    static unsigned char block[BLOCK];
    struct crypto_hash h;
    char hex[2 * CRYPTO_HASH + 1];
    crypto_hash_start(&h);
    for (int64_t end = *at + size; *at < end;) {
        size_t want = end - *at < BLOCK ? (size_t)(end - *at) : BLOCK;
        ssize_t n = pread(j->from, block, want, (off_t)*at);
        if (n <= 0)
            return n < 0 ? ERR_IO : ERR_CUT;
        ssize_t put = pwrite(j->to, block, (size_t)n, (off_t)*at);
        if (put != n)
            return put < 0 ? io_error(errno) : ERR_FULL;
        crypto_hash_add(&h, block, (size_t)n);
        *at += n;
    }
    if (!hash)
        return OK;
    crypto_hash_hex(&h, hex);
    return strcmp(hex, hash) == 0 ? OK : ERR_HASH;
}

/* Others read it, whatever the umask is: the web server may be somebody else. */
static enum err copy_all(struct job *j)
{
    int64_t at = 0;
    j->to = open(j->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (j->to < 0)
        return io_error(errno);
    enum err e = copy(j, &at, j->say.head_size, NULL);
    if (e == OK)
        e = copy(j, &at, j->say.uki_size, j->say.uki_hash);
    if (e == OK)
        e = copy(j, &at, j->say.root_size, j->say.root_hash);
    if (e == OK && (fchmod(j->to, 0644) != 0 || fsync(j->to) != 0))
        e = io_error(errno);
    close(j->to);
    if (e == OK && rename(j->part, j->path) != 0)
        e = io_error(errno);
    if (e != OK)
        unlink(j->part);
    return e;
}

/* All but the newest and the one that was the newest till now. */
static void clear(const struct job *j, int64_t before)
{
    DIR *d = opendir(j->dir);
    for (struct dirent *f; d && (f = readdir(d));) {
        char again[WIRE_UPDATE_NAME];
        if (strncmp(f->d_name, "huimin-", 7) != 0)
            continue;
        int64_t v = strtoll(f->d_name + 7, NULL, 10);
        wire_update_name(v, again);
        if (strcmp(f->d_name, again) != 0 || (v != before && v != j->say.version))
            (void)unlinkat(dirfd(d), f->d_name, 0);
    }
    if (d)
        closedir(d);
}

static enum err publish(struct job *j, const char *feed)
{
    char head[PATH_CAP + 8];
    enum err e = set_paths(j, feed);
    if (e != OK)
        return e;
    int64_t before = published(j);
    if (j->say.version < before)
        return ERR_ROLLBACK;
    e = copy_all(j);
    snprintf(head, sizeof head, "%s/head", j->dir);
    if (e == OK)
        e = file_write(head, j->head, (size_t)j->say.head_size, 0644);
    if (e == OK)
        clear(j, before);
    return e;
}

enum err update_publish(const char *feed, const char *bundle, struct wire_update *out)
{
    static struct job j;
    j = (struct job){ .from = -1, .to = -1 };
    enum err e = open_bundle(&j, bundle);
    if (e == OK)
        e = publish(&j, feed);
    if (j.from >= 0)
        close(j.from);
    if (e == OK)
        *out = j.say;
    return e;
}
