/* card_pin.c - asks the card about its PIN: what is left first, never the last try unawares. */
#include "app/card_pin.h"

#include "app/app.h"
#include "app/errand.h"
#include "hal/base/log.h"

#include <stdio.h>
#include <string.h>

static void go(struct card_pin *p, enum card_pin_step step, enum card_pin_fault fault)
{
    p->step = step;
    p->fault = fault;
    explicit_bzero(p->typed, sizeof p->typed);
}

static void order(struct app *app, enum card_task_kind kind)
{
    struct card_pin *p = app->card_pin;
    go(p, CARD_PIN_ASKING, CARD_PIN_NO_FAULT);
    p->kind = kind;
    p->waits = true;
    errand_next(app);
}

bool card_pin_turn(struct app *app)
{
    struct card_pin *p = app->card_pin;
    struct card_task t = { .kind = p->kind, .last_too = p->last_too };
    if (!p->waits)
        return false;
    p->waits = false;
    memcpy(t.pin, p->old, sizeof t.pin);
    memcpy(t.new_pin, p->fresh, sizeof t.new_pin);
    if (!errand_order(app, ERRAND_PIN, &t))
        go(p, CARD_PIN_FAILED, CARD_PIN_NO_FAULT);
    return true;
}

void card_pin_enter(struct app *app)
{
    explicit_bzero(app->card_pin, sizeof *app->card_pin);
    app->card_pin->tries = -1;
    order(app, CARD_TASK_PIN_TRIES);
}

void card_pin_leave(struct app *app)
{
    explicit_bzero(app->card_pin, sizeof *app->card_pin);
}

void card_pin_cut(struct app *app)
{
    struct card_pin *p = app->card_pin;
    if (p->step == CARD_PIN_NOWHERE)
        return;
    bool change = p->step == CARD_PIN_ASKING && !p->waits && p->kind == CARD_TASK_PIN_CHANGE;
    explicit_bzero(p, sizeof *p);
    p->step = CARD_PIN_FAILED;
    if (change)
        p->kind = CARD_TASK_PIN_CHANGE; /* it may have been made all the same: the page says so */
}

static bool typing(const struct card_pin *p)
{
    return p->step == CARD_PIN_OLD || p->step == CARD_PIN_NEW || p->step == CARD_PIN_AGAIN;
}

void card_pin_type(struct app *app, const char *digits)
{
    struct card_pin *p = app->card_pin;
    size_t n = strlen(p->typed);
    if (!typing(p))
        return;
    p->fault = CARD_PIN_NO_FAULT;
    for (; *digits >= '0' && *digits <= '9' && n < CARD_PIN; digits++)
        p->typed[n++] = *digits;
    p->typed[n] = '\0';
}

void card_pin_erase(struct app *app)
{
    struct card_pin *p = app->card_pin;
    size_t n = strlen(p->typed);
    if (n)
        p->typed[n - 1] = '\0';
}

void card_pin_lost(struct app *app)
{
    struct card_pin *p = app->card_pin;
    if (typing(p) && *p->typed)
        go(p, p->step, CARD_PIN_LOST);
}

/* 111111, 123456, 987654: what a thief tries first. */
static bool weak(const char *pin)
{
    size_t n = strlen(pin);
    for (int step = -1; step <= 1; step++) {
        size_t i = 1;
        while (i < n && pin[i] - pin[i - 1] == step)
            i++;
        if (i == n)
            return true;
    }
    return false;
}

static void take_new(struct card_pin *p)
{
    enum card_pin_fault fault = weak(p->typed)                  ? CARD_PIN_WEAK
                                : strcmp(p->typed, p->old) == 0 ? CARD_PIN_SAME
                                                                : CARD_PIN_NO_FAULT;
    if (fault == CARD_PIN_NO_FAULT)
        memcpy(p->fresh, p->typed, sizeof p->fresh);
    go(p, fault == CARD_PIN_NO_FAULT ? CARD_PIN_AGAIN : CARD_PIN_NEW, fault);
}

void card_pin_ok(struct app *app)
{
    struct card_pin *p = app->card_pin;
    if (!typing(p))
        return;
    if (strlen(p->typed) < CARD_PIN_LEAST) {
        go(p, p->step, CARD_PIN_SHORT);
    } else if (p->step == CARD_PIN_OLD) {
        memcpy(p->old, p->typed, sizeof p->old);
        order(app, CARD_TASK_PIN_VERIFY);
    } else if (p->step == CARD_PIN_NEW) {
        take_new(p);
    } else if (strcmp(p->typed, p->fresh) == 0) {
        order(app, CARD_TASK_PIN_CHANGE);
    } else {
        go(p, CARD_PIN_NEW, CARD_PIN_DIFFERENT);
    }
}

void card_pin_take_last(struct app *app)
{
    if (app->card_pin->step != CARD_PIN_LAST)
        return;
    app->card_pin->last_too = true;
    go(app->card_pin, CARD_PIN_OLD, CARD_PIN_NO_FAULT);
}

void card_pin_change(struct app *app)
{
    if (app->card_pin->step == CARD_PIN_RIGHT)
        go(app->card_pin, CARD_PIN_NEW, CARD_PIN_NO_FAULT);
}

/* --- the card's answer --------------------------------------------------------------------------
 */

/* Before a PIN is typed. */
static void to_old(struct card_pin *p, enum card_pin_fault fault)
{
    explicit_bzero(p->old, sizeof p->old);
    explicit_bzero(p->fresh, sizeof p->fresh);
    bool last = p->tries == 1 && !p->last_too;
    go(p, last ? CARD_PIN_LAST : CARD_PIN_OLD, fault);
}

static void judged_right(struct card_pin *p, enum card_task_kind kind)
{
    p->last_too = false;
    if (kind == CARD_TASK_PIN_TRIES) {
        to_old(p, CARD_PIN_NO_FAULT);
        return;
    }
    if (kind == CARD_TASK_PIN_CHANGE) {
        explicit_bzero(p->old, sizeof p->old);
        explicit_bzero(p->fresh, sizeof p->fresh);
    }
    go(p, kind == CARD_TASK_PIN_CHANGE ? CARD_PIN_CHANGED : CARD_PIN_RIGHT, CARD_PIN_NO_FAULT);
}

void card_pin_said(struct app *app, enum err e, struct card_task *t)
{
    static const char *const name[] = { "nothing", "yes",     "no",    "last",
                                        "blocked", "bad_new", "unable" };
    struct card_pin *p = app->card_pin;
    if (p->step != CARD_PIN_ASKING || p->waits)
        return; /* the page was left, and perhaps entered again */
    if (e != OK) {
        go(p, CARD_PIN_FAILED, CARD_PIN_NO_FAULT);
        return;
    }
    log_info("card_pin", "said=%s tries=%d", name[t->said], t->tries);
    p->tries = t->tries;
    switch (t->said) {
    case CARD_SAID_YES:
        judged_right(p, t->kind);
        break;
    case CARD_SAID_NO:
    case CARD_SAID_LAST:
        p->last_too = false;
        to_old(p, t->said == CARD_SAID_NO ? CARD_PIN_WRONG : CARD_PIN_NO_FAULT);
        break;
    case CARD_SAID_NEW_BAD:
        go(p, CARD_PIN_NEW, CARD_PIN_WEAK);
        break;
    case CARD_SAID_BLOCKED:
        go(p, CARD_PIN_BLOCKED, CARD_PIN_NO_FAULT);
        break;
    default:
        go(p, CARD_PIN_UNABLE, CARD_PIN_NO_FAULT);
        break;
    }
}
