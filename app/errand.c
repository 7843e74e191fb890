/* errand.c - whose turn it is with the card and on the line. */
#include "app/errand.h"

#include "app/app.h"
#include "app/card_pin.h"
#include "app/cases.h"
#include "app/form.h"
#include "app/genuine.h"
#include "app/handin.h"
#include "app/progress.h"
#include "app/proof.h"
#include "app/social.h"
#include "app/suggest.h"
#include "app/visit.h"
#include "hal/base/log.h"
#include "hal/readers.h"

#include <stdio.h>
#include <string.h>

enum { ASKS = 5 };

/* The most urgent first. */
static void all_asks(const struct app *app, struct ask *out[ASKS])
{
    struct ask *asks[ASKS] = { &app->progress->ask, &app->social->ask, &app->proof->ask,
                               &app->cases->ask, &app->suggest->ask };
    memcpy(out, asks, sizeof asks);
}

static struct ask *first_in(const struct app *app, enum ask_state state)
{
    struct ask *asks[ASKS];
    all_asks(app, asks);
    for (int i = 0; i < ASKS; i++)
        if (asks[i]->state == state)
            return asks[i];
    return NULL;
}

static bool before(const struct app *app, const struct ask *a, const struct ask *b)
{
    struct ask *asks[ASKS];
    all_asks(app, asks);
    for (int i = 0; i < ASKS; i++)
        if (asks[i] == a || asks[i] == b)
            return asks[i] == a;
    return false;
}

/* --- the card -----------------------------------------------------------------------------------
 */

bool errand_order(struct app *app, enum errand_card for_what, struct card_task *t)
{
    const struct card_face *f = app->session.face;
    bool can = app->errand.card == ERRAND_FREE && f && visit_card_answers(app);
    if (can) {
        snprintf(t->card_no, sizeof t->card_no, "%s", *f->card_no ? f->card_no : f->id);
        app->errand.card = for_what;
        readers_order(app->dev.readers, app->card.serial, t);
    }
    explicit_bzero(t, sizeof *t);
    return can;
}

static bool confirm_for(struct app *app, enum errand_card for_what)
{
    struct card_task t = { .kind = CARD_TASK_CONFIRM };
    return errand_order(app, for_what, &t);
}

bool errand_handin(struct app *app)
{
    if (!app->session.face || !visit_card_answers(app))
        return false;
    app->errand.handin_waits = true;
    errand_next(app);
    return true;
}

bool errand_handin_open(const struct app *app)
{
    return app->errand.handin_waits || app->errand.card == ERRAND_HANDIN;
}

static void ask_confirmed(struct app *app, struct ask *k, enum err e)
{
    if (k->state != ASK_WAITS)
        return; /* given up meanwhile */
    if (e == OK)
        ask_send(app, k);
    else
        ask_fail(k, e);
}

static void card_said(struct app *app, enum errand_card what, enum err e, struct card_task *t)
{
    switch (what) {
    case ERRAND_HANDIN:
        if (e == OK)
            handin_confirmed(app);
        else
            app->form->busy = false;
        break;
    case ERRAND_ASK:
        ask_confirmed(app, app->errand.ask, e);
        break;
    case ERRAND_GENUINE:
        genuine_card(app, e, t);
        break;
    case ERRAND_PIN:
        card_pin_said(app, e, t);
        break;
    case ERRAND_FREE:
        break;
    }
}

void errand_card(struct app *app)
{
    struct card_task t;
    enum errand_card what = app->errand.card;
    enum err e = what != ERRAND_FREE ? readers_ordered(app->dev.readers, &t) : ERR_BUSY;
    if (e == ERR_BUSY)
        return;
    app->errand.card = ERRAND_FREE;
    if (e != OK)
        log_warn("card_not_confirmed", "err=%s", err_name(e));
    if (e == ERR_REFUSED)
        visit_other_card(app);
    else
        card_said(app, what, e, &t);
    explicit_bzero(&t, sizeof t);
    errand_next(app);
}

void errand_forget(struct app *app)
{
    app->errand = (struct errand){ .card = ERRAND_FREE };
    if (app->dev.readers)
        readers_forget(app->dev.readers);
}

/* --- the line -----------------------------------------------------------------------------------
 */

void errand_ask(struct app *app, struct ask *k, const char *what, const char *more, bool personal)
{
    *k = (struct ask){
        .state = ASK_WAITS, .what = what, .more = more, .personal = personal, .visit = app->wipes
    };
    errand_next(app);
}

void errand_fail(struct app *app, enum err why)
{
    struct ask *asks[ASKS];
    all_asks(app, asks);
    for (int i = 0; i < ASKS; i++)
        if (asks[i]->state == ASK_WAITS && asks[i]->personal)
            ask_fail(asks[i], why);
}

/* Its number first, where the card stays in. */
static void turn_of(struct app *app, struct ask *k)
{
    app->errand.ask = k;
    if (!k->personal || !visit_card_answers(app) || !confirm_for(app, ERRAND_ASK))
        ask_send(app, k);
}

/* One question is open at a time: a less urgent one is put back, and its answer is nobody's. */
static struct ask *next_ask(struct app *app)
{
    struct ask *k = first_in(app, ASK_WAITS), *open = first_in(app, ASK_OPEN);
    if (!k || (open && !before(app, k, open)))
        return NULL;
    if (open)
        open->state = ASK_WAITS;
    return k;
}

void errand_next(struct app *app)
{
    if (app->errand.card != ERRAND_FREE || app->session.held)
        return;
    if (app->errand.handin_waits && !genuine_holds(app)) {
        app->errand.handin_waits = false;
        if (!confirm_for(app, ERRAND_HANDIN))
            app->form->busy = false; /* the card left: its event says so */
        return;
    }
    if (!genuine_holds(app) && card_pin_turn(app))
        return;
    struct ask *k = genuine_busy(app) ? NULL : next_ask(app);
    if (!k)
        return;
    if (k->personal && !genuine_token(app))
        genuine_begin(app); /* which goes on here, or makes k fail */
    else
        turn_of(app, k);
}
