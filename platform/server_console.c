/* server_console.c - HTTP for the clerks' page: whole requests in, answers with their guards out.
 */
#include "platform/server_console.h"

#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "platform/console.h"
#include "platform/server_part.h"
#include "platform/server_door.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS = 64, IDLE_S = 15, BODY_FIRST = 4096, ARENA_BLOCK = 1 << 16 };

struct server_console {
    struct MHD_Daemon *daemon;
    struct console *console;
    struct door *door;
    int port;
};

/* One request; owner: the library's per-request pointer. */
struct visit {
    int64_t start_ms;
    bool begun, too_big;
    char *body;
    size_t n, cap;
};

/* No script but our files, no page around ours, nothing kept, nothing told to others. */
static const char *const guards[][2] = {
    { "Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
      " base-uri 'none'; form-action 'none'; frame-ancestors 'none'" },
    { "X-Frame-Options", "DENY" },
    { "X-Content-Type-Options", "nosniff" },
    { "Referrer-Policy", "no-referrer" },
    { "Cross-Origin-Opener-Policy", "same-origin" },
    { "Cross-Origin-Resource-Policy", "same-origin" },
    { "Cache-Control", "no-store" },
};

static enum MHD_Result send_reply(struct MHD_Connection *c, const struct console_reply *p)
{
    struct MHD_Response *r = MHD_create_response_from_buffer(
        p->body_n, (void *)(uintptr_t)(p->body ? p->body : ""), MHD_RESPMEM_MUST_COPY);
    if (!r)
        return MHD_NO;
    for (size_t i = 0; i < sizeof guards / sizeof *guards; i++)
        MHD_add_response_header(r, guards[i][0], guards[i][1]);
    if (p->type)
        MHD_add_response_header(r, "Content-Type", p->type);
    if (p->cookie)
        MHD_add_response_header(r, "Set-Cookie", p->cookie);
    if (p->location)
        MHD_add_response_header(r, "Location", p->location);
    enum MHD_Result ok = MHD_queue_response(c, (unsigned)p->status, r);
    MHD_destroy_response(r);
    return ok;
}

static const char *header(struct MHD_Connection *c, const char *name)
{
    return MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
}

static void peer_of(struct MHD_Connection *c, char out[INET_ADDRSTRLEN])
{
    struct sockaddr_in at;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    out[0] = '\0';
    if (!info || !info->client_addr || info->client_addr->sa_family != AF_INET)
        return;
    memcpy(&at, info->client_addr, sizeof at);
    inet_ntop(AF_INET, &at.sin_addr, out, INET_ADDRSTRLEN);
}

static enum MHD_Result reply(struct server_console *s, struct visit *v, struct MHD_Connection *c,
                             const char *url, const char *method)
{
    struct console_reply p;
    struct arena a;
    char peer[INET_ADDRSTRLEN];
    peer_of(c, peer);
    struct console_request q = { .method = method,
                                 .path = url,
                                 .host = header(c, "Host"),
                                 .origin = header(c, "Origin"),
                                 .cookie = header(c, "Cookie"),
                                 .token = header(c, "Huimin-Token"),
                                 .type = header(c, "Content-Type"),
                                 .forwarded = header(c, "X-Forwarded-For"),
                                 .peer = peer,
                                 .body = v->body ? v->body : "",
                                 .body_n = v->too_big ? CONSOLE_BODY_MAX + 1 : v->n };
    arena_init(&a, ARENA_BLOCK, CONSOLE_ARENA);
    console_answer(s->console, &a, &q, &p);
    enum MHD_Result ok = send_reply(c, &p);
    arena_finish(&a);
    return ok;
}

/* What is beyond the limit is read to its end and dropped, so that the answer is not lost. */
static bool add_bytes(struct visit *v, const char *data, size_t n)
{
    v->too_big = v->too_big || n > CONSOLE_BODY_MAX - v->n;
    if (v->too_big)
        return true;
    if (v->n + n > v->cap) {
        size_t cap = v->cap ? v->cap : BODY_FIRST;
        while (cap < v->n + n)
            cap *= 2;
        char *body = realloc(v->body, cap);
        if (!body)
            return false;
        v->body = body;
        v->cap = cap;
    }
    memcpy(v->body + v->n, data, n);
    v->n += n;
    return true;
}

static enum MHD_Result answer(void *cls, struct MHD_Connection *c, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *data_n, void **per_request)
{
    (void)version;
    struct server_console *s = cls;
    struct visit *v = *per_request;
    if (!v) {
        v = *per_request = calloc(1, sizeof *v);
        door_header_came(s->door, c);
        if (v)
            v->start_ms = clock_timer_ms();
        return v ? MHD_YES : MHD_NO;
    }
    if (clock_timer_ms() - v->start_ms > DEADLINE_MS)
        return MHD_NO; /* a body that trickles */
    if (*data_n > 0) {
        bool ok = add_bytes(v, data, *data_n);
        *data_n = 0;
        return ok ? MHD_YES : MHD_NO;
    }
    return reply(s, v, c, url, method);
}

static void done(void *cls, struct MHD_Connection *c, void **per_request,
                 enum MHD_RequestTerminationCode why)
{
    (void)why;
    struct visit *v = *per_request;
    door_request_done(((struct server_console *)cls)->door, c);
    /* The door keeps terminals between polls; 64 idle browsers would shut everybody out. */
    (void)MHD_set_connection_option(c, MHD_CONNECTION_OPTION_TIMEOUT, (unsigned)IDLE_S);
    if (v)
        free(v->body);
    free(v);
    *per_request = NULL;
}

static struct MHD_Daemon *start_daemon(struct server_console *s, int sock)
{
    return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC, 0, NULL, NULL, answer, s,
                            MHD_OPTION_LISTEN_SOCKET, sock, MHD_OPTION_CONNECTION_LIMIT,
                            (unsigned)CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S,
                            MHD_OPTION_NOTIFY_COMPLETED, done, s, MHD_OPTION_NOTIFY_CONNECTION,
                            door_connection, s->door, MHD_OPTION_END);
}

static int port_of(int sock)
{
    struct sockaddr_in at;
    socklen_t n = sizeof at;
    return getsockname(sock, (struct sockaddr *)&at, &n) == 0 ? ntohs(at.sin_port) : 0;
}

enum err server_console_start(const struct conf *conf, struct server_console **out)
{
    int sock;
    enum err e = listen_open(conf->console, &sock);
    if (e != OK)
        return e;
    struct server_console *s = calloc(1, sizeof *s);
    if (s) {
        s->port = port_of(sock);
        if (console_create(conf, s->port, &s->console) == OK && door_start(&s->door) == OK)
            s->daemon = start_daemon(s, sock);
    }
    if (!s || !s->daemon) {
        close(sock);
        server_console_stop(s);
        return ERR_IO;
    }
    *out = s;
    return OK;
}

int server_console_port(const struct server_console *s)
{
    return s->port;
}

void server_console_stop(struct server_console *s)
{
    if (!s)
        return;
    if (s->daemon)
        MHD_stop_daemon(s->daemon);
    door_stop(s->door);
    console_destroy(s->console);
    free(s);
}
