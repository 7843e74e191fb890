/* paper.h - what stands on small paper: lines of words, the terminal's name, whom to ask. */
#ifndef APP_PAPER_H
#define APP_PAPER_H

#include "hal/base/arena.h"
#include "hal/printer.h"

struct app;

/* [ui] The words on as many lines as they need; never broken inside a word or before a mark. */
void paper_say(struct paper *p, enum paper_style style, const char *text);
/* [ui] Whose terminal this is and where, the title, a rule. */
void paper_head(struct paper *p, const struct app *app, const char *title);
/* [ui] The telephone of those who help; nothing when none is known. */
void paper_whom_to_ask(struct paper *p, struct arena *a, const struct app *app);

#endif
