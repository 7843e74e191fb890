/* place.c - one market, supermarket or service centre: where, when, the phone, and its prices. */
#include "screens/frame.h"
#include "screens/price_words.h"
#include "screens/screens.h"

#include "app/i18n.h"
#include "app/places.h"
#include "app/prices.h"
#include "app/say.h"
#include "app/widgets.h"
#include "hal/base/log.h"

#include <string.h>

static void place_load(struct app *app)
{
    frame_load(app);
    enum err e = places_load_one(app->places, app->store, app_arg(app));
    if (e == OK)
        e = prices_load_place(app->prices, app->store, app_arg(app), app->today);
    if (e != OK)
        log_warn("place_not_loaded", "err=%s", err_name(e));
}

static void place_enter(struct app *app, int64_t n)
{
    (void)n;
    place_load(app);
}

static void place_changed(struct app *app, const char *channel)
{
    (void)channel;
    place_load(app);
}

static const char *kind_word(const char *kind)
{
    if (kind && strcmp(kind, "centre") == 0)
        return T("places.kind.centre");
    if (kind && strcmp(kind, "hospital") == 0)
        return T("places.kind.hospital");
    return kind && strcmp(kind, "supermarket") == 0 ? T("places.kind.supermarket")
                                                    : T("places.kind.market");
}

static void place_head(struct ui *ui, const struct app *app, struct screen_head *out)
{
    const struct place_row *r = &app->places->one;
    out->area = AREA_SCENERY;
    out->icon = ICON_PLACE;
    if (!app->places->found)
        return;
    out->title = r->name;
    out->subtitle =
        i18n_fmt(ui_arena(ui), "say.pair", "a", r->township_name, "b", kind_word(r->kind), NULL);
}

static void fact(struct ui *ui, const char *id, uint32_t icon, const char *label, const char *value)
{
    ui_row(ui, &(struct ui_row){ .id = id,
                                 .icon = icon,
                                 .icon_color = TOK_RIVER,
                                 .title = value ? value : T("place.not_known"),
                                 .caption = label,
                                 .plain = value == NULL });
}

static void facts(struct ui *ui, const struct place_row *r)
{
    UI_CARD(ui, .w = UI_FILL, .divider = true)
    {
        fact(ui, "place.phone", ICON_PHONE, T("place.phone"), r->phone);
        fact(ui, "place.hours", ICON_SCHEDULE, T("place.hours"), r->hours);
        fact(ui, "place.address", ICON_PLACE, T("place.address"), r->address);
        fact(ui, "place.township", ICON_FLAG, T("place.township"), r->township_name);
    }
    ui_button(ui, &(struct ui_button){ .id = "place.others",
                                       .label = i18n_fmt(ui_arena(ui), "place.others", "town",
                                                         r->township_name, NULL),
                                       .icon = ICON_PLACE,
                                       .kind = BUTTON_SECONDARY,
                                       .w = UI_FILL,
                                       .on = UI_GO_TO("places", r->township) });
}

static void good(struct ui *ui, const struct good_row *g, int today)
{
    struct arena *a = ui_arena(ui);
    const char *day = say_first_large(a, say_age(a, g->best_day, today));
    ui_row(ui, &(struct ui_row){ .id = frame_id(ui, "place.good", g->id),
                                 .title = g->name,
                                 .caption = price_spec(ui, g),
                                 .right = price_yuan(ui, g->best_fen),
                                 .right_type = g->has_best ? TYPE_H3 : TYPE_LEAD,
                                 .right_caption = day,
                                 .middle_icon = g->has_best ? 0 : ICON_HISTORY,
                                 .middle = g->has_best ? NULL : T("place.old_price"),
                                 .chevron = true,
                                 .on = UI_GO_TO("price", g->id) });
}

static void goods(struct ui *ui, const struct app *app)
{
    const struct prices *p = app->prices;
    if (p->row_count == 0)
        return;
    UI_CARD(ui, .w = UI_FILL, .divider = true, .id = "place.goods", .role = ROLE_LIST)
    {
        UI(ui, .dir = UI_COL, .w = UI_FILL, .pad = UI_PAD2(32, 20))
        ui_label(ui,
                 &(struct ui_text){ .text = i18n_fmt(ui_arena(ui), "place.goods", "n",
                                                     say_number(ui_arena(ui), p->row_count), NULL),
                                    .type = TYPE_H3,
                                    .heading = true });
        for (int i = 0; i < p->row_count; i++)
            good(ui, &p->row[i], app->today);
    }
}

static void place_build(struct ui *ui, const struct app *app)
{
    if (!app->places->found) {
        ui_empty(ui, ICON_PLACE, T("place.gone"), NULL);
        return;
    }
    UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = 16)
    {
        FRAME_SCROLL(ui, "place.page")
        {
            bool wide = frame_wide(ui) && !ui_xbig(ui) && app->prices->row_count;
            UI(ui, .dir = wide ? UI_ROW : UI_COL, .w = UI_FILL, .gap = wide ? 40 : 24,
               .cross = wide ? UI_START : UI_STRETCH)
            {
                UI(ui, .dir = UI_COL, .w = wide ? UI_SHARE(960) : UI_FILL, .gap = 24)
                facts(ui, &app->places->one);
                UI(ui, .dir = UI_COL, .w = wide ? UI_SHARE(824) : UI_FILL)
                goods(ui, app);
            }
        }
        frame_pager(ui, app, "place.page");
    }
}

const struct screen screen_place = { .name = "place",
                                     .title = "place.title",
                                     .enter = place_enter,
                                     .head = place_head,
                                     .build = place_build,
                                     .changed = place_changed };
