/* server.c - requests by libmicrohttpd: files of the feed, what goes to the office, and limits. */
#include "platform/server.h"
#include "platform/server_slow.h"

#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/wire_item.h"
#include "platform/metrics.h"
#include "platform/server_part.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    IDLE_S = 15,
    CONNECTIONS = 1024,
    CONNECTIONS_PER_IP = 640, /* behind a proxy all of them come from one address */
    THREADS = 2,
    ANSWER_BYTES = 8 << 20, /* a full POST with all that is read from it */
    BLOCK = 32 << 10,
};

struct server {
    struct MHD_Daemon *daemon;
    int feed_fd;                 /* the directory: openat() cannot leave what is checked below */
    const struct office *office; /* where its database is; the rest is the worker's */
    struct work *work;
    struct slow *slow;
};

/* One file on its way out. Owner: the response. */
struct sending {
    int fd;
    int64_t deadline_ms;
    uint64_t offset;
};

/* a/b/c of [A-Za-z0-9._-], no part beginning with a dot. */
static bool path_ok(const char *path)
{
    bool part_begins = true;
    for (const char *p = path; *p; p++) {
        if (*p == '/' ? part_begins : !isalnum((unsigned char)*p) && !strchr("._-", *p))
            return false;
        if (part_begins && *p == '.')
            return false;
        part_begins = *p == '/';
    }
    return *path && !part_begins;
}

static enum MHD_Result send_text(struct MHD_Connection *c, unsigned status, const char *text)
{
    struct MHD_Response *r = MHD_create_response_from_buffer(strlen(text), (void *)(uintptr_t)text,
                                                             MHD_RESPMEM_PERSISTENT);
    if (!r)
        return MHD_NO;
    MHD_add_response_header(r, "Content-Type", "text/plain; charset=utf-8");
    MHD_add_response_header(r, "Cache-Control", "no-store");
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header(r, "Allow", "GET, HEAD");
    enum MHD_Result ok = MHD_queue_response(c, status, r);
    MHD_destroy_response(r);
    return ok;
}

static ssize_t read_block(void *cls, uint64_t pos, char *buf, size_t max)
{
    struct sending *s = cls;
    if (clock_timer_ms() > s->deadline_ms)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    ssize_t n = pread(s->fd, buf, max, (off_t)(s->offset + pos));
    return n > 0 ? n : MHD_CONTENT_READER_END_WITH_ERROR;
}

static void free_sending(void *cls)
{
    struct sending *s = cls;
    close(s->fd);
    free(s);
}

/* An object never changes, so its name is its tag; the rest is tagged by inode, size and time: a
 * rename always brings another inode. */
static void make_tag(char *buf, size_t cap, const char *path, const struct stat *st)
{
    if (strncmp(path, "o/", 2) == 0)
        snprintf(buf, cap, "\"%s\"", path + 2);
    else
        snprintf(buf, cap, "\"%" PRIxMAX "-%" PRIxMAX "-%" PRIxMAX "%09lx\"", (uintmax_t)st->st_ino,
                 (uintmax_t)st->st_size, (uintmax_t)st->st_mtim.tv_sec,
                 (unsigned long)st->st_mtim.tv_nsec);
}

/* If-None-Match: a list of tags, weak ones included, or a star. */
static bool tag_matches(struct MHD_Connection *c, const char *tag)
{
    const char *h = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "If-None-Match");
    return h && (strcmp(h, "*") == 0 || strstr(h, tag));
}

/* bytes=A-, bytes=A-B, bytes=-N. 0 = no (usable) range: send all; 1 = a range; -1 = not within. */
static int read_range(const char *h, uint64_t size, uint64_t *from, uint64_t *count)
{
    uint64_t a = 0, b = UINT64_MAX - 1;
    char *end;
    if (!h || strncmp(h, "bytes=", 6) != 0 || strchr(h, ','))
        return 0;
    h += 6;
    if (*h == '-') {
        uint64_t n = strtoull(h + 1, &end, 10);
        if (!isdigit((unsigned char)h[1]) || *end)
            return 0;
        a = n < size ? size - n : 0;
        if (n == 0)
            return -1;
    } else {
        if (!isdigit((unsigned char)*h))
            return 0;
        a = strtoull(h, &end, 10);
        if (*end++ != '-')
            return 0;
        if (isdigit((unsigned char)*end))
            b = strtoull(end, &end, 10);
        if (*end || b < a)
            return 0;
    }
    if (a >= size)
        return -1;
    *from = a;
    *count = (b < size - 1 ? b + 1 : size) - a;
    return 1;
}

static struct MHD_Response *file_response(int fd, uint64_t offset, uint64_t count, int64_t start_ms)
{
    struct sending *s = calloc(1, sizeof *s);
    struct MHD_Response *r = NULL;
    if (s) {
        *s = (struct sending){ .fd = fd,
                               .offset = offset,
                               .deadline_ms = start_ms + DEADLINE_MS +
                                              (int64_t)(count * 1000 / SLOWEST_BYTES_S) };
        r = MHD_create_response_from_callback(count, BLOCK, read_block, s, free_sending);
    }
    if (!r) {
        close(fd);
        free(s);
    }
    return r;
}

static void add_headers(struct MHD_Response *r, const char *path, const char *tag)
{
    bool object = strncmp(path, "o/", 2) == 0;
    MHD_add_response_header(r, "ETag", tag);
    MHD_add_response_header(r, "Content-Type",
                            object ? "application/zstd" : "text/plain; charset=utf-8");
    MHD_add_response_header(r, "Cache-Control",
                            object ? "public, max-age=31536000, immutable" : "no-cache");
    MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
    if (object)
        MHD_add_response_header(r, "Accept-Ranges", "bytes");
}

static enum MHD_Result send_not_modified(struct MHD_Connection *c, const char *path,
                                         const char *tag)
{
    struct MHD_Response *r = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    if (!r)
        return MHD_NO;
    add_headers(r, path, tag);
    enum MHD_Result ok = MHD_queue_response(c, MHD_HTTP_NOT_MODIFIED, r);
    MHD_destroy_response(r);
    return ok;
}

/* Takes fd over. */
static enum MHD_Result send_file(struct MHD_Connection *c, const char *path, int fd,
                                 const struct stat *st, int64_t start_ms)
{
    char tag[160], range[96];
    uint64_t size = (uint64_t)st->st_size, from = 0, count = size;
    make_tag(tag, sizeof tag, path, st);
    const char *if_range = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "If-Range");
    const char *wanted = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Range");
    bool object = strncmp(path, "o/", 2) == 0;
    int part = object && size > 0 && (!if_range || strcmp(if_range, tag) == 0)
                   ? read_range(wanted, size, &from, &count)
                   : 0;
    if (tag_matches(c, tag) || part < 0) {
        close(fd);
        return part < 0 ? send_text(c, MHD_HTTP_RANGE_NOT_SATISFIABLE, "no such range\n")
                        : send_not_modified(c, path, tag);
    }
    struct MHD_Response *r = file_response(fd, from, count, start_ms);
    if (!r)
        return MHD_NO;
    add_headers(r, path, tag);
    if (part) {
        snprintf(range, sizeof range, "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, from,
                 from + count - 1, size);
        MHD_add_response_header(r, "Content-Range", range);
    }
    enum MHD_Result ok = MHD_queue_response(c, part ? MHD_HTTP_PARTIAL_CONTENT : MHD_HTTP_OK, r);
    MHD_destroy_response(r);
    return ok;
}

static enum MHD_Result answer_get(struct server *s, struct MHD_Connection *c, const char *url,
                                  int64_t start_ms)
{
    struct stat st;
    if (strcmp(url, "/healthz") == 0)
        return send_text(c, MHD_HTTP_OK, "ok\n");
    if (strcmp(url, "/metrics") == 0 && s->office && metrics_may(c))
        return metrics_reply(s->office, c);
    if (strncmp(url, "/feed/", 6) != 0 || !path_ok(url + 6))
        return send_text(c, MHD_HTTP_NOT_FOUND, "not found\n");
    int fd = openat(s->feed_fd, url + 6, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return send_text(c, MHD_HTTP_NOT_FOUND, "not found\n");
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return send_text(c, MHD_HTTP_NOT_FOUND, "not found\n");
    }
    return send_file(c, url + 6, fd, &st, start_ms);
}

/* Before the headers are read: the one place that shows path and query as they were signed. */
static void *request_begins(void *cls, const char *uri, struct MHD_Connection *c)
{
    (void)cls;
    (void)c;
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
    q->connection = c;
    q->question = (struct office_request){ .method = method,
                                           .path = q->path,
                                           .line = header(c, "Huimin-Line"),
                                           .time = header(c, "Huimin-Time"),
                                           .nonce = header(c, "Huimin-Nonce"),
                                           .signature = header(c, "Huimin-Signature"),
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
    if (strncmp(url, "/v1/", 4) == 0)
        return request_refuse(c, MHD_HTTP_NOT_FOUND, "not_found");
    if (!reading)
        return send_text(c, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET and HEAD\n");
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
        slow_header_came(((struct server *)cls)->slow, c);
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
    slow_header_awaited(((struct server *)cls)->slow, c);
    metrics_note(*per_request, c);
    request_free(*per_request);
    *per_request = NULL;
}

static enum err parse_listen(const char *text, struct sockaddr_in *out)
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

/* Bound here and not by the library, so that a taken port has its own name. */
static enum err open_socket(const char *listen_at, int *out)
{
    struct sockaddr_in at;
    int on = 1;
    enum err e = parse_listen(listen_at, &at);
    if (e != OK)
        return e;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return ERR_IO;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 256) != 0) {
        e = errno == EADDRINUSE ? ERR_BUSY : ERR_IO;
        close(fd);
        return e;
    }
    *out = fd;
    return OK;
}

static struct MHD_Daemon *start_daemon(struct server *s, int sock)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
        answer, s, MHD_OPTION_LISTEN_SOCKET, sock, MHD_OPTION_THREAD_POOL_SIZE, (unsigned)THREADS,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS_PER_IP, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S,
        MHD_OPTION_URI_LOG_CALLBACK, request_begins, NULL, MHD_OPTION_NOTIFY_COMPLETED,
        request_done, s, MHD_OPTION_NOTIFY_CONNECTION, slow_connection, s->slow, MHD_OPTION_END);
}

enum err server_start(const char *listen_at, const char *feed, struct office *office,
                      struct server **out)
{
    int sock;
    enum err e = open_socket(listen_at, &sock);
    if (e != OK)
        return e;
    struct server *s = calloc(1, sizeof *s);
    if (s) {
        metrics_begin();
        s->office = office;
        s->feed_fd = open(feed, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (s->feed_fd >= 0 && (!office || work_start(office, &s->work) == OK) &&
            slow_start(DEADLINE_MS, &s->slow) == OK)
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
    if (!info || getsockname(info->listen_fd, (struct sockaddr *)&at, &n) != 0)
        return 0;
    return ntohs(at.sin_port);
}

void server_stop(struct server *s)
{
    if (!s)
        return;
    work_stop(s->work); /* the library wants no connection suspended when it ends */
    if (s->daemon)
        MHD_stop_daemon(s->daemon);
    slow_stop(s->slow);
    work_free(s->work);
    if (s->feed_fd >= 0)
        close(s->feed_fd);
    free(s);
}
