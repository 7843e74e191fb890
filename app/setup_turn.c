/* setup_turn.c - a picture that was turned is turned back by itself, unless somebody who sees it
 * touches one of its buttons: where the picture, or touch, is lost nobody could. */
#include "app/setup.h"

#include "app/app.h"
#include "hal/base/clock.h"
#include "hal/base/io.h"
#include "hal/base/log.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PATH_CAP = CONFIG_TEXT + 32 };

static void path_of(const struct app *app, char out[PATH_CAP])
{
    snprintf(out, PATH_CAP, "%.*s/turned", CONFIG_TEXT, app->config->setup_dir);
}

/* Turning ends the program: what it was before is kept in SETUP/turned, beside the wish. */
static void remember(struct app *app, const char *rotate)
{
    struct setup *s = app->setup;
    char path[PATH_CAP];
    snprintf(s->turn_back, sizeof s->turn_back, "%s", *rotate ? rotate : "normal");
    path_of(app, path);
    enum err e = io_replace(AT_FDCWD, path, s->turn_back, strlen(s->turn_back), 0660);
    if (e != OK)
        log_warn("turn_not_kept", "err=%s", err_name(e));
}

void setup_turn_kept(struct app *app)
{
    struct setup *s = app->setup;
    char path[PATH_CAP];
    if (!*s->turn_back || s->wait == WISH_ASKED)
        return;
    path_of(app, path);
    (void)unlink(path);
    s->turn_back[0] = '\0';
    s->turn_ms = 0;
}

void setup_turn_load(const struct app *app, struct setup *s)
{
    char path[PATH_CAP], was[16];
    const char *now = *s->kept.rotate ? s->kept.rotate : "normal";
    size_t n = 0;
    path_of(app, path);
    if (io_slurp(AT_FDCWD, path, was, sizeof was, &n) != OK)
        return;
    if (strcmp(was, now) == 0) { /* it was not turned, or is turned back */
        (void)unlink(path);
        return;
    }
    snprintf(s->turn_back, sizeof s->turn_back, "%.11s", was);
    s->turn_ms = clock_timer_ms() + SETUP_TURN_MS;
    s->wait = WISH_DONE;
    s->page = SETUP_TURN;
    s->alone = !s->open;
}

static bool send(struct app *app, const char *rotate)
{
    struct wish w = { 0 };
    if (wish_set(&w, "rotate", rotate))
        return false;
    setup_wish_send(app, &w);
    return true;
}

static void looked_at(struct app *app)
{
    struct setup *s = app->setup;
    (void)setup_write_panel(app);
    s->alone = false;
    app_home(app);
}

/* An arrow that points to the right is on a picture that hangs a quarter too far clockwise. */
void setup_pick_turn(struct app *app, int quarters)
{
    static const char *const word[] = { "normal", "left", "inverted", "right" };
    struct setup *s = app->setup;
    if (s->wait == WISH_ASKED)
        return;
    setup_turn_kept(app);
    if (quarters == 0 && !s->alone)
        setup_next(app);
    if (quarters == 0 && s->alone)
        looked_at(app);
    if (quarters == 0)
        return;
    remember(app, s->kept.rotate);
    (void)send(app, word[(s->turned + quarters) % 4]);
}

/* The system has answered, or has not. */
void setup_turn_ended(struct app *app)
{
    struct setup *s = app->setup;
    if (s->page != SETUP_TURN || s->wait == WISH_ASKED)
        return;
    if (s->wait == WISH_DONE && *s->turn_back)
        s->turn_ms = clock_timer_ms() + SETUP_TURN_MS;
    else
        setup_turn_kept(app); /* it was not turned, or is turned back */
    if (s->alone && !*s->turn_back)
        looked_at(app);
}

bool setup_turn_due(struct app *app, int64_t timer_ms)
{
    struct setup *s = app->setup;
    char was[sizeof s->turn_back], path[PATH_CAP];
    if (!s->turn_ms || s->turn_ms > timer_ms || s->wait == WISH_ASKED)
        return false;
    memcpy(was, s->turn_back, sizeof was);
    s->turn_ms = 0;
    s->turn_back[0] = '\0';
    s->page = SETUP_TURN;
    log_warn("turned_back", "rotate=%s", was);
    if (!send(app, was))
        setup_turn_ended(app);
    path_of(app, path); /* from now on asked.conf says so */
    (void)unlink(path);
    return true;
}
