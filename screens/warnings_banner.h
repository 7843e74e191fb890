/* warnings_banner.h - what is urgent today, in one line over a page. */
#ifndef SCREENS_WARNINGS_BANNER_H
#define SCREENS_WARNINGS_BANNER_H

#include "app/app.h"
#include "app/ui.h"

struct warning;

/* [ui] Reads app->warnings for the terminal's own township. */
void warnings_reload(struct app *app);
/* [ui] The most urgent one as a row that leads to it; nothing when nothing is urgent. */
void warnings_banner(struct ui *ui, const struct app *app);
/* [ui] "蓝色提醒": the colour as a word. */
const char *warning_level_word(const struct warning *w);

#endif
