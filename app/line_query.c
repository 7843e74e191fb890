/* line_query.c - one personal question on its way: its number, its deadline, its sealed answer. */
#include "app/line_query.h"

#include "hal/base/clock.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static void wipe(struct line_query *q)
{
    if (q->box)
        explicit_bzero(q->box, strlen(q->box));
    free(q->box);
    q->box = NULL;
}

int64_t line_query_begin(struct line_query *q)
{
    wipe(q);
    q->open = true;
    q->answered = false;
    q->until_ms = clock_timer_ms() + LINE_QUERY_MS;
    return ++q->n;
}

bool line_query_end(struct line_query *q, int64_t n, enum err e, const char *box)
{
    if (!q->open || n != q->n)
        return false;
    q->open = false;
    q->answered = true;
    q->err = e;
    if (e == OK && !box)
        q->err = ERR_FORMAT;
    if (e == OK && box && !(q->box = strdup(box)))
        q->err = ERR_NOMEM;
    return true;
}

int line_query_wait_ms(const struct line_query *q)
{
    int64_t left = q->until_ms - clock_timer_ms();
    if (!q->open)
        return -1;
    return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

enum err line_query_take(struct line_query *q, int64_t n, enum err *out_err, char *out, size_t cap)
{
    if (n != q->n || (!q->open && !q->answered))
        return ERR_NOT_FOUND;
    if (q->open)
        return ERR_BUSY;
    size_t size = q->box ? strlen(q->box) + 1 : 1;
    bool fits = size <= cap;
    if (fits) {
        memcpy(out, q->box ? q->box : "", size);
        *out_err = q->err;
    }
    wipe(q);
    q->answered = false;
    return fits ? OK : ERR_TOO_BIG;
}

void line_query_finish(struct line_query *q)
{
    wipe(q);
    q->open = q->answered = false;
}

const char *line_query_text(const struct line_query *q, const char *kid, const char *box,
                            const char *sig, struct json_out *w)
{
    json_out_start(w);
    json_open(w, NULL, '{');
    json_put_str(w, "m", "query");
    json_put_int(w, "q", q->n);
    json_put_str(w, "kid", kid);
    json_put_str(w, "box", box);
    json_put_str(w, "sig", sig);
    json_close(w, '}');
    return json_out_text(w);
}
