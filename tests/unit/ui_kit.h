/* ui_kit.h - a small stage for tests of the screen: one ui, one theme, real fonts. */
#ifndef TESTS_UNIT_UI_KIT_H
#define TESTS_UNIT_UI_KIT_H

#include "app/ui.h"

/* A fresh ui on a panel of 1080x1920 at 4.03 px/mm, so that 1 dp is 1 px; the last one is freed. */
struct ui *kit_ui(enum text_size size, bool contrast);
/* Builds until it is settled, as the program does. */
const struct draw_list *kit_build(void (*build)(struct ui *ui));
struct ui_view kit_view(const char *id); /* id NULL in the answer: there is none */
struct event kit_key(enum input_key key);
struct event kit_touch(enum input_kind kind, int x, int y, int64_t at_ms);
struct event kit_tap(const char *id);
const char *kit_focus(void); /* "" none */

#endif
