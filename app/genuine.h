/* genuine.h - is the card in the reader a real one? The platform asks it, and gives a token for the
 * visit. */
#ifndef APP_GENUINE_H
#define APP_GENUINE_H

#include "app/ask.h"
#include "hal/card_task.h"

#include <stdbool.h>

struct app;

enum genuine_state {
    GENUINE_NOT_ASKED,
    GENUINE_CHALLENGE, /* the platform is asked for a challenge */
    GENUINE_CARD,      /* the card answers it */
    GENUINE_VERDICT,   /* the platform judges */
    GENUINE_OPENING,   /* the card opens its holder's file */
    GENUINE_DONE,      /* there is a token */
    GENUINE_FAILED     /* no line, no answer: asked again with the next personal question */
};

enum { GENUINE_GIVE_UP_MS = 8000, GENUINE_ID = 33 };

/* In the session's arena: gone with the visit. [ui] */
struct genuine {
    enum genuine_state state;
    struct ask ask;
    bool proved;            /* the card proved itself; else it could not, and is let pass */
    bool ecard;             /* a code on a phone, not a card */
    bool waits;             /* CARD: it is still busy with something else */
    bool again;             /* the challenge ran out once: another was asked for */
    bool can_open;          /* the card drew its numbers and waits to be opened */
    char visit[GENUINE_ID]; /* 32 hex digits: this visit, to the platform */
    char token[GENUINE_ID]; /* "" = none */
    char challenge[GENUINE_ID];
    unsigned char factor[CARD_CHALLENGE], orig[CARD_CHALLENGE]; /* what it asks */
    unsigned char ext_factor[CARD_CHALLENGE], ext_orig[CARD_CHALLENGE];
    int64_t give_up_ms; /* timer clock; 0 = nothing is under way */
};

/* Everything [ui]. For a card that says who somebody is; does nothing while it is under way. */
void genuine_begin(struct app *app);
/* The code of an electronic card (letters, digits and -_.:=+/ only): the platform says whose it
 * is, and the visit begins; or scan_ecard_failed follows. */
void genuine_ecard(struct app *app, const char *code);
/* After a failure, when the citizen asks for it. */
void genuine_retry(struct app *app);
/* It is under way: the line is its own. */
bool genuine_busy(const struct app *app);
/* The card is kept connected: nothing else may be asked of it. */
bool genuine_holds(const struct app *app);
/* The token, or NULL. */
const char *genuine_token(const struct app *app);
/* The platform no longer takes the token. */
void genuine_forget(struct app *app);
/* The card is free: asks it what waited. False: nothing did. */
MUST_CHECK bool genuine_turn(struct app *app);
/* EV_ANSWER, whoever it was for. */
void genuine_answer(struct app *app, int64_t q);
/* What the card said. */
void genuine_card(struct app *app, enum err e, struct card_task *t);
/* EV_LINE: a name that could not be had is asked for again. */
void genuine_line(struct app *app);
/* The card went while a form waits for it: back again, it is asked again; but its holder's file
 * stays shut. */
void genuine_cut(struct app *app);
/* Its time is over. */
void genuine_due(struct app *app);

#endif
