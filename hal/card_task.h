/* card_task.h - what can be ordered of a card beyond reading it: is it the same, is it genuine, its
 * PIN. */
#ifndef HAL_CARD_TASK_H
#define HAL_CARD_TASK_H

#include "hal/apdu.h"
#include "hal/base/err.h"
#include "hal/card.h"

#include <stdbool.h>
#include <stdint.h>

enum card_task_kind {
    CARD_TASK_CONFIRM,   /* its number is read again, as before everything below but EXTERNAL */
    CARD_TASK_INTERNAL,  /* it answers a challenge of the platform */
    CARD_TASK_EXTERNAL,  /* the platform's answer opens its holder's file; at once after INTERNAL */
    CARD_TASK_PIN_TRIES, /* how many tries are left; none is taken */
    CARD_TASK_PIN_VERIFY, /* the last try only with last_too */
    CARD_TASK_PIN_CHANGE, /* the same */
    CARD_TASKS
};

enum card_said {
    CARD_SAID_NOTHING, /* not asked */
    CARD_SAID_YES,
    CARD_SAID_NO,      /* wrong; tries says what is left */
    CARD_SAID_LAST,    /* not tried: it would have been the last try */
    CARD_SAID_BLOCKED, /* no try is left */
    CARD_SAID_NEW_BAD, /* the new PIN is not accepted */
    CARD_SAID_UNABLE   /* it has no key, no PIN, or does not know the command */
};

enum { CARD_PIN = 16, CARD_PIN_LEAST = 4, CARD_CHALLENGE = 8 };

/* In and out. Personal and secret: lives in locked memory and is wiped by whoever made it. */
struct card_task {
    enum card_task_kind kind;
    char card_no[CARD_NO]; /* in: whose it must be */
    bool keep;             /* in, INTERNAL: draw two numbers for EXTERNAL and stay connected */
    bool last_too;         /* in: even the last try */
    unsigned char factor[CARD_CHALLENGE], orig[CARD_CHALLENGE]; /* in, INTERNAL: the platform's */
    unsigned char auth[CARD_CHALLENGE]; /* INTERNAL: out, the card's answer; EXTERNAL: in */
    unsigned char ext_factor[CARD_CHALLENGE], ext_orig[CARD_CHALLENGE]; /* INTERNAL out, EXTERNAL
                                                                           in: the card's */
    char pin[CARD_PIN + 1], new_pin[CARD_PIN + 1]; /* in: digits; wiped when they were tried */

    enum card_said said;
    int tries;             /* left; -1: not told */
    uint16_t sw;           /* the status word that decided */
    struct card_face face; /* EXTERNAL: in, what is known; out, with the holder */
};

/* [reader] OK: the card is the one of card_no and what it said is in t. ERR_REFUSED: another card.
 * ERR_CARD_GONE, ERR_CARD_MUTE, ERR_IO, ERR_FORMAT. EXTERNAL selects nothing: it goes on where
 * INTERNAL left the same channel. */
MUST_CHECK enum err card_task_run(struct apdu_channel *ch, struct card_task *t);

#endif
