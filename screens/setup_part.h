/* setup_part.h - the pages of setting up, each in one of setup_*.c, and what they share. */
#ifndef SCREENS_SETUP_PART_H
#define SCREENS_SETUP_PART_H

#include "app/app.h"
#include "app/setup.h"
#include "app/ui.h"

#include <stdbool.h>
#include <stdint.h>

/* [ui] all. A choice of several: the whole row is pressed. caption NULL: none. */
void setup_option(struct ui *ui, const char *id, const char *label, const char *caption, bool on,
                  struct event ev);
/* A field of this page; masked ones show dots. note: cap text at the right, or NULL. */
void setup_field_box(struct ui *ui, const struct app *app, enum setup_field f);
/* Fields from a to b: side by side where the panel lies and no keyboard stands beside them. */
void setup_field_boxes(struct ui *ui, const struct app *app, enum setup_field a,
                       enum setup_field b);
const char *setup_field_id(enum setup_field f); /* "setup.name_zh" */
const char *setup_field_label(enum setup_field f);
/* How a wish fares, with what can be done about it. */
void setup_wait_words(struct ui *ui, const struct app *app);

/* What a page has to say: setup_basic.c, setup_net.c, setup_check.c. */
void setup_build_lang(struct ui *ui, const struct app *app);
void setup_build_size(struct ui *ui, const struct app *app);
void setup_build_turn(struct ui *ui, const struct app *app);
void setup_build_name(struct ui *ui, const struct app *app);
void setup_build_place(struct ui *ui, const struct app *app);
void setup_build_net(struct ui *ui, const struct app *app);
void setup_build_net_how(struct ui *ui, const struct app *app);
void setup_build_ntp(struct ui *ui, const struct app *app);
void setup_build_platform(struct ui *ui, const struct app *app);
void setup_build_apply(struct ui *ui, const struct app *app);
void setup_build_pin(struct ui *ui, const struct app *app);
void setup_build_test(struct ui *ui, const struct app *app);
void setup_build_report(struct ui *ui, const struct app *app);
void setup_build_whole(struct ui *ui, const struct app *app);
/* What is pressed on the last two and on the whole panel; false: not theirs. */
bool setup_check_picked(struct app *app, const struct event *ev);

/* setup_typing.c: keyboards, and what they type. */
void setup_write(struct app *app, enum setup_field f); /* the keyboard opens for it */
bool setup_typed(struct app *app, const struct event *ev);

#endif
