/* reader_task.c - what is ordered of the card that is in: run once, answered once, then wiped. */
#include "hal/reader_part.h"

#include <string.h>
#include <unistd.h>

enum { BUSY_TRIES = 10, BUSY_MS = 200 };

void reader_task_end(struct reader *r, enum err e)
{
    if (e != OK)
        explicit_bzero(&r->secret->order, sizeof r->secret->order);
    r->order = ORDER_DONE;
    r->order_anew = false;
    r->order_err = e;
}

void reader_task_let_go(struct reader *r)
{
    if (!r->held_until_ms)
        return;
    r->held_until_ms = 0;
    r->driver->disconnect(r->self, false);
}

/* Only what the card was prepared for goes on where it was left. */
static enum err connect(struct reader *r, const struct card_task *t)
{
    if (r->held_until_ms && t->kind == CARD_TASK_EXTERNAL)
        return OK;
    reader_task_let_go(r);
    return t->kind == CARD_TASK_EXTERNAL ? ERR_CARD_GONE : r->driver->connect(r->self, &r->held);
}

/* A card that speaks no APDU can be asked for its number alone. */
static enum err confirm(struct reader *r, struct card_task *t)
{
    t->said = CARD_SAID_UNABLE;
    return r->driver->confirm(r->self, t->card_no);
}

/* [reader] without the lock. */
static enum err run_once(struct reader *r, struct card_task *t)
{
    if (r->driver->confirm)
        return confirm(r, t);
    enum err e = connect(r, t);
    if (e != OK)
        return e;
    e = card_task_run(&r->held, t);
    bool keep = e == OK && t->kind == CARD_TASK_INTERNAL && t->keep;
    r->held_until_ms = keep ? reader_now_ms() + READER_KEEP_MS : 0;
    if (!keep) /* a card that took a PIN must not go on believing it */
        r->driver->disconnect(r->self,
                              t->kind == CARD_TASK_PIN_VERIFY || t->kind == CARD_TASK_PIN_CHANGE);
    return e;
}

/* A card that was reset in between, or mumbled, answers when it is selected again; but nothing is
 * tried twice that the card may have counted. */
static enum err run(struct reader *r, struct card_task *t)
{
    enum err e = run_once(r, t);
    bool harmless = t->kind == CARD_TASK_CONFIRM || t->kind == CARD_TASK_INTERNAL ||
                    t->kind == CARD_TASK_PIN_TRIES;
    for (int i = 0; e == ERR_BUSY && i < BUSY_TRIES; i++) { /* another program has it: not asked */
        usleep(BUSY_MS * 1000);
        e = run_once(r, t);
    }
    bool misheard = e == ERR_IO || e == ERR_FORMAT;
    if (misheard && harmless && !r->driver->confirm) /* which has tried again by itself */
        e = run_once(r, t);
    reader_wipe_stack();
    return e;
}

static void begin(struct reader *r)
{
    struct secret *s = r->secret;
    s->work = s->order;
    explicit_bzero(&s->order, sizeof s->order);
    r->order = ORDER_RUNS;
    r->give_up_ms = reader_now_ms() + READER_GIVE_UP_MS;
    pthread_cond_broadcast(&r->moved);
}

/* An order that came meanwhile is run instead of this one being answered. */
static void answer(struct reader *r, enum err e)
{
    r->give_up_ms = 0;
    if (r->order_anew) {
        r->order_anew = false;
        r->order = ORDER_ASKED;
        r->attention = true;
        return;
    }
    if (r->order_forgotten) {
        r->held_until_ms = r->held_until_ms ? 1 : 0;
        r->order = ORDER_NONE;
        return;
    }
    if (e == OK)
        r->secret->order = r->secret->work;
    reader_task_end(r, e == OK || e == ERR_REFUSED ? e : ERR_CARD_GONE);
    reader_tell_owner(r);
}

void reader_task_turn(struct reader *r)
{
    if (r->held_until_ms && reader_now_ms() >= r->held_until_ms) {
        pthread_mutex_unlock(&r->lock);
        reader_task_let_go(r);
        pthread_mutex_lock(&r->lock);
    }
    if (r->order != ORDER_ASKED)
        return;
    if (r->status.state != READER_READY) {
        reader_task_end(r, ERR_CARD_GONE);
        reader_tell_owner(r);
        return;
    }
    begin(r);
    pthread_mutex_unlock(&r->lock);
    enum err e = run(r, &r->secret->work);
    pthread_mutex_lock(&r->lock);
    if (r->order == ORDER_RUNS)
        answer(r, e);
    else /* given up meanwhile: nobody goes on with this card */
        r->held_until_ms = r->held_until_ms ? 1 : 0;
    explicit_bzero(&r->secret->work, sizeof r->secret->work);
}

void reader_order(struct reader *r, struct card_task *t)
{
    pthread_mutex_lock(&r->lock);
    bool ready = r->status.state == READER_READY;
    r->order_forgotten = false;
    if (ready)
        r->secret->order = *t;
    if (!ready) { /* the thread may be stuck with a silent card: nobody waits for it */
        reader_task_end(r, ERR_CARD_GONE);
        reader_tell_owner(r);
    } else if (r->order == ORDER_RUNS) {
        r->order_anew = true;
    } else {
        r->order = ORDER_ASKED;
        r->attention = true;
        pthread_cond_broadcast(&r->moved);
    }
    pthread_mutex_unlock(&r->lock);
    explicit_bzero(t, sizeof *t);
}

void reader_forget(struct reader *r)
{
    pthread_mutex_lock(&r->lock);
    explicit_bzero(&r->secret->order, sizeof r->secret->order);
    r->order_anew = false;
    r->order_forgotten = r->order == ORDER_RUNS;
    if (r->order != ORDER_RUNS)
        r->order = ORDER_NONE;
    pthread_mutex_unlock(&r->lock);
}

enum err reader_ordered(struct reader *r, struct card_task *out)
{
    enum err e = ERR_BUSY;
    pthread_mutex_lock(&r->lock);
    if (r->order == ORDER_DONE) {
        e = r->order_err;
        if (e == OK && out)
            *out = r->secret->order;
        explicit_bzero(&r->secret->order, sizeof r->secret->order);
        r->order = ORDER_NONE;
    }
    pthread_mutex_unlock(&r->lock);
    return e;
}
