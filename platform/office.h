/* office.h - answers the signed requests of terminals: items, states, personal questions. */
#ifndef PLATFORM_OFFICE_H
#define PLATFORM_OFFICE_H

#include "hal/base/arena.h"
#include "hal/base/err.h"
#include "platform/conf.h"

#include <stdbool.h>
#include <stddef.h>

/* One request, whole. Headers may be NULL: then it was not signed. */
struct office_request {
    const char *method, *path; /* with its query, as it came */
    const char *line, *time, *nonce, *signature;
    bool proxied;     /* it came through nginx, which alone says who */
    const char *peer; /* Huimin-Peer: how the certificate was found, and its serial number */
    const void *body;
    size_t body_n;
};
/* status as in HTTP; body is JSON in the caller's arena (NULL: no memory, 503). */
struct office_reply {
    int status;
    const char *body;
    bool later; /* the fault is ours: try again after some seconds */
};

/* Keys and database, opened at the first request: a platform may serve before it has published.
 * One thread at a time. */
struct office;
MUST_CHECK enum err office_create(const struct conf *c, struct office **out);
void office_destroy(struct office *o); /* accepts NULL */
/* One for another thread. */
MUST_CHECK enum err office_another(const struct office *o, struct office **out);
/* [any] Where the database is. */
const char *office_db(const struct office *o);
/* Whether this method and path (with query) is for the office at all. */
bool office_knows(const char *method, const char *path);
/* A request goes three steps, each by an office of the thread that does it, so that what costs time
 * is done on all cores and what is kept is kept by one. Arena, request and reply live until the
 * last.
 *
 * 1. Who asks, what it is worth: signatures, boxes. NULL: the reply says why. */
struct asking;
struct asking *office_judge(struct office *o, struct arena *a, const struct office_request *q,
                            struct office_reply *out);
/* 2. All of them in one transaction, on the disk when this returns. What fails, fails alone. */
void office_write(struct office *o, struct asking *const *tasks, int n);
/* 3. Signs what was kept: the reply is there. */
void office_finish(struct office *o, struct asking *task);
/* All three. */
void office_answer(struct office *o, struct arena *a, const struct office_request *q,
                   struct office_reply *out);

#endif
