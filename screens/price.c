/* price.c - one good: who is cheapest, all other places, and the last 90 days. */
#include "screens/frame.h"
#include "screens/price_words.h"
#include "screens/screens.h"

#include "app/i18n.h"
#include "app/prices.h"
#include "app/say.h"
#include "app/widgets.h"
#include "hal/base/log.h"

#include <string.h>

static void price_load(struct app *app)
{
    frame_load(app);
    enum err e = prices_load_good(app->prices, app->store, app_arg(app), app->today);
    if (e != OK)
        log_warn("price_not_loaded", "err=%s", err_name(e));
}

static void price_enter(struct app *app, int64_t n)
{
    (void)n;
    price_load(app);
}

static void price_changed(struct app *app, const char *channel)
{
    (void)channel;
    price_load(app);
}

static void price_head(struct ui *ui, const struct app *app, struct screen_head *out)
{
    const struct prices *p = app->prices;
    out->area = AREA_PRICES;
    if (!p->found)
        return;
    out->title = p->good.name;
    out->subtitle = price_spec(ui, &p->good);
}

/* --- the key figure ----------------------------------------------------------------------- */

static void figure(struct ui *ui, const struct app *app)
{
    const struct good_row *g = &app->prices->good;
    UI(ui, .dir = UI_COL, .gap = 4, .cross = UI_START)
    {
        ui_chip(ui, CHIP_SEL, ICON_CHECK,
                T(g->best_day == app->today ? "price.cheapest_today" : "price.cheapest_now"));
        UI(ui, .dir = UI_ROW, .gap = 16, .cross = UI_END)
        {
            ui_label(ui, &(struct ui_text){ .text = price_yuan(ui, g->best_fen),
                                            .type = TYPE_NUM,
                                            .tabular = true,
                                            .id = "price.best" });
            ui_say(ui, TYPE_LEAD, g->unit);
        }
    }
}

static void figure_words(struct ui *ui, const struct app *app, enum ui_align side)
{
    const struct good_row *g = &app->prices->good;
    struct arena *a = ui_arena(ui);
    const char *who = g->best_name, *change = price_change_words(ui, g);
    if (g->best_shared > 1)
        who = i18n_fmt(a, "price.and_more", "place", g->best_name, "n",
                       say_number(a, g->best_shared - 1), NULL);
    const char *when = say_when(a, g->best_day, g->best_taken_min, app->today);
    UI(ui, .dir = UI_COL, .w = UI_FILL, .gap = 6, .cross = side)
    {
        ui_label(ui, &(struct ui_text){ .text = who, .type = TYPE_H3, .align = side });
        ui_label(ui, &(struct ui_text){ .text = i18n_fmt(a, "price.taken", "when", when, NULL),
                                        .type = TYPE_BODY,
                                        .color = TOK_INK2,
                                        .align = side });
        if (change)
            ui_iconed(ui, price_change_icon(g), ui_icon_dp(ui, 32), TOK_INK, TYPE_BODY, TOK_INK,
                      i18n_fmt(a, "price.than_last_week", "change", change, NULL));
    }
}

static void cheapest(struct ui *ui, const struct app *app)
{
    bool one_column = ui_big(ui);
    UI_CARD(ui, .dir = one_column ? UI_COL : UI_ROW, .w = UI_FILL, .pad = UI_PAD2(38, 28),
            .gap = 24, .border = TOK_WOOD, .border_dp = 3, .id = "price.cheapest",
            .cross = one_column ? UI_START : UI_CENTER)
    {
        figure(ui, app);
        figure_words(ui, app, one_column ? UI_START : UI_END);
    }
}

/* --- all places --------------------------------------------------------------------------- */

static uint32_t kind_icon(const char *kind)
{
    return strcmp(kind, "supermarket") == 0 ? 0xe8cc : ICON_STOREFRONT; /* a shopping trolley */
}

/* One source for all: it stands once at the foot. Several: each row says its own. */
static const char *common_source(const struct prices *p)
{
    const char *source = p->quote_count ? p->quote[0].source : NULL;
    for (int i = 1; source && i < p->quote_count; i++)
        if (!p->quote[i].source || strcmp(p->quote[i].source, source) != 0)
            return NULL;
    return source;
}

static const char *last_known(struct ui *ui, const struct app *app, const struct quote *q)
{
    struct arena *a = ui_arena(ui);
    return i18n_fmt(a, "price.last_known", "day", say_day(a, q->day, app->today), "yuan",
                    say_yuan(a, q->fen), NULL);
}

/* Who says so, where not all say it after the same source. */
static const char *own_source(const struct app *app, const struct quote *q)
{
    return common_source(app->prices) ? NULL : q->source;
}

static void missing_row(struct ui *ui, const struct app *app, const struct quote *q)
{
    ui_row(ui, &(struct ui_row){ .id = frame_id(ui, "price.place", q->place),
                                 .icon = kind_icon(q->kind),
                                 .title = q->name,
                                 .caption = q->has_price ? last_known(ui, app, q)
                                                         : T("price.never_quoted"),
                                 .right = T("price.not_this_time"),
                                 .right_type = TYPE_BODY,
                                 .tight = true,
                                 .plain = true });
}

static void quote_row(struct ui *ui, const struct app *app, const struct quote *q)
{
    struct arena *a = ui_arena(ui);
    bool old = q->state == QUOTE_OLD;
    struct ui_row r = { .id = frame_id(ui, "price.place", q->place),
                        .icon = kind_icon(q->kind),
                        .icon_color = old ? TOK_INK2 : TOK_WOOD,
                        .title = q->name,
                        .caption = own_source(app, q),
                        .chip = say_first_large(a, say_age(a, q->day, app->today)),
                        .chip_kind = old ? CHIP_WARN : CHIP_MUTE,
                        .chip_icon = old ? ICON_HISTORY : 0,
                        .right = price_yuan(ui, q->fen),
                        .right_type = old ? TYPE_LEAD : TYPE_H3,
                        .tight = true,
                        .plain = !q->cheapest,
                        .selected = q->cheapest };
    if (old) {
        r.middle = T("price.not_compared");
    } else if (q->cheapest) {
        r.icon = ICON_CHECK_CIRCLE;
        r.middle = T("price.cheapest");
    } else {
        r.middle = i18n_fmt(a, "change.dearer", "yuan", say_yuan(a, q->dearer_fen), NULL);
    }
    ui_row(ui, &r);
}

static void quotes(struct ui *ui, const struct app *app)
{
    const struct prices *p = app->prices;
    UI_CARD(ui, .w = UI_FILL, .divider = true, .id = "price.places", .role = ROLE_LIST,
            .name = T("price.all_places"))
    {
        for (int i = 0; i < p->quote_count; i++)
            if (p->quote[i].state == QUOTE_MISSING)
                missing_row(ui, app, &p->quote[i]);
            else
                quote_row(ui, app, &p->quote[i]);
    }
}

/* --- 90 days ------------------------------------------------------------------------------ */

static const char *y_text(struct arena *a, int64_t y)
{
    return say_yuan(a, y);
}

static const char *x_text(struct arena *a, int x)
{
    return say_date(a, x);
}

static const struct price_day *last_day(const struct prices *p)
{
    for (int i = PRICE_PLOT_DAYS - 1; i >= 0; i--)
        if (p->plot[i].has)
            return &p->plot[i];
    return NULL;
}

static void plot_line(struct ui *ui, const struct app *app)
{
    const struct prices *p = app->prices;
    struct arena *a = ui_arena(ui);
    const struct price_day *high = &p->plot[p->plot_high], *last = last_day(p);
    struct ui_point *point = arena_array(a, struct ui_point, PRICE_PLOT_DAYS);
    if (!point || !last)
        return;
    for (int i = 0; i < PRICE_PLOT_DAYS; i++)
        point[i] = (struct ui_point){ p->plot[i].day, p->plot[i].fen, p->plot[i].has };
    const char *day = say_first_large(a, say_age(a, last->day, app->today));
    const char *high_yuan = say_yuan(a, high->fen), *last_yuan = say_yuan(a, last->fen);
    ui_plot(ui, &(struct ui_plot){
                    .points = point,
                    .count = PRICE_PLOT_DAYS,
                    .color = TOK_WOOD,
                    .h = UI_DP(ui_theme(ui)->portrait ? 320 : 264),
                    .y_text = y_text,
                    .x_text = x_text,
                    .max_text = i18n_fmt(a, "price.plot_high", "yuan", high_yuan, NULL),
                    .now_text = i18n_fmt(a, "price.plot_last", "day", day, "yuan", last_yuan, NULL),
                    .sentence = i18n_fmt(a, "price.plot_sentence", "high", high_yuan, "high_day",
                                         say_date(a, high->day), "last", last_yuan, "last_day",
                                         say_day(a, last->day, app->today), NULL),
                    .id = "price.plot" });
}

static void ninety_days(struct ui *ui, const struct app *app)
{
    if (app->prices->plot_high < 0)
        return;
    UI_CARD(ui, .w = UI_FILL, .pad = UI_PAD2(32, 24), .gap = 12)
    {
        UI(ui, .dir = ui_big(ui) ? UI_COL : UI_ROW, .w = UI_FILL, .gap = 8, .main = UI_BETWEEN,
           .cross = ui_big(ui) ? UI_START : UI_CENTER)
        {
            ui_label(ui, &(struct ui_text){
                             .text = T("price.plot_title"), .type = TYPE_LEADB, .heading = true });
            ui_say_in(
                ui, TYPE_CAP, TOK_INK2,
                i18n_fmt(ui_arena(ui), "price.plot_note", "unit", app->prices->good.unit, NULL));
        }
        plot_line(ui, app);
    }
}

/* --- the page ----------------------------------------------------------------------------- */

static void no_price_now(struct ui *ui, const struct app *app)
{
    const struct good_row *g = &app->prices->good;
    struct arena *a = ui_arena(ui);
    const char *last = NULL;
    if (g->has_last)
        last = i18n_fmt(a, "price.last_known", "day", say_day(a, g->last_day, app->today), "yuan",
                        say_yuan(a, g->last_fen), NULL);
    ui_banner(ui, &(struct ui_banner){ .id = "price.none",
                                       .kind = BANNER_INFO,
                                       .title = T("price.no_quote_now"),
                                       .line = last });
}

static void top(struct ui *ui, const struct app *app)
{
    if (app->prices->good.has_best)
        cheapest(ui, app);
    else
        no_price_now(ui, app);
}

static void foot(struct ui *ui, const struct app *app)
{
    const char *source = common_source(app->prices);
    UI(ui, .w = UI_FILL)
    {
        if (source)
            ui_say_in(ui, TYPE_CAP, TOK_INK2,
                      i18n_fmt(ui_arena(ui), "price.source", "source", source, NULL));
        ui_say_in(ui, TYPE_CAP, TOK_INK2, T("price.disclaimer"));
    }
}

static void wide(struct ui *ui, const struct app *app)
{
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 40, .cross = UI_START)
    {
        UI(ui, .dir = UI_COL, .w = UI_SHARE(960), .gap = 24)
        {
            top(ui, app);
            ninety_days(ui, app);
            foot(ui, app);
        }
        UI(ui, .dir = UI_COL, .w = UI_SHARE(824))
        quotes(ui, app);
    }
}

static void narrow(struct ui *ui, const struct app *app)
{
    top(ui, app);
    quotes(ui, app);
    ninety_days(ui, app);
    foot(ui, app);
}

static void price_build(struct ui *ui, const struct app *app)
{
    if (!app->prices->found) {
        ui_empty(ui, ICON_STOREFRONT, T("price.gone"), T("search.nothing_hint"));
        return;
    }
    UI(ui, .w = UI_FILL, .h = UI_FILL, .gap = 16)
    {
        FRAME_SCROLL(ui, "price.page")
        {
            if (frame_wide(ui) && !ui_xbig(ui))
                wide(ui, app);
            else
                narrow(ui, app);
        }
        frame_pager(ui, app, "price.page");
    }
}

const struct screen screen_price = { .name = "price",
                                     .title = "price.title",
                                     .enter = price_enter,
                                     .head = price_head,
                                     .build = price_build,
                                     .changed = price_changed };
