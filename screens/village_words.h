/* village_words.h - the four pages of a village, for the screen `village`. */
#ifndef SCREENS_VILLAGE_WORDS_H
#define SCREENS_VILLAGE_WORDS_H

#include "app/app.h"
#include "app/ui.h"
#include "app/village.h"

/* What stands for "no village yet" in UI_GO_TO("village", n). */
enum { VILLAGE_CHOOSE = 1 };
/* [ui] Everything the village has to say in the tab that is chosen. */
void village_actions(struct ui *ui, const struct app *app); /* what one can say or ask */
void village_page(struct ui *ui, const struct app *app);

#endif
