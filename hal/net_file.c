/* net_file.c - the mirror folder: a stick or a directory answers like the platform would. */
#include "hal/net.h"

#include "hal/base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file of ours that is not there is a fault, not an answer. */
enum err net_file_error(int code)
{
    enum err e = io_error(code);
    return e == ERR_NOT_FOUND ? ERR_IO : e;
}

static enum err to_memory(int fd, int64_t cap, char *buf, struct net_answer *out)
{
    size_t n = 0;
    for (;;) {
        char extra;
        bool over = n == (size_t)cap;
        ssize_t got = read(fd, over ? &extra : buf + n, over ? 1 : (size_t)cap - n);
        if (got < 0)
            return ERR_IO;
        if (got == 0)
            break;
        if (over)
            return ERR_TOO_BIG;
        n += (size_t)got;
    }
    out->body = buf;
    out->n = n;
    return OK;
}

static enum err copy(int from, int to, int64_t cap)
{
    char buf[16384];
    int64_t all = 0;
    ssize_t n;
    while ((n = read(from, buf, sizeof buf)) > 0) {
        all += n;
        if (all > cap)
            return ERR_TOO_BIG;
        if (write(to, buf, (size_t)n) != n)
            return net_file_error(errno);
    }
    return n < 0 ? ERR_IO : OK;
}

static enum err to_file(int fd, const struct net_request *r)
{
    int to = open(r->file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0660);
    if (to < 0)
        return net_file_error(errno);
    enum err e = copy(fd, to, r->cap);
    if (close(to) != 0 && e == OK)
        e = net_file_error(errno);
    return e;
}

void net_file_get(const struct net_request *r, char *buf, struct net_answer *out)
{
    *out = (struct net_answer){ .err = ERR_NOT_FOUND };
    snprintf(out->what, sizeof out->what, "%.120s", r->url);
    int fd = open(r->url, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat st;
    if (fd < 0)
        return;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        out->err = ERR_NOT_FEED;
    else
        out->err = r->file ? to_file(fd, r) : to_memory(fd, r->cap, buf, out);
    close(fd);
}
