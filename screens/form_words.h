/* form_words.h - parts the guide, the form and the review page share: ticks, days, papers. */
#ifndef SCREENS_FORM_WORDS_H
#define SCREENS_FORM_WORDS_H

#include "app/form.h"
#include "app/ui.h"

/* A large row with a box to tick. word: the state in words at the right (NULL: none). */
struct tick_row {
    const char *id, *title, *caption, *caption2, *word;
    bool on, sure, card; /* sure: nothing to tick, a badge instead; card: a card of its own */
    struct event press;
};
void tick_row(struct ui *ui, const struct tick_row *t);
/* Two large buttons, yes and no; the chosen one is filled. */
void yes_no(struct ui *ui, const char *id_yes, const char *id_no, int chosen, struct event yes,
            struct event no);
/* "10个工作日" */
const char *days_words(struct ui *ui, int days, bool working);
/* A heading over a card. */
void section(struct ui *ui, const char *text);

#endif
