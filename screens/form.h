/* form.h - what the form page offers the review page and the frame. */
#ifndef SCREENS_FORM_H
#define SCREENS_FORM_H

#include <stdbool.h>

struct app;
struct ui;

/* [ui] 上一步: one page back within the form, or back to the review it was opened from. False: the
 * form is at its first page; the way back is the usual one. */
bool form_screen_back(struct app *app);
/* [ui] From review: opens this page, and comes back to review from there. */
void form_screen_open(struct app *app, int page);

#endif
