/* server_part.h - what the files of the server share; nobody else includes it. */
#ifndef PLATFORM_SERVER_PART_H
#define PLATFORM_SERVER_PART_H

#include "hal/base/arena.h"
#include "platform/office.h"

#include <microhttpd.h>
#include <stdint.h>

enum {
    DEADLINE_MS = 30000, /* one request, from its first line to its last byte, plus: */
    SLOWEST_BYTES_S = 2000,
    PATH_MAX_BYTES = 256,
};

/* One request. Owner: libmicrohttpd's per-request pointer, freed by request_done. While it is with
 * the office its connection is suspended and only its threads touch it, one at a time. */
struct request {
    int64_t start_ms;
    bool begun, too_big, no_room, answered;
    char path[PATH_MAX_BYTES]; /* as it came, with its query; "" when longer */
    char *body;
    size_t body_n, body_cap, arrived; /* arrived: with what was dropped */
    struct MHD_Connection *connection;
    struct arena arena; /* of the answer */
    struct office_request question;
    struct office_reply reply;
    struct asking *task; /* between the office's steps */
    struct request *next;
};

/* The threads that speak with the office, so that waiting for the disk or for a publisher holds up
 * nobody who reads the feed. */
struct work;
MUST_CHECK enum err work_start(struct office *office, struct work **out);
void work_stop(struct work *w); /* accepts NULL; answers what is waiting, then takes no more */
void work_free(struct work *w); /* accepts NULL; after the server has stopped */
/* Suspends the connection and hands the request over. False: too many are waiting, or it ends. */
bool work_take(struct work *w, struct request *q);
/* One that was taken has been answered, down to its last byte, or its connection is gone. */
void work_gone(struct work *w);

/* A file below the directory dir (by openat(), which cannot leave what is checked before): whole, a
 * range of it, or 304. */
enum MHD_Result file_reply(int dir, struct MHD_Connection *c, const char *path, int64_t start_ms);
enum MHD_Result text_reply(struct MHD_Connection *c, unsigned status, const char *text);

/* server_listen.c: "127.0.0.1:PORT" or "unix:PATH". Bound here and not by the library, so that a
 * taken port has its own name. ERR_ARG, ERR_BUSY, ERR_IO. */
MUST_CHECK enum err listen_open(const char *at, int *out_fd);
bool listen_is_unix(const char *at);

/* A body as it comes in. False: no memory. */
bool request_add(struct request *q, const char *data, size_t n);
void request_free(struct request *q);
/* Sends what the office said. */
enum MHD_Result request_reply(const struct request *q, struct MHD_Connection *c);
/* Whether the page of metrics.h is for this peer: one at this machine. To others there is none. */
bool metrics_may(struct MHD_Connection *c);
enum MHD_Result metrics_reply(const struct office *office, struct MHD_Connection *c);
/* The request is over: it is counted. */
void metrics_note(const struct request *q, struct MHD_Connection *c);
/* The same without the office. */
enum MHD_Result request_refuse(struct MHD_Connection *c, unsigned status, const char *code);
/* Whether all who read this request see its body end at the same byte: one length, no coding. Else
 * a second request could hide in the body: 400, and nothing more is read from the connection. */
bool request_framed(struct MHD_Connection *c);
enum MHD_Result request_end(struct MHD_Connection *c);

#endif
