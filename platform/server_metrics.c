/* server_metrics.c - counts requests as they end, and shows the page of counts to this machine. */
#include "platform/server_part.h"

#include "hal/base/clock.h"
#include "platform/metrics.h"

#include <netinet/in.h>
#include <string.h>

enum { LOOPBACK_NET = 127 };

/* Through a proxy on this machine everybody comes from it: those who say so are strangers. */
bool metrics_may(struct MHD_Connection *c)
{
    static const char *const passed_on[] = { "Forwarded", "X-Forwarded-For", "Via" };
    for (size_t i = 0; i < sizeof passed_on / sizeof *passed_on; i++)
        if (MHD_lookup_connection_value(c, MHD_HEADER_KIND, passed_on[i]))
            return false;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    struct sockaddr_in at;
    if (info && info->client_addr && info->client_addr->sa_family == AF_UNIX)
        return true; /* what nginx asks for there is its own (nginx/huimin.conf) */
    if (!info || !info->client_addr || info->client_addr->sa_family != AF_INET)
        return false;
    memcpy(&at, info->client_addr, sizeof at);
    return ntohl(at.sin_addr.s_addr) >> 24 == LOOPBACK_NET;
}

enum MHD_Result metrics_reply(const struct office *office, struct MHD_Connection *c)
{
    struct arena a;
    enum MHD_Result ok = MHD_NO;
    arena_init(&a, 4096, 1 << 20);
    const char *text = metrics_text(&a, office_db(office));
    struct MHD_Response *r =
        text ? MHD_create_response_from_buffer(strlen(text), (void *)(uintptr_t)text,
                                               MHD_RESPMEM_MUST_COPY)
             : NULL;
    if (r) {
        MHD_add_response_header(r, "Content-Type", "text/plain; version=0.0.4; charset=utf-8");
        MHD_add_response_header(r, "Cache-Control", "no-store");
        ok = MHD_queue_response(c, MHD_HTTP_OK, r);
        MHD_destroy_response(r);
    }
    arena_finish(&a);
    return ok;
}

void metrics_note(const struct request *q, struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_HTTP_STATUS);
    if (q && q->begun)
        metrics_request(q->path, info ? info->http_status : 0, clock_timer_ms() - q->start_ms);
}
