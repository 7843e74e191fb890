/* sync_sock.c - huimin-sync's end of DATA/sync.sock: orders from huimin in, news to huimin out. */
#include "app/sync_sock.h"

#include "hal/base/clock.h"
#include "hal/json.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { LINE_MS = 30000, OUT_MAX = 64 * 1024 + SYNC_LINE_MAX, IN_FIRST = 4096, GROUPS = 64 };

/* One huimin. Invariant: fd -1 = free place; in holds a line that has not ended yet. */
struct client {
    int fd;
    int64_t id; /* never given twice */
    char *in;
    size_t in_len, in_cap;
    int64_t begun_ms; /* timer clock when the unfinished line began */
    char *out;
    size_t out_len;
};

struct sync_sock {
    int fd;
    char path[108];
    void (*order)(void *ctx, const struct sync_order *o);
    void *ctx;
    int64_t clients_ever;
    struct client client[SYNC_CLIENTS];
    struct client *asking; /* whose order is being taken */
};

static enum err file_error(int code)
{
    if (code == EROFS || code == EACCES || code == EPERM)
        return ERR_READONLY;
    return code == ENOSPC || code == EDQUOT ? ERR_FULL : ERR_IO;
}

static int bind_new(const char *path, const char *temporary)
{
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    snprintf(a.sun_path, sizeof a.sun_path, "%s", temporary);
    (void)unlink(temporary);
    if (bind(fd, (const struct sockaddr *)&a, sizeof a) == 0 && chmod(temporary, 0660) == 0 &&
        listen(fd, SYNC_CLIENTS) == 0 && rename(temporary, path) == 0)
        return fd;
    int code = errno;
    (void)unlink(temporary);
    close(fd);
    errno = code;
    return -1;
}

enum err sync_sock_create(const char *data_dir, void (*order)(void *ctx, const struct sync_order *),
                          void *ctx, struct sync_sock **out)
{
    struct sync_sock *s = calloc(1, sizeof *s);
    char temporary[108];
    if (!s)
        return ERR_NOMEM;
    s->order = order;
    s->ctx = ctx;
    for (int i = 0; i < SYNC_CLIENTS; i++)
        s->client[i].fd = -1;
    int n = snprintf(temporary, sizeof temporary, "%s/sync.sock.new", data_dir);
    bool fits = n > 0 && n < (int)sizeof temporary;
    snprintf(s->path, sizeof s->path, "%.95s/sync.sock", data_dir);
    s->fd = fits ? bind_new(s->path, temporary) : -1;
    if (s->fd < 0) {
        enum err e = fits ? file_error(errno) : ERR_ARG;
        free(s);
        return e;
    }
    *out = s;
    return OK;
}

static void let_go(struct client *c)
{
    if (c->fd >= 0)
        close(c->fd);
    free(c->in);
    free(c->out);
    *c = (struct client){ .fd = -1 };
}

void sync_sock_destroy(struct sync_sock *s)
{
    if (!s)
        return;
    for (int i = 0; i < SYNC_CLIENTS; i++)
        let_go(&s->client[i]);
    close(s->fd);
    (void)unlink(s->path);
    free(s);
}

/* Same user, root, or one group of ours (the two programs share one). */
static bool is_ours(int fd)
{
    struct ucred peer;
    socklen_t n = sizeof peer;
    gid_t mine[GROUPS];
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) != 0)
        return false;
    if (peer.uid == geteuid() || peer.uid == 0 || peer.gid == getegid())
        return true;
    int count = getgroups(GROUPS, mine);
    for (int i = 0; i < count; i++)
        if (mine[i] == peer.gid)
            return true;
    return false;
}

static void take_client(struct sync_sock *s)
{
    int fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return;
    for (int i = 0; i < SYNC_CLIENTS && is_ours(fd); i++)
        if (s->client[i].fd < 0) {
            s->client[i].fd = fd;
            s->client[i].id = ++s->clients_ever;
            return;
        }
    close(fd);
}

static void push(struct client *c)
{
    while (c->out_len) {
        ssize_t n = send(c->fd, c->out, c->out_len, MSG_NOSIGNAL);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n <= 0) {
            let_go(c);
            return;
        }
        memmove(c->out, c->out + n, c->out_len - (size_t)n);
        c->out_len -= (size_t)n;
        explicit_bzero(c->out + c->out_len, (size_t)n);
    }
}

static void say(struct client *c, const char *line)
{
    size_t n = strlen(line);
    if (c->fd < 0)
        return;
    if (!c->out)
        c->out = malloc(OUT_MAX);
    if (!c->out || c->out_len + n > OUT_MAX) {
        let_go(c); /* it will come again and say hello */
        return;
    }
    memcpy(c->out + c->out_len, line, n);
    c->out_len += n;
    push(c);
}

void sync_sock_tell(struct sync_sock *s, const char *line)
{
    for (int i = 0; i < SYNC_CLIENTS; i++)
        say(&s->client[i], line);
}

void sync_sock_tell_one(struct sync_sock *s, int64_t client, const char *line)
{
    for (int i = 0; i < SYNC_CLIENTS; i++)
        if (s->client[i].fd >= 0 && s->client[i].id == client)
            say(&s->client[i], line);
}

void sync_sock_answer(struct sync_sock *s, const char *line)
{
    if (s->asking)
        say(s->asking, line);
}

static enum err read_clock(const struct json *j, struct sync_order *out)
{
    const char *hold;
    if (json_get_int(j, "advance_s", &out->n) == OK) {
        out->kind = ORDER_ADVANCE;
        return out->n >= 0 && out->n <= 366LL * 86400 * 100 ? OK : ERR_ARG;
    }
    out->kind = ORDER_HOLD;
    if (json_get_str(j, "hold", &hold) != OK)
        return ERR_ARG;
    return clock_parse_rfc3339(hold, &out->n) == OK ? OK : ERR_ARG;
}

static enum err read_query(const struct json *j, struct sync_order *out)
{
    out->kind = ORDER_QUERY;
    enum err e = json_get_int(j, "q", &out->n);
    if (e == OK)
        e = json_get_str(j, "kid", &out->kid);
    if (e == OK)
        e = json_get_str(j, "box", &out->box);
    return e == OK ? json_get_str(j, "sig", &out->sig) : e;
}

static enum err read_enrol(const struct json *j, struct sync_order *out)
{
    out->kind = ORDER_ENROL;
    enum err e = json_get_str(j, "code", &out->code);
    if (e == OK)
        e = json_get_str(j, "print", &out->print);
    if (e == OK)
        e = json_get_str(j, "item", &out->item);
    return e == OK ? json_get_str(j, "sig", &out->sig) : e;
}

static enum err read_order(const struct json *j, struct sync_order *out)
{
    const char *m = "";
    if (!json_is_object(j) || json_get_str(j, "m", &m) != OK)
        return ERR_ARG;
    if (strcmp(m, "hello") == 0 || strcmp(m, "sync") == 0) {
        out->kind = m[0] == 'h' ? ORDER_HELLO : ORDER_SYNC;
        return OK;
    }
    if (strcmp(m, "damaged") == 0 || strcmp(m, "outbox") == 0) {
        out->kind = m[0] == 'd' ? ORDER_DAMAGED : ORDER_OUTBOX;
        return OK;
    }
    if (strcmp(m, "query") == 0)
        return read_query(j, out);
    if (strcmp(m, "enrol") == 0)
        return read_enrol(j, out);
    if (strcmp(m, "net") == 0) {
        out->kind = ORDER_NET;
        return json_get_bool(j, "online", &out->online);
    }
    return strcmp(m, "clock") == 0 ? read_clock(j, out) : ERR_ARG;
}

static void take_line(struct sync_sock *s, struct client *c, const char *line, size_t n)
{
    struct json *j = NULL;
    struct sync_order o = { .client = c->id };
    enum err e = json_parse(line, n, &j);
    if (e == OK && read_order(j, &o) != OK)
        e = ERR_ARG;
    if (e != OK) {
        json_free(j);
        say(c, e == ERR_ARG ? "{\"m\":\"refused\",\"err\":\"bad_argument\"}\n"
                            : "{\"m\":\"refused\",\"err\":\"bad_format\"}\n");
        return;
    }
    s->asking = c;
    s->order(s->ctx, &o);
    s->asking = NULL;
    json_free(j);
    if (o.kind != ORDER_HELLO)
        say(c, "{\"m\":\"taken\"}\n");
}

/* Takes the whole lines out of what came. False: the client is gone. */
static bool take_lines(struct sync_sock *s, struct client *c)
{
    size_t at = 0;
    char *lf;
    while (c->fd >= 0 && (lf = memchr(c->in + at, '\n', c->in_len - at))) {
        size_t end = (size_t)(lf - c->in);
        take_line(s, c, c->in + at, end - at);
        at = end + 1;
    }
    if (c->fd < 0)
        return false;
    memmove(c->in, c->in + at, c->in_len - at);
    c->in_len -= at;
    explicit_bzero(c->in + c->in_len, at);
    if (at)
        c->begun_ms = clock_timer_ms();
    return true;
}

static bool make_room(struct client *c)
{
    if (c->in_len < c->in_cap)
        return true;
    size_t cap = c->in_cap ? c->in_cap * 2 : IN_FIRST;
    char *more = cap <= SYNC_LINE_MAX ? realloc(c->in, cap) : NULL;
    if (!more)
        return false;
    c->in = more;
    c->in_cap = cap;
    return true;
}

static void read_client(struct sync_sock *s, struct client *c)
{
    for (;;) {
        if (!make_room(c)) {
            let_go(c); /* a line longer than any we know */
            return;
        }
        if (c->in_len == 0)
            c->begun_ms = clock_timer_ms();
        ssize_t n = recv(c->fd, c->in + c->in_len, c->in_cap - c->in_len, 0);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n <= 0) {
            let_go(c);
            return;
        }
        c->in_len += (size_t)n;
        if (!take_lines(s, c))
            return;
    }
}

int sync_sock_fds(struct sync_sock *s, struct pollfd *fds)
{
    int n = 0;
    fds[n++] = (struct pollfd){ .fd = s->fd, .events = POLLIN };
    for (int i = 0; i < SYNC_CLIENTS; i++)
        if (s->client[i].fd >= 0)
            fds[n++] =
                (struct pollfd){ .fd = s->client[i].fd,
                                 .events = (short)(POLLIN | (s->client[i].out_len ? POLLOUT : 0)) };
    return n;
}

static const struct pollfd *find_fd(const struct pollfd *fds, int count, int fd)
{
    for (int i = 0; i < count; i++)
        if (fds[i].fd == fd)
            return &fds[i];
    return NULL;
}

void sync_sock_serve(struct sync_sock *s, const struct pollfd *fds, int count)
{
    for (int i = 0; i < SYNC_CLIENTS; i++) {
        struct client *c = &s->client[i];
        const struct pollfd *p = c->fd >= 0 ? find_fd(fds, count, c->fd) : NULL;
        if (p && (p->revents & POLLOUT))
            push(c);
        if (p && c->fd >= 0 && (p->revents & (POLLIN | POLLHUP | POLLERR)))
            read_client(s, c);
        if (c->fd >= 0 && c->in_len && clock_timer_ms() - c->begun_ms > LINE_MS)
            let_go(c);
    }
    const struct pollfd *door = find_fd(fds, count, s->fd);
    if (door && (door->revents & POLLIN))
        take_client(s);
}
