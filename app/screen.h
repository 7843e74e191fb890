/* screen.h - what a screen is: a name, what it loads, how it looks, what it does with events. */
#ifndef APP_SCREEN_H
#define APP_SCREEN_H

#include "app/event.h"

#include <stdbool.h>

struct app;
struct ui;

/* What the header says of a page; zeroed means: the screen's own title and the terminal's mark.
 * Strings live in ui_arena or longer. */
struct screen_head {
    int area;      /* enum area (widgets.h): accent and wash of the badge */
    uint32_t icon; /* 0: the area's own */
    const char *title, *subtitle;
};

/* One screen = one file in screens/ + one line in screens/screens.c. All functions [ui]. */
struct screen {
    const char *name;                          /* contracts.md: "prices" */
    const char *title;                         /* message key */
    void (*enter)(struct app *app, int64_t n); /* loads what it shows; may be NULL */
    void (*head)(struct ui *ui, const struct app *app, struct screen_head *out); /* may be NULL */
    void (*build)(struct ui *ui, const struct app *app);
    void (*event)(struct app *app, const struct event *ev); /* may be NULL */
    bool (*back)(struct app *app);        /* a step back within the screen was taken; may be NULL */
    bool (*steps)(const struct app *app); /* back would be such a step; may be NULL */
    void (*changed)(struct app *app, const char *channel); /* new rows: reload; may be NULL */
    bool (*whole)(const struct app *app); /* it takes the panel alone now; may be NULL */
};

/* The table of all screens, ended by NULL; home first. */
extern const struct screen *const screens[];
const struct screen *screen_find(const char *name); /* NULL = unknown */

#endif
