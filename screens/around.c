/* around.c - how the air is, how high the rivers stand, how clean the water is. */
#include "app/around.h"

#include "screens/frame.h"
#include "screens/screens.h"
#include "screens/warnings_banner.h"

#include "app/i18n.h"
#include "app/say.h"
#include "app/widgets.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"

#include <stdlib.h>
#include <string.h>

enum {
    ICON_AIR = 0xefd8,
    ICON_WATER = 0xf084,
    ICON_RIVER = 0xe798,
    VILLAGE_DIGITS = 1000,
    TONE_FAIR = 1,
    TONE_BAD = 3
};

static void reload(struct app *app)
{
    frame_load(app);
    warnings_reload(app);
    int64_t township = strtoll(app->config->terminal_village, NULL, 10) / VILLAGE_DIGITS;
    enum err e = around_load(app->around, app->store, township);
    if (e != OK)
        log_warn("around_not_loaded", "err=%s", err_name(e));
}

static void around_enter(struct app *app, int64_t n)
{
    (void)n;
    reload(app);
}

static void around_changed(struct app *app, const char *channel)
{
    (void)channel;
    reload(app);
}

static void around_head(struct ui *ui, const struct app *app, struct screen_head *out)
{
    (void)ui;
    (void)app;
    out->area = AREA_SCENERY;
    out->icon = ICON_AIR;
    out->subtitle = T("around.subtitle");
}

static void title(struct ui *ui, const char *key)
{
    ui_label(ui, &(struct ui_text){ .text = T(key), .type = TYPE_H3, .heading = true });
}

/* --- air ---------------------------------------------------------------------------------- */

static enum chip_kind tone_chip(const struct air_level *l)
{
    if (!l)
        return CHIP_MUTE;
    return l->tone >= TONE_BAD ? CHIP_BAD : l->tone > TONE_FAIR ? CHIP_WARN : CHIP_OK;
}

static bool air_old(const struct app *app, const struct air_station *s)
{
    struct civil c = clock_civil(app->now_ms);
    int hours = (app->today - s->day) * 24 + c.hour - s->at_min / 60;
    return hours > AIR_OLD_H;
}

static const char *level_word(const struct air_station *s)
{
    return s->level && s->level->word ? s->level->word : T("around.no_level");
}

static const char *measured(struct ui *ui, const struct app *app, const struct air_station *s)
{
    struct arena *a = ui_arena(ui);
    const char *when = say_when(a, s->day, s->at_min, app->today);
    return i18n_fmt(a, air_old(app, s) ? "around.measured_old" : "around.measured", "when", when,
                    "standard", s->standard, NULL);
}

/* The nearest station, so that one look is enough. */
static void air_here(struct ui *ui, const struct app *app)
{
    const struct air_station *s = &app->around->air[0];
    struct arena *a = ui_arena(ui);
    bool column = ui_xbig(ui) && ui_theme(ui)->portrait;
    UI_CARD(ui, .w = UI_FILL, .pad = UI_PAD(32), .gap = 14, .id = "around.air")
    {
        ui_say_in(ui, TYPE_BODY, TOK_INK2, i18n_fmt(a, "around.air_at", "where", s->name, NULL));
        UI(ui, .dir = column ? UI_COL : UI_ROW, .w = UI_FILL, .gap = 28,
           .cross = column ? UI_START : UI_CENTER)
        {
            ui_label(ui, &(struct ui_text){
                             .text = say_number(a, s->aqi), .type = TYPE_H1, .id = "around.aqi" });
            ui_chip(ui, tone_chip(s->level), ICON_AIR, level_word(s));
        }
        if (s->level && s->level->advice)
            ui_say(ui, TYPE_LEADB, s->level->advice);
        if (s->pollutant)
            ui_say_in(ui, TYPE_BODY, TOK_INK2,
                      i18n_fmt(a, "around.pollutant", "what", s->pollutant, NULL));
        ui_say_in(ui, TYPE_CAP, air_old(app, s) ? TOK_PEELINK : TOK_INK2, measured(ui, app, s));
    }
}

static void air_elsewhere(struct ui *ui, const struct app *app)
{
    const struct around *r = app->around;
    if (r->air_count < 2)
        return;
    UI_CARD(ui, .w = UI_FILL, .divider = true, .id = "around.stations", .role = ROLE_LIST)
    for (int i = 1; i < r->air_count; i++) {
        const struct air_station *s = &r->air[i];
        ui_row(ui,
               &(struct ui_row){ .id = frame_id(ui, "around.station", i),
                                 .title = s->name,
                                 .caption = say_when(ui_arena(ui), s->day, s->at_min, app->today),
                                 .chip = level_word(s),
                                 .chip_kind = tone_chip(s->level),
                                 .chip_icon = ICON_AIR,
                                 .right = say_number(ui_arena(ui), s->aqi),
                                 .right_type = TYPE_LEADB });
    }
}

static void air(struct ui *ui, const struct app *app)
{
    title(ui, "around.air");
    if (app->around->air_count == 0) {
        ui_say(ui, TYPE_BODY, T("around.no_air"));
        return;
    }
    air_here(ui, app);
    air_elsewhere(ui, app);
}

/* --- rivers and water --------------------------------------------------------------------- */

static const char *metres(struct ui *ui, int64_t cm)
{
    struct arena *a = ui_arena(ui);
    return i18n_fmt(a, "around.metres", "m", say_yuan(a, cm), NULL);
}

static void rivers(struct ui *ui, const struct app *app)
{
    const struct around *r = app->around;
    struct arena *a = ui_arena(ui);
    if (r->river_count == 0)
        return;
    title(ui, "around.rivers");
    UI_CARD(ui, .w = UI_FILL, .divider = true, .id = "around.rivers", .role = ROLE_LIST)
    for (int i = 0; i < r->river_count; i++) {
        const struct river_station *s = &r->river[i];
        bool high = s->level_cm >= s->warn_cm;
        const char *warn = i18n_fmt(a, "around.warn_level", "m", metres(ui, s->warn_cm), NULL);
        ui_row(ui, &(struct ui_row){ .id = frame_id(ui, "around.river", i),
                                     .icon = ICON_RIVER,
                                     .icon_color = TOK_RIVER,
                                     .title = s->name,
                                     .caption =
                                         i18n_fmt(a, "say.pair", "a", warn, "b",
                                                  say_when(a, s->day, s->at_min, app->today), NULL),
                                     .chip = T(high ? "around.high" : "around.calm"),
                                     .chip_kind = high ? CHIP_BAD : CHIP_OK,
                                     .chip_icon = high ? ICON_ERROR : ICON_CHECK_CIRCLE,
                                     .right = metres(ui, s->level_cm),
                                     .right_type = TYPE_LEADB });
    }
}

static const char *grade(int n)
{
    static const char *const key[] = { "around.class1", "around.class2", "around.class3",
                                       "around.class4", "around.class5", "around.class6" };
    return T(key[n < 1 ? 0 : n > 6 ? 5 : n - 1]);
}

static void waters(struct ui *ui, const struct app *app)
{
    const struct around *r = app->around;
    struct arena *a = ui_arena(ui);
    if (r->water_count == 0)
        return;
    title(ui, "around.water");
    UI_CARD(ui, .w = UI_FILL, .divider = true, .id = "around.waters", .role = ROLE_LIST)
    for (int i = 0; i < r->water_count; i++) {
        const struct water_section *w = &r->water[i];
        bool reached = w->grade <= w->wanted, old = app->today - w->day > WATER_OLD_DAYS;
        const char *when = i18n_fmt(a, old ? "around.sampled_old" : "around.sampled", "day",
                                    say_date(a, w->day), "standard", w->standard, NULL);
        ui_row(ui, &(struct ui_row){ .id = frame_id(ui, "around.section", i),
                                     .icon = ICON_WATER,
                                     .icon_color = TOK_RIVER,
                                     .title = w->name,
                                     .caption = when,
                                     .chip = T(reached ? "around.reached" : "around.missed"),
                                     .chip_kind = reached ? CHIP_OK : CHIP_WARN,
                                     .chip_icon = reached ? ICON_CHECK_CIRCLE : ICON_ERROR,
                                     .right = grade(w->grade),
                                     .right_type = TYPE_BODYB });
    }
    ui_say_in(ui, TYPE_CAP, TOK_INK2, T("around.water_note"));
}

static void around_build(struct ui *ui, const struct app *app)
{
    bool wide = frame_wide(ui) && !ui_big(ui);
    UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = 16)
    {
        FRAME_SCROLL(ui, "around.page")
        {
            warnings_banner(ui, app);
            UI(ui, .dir = wide ? UI_ROW : UI_COL, .w = UI_FILL, .gap = wide ? 40 : 24,
               .cross = wide ? UI_START : UI_STRETCH)
            {
                UI(ui, .w = wide ? UI_SHARE(1) : UI_FILL, .gap = 20)
                air(ui, app);
                UI(ui, .w = wide ? UI_SHARE(1) : UI_FILL, .gap = 20)
                {
                    rivers(ui, app);
                    waters(ui, app);
                }
            }
        }
        frame_pager(ui, app, "around.page");
    }
}

const struct screen screen_around = { .name = "around",
                                      .title = "around.title",
                                      .enter = around_enter,
                                      .head = around_head,
                                      .build = around_build,
                                      .changed = around_changed };
