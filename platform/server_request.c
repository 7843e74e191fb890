/* server_request.c - one signed request: its body as it comes in, its answer as it goes out. */
#include "platform/server_part.h"

#include "hal/wire_item.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Small bodies always find room: there are no more of them than connections. Large ones share what
 * is set aside for them, so that many who send slowly cannot take all the memory there is. */
enum { FIRST_BYTES = 4096, SMALL_BYTES = 16 << 10, LARGE_BYTES = 64 << 20 };
static atomic_size_t large; /* of all bodies beyond SMALL_BYTES, their whole size */

static size_t counted(size_t cap)
{
    return cap > SMALL_BYTES ? cap : 0;
}

static void drop_body(struct request *q)
{
    atomic_fetch_sub(&large, counted(q->body_cap));
    free(q->body);
    q->body = NULL;
    q->body_n = q->body_cap = 0;
}

static bool grow(struct request *q, size_t n)
{
    size_t cap = q->body_cap ? q->body_cap : FIRST_BYTES;
    while (cap < q->body_n + n)
        cap *= 2;
    size_t more = counted(cap) - counted(q->body_cap);
    if (more && atomic_fetch_add(&large, more) + more > LARGE_BYTES) {
        atomic_fetch_sub(&large, more);
        q->no_room = true;
        drop_body(q);
        return true;
    }
    char *body = realloc(q->body, cap);
    if (!body) {
        atomic_fetch_sub(&large, more);
        return false;
    }
    q->body = body;
    q->body_cap = cap;
    return true;
}

/* Grows as the bytes come: who only promises a large body costs nothing. What is beyond the limit
 * is read to its end and dropped, so that the answer is not lost in a reset. */
bool request_add(struct request *q, const char *data, size_t n)
{
    if (q->no_room || q->too_big)
        return true;
    if (n > WIRE_POST_MAX - q->body_n) {
        q->too_big = true;
        drop_body(q);
        return true;
    }
    if (q->body_n + n > q->body_cap && !grow(q, n))
        return false;
    if (q->no_room)
        return true;
    memcpy(q->body + q->body_n, data, n);
    q->body_n += n;
    return true;
}

void request_free(struct request *q)
{
    if (!q)
        return;
    drop_body(q);
    arena_finish(&q->arena);
    free(q);
}

/* Counts what says where a body ends: lengths, and codings. */
struct framing {
    int lengths, codings;
};

static enum MHD_Result count_framing(void *cls, enum MHD_ValueKind kind, const char *name,
                                     const char *value)
{
    struct framing *f = cls;
    (void)kind;
    (void)value;
    f->lengths += strcasecmp(name, "Content-Length") == 0;
    f->codings += strcasecmp(name, "Transfer-Encoding") == 0;
    return MHD_YES;
}

bool request_framed(struct MHD_Connection *c)
{
    struct framing f = { 0, 0 };
    MHD_get_connection_values(c, MHD_HEADER_KIND, count_framing, &f);
    return f.lengths <= 1 && f.codings == 0;
}

static enum MHD_Result send_json(struct MHD_Connection *c, unsigned status, const char *json,
                                 bool later, bool last)
{
    struct MHD_Response *r = MHD_create_response_from_buffer(strlen(json), (void *)(uintptr_t)json,
                                                             MHD_RESPMEM_MUST_COPY);
    if (!r)
        return MHD_NO;
    MHD_add_response_header(r, "Content-Type", "application/json");
    MHD_add_response_header(r, "Cache-Control", "no-store");
    MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
    if (later)
        MHD_add_response_header(r, "Retry-After", "5");
    if (last)
        MHD_add_response_header(r, "Connection", "close");
    enum MHD_Result ok = MHD_queue_response(c, status, r);
    MHD_destroy_response(r);
    return ok;
}

enum MHD_Result request_reply(const struct request *q, struct MHD_Connection *c)
{
    if (!q->reply.body)
        return request_refuse(c, MHD_HTTP_SERVICE_UNAVAILABLE, "busy");
    return send_json(c, (unsigned)q->reply.status, q->reply.body, q->reply.later, false);
}

enum MHD_Result request_refuse(struct MHD_Connection *c, unsigned status, const char *code)
{
    char json[64];
    snprintf(json, sizeof json, "{\"error\":\"%s\"}", code);
    return send_json(c, status, json, status == MHD_HTTP_SERVICE_UNAVAILABLE, false);
}

enum MHD_Result request_end(struct MHD_Connection *c)
{
    return send_json(c, MHD_HTTP_BAD_REQUEST, "{\"error\":\"bad_format\"}", false, true);
}
