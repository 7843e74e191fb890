/* app.c - what every event does to the terminal: where we are, whose turn it is, what is due. */
#include "app/app.h"

#include "app/card_pad.h"
#include "app/card_pin.h"
#include "app/cases.h"
#include "app/form.h"
#include "app/genuine.h"
#include "app/handin.h"
#include "app/health.h"
#include "app/feed_tables.h"
#include "app/help.h"
#include "app/i18n.h"
#include "app/live.h"
#include "app/notices.h"
#include "app/papers.h"
#include "app/places.h"
#include "app/spots.h"
#include "app/village.h"
#include "app/around.h"
#include "app/food.h"
#include "app/warnings.h"
#include "app/prices.h"
#include "app/progress.h"
#include "app/search.h"
#include "app/proof.h"
#include "app/rating.h"
#include "app/services.h"
#include "app/social.h"
#include "app/suggest.h"
#include "app/typing.h"
#include "app/visit.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"

#include <stdio.h>
#include <string.h>

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
    if (e != OK || feed_cache_current(app->store))
        return e;
    /* Of another version: huimin-sync is about to make it anew; until then the seed is shown. */
    log_warn("cache_of_other_version", "dir=%s", app->config->data_dir);
    store_close(app->store);
    app->store = NULL;
    return ERR_FORMAT;
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

bool app_shut(const struct app *app)
{
    return app->closed_by_staff || setup_lost(app) || app->line.outbox == ERR_REVOKED;
}

bool app_in_use(const struct app *app)
{
    bool setting_up = setup_open(app) && clock_timer_ms() - app->last_touch_ms < SETUP_REST_MS;
    return setting_up || app->visit || app->staff_in || app->depth > 1 ||
           session_card(&app->session) != NULL;
}

static const struct screen *first_screen(const struct app *app)
{
    if (setup_open(app))
        return screen_find(setup_may(app) ? "setup" : "staff");
    bool open = app->out_of_service == OK && !app_shut(app);
    return open ? screens[0] : screen_find("out_of_service");
}

static void enter_top(struct app *app, bool back)
{
    struct place_on_stack *top = &app->stack[app->depth - 1];
    app->came_back = back;
    app->scan_says = SCAN_SAYS_NOTHING;
    typing_end(app->typing);
    live_close(app->live);
    papers_leave(app);
    card_pin_leave(app);
    setup_left(app);
    memcpy(app->query, top->query, sizeof app->query);
    app->query_fixed = strlen(app->query);
    if (top->screen->enter && app->store)
        top->screen->enter(app, top->n);
}

void app_home(struct app *app)
{
    app->depth = 1;
    app->stack[0] = (struct place_on_stack){ .screen = first_screen(app) };
    enter_top(app, false);
}

void app_go(struct app *app, const char *name, int64_t n)
{
    const struct screen *s = screen_find(name);
    if (!s) {
        log_error("no_such_screen", "screen=%s", name);
        return;
    }
    if (s == screens[0]) {
        app_home(app);
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

void app_back(struct app *app)
{
    if (app->depth > 1) {
        app->depth--;
        enter_top(app, true);
    }
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
    due = least(due, app->live_due_ms ? app->live_due_ms : -1);
    due = least(due, setup_due_ms(app));
    return least(due, visit_next_due_ms(app));
}

bool app_due(struct app *app, int64_t timer_ms)
{
    int64_t minute = app->now_ms / 60000;
    bool acted = visit_due(app, timer_ms);
    acted |= setup_due(app, timer_ms);
    card_pad_ask(app);
    look_at_clock(app);
    acted |= app->live_due_ms && app->live_due_ms <= timer_ms;
    app->live_due_ms = live_due_ms(app->live);
    health_tell(app);
    return acted || app->now_ms / 60000 != minute;
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
        app_home(app);
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
        app_home(app);
    return true;
}

static void to_screen(struct app *app, const struct event *ev)
{
    if (app_screen(app)->event)
        app_screen(app)->event(app, ev);
}

/* A page about a card covers the screen: what its buttons and the bar mean there. True: done. */
static bool card_page(struct app *app, const struct event *ev)
{
    bool covered = app->session.held || app->card_says != CARD_SAYS_NOTHING;
    if (!covered)
        return false;
    if (app->session.held) {
        if (ev->type == EV_BACK || ev->type == EV_HOME)
            visit_done(app);
        return ev->type == EV_BACK || ev->type == EV_HOME || ev->type == EV_GO;
    }
    if (ev->type == EV_BACK || (ev->type == EV_PICK && strcmp(ev->what, "card.without") == 0)) {
        visit_without_card(app);
        return true;
    }
    if (ev->type == EV_PICK && strcmp(ev->what, "card.renew") == 0) {
        visit_without_card(app);
        app_go(app, "services", 0);
        struct event typed = { .type = EV_TEXT, .what = "services.search" };
        snprintf(typed.s, sizeof typed.s, "%s", T("card.renew_words"));
        to_screen(app, &typed);
        return true;
    }
    if (ev->type == EV_GO || ev->type == EV_HOME)
        visit_without_card(app);
    return false;
}

/* A sentence about a scanned code stands in the screen's place until it is closed or left. */
static bool scan_page(struct app *app, const struct event *ev)
{
    bool close = ev->type == EV_BACK || (ev->type == EV_PICK && strcmp(ev->what, "scan.ok") == 0);
    if (app->scan_says == SCAN_SAYS_NOTHING || !close)
        return false;
    app->scan_says = SCAN_SAYS_NOTHING;
    return true;
}

static void count_outbox(struct app *app)
{
    if (app->dev.outbox && outbox_counts(app->dev.outbox, &app->waiting) != OK)
        log_debug("outbox_not_counted", "err=%s", err_name(ERR_IO));
}

static void pin_judged(struct app *app, const struct event *ev)
{
    app->pin_judging = false;
    app->pin_err = (enum err)ev->n;
    app->staff_in = ev->n == OK;
    if (!app->staff_in || !setup_unlocked(app))
        to_screen(app, ev);
}

/* The platform has shut us out, or let us in again: a visit that runs comes to its end first. */
static void shut_or_open(struct app *app)
{
    bool staff = strcmp(app_screen(app)->name, "staff") == 0;
    if (app->stack[0].screen != first_screen(app) && !app->visit && !staff)
        app_home(app);
}

static void saved_or_not(struct app *app, const struct event *ev)
{
    if (ev->type == EV_SAVED) {
        count_outbox(app);
        if (app->dev.link)
            line_outbox(app->dev.link); /* it goes up now, or when there is a line */
        handin_saved(app, ev->n, ev->s);
    } else if (app->form->busy) {
        handin_not_saved(app, (enum err)ev->n);
    } else {
        rating_not_saved(app, (enum err)ev->n);
    }
}

/* What workers and devices say. */
static bool from_outside(struct app *app, const struct event *ev)
{
    switch (ev->type) {
    case EV_LINE:
        shut_or_open(app);
        genuine_line(app);
        errand_next(app);
        setup_line(app);
        return false;
    case EV_READER:
        visit_reader(app);
        return true;
    case EV_SAVED:
    case EV_NOT_SAVED:
        saved_or_not(app, ev);
        return true;
    case EV_OUTBOX:
        count_outbox(app);
        cases_changed(app);
        progress_changed(app);
        to_screen(app, ev);
        return true;
    case EV_PRINTED:
        setup_printed(app, (enum err)ev->n);
        if (!proof_printed(app, (enum err)ev->n))
            app->receipt->printed = (enum err)ev->n;
        to_screen(app, ev);
        return true;
    case EV_CAMERA:
    case EV_DOCCAM:
        to_screen(app, ev);
        return true;
    case EV_ANSWER:
        cases_answer(app, ev->n);
        progress_answer(app, ev->n);
        social_answer(app, ev->n);
        suggest_answer(app, ev->n);
        proof_answer(app, ev->n);
        genuine_answer(app, ev->n);
        errand_next(app);
        return true;
    case EV_SCAN:
        scan_came(app);
        return true;
    case EV_PINPAD:
        card_pad_came(app);
        return true;
    case EV_PIN:
        pin_judged(app, ev);
        return true;
    case EV_PIN_SET:
        setup_pin_set(app, (enum err)ev->n);
        return true;
    case EV_ENROLLED:
        if (app->enrol.asked)
            enrol_form_came(&app->enrol, ev);
        setup_enrolled(app, ev);
        return true;
    default:
        return false;
    }
}

static void from_line(struct app *app, const struct event *ev)
{
    if (ev->type == EV_REOPEN) {
        reopen(app);
        return;
    }
    if (app->seed)
        app_open_store(app); /* the first fetch has made a cache of our own */
    rows_changed(app, ev->s);
}

static void by_hand(struct app *app, const struct event *ev)
{
    switch (ev->type) {
    case EV_GO:
        app_go(app, ev->what, ev->n);
        break;
    case EV_BACK:
        if (!app_screen(app)->back || !app_screen(app)->back(app))
            app_back(app);
        break;
    case EV_HOME:
        app_home(app);
        break;
    case EV_LANG:
        visit_lang(i18n_chinese() ? "en" : "zh_CN");
        rows_changed(app, "");
        break;
    case EV_SIZE:
        app->taste.size = (app->taste.size + 1) % 3;
        break;
    case EV_CONTRAST:
        app->taste.contrast = !app->taste.contrast;
        break;
    case EV_TOUCH:
        visit_touched(app);
        break;
    case EV_STAY:
        visit_stay(app);
        break;
    case EV_LEAVE:
    case EV_DONE:
        visit_done(app);
        break;
    case EV_TEXT:
    case EV_ERASE:
    case EV_PICK:
        to_screen(app, ev);
        break;
    default:
        break;
    }
}

void app_update(struct app *app, const struct event *ev)
{
    look_at_clock(app);
    if (ev->type == EV_CHANGED || ev->type == EV_REOPEN)
        from_line(app, ev);
    else if (!from_outside(app, ev) && !card_page(app, ev) && !scan_page(app, ev))
        by_hand(app, ev);
    card_pad_ask(app);
    app->live_due_ms = live_due_ms(app->live);
    if (ev->type == EV_LINE || ev->type == EV_READER || ev->type == EV_PRINTED)
        health_tell(app);
    if (app->setup && app->setup->restart && !app->visit && !session_card(&app->session))
        app->ending = true;
}

static enum err make_models(struct app *app)
{
    app->prices = prices_create();
    app->notices = notices_create();
    app->places = places_create();
    app->spots = spots_create();
    app->village = village_create();
    app->around = around_create();
    app->warnings = warnings_create();
    app->food = food_create();
    app->live = live_create(app->dev.cameras);
    app->help = help_create();
    app->search = search_create();
    app->services = services_create();
    app->progress = progress_create();
    app->rating = rating_create();
    snprintf(app->ime_dir, sizeof app->ime_dir, "%s/ime", app->config->share_dir);
    app->typing = typing_create(app->ime_dir);
    if (!app->prices || !app->notices || !app->places || !app->help || !app->search ||
        !app->services || !app->progress || !app->rating || !app->typing || !app->spots ||
        !app->live || !app->village || !app->around || !app->warnings || !app->food)
        return ERR_NOMEM;
    return OK;
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
    enum err e = make_models(app);
    if (e == OK)
        e = visit_init(app);
    if (e != OK)
        return e;
    app->closed_by_staff = staff_closed(app->config->data_dir);
    app->setup = setup_create(app);
    app_open_store(app);
    count_outbox(app);
    app_home(app);
    return OK;
}

void app_finish(struct app *app)
{
    papers_forget(app->papers);
    setup_destroy(app->setup);
    session_finish(&app->session);
    live_destroy(app->live);
    spots_destroy(app->spots);
    village_destroy(app->village);
    around_destroy(app->around);
    warnings_destroy(app->warnings);
    food_destroy(app->food);
    typing_destroy(app->typing);
    rating_destroy(app->rating);
    progress_destroy(app->progress);
    services_destroy(app->services);
    search_destroy(app->search);
    help_destroy(app->help);
    places_destroy(app->places);
    notices_destroy(app->notices);
    prices_destroy(app->prices);
    store_close(app->store);
}
