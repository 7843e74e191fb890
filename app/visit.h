/* visit.h - whose turn it is: when a visit begins, is asked about, is held and ends. */
#ifndef APP_VISIT_H
#define APP_VISIT_H

#include "hal/base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct app;
struct card_face;

/* The rules are design/contracts.md "A visit". Everything [ui]. */
enum {
    VISIT_HOME_REST_MS = 30000, /* 首页 + 30 s without touch ends a visit without a card */
    VISIT_HOLD_MS = 20000,      /* an unsent form waits so long for the same card */
    VISIT_READ_MS = 4000,       /* a sentence about a card stays at least so long */
    VISIT_REFUSED_MS = 15000,   /* a refused card that was only laid on */
    VISIT_TAKE_MS = 30000,      /* "please take your card" */
    VISIT_REVEAL_MS = 5000      /* masked values shown on the review page */
};

/* Makes the session's memory. ERR_NOMEM. */
MUST_CHECK enum err visit_init(struct app *app);
/* The reader or its card changed. */
void visit_reader(struct app *app);
/* Ends the visit: wiped, aids back, home; asks to take the card if it is still in. */
void visit_done(struct app *app);
void visit_touched(struct app *app);
void visit_stay(struct app *app);
/* The visit lives while its card is in; else it was laid on or shown, and may go. */
bool visit_stays_in(const struct app *app);
/* The card of this visit lies in its reader; and it is one that stays in, to be asked its number.
 */
bool visit_card_there(const struct app *app);
bool visit_card_answers(const struct app *app);
/* Another card answered in its place: the visit is over. */
void visit_other_card(struct app *app);
/* The platform says whose electronic card was scanned; the caller's copy is wiped. */
void visit_ecard(struct app *app, struct card_face *face);
/* The platform does not take the card for genuine: the visit is over, and it is told politely. */
void visit_refused(struct app *app);
/* Who the citizen is may have become known only now. */
void visit_known(struct app *app);
/* 不用卡: the page about this card is closed. */
void visit_without_card(struct app *app);
/* Masked values are shown for a moment. */
void visit_reveal(struct app *app);
bool visit_revealed(const struct app *app);
void visit_lang(const char *lang);
/* A form with something in it that was not handed in. */
bool visit_unsent(const struct app *app);

/* Timer clock ms when something is due, -1 = nothing; doing it: true when the screen must change.
 */
int64_t visit_next_due_ms(const struct app *app);
bool visit_due(struct app *app, int64_t timer_ms);
/* Whole seconds left of the countdown on the screen: idle question, held form, take your card. */
int visit_seconds_left(const struct app *app);

#endif
