/* control.c - the socket by which tests put cards in and out. */
#include "tests/cardsim/control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* At least one look of pcscd (every 400 ms) finds the slot empty, so that a swap is seen. */
enum { GAP_MS = 450, ANSWER_MS = 10000 };

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
static int listen_at(const char *path)
{
    struct sockaddr_un addr;
    char temporary[sizeof addr.sun_path];
    int n = snprintf(temporary, sizeof temporary, "%s~", path);
    if (n >= (int)sizeof temporary || !address(temporary, &addr))
        return -1;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    unlink(temporary);
    mode_t old = umask(0177);
    bool ok = fd >= 0 && bind(fd, (struct sockaddr *)&addr, sizeof addr) == 0 &&
              listen(fd, CLIENTS) == 0 && rename(temporary, path) == 0;
    umask(old);
    if (ok)
        return fd;
    close(fd);
    return -1;
}

bool control_open(struct control *c, const char *path)
{
    memset(c, 0, sizeof *c);
    c->path = path;
    c->listen_fd = -1;
    for (int i = 0; i < CLIENTS; i++)
        c->client[i].fd = -1;
    if (path)
        c->listen_fd = listen_at(path);
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
    for (int i = 0; i < CLIENTS; i++)
        if (c->client[i].fd >= 0)
            drop(&c->client[i]);
    if (c->listen_fd < 0)
        return;
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

static void put_in(struct slot *s, const char *path, int gap_ms, char *out, size_t cap)
{
    char why[200];
    if (!slot_in(s, path, gap_ms, why, sizeof why))
        refuse(out, cap, "bad_argument", why);
}

static void tell_state(const struct slot *s, char *out, size_t cap)
{
    const char *slash = strrchr(s->path, '/');
    snprintf(out, cap,
             "{\"ok\":true,\"in\":%s,\"card\":\"%s\",\"connected\":%s,\"powered\":%s,"
             "\"commands\":%lu}",
             s->is_in ? "true" : "false", slash ? slash + 1 : s->path,
             s->fd >= 0 && !s->connecting ? "true" : "false", s->powered ? "true" : "false",
             s->commands);
}

/* "FILE MS": how long the slot stays empty in between; 0 is faster than pcscd looks. */
static void swap(struct slot *s, char *rest, char *out, size_t cap)
{
    char *space = strrchr(rest, ' '), *end = NULL;
    long ms = space ? strtol(space + 1, &end, 10) : -1;
    if (!space || end == space + 1 || *end || ms < 0 || ms > 60000) {
        refuse(out, cap, "bad_argument", "swap FILE MS");
        return;
    }
    *space = '\0';
    put_in(s, rest, (int)ms, out, cap);
}

static void fault(struct slot *s, const char *rest, char *out, size_t cap)
{
    char name[32] = "", more;
    int n = 1;
    int words = sscanf(rest, "%31s %d %c", name, &n, &more);
    if (words < 1 || words > 2 || n < 0 || n > 1000000 || (words == 1 && strchr(rest, ' ')) ||
        !faults_set(&s->faults, name, n))
        refuse(out, cap, "bad_argument", "fault NAME N");
}

static void obey(struct slot *s, char *line, char *out, size_t cap)
{
    snprintf(out, cap, "{\"ok\":true}");
    if (strncmp(line, "in ", 3) == 0)
        put_in(s, line + 3, GAP_MS, out, cap);
    else if (strncmp(line, "swap ", 5) == 0)
        swap(s, line + 5, out, cap);
    else if (strcmp(line, "out") == 0)
        slot_out(s);
    else if (strncmp(line, "fault ", 6) == 0)
        fault(s, line + 6, out, cap);
    else if (strcmp(line, "state") == 0)
        tell_state(s, out, cap);
    else
        refuse(out, cap, "unknown_command", "in FILE, out, swap FILE MS, fault NAME N, state");
}

/* --- clients -------------------------------------------------------------------------------- */

static void take_lines(struct control_client *k, struct slot *s)
{
    char out[CONTROL_LINE + 200], *end;
    while (k->fd >= 0 && (end = memchr(k->line, '\n', k->n))) {
        size_t used = (size_t)(end - k->line) + 1;
        *end = '\0';
        if (used >= 2 && end[-1] == '\r')
            end[-1] = '\0';
        obey(s, k->line, out, sizeof out - 1);
        size_t n = strlen(out);
        out[n++] = '\n';
        k->n -= used;
        memmove(k->line, end + 1, k->n);
        if (send(k->fd, out, n, MSG_NOSIGNAL) != (ssize_t)n)
            drop(k);
    }
}

static void client_turn(struct control_client *k, struct slot *s)
{
    ssize_t n = recv(k->fd, k->line + k->n, sizeof k->line - k->n, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        drop(k);
        return;
    }
    k->n += (size_t)n;
    take_lines(k, s);
    if (k->fd >= 0 && k->n == sizeof k->line)
        drop(k); /* no line is that long */
}

void control_poll(const struct control *c, struct pollfd *fds)
{
    fds[0] = (struct pollfd){ .fd = c->listen_fd, .events = POLLIN };
    for (int i = 0; i < CLIENTS; i++)
        fds[1 + i] = (struct pollfd){ .fd = c->client[i].fd, .events = POLLIN };
}

void control_turn(struct control *c, const struct pollfd *fds, struct slot *s)
{
    for (int i = 0; i < CLIENTS; i++)
        if (c->client[i].fd >= 0 && fds[1 + i].fd == c->client[i].fd && fds[1 + i].revents)
            client_turn(&c->client[i], s);
    if (c->listen_fd < 0 || !fds[0].revents)
        return;
    int fd = accept4(c->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    for (int i = 0; i < CLIENTS && fd >= 0; i++) {
        if (c->client[i].fd >= 0)
            continue;
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
    struct timeval patience = { .tv_sec = ANSWER_MS / 1000 };
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
