/* control.c - the socket by which tests put identity cards in and out: a line there, JSON back. */
#include "tests/samv/control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

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

bool control_open(struct control *c, const char *path)
{
    struct sockaddr_un addr;
    memset(c, 0, sizeof *c);
    c->path = path;
    for (int i = 0; i < CLIENTS; i++)
        c->client[i].fd = -1;
    c->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (c->listen_fd < 0 || !address(path, &addr))
        return false;
    unlink(path);
    mode_t old = umask(0177);
    bool ok = bind(c->listen_fd, (struct sockaddr *)&addr, sizeof addr) == 0 &&
              listen(c->listen_fd, CLIENTS) == 0;
    umask(old);
    return ok;
}

static void drop(struct control_client *k)
{
    close(k->fd);
    k->fd = -1;
    k->n = 0;
}

void control_close(struct control *c)
{
    for (int i = 0; i < CLIENTS; i++)
        if (c->client[i].fd >= 0)
            drop(&c->client[i]);
    close(c->listen_fd);
    unlink(c->path);
}

/* --- verbs ---------------------------------------------------------------------------------- */

static void refuse(char *out, size_t cap, const char *code, const char *text)
{
    size_t n = (size_t)snprintf(out, cap, "{\"ok\":false,\"error\":\"%s\",\"text\":\"", code);
    for (; *text && n + 4 < cap; text++)
        out[n++] = *text == '"' || *text == '\\' || (unsigned char)*text < ' ' ? '?' : *text;
    snprintf(out + n, cap - n, "\"}");
}

static void put_in(struct module *m, const char *file, int gap_ms, char *out, size_t cap)
{
    char why[200];
    if (!module_in(m, file, gap_ms, why, sizeof why))
        refuse(out, cap, "bad_argument", why);
}

/* "FILE MS" */
static void swap(struct module *m, char *rest, char *out, size_t cap)
{
    char *space = strrchr(rest, ' '), *end = NULL;
    long ms = space ? strtol(space + 1, &end, 10) : -1;
    if (!space || end == space + 1 || *end || ms < 0 || ms > 60000) {
        refuse(out, cap, "bad_argument", "swap FILE MS");
        return;
    }
    *space = '\0';
    put_in(m, rest, (int)ms, out, cap);
}

/* "NAME N"; of `sw` N is hexadecimal. */
static void fault(struct module *m, char *rest, char *out, size_t cap)
{
    char *space = strchr(rest, ' '), *end = NULL;
    long n = 1;
    if (space) {
        *space = '\0';
        n = strtol(space + 1, &end, strcmp(rest, "sw") == 0 ? 16 : 10);
    }
    if ((space && (end == space + 1 || *end)) || n < 0 || n > 1000000 ||
        !module_fault(m, rest, (int)n))
        refuse(out, cap, "bad_argument", "fault NAME N");
}

static void tell_state(const struct module *m, char *out, size_t cap)
{
    const char *slash = strrchr(m->path, '/');
    snprintf(out, cap,
             "{\"ok\":true,\"plugged\":%s,\"in\":%s,\"card\":\"%s\",\"was_read\":%s,"
             "\"commands\":%lu}",
             m->master >= 0 ? "true" : "false", m->in ? "true" : "false",
             slash ? slash + 1 : m->path, m->was_read ? "true" : "false", m->commands);
}

static void obey(struct module *m, char *line, char *out, size_t cap)
{
    snprintf(out, cap, "{\"ok\":true}");
    if (strncmp(line, "in ", 3) == 0)
        put_in(m, line + 3, 0, out, cap);
    else if (strncmp(line, "swap ", 5) == 0)
        swap(m, line + 5, out, cap);
    else if (strcmp(line, "out") == 0)
        module_out(m);
    else if (strncmp(line, "fault ", 6) == 0)
        fault(m, line + 6, out, cap);
    else if (strncmp(line, "habit ", 6) == 0) {
        if (!module_habit(m, line + 6))
            refuse(out, cap, "bad_argument", "habit find, select, read or never");
    } else if (strcmp(line, "unplug") == 0)
        module_unplug(m);
    else if (strcmp(line, "plug") == 0) {
        if (m->master < 0 && !module_plug(m))
            refuse(out, cap, "bad_argument", "no pseudo terminal");
    } else if (strcmp(line, "state") == 0)
        tell_state(m, out, cap);
    else
        refuse(out, cap, "unknown_command",
               "in FILE, out, swap FILE MS, fault NAME N, habit NAME, unplug, plug, state");
}

/* --- clients -------------------------------------------------------------------------------- */

static void take_lines(struct control_client *k, struct module *m)
{
    char out[CONTROL_LINE + 200], *end;
    while (k->fd >= 0 && (end = memchr(k->line, '\n', k->n))) {
        size_t used = (size_t)(end - k->line) + 1;
        *end = '\0';
        obey(m, k->line, out, sizeof out - 1);
        size_t n = strlen(out);
        out[n++] = '\n';
        k->n -= used;
        memmove(k->line, end + 1, k->n);
        if (send(k->fd, out, n, MSG_NOSIGNAL) != (ssize_t)n)
            drop(k);
    }
}

static void client_turn(struct control_client *k, struct module *m)
{
    ssize_t n = recv(k->fd, k->line + k->n, sizeof k->line - k->n, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        drop(k);
        return;
    }
    k->n += (size_t)n;
    take_lines(k, m);
    if (k->fd >= 0 && k->n == sizeof k->line)
        drop(k); /* no line is that long */
}

void control_poll(const struct control *c, struct pollfd *fds)
{
    fds[0] = (struct pollfd){ .fd = c->listen_fd, .events = POLLIN };
    for (int i = 0; i < CLIENTS; i++)
        fds[1 + i] = (struct pollfd){ .fd = c->client[i].fd, .events = POLLIN };
}

void control_turn(struct control *c, const struct pollfd *fds, struct module *m)
{
    for (int i = 0; i < CLIENTS; i++)
        if (c->client[i].fd >= 0 && fds[1 + i].fd == c->client[i].fd && fds[1 + i].revents)
            client_turn(&c->client[i], m);
    if (!fds[0].revents)
        return;
    int fd = accept4(c->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    for (int i = 0; i < CLIENTS && fd >= 0; i++)
        if (c->client[i].fd < 0) {
            c->client[i].fd = fd;
            c->client[i].n = 0;
            return;
        }
    if (fd >= 0)
        close(fd);
}

bool control_tell(const char *path, const char *line, FILE *out)
{
    struct sockaddr_un addr;
    struct timeval patience = { .tv_sec = 10 };
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
    fputs(answer, out);
    return strncmp(answer, "{\"ok\":true", 10) == 0;
}
