/* frame.h - what stands around every screen: header, status line, bar; and parts screens share. */
#ifndef SCREENS_FRAME_H
#define SCREENS_FRAME_H

#include "app/app.h"
#include "app/screen.h"
#include "app/ui.h"

#include <stdbool.h>

/* The scroll bar stands in the margin of the page, not over its cards; so does their shadow. */
enum { FRAME_EDGE = 32 };

/* [ui] Everything that is on the screen now. */
void frame_build(struct ui *ui, const struct app *app);

/* [ui] Called first by each screen's enter and changed: what the status line needs. */
void frame_load(struct app *app);

/* [ui] The search field of a screen: id is "SCREEN.search"; shows app->query. */
void frame_search_field(struct ui *ui, const struct app *app, const char *id,
                        const char *placeholder);
/* [ui] The field at the top of a list; on a low panel the list's pager stands beside it. */
void frame_top(struct ui *ui, const struct app *app, const char *id, const char *placeholder,
               const char *list_id);
/* [ui] What the field and the letter pad send; true when app->query is another than before. */
/* [ui] Nothing is looked for any more; the keyboard closes. */
void frame_drop_query(struct app *app);
/* [ui] The keyboard opens for that field. */
void frame_write_query(struct app *app);
/* [ui] The keyboard stands open for a field of this screen. */
bool frame_typing(const struct app *app);
bool frame_search_event(struct app *app, const struct event *ev);

/* [ui] A screen's content that scrolls as a whole, so that nothing is ever lost. */
#define FRAME_SCROLL(ui, id_)                                                    \
    UI((ui), .id = (id_), .scroll = true, .w = UI_FILL, .h = UI_FILL, .gap = 24, \
       .pad = { .l = 12, .r = FRAME_EDGE, .b = 12 })
/* [ui] What stands still above or below it, with the same edges. */
#define FRAME_FIXED(ui) UI((ui), .w = UI_FILL, .gap = 16, .pad = { .l = 12, .r = FRAME_EDGE })

/* [ui] A panel too low for its millimetres: the header gives up its second line. */
bool frame_low(const struct ui *ui);
/* [ui] The pager of a scrolling box; gives way where the letter pad needs the room. */
void frame_pager(struct ui *ui, const struct app *app, const char *id);
/* [ui] "prices.row.7" in the frame's memory. */
const char *frame_id(struct ui *ui, const char *stem, long long key);
/* [ui] The letter pad stands at the right of what is read: a panel too low to put it below. */
bool frame_pad_beside(const struct ui *ui, const struct app *app);
/* [ui] Wide enough for two columns: reading left, doing right. */
bool frame_wide(const struct ui *ui);

/* [ui] The idle question over everything (idle.c). */
void idle_build(struct ui *ui, const struct app *app);
/* [ui] What is said of a scanned code covers the screen (scan.c). */
bool scan_covers(const struct app *app);
void scan_build(struct ui *ui, const struct app *app);

#endif
