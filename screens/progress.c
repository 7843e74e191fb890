/* progress.c - how far an application is: the number from the receipt, and what is known of it. */
#include "app/progress.h"

#include "app/handin.h"
#include "app/i18n.h"
#include "app/rating.h"
#include "app/say.h"
#include "app/services.h"
#include "app/widgets.h"
#include "hal/base/log.h"
#include "screens/frame.h"
#include "screens/rating.h"
#include "screens/screens.h"

#include <string.h>

static void progress_enter(struct app *app, int64_t n)
{
    (void)n;
    frame_load(app);
    enum err e = holidays_load(&app->services->holidays, app->store);
    if (e != OK)
        log_warn("holidays_not_loaded", "err=%s", err_name(e));
    rating_words(app);
}

static void progress_head(struct ui *ui, const struct app *app, struct screen_head *out)
{
    (void)ui;
    (void)app;
    out->area = AREA_SERVICES;
    out->icon = ICON_MANAGE_SEARCH;
    out->subtitle = T("progress.subtitle");
}

static void picked(struct app *app, const struct event *ev)
{
    if (strcmp(ev->what, "progress.look") == 0)
        progress_look(app);
    else if (strcmp(ev->what, "progress.clear") == 0)
        progress_forget(app->progress);
    else if (strcmp(ev->what, "progress.letters") == 0)
        app->pad_digits = false;
    else if (strcmp(ev->what, "progress.digits") == 0)
        app->pad_digits = true;
    else
        (void)rating_event(app, ev, app->progress->typed);
}

static void progress_event(struct app *app, const struct event *ev)
{
    if (ev->type == EV_TEXT)
        progress_type(app->progress, ev->s);
    else if (ev->type == EV_ERASE)
        progress_erase(app->progress);
    else if (ev->type == EV_PICK)
        picked(app, ev);
}

/* --- the number --------------------------------------------------------------------------- */

static const char *fault(const struct progress *p)
{
    if (p->wrong == ERR_HASH)
        return T("progress.mistyped");
    return p->wrong == OK ? NULL : T("progress.short");
}

static void number_field(struct ui *ui, const struct app *app)
{
    const struct progress *p = app->progress;
    struct ui_field f = { .id = "progress.field",
                          .label = T("progress.number"),
                          .name = T("progress.number"),
                          .value = app->asking && *p->typed ? "＊＊＊＊" : p->typed,
                          .placeholder = "0000-0000-0000",
                          .error = fault(p),
                          .focused = !p->looked,
                          .question = true };
    if (*p->typed && ui_theme(ui)->portrait) {
        f.inner.id = "progress.clear";
        f.inner.label = T("search.clear");
        f.inner.icon = ICON_BACKSPACE;
        f.inner.on = UI_PICK_ON("progress.clear", 0);
    }
    ui_field(ui, &f);
}

/* --- what is known ------------------------------------------------------------------------ */

struct known {
    const char *title, *line;
    enum banner_kind kind;
    uint32_t icon;
};

static const char *at(struct ui *ui, const struct app *app, const char *key, int64_t ms)
{
    struct arena *a = ui_arena(ui);
    return i18n_fmt(a, key, "when", say_time(a, ms, app->today), NULL);
}

/* The platform's word, or ours of what the platform said last. */
static struct known decided(struct ui *ui, const struct app *app, const char *state, int64_t ms)
{
    if (strcmp(state, "accepted") == 0)
        return (struct known){ T("progress.accepted"), at(ui, app, "progress.decided", ms),
                               BANNER_OK, ICON_CHECK_CIRCLE };
    if (strcmp(state, "finished") == 0)
        return (struct known){ T("progress.finished"), at(ui, app, "progress.decided", ms),
                               BANNER_OK, ICON_CHECK_CIRCLE };
    if (strcmp(state, "asked") == 0)
        return (struct known){ T("progress.asked"), T("progress.asked_line"), BANNER_WARN,
                               ICON_FRONT_HAND };
    if (strcmp(state, "returned") == 0)
        return (struct known){ T("progress.returned"), T("progress.returned_line"), BANNER_WARN,
                               ICON_UNDO };
    return (struct known){ T("progress.received"), at(ui, app, "progress.since", ms), BANNER_OK,
                           ICON_CLOUD_DONE };
}

static struct known here(struct ui *ui, const struct app *app)
{
    const struct outbox_row *r = &app->progress->own;
    if (r->state == OUTBOX_REJECTED)
        return (struct known){ T("progress.rejected"), receipt_why(r->reason), BANNER_BAD,
                               ICON_ERROR };
    if (r->state != OUTBOX_ACCEPTED)
        return (struct known){ T("progress.waiting"), at(ui, app, "progress.saved", r->at_ms),
                               BANNER_WARN, ICON_OUTBOX };
    return decided(ui, app, r->case_state, r->case_at_ms ? r->case_at_ms : r->delivered_ms);
}

static struct known elsewhere(struct ui *ui, const struct app *app)
{
    const struct progress *p = app->progress;
    if (ask_busy(&p->ask))
        return (struct known){ T("citizen.asking"), NULL, BANNER_INFO, ICON_HOURGLASS };
    if (p->ask.state == ASK_FAILED)
        return (struct known){ T("progress.offline"), T("progress.offline_line"), BANNER_WARN,
                               ICON_CLOUD_OFF };
    if (!*p->state)
        return (struct known){ T("progress.unknown"), T("progress.unknown_line"), BANNER_INFO,
                               ICON_INFO };
    return decided(ui, app, p->state, p->decided_ms ? p->decided_ms : p->at_ms);
}

/* How long there is left, or how long it is over. */
static const char *left(struct ui *ui, const struct app *app, int last)
{
    const struct workdays *w = &app->services->holidays.days;
    struct arena *a = ui_arena(ui);
    bool working = app->progress->working, over = last < app->today;
    int from = over ? last : app->today, to = over ? app->today : last;
    int n = working ? workday_between(w, from, to) : to - from;
    if (last == app->today)
        return T("progress.today");
    if (over)
        return i18n_fmt(a, "progress.over", "n", say_number(a, to - from), NULL);
    return i18n_fmt(a, working ? "progress.left_working" : "progress.left", "n", say_number(a, n),
                    NULL);
}

static void last_day(struct ui *ui, const struct app *app, const char *id, const char *key, int day)
{
    struct arena *a = ui_arena(ui);
    if (day > 0)
        ui_row(ui, &(struct ui_row){
                       .id = id,
                       .icon = ICON_EVENT,
                       .icon_color = TOK_TEA,
                       .title = i18n_fmt(a, key, "day", say_date_and_weekday(a, day), NULL),
                       .caption = left(ui, app, day) });
}

/* While it is worked on: what was promised, and what the law says. */
static void days(struct ui *ui, const struct app *app)
{
    const struct progress *p = app->progress;
    bool open = strcmp(p->state, "received") == 0 || strcmp(p->state, "asked") == 0;
    if (!open || (p->due_day <= 0 && p->legal_day <= 0))
        return;
    UI_CARD(ui, .w = UI_FILL, .divider = true, .id = "progress.days")
    {
        last_day(ui, app, "progress.due", "progress.due", p->due_day);
        if (p->legal_day != p->due_day)
            last_day(ui, app, "progress.legal", "progress.legal", p->legal_day);
    }
}

static const char *at_time(struct ui *ui, int day, int minute)
{
    struct arena *a = ui_arena(ui);
    return arena_printf(a, "%s %s", say_date_and_weekday(a, day), say_clock(a, minute));
}

/* The appointment: it stands, or which ones are free instead. */
static void slot(struct ui *ui, const struct app *app)
{
    const struct progress *p = app->progress;
    struct arena *a = ui_arena(ui);
    bool booked = strcmp(p->slot, "booked") == 0;
    const char *when = p->slot_day ? at_time(ui, p->slot_day, p->slot_minute) : "";
    const char *other = "";
    if (!*p->slot || strcmp(p->state, "returned") == 0 || strcmp(p->state, "finished") == 0)
        return;
    for (int i = 0; i < p->free_count; i++) {
        const char *one = at_time(ui, p->free_day[i], p->free_minute[i]);
        other = i ? i18n_fmt(a, "receipt.and", "a", other, "b", one, NULL) : one;
    }
    ui_banner(ui,
              &(struct ui_banner){
                  .id = "progress.slot",
                  .kind = booked ? BANNER_OK : BANNER_WARN,
                  .icon = ICON_EVENT,
                  .title = booked ? i18n_fmt(a, "slot.booked", "when", when, NULL) : T("slot.full"),
                  .line = booked ? T("slot.booked_line") : T("slot.full_line"),
                  .line2 = p->free_count ? i18n_fmt(a, "slot.free", "when", other, NULL) : NULL });
}

/* By the platform's word, here or asked for just now. */
static bool finished(const struct progress *p)
{
    const char *state = *p->state ? p->state : p->here ? p->own.case_state : "";
    return strcmp(state, "accepted") == 0 || strcmp(state, "returned") == 0 ||
           strcmp(state, "finished") == 0;
}

/* It lies here still: why, and what becomes of it. */
static const char *waits(struct ui *ui, const struct app *app)
{
    const struct progress *p = app->progress;
    bool over = p->own.state == OUTBOX_ACCEPTED || p->own.state == OUTBOX_REJECTED;
    return p->here && !*p->state && !over ? receipt_waits(app, ui_arena(ui), &p->own) : NULL;
}

/* Photographs of what was handed in at this machine. */
static void pages(struct ui *ui, const struct app *app)
{
    const struct outbox_row *r = &app->progress->own;
    struct arena *a = ui_arena(ui);
    bool whole = r->pages_done == r->pages;
    if (!app->progress->here || r->state != OUTBOX_ACCEPTED || r->pages == 0)
        return;
    UI_CARD(ui, .w = UI_FILL)
    ui_row(ui, &(struct ui_row){
                   .id = "progress.pages",
                   .icon = whole ? ICON_CLOUD_DONE : ICON_OUTBOX,
                   .icon_color = TOK_TEA,
                   .title =
                       i18n_fmt(a, whole ? "receipt.pages_here" : "receipt.pages_waiting", "n",
                                say_number(a, r->pages_done), "all", say_number(a, r->pages), NULL),
                   .caption = whole ? NULL : T("receipt.pages_waiting_why") });
}

static void answer(struct ui *ui, const struct app *app)
{
    const struct progress *p = app->progress;
    if (!p->looked) {
        ui_say_in(ui, TYPE_BODY, TOK_INK2, T("progress.how"));
        return;
    }
    struct known k = *p->state || !p->here ? elsewhere(ui, app) : here(ui, app);
    ui_banner(ui, &(struct ui_banner){ .id = "progress.state",
                                       .title = k.title,
                                       .line = k.line,
                                       .line2 = waits(ui, app),
                                       .kind = k.kind,
                                       .icon = k.icon });
    slot(ui, app);
    pages(ui, app);
    days(ui, app);
    if (finished(app->progress))
        rating_card(ui, app, p->typed, p->rated);
    ui_say_in(ui, TYPE_BODY, TOK_INK2, T("progress.no_names"));
}

/* --- the page ------------------------------------------------------------------------------- */

static void look_button(struct ui *ui, const struct app *app)
{
    if (!app->progress->looked)
        ui_button(ui, &(struct ui_button){ .id = "progress.look",
                                           .label = T("progress.look"),
                                           .icon = ICON_SEARCH,
                                           .kind = BUTTON_PRIMARY,
                                           .main = true,
                                           .w = UI_FILL,
                                           .on = UI_PICK_ON("progress.look", 0) });
}

static void pad(struct ui *ui, const struct app *app, bool beside)
{
    if (app->progress->looked)
        return;
    ui_keypad(ui, &(struct ui_keypad){ .field = "progress.field",
                                       .digits = app->pad_digits,
                                       .beside = beside,
                                       .done = UI_PICK_ON("progress.look", 0),
                                       .hide = UI_PICK_ON("progress.look", 0),
                                       .letters = UI_PICK_ON("progress.letters", 0),
                                       .digits_on = UI_PICK_ON("progress.digits", 0) });
}

static void progress_build(struct ui *ui, const struct app *app)
{
    bool beside = !ui_theme(ui)->portrait && ui_theme(ui)->h_dp < 1200;
    UI(ui, .dir = beside ? UI_ROW : UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = 16,
       .cross = UI_STRETCH)
    {
        UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = 16)
        {
            FRAME_SCROLL(ui, "progress.page")
            {
                number_field(ui, app);
                answer(ui, app);
            }
            FRAME_FIXED(ui)
            look_button(ui, app);
        }
        pad(ui, app, beside);
    }
}

const struct screen screen_progress = { .name = "progress",
                                        .title = "home.progress",
                                        .enter = progress_enter,
                                        .head = progress_head,
                                        .build = progress_build,
                                        .event = progress_event };
