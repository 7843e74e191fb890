/* http.h - one kept connection of one client that never blocks, and the loop that serves them all.
 */
#ifndef TESTS_BENCH_FLEET_HTTP_H
#define TESTS_BENCH_FLEET_HTTP_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum http_end { HTTP_ANSWERED, HTTP_CUT, HTTP_REFUSED, HTTP_LATE };

/* One question at a time. Owner: whoever asks. What is sent stays the caller's until `ended`; head
 * and body of the answer are valid within it. Answers carry a Content-Length or no body. */
struct http {
    uint32_t source; /* the address it comes from, host order; 0: any */
    void *owner;
    void (*ended)(struct http *h, enum http_end how);

    int fd; /* -1: not connected */
    bool busy, up, used, again;
    const char *out;
    size_t out_n, out_at;
    char *in;
    size_t in_n, in_cap, head_n, want;
    int64_t began_us, took_us;
    int connects; /* how often it had to connect */

    int status, retry_after_s;
    char etag[80];
    const char *body;
    size_t body_n;
    size_t sent_bytes, came_bytes; /* of this question, as HTTP */
};

/* http://HOST:PORT of an IPv4 address. False: it is not. */
bool http_target(const char *url, char *host, size_t host_cap);
void http_start(struct http *h, void *owner, void (*ended)(struct http *, enum http_end));
/* Connects if need be. A kept connection that turns out to be dead is made anew, once, as curl
 * does. */
void http_ask(struct http *h, const char *bytes, size_t n);
/* The client vanishes: no answer is waited for. */
void http_drop(struct http *h);
void http_finish(struct http *h);
/* What has not been answered for longer than this is over (HTTP_LATE). */
void http_late(struct http *h, int64_t limit_us);
/* Waits for at most timeout_ms and moves bytes of all. */
void http_turn(int timeout_ms);
int64_t now_us(void);

#endif
