/* app.c - what every event does to the terminal: where we are, whose turn it is, what is due. */
#include "app/app.h"

#include "app/help.h"
#include "app/i18n.h"
#include "app/notices.h"
#include "app/places.h"
#include "app/prices.h"
#include "app/search.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"

#include <stdio.h>
#include <string.h>

#define HOME_REST_MS 30000 /* 首页 + 30 s without touch ends a visit */

const struct screen *screen_find(const char *name)
{
    for (int i = 0; screens[i]; i++)
        if (strcmp(screens[i]->name, name) == 0)
            return screens[i];
    return NULL;
}

const struct screen *app_screen(const struct app *app)
{
    return app->stack[app->depth - 1].screen;
}

int64_t app_arg(const struct app *app)
{
    return app->stack[app->depth - 1].n;
}

/* --- the store ---------------------------------------------------------------------------- */

static enum err open_cache(struct app *app)
{
    char path[512];
    snprintf(path, sizeof path, "%s/cache.db", app->config->data_dir);
    enum err e = store_open(path, STORE_READ, &app->store);
    if (e != OK && e != ERR_NOT_FOUND)
        log_warn("cache_not_opened", "err=%s", err_name(e));
    return e;
}

static enum err open_seed(struct app *app)
{
    char path[512];
    snprintf(path, sizeof path, "%s/seed.db", app->config->share_dir);
    enum err e = store_open(path, STORE_SEED, &app->store);
    if (e != OK)
        log_error("seed_not_opened", "err=%s", err_name(e));
    return e;
}

void app_open_store(struct app *app)
{
    store_close(app->store);
    app->store = NULL;
    app->seed = false;
    if (open_cache(app) != OK) {
        app->out_of_service = open_seed(app);
        app->seed = app->store != NULL;
    } else {
        app->out_of_service = OK;
    }
}

/* --- where we are ------------------------------------------------------------------------- */

static const struct screen *first_screen(const struct app *app)
{
    return app->out_of_service == OK ? screens[0] : screen_find("out_of_service");
}

static void enter_top(struct app *app, bool back)
{
    struct place_on_stack *top = &app->stack[app->depth - 1];
    app->came_back = back;
    app->pad_open = false;
    memcpy(app->query, top->query, sizeof app->query);
    if (top->screen->enter && app->store)
        top->screen->enter(app, top->n);
}

static void go_home(struct app *app)
{
    app->depth = 1;
    app->stack[0] = (struct place_on_stack){ .screen = first_screen(app) };
    enter_top(app, false);
}

static void go(struct app *app, const char *name, int64_t n)
{
    const struct screen *s = screen_find(name);
    if (!s) {
        log_error("no_such_screen", "screen=%s", name);
        return;
    }
    if (s == screens[0]) {
        go_home(app);
        return;
    }
    memcpy(app->stack[app->depth - 1].query, app->query, sizeof app->query);
    if (app->depth == APP_STACK) { /* forget the oldest step, keep home */
        memmove(app->stack + 1, app->stack + 2, sizeof app->stack[0] * (APP_STACK - 2));
        app->depth--;
    }
    app->stack[app->depth++] = (struct place_on_stack){ .screen = s, .n = n };
    app->visit = true;
    app->last_touch_ms = clock_timer_ms();
    enter_top(app, false);
}

static void go_back(struct app *app)
{
    if (app->depth > 1) {
        app->depth--;
        enter_top(app, true);
    }
}

/* --- aids and visits ---------------------------------------------------------------------- */

static void set_lang(const char *lang)
{
    if (i18n_set(lang) != OK)
        log_warn("unknown_language", "lang=%s", lang);
}

static bool aids_changed(const struct app *app)
{
    return app->taste.size != app->usual.size || app->taste.contrast != app->usual.contrast ||
           strcmp(i18n_lang(), app->config->lang) != 0;
}

static void end_visit(struct app *app)
{
    app->visit = false;
    app->asking = false;
    app->taste = app->usual;
    set_lang(app->config->lang);
    go_home(app);
}

static bool on_home(const struct app *app)
{
    return app->depth == 1;
}

static void touched(struct app *app)
{
    app->last_touch_ms = clock_timer_ms();
    if (app->asking)
        app->ask_until_ms = app->last_touch_ms + app->config->idle_answer_s * 1000;
}

static void stay(struct app *app)
{
    app->asking = false;
    app->last_touch_ms = clock_timer_ms();
}

/* When the idle rules act next: the question, its end, or the quiet end on home. -1 = never. */
static int64_t idle_due_ms(const struct app *app)
{
    if (app->asking)
        return app->ask_until_ms;
    if (!on_home(app))
        return app->last_touch_ms + app->config->idle_ask_s * 1000;
    if (app->visit)
        return app->last_touch_ms + HOME_REST_MS;
    if (aids_changed(app))
        return app->last_touch_ms + app->config->idle_ask_s * 1000;
    return -1;
}

static void idle_due(struct app *app)
{
    if (app->asking || on_home(app)) {
        end_visit(app);
        return;
    }
    app->asking = true;
    app->ask_until_ms = clock_timer_ms() + app->config->idle_answer_s * 1000;
}

int app_idle_seconds_left(const struct app *app)
{
    int64_t left = app->ask_until_ms - clock_timer_ms();
    return left > 0 ? (int)((left + 999) / 1000) : 0;
}

/* --- time --------------------------------------------------------------------------------- */

static void look_at_clock(struct app *app)
{
    int today = clock_today();
    app->now_ms = clock_wall_ms();
    if (today == app->today)
        return;
    app->today = today;
    if (app->depth && app_screen(app)->changed && app->store)
        app_screen(app)->changed(app, ""); /* "3 days ago" is 4 days ago now */
}

static int64_t least(int64_t a, int64_t b)
{
    return a < 0 || (b >= 0 && b < a) ? b : a;
}

int64_t app_next_due_ms(const struct app *app)
{
    int64_t now = clock_timer_ms();
    int64_t due = now + 60000 - clock_wall_ms() % 60000; /* the minute on the clock */
    due = least(due, idle_due_ms(app));
    if (app->asking)
        due = least(due, app->ask_until_ms - (app_idle_seconds_left(app) - 1) * 1000LL);
    return due;
}

bool app_due(struct app *app, int64_t timer_ms)
{
    int64_t minute = app->now_ms / 60000;
    int left = app->shown_seconds;
    int64_t idle = idle_due_ms(app);
    bool acted = idle >= 0 && idle <= timer_ms;
    if (acted)
        idle_due(app);
    look_at_clock(app);
    app->shown_seconds = app->asking ? app_idle_seconds_left(app) : 0;
    return acted || app->now_ms / 60000 != minute || app->shown_seconds != left;
}

/* --- the one door ------------------------------------------------------------------------- */

static void rows_changed(struct app *app, const char *channel)
{
    if (app_screen(app)->changed && app->store)
        app_screen(app)->changed(app, channel);
}

static void reopen(struct app *app)
{
    bool was_out = app->out_of_service != OK;
    app_open_store(app);
    if (was_out || app->out_of_service != OK)
        go_home(app);
    else
        rows_changed(app, "");
}

bool app_left_damaged(struct app *app)
{
    if (app->seed || !store_damaged(app->store))
        return false;
    log_warn("cache_damaged", "err=%s", err_name(ERR_CORRUPT));
    store_close(app->store);
    app->store = NULL;
    app->out_of_service = open_seed(app);
    app->seed = app->store != NULL;
    if (app->seed)
        rows_changed(app, "");
    else
        go_home(app);
    return true;
}

static void to_screen(struct app *app, const struct event *ev)
{
    if (app_screen(app)->event)
        app_screen(app)->event(app, ev);
}

void app_update(struct app *app, const struct event *ev)
{
    look_at_clock(app);
    switch (ev->type) {
    case EV_GO:
        go(app, ev->what, ev->n);
        break;
    case EV_BACK:
        go_back(app);
        break;
    case EV_HOME:
        go_home(app);
        break;
    case EV_LANG:
        set_lang(i18n_chinese() ? "en" : "zh_CN");
        rows_changed(app, "");
        break;
    case EV_SIZE:
        app->taste.size = (app->taste.size + 1) % 3;
        break;
    case EV_CONTRAST:
        app->taste.contrast = !app->taste.contrast;
        break;
    case EV_TOUCH:
        touched(app);
        break;
    case EV_STAY:
        stay(app);
        break;
    case EV_LEAVE:
        end_visit(app);
        break;
    case EV_CHANGED:
        if (app->seed)
            app_open_store(app); /* the first fetch has made a cache of our own */
        rows_changed(app, ev->s);
        break;
    case EV_REOPEN:
        reopen(app);
        break;
    case EV_TEXT:
    case EV_ERASE:
    case EV_PICK:
        to_screen(app, ev);
        break;
    case EV_NONE:
    case EV_PAGE:
    case EV_TIMER:
    case EV_LINE:
    case EV_READER:
    case EV_SAVED:
    case EV_NOT_SAVED:
    case EV_OUTBOX:
    case EV_PRINTED:
    case EV_ANSWER:
    case EV_PIN:
    case EV_DONE:
    case EV_STOP:
        break;
    }
}

enum err app_init(struct app *app, const struct config *cfg, const struct devices *dev)
{
    *app = (struct app){
        .config = cfg,
        .dev = *dev,
        .today = clock_today(),
        .now_ms = clock_wall_ms(),
        .last_touch_ms = clock_timer_ms(),
    };
    if (theme_parse(cfg->theme, &app->usual) != OK)
        return ERR_CONFIG;
    app->taste = app->usual;
    app->line.state = LINE_STOPPED;
    app->line.since_ms = app->now_ms;
    app->prices = prices_create();
    app->notices = notices_create();
    app->places = places_create();
    app->help = help_create();
    app->search = search_create();
    if (!app->prices || !app->notices || !app->places || !app->help || !app->search)
        return ERR_NOMEM;
    app_open_store(app);
    go_home(app);
    return OK;
}

void app_finish(struct app *app)
{
    search_destroy(app->search);
    help_destroy(app->help);
    places_destroy(app->places);
    notices_destroy(app->notices);
    prices_destroy(app->prices);
    store_close(app->store);
}
