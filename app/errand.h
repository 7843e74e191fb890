/* errand.h - what is done for a citizen with the card and on the line: one thing at a time. */
#ifndef APP_ERRAND_H
#define APP_ERRAND_H

#include "app/ask.h"
#include "hal/card_task.h"

#include <stdbool.h>

struct app;

/* What the card is asked for. */
enum errand_card { ERRAND_FREE, ERRAND_HANDIN, ERRAND_ASK, ERRAND_GENUINE, ERRAND_PIN };

/* In the app, wiped with the visit. [ui] */
struct errand {
    enum errand_card card;
    bool handin_waits;
    struct ask *ask; /* ERRAND_ASK: whose turn it is */
};

/* Everything [ui]. A question waits its turn: the more urgent one goes first (a receipt before an
 * account before what is only useful); a personal one only with the citizen's token and after the
 * card said its number again. How it went is told by its state. more: the rest of its JSON, or
 * NULL. */
void errand_ask(struct app *app, struct ask *k, const char *what, const char *more, bool personal);
/* The line is about to be used for something else: a question that is open is put back. */
void errand_take_line(struct app *app);
/* Goes on with what waits; after every answer, card and change of the line. */
void errand_next(struct app *app);
/* Before an item is handed in: the card's number is read again. True: handin_confirmed follows, or,
 * with another card in, the end of the visit. False: there is no card in to ask. */
MUST_CHECK bool errand_handin(struct app *app);
bool errand_handin_open(const struct app *app);
/* Orders t of the card (wiped here). False: something else is being done with it, or it is not in.
 */
MUST_CHECK bool errand_order(struct app *app, enum errand_card for_what, struct card_task *t);
/* The reader said something: takes what was ordered. */
void errand_card(struct app *app);
/* The visit is over or the card is out: what was ordered is nobody's. */
void errand_forget(struct app *app);
/* What waits for a token fails: there will be none. */
void errand_fail(struct app *app, enum err why);

#endif
