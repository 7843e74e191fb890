/* places.c - the townships, and in each its markets, supermarkets and service centres. */
#include "screens/frame.h"
#include "screens/screens.h"

#include "app/i18n.h"
#include "app/places.h"
#include "app/say.h"
#include "app/widgets.h"
#include "hal/base/log.h"

#include <stdlib.h>
#include <string.h>

enum { ICON_HOSPITAL = 0xe548, ICON_MAP = 0xe55b };

/* n = 0: all townships; else the code of one. */
static void places_load(struct app *app)
{
    frame_load(app);
    int64_t code = app_arg(app);
    enum err e = code ? places_load_township(app->places, app->store, code)
                      : places_load_townships(app->places, app->store);
    if (e != OK)
        log_warn("places_not_loaded", "err=%s", err_name(e));
}

static void places_enter(struct app *app, int64_t n)
{
    (void)n;
    places_load(app);
}

static void places_changed(struct app *app, const char *channel)
{
    (void)channel;
    places_load(app);
}

static const char *count_words(struct ui *ui, const struct township *t)
{
    struct arena *a = ui_arena(ui);
    if (t->places == 0)
        return i18n_fmt(a, "places.counts_none", "villages", say_number(a, t->villages), NULL);
    return i18n_fmt(a, "places.counts", "places", say_number(a, t->places), "villages",
                    say_number(a, t->villages), NULL);
}

static void places_head(struct ui *ui, const struct app *app, struct screen_head *out)
{
    const struct places *p = app->places;
    struct arena *a = ui_arena(ui);
    out->area = AREA_SCENERY;
    out->icon = ICON_PLACE;
    if (app_arg(app) && p->found) {
        out->title = p->here.name;
        out->subtitle = count_words(ui, &p->here);
    } else if (!app_arg(app)) {
        out->subtitle = i18n_fmt(a, "places.subtitle", "towns", say_number(a, p->township_count),
                                 "places", say_number(a, p->total), NULL);
    }
}

/* --- all townships ------------------------------------------------------------------------ */

/* The terminal's own comes first and says so. */
static void township(struct ui *ui, const struct township *t, bool own)
{
    UI_CARD(ui, .w = UI_FILL)
    ui_row(ui, &(struct ui_row){ .id = frame_id(ui, "places.township", t->code),
                                 .title = t->name,
                                 .caption = own ? T("places.own") : count_words(ui, t),
                                 .chevron = true,
                                 .on = UI_GO_TO("places", t->code) });
}

static void townships(struct ui *ui, const struct app *app)
{
    const struct places *p = app->places;
    /* a village's code is its township's and three digits more */
    int64_t own = strtoll(app->config->terminal_village, NULL, 10) / 1000;
    bool portrait = ui_theme(ui)->portrait;
    int cols = ui_big(ui) ? (portrait ? 1 : 2) : (portrait ? 2 : 3);
    ui_button(ui, &(struct ui_button){ .id = "places.map",
                                       .label = T("places.map"),
                                       .icon = ICON_MAP,
                                       .kind = BUTTON_SECONDARY,
                                       .main = true,
                                       .w = UI_FILL,
                                       .on = UI_GO_TO("map", 0) });
    ui_label(ui,
             &(struct ui_text){ .text = T("places.choose"), .type = TYPE_LEADB, .heading = true });
    UI(ui, .dir = UI_GRID, .cols = cols, .w = UI_FILL, .gap = 16, .id = "places.townships",
       .role = ROLE_LIST, .name = T("places.choose"))
    {
        for (int i = 0; i < p->township_count; i++)
            if (p->township[i].code == own)
                township(ui, &p->township[i], true);
        for (int i = 0; i < p->township_count; i++)
            if (p->township[i].code != own)
                township(ui, &p->township[i], false);
    }
}

/* --- one township ------------------------------------------------------------------------- */

static uint32_t kind_icon(const char *kind)
{
    if (kind && strcmp(kind, "centre") == 0)
        return ICON_SUPPORT_AGENT;
    if (kind && strcmp(kind, "hospital") == 0)
        return ICON_HOSPITAL;
    return kind && strcmp(kind, "supermarket") == 0 ? 0xe8cc : ICON_STOREFRONT; /* a trolley */
}

static void place(struct ui *ui, const struct place_row *r)
{
    struct arena *a = ui_arena(ui);
    const char *caption =
        r->hours ? i18n_fmt(a, "say.pair", "a", r->address, "b", r->hours, NULL) : r->address;
    ui_row(ui, &(struct ui_row){ .id = frame_id(ui, "places.row", r->id),
                                 .icon = kind_icon(r->kind),
                                 .icon_color = TOK_RIVER,
                                 .title = r->name,
                                 .caption = caption,
                                 .chevron = true,
                                 .on = UI_GO_TO("place", r->id) });
}

static void one_township(struct ui *ui, const struct places *p)
{
    if (p->row_count) {
        UI_CARD(ui, .w = UI_FILL, .divider = true, .id = "places.list", .role = ROLE_LIST)
        for (int i = 0; i < p->row_count; i++)
            place(ui, &p->row[i]);
    } else {
        ui_banner(ui, &(struct ui_banner){ .id = "places.none",
                                           .kind = BANNER_INFO,
                                           .title = T("places.none_here"),
                                           .line = T("places.none_here_hint") });
    }
    if (!*p->villages)
        return;
    UI_CARD(ui, .w = UI_FILL, .pad = UI_PAD(32), .gap = 12)
    {
        ui_label(ui, &(struct ui_text){
                         .text = T("places.villages"), .type = TYPE_LEADB, .heading = true });
        ui_say(ui, TYPE_BODY, p->villages);
    }
}

static void places_build(struct ui *ui, const struct app *app)
{
    const struct places *p = app->places;
    UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = 16)
    {
        FRAME_SCROLL(ui, "places.page")
        {
            if (app_arg(app) && p->found)
                one_township(ui, p);
            else if (p->township_count)
                townships(ui, app);
            else
                ui_empty(ui, ICON_PLACE, T("places.none_yet"), NULL);
        }
        frame_pager(ui, app, "places.page");
    }
}

const struct screen screen_places = { .name = "places",
                                      .title = "places.title",
                                      .enter = places_enter,
                                      .head = places_head,
                                      .build = places_build,
                                      .changed = places_changed };
