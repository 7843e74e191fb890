/* home.c - the first page: the newest notice, one field to find anything, and what there is here.
 */
#include "screens/dock.h"
#include "screens/frame.h"
#include "screens/screens.h"
#include "screens/warnings_banner.h"

#include "app/help.h"
#include "app/i18n.h"
#include "app/notices.h"
#include "app/places.h"
#include "app/services.h"
#include "app/spots.h"
#include "app/warnings.h"
#include "app/say.h"
#include "hal/base/clock.h"
#include "app/widgets.h"
#include "hal/base/log.h"

#include <string.h>

static void told(enum err e)
{
    if (e != OK)
        log_warn("home_not_loaded", "err=%s", err_name(e));
}

static void home_load(struct app *app)
{
    frame_load(app);
    told(notices_load_home(app->notices, app->store));
    told(places_load_counts(app->places, app->store));
    told(spots_load_counts(app->spots, app->store));
    warnings_reload(app);
    told(services_load_home(app->services, app->store));
}

static void home_enter(struct app *app, int64_t n)
{
    (void)n;
    home_load(app);
}

static void home_changed(struct app *app, const char *channel)
{
    (void)channel;
    home_load(app);
}

/* Typing on home begins a search. */
static void home_event(struct app *app, const struct event *ev)
{
    if (ev->type != EV_TEXT)
        return;
    struct event typed = *ev;
    app_update(app, &(struct event){ .type = EV_GO, .what = "search" });
    app_update(app, &typed);
}

/* --- the notice --------------------------------------------------------------------------- */

static const char *sender_and_day(struct ui *ui, const struct app *app, const struct notice_head *n)
{
    struct arena *a = ui_arena(ui);
    return i18n_fmt(a, "say.pair", "a", n->sender, "b", say_day(a, n->day, app->today), NULL);
}

static void read_all(struct ui *ui, const struct notice_head *n)
{
    ui_button(ui, &(struct ui_button){ .id = "home.notice",
                                       .label = T("home.read_all"),
                                       .kind = BUTTON_SECONDARY,
                                       .small = true,
                                       .on = UI_GO_TO("notice", n->id) });
}

static void notice_sign(struct ui *ui)
{
    ui_iconed(ui, ICON_CAMPAIGN, 44, TOK_JUJUBE, TYPE_BODYB, TOK_JUJUBE, T("home.village_notice"));
}

/* With room: who and when, the title large, how it begins. */
static void notice_tall(struct ui *ui, const struct app *app)
{
    const struct notice_head *n = &app->notices->head[0];
    UI(ui, .dir = UI_COL, .w = UI_FILL, .gap = 8)
    {
        UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 24)
        {
            notice_sign(ui);
            ui_label(ui, &(struct ui_text){ .text = sender_and_day(ui, app, n),
                                            .type = TYPE_CAP,
                                            .color = TOK_INK2,
                                            .w = UI_FILL });
            read_all(ui, n);
        }
        ui_label(ui, &(struct ui_text){ .text = n->title, .type = TYPE_H2, .heading = true });
        ui_label(ui, &(struct ui_text){ .text = app->notices->body,
                                        .type = TYPE_BODY,
                                        .color = TOK_INK2,
                                        .max_lines = 1 });
    }
}

/* On a wide panel: one line. */
static void notice_flat(struct ui *ui, const struct app *app)
{
    const struct notice_head *n = &app->notices->head[0];
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 24)
    {
        notice_sign(ui);
        UI(ui, .dir = UI_COL, .w = UI_FILL)
        {
            ui_label(ui,
                     &(struct ui_text){ .text = n->title, .type = TYPE_LEADB, .heading = true });
            ui_say_in(ui, TYPE_CAP, TOK_INK2, sender_and_day(ui, app, n));
        }
        read_all(ui, n);
    }
}

/* --- search ----------------------------------------------------------------------------- */

static void search_field(struct ui *ui)
{
    ui_field(ui, &(struct ui_field){ .id = "home.search",
                                     .name = T("home.search"),
                                     .value = "",
                                     .placeholder = T(ui_xbig(ui) || !ui_theme(ui)->portrait
                                                          ? "home.search_short"
                                                          : "home.search"),
                                     .icon = ICON_SEARCH,
                                     .on = UI_GO_TO("search", 0) });
}

/* --- services ----------------------------------------------------------------------------- */

enum { QUICK = 6, QUICK_DOCK = 4 };

static void services_head(struct ui *ui, const struct app *app)
{
    struct arena *a = ui_arena(ui);
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 28)
    {
        ui_badge(ui, AREA_SERVICES, 0, 0);
        UI(ui, .dir = UI_COL, .w = UI_FILL)
        {
            ui_label(ui, &(struct ui_text){
                             .text = T("services.title"), .type = TYPE_H3, .heading = true });
            if (!ui_xbig(ui))
                ui_say_in(ui, TYPE_CAP, TOK_INK2,
                          i18n_fmt(a, "home.services_fact", "n",
                                   say_number(a, app->services->total), NULL));
        }
    }
}

/* The platform says which are asked for most; ours are the first of them. */
static void quick(struct ui *ui, const struct app *app, int most, int cols)
{
    const struct services *s = app->services;
    UI(ui, .dir = UI_GRID, .cols = cols, .w = UI_FILL, .gap = 14)
    for (int i = 0, n = 0; i < s->quick_count && n < most; i++, n++)
        ui_button(
            ui, &(struct ui_button){ .id = frame_id(ui, "home.quick", i + 1),
                                     .label = service_called(s->quick[i].name, s->quick[i].name_en),
                                     .kind = BUTTON_QUIET,
                                     .w = UI_FILL,
                                     .on = UI_GO_TO("service", s->quick[i].key) });
}

static void services_card(struct ui *ui, const struct app *app, int most)
{
    struct arena *a = ui_arena(ui);
    bool column = ui_big(ui) || (!i18n_chinese() && !frame_wide(ui));
    if (app->services->total == 0)
        return;
    UI_CARD(ui, .w = UI_FILL, .pad = UI_PAD(frame_low(ui) ? 20 : 24), .gap = 14,
            .id = "home.services_card")
    {
        if (ui_theme(ui)->portrait)
            services_head(ui, app);
        if (ui_theme(ui)->portrait && !ui_xbig(ui))
            quick(ui, app, most, column ? 1 : 2);
        UI(ui, .dir = column ? UI_COL : UI_ROW, .w = UI_FILL, .gap = 16, .cross = UI_STRETCH)
        {
            ui_button(ui, &(struct ui_button){
                              .id = "home.services",
                              .label = i18n_fmt(a, "home.all_services", "n",
                                                say_number(a, app->services->total), NULL),
                              .icon_after = ICON_CHEVRON_RIGHT,
                              .kind = BUTTON_PRIMARY,
                              .w = UI_FILL,
                              .on = UI_GO_TO("services", 0) });
            ui_button(ui, &(struct ui_button){ .id = "home.progress",
                                               .label = T("home.progress"),
                                               .icon = ICON_MANAGE_SEARCH,
                                               .kind = BUTTON_SECONDARY,
                                               .w = UI_FILL,
                                               .on = UI_GO_TO("progress", 0) });
        }
        if (!ui_theme(ui)->portrait && !ui_big(ui))
            quick(ui, app, most, i18n_chinese() && !column ? 2 : 1);
    }
}

/* The card was taken: what was on the screen is gone, and it is said so for a moment. */
static void gone_banner(struct ui *ui, const struct app *app)
{
    if (clock_timer_ms() < app->banner_until_ms)
        ui_banner(ui, &(struct ui_banner){ .id = "home.gone",
                                           .kind = BANNER_OK,
                                           .title = T("home.gone"),
                                           .line = T("home.gone_line") });
}

/* --- layouts ------------------------------------------------------------------------------ */

static void offline_banner(struct ui *ui, const struct app *app)
{
    if (app->line.state != LINE_OFFLINE)
        return;
    ui_banner(ui, &(struct ui_banner){ .id = "home.offline",
                                       .kind = BANNER_WARN,
                                       .icon = ICON_CLOUD_OFF,
                                       .title = T("home.offline_title"),
                                       .line = T("home.offline_works") });
}

/* During a visit the way back to one's own page stands first. */
static void own_page(struct ui *ui, const struct app *app)
{
    struct arena *a = ui_arena(ui);
    const struct card_face *face = app->session.face;
    if (!face)
        return;
    const char *name = *face->name ? mask_name(a, face->name) : T("home.citizen_unnamed");
    UI_CARD(ui, .w = UI_FILL)
    ui_row(ui, &(struct ui_row){ .id = "home.citizen",
                                 .icon = ICON_PERSON,
                                 .icon_color = TOK_TEA,
                                 .title = i18n_fmt(a, "home.citizen", "name", name, NULL),
                                 .caption = T("home.citizen_line"),
                                 .chevron = true,
                                 .on = UI_GO_TO("citizen", 0) });
}

/* Without room for both, what is urgent takes the place of what is merely new. */
static bool has_notice(struct ui *ui, const struct app *app)
{
    int more;
    if ((!ui_theme(ui)->portrait || dock_wanted(app)) &&
        warnings_first(app->warnings, app->now_ms, &more))
        return false;
    return app->notices->count > 0 && !ui_xbig(ui) && !app->session.face;
}

/* --- what there is here -------------------------------------------------------------------- */

static bool has_cameras(const struct app *app)
{
    return app->spots->count > 0;
}

enum { ICON_AIR = 0xefd8, ICON_FOOD = 0xe56c };

/* In the order of how often they are asked for; `there` NULL: always. */
static const struct sign {
    const char *id, *title, *screen;
    enum area area;
    uint32_t icon; /* 0: the area's */
    bool (*there)(const struct app *app);
} signs[] = {
    { "home.prices", "prices.title", "prices", AREA_PRICES, 0, NULL },
    { "home.account", "account.title", "account", AREA_SERVICES, ICON_BADGE, NULL },
    { "home.village", "village.title", "village", AREA_VILLAGE, 0, NULL },
    { "home.cameras", "cameras.title", "cameras", AREA_SCENERY, 0, has_cameras },
    { "home.notices", "home.tile_notices", "notices", AREA_VILLAGE, ICON_CAMPAIGN, NULL },
    { "home.around", "around.title", "around", AREA_SCENERY, ICON_AIR, NULL },
    { "home.food", "food.title", "food", AREA_PRICES, ICON_FOOD, NULL },
    { "home.places", "home.tile_places", "places", AREA_SCENERY, ICON_PLACE, NULL },
};

static void sign(struct ui *ui, const struct sign *s, bool tall)
{
    struct ui_len w = UI_FILL;
    if (tall)
        w = (struct ui_len){ .how = UI_FIT };
    UI_CARD(ui, .dir = tall ? UI_COL : UI_ROW, .w = UI_FILL,
            .pad = tall ? UI_PAD2(8, 18) : UI_PAD2(20, 12), .gap = tall ? 10 : 16,
            .cross = UI_CENTER, .id = s->id, .role = ROLE_BUTTON, .name = T(s->title),
            .main_target = true, .on = UI_GO_TO(s->screen, 0))
    {
        ui_badge(ui, s->area, s->icon, 64);
        ui_label(ui, &(struct ui_text){ .text = T(s->title),
                                        .type = TYPE_LEADB,
                                        .align = tall ? UI_CENTER : UI_START,
                                        .w = w });
    }
}

/* A sign and a name of each: side by side while the words are short, in one list when they are
 * large. */
static void areas(struct ui *ui, const struct app *app, int cols)
{
    UI(ui, .dir = UI_GRID, .cols = cols, .w = UI_FILL, .gap = 16, .id = "home.areas",
       .role = ROLE_LIST)
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (!signs[i].there || signs[i].there(app))
            sign(ui, &signs[i], cols > 2);
}

/* Names of services are Chinese: among English words they would say nothing. */
static int quick_most(bool dock)
{
    if (!i18n_chinese())
        return 0;
    return dock ? QUICK_DOCK : QUICK;
}

static void narrow(struct ui *ui, const struct app *app)
{
    bool dock = dock_wanted(app);
    if (has_notice(ui, app) && app->line.state != LINE_OFFLINE)
        notice_tall(ui, app);
    search_field(ui);
    services_card(ui, app, quick_most(dock));
    areas(ui, app, ui_xbig(ui) ? 1 : ui_big(ui) ? 2 : 4);
}

/* A small wide panel, or a wide one during a visit: no notice (it stays among the notices), what to
 * touch first. */
static void low(struct ui *ui, const struct app *app)
{
    int most = app->session.face ? 2 : 4;
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 24, .cross = UI_START)
    {
        UI(ui, .w = UI_SHARE(3), .gap = 16)
        {
            search_field(ui);
            services_card(ui, app, ui_big(ui) || !i18n_chinese() ? 0 : most);
        }
        UI(ui, .w = UI_SHARE(ui_big(ui) ? 2 : 3))
        areas(ui, app, ui_big(ui) ? 1 : 2);
    }
}

/* Reading and doing at the left, the card's slot at the right from top to bar. */
static void wide(struct ui *ui, const struct app *app)
{
    bool dock = dock_wanted(app) && !dock_strip_wanted(app);
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 40, .cross = UI_STRETCH)
    {
        UI(ui, .w = UI_SHARE(1264), .gap = 24)
        {
            if (has_notice(ui, app))
                notice_flat(ui, app);
            search_field(ui);
            UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 24, .cross = UI_START)
            {
                UI(ui, .w = UI_SHARE(1))
                services_card(ui, app, ui_big(ui) ? 0 : i18n_chinese() ? 4 : 0);
                UI(ui, .w = UI_SHARE(1))
                areas(ui, app, ui_xbig(ui) ? 1 : 2);
            }
        }
        if (dock)
            UI(ui, .w = UI_DP(520), .cross = UI_STRETCH)
        dock_home(ui, app, true);
    }
}

/* What is urgent, and whose turn it is: side by side where a panel is wide but not high. */
static void now_and_yours(struct ui *ui, const struct app *app)
{
    if (ui_theme(ui)->portrait || ui_big(ui) || !app->session.face) {
        warnings_banner(ui, app);
        own_page(ui, app);
        return;
    }
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 24, .cross = UI_STRETCH)
    {
        warnings_banner(ui, app);
        own_page(ui, app);
    }
}

static void home_build(struct ui *ui, const struct app *app)
{
    FRAME_SCROLL(ui, "home.content")
    {
        gone_banner(ui, app);
        offline_banner(ui, app);
        now_and_yours(ui, app);
        if (frame_wide(ui) && !app->session.face)
            wide(ui, app);
        else if (!ui_theme(ui)->portrait)
            low(ui, app);
        else
            narrow(ui, app);
    }
}

const struct screen screen_home = { .name = "home",
                                    .title = "home.title",
                                    .enter = home_enter,
                                    .build = home_build,
                                    .event = home_event,
                                    .changed = home_changed };
