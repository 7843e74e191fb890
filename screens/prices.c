/* prices.c - what an egg costs today, in the shops and on the markets. */
#include "screens/frame.h"
#include "screens/price_words.h"
#include "screens/screens.h"

#include "app/i18n.h"
#include "app/prices.h"
#include "app/say.h"
#include "app/widgets.h"
#include "hal/base/log.h"

#include <string.h>

static void prices_load(struct app *app)
{
    frame_load(app);
    enum err e = prices_load_list(app->prices, app->store, app->query, app->today);
    if (e != OK)
        log_warn("prices_not_loaded", "err=%s", err_name(e));
}

static void prices_enter(struct app *app, int64_t n)
{
    (void)n;
    prices_load(app);
}

static void prices_changed(struct app *app, const char *channel)
{
    (void)channel;
    prices_load(app);
}

static void prices_event(struct app *app, const struct event *ev)
{
    if (ev->type == EV_PICK && strcmp(ev->what, "prices.cat") == 0) {
        prices_choose(app->prices, (int)ev->n);
        frame_drop_query(app);
        prices_load(app);
    } else if (frame_search_event(app, ev)) {
        prices_load(app);
    }
}

static void prices_head(struct ui *ui, const struct app *app, struct screen_head *out)
{
    struct arena *a = ui_arena(ui);
    out->area = AREA_PRICES;
    out->subtitle = i18n_fmt(a, "prices.subtitle", "goods", say_number(a, app->prices->goods),
                             "places", say_number(a, app->prices->places), NULL);
}

static void tab(struct ui *ui, const struct prices *p, int i, struct ui_len w, struct ui_len h)
{
    const char *id = arena_printf(ui_arena(ui), "prices.cat.%s", p->category[i].id);
    ui_tab(ui, &(struct ui_tab){ .id = id,
                                 .label = p->category[i].name,
                                 .area = AREA_PRICES,
                                 .selected = i == p->chosen,
                                 .w = w,
                                 .h = h,
                                 .on = UI_PICK_ON("prices.cat", i) });
}

/* At the left: filling the height where it is enough for all, else a strip that scrolls. */
static void rail(struct ui *ui, const struct prices *p, bool tall)
{
    UI(ui, .w = { .how = UI_FIT, .min = tall ? 168 : 224 }, .h = UI_FILL, .gap = 14,
       .id = "prices.rail", .scroll = !tall, .pad = { .r = tall ? 0 : 28 }, .role = ROLE_LIST,
       .name = T("prices.categories"))
    for (int i = 0; i < p->category_count; i++)
        tab(ui, p, i, UI_FILL, tall ? UI_FILL : UI_DP(88));
}

/* Where goods and places have long names the rows need the whole width; on a low panel they need
 * the height more. */
static bool tabs_on_top(const struct ui *ui)
{
    bool low = ui_theme(ui)->h_dp < 900 && i18n_chinese();
    return (ui_big(ui) && !low) || (ui_theme(ui)->portrait && !i18n_chinese());
}

/* As many beside each other as the longest word leaves room for. */
static int tab_columns(const struct ui *ui)
{
    bool long_words = !i18n_chinese() && ui_theme(ui)->taste.size == SIZE_XLARGE;
    return frame_wide(ui) ? 4 : long_words ? 2 : 3;
}

static void tabs(struct ui *ui, const struct prices *p)
{
    UI(ui, .dir = UI_GRID, .cols = tab_columns(ui), .w = UI_FILL, .gap = 12, .id = "prices.rail",
       .role = ROLE_LIST, .name = T("prices.categories"))
    for (int i = 0; i < p->category_count; i++)
        tab(ui, p, i, UI_FILL, UI_ATLEAST(80));
}

static void column_name(struct ui *ui, const char *text, float share, enum ui_align align)
{
    ui_label(ui, &(struct ui_text){ .text = text,
                                    .type = TYPE_CAP,
                                    .color = TOK_INK2,
                                    .align = align,
                                    .w = UI_SHARE(share) });
}

/* Over the columns of ui_row. */
static void column_names(struct ui *ui, const struct prices *p)
{
    struct arena *a = ui_arena(ui);
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .pad = { .l = 32, .t = 10, .r = 80, .b = 10 }, .gap = 16)
    {
        column_name(ui, T("prices.col_what"), 1.56f, UI_START);
        column_name(ui, T("prices.col_change"), 1.05f, UI_START);
        column_name(ui, i18n_fmt(a, "prices.col_lowest", "n", say_number(a, p->places), NULL), 1.4f,
                    UI_END);
    }
}

static void rows(struct ui *ui, const struct app *app)
{
    const struct prices *p = app->prices;
    UI_CARD(ui, .dir = UI_COL, .w = UI_FILL, .divider = true)
    {
        if (!ui_big(ui))
            column_names(ui, p);
        for (int i = 0; i < p->row_count; i++)
            price_row(ui, &p->row[i], frame_id(ui, "prices.row", p->row[i].id), app->today);
    }
}

static void nothing(struct ui *ui, const struct app *app)
{
    if (*app->query)
        ui_empty(ui, ICON_SEARCH,
                 i18n_fmt(ui_arena(ui), "search.nothing", "what", app->query, NULL),
                 T("search.nothing_hint"));
    else
        ui_empty(ui, ICON_STOREFRONT, T("prices.none_yet"), NULL);
}

static void list(struct ui *ui, const struct app *app)
{
    UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = 16)
    {
        UI(ui, .dir = UI_COL, .id = "prices.page", .scroll = true, .w = UI_FILL, .h = UI_FILL,
           .gap = 24, .role = ROLE_LIST, .name = T("prices.title"),
           .pad = { .r = FRAME_EDGE, .b = 12 })
        {
            if (tabs_on_top(ui) && !frame_pad_beside(ui, app))
                tabs(ui, app->prices);
            if (app->prices->row_count)
                rows(ui, app);
            else
                nothing(ui, app);
        }
        if (!frame_low(ui))
            frame_pager(ui, app, "prices.page");
    }
}

static void prices_build(struct ui *ui, const struct app *app)
{
    UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = 24)
    {
        frame_top(ui, app, "prices.search",
                  T(ui_big(ui) || frame_low(ui) ? "prices.search_short" : "prices.search"),
                  "prices.page");
        UI(ui, .dir = UI_ROW, .w = UI_FILL, .h = UI_FILL, .gap = 20, .cross = UI_STRETCH,
           .pad = { .l = 12 })
        {
            if (!tabs_on_top(ui) && !frame_pad_beside(ui, app))
                rail(ui, app->prices, !frame_typing(app) && ui_theme(ui)->h_dp >= 1400);
            list(ui, app);
        }
    }
}

const struct screen screen_prices = { .name = "prices",
                                      .title = "prices.title",
                                      .enter = prices_enter,
                                      .head = prices_head,
                                      .build = prices_build,
                                      .event = prices_event,
                                      .changed = prices_changed };
