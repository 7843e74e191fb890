/* card_pad.h - the PIN pad as the page of the card's PIN uses it. */
#ifndef APP_CARD_PAD_H
#define APP_CARD_PAD_H

#include <stdbool.h>

struct app;

/* Everything [ui]. EV_PINPAD: digits are typed, its confirm and erase press the page's keys, its
 * cancel goes back. */
void card_pad_came(struct app *app);
/* After every change: the pad is heard only while the page is open and nothing covers it. */
void card_pad_ask(struct app *app);
/* There is one, and the citizen types on it: no keys are needed on the screen. */
bool card_pad_used(const struct app *app);

#endif
