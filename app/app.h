/* app.h - what is: everything the screens show and every event changes. */
#ifndef APP_APP_H
#define APP_APP_H

#include "app/config.h"
#include "app/event.h"
#include "app/line.h"
#include "app/screen.h"
#include "app/store.h"
#include "app/theme.h"
#include "hal/base/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum { APP_STACK = 8, APP_QUERY = 64 };

/* One step of the way back. */
struct place_on_stack {
    const struct screen *screen;
    int64_t n;
    char query[APP_QUERY]; /* what was typed there, put back on the way back */
};

/* The models: each is its own module's struct, loaded by its screen's `enter`. */
struct prices;
struct notices;
struct places;
struct help;
struct search;

/* Owner: main.c. [ui] only. Invariant: depth >= 1 and stack[0] is home or out_of_service. */
struct app {
    const struct config *config;
    struct store *store; /* cache.db or the seed; NULL: none could be opened (out of service) */
    bool seed;           /* the store is the seed: nothing was ever fetched */
    struct line_status line;
    struct taste usual, taste; /* as configured; as chosen by this citizen */
    struct place_on_stack stack[APP_STACK];
    int depth;
    bool came_back;          /* the last change of screen was a way back (scroll is kept) */
    int64_t now_ms;          /* wall clock at the last update */
    int today;               /* its day */
    enum err out_of_service; /* OK, or why home cannot be shown */

    /* a visit without a card: from the first touch off home, or an aid, to idle or 首页 + 30 s */
    bool visit;
    int64_t last_touch_ms; /* timer clock */
    bool asking;           /* the idle question is on the screen */
    int64_t ask_until_ms;  /* timer clock */
    int shown_seconds;     /* of the countdown on the screen; 0 = none */

    char query[APP_QUERY]; /* what is typed into the current screen's search field */
    bool pad_open;         /* the letter and digit pad is shown */
    bool pad_digits;       /* … with digits */

    struct prices *prices;
    struct notices *notices;
    struct places *places;
    struct help *help;
    struct search *search;
};

MUST_CHECK enum err app_init(struct app *app, const struct config *cfg);
void app_finish(struct app *app);
/* After an update: when cache.db turned out to be damaged, the seed takes its place at once. True:
 * it did; huimin-sync must be told. */
MUST_CHECK bool app_left_damaged(struct app *app);
/* Opens DATA/cache.db, else the seed; at start and after EV_REOPEN. */
void app_open_store(struct app *app);
/* The one door for change. */
void app_update(struct app *app, const struct event *ev);
/* Timer clock ms when something is due (clock minute, idle question, its end); -1 = nothing. */
int64_t app_next_due_ms(const struct app *app);
/* Does what is due at `timer_ms`; true when the screen must be built anew. */
bool app_due(struct app *app, int64_t timer_ms);
const struct screen *app_screen(const struct app *app);
int64_t app_arg(const struct app *app);
int app_idle_seconds_left(const struct app *app);

#endif
