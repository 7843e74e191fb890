/* card_pin.h - the PIN of a citizen's card: tried with care, changed, and never kept. */
#ifndef APP_CARD_PIN_H
#define APP_CARD_PIN_H

#include "hal/card_task.h"

#include <stdbool.h>

struct app;

enum card_pin_step {
    CARD_PIN_NOWHERE, /* the page is not open */
    CARD_PIN_ASKING,  /* the card is asked how many tries are left, or judges a PIN */
    CARD_PIN_OLD,     /* the citizen types it */
    CARD_PIN_LAST,    /* one try is left: do they want to take it? */
    CARD_PIN_RIGHT,   /* it was right: change it, or done */
    CARD_PIN_NEW,     /* a new one is typed */
    CARD_PIN_AGAIN,   /* and once more */
    CARD_PIN_CHANGED,
    CARD_PIN_BLOCKED, /* no try is left: where to go */
    CARD_PIN_UNABLE,  /* the card has none, or knows no such thing */
    CARD_PIN_FAILED   /* the card did not answer: put it in again */
};

enum card_pin_fault {
    CARD_PIN_NO_FAULT,
    CARD_PIN_WRONG,     /* tries says what is left */
    CARD_PIN_SHORT,     /* fewer than CARD_PIN_LEAST digits */
    CARD_PIN_WEAK,      /* one digit over and over, or in a row */
    CARD_PIN_SAME,      /* the new one is the old one */
    CARD_PIN_DIFFERENT, /* the two new ones are not the same */
    CARD_PIN_LOST       /* keys of the PIN pad were lost: from the start */
};

/* In the session's arena: gone with the visit; typed, old and fresh also when the page is left.
 * [ui] Digits are never shown, spoken or logged. */
struct card_pin {
    enum card_pin_step step;
    enum card_pin_fault fault;
    int tries; /* left; -1: the card does not tell */
    bool last_too;
    bool on_screen;           /* typed on the screen though there is a PIN pad */
    bool waits;               /* ASKING: the card is still busy with something else */
    enum card_task_kind kind; /* ASKING: what it is asked */
    char typed[CARD_PIN + 1], old[CARD_PIN + 1], fresh[CARD_PIN + 1];
};

/* Everything [ui]. The page is entered: asks the card what is left. */
void card_pin_enter(struct app *app);
/* It is left, or the screen changes: nothing typed stays. */
void card_pin_leave(struct app *app);
/* The card went while the page stays: nothing typed stays, and it says so. */
void card_pin_cut(struct app *app);
void card_pin_type(struct app *app, const char *digits);
void card_pin_erase(struct app *app);
/* What was typed has holes: it would cost a try for nothing. */
void card_pin_lost(struct app *app);
/* The pad's main key. */
void card_pin_ok(struct app *app);
/* The last try is wanted. */
void card_pin_take_last(struct app *app);
void card_pin_change(struct app *app);
/* The card is free: asks what waited. False: nothing did. */
MUST_CHECK bool card_pin_turn(struct app *app);
/* What the card said. */
void card_pin_said(struct app *app, enum err e, struct card_task *t);

#endif
