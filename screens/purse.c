/* purse.c - a card that names nobody: what it is, its number, what is in it, and what it is not
 * for. */
#include "screens/screens.h"

#include "app/app.h"
#include "app/i18n.h"
#include "app/say.h"
#include "app/widgets.h"
#include "screens/frame.h"

#include <string.h>

/* One row a kind. */
static const struct {
    const char *title, *can;
    uint32_t icon;
} kinds[CARD_KINDS] = {
    [CARD_HEALTH] = { "purse.health", "purse.health_can", ICON_BADGE },
    [CARD_TRANSIT] = { "purse.transit", "purse.transit_can", ICON_BUS },
    [CARD_CITY] = { "purse.city", "purse.transit_can", ICON_BUS },
};

static const struct card_face *card_of(const struct app *app)
{
    return app->session.other;
}

static bool has_purse(const struct card_face *f)
{
    return f->kind == CARD_TRANSIT || f->kind == CARD_CITY;
}

/* Amounts are masked until asked for, and while it is asked whether anybody is there. */
static const char *yuan(struct ui *ui, const struct app *app, int64_t fen)
{
    struct arena *a = ui_arena(ui);
    if (app->asking || !app->purse_shown)
        return "＊＊＊";
    return i18n_fmt(a, "account.yuan", "yuan", say_yuan(a, fen), NULL);
}

static void fact(struct ui *ui, const char *id, uint32_t icon, const char *label, const char *value)
{
    ui_row(ui, &(struct ui_row){ .id = id,
                                 .icon = icon,
                                 .title = label,
                                 .plain = true,
                                 .right = value,
                                 .right_type = TYPE_BODYB });
}

static void facts(struct ui *ui, const struct app *app, const struct card_face *f)
{
    struct arena *a = ui_arena(ui);
    UI_CARD(ui, .w = UI_FILL, .id = "purse.facts", .divider = true)
    {
        if (*f->issuer)
            fact(ui, "purse.issuer", ICON_INFO, T("purse.issuer"), f->issuer);
        if (*f->card_no)
            fact(ui, "purse.number", ICON_CREDIT_CARD, T("purse.number"),
                 mask_number(a, f->card_no));
        if (f->issued_day != INT32_MIN)
            fact(ui, "purse.issued", ICON_EVENT, T("purse.issued"), say_date(a, f->issued_day));
        if (f->expires_day != INT32_MIN)
            fact(ui, "purse.expires", ICON_EVENT,
                 T(f->expires_day < app->today ? "purse.expired" : "purse.expires"),
                 say_date(a, f->expires_day));
    }
}

static void balance(struct ui *ui, const struct app *app, const struct card_face *f)
{
    bool column = ui_xbig(ui) && !frame_wide(ui);
    UI_CARD(ui, .dir = column ? UI_COL : UI_ROW, .w = UI_FILL, .pad = UI_PAD2(32, 24), .gap = 16,
            .cross = column ? UI_STRETCH : UI_CENTER)
    {
        UI(ui, .dir = UI_COL, .w = UI_FILL, .gap = 8)
        {
            ui_say_in(ui, TYPE_BODY, TOK_INK2, T("purse.balance"));
            ui_label(ui,
                     &(struct ui_text){ .id = "purse.balance",
                                        .text = f->purse.known ? yuan(ui, app, f->purse.balance_fen)
                                                               : T("purse.no_balance"),
                                        .type = ui_big(ui) ? TYPE_H2 : TYPE_H1,
                                        .tabular = true });
        }
        if (f->purse.known || f->purse.trips)
            ui_button(ui, &(struct ui_button){
                              .id = "purse.show",
                              .label = T(app->purse_shown ? "account.hide" : "account.show"),
                              .icon = ICON_VISIBILITY,
                              .kind = app->purse_shown ? BUTTON_SECONDARY : BUTTON_PRIMARY,
                              .main = true,
                              .on = UI_PICK_ON("purse.show", 0) });
    }
}

static void trip(struct ui *ui, const struct app *app, const struct card_trip *t, int i)
{
    struct arena *a = ui_arena(ui);
    const char *day = t->day == INT32_MIN ? T("purse.no_day") : say_date(a, t->day);
    ui_row(ui, &(struct ui_row){ .id = frame_id(ui, "purse.trip", i),
                                 .icon = t->load ? ICON_ADD : ICON_BUS,
                                 .title = T(t->load ? "purse.load" : "purse.spend"),
                                 .plain = true,
                                 .caption = t->minutes < 0
                                                ? day
                                                : i18n_fmt(a, "purse.when", "day", day, "time",
                                                           say_clock(a, t->minutes), NULL),
                                 .right = yuan(ui, app, t->fen),
                                 .right_type = TYPE_BODYB });
}

static void trips(struct ui *ui, const struct app *app, const struct card_face *f)
{
    ui_label(ui, &(struct ui_text){ .text = T("purse.trips"), .type = TYPE_H3, .heading = true });
    if (f->purse.trips == 0)
        ui_say(ui, TYPE_BODY, T("purse.no_trips"));
    else
        UI_CARD(ui, .w = UI_FILL, .id = "purse.trips", .role = ROLE_LIST, .divider = true)
    for (int i = 0; i < f->purse.trips; i++)
        trip(ui, app, &f->purse.trip[i], i);
}

static void what_for(struct ui *ui, const struct card_face *f)
{
    ui_banner(ui, &(struct ui_banner){ .id = "purse.can",
                                       .kind = BANNER_INFO,
                                       .icon = ICON_CREDIT_CARD,
                                       .title = T("purse.not_for"),
                                       .line = T(kinds[f->kind].can) });
}

static void left(struct ui *ui, const struct app *app, const struct card_face *f)
{
    UI(ui, .dir = UI_COL, .w = UI_FILL, .gap = 20)
    {
        if (has_purse(f))
            balance(ui, app, f);
        facts(ui, app, f);
        what_for(ui, f);
    }
}

static void sheet(struct ui *ui, const struct app *app, const struct card_face *f)
{
    bool wide = frame_wide(ui) && !ui_big(ui) && has_purse(f);
    UI(ui, .dir = wide ? UI_ROW : UI_COL, .w = UI_FILL, .gap = wide ? 40 : 24,
       .cross = wide ? UI_START : UI_STRETCH)
    {
        UI(ui, .w = wide ? UI_SHARE(960) : UI_FILL, .gap = 20)
        left(ui, app, f);
        if (has_purse(f))
            UI(ui, .dir = UI_COL, .w = wide ? UI_SHARE(824) : UI_FILL, .gap = 12)
        trips(ui, app, f);
    }
}

static void purse_head(struct ui *ui, const struct app *app, struct screen_head *out)
{
    const struct card_face *f = card_of(app);
    (void)ui;
    out->title = T(f ? kinds[f->kind].title : "purse.none");
    out->icon = f ? kinds[f->kind].icon : ICON_CREDIT_CARD;
    out->area = AREA_SERVICES;
}

static void purse_build(struct ui *ui, const struct app *app)
{
    const struct card_face *f = card_of(app);
    UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = 16)
    {
        FRAME_SCROLL(ui, "purse.page")
        {
            if (f)
                sheet(ui, app, f);
            else
                ui_say(ui, TYPE_LEAD, T("purse.none_line"));
        }
        frame_pager(ui, app, "purse.page");
    }
}

static void purse_event(struct app *app, const struct event *ev)
{
    if (ev->type == EV_PICK && strcmp(ev->what, "purse.show") == 0)
        app->purse_shown = !app->purse_shown;
}

const struct screen screen_purse = { .name = "purse",
                                     .title = "purse.title",
                                     .head = purse_head,
                                     .build = purse_build,
                                     .event = purse_event };
