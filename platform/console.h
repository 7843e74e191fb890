/* console.h - the clerks' page: what the browser asks, and what it is told. */
#ifndef PLATFORM_CONSOLE_H
#define PLATFORM_CONSOLE_H

#include "hal/base/arena.h"
#include "hal/base/err.h"
#include "platform/conf.h"

#include <stddef.h>

/* One request, whole. Headers may be NULL. */
struct console_request {
    const char *method, *path; /* without a query: there is none here */
    const char *host, *origin, *cookie, *token, *type, *forwarded;
    const char *peer; /* the address it came from */
    const char *body;
    size_t body_n;
};
/* body lives in the caller's arena or for ever. cookie: what is to be set, or NULL. */
struct console_reply {
    int status;
    const char *type, *body, *cookie, *location;
    size_t body_n;
};

enum { CONSOLE_BODY_MAX = 2 << 20, CONSOLE_ARENA = 16 << 20 };

/* Keys and database are opened at the first request. One thread at a time; it has a connection of
 * its own, so that a clerk who waits for the disk holds up no terminal. port: where it listens. */
struct console;
MUST_CHECK enum err console_create(const struct conf *c, int port, struct console **out);
void console_destroy(struct console *c); /* accepts NULL */
void console_answer(struct console *c, struct arena *a, const struct console_request *q,
                    struct console_reply *out);

/* Once a minute, on a thread that may wait for a publication: takes back the notices whose last day
 * is over. Faults are logged, and it is tried again the next minute. */
void console_minute(const struct conf *c);

#endif
