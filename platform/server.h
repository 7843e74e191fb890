/* server.h - hands out the feed directory over HTTP, and lets terminals speak to the office. */
#ifndef PLATFORM_SERVER_H
#define PLATFORM_SERVER_H

#include "hal/base/err.h"
#include "platform/office.h"

struct server;

/* listen is "127.0.0.1:PORT" (IPv4; port 0 takes a free one), or "unix:PATH": there only nginx
 * comes, and its word is believed about certificates (Huimin-Peer). feed is the directory behind
 * /feed/. office may be NULL: then /v1/ is closed. It must outlive the server, which alone may use
 * it. ERR_ARG: not an address; ERR_BUSY: the port is taken; ERR_IO. Runs on its own threads. */
MUST_CHECK enum err server_start(const char *listen, const char *feed, struct office *office,
                                 struct server **out);
int server_port(const struct server *s); /* 0: it listens on no port */
/* A socket file, or an address of this machine alone: what is said there goes over no wire. */
bool server_is_local(const char *listen);
void server_stop(struct server *s); /* accepts NULL; finishes what is being sent */

#endif
