/* dock.h - the band above the bar: where the card goes, and that it is still in. */
#ifndef SCREENS_DOCK_H
#define SCREENS_DOCK_H

#include "app/app.h"
#include "app/ui.h"

#include <stdbool.h>

/* [ui] A reader is set up: the dock has something to say. */
bool dock_wanted(const struct app *app);
/* [ui] Home, tall: the drawing of card and slot, and the sentences beside or under it. */
void dock_home(struct ui *ui, const struct app *app, bool upright);
/* [ui] A strip: the card is in, and the way out; or what is wrong with the reader. */
void dock_strip(struct ui *ui, const struct app *app);
/* [ui] The strip stands on this screen now. */
bool dock_strip_wanted(const struct app *app);
/* [ui] A card half in its slot, on 360 x 300 dp times scale; reversed: the black stripe up. */
void dock_picture(struct ui *ui, float scale, bool reversed, bool arrows);

/* [ui] A page about a card covers the screen (card.c). */
bool card_covers(const struct app *app);
const char *card_title(const struct app *app);
void card_build(struct ui *ui, const struct app *app);

#endif
