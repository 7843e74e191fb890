/* sync_cache.c - where huimin-sync keeps its files: the data directory, cache.db, the spool. */
#include "app/sync_cache.h"

#include "app/feed_tables.h"
#include "hal/base/log.h"
#include "hal/net.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_MAX_ = 512 };

static void path_in(const struct config *c, const char *name, char *out)
{
    snprintf(out, PATH_MAX_, "%s/%s", c->data_dir, name);
}

static enum err make_dir(const char *path, mode_t mode)
{
    struct stat st;
    /* Setgid comes with the parent, or afterwards: a unit's box forbids to ask for it in mkdir. */
    if (mkdir(path, mode & 0777) == 0 && stat(path, &st) == 0) {
        bool so = (st.st_mode & 07777) == mode;
        return so || chmod(path, mode) == 0 ? OK : net_file_error(errno);
    }
    int code = errno;
    if (stat(path, &st) == 0)
        return S_ISDIR(st.st_mode) ? OK : ERR_IO;
    return net_file_error(code);
}

/* Parents of the data directory; what is there already is left alone. */
static void make_parents(const char *path)
{
    char part[PATH_MAX_];
    for (size_t i = 1; i < sizeof part && path[i]; i++)
        if (path[i] == '/') {
            snprintf(part, sizeof part, "%.*s", (int)i, path);
            (void)mkdir(part, 0755);
        }
}

enum err cache_dirs(const struct config *c)
{
    char spool[PATH_MAX_];
    make_parents(c->data_dir);
    enum err e = make_dir(c->data_dir, 02770);
    path_in(c, "spool", spool);
    return e == OK ? make_dir(spool, 02770) : e;
}

enum err cache_lock(const struct config *c, int *out_fd)
{
    char path[PATH_MAX_];
    path_in(c, "sync.lock", path);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0660);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        return ERR_BUSY;
    }
    *out_fd = fd;
    return OK;
}

static enum err copy_bytes(int from, int to)
{
    char buf[65536];
    ssize_t n;
    while ((n = read(from, buf, sizeof buf)) > 0)
        if (write(to, buf, (size_t)n) != n)
            return net_file_error(errno ? errno : ENOSPC);
    return n == 0 && fsync(to) == 0 ? OK : ERR_IO;
}

/* ERR_NOT_FOUND when there is no seed. */
static enum err copy_seed(const struct config *c, const char *to)
{
    char seed[PATH_MAX_];
    snprintf(seed, sizeof seed, "%s/seed.db", c->share_dir);
    int in = open(seed, O_RDONLY | O_CLOEXEC);
    if (in < 0)
        return ERR_NOT_FOUND;
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0660);
    enum err e = out < 0 ? net_file_error(errno) : copy_bytes(in, out);
    if (out >= 0)
        close(out);
    close(in);
    return e;
}

/* Tables in place; and the seed's maker being online is not this terminal being online. */
static enum err prepare(const char *path)
{
    struct store *s;
    enum err e = store_open(path, STORE_WRITE, &s);
    if (e != OK)
        return e;
    e = feed_schema_ensure(s);
    if (e == OK)
        e = store_exec(s, "DELETE FROM meta WHERE key = 'last_ok'");
    store_close(s);
    (void)chmod(path, 0660);
    return e;
}

static void remove_db(const char *path)
{
    char other[PATH_MAX_ + 8];
    (void)unlink(path);
    snprintf(other, sizeof other, "%s-wal", path);
    (void)unlink(other);
    snprintf(other, sizeof other, "%s-shm", path);
    (void)unlink(other);
}

static enum err make_new(const struct config *c, const char *path)
{
    char temporary[PATH_MAX_];
    path_in(c, "cache.db.new", temporary);
    remove_db(temporary);
    enum err e = copy_seed(c, temporary);
    if (e == OK)
        e = prepare(temporary);
    if (e == ERR_NOT_FOUND || e == ERR_CORRUPT || e == ERR_FORMAT) { /* no seed, or a bad one */
        remove_db(temporary);
        e = prepare(temporary);
    }
    if (e == OK && rename(temporary, path) != 0)
        e = net_file_error(errno);
    if (e != OK)
        remove_db(temporary);
    return e;
}

enum err cache_move_aside(const struct config *c)
{
    static const char *const tail[] = { "", "-wal", "-shm" };
    char from[PATH_MAX_ + 8], to[PATH_MAX_ + 8], path[PATH_MAX_];
    enum err e = OK;
    path_in(c, "cache.db", path);
    for (int i = 0; i < 3; i++) {
        snprintf(from, sizeof from, "%s%s", path, tail[i]);
        snprintf(to, sizeof to, "%s.bad%s", path, tail[i]);
        if (rename(from, to) != 0 && errno != ENOENT)
            e = net_file_error(errno);
    }
    return e;
}

static enum err open_there(const struct config *c, const char *path, struct store **out)
{
    char sql[64];
    struct store *s;
    enum err e = store_open(path, STORE_WRITE, &s);
    if (e != OK)
        return e;
    snprintf(sql, sizeof sql, "PRAGMA max_page_count=%d", c->cache_max_mb * 256);
    e = feed_schema_ensure(s);
    if (e == OK)
        e = store_exec(s, sql);
    if (e == OK)
        *out = s;
    else
        store_close(s);
    return e;
}

enum err cache_open(const struct config *c, struct store **out, bool *out_replaced)
{
    char path[PATH_MAX_];
    bool replaced = false;
    path_in(c, "cache.db", path);
    enum err e = ERR_NOT_FOUND;
    if (access(c->data_dir, W_OK) != 0)
        return net_file_error(errno);
    if (access(path, F_OK) == 0)
        e = open_there(c, path, out);
    if (e == ERR_CORRUPT || e == ERR_FORMAT) {
        log_warn("cache_moved_aside", "err=%s file=cache.db.bad", err_name(e));
        e = cache_move_aside(c);
        e = e == OK ? ERR_NOT_FOUND : e;
    }
    if (e == ERR_NOT_FOUND) {
        replaced = true;
        e = make_new(c, path);
        if (e == OK)
            e = open_there(c, path, out);
    }
    if (e == OK)
        *out_replaced = replaced;
    return e;
}

void cache_spool_path(const struct config *c, const char *hash, char *out, size_t cap)
{
    snprintf(out, cap, "%s/spool/%.64s.part", c->data_dir, hash);
}

void cache_spool_empty(const struct config *c)
{
    char path[PATH_MAX_];
    path_in(c, "spool", path);
    DIR *d = opendir(path);
    struct dirent *entry;
    while (d && (entry = readdir(d)))
        if (entry->d_name[0] != '.')
            (void)unlinkat(dirfd(d), entry->d_name, 0);
    if (d)
        closedir(d);
}
