/* price_words.h - the words and arrows of a price, the same on every screen that shows one. */
#ifndef SCREENS_PRICE_WORDS_H
#define SCREENS_PRICE_WORDS_H

#include "app/prices.h"
#include "app/ui.h"

#include <stdint.h>

/* [ui] Strings live in the frame's memory. */
const char *price_yuan(struct ui *ui, int fen);                          /* 4.98, ¥4.98 */
const char *price_with_unit(struct ui *ui, int fen, const char *unit);   /* 4.98元/斤 */
const char *price_spec(struct ui *ui, const struct good_row *g);         /* 散装 · 元/斤 */
uint32_t price_change_icon(const struct good_row *g);                    /* 0: nothing known */
const char *price_change_words(struct ui *ui, const struct good_row *g); /* 贵 0.12; NULL */
/* The row of a good in a list: change, cheapest, who and when; or that there is no quote. */
void price_row(struct ui *ui, const struct good_row *g, const char *id, int today);

#endif
