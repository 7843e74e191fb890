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
    bool can = app->errand.card == ERRAND_FREE && visit_card_there(app);
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
    return visit_card_answers(app) && errand_order(app, for_what, &t);
}

bool errand_handin(struct app *app)
{
    if (!visit_card_answers(app))
        return false;
    app->errand.handin_waits = true;
    errand_next(app);
    return true;
}

bool errand_handin_open(const struct app *app)
{
    return app->errand.handin_waits || app->errand.card == ERRAND_HANDIN;
}

/* Who asks, in which visit, and that the platform has let them. */
static const char *in_person(struct app *app, const struct ask *k)
{
    const struct card_face *f = app->session.face;
    const char *token = genuine_token(app);
    if (!f || !token || !*f->id || !ask_plain(f->id) || !ask_plain(f->card_no))
        return NULL;
    return arena_printf(
        &app->session.arena, "\"id\":\"%s\",\"card\":\"%s\",\"visit\":\"%s\",\"token\":\"%s\"%s%s",
        f->id, f->card_no, app->genuine->visit, token, k->more ? "," : "", k->more ? k->more : "");
}

static void send(struct app *app, struct ask *k)
{
    ask_send(app, k, k->personal ? in_person(app, k) : k->more);
}

static void ask_confirmed(struct app *app, struct ask *k, enum err e)
{
    if (k->state != ASK_WAITS)
        return; /* given up meanwhile */
    if (e == OK)
        send(app, k);
    else
        ask_fail(k, e);
}

/* A card that left is told by its own event; one that is in and did not answer is told here. */
static void not_confirmed(struct app *app, enum err e)
{
    app->form->busy = false;
    if (visit_card_there(app))
        app->handin_err = e;
}

static void card_said(struct app *app, enum errand_card what, enum err e, struct card_task *t)
{
    switch (what) {
    case ERRAND_HANDIN:
        if (e == OK)
            handin_confirmed(app);
        else
            not_confirmed(app, e);
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
    if (!k->personal || !confirm_for(app, ERRAND_ASK))
        send(app, k);
}

/* A token that ran out is fetched anew, once for each question. */
static void renew(struct app *app)
{
    struct ask *asks[ASKS];
    all_asks(app, asks);
    for (int i = 0; i < ASKS; i++)
        if (asks[i]->state == ASK_FAILED && asks[i]->err == ERR_NO_TOKEN && !asks[i]->again) {
            genuine_forget(app);
            asks[i]->state = ASK_WAITS;
            asks[i]->again = true;
        }
}

void errand_take_line(struct app *app)
{
    struct ask *open = first_in(app, ASK_OPEN);
    if (open)
        open->state = ASK_WAITS;
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

/* One step; true: it led to nothing that would come back, so the next may be taken at once. */
static bool step(struct app *app)
{
    if (app->errand.card != ERRAND_FREE || app->session.held)
        return false;
    if (app->errand.handin_waits && !genuine_holds(app)) {
        app->errand.handin_waits = false;
        if (!confirm_for(app, ERRAND_HANDIN))
            app->form->busy = false; /* the card left: its event says so */
        return false;
    }
    if (genuine_turn(app) || (!genuine_holds(app) && card_pin_turn(app)))
        return false;
    struct ask *k = genuine_busy(app) ? NULL : next_ask(app);
    if (!k)
        return false;
    if (k->personal && !genuine_token(app))
        genuine_begin(app); /* which goes on here, or makes k fail */
    else
        turn_of(app, k);
    return k->state == ASK_FAILED;
}

void errand_next(struct app *app)
{
    renew(app);
    for (int i = 0; i < ASKS && step(app); i++)
        ;
}
