/* sync_post_fault.c - a portion failed: is it the line, the platform, or one item in it?
 *
 * Nobody can tell from one answer, so an empty POST is sent after it. If that fails too, it is none
 * of the items' fault: everything waits, after two requests, however many there are. If it is
 * answered, the portion is halved until the item is alone: it waits by itself, and the others go.
 * Two items found faulty one after the other look like the platform again: then the rest waits a
 * little, and the next run goes on from there. */
#include "app/sync_post_part.h"

#include "hal/base/log.h"

enum { IN_A_ROW = 2 };

/* What the platform says of us or of itself is never an item's fault. */
bool sync_post_doubtful(enum err e, const struct net_answer *a)
{
    if (e == ERR_CUT || e == ERR_TIMEOUT || e == ERR_SLOW)
        return true;
    return e == ERR_SERVER && a->status != 401 && a->status != 404 && a->retry_after_s == 0;
}

static void probe(struct sync_post *p)
{
    char *body = NULL;
    enum err e = wire_post_write(&p->arena, NULL, 0, &body);
    p->phase = POST_PROBING;
    if (e == OK)
        e = sync_signed_ask(p->sign, p->net, "/v1/outbox", body, p->config->net_deadline_s);
    if (e != OK)
        sync_post_fail(p, e, "outbox", 0);
}

void sync_post_doubt(struct sync_post *p, enum err e, const char *what)
{
    if (p->proven) {
        sync_post_split(p, e, what);
        return;
    }
    p->again_used = false;
    probe(p);
}

/* It may have been the line after all: less at a time, and one alone gets a second chance. */
static void once_more(struct sync_post *p)
{
    p->phase = POST_SENDING;
    p->again_used = false;
    p->portion = p->sent > 1 ? p->sent / 2 : 1;
    sync_post_send(p);
}

void sync_post_on_probe(struct sync_post *p, const struct net_answer *a)
{
    bool again = false;
    enum err e = sync_signed_judge(p->sign, a, &again);
    if (e == OK) {
        p->proven = true;
        once_more(p);
    } else if (again && !p->again_used) {
        p->again_used = true;
        probe(p);
    } else {
        sync_post_fail(p, e, a->what, a->retry_after_s);
    }
}

static void isolate(struct sync_post *p, enum err why, const char *what)
{
    const struct wire_item *item = &p->item[p->at];
    log_warn("item_fault", "n=%lld err=%s what=\"%s\"", (long long)item->n, err_name(why), what);
    enum err e = outbox_line_fault(p->box, item->n, why, sync_post_now(p));
    p->changed = true;
    p->at++;
    if (e != OK)
        sync_post_fail(p, e, "outbox.db", 0);
    else if (++p->in_a_row >= IN_A_ROW && p->at < p->count)
        sync_post_fail(p, why, what, 0);
    else
        sync_post_next(p);
}

void sync_post_split(struct sync_post *p, enum err e, const char *what)
{
    if (p->sent > 1)
        once_more(p);
    else
        isolate(p, e, what);
}
