/* enrol.h - the code of a sheet, on a page of its own or as one step of setting up. */
#ifndef SCREENS_ENROL_H
#define SCREENS_ENROL_H

#include "app/app.h"
#include "app/ui.h"

#include <stdbool.h>

/* [ui] The field, and what became of the code. */
void enrol_question(struct ui *ui, const struct app *app);
/* [ui] Its letters and digits; nothing while an answer is awaited. */
void enrol_pad(struct ui *ui, const struct app *app, bool beside);
/* [ui] EV_TEXT, EV_ERASE, and EV_PICK "enrol.…". */
void enrol_event(struct app *app, const struct event *ev);

#endif
