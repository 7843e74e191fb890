/* server_listen.c - where the platform listens: a port of this machine, or a socket file for nginx.
 */
#include "platform/server.h"
#include "platform/server_part.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 4096 }; /* a whole fleet comes back in one second */

static enum err parse_port(const char *text, struct sockaddr_in *out)
{
    char host[64];
    const char *colon = strrchr(text, ':');
    if (!colon || (size_t)(colon - text) >= sizeof host || !isdigit((unsigned char)colon[1]))
        return ERR_ARG;
    snprintf(host, sizeof host, "%.*s", (int)(colon - text), text);
    char *end;
    long port = strtol(colon + 1, &end, 10);
    *out = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    return *end || port > 65535 || inet_pton(AF_INET, host, &out->sin_addr) != 1 ? ERR_ARG : OK;
}

static enum err fault_of(int code)
{
    return code == EADDRINUSE ? ERR_BUSY : ERR_IO;
}

static enum err open_port(const char *at, int *out)
{
    struct sockaddr_in addr;
    int on = 1;
    enum err e = parse_port(at, &addr);
    if (e != OK)
        return e;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return ERR_IO;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&addr, sizeof addr) != 0 || listen(fd, BACKLOG) != 0) {
        e = fault_of(errno);
        close(fd);
        return e;
    }
    *out = fd;
    return OK;
}

/* Somebody answers there: it is not left over. */
static bool answers(const struct sockaddr_un *addr)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool yes = fd >= 0 && connect(fd, (const struct sockaddr *)addr, sizeof *addr) == 0;
    if (fd >= 0)
        close(fd);
    return yes;
}

/* Under another name until it listens: nginx sees it ready or not at all. Its group may connect. */
static enum err open_unix(const char *path, int *out)
{
    struct sockaddr_un addr = { .sun_family = AF_UNIX }, made = addr;
    int n = snprintf(made.sun_path, sizeof made.sun_path, "%s.new", path);
    if (!*path || n >= (int)sizeof made.sun_path)
        return ERR_ARG;
    snprintf(addr.sun_path, sizeof addr.sun_path, "%.*s", n - 4, made.sun_path);
    if (answers(&addr))
        return ERR_BUSY;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return ERR_IO;
    (void)unlink(made.sun_path);
    if (bind(fd, (struct sockaddr *)&made, sizeof made) == 0 && chmod(made.sun_path, 0660) == 0 &&
        listen(fd, BACKLOG) == 0 && rename(made.sun_path, addr.sun_path) == 0) {
        *out = fd;
        return OK;
    }
    (void)unlink(made.sun_path);
    close(fd);
    return ERR_IO;
}

bool listen_is_unix(const char *at)
{
    return strncmp(at, "unix:", 5) == 0;
}

bool server_is_local(const char *at)
{
    return listen_is_unix(at) || strncmp(at, "127.", 4) == 0 || strncmp(at, "::1", 3) == 0 ||
           strncmp(at, "[::1]", 5) == 0;
}

enum err listen_open(const char *at, int *out_fd)
{
    return listen_is_unix(at) ? open_unix(at + 5, out_fd) : open_port(at, out_fd);
}
