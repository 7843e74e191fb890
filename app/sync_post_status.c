/* sync_post_status.c - how far the platform is with what was delivered. */
#include "app/sync_post_part.h"

#include "hal/base/clock.h"
#include "hal/base/log.h"

#include <stdio.h>

enum { STATUS_PAGES = 200 };
/* States are what is shown without a line; with one a person's question is asked online. So they
 * may be this old, and a poll that brings nothing stays small. */
enum { STATUS_EVERY_MS = 30 * 60 * 1000 };

static void ask_status(struct sync_post *p)
{
    char path[64];
    enum err e = outbox_line_status_seq(p->box, &p->seq);
    p->phase = POST_ASKING_STATUS;
    snprintf(path, sizeof path, "/v1/status?since=%lld", (long long)p->seq);
    if (e == OK)
        e = sync_signed_ask(p->sign, p->net, path, NULL, p->config->net_deadline_s);
    if (e != OK)
        sync_post_fail(p, e, "status", 0);
}

void sync_post_ask_status(struct sync_post *p)
{
    sync_post_rest(p);
    p->again_used = false;
    p->pages = 0;
    if (!p->cut && p->sign->base[0] && clock_timer_ms() >= p->status_ms)
        ask_status(p);
}

static void take_statuses(struct sync_post *p, const struct net_answer *a)
{
    struct wire_status *rows = NULL;
    int count = 0;
    int64_t seq = 0;
    bool more = false;
    enum err e = wire_statuses_read(&p->arena, a->body, a->n, &seq, &more, &rows, &count);
    if (e == OK && (count > 0 || seq != p->seq))
        e = outbox_line_statuses(p->box, rows, count, seq);
    if (e != OK) {
        sync_post_fail(p, e, "status", 0);
        return;
    }
    p->changed |= count > 0;
    if (more && seq > p->seq && ++p->pages < STATUS_PAGES) {
        arena_reset(&p->arena);
        ask_status(p);
        return;
    }
    p->status_ms = clock_timer_ms() + STATUS_EVERY_MS;
    if (!p->halted) /* else something waits, and why is still true */
        sync_post_note(p, OK, "");
    sync_post_rest(p);
}

void sync_post_on_status(struct sync_post *p, const struct net_answer *a)
{
    bool again = false;
    enum err e = sync_signed_judge(p->sign, a, &again);
    if (e == OK) {
        take_statuses(p, a);
    } else if (again && !p->again_used) {
        p->again_used = true;
        ask_status(p);
    } else if (a->status == 404) {
        log_debug("no_status", "status=%d", a->status); /* a mirror of the feed, no platform */
        p->status_ms = clock_timer_ms() + STATUS_EVERY_MS;
        sync_post_rest(p);
    } else {
        sync_post_fail(p, e, a->what, a->retry_after_s);
    }
}
