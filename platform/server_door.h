/* server_door.h - who may come in, and how long one may stay without asking for anything. */
#ifndef PLATFORM_SERVER_DOOR_H
#define PLATFORM_SERVER_DOOR_H

#include "hal/base/err.h"

#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum {
    DOOR_CONNECTIONS = 12000, /* a fleet of ten thousand keeps its connections between polls */
    DOOR_SPARE_FILES = 400, /* of the descriptors this process may have: for files and databases */
    DOOR_PER_ADDRESS = 640, /* but for 127.0.0.1: there a proxy stands, for everybody */
    DOOR_ASK_MS = 30000,    /* from coming in, or from a request's first line, to its header */
    DOOR_KEEP_MS = 330000,  /* from one request to the next: a poll is every 300 s */
    DOOR_STALL_S = 15,      /* within a request: nothing moves */
};

/* The library's timeout starts again with every byte, so a header that trickles would hold its
 * connection for ever. Here each connection from which a header is awaited stands in a list; a
 * thread of its own shuts those that have been there for too long. */
struct door;
MUST_CHECK enum err door_start(struct door **out);
/* How many may be inside; when nine tenths are, each newcomer takes the place of the idlest. */
unsigned door_connections(const struct door *d);
void door_stop(struct door *d); /* accepts NULL; after the daemon has ended */
/* [any] The library's callbacks, with the door as closure. */
enum MHD_Result door_lets_in(void *cls, const struct sockaddr *from, socklen_t n);
void door_connection(void *cls, struct MHD_Connection *c, void **context,
                     enum MHD_ConnectionNotificationCode what);
/* [any] A request's first line is here; its header; its answer is gone and the next is awaited. */
void door_line_came(struct door *d, struct MHD_Connection *c);
void door_header_came(struct door *d, struct MHD_Connection *c);
void door_request_done(struct door *d, struct MHD_Connection *c);

#endif
