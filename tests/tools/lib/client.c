/* client.c - the other end of the control port, for the programs that play and check. */
#include "tests/tools/lib/client.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { ANSWER_MS = 60000 };

struct client {
    int fd;
    char *in;
    size_t len, cap;
};

static int dial(const char *path)
{
    struct sockaddr_un addr = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || strlen(path) >= sizeof addr.sun_path)
        return -1;
    memcpy(addr.sun_path, path, strlen(path));
    if (connect(fd, (struct sockaddr *)&addr, sizeof addr) == 0)
        return fd;
    close(fd);
    return -1;
}

enum err client_connect(const char *path, int ms, struct client **out)
{
    int fd = dial(path);
    for (; fd < 0 && ms > 0; ms -= 20) {
        usleep(20000);
        fd = dial(path);
    }
    if (fd < 0)
        return ERR_TIMEOUT;
    struct client *c = calloc(1, sizeof *c);
    if (!c) {
        close(fd);
        return ERR_NOMEM;
    }
    c->fd = fd;
    *out = c;
    return OK;
}

static enum err send_line(struct client *c, const char *command)
{
    char line[4200];
    int n = snprintf(line, sizeof line, "%s\n", command);
    if (n >= (int)sizeof line)
        return ERR_TOO_BIG;
    return send(c->fd, line, (size_t)n, MSG_NOSIGNAL) == n ? OK : ERR_CUT;
}

static enum err read_more(struct client *c)
{
    struct pollfd pfd = { .fd = c->fd, .events = POLLIN };
    if (c->cap - c->len < 65536) {
        char *bigger = realloc(c->in, c->cap + 262144);
        if (!bigger)
            return ERR_NOMEM;
        c->in = bigger;
        c->cap += 262144;
    }
    if (poll(&pfd, 1, ANSWER_MS) <= 0)
        return ERR_TIMEOUT;
    ssize_t n = read(c->fd, c->in + c->len, c->cap - c->len);
    if (n <= 0)
        return ERR_CUT;
    c->len += (size_t)n;
    return OK;
}

enum err client_ask(struct client *c, const char *command, struct json **out)
{
    enum err e = send_line(c, command);
    char *end = NULL;
    c->len = 0;
    while (e == OK && !end) {
        size_t from = c->len;
        e = read_more(c);
        if (e == OK)
            end = memchr(c->in + from, '\n', c->len - from);
    }
    return e == OK ? json_parse(c->in, (size_t)(end - c->in), out) : e;
}

bool client_do(struct client *c, const char *command)
{
    struct json *answer = NULL;
    bool ok = false;
    enum err e = client_ask(c, command, &answer);
    if (e == OK && json_get_bool(answer, "ok", &ok) == OK && ok) {
        json_free(answer);
        return true;
    }
    if (e != OK)
        printf("%s: no answer (%s)\n", command, err_name(e));
    else
        printf("%s: %.*s\n", command, (int)(strcspn(c->in, "\n")), c->in);
    json_free(answer);
    return false;
}

void client_close(struct client *c)
{
    if (!c)
        return;
    close(c->fd);
    free(c->in);
    free(c);
}
