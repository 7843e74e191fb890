/* control.c - the socket by which tests tell a simulator what to do, and its other end. */
#include "tests/simctl/control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { ANSWER_S = 10, MS_MOST = 60000 };

static bool address(const char *path, struct sockaddr_un *out)
{
    *out = (struct sockaddr_un){ .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof out->sun_path) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(out->sun_path, path, strlen(path));
    return true;
}

/* Made under another name first: whoever sees the path can connect to it. */
static int listen_at(const char *path, int clients)
{
    struct sockaddr_un addr;
    char temporary[sizeof addr.sun_path + 1]; /* cut short it is still too long an address */
    snprintf(temporary, sizeof temporary, "%s~", path);
    if (!address(temporary, &addr))
        return -1;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    unlink(temporary);
    mode_t old = umask(0177);
    bool ok = bind(fd, (struct sockaddr *)&addr, sizeof addr) == 0 && listen(fd, clients) == 0 &&
              rename(temporary, path) == 0;
    umask(old);
    if (ok)
        return fd;
    close(fd);
    return -1;
}

bool control_open(struct control *c, const char *path, const struct sim *sim)
{
    memset(c, 0, sizeof *c);
    c->path = path;
    c->sim = sim;
    for (int i = 0; i < CONTROL_CLIENTS; i++)
        c->client[i].fd = -1;
    c->listen_fd = path ? listen_at(path, sim->clients) : -1;
    return !path || c->listen_fd >= 0;
}

static void drop(struct control_client *k)
{
    close(k->fd);
    k->fd = -1;
    k->n = 0;
}

void control_close(struct control *c)
{
    for (int i = 0; i < CONTROL_CLIENTS; i++)
        if (c->client[i].fd >= 0)
            drop(&c->client[i]);
    if (c->listen_fd < 0)
        return;
    close(c->listen_fd);
    unlink(c->path);
}

/* --- clients -------------------------------------------------------------------------------- */

static void take_lines(struct control_client *k, const struct sim *sim)
{
    char out[CONTROL_LINE + 200], *end;
    while (k->fd >= 0 && (end = memchr(k->line, '\n', k->n))) {
        size_t used = (size_t)(end - k->line) + 1;
        *end = '\0';
        snprintf(out, sizeof out, "{\"ok\":true}");
        sim->obey(sim->device, k->line, out, sizeof out - 1);
        size_t n = strlen(out);
        out[n++] = '\n';
        k->n -= used;
        memmove(k->line, end + 1, k->n);
        if (send(k->fd, out, n, MSG_NOSIGNAL) != (ssize_t)n)
            drop(k);
    }
}

static void client_turn(struct control_client *k, const struct sim *sim)
{
    ssize_t n = recv(k->fd, k->line + k->n, sizeof k->line - k->n, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        drop(k);
        return;
    }
    k->n += (size_t)n;
    take_lines(k, sim);
    if (k->fd >= 0 && k->n == sizeof k->line)
        drop(k); /* no line is that long */
}

void control_poll(const struct control *c, struct pollfd *fds)
{
    fds[0] = (struct pollfd){ .fd = c->listen_fd, .events = POLLIN };
    for (int i = 0; i < CONTROL_CLIENTS; i++)
        fds[1 + i] = (struct pollfd){ .fd = c->client[i].fd, .events = POLLIN };
}

void control_turn(struct control *c, const struct pollfd *fds)
{
    for (int i = 0; i < CONTROL_CLIENTS; i++)
        if (c->client[i].fd >= 0 && fds[1 + i].fd == c->client[i].fd && fds[1 + i].revents)
            client_turn(&c->client[i], c->sim);
    if (c->listen_fd < 0 || !fds[0].revents)
        return;
    int fd = accept4(c->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    for (int i = 0; i < c->sim->clients && fd >= 0; i++) {
        if (c->client[i].fd >= 0)
            continue;
        c->client[i].fd = fd;
        c->client[i].n = 0;
        return;
    }
    if (fd >= 0)
        close(fd);
}

/* --- verbs ---------------------------------------------------------------------------------- */

void control_refuse(char *out, size_t cap, const char *code, const char *text)
{
    size_t n = (size_t)snprintf(out, cap, "{\"ok\":false,\"error\":\"%s\",\"text\":\"", code);
    for (; *text && n + 4 < cap; text++)
        out[n++] = *text == '"' || *text == '\\' || (unsigned char)*text < ' ' ? '?' : *text;
    snprintf(out + n, cap - n, "\"}");
}

int control_cut_ms(char *text)
{
    char *space = strrchr(text, ' '), *end = NULL;
    long ms = space ? strtol(space + 1, &end, 10) : -1;
    if (!space || end == space + 1 || *end || ms < 0 || ms > MS_MOST)
        return -1;
    *space = '\0';
    return (int)ms;
}

/* --- the other end -------------------------------------------------------------------------- */

bool control_tell(const char *path, const char *line, FILE *out)
{
    struct sockaddr_un addr;
    struct timeval patience = { .tv_sec = ANSWER_S };
    char answer[1024];
    size_t n = 0;
    ssize_t got = 1;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    bool sent = address(path, &addr) && connect(fd, (struct sockaddr *)&addr, sizeof addr) == 0 &&
                send(fd, line, strlen(line), MSG_NOSIGNAL) == (ssize_t)strlen(line) &&
                send(fd, "\n", 1, MSG_NOSIGNAL) == 1;
    while (sent && got > 0 && n + 1 < sizeof answer && !memchr(answer, '\n', n)) {
        got = recv(fd, answer + n, sizeof answer - 1 - n, 0);
        n += got > 0 ? (size_t)got : 0;
    }
    answer[n] = '\0';
    close(fd);
    if (out)
        fputs(answer, out);
    return strncmp(answer, "{\"ok\":true", 10) == 0;
}

int control_tell_words(const char *path, char **words)
{
    char line[CONTROL_LINE] = "";
    for (; *words; words++) {
        size_t n = strlen(line);
        snprintf(line + n, sizeof line - n, "%s%s", n ? " " : "", *words);
    }
    return control_tell(path, line, stdout) ? 0 : 1;
}
