/* scan.h - what a scanned code is, and what the terminal does with it. */
#ifndef APP_SCAN_H
#define APP_SCAN_H

#include "hal/wire_item.h"

#include <stdbool.h>

struct app;

enum scan_kind {
    SCAN_RECEIPT, /* a receipt of any terminal, or its number alone */
    SCAN_TORN,    /* begins like one of ours and is not whole; or could not be read to its end */
    SCAN_PROOF,   /* 参保证明: verified at the counter, `huimin-platform proof` */
    SCAN_ECARD,   /* looks like a card kept in a phone: e-social security, e-health, e-ID */
    SCAN_OTHER,
    SCAN_KINDS
};
/* What is said in place of the screen about a code (screens/scan.c). */
enum scan_says {
    SCAN_SAYS_NOTHING,
    SCAN_SAYS_TORN,
    SCAN_SAYS_PROOF,
    SCAN_SAYS_ECARD,         /* the platform does not know it, or no longer */
    SCAN_SAYS_ECARD_OFFLINE, /* it cannot be asked */
    SCAN_SAYS_ECARD_ASKING,
    SCAN_SAYS_ECARD_BESIDE, /* a visit with a card is under way: that is ended first */
    SCAN_SAYS_OTHER,
    SCAN_SAYS_UNSENT, /* a form is open: it is not left for a receipt */
    SCAN_SAYS_COUNT
};

/* [any] "" is torn. out_receipt: written only for SCAN_RECEIPT. */
enum scan_kind scan_kind_of(const char *text, char out_receipt[WIRE_RECEIPT + 1]);
const char *scan_kind_name(enum scan_kind k);
/* [ui] EV_SCAN: takes what the scanner read, does what it asks for, wipes it. Nothing is done
 * while a form waits for its card, a card must be taken, or the terminal is closed. */
void scan_came(struct app *app);
/* [ui] The same for a text in hand, which stays the caller's. */
void scan_text(struct app *app, const char *text);
/* [ui] genuine.h: the platform said no, or nothing. */
void scan_ecard_failed(struct app *app, enum err why);
/* [ui] The scanner as the staff see it; literals. */
void scan_device(const struct app *app, const char **out_state, const char **out_todo,
                 bool *out_well);

#endif
