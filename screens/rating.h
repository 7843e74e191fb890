/* rating.h - the card that asks how it was, on the receipt and on the progress page. */
#ifndef SCREENS_RATING_H
#define SCREENS_RATING_H

#include "app/app.h"
#include "app/ui.h"

/* For the screen's enter and changed. */
void rating_words(struct app *app);
/* Five equal faces, or the thanks; nothing when no words were published. rated: the platform has it
 * already. Sends EV_PICK "rating" with the level. */
void rating_card(struct ui *ui, const struct app *app, const char *receipt, bool rated);

#endif
