/* food.c - food inspection results: what failed first to see, everything to search; one in full. */
#include "app/food.h"

#include "screens/frame.h"
#include "screens/screens.h"

#include "app/help.h"
#include "app/i18n.h"
#include "app/say.h"
#include "app/widgets.h"
#include "hal/base/log.h"

#include <string.h>

enum { ICON_FOOD = 0xe56c };

/* n = 0: the list; else one result. */
static void food_reload(struct app *app)
{
    frame_load(app);
    enum err e = app_arg(app) ? food_load_one(app->food, app->store, app_arg(app))
                              : food_load(app->food, app->store);
    if (e != OK)
        log_warn("food_not_loaded", "err=%s", err_name(e));
    if (!app_arg(app))
        food_show(app->food, app->query);
}

static void food_enter(struct app *app, int64_t n)
{
    if (n == 0 && !app->came_back)
        app->food->bad_only = false;
    food_reload(app);
}

static void food_changed(struct app *app, const char *channel)
{
    (void)channel;
    food_reload(app);
}

static void food_event(struct app *app, const struct event *ev)
{
    if (app_arg(app))
        return;
    if (ev->type == EV_PICK && strcmp(ev->what, "food.bad") == 0) {
        app->food->bad_only = ev->n != 0;
        food_show(app->food, app->query);
    } else if (frame_search_event(app, ev)) {
        food_show(app->food, app->query);
    }
}

static void food_head(struct ui *ui, const struct app *app, struct screen_head *out)
{
    struct arena *a = ui_arena(ui);
    const struct food *f = app->food;
    out->area = AREA_PRICES;
    out->icon = ICON_FOOD;
    if (!app_arg(app))
        out->subtitle = i18n_fmt(a, "food.subtitle", "n", say_number(a, f->count), "bad",
                                 say_number(a, f->bad), NULL);
}

/* --- the list ----------------------------------------------------------------------------- */

static void row(struct ui *ui, const void *ctx, int i)
{
    const struct app *app = ctx;
    if (i == app->food->shown_count) {
        ui_row(ui, &(struct ui_row){ .id = "food.more",
                                     .icon = ICON_SEARCH,
                                     .title = T("food.more"),
                                     .caption = T("food.more_line"),
                                     .one_line = true });
        return;
    }
    const struct food_row *r = &app->food->row[app->food->shown[i]];
    struct arena *a = ui_arena(ui);
    ui_row(ui, &(struct ui_row){ .id = frame_id(ui, "food.row", r->id),
                                 .title = r->name,
                                 .caption = i18n_fmt(a, "say.pair", "a", r->seller, "b",
                                                     say_day(a, r->day, app->today), NULL),
                                 .chip = T(r->bad ? "food.failed" : "food.passed"),
                                 .chip_kind = r->bad ? CHIP_BAD : CHIP_OK,
                                 .chip_icon = r->bad ? ICON_CANCEL : ICON_CHECK_CIRCLE,
                                 .chevron = true,
                                 .one_line = true,
                                 .on = UI_GO_TO("food", r->id) });
}

static void list(struct ui *ui, const struct app *app)
{
    UI_CARD(ui, .w = UI_FILL, .h = UI_FILL, .clip = true)
    ui_list(ui, &(struct ui_list){
                    .id = "food.page",
                    .count = app->food->shown_count + app->food->more,
                    .row_dp = ui_row_dp(ui, &(struct ui_row){ .title = T("food.title"),
                                                              .caption = T("food.title"),
                                                              .chip = T("food.passed"),
                                                              .chip_kind = CHIP_OK,
                                                              .chip_icon = ICON_CHECK_CIRCLE,
                                                              .one_line = true,
                                                              .chevron = true,
                                                              .on = UI_GO_TO("", 0) }),
                    .build_row = row,
                    .ctx = app,
                    .name = T("food.title"),
                    .divider = true });
}

static void sides(struct ui *ui, const struct app *app)
{
    static const char *const id[] = { "food.all", "food.bad" };
    if (frame_typing(app) || (frame_low(ui) && ui_big(ui)))
        return;
    FRAME_FIXED(ui)
    UI(ui, .dir = UI_GRID, .cols = 2, .w = UI_FILL, .gap = 12, .id = "food.sides",
       .role = ROLE_LIST, .name = T("food.title"))
    for (int i = 0; i < 2; i++)
        ui_tab(ui, &(struct ui_tab){ .id = id[i],
                                     .label = T(i ? "food.only_failed" : "food.everything"),
                                     .area = AREA_PRICES,
                                     .selected = app->food->bad_only == (i != 0),
                                     .w = UI_FILL,
                                     .h = UI_ATLEAST(76),
                                     .on = UI_PICK_ON("food.bad", i) });
}

static void all(struct ui *ui, const struct app *app)
{
    frame_top(ui, app, "food.search",
              T(ui_big(ui) || frame_low(ui) ? "food.search_short" : "food.search"), "food.page");
    sides(ui, app);
    UI(ui, .w = UI_FILL, .h = UI_FILL, .pad = { .l = 12, .r = FRAME_EDGE })
    {
        if (app->food->shown_count)
            list(ui, app);
        else if (*app->query)
            ui_empty(ui, ICON_SEARCH,
                     i18n_fmt(ui_arena(ui), "search.nothing", "what", app->query, NULL),
                     T("food.nothing_hint"));
        else
            ui_empty(ui, ICON_FOOD, T("food.none_yet"), NULL);
    }
    if (!frame_low(ui))
        frame_pager(ui, app, "food.page");
}

/* --- one result --------------------------------------------------------------------------- */

static void fact(struct ui *ui, uint32_t icon, const char *key, const char *value)
{
    if (value)
        ui_row(ui, &(struct ui_row){ .icon = icon,
                                     .title = T(key),
                                     .plain = true,
                                     .right = value,
                                     .right_type = TYPE_BODYB });
}

static void verdict(struct ui *ui, const struct food_row *r)
{
    ui_banner(ui, &(struct ui_banner){ .id = "food.verdict",
                                       .kind = r->bad ? BANNER_BAD : BANNER_OK,
                                       .icon = r->bad ? ICON_CANCEL : ICON_CHECK_CIRCLE,
                                       .title = T(r->bad ? "food.failed_long" : "food.passed_long"),
                                       .line = r->bad ? r->wrong : T("food.passed_line") });
}

static void what_to_do(struct ui *ui, const struct app *app)
{
    const struct help *h = app->help;
    ui_label(ui, &(struct ui_text){ .text = T("food.bought"), .type = TYPE_H3, .heading = true });
    ui_say(ui, TYPE_BODY, T("food.bought_line"));
    UI_CARD(ui, .w = UI_FILL, .divider = true, .id = "food.call", .role = ROLE_LIST)
    for (int i = 0; i < h->contact_count; i++)
        if (strcmp(h->contact[i].role, "hotline") == 0)
            ui_row(ui, &(struct ui_row){ .icon = ICON_PHONE,
                                         .title = h->contact[i].name,
                                         .caption = h->contact[i].note,
                                         .right = h->contact[i].phone,
                                         .right_type = TYPE_BODYB });
}

static void one(struct ui *ui, const struct app *app)
{
    const struct food *f = app->food;
    struct arena *a = ui_arena(ui);
    if (!f->found) {
        ui_empty(ui, ICON_FOOD, T("food.gone"), NULL);
        return;
    }
    ui_label(ui, &(struct ui_text){ .text = f->one.name, .type = TYPE_H2, .heading = true });
    verdict(ui, &f->one);
    UI_CARD(ui, .w = UI_FILL, .divider = true, .id = "food.facts")
    {
        fact(ui, ICON_STOREFRONT, "food.seller", f->one.seller);
        fact(ui, ICON_PLACE, "food.town", f->township);
        fact(ui, ICON_PERSON, "food.maker", f->producer);
        fact(ui, ICON_EVENT, "food.batch",
             f->batch_day == INT32_MIN ? NULL : say_date(a, f->batch_day));
        fact(ui, ICON_SCHEDULE, "food.tested", say_date(a, f->one.day));
        fact(ui, ICON_VERIFIED, "food.source", f->source);
    }
    if (f->one.bad)
        what_to_do(ui, app);
}

static void food_build(struct ui *ui, const struct app *app)
{
    UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = 20)
    {
        if (!app_arg(app)) {
            all(ui, app);
        } else {
            FRAME_SCROLL(ui, "food.page")
            one(ui, app);
            frame_pager(ui, app, "food.page");
        }
    }
}

const struct screen screen_food = { .name = "food",
                                    .title = "food.title",
                                    .enter = food_enter,
                                    .head = food_head,
                                    .build = food_build,
                                    .event = food_event,
                                    .changed = food_changed };
