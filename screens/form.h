/* form.h - what the form page offers the review page and the frame. */
#ifndef SCREENS_FORM_H
#define SCREENS_FORM_H

#include "app/typing.h"
#include <stdbool.h>

struct app;
struct ui;
struct form;
struct arena;
struct service_field;

/* [ui] 上一步: one page back within the form, or back to the review it was opened from. False: the
 * form is at its first page; the way back is the usual one. */
bool form_screen_back(struct app *app);
/* [ui] From review: opens this page, and comes back to review from there. */
void form_screen_open(struct app *app, int page);

/* [ui] After its last page: the papers to be photographed, or everything once more. */
void form_screen_papers(struct app *app);
void form_screen_review(struct app *app);
/* [ui] The first page there is of a form just begun. */
void form_screen_begin(struct app *app);

/* [ui] Shared by form.c and form_page.c: the field of the page now shown, NULL on a question. */
const struct service_field *form_field_of(const struct form *f);
bool form_is_village(const struct service_field *def);
bool form_is_written(const struct service_field *def);
const char *form_field_id(struct arena *a, const struct form *f);
enum typing_mode form_typing_mode(const struct service_field *def);
void form_page_build(struct ui *ui, const struct app *app);

#endif
