/* camera.c - one camera at full rate, and beside it how full it is there, when it is open, and the
 * way. */
#include "screens/camera_words.h"
#include "screens/frame.h"
#include "screens/screens.h"

#include "app/i18n.h"
#include "app/say.h"
#include "app/widgets.h"
#include "hal/base/log.h"

#include <string.h>

enum { SLOT = 0, SIDE = 48, LEVELS = 5, BELOW = 600 };

static const struct camera_row *here(const struct app *app)
{
    return spots_find(app->spots, app_arg(app));
}

static void camera_load(struct app *app)
{
    frame_load(app);
    enum err e = spots_load(app->spots, app->store);
    if (e != OK)
        log_warn("spots_not_loaded", "err=%s", err_name(e));
    if (here(app))
        live_open(app->live, SLOT, here(app), CAMERA_FULL);
}

static void camera_enter(struct app *app, int64_t n)
{
    (void)n;
    camera_load(app);
}

static void camera_changed(struct app *app, const char *channel)
{
    (void)channel;
    camera_load(app);
}

static void camera_event(struct app *app, const struct event *ev)
{
    if (ev->type == EV_PICK && strcmp(ev->what, "camera.retry") == 0 && here(app))
        live_retry(app->live, SLOT, here(app), CAMERA_FULL);
}

static void camera_head(struct ui *ui, const struct app *app, struct screen_head *out)
{
    const struct camera_row *c = here(app);
    out->area = AREA_SCENERY;
    if (!c)
        return;
    out->title = camera_name(ui, c);
    out->subtitle = c->spot.grade ? i18n_fmt(ui_arena(ui), "camera.graded", "grade", c->spot.grade,
                                             "town", c->spot.township_name, NULL)
                                  : c->spot.township_name;
}

/* --- is it of now? ---------------------------------------------------------------------------- */

static const char *age(struct ui *ui, const struct app *app, const struct live_view *v)
{
    struct arena *a = ui_arena(ui);
    int64_t minutes = (app->now_ms - v->taken_ms) / 60000;
    if (minutes < 1)
        return T("camera.age_moment");
    if (minutes < 120)
        return i18n_fmt(a, "camera.age_minutes", "n", say_number(a, minutes), NULL);
    return i18n_fmt(a, "camera.age_hours", "n", say_number(a, minutes / 60), NULL);
}

static void truth(struct ui *ui, const struct app *app, const struct live_view *v)
{
    struct arena *a = ui_arena(ui);
    if (v->now) {
        camera_state(ui, app, v, "camera.state");
        return;
    }
    if (v->state == CAMERA_CONNECTING && !v->has_picture) {
        camera_state(ui, app, v, "camera.state");
        return;
    }
    const char *why = i18n_fmt(a, "say.two", "a", camera_why(ui, v), "b",
                               v->retry_s > 0 ? T("camera.by_itself") : T("camera.trying"), NULL);
    if (!v->has_picture) {
        ui_banner(ui, &(struct ui_banner){ .id = "camera.state",
                                           .kind = BANNER_INFO,
                                           .title = T("camera.none"),
                                           .line = why });
        return;
    }
    const char *when = say_time(a, v->taken_ms, app->today);
    ui_banner(ui,
              &(struct ui_banner){ .id = "camera.state",
                                   .kind = BANNER_WARN,
                                   .icon = ICON_PAUSE,
                                   .title = i18n_fmt(a, "camera.stopped_at", "time", when, NULL),
                                   .line = age(ui, app, v),
                                   .line2 = why });
}

static void ways_on(struct ui *ui, const struct live_view *v)
{
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 16)
    {
        if (!v->now)
            ui_button(ui, &(struct ui_button){ .id = "camera.retry",
                                               .label = T("camera.retry"),
                                               .icon = ICON_REFRESH,
                                               .kind = BUTTON_PRIMARY,
                                               .main = true,
                                               .w = UI_FILL,
                                               .on = UI_PICK_ON("camera.retry", 0) });
        ui_button(ui, &(struct ui_button){ .id = "camera.elsewhere",
                                           .label = T("camera.elsewhere"),
                                           .icon = ICON_LANDSCAPE,
                                           .kind = BUTTON_SECONDARY,
                                           .w = UI_FILL,
                                           .on = UI_GO_TO("cameras", 0) });
    }
}

/* --- how it is there ----------------------------------------------------------------------------
 */

static void gauge(struct ui *ui, const char *id, const char *label, int n, int most,
                  const char *unit)
{
    struct arena *a = ui_arena(ui);
    const char *is = i18n_fmt(a, unit, "n", say_number(a, n), NULL);
    if (n < 0)
        return;
    if (most > 0)
        is = i18n_fmt(a, "camera.of", "n", is, "most",
                      i18n_fmt(a, unit, "n", say_number(a, most), NULL), NULL);
    UI(ui, .dir = UI_COL, .w = UI_FILL, .gap = 8, .id = id, .role = ROLE_STATUS)
    {
        UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 16)
        {
            ui_label(ui, &(struct ui_text){ .text = label, .type = TYPE_BODY, .w = UI_FILL });
            ui_say(ui, TYPE_BODYB, is);
        }
        if (most > 0)
            ui_meter(ui, n < most ? (float)n / (float)most : 1, 20,
                     n * 10 >= most * 8 ? TOK_PEELINK : TOK_RIVER, TOK_WASH);
    }
}

static void warning(struct ui *ui, const struct spot_now *n)
{
    static const char *const key[LEVELS] = { "", "camera.level.blue", "camera.level.yellow",
                                             "camera.level.orange", "camera.level.red" };
    if (n->level <= 0 || n->level >= LEVELS)
        return;
    ui_banner(ui, &(struct ui_banner){ .id = "camera.level",
                                       .kind = n->level >= 3 ? BANNER_BAD : BANNER_WARN,
                                       .title = T(key[n->level]),
                                       .line = n->note });
}

static void crowd(struct ui *ui, const struct app *app, const struct spot *s)
{
    struct arena *a = ui_arena(ui);
    if (!s->has_now)
        return;
    warning(ui, &s->now);
    UI_CARD(ui, .w = UI_FILL, .pad = UI_PAD(28), .gap = 20, .id = "camera.crowd")
    {
        const char *when = say_when(a, s->now.day, s->now.at_min, app->today);
        gauge(ui, "camera.visitors", T("camera.visitors"), s->now.visitors, s->visitors_max,
              "camera.n_people");
        gauge(ui, "camera.vehicles", T(s->road ? "camera.passing" : "camera.parked"),
              s->now.vehicles, s->vehicles_max, "camera.n_cars");
        ui_say_in(ui, TYPE_CAP, TOK_INK2, i18n_fmt(a, "camera.reported", "when", when, NULL));
    }
}

static void fact(struct ui *ui, const char *id, uint32_t icon, const char *label, const char *value)
{
    if (value)
        ui_row(ui, &(struct ui_row){ .id = id,
                                     .icon = icon,
                                     .icon_color = TOK_RIVER,
                                     .title = value,
                                     .caption = label });
}

static void facts(struct ui *ui, const struct spot *s)
{
    UI_CARD(ui, .w = UI_FILL, .divider = true)
    {
        fact(ui, "camera.hours", ICON_SCHEDULE, T("place.hours"), s->hours);
        fact(ui, "camera.way", ICON_PLACE, T(s->road ? "camera.node" : "camera.way"), s->way);
        fact(ui, "camera.phone", ICON_PHONE, T("place.phone"), s->phone);
    }
}

static void camera_build(struct ui *ui, const struct app *app)
{
    const struct camera_row *c = here(app);
    const struct theme *t = ui_theme(ui);
    if (!c) {
        ui_empty(ui, ICON_LANDSCAPE, T("camera.gone"), NULL);
        return;
    }
    bool wide = !t->portrait && !ui_xbig(ui);
    float w = t->w_dp - 2 * SIDE;
    if (!t->portrait)
        w = wide ? w * 0.56f : w;
    /* What is said under it should be seen too, but not in too narrow a column. */
    float high = (t->h_dp - BELOW) * 16 / 9, least = (t->w_dp - 2 * SIDE) * 0.46f;
    if (!t->portrait && w > high)
        w = high > least ? high : least;
    struct live_view v = live_look(app->live, SLOT);
    UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = 16)
    {
        FRAME_SCROLL(ui, "camera.page")
        {
            UI(ui, .dir = wide ? UI_ROW : UI_COL, .w = UI_FILL, .gap = 24,
               .cross = wide ? UI_START : UI_STRETCH)
            {
                UI(ui, .dir = UI_COL, .w = wide ? UI_DP(w) : UI_FILL, .gap = 16)
                {
                    if (v.has_picture || v.state == CAMERA_CONNECTING)
                        camera_picture(ui, app, SLOT, c, "camera.picture", w, w * 9 / 16);
                    truth(ui, app, &v);
                    ways_on(ui, &v);
                }
                UI(ui, .dir = UI_COL, .w = UI_FILL, .gap = 16)
                {
                    crowd(ui, app, &c->spot);
                    facts(ui, &c->spot);
                }
            }
        }
        frame_pager(ui, app, "camera.page");
    }
}

const struct screen screen_camera = { .name = "camera",
                                      .title = "cameras.title",
                                      .enter = camera_enter,
                                      .head = camera_head,
                                      .build = camera_build,
                                      .event = camera_event,
                                      .changed = camera_changed };
