/* screen.h - what a screen is: a name, what it loads, how it looks, what it does with events. */
#ifndef APP_SCREEN_H
#define APP_SCREEN_H

#include "app/event.h"

struct app;
struct ui;

/* One screen = one file in screens/ + one line in screens/screens.c. All functions [ui]. */
struct screen {
    const char *name;                          /* contracts.md: "prices" */
    const char *title;                         /* message key */
    void (*enter)(struct app *app, int64_t n); /* loads what it shows; may be NULL */
    void (*build)(struct ui *ui, const struct app *app);
    void (*event)(struct app *app, const struct event *ev); /* may be NULL */
    void (*changed)(struct app *app, const char *channel);  /* new rows: reload; may be NULL */
};

/* The table of all screens, ended by NULL; home first. */
extern const struct screen *const screens[];
const struct screen *screen_find(const char *name); /* NULL = unknown */

#endif
