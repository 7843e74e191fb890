/* citizen.c - a citizen's own page: whose card it is, what was handed in, what can be done. */
#include "screens/dock.h"
#include "screens/frame.h"

#include "app/cases.h"
#include "app/genuine.h"
#include "app/i18n.h"
#include "app/progress.h"
#include "app/say.h"
#include "app/services.h"
#include "app/suggest.h"
#include "app/visit.h"
#include "app/widgets.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"

#include <string.h>

static void citizen_enter(struct app *app, int64_t n)
{
    (void)n;
    frame_load(app);
    suggest_seen(app);
    if (services_load_home(app->services, app->store) != OK)
        log_warn("services_not_loaded", "screen=citizen");
}

static void citizen_changed(struct app *app, const char *channel)
{
    (void)channel;
    frame_load(app);
}

static const char *greeting(struct ui *ui, const struct app *app)
{
    const struct card_face *f = app->session.face;
    struct arena *a = ui_arena(ui);
    if (!f)
        return T("citizen.nobody");
    if (!*f->name)
        return T("citizen.hello_unnamed");
    return i18n_fmt(a, "citizen.hello", "name", mask_name(a, f->name), NULL);
}

/* Permits are made like identity cards: their numbers begin with 81 to 83, a foreigner's with
 * letters.
 */
static const char *idcard_key(const char *id)
{
    if (id[0] >= 'A')
        return "citizen.foreigner";
    return id[0] == '8' && id[1] >= '1' && id[1] <= '3' ? "citizen.permit" : "citizen.idcard";
}

static const char *generation(const struct card_face *f)
{
    static const char *const key[] = { "citizen.gen", "citizen.gen1", "citizen.gen2",
                                       "citizen.gen3" };
    if (f->kind == CARD_ECARD)
        return T("citizen.ecard");
    if (f->kind == CARD_IDCARD)
        return T(idcard_key(f->id));
    return T(key[f->generation >= 1 && f->generation <= 3 ? f->generation : 0]);
}

static const char *card_tail(struct ui *ui, const struct app *app)
{
    const struct card_face *f = app->session.face;
    size_t n = f ? strlen(f->card_no) : 0;
    if (f && f->kind != CARD_SSC)
        return generation(f);
    if (n < 4)
        return T("citizen.card");
    return i18n_fmt(ui_arena(ui), "citizen.card_tail", "tail", f->card_no + n - 4, NULL);
}

static void citizen_head(struct ui *ui, const struct app *app, struct screen_head *out)
{
    out->area = AREA_SERVICES;
    out->icon = ICON_PERSON;
    out->title = greeting(ui, app);
    out->subtitle = card_tail(ui, app);
}

/* --- the card ----------------------------------------------------------------------------- */

/* A third generation card: its holder is being asked for, cannot be now, or stays unknown. */
static void guarded(struct ui *ui, const struct app *app)
{
    bool busy = genuine_busy(app), offline = app->line.state != LINE_ONLINE;
    ui_banner(ui, &(struct ui_banner){
                      .id = "citizen.guarded",
                      .kind = BANNER_INFO,
                      .icon = busy ? ICON_HOURGLASS : ICON_NONE,
                      .title = T(busy      ? "citizen.opening"
                                 : offline ? "citizen.guarded_offline"
                                           : "citizen.guarded"),
                      .line = T(busy ? "citizen.opening_line" : "citizen.guarded_line") });
}

static void this_card(struct ui *ui, const struct app *app)
{
    const struct card_face *f = app->session.face;
    struct arena *a = ui_arena(ui);
    UI_CARD(ui, .w = UI_FILL, .id = "citizen.card", .divider = true)
    {
        ui_row(ui, &(struct ui_row){ .icon = ICON_CREDIT_CARD,
                                     .title = generation(f),
                                     .caption = f->expires_day == INT32_MIN
                                                    ? NULL
                                                    : i18n_fmt(a, "citizen.valid", "day",
                                                               say_date(a, f->expires_day), NULL),
                                     .right = mask_number(a, f->card_no),
                                     .right_type = TYPE_BODY });
        if (*f->id)
            ui_row(ui, &(struct ui_row){ .icon = ICON_BADGE,
                                         .title = T("citizen.id"),
                                         .plain = true,
                                         .right = mask_number(a, f->id),
                                         .right_type = TYPE_BODY });
        if (f->kind == CARD_SSC && visit_card_answers(app))
            ui_row(ui, &(struct ui_row){ .id = "citizen.pin",
                                         .icon = ICON_LOCK,
                                         .title = T("citizen.pin"),
                                         .chevron = true,
                                         .on = UI_GO_TO("card_pin", 0) });
    }
    if (f->guarded)
        guarded(ui, app);
}

/* --- what was handed in ------------------------------------------------------------------- */

static const struct state_words {
    const char *state, *key;
    enum chip_kind kind;
    uint32_t icon;
} state_words[] = {
    { "waiting", "case.waiting", CHIP_WARN, ICON_SCHEDULE },
    { "sending", "case.sending", CHIP_WARN, ICON_SCHEDULE },
    { "stuck", "case.waiting", CHIP_WARN, ICON_SCHEDULE },
    { "rejected", "case.rejected", CHIP_BAD, ICON_ERROR },
    { "received", "case.received", CHIP_OK, ICON_CLOUD_DONE },
    { "accepted", "case.accepted", CHIP_OK, ICON_CHECK_CIRCLE },
    { "returned", "case.returned", CHIP_BAD, ICON_UNDO },
    { "asked", "case.asked", CHIP_WARN, ICON_FRONT_HAND },
    { "finished", "case.finished", CHIP_OK, ICON_CHECK_CIRCLE },
};
enum { WORDS_RECEIVED = 4 }; /* what a newer platform says and we do not know */

static const struct state_words *words_of(const char *state)
{
    for (size_t i = 0; i < sizeof state_words / sizeof *state_words; i++)
        if (strcmp(state_words[i].state, state) == 0)
            return &state_words[i];
    return &state_words[WORDS_RECEIVED];
}

static void case_row(struct ui *ui, const struct app *app, int i)
{
    const struct case_row *r = &app->cases->row[i];
    const struct state_words *w = words_of(r->state);
    struct arena *a = ui_arena(ui);
    const char *when = i18n_fmt(a, "citizen.handed", "when", say_time(a, r->at_ms, app->today),
                                "receipt", r->receipt, NULL);
    bool asked_for = strcmp(r->state, "asked") == 0;
    bool told = (asked_for || strcmp(r->state, "returned") == 0) && *r->reason;
    const char *why =
        told ? i18n_fmt(a, asked_for ? "case.wanted" : "case.reason", "why", r->reason, NULL) : "";
    ui_row(ui, &(struct ui_row){ .id = frame_id(ui, "citizen.case", i),
                                 .icon = w->icon,
                                 .title = *r->service ? r->service : T("citizen.a_case"),
                                 .caption = told ? why : when,
                                 .chip = T(w->key),
                                 .chip_kind = w->kind,
                                 .chip_icon = w->icon,
                                 .chevron = true,
                                 .on = UI_PICK_ON("citizen.case", i) });
}

/* What the platform said of it, or that it could not be asked. */
static void asked(struct ui *ui, const struct app *app)
{
    const struct cases *c = app->cases;
    if (ask_busy(&c->ask))
        ui_iconed(ui, ICON_HOURGLASS, 36, TOK_TEA, TYPE_BODY, TOK_INK, T("citizen.asking"));
    else if (c->ask.state == ASK_FAILED && c->ask.err == ERR_UNPROVED)
        ui_iconed(ui, ICON_INFO, 36, TOK_PEELINK, TYPE_BODY, TOK_INK, T("citizen.unproved"));
    else if (c->ask.state == ASK_FAILED || app->line.state != LINE_ONLINE)
        ui_iconed(ui, ICON_CLOUD_OFF, 36, TOK_PEELINK, TYPE_BODY, TOK_INK,
                  T(app->line.state != LINE_ONLINE ? "citizen.offline" : "citizen.not_asked"));
    else if (c->count == 0 && c->ask.state == ASK_DONE)
        ui_say(ui, TYPE_BODY, T("citizen.no_cases"));
}

static void handed_in(struct ui *ui, const struct app *app)
{
    const struct cases *c = app->cases;
    UI(ui, .dir = UI_COL, .w = UI_FILL, .gap = 12)
    {
        ui_label(ui,
                 &(struct ui_text){ .text = T("citizen.cases"), .type = TYPE_H3, .heading = true });
        asked(ui, app);
        if (c->count)
            UI_CARD(ui, .w = UI_FILL, .id = "citizen.cases", .role = ROLE_LIST, .divider = true)
        for (int i = 0; i < c->count; i++)
            case_row(ui, app, i);
    }
}

/* --- what the feed's rules suggest ---------------------------------------------------------- */

/* One at a time, most urgent first; the next one after "not now". */
static void suggested(struct ui *ui, const struct app *app)
{
    const struct suggestion *r = suggest_first(app->suggest);
    bool column = ui_big(ui) || !i18n_chinese();
    if (!r || app->asking)
        return;
    UI_CARD(ui, .w = UI_FILL, .id = "citizen.suggest", .pad = UI_PAD2(32, 24), .gap = 14)
    {
        ui_label(ui, &(struct ui_text){
                         .text = i18n_fmt(ui_arena(ui), "citizen.suggest", "what", r->title, NULL),
                         .type = TYPE_H3,
                         .heading = true });
        ui_say(ui, TYPE_BODY, r->sentence);
        UI(ui, .dir = column ? UI_COL : UI_ROW, .w = UI_FILL, .gap = 16, .cross = UI_STRETCH)
        {
            ui_button(ui, &(struct ui_button){ .id = "citizen.suggest_go",
                                               .label = T("citizen.suggest_go"),
                                               .icon_after = ICON_ARROW_FORWARD,
                                               .kind = BUTTON_PRIMARY,
                                               .main = true,
                                               .w = UI_FILL,
                                               .on = UI_GO_TO("service", r->service) });
            ui_button(ui, &(struct ui_button){ .id = "citizen.suggest_later",
                                               .label = T("citizen.suggest_later"),
                                               .kind = BUTTON_SECONDARY,
                                               .main = true,
                                               .w = UI_FILL,
                                               .on = UI_PICK_ON("citizen.suggest_later", 0) });
        }
    }
}

/* --- what can be done --------------------------------------------------------------------- */

static void ways_on(struct ui *ui)
{
    UI(ui, .dir = ui_big(ui) ? UI_COL : UI_ROW, .w = UI_FILL, .gap = 20, .cross = UI_STRETCH)
    {
        ui_button(ui, &(struct ui_button){ .id = "citizen.services",
                                           .label = T("citizen.services"),
                                           .icon_after = ICON_ARROW_FORWARD,
                                           .kind = BUTTON_PRIMARY,
                                           .main = true,
                                           .w = UI_FILL,
                                           .on = UI_GO_TO("services", 0) });
        ui_button(ui, &(struct ui_button){ .id = "citizen.progress",
                                           .label = T("home.progress"),
                                           .icon = ICON_MANAGE_SEARCH,
                                           .kind = BUTTON_SECONDARY,
                                           .main = true,
                                           .w = UI_FILL,
                                           .on = UI_GO_TO("progress", 0) });
    }
    ui_button(ui, &(struct ui_button){ .id = "citizen.account",
                                       .label = T("citizen.account"),
                                       .icon = ICON_BADGE,
                                       .kind = BUTTON_SECONDARY,
                                       .main = true,
                                       .w = UI_FILL,
                                       .on = UI_GO_TO("account", 0) });
}

static void often(struct ui *ui, const struct app *app)
{
    const struct services *s = app->services;
    if (s->quick_count == 0 || frame_low(ui))
        return;
    UI(ui, .dir = UI_COL, .w = UI_FILL, .gap = 12)
    {
        ui_label(ui,
                 &(struct ui_text){ .text = T("citizen.often"), .type = TYPE_H3, .heading = true });
        UI(ui, .dir = UI_GRID, .cols = ui_big(ui) ? 1 : 2, .w = UI_FILL, .gap = 14)
        for (int i = 0; i < s->quick_count; i++)
            ui_button(ui, &(struct ui_button){
                              .id = frame_id(ui, "citizen.quick", i + 1),
                              .label = service_called(s->quick[i].name, s->quick[i].name_en),
                              .kind = BUTTON_QUIET,
                              .w = UI_FILL,
                              .on = UI_GO_TO("service", s->quick[i].key) });
    }
}

static void citizen_build(struct ui *ui, const struct app *app)
{
    if (!app->session.face) {
        ui_empty(ui, ICON_CREDIT_CARD, T("citizen.nobody"), T("dock.insert"));
        return;
    }
    UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = 16)
    {
        FRAME_SCROLL(ui, "citizen.page")
        {
            bool wide = frame_wide(ui) && !ui_big(ui);
            UI(ui, .dir = wide ? UI_ROW : UI_COL, .w = UI_FILL, .gap = wide ? 40 : 32,
               .cross = wide ? UI_START : UI_STRETCH)
            {
                UI(ui, .w = wide ? UI_SHARE(960) : UI_FILL, .gap = 32)
                {
                    suggested(ui, app);
                    /* However much was handed in, what can be done stays in sight. */
                    ways_on(ui);
                    handed_in(ui, app);
                    if (!wide)
                        often(ui, app);
                }
                UI(ui, .w = wide ? UI_SHARE(824) : UI_FILL, .gap = 32)
                {
                    UI(ui, .w = UI_FILL, .gap = 16)
                    this_card(ui, app);
                    if (wide)
                        often(ui, app);
                }
            }
        }
        frame_pager(ui, app, "citizen.page");
    }
}

static void citizen_event(struct app *app, const struct event *ev)
{
    if (ev->type == EV_PICK && strcmp(ev->what, "citizen.suggest_later") == 0)
        suggest_put_off(app);
    if (ev->type != EV_PICK || strcmp(ev->what, "citizen.case") != 0 || ev->n < 0 ||
        ev->n >= app->cases->count)
        return;
    progress_forget(app->progress);
    progress_type(app->progress, app->cases->row[ev->n].receipt);
    app_go(app, "progress", 0);
    progress_look(app);
}

const struct screen screen_citizen = { .name = "citizen",
                                       .title = "citizen.title",
                                       .enter = citizen_enter,
                                       .head = citizen_head,
                                       .build = citizen_build,
                                       .event = citizen_event,
                                       .changed = citizen_changed };
