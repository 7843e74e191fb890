/* line_query.h - one personal question on its way: its number, its deadline, its sealed answer. */
#ifndef APP_LINE_QUERY_H
#define APP_LINE_QUERY_H

#include "hal/base/err.h"
#include "hal/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* huimin-sync gives up after 10 s; this long after the question even that was not said. */
enum { LINE_QUERY_MS = 12000 };

/* Part of struct line; whoever calls holds its lock. Invariant: open = asked and not answered yet;
 * box only when answered OK and not fetched. One question at a time: a new one forgets the last. */
struct line_query {
    int64_t n; /* of the last question; 0 = none yet */
    bool open, answered;
    int64_t until_ms; /* timer clock */
    enum err err;
    char *box;
};

/* A new question: its number. */
int64_t line_query_begin(struct line_query *q);
/* True: this was the open question, and it is answered now. box (base64) is copied, may be NULL. */
bool line_query_end(struct line_query *q, int64_t n, enum err e, const char *box);
/* Milliseconds until nobody will answer any more; -1: nothing is open. */
int line_query_wait_ms(const struct line_query *q);
/* Moves the answer out and wipes it here. ERR_NOT_FOUND: not the last question, or fetched already;
 * ERR_BUSY: not answered yet; ERR_TOO_BIG: out is too small (it is wiped all the same). */
MUST_CHECK enum err line_query_take(struct line_query *q, int64_t n, enum err *out_err, char *out,
                                    size_t cap);
void line_query_finish(struct line_query *q);

/* The order as it is said at sync.sock, in a writer that is to be finished. NULL: no memory. */
const char *line_query_text(const struct line_query *q, const char *kid, const char *box,
                            const char *sig, struct json_out *w);

#endif
