/* server.c - requests by libmicrohttpd: which are for the feed, which for the office; and limits.
 */
#include "platform/server.h"
#include "platform/server_door.h"

#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/wire_item.h"
#include "platform/metrics.h"
#include "platform/server_part.h"

#include <ctype.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    THREADS = 2,
    BACKLOG = 4096,              /* a whole fleet comes back in one second */
    CONNECTION_BYTES = 16 << 10, /* of memory, headers included */
    ANSWER_BYTES = 8 << 20,      /* a full POST with all that is read from it */
};

struct server {
    struct MHD_Daemon *daemon;
    int feed_fd;                 /* the directory: openat() cannot leave what is checked below */
    const struct office *office; /* where its database is; the rest is the worker's */
    struct work *work;
    struct door *door;
    bool proxied; /* it listens where only nginx comes: Huimin-Peer is nginx's word */
};

static enum MHD_Result answer_get(struct server *s, struct MHD_Connection *c, const char *url,
                                  int64_t start_ms)
{
    if (strcmp(url, "/healthz") == 0)
        return text_reply(c, MHD_HTTP_OK, "ok\n");
    if (strcmp(url, "/metrics") == 0 && s->office && metrics_may(c))
        return metrics_reply(s->office, c);
    if (strncmp(url, "/feed/", 6) != 0)
        return text_reply(c, MHD_HTTP_NOT_FOUND, "not found\n");
    return file_reply(s->feed_fd, c, url + 6, start_ms);
}

/* Before the headers are read: the one place that shows path and query as they were signed. */
static void *request_begins(void *cls, const char *uri, struct MHD_Connection *c)
{
    door_line_came(((struct server *)cls)->door, c);
    struct request *q = calloc(1, sizeof *q);
    if (q && strlen(uri) < sizeof q->path)
        snprintf(q->path, sizeof q->path, "%s", uri);
    return q;
}

static const char *header(struct MHD_Connection *c, const char *name)
{
    return MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
}

/* Far too large a body is not even read. */
static enum MHD_Result begin(struct request *q, struct MHD_Connection *c, const char *method)
{
    const char *length = header(c, "Content-Length");
    q->begun = true;
    q->start_ms = clock_timer_ms();
    if (!request_framed(c))
        return request_end(c);
    if (strcmp(method, "GET") != 0 && length && strtoull(length, NULL, 10) > 4 * WIRE_POST_MAX)
        return request_refuse(c, MHD_HTTP_CONTENT_TOO_LARGE, "too_big");
    return MHD_YES;
}

static enum MHD_Result take_bytes(struct request *q, const char *method, const char *data, size_t n)
{
    q->arrived += n;
    if (q->arrived > 8 * WIRE_POST_MAX)
        return MHD_NO;
    return !office_knows(method, q->path) || request_add(q, data, n) ? MHD_YES : MHD_NO;
}

static enum MHD_Result ask_office(struct server *s, struct request *q, struct MHD_Connection *c,
                                  const char *method)
{
    if (q->too_big)
        return request_refuse(c, MHD_HTTP_CONTENT_TOO_LARGE, "too_big");
    if (q->no_room)
        return request_refuse(c, MHD_HTTP_SERVICE_UNAVAILABLE, "busy");
    q->connection = c;
    q->question = (struct office_request){ .method = method,
                                           .path = q->path,
                                           .line = header(c, "Huimin-Line"),
                                           .time = header(c, "Huimin-Time"),
                                           .nonce = header(c, "Huimin-Nonce"),
                                           .signature = header(c, "Huimin-Signature"),
                                           .proxied = s->proxied,
                                           .peer = header(c, "Huimin-Peer"),
                                           .body = q->body ? q->body : "",
                                           .body_n = q->body_n };
    arena_init(&q->arena, 16384, ANSWER_BYTES);
    return s->work && work_take(s->work, q)
               ? MHD_YES
               : request_refuse(c, MHD_HTTP_SERVICE_UNAVAILABLE, "busy");
}

static enum MHD_Result route(struct server *s, struct request *q, struct MHD_Connection *c,
                             const char *url, const char *method)
{
    bool reading = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
    if (office_knows(method, q->path))
        return ask_office(s, q, c, method);
    if (strncmp(q->path, "/v1/", 4) == 0)
        return request_refuse(c, MHD_HTTP_NOT_FOUND, "not_found");
    if (!reading)
        return text_reply(c, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET and HEAD\n");
    /* Nothing here has a name that needs escapes: what is decoded could be longer than it looks. */
    if (!*q->path || strchr(q->path, '%'))
        return text_reply(c, MHD_HTTP_NOT_FOUND, "not found\n");
    return answer_get(s, c, url, q->start_ms);
}

static enum MHD_Result answer(void *cls, struct MHD_Connection *c, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *data_n, void **per_request)
{
    (void)version;
    struct request *q = *per_request;
    if (!q)
        return MHD_NO; /* there was no memory for it */
    if (q->answered)
        return request_reply(q, c);
    if (!q->begun) { /* the first call only says that the headers are here */
        door_header_came(((struct server *)cls)->door, c);
        return begin(q, c, method);
    }
    /* The library's own timeout is reset by every byte: a body that trickles ends here. */
    if (clock_timer_ms() - q->start_ms > DEADLINE_MS)
        return MHD_NO;
    if (*data_n > 0) {
        enum MHD_Result ok = take_bytes(q, method, data, *data_n);
        *data_n = 0;
        return ok;
    }
    return route(cls, q, c, url, method);
}

static void request_done(void *cls, struct MHD_Connection *c, void **per_request,
                         enum MHD_RequestTerminationCode why)
{
    (void)why;
    door_request_done(((struct server *)cls)->door, c);
    const struct request *q = *per_request;
    metrics_note(q, c);
    if (q && q->answered)
        work_gone(((struct server *)cls)->work);
    request_free(*per_request);
    *per_request = NULL;
}

static struct MHD_Daemon *start_daemon(struct server *s, int sock)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME, 0, door_lets_in,
        s->door, answer, s, MHD_OPTION_LISTEN_SOCKET, sock, MHD_OPTION_THREAD_POOL_SIZE,
        (unsigned)THREADS, MHD_OPTION_CONNECTION_LIMIT, door_connections(s->door),
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)(DOOR_KEEP_MS / 1000 + 4), MHD_OPTION_URI_LOG_CALLBACK, request_begins, s,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_COMPLETED, request_done, s,
        MHD_OPTION_NOTIFY_CONNECTION, door_connection, s->door, MHD_OPTION_END);
}

enum err server_start(const char *listen_at, const char *feed, struct office *office,
                      struct server **out)
{
    int sock;
    enum err e = listen_open(listen_at, &sock);
    if (e != OK)
        return e;
    struct server *s = calloc(1, sizeof *s);
    if (s) {
        metrics_begin();
        s->office = office;
        s->proxied = listen_is_unix(listen_at);
        s->feed_fd = open(feed, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (s->feed_fd >= 0 && (!office || work_start(office, &s->work) == OK) &&
            door_start(&s->door) == OK)
            s->daemon = start_daemon(s, sock);
    }
    if (!s || !s->daemon) {
        close(sock);
        server_stop(s);
        return ERR_IO;
    }
    *out = s;
    return OK;
}

int server_port(const struct server *s)
{
    struct sockaddr_in at;
    socklen_t n = sizeof at;
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_LISTEN_FD);
    if (!info || getsockname(info->listen_fd, (struct sockaddr *)&at, &n) != 0 ||
        at.sin_family != AF_INET)
        return 0;
    return ntohs(at.sin_port);
}

void server_stop(struct server *s)
{
    if (!s)
        return;
    int sock = s->daemon ? MHD_quiesce_daemon(s->daemon) : -1; /* nobody new */
    work_stop(s->work); /* the library wants no connection suspended when it ends */
    if (s->daemon)
        MHD_stop_daemon(s->daemon);
    door_stop(s->door);
    work_free(s->work);
    if (sock >= 0)
        close(sock);
    if (s->feed_fd >= 0)
        close(s->feed_fd);
    free(s);
}
