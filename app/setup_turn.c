/* setup_turn.c - the picture is turned at once, and turned back by itself unless somebody who sees
 * it touches one of its buttons: where the picture, or touch, is lost nobody could. A start hangs
 * it as it was last kept. */
#include "app/setup.h"

#include "app/app.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/display.h"

static void turn(struct setup *s, int quarters)
{
    s->turned = quarters & 3;
    display_turn(s->turned);
}

void setup_turn_kept(struct app *app)
{
    struct setup *s = app->setup;
    if (!s->turn_ms)
        return;
    s->turn_ms = 0;
    (void)setup_write_panel(app); /* what is wrong is on the page */
}

/* An arrow that points to the right is on a picture that hangs a quarter too far clockwise. */
void setup_pick_turn(struct app *app, int quarters)
{
    struct setup *s = app->setup;
    setup_turn_kept(app);
    if (quarters == 0) {
        setup_next(app);
        return;
    }
    s->turn_was = s->turned;
    turn(s, s->turned + quarters);
    s->turn_ms = clock_timer_ms() + SETUP_TURN_MS;
}

void setup_turn_back(struct app *app)
{
    struct setup *s = app->setup;
    if (!s->turn_ms)
        return;
    s->turn_ms = 0;
    log_warn("turned_back", "from=%d to=%d", s->turned, s->turn_was);
    turn(s, s->turn_was);
}

bool setup_turn_due(struct app *app, int64_t timer_ms)
{
    const struct setup *s = app->setup;
    if (!s->turn_ms || s->turn_ms > timer_ms)
        return false;
    setup_turn_back(app);
    return true;
}
