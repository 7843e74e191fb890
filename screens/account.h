/* account.h - the parts of the page about a citizen's social security. */
#ifndef SCREENS_ACCOUNT_H
#define SCREENS_ACCOUNT_H

#include "app/app.h"
#include "app/social.h"
#include "app/ui.h"

/* [ui] Of the part that is on the screen, when it is known. Amounts are ＊＊＊ until asked for. */
void account_figures(struct ui *ui, const struct app *app); /* the one figure, and what it means */
void account_bills(struct ui *ui, const struct app *app);   /* medical: the last twelve months */
void account_years(struct ui *ui, const struct app *app);
void account_source(struct ui *ui, const struct app *app); /* as of when, whose word */
/* [ui] medical: referrals; credit: loans and who looked. */
void account_entries(struct ui *ui, const struct app *app);
void account_credit_facts(struct ui *ui, const struct app *app);
/* [ui] ＊＊＊ until asked for. */
const char *account_yuan(struct ui *ui, const struct app *app, int64_t fen);
/* [ui] Why nothing can be shown now, the way to try again, and whom one can ask instead. */
void account_not_now(struct ui *ui, const struct app *app, enum err why, struct event again);
/* [ui] There is no card to ask with, or it says no number. */
void account_nobody(struct ui *ui, const struct app *app);
/* [ui] There is no such account with this card. */
void account_none(struct ui *ui, const struct app *app, enum social_part part);

#endif
