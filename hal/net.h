/* net.h - ask for one thing, get one answer: with a deadline, a size limit and no surprises. */
#ifndef HAL_NET_H
#define HAL_NET_H

#include "hal/base/err.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NET_ETAG = 128, NET_WHAT = 128, NET_MEMORY = 256 * 1024 /* largest memory answer */ };
enum { NET_HEADERS = 8 };

struct net_limits {
    int connect_s;   /* to be connected */
    int low_speed_s; /* under 100 B/s for so long is ERR_SLOW */
    bool tls;        /* https will be asked for: only then is the TLS library woken */
};

/* What is asked for. url is http://…, https://…, or an absolute path of a file in a mirror folder
 * (never followed through a redirect, never another scheme). Everything is copied. */
struct net_request {
    const char *url;
    const char *etag; /* NULL or "": no If-None-Match */
    const char *file; /* NULL: into memory. Else appended to: what is there is asked for no more */
    int64_t cap;      /* bytes in all, what is in the file already included; more is ERR_TOO_BIG */
    int deadline_s;   /* for the whole answer, trickling or not */
    /* Only over HTTP: */
    const void *body; /* NULL: GET. Else POST; may go twice when a kept connection was dead */
    bool put;         /* PUT instead of POST */
    size_t body_n;
    const char *headers[NET_HEADERS]; /* "Name: value"; NULL ends them */
    bool keep_errors; /* memory: a 4xx or 5xx answer's body is kept too, as much as cap allows */
};

/* err: OK also for 304. ERR_OFFLINE (no route, no name, refused), ERR_TIMEOUT (no byte in time),
 * ERR_SLOW (bytes, but not all in time), ERR_CUT, ERR_TOO_BIG, ERR_SERVER (4xx, 5xx; status says
 * which), ERR_NOT_FEED (3xx or no HTTP: a portal is in the way), ERR_SIGNATURE (TLS certificate),
 * ERR_NOT_FOUND (no such file in the mirror folder), ERR_FULL, ERR_READONLY, ERR_IO. */
struct net_answer {
    enum err err;
    int status;
    bool not_modified;
    int retry_after_s; /* 0: nothing said */
    char etag[NET_ETAG];
    const char *body; /* memory answers; owned by net until the next start */
    size_t n;
    char what[NET_WHAT]; /* for the log: the reason in the library's words */
};

/* Owner: one thread. One request at a time; the connection is kept for the next one. */
struct net;
MUST_CHECK enum err net_create(const struct net_limits *limits, struct net **out);
void net_destroy(struct net *n); /* accepts NULL */
/* A second one beside the first, so that a short question need not wait behind a long download:
 * net_wait() of the first moves the bytes of all and returns early when one of them has ended;
 * net_take() then gives that answer. Destroyed before the first. */
MUST_CHECK enum err net_join(struct net *first, struct net **out);
bool net_take(struct net *n, struct net_answer *out);

/* Who we are and whom we believe over https: PEM texts, copied; NULL or "": none of ours, the
 * machine's own authorities. anyone: the other end is not checked (what it says is, elsewhere).
 * Holds from the next request on, for those who joined this one too unless they have their own. */
struct net_tls {
    const char *ca, *cert, *key;
    bool anyone;
};
MUST_CHECK enum err net_tls(struct net *n, const struct net_tls *t);

MUST_CHECK enum err net_start(struct net *n, const struct net_request *r);
/* Ends the running request, if any, without an answer. A file keeps what came. */
void net_cancel(struct net *n);
/* Overwrites what was sent and what came with the last request. */
void net_forget(struct net *n);
/* Waits for the network or for one of the caller's own descriptors (their revents are set), at most
 * timeout_ms; moves bytes. True when the request has ended: out is filled. */
bool net_wait(struct net *n, struct pollfd *own, int own_count, int timeout_ms,
              struct net_answer *out);
bool net_busy(const struct net *n);

/* [any] A mirror folder: the same answer, at once; buf (cap bytes) for a memory answer. */
void net_file_get(const struct net_request *r, char *buf, struct net_answer *out);
/* [any] What an errno of opening or writing a file means. */
enum err net_file_error(int code);

#endif
