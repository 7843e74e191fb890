/* receipt.c - it is saved, or it is delivered: the truth first, then the number, the code, the
 * next step.
 */
#include "app/handin.h"

#include "screens/frame.h"
#include "screens/rating.h"
#include "screens/screens.h"

#include "app/i18n.h"
#include "app/rating.h"
#include "app/say.h"
#include "app/services.h"
#include "app/widgets.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"

#include <string.h>

static bool there(const struct app *app)
{
    return app->receipt && *app->receipt->number;
}

static void load_holidays(struct app *app)
{
    enum err e = holidays_load(&app->services->holidays, app->store);
    if (e != OK)
        log_warn("holidays_not_loaded", "err=%s", err_name(e));
}

static void receipt_enter(struct app *app, int64_t n)
{
    (void)n;
    frame_load(app);
    load_holidays(app);
    rating_words(app);
    receipt_look(app);
}

static void receipt_changed(struct app *app, const char *channel)
{
    (void)channel;
    frame_load(app);
    load_holidays(app);
    rating_words(app);
    receipt_look(app);
}

static void print(struct app *app)
{
    struct receipt *r = app->receipt;
    struct paper paper;
    r->print_asked = true;
    r->printed = ERR_NO_DEVICE;
    if (app->dev.printer) {
        receipt_look(app);
        receipt_paper(app, &paper);
        enum err e = printer_print(app->dev.printer, &paper);
        r->printed = e == OK ? ERR_BUSY : e;
        explicit_bzero(&paper, sizeof paper);
    }
}

static void receipt_event(struct app *app, const struct event *ev)
{
    if (!there(app))
        return;
    if (rating_event(app, ev, app->receipt->number))
        return;
    if (ev->type == EV_OUTBOX)
        receipt_look(app);
    else if (ev->type == EV_PICK && strcmp(ev->what, "receipt.print") == 0)
        print(app);
}

static void receipt_head(struct ui *ui, const struct app *app, struct screen_head *out)
{
    out->area = AREA_SERVICES;
    out->icon = ICON_RECEIPT;
    if (!there(app))
        return;
    out->title = T(receipt_state(app->receipt) == RECEIPT_ACCEPTED ? "receipt.title_accepted"
                                                                   : "receipt.title_saved");
    out->subtitle = app->receipt->service;
    if (*app->receipt->name)
        out->subtitle = i18n_fmt(ui_arena(ui), "say.pair", "a", app->receipt->service, "b",
                                 app->receipt->name, NULL);
}

/* --- the truth first -------------------------------------------------------------------------- */

struct truth {
    uint32_t icon;
    enum tok disc, ink;
    const char *title, *line;
};

/* Not looked up yet: what was just saved. */
static const char *waiting_words(struct ui *ui, const struct app *app)
{
    static const struct outbox_row saved = { .state = OUTBOX_WAITING };
    const struct receipt *r = app->receipt;
    return receipt_waits(app, ui_arena(ui), r->looked ? &r->row : &saved);
}

static struct truth truth_of(struct ui *ui, const struct app *app)
{
    const struct receipt *r = app->receipt;
    struct arena *a = ui_arena(ui);
    bool contrast = ui_theme(ui)->taste.contrast;
    switch (receipt_state(r)) {
    case RECEIPT_ACCEPTED:
        return (struct truth){ ICON_CHECK, TOK_TEA, TOK_ONTEA, T("receipt.accepted"),
                               i18n_fmt(a, "receipt.received", "department", r->department, "when",
                                        say_time(a, r->row.delivered_ms, app->today), NULL) };
    case RECEIPT_REJECTED:
        return (struct truth){ ICON_ERROR, TOK_BADWASH, TOK_BAD, T("receipt.rejected"),
                               receipt_why(r->row.reason) };
    default:
        return (struct truth){ ICON_SAVE, TOK_PEEL, contrast ? TOK_ONTEA : TOK_INK,
                               T("receipt.waiting"), waiting_words(ui, app) };
    }
}

static void truth(struct ui *ui, const struct app *app)
{
    struct truth t = truth_of(ui, app);
    float disc = frame_low(ui) ? 88 : 132;
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 32, .pad = UI_PAD2(0, 12), .id = "receipt.state",
       .role = ROLE_STATUS)
    {
        UI(ui, .dir = UI_ROW, .w = UI_DP(disc), .h = UI_DP(disc), .radius = disc / 2,
           .main = UI_CENTER, .fill = t.disc)
        ui_icon(ui, t.icon, disc * 0.62f, t.ink);
        UI(ui, .w = UI_FILL, .gap = 4)
        {
            ui_label(ui, &(struct ui_text){ .text = t.title,
                                            .type = frame_low(ui) ? TYPE_H2 : TYPE_H1,
                                            .heading = true });
            ui_say_in(ui, TYPE_LEAD, TOK_INK2, t.line);
        }
    }
}

/* --- number and code -------------------------------------------------------------------------- */

/* Groups of four, as they are said and typed. */
static void number(struct ui *ui, const struct app *app)
{
    const struct receipt *r = app->receipt;
    UI(ui, .dir = UI_COL, .w = UI_FILL, .gap = 8)
    {
        ui_say_in(ui, TYPE_BODY, TOK_INK2, T("receipt.number"));
        ui_label(ui,
                 &(struct ui_text){
                     .text = r->number, .type = TYPE_H2, .tabular = true, .id = "receipt.number" });
        ui_say(ui, TYPE_BODY, T("receipt.anywhere_long"));
    }
}

static void code_card(struct ui *ui, const struct app *app)
{
    bool column = ui_big(ui);
    UI_CARD(ui, .dir = column ? UI_COL : UI_ROW, .w = UI_FILL, .pad = UI_PAD2(36, 28), .gap = 40,
            .cross = column ? UI_START : UI_CENTER)
    {
        ui_qr(ui, &app->receipt->qr, 0, "receipt.qr", T("receipt.qr"));
        number(ui, app);
    }
}

/* --- what happens next ------------------------------------------------------------------------ */

static void row(struct ui *ui, uint32_t icon, const char *id, const char *title,
                const char *caption)
{
    ui_row(ui,
           &(struct ui_row){
               .id = id, .icon = icon, .icon_color = TOK_TEA, .title = title, .caption = caption });
}

static void days_row(struct ui *ui, const struct app *app)
{
    const struct receipt *r = app->receipt;
    struct arena *a = ui_arena(ui);
    const char *n = say_number(a, r->promised_days);
    if (r->promised_days <= 0) {
        row(ui, ICON_EVENT, "receipt.days", T(r->at_once ? "receipt.at_once" : "receipt.days_open"),
            T("receipt.days_open_why"));
    } else if (receipt_state(r) == RECEIPT_ACCEPTED) {
        int from = clock_day_of(r->row.delivered_ms);
        int last = receipt_last_day(app, from, r->promised_days, r->working_days);
        row(ui, ICON_EVENT, "receipt.days",
            i18n_fmt(a, "receipt.last_day", "day", say_date_and_weekday(a, last), NULL),
            i18n_fmt(a, r->working_days ? "receipt.counted_working" : "receipt.counted", "n", n,
                     NULL));
    } else {
        row(ui, ICON_EVENT, "receipt.days",
            i18n_fmt(a, r->working_days ? "receipt.days_working" : "receipt.days", "n", n, NULL),
            i18n_fmt(a, "receipt.not_counting", "department", r->department, NULL));
    }
}

static const char *papers(struct ui *ui, const struct receipt *r)
{
    struct arena *a = ui_arena(ui);
    const char *all = r->show_count ? r->show[0] : "";
    for (int i = 1; i < r->show_count; i++)
        all = i18n_fmt(a, "receipt.and", "a", all, "b", r->show[i], NULL);
    return all;
}

static void show_row(struct ui *ui, const struct app *app)
{
    const struct receipt *r = app->receipt;
    const struct config *c = app->config;
    struct arena *a = ui_arena(ui);
    const char *here = i18n_pick(c->terminal_place_zh, c->terminal_place_en);
    const char *where =
        i18n_fmt(a, "receipt.show_where", "where", *r->show_where ? r->show_where : here, NULL);
    if (r->show_days > 0)
        where = i18n_fmt(a, "receipt.two", "a", where, "b",
                         i18n_fmt(a, "receipt.show_days", "n", say_number(a, r->show_days), NULL),
                         NULL);
    if (r->show_count)
        row(ui, ICON_BADGE, "receipt.show",
            i18n_fmt(a, "receipt.show", "what", papers(ui, r), NULL), where);
}

/* Photographs go up after the application, and each is counted when the platform has it. */
static void pages_row(struct ui *ui, const struct app *app)
{
    const struct receipt *r = app->receipt;
    struct arena *a = ui_arena(ui);
    int all = r->looked ? r->row.pages : 0, here = r->row.pages_done;
    bool in = receipt_state(r) == RECEIPT_ACCEPTED;
    if (all == 0)
        return;
    const char *key = !in          ? "receipt.pages_saved"
                      : here < all ? "receipt.pages_waiting"
                                   : "receipt.pages_here";
    const char *why = !in          ? T("receipt.pages_saved_why")
                      : here < all ? T("receipt.pages_waiting_why")
                                   : NULL;
    row(ui, here < all ? ICON_OUTBOX : ICON_CLOUD_DONE, "receipt.pages",
        i18n_fmt(a, key, "n", say_number(a, here), "all", say_number(a, all), NULL), why);
}

static void next_steps(struct ui *ui, const struct app *app)
{
    const struct config *c = app->config;
    bool rejected = receipt_state(app->receipt) == RECEIPT_REJECTED;
    UI_CARD(ui, .w = UI_FILL, .divider = true, .id = "receipt.next", .role = ROLE_LIST,
            .name = T("receipt.next"))
    {
        if (rejected) {
            row(ui, ICON_SUPPORT_AGENT, NULL, T("receipt.rejected_next"), NULL);
        } else {
            if (*app->receipt->slot)
                row(ui, ICON_EVENT, "receipt.slot", receipt_slot(app->receipt), app->receipt->slot);
            pages_row(ui, app);
            days_row(ui, app);
            show_row(ui, app);
        }
        if (*c->help_phone)
            row(ui, ICON_PHONE, NULL,
                i18n_fmt(ui_arena(ui), "paper.phone", "name",
                         i18n_pick(c->help_phone_name_zh, c->help_phone_name_en), "phone",
                         c->help_phone, NULL),
                T("receipt.phone_why"));
    }
}

/* --- paper and the way out -------------------------------------------------------------------- */

static bool can_print(const struct app *app)
{
    return app->dev.printer && printer_state(app->dev.printer) != PRINTER_ABSENT;
}

/* Why there is no paper; what is safe all the same; what else can be done. */
static void no_paper(struct ui *ui, const struct app *app)
{
    const struct receipt *r = app->receipt;
    const char *key = r->printed == ERR_PAPER   ? "receipt.print.paper"
                      : r->printed == ERR_COVER ? "receipt.print.cover"
                                                : "receipt.print.no_answer";
    bool sent = receipt_state(r) == RECEIPT_ACCEPTED;
    ui_banner(ui, &(struct ui_banner){
                      .id = "receipt.not_printed",
                      .kind = BANNER_WARN,
                      .icon = ICON_PRINT,
                      .title = T(key),
                      .line = T(sent ? "receipt.print.safe_sent" : "receipt.print.safe_saved"),
                      .line2 = T("receipt.print.photo") });
}

static void print_words(struct ui *ui, const struct app *app)
{
    const struct receipt *r = app->receipt;
    if (r->print_asked && r->printed != OK && r->printed != ERR_BUSY)
        no_paper(ui, app);
    else if (r->print_asked && r->printed == OK)
        ui_banner(ui, &(struct ui_banner){ .id = "receipt.printed",
                                           .kind = BANNER_OK,
                                           .title = T("receipt.print.done") });
    else if (!can_print(app))
        ui_banner(ui, &(struct ui_banner){ .id = "receipt.no_printer",
                                           .kind = BANNER_INFO,
                                           .icon = ICON_PRINT,
                                           .title = T("receipt.print.absent"),
                                           .line = T("receipt.print.photo") });
}

static void print_button(struct ui *ui, const struct app *app)
{
    const struct receipt *r = app->receipt;
    bool busy = r->print_asked && r->printed == ERR_BUSY;
    const char *key = busy             ? "receipt.print.busy"
                      : r->print_asked ? "receipt.print.again"
                                       : "receipt.print";
    if (!can_print(app) && !r->print_asked)
        return;
    ui_button(ui, &(struct ui_button){ .id = "receipt.print",
                                       .label = T(key),
                                       .icon = ICON_PRINT,
                                       .kind = BUTTON_SECONDARY,
                                       .main = true,
                                       .busy = busy,
                                       .w = UI_FILL,
                                       .on = UI_PICK_ON("receipt.print", 0) });
}

static void buttons(struct ui *ui, const struct app *app)
{
    UI(ui, .dir = ui_big(ui) || !i18n_chinese() ? UI_COL : UI_ROW, .w = UI_FILL, .gap = 16,
       .cross = UI_STRETCH)
    {
        print_button(ui, app);
        ui_button(ui, &(struct ui_button){
                          .id = "receipt.done",
                          .label = T(app->session.face ? "receipt.done_card" : "receipt.done"),
                          .icon = ICON_CHECK,
                          .main = true,
                          .w = UI_FILL,
                          .on = UI_SEND(EV_DONE) });
    }
}

/* --- the page --------------------------------------------------------------------------------- */

static void wide(struct ui *ui, const struct app *app)
{
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 40, .cross = UI_START)
    {
        UI(ui, .dir = UI_COL, .w = UI_SHARE(960), .gap = 24)
        {
            truth(ui, app);
            code_card(ui, app);
        }
        UI(ui, .dir = UI_COL, .w = UI_SHARE(824), .gap = 24)
        {
            next_steps(ui, app);
            print_words(ui, app);
            buttons(ui, app);
            rating_card(ui, app, app->receipt->number, false);
        }
    }
}

static void narrow(struct ui *ui, const struct app *app)
{
    truth(ui, app);
    code_card(ui, app);
    next_steps(ui, app);
    print_words(ui, app);
    buttons(ui, app);
    rating_card(ui, app, app->receipt->number, false);
}

static void receipt_build(struct ui *ui, const struct app *app)
{
    if (!there(app)) {
        ui_empty(ui, ICON_RECEIPT, T("receipt.none"), T("receipt.none_hint"));
        return;
    }
    UI(ui, .w = UI_FILL, .h = UI_FILL, .gap = 16)
    {
        FRAME_SCROLL(ui, "receipt.page")
        {
            if (!ui_theme(ui)->portrait && !ui_xbig(ui))
                wide(ui, app);
            else
                narrow(ui, app);
        }
        frame_pager(ui, app, "receipt.page");
    }
}

const struct screen screen_receipt = { .name = "receipt",
                                       .title = "receipt.title_saved",
                                       .enter = receipt_enter,
                                       .head = receipt_head,
                                       .build = receipt_build,
                                       .event = receipt_event,
                                       .changed = receipt_changed };
