/* review.c - everything once more before it is handed in: whose word it is, to whom it goes. */
#include "app/form.h"
#include "screens/form.h"

#include "screens/form_words.h"
#include "screens/frame.h"
#include "screens/screens.h"

#include "app/handin.h"
#include "app/i18n.h"
#include "app/papers.h"
#include "app/say.h"
#include "app/visit.h"
#include "app/widgets.h"
#include "hal/base/clock.h"

#include <string.h>

/* What can be missing beside a page: the two ticks of this page. */
enum { MISSING_TRUTH = FORM_PAGES, MISSING_CONSENT };

static void review_enter(struct app *app, int64_t n)
{
    (void)n;
    frame_load(app);
    app->reveal_until_ms = 0;
    if (form_open(app->form))
        app->form->missing_at = -1;
}

static void review_changed(struct app *app, const char *channel)
{
    (void)channel;
    frame_load(app);
}

/* --- handing in ----------------------------------------------------------------------------- */

static int missing(const struct form *f, int today)
{
    int page = form_first_wrong(f, today), truth = form_truth(f);
    bool tick = page >= 0 && page < FORM_FIELDS && f->service->field[page].type == FIELD_TICK;
    if (page >= 0 && !tick)
        return page;
    if (!f->consent_service) /* in the order they stand on the page */
        return MISSING_TRUTH;
    if (tick && page != truth)
        return page;
    return f->consent_data ? -1 : MISSING_CONSENT;
}

static void open_wrong(struct app *app, int page)
{
    struct form *f = app->form;
    form_screen_open(app, page);
    f->shown_fault = form_check(f, page, app->today, &f->shown_n);
    f->shouts++;
}

/* The same citizen, the same item: told once, then their choice. */
static bool handed_before(struct form *f)
{
    struct handed before;
    const char *id = form_person_id(f);
    if (!*id || f->asked_again || handed_find(id, f->service->id, &before, 1) == 0)
        return false;
    f->again_at_ms = before.at_ms;
    return true;
}

static void hand_in(struct app *app)
{
    struct form *f = app->form;
    f->missing_at = missing(f, app->today);
    if (f->missing_at >= 0) {
        bool page = f->missing_at < FORM_FIELDS
                        ? f->service->field[f->missing_at].type != FIELD_TICK
                        : f->missing_at < FORM_PAGES;
        f->shouts++;
        if (page)
            open_wrong(app, f->missing_at);
        return;
    }
    if (handed_before(f))
        return;
    app->handin_err = handin_begin(app);
}

static void give_up(struct app *app)
{
    form_close(app->form);
    papers_forget(app->papers);
    arena_reset(&app->session.desk);
    app_home(app);
}

static void picked(struct app *app, const struct event *ev)
{
    struct form *f = app->form;
    if (strcmp(ev->what, "review.hand_in") == 0) {
        hand_in(app);
    } else if (strcmp(ev->what, "review.again") == 0) {
        f->asked_again = true;
        f->again_at_ms = 0;
        hand_in(app);
    } else if (strcmp(ev->what, "review.not_again") == 0) {
        give_up(app);
    } else if (strcmp(ev->what, "review.show") == 0) {
        app->reveal_until_ms = clock_timer_ms() + VISIT_REVEAL_MS;
    } else if (strcmp(ev->what, "review.change") == 0 && ev->n >= 0 && ev->n < FORM_PAGES) {
        form_screen_open(app, (int)ev->n);
    } else if (strcmp(ev->what, "review.photograph") == 0) {
        form_screen_papers(app);
    } else if (strcmp(ev->what, "review.truth") == 0) {
        f->consent_service = !f->consent_service;
        f->touched = true;
        if (form_truth(f) >= 0)
            form_tick(f, form_truth(f), f->consent_service);
    } else if (strcmp(ev->what, "review.consent") == 0) {
        f->consent_data = !f->consent_data;
        f->touched = true;
    } else if (strcmp(ev->what, "review.tick") == 0 && ev->n < f->service->field_count) {
        form_tick(f, (int)ev->n, !f->value[ev->n].ticked);
    }
}

static void review_event(struct app *app, const struct event *ev)
{
    if (ev->type == EV_PICK && form_open(app->form) && !app->form->busy)
        picked(app, ev);
}

static void review_head(struct ui *ui, const struct app *app, struct screen_head *out)
{
    (void)ui;
    out->area = AREA_SERVICES;
    if (form_open(app->form))
        out->subtitle = service_called(app->form->service->name, app->form->service->name_en);
}

/* --- values ------------------------------------------------------------------------------------
 */

static bool is_name(const struct service_field *def)
{
    return def->from &&
           (strcmp(def->from, "card.name") == 0 || strcmp(def->from, "agentcard.name") == 0);
}

static bool is_secret(const struct service_field *def)
{
    return is_name(def) || def->type == FIELD_IDNO || def->type == FIELD_BANKCARD ||
           def->type == FIELD_PHONE || (def->from && strcmp(def->from, "ssc.cardno") == 0);
}

static const char *masked(struct arena *a, const struct service_field *def, const char *s)
{
    if (is_name(def))
        return mask_name(a, s);
    return def->type == FIELD_PHONE ? mask_phone(a, s) : mask_number(a, s);
}

static bool revealed(const struct app *app)
{
    return !app->asking && clock_timer_ms() < app->reveal_until_ms;
}

static const char *shown(struct ui *ui, const struct app *app, int i)
{
    struct arena *a = ui_arena(ui);
    const struct service_field *def = &app->form->service->field[i];
    const char *words = form_words(app->form, i, a);
    if (!*words)
        return T("review.empty");
    if (app->asking)
        return "＊＊＊＊";
    return is_secret(def) && !revealed(app) ? masked(a, def, words) : words;
}

static const char *source(const struct form_value *v)
{
    switch (v->source) {
    case SOURCE_CARD:
        return T("review.from_card");
    case SOURCE_PLACE:
        return T("review.from_place");
    case SOURCE_TYPED:
        break;
    case SOURCE_NONE:
        return v->village > 0 ? T("review.from_place") : NULL;
    }
    return T(v->choice >= 0 ? "review.chosen" : "review.typed");
}

static void change_button(struct ui *ui, int page)
{
    ui_button(ui, &(struct ui_button){ .id = frame_id(ui, "review.change", page),
                                       .label = T("review.change"),
                                       .kind = BUTTON_SECONDARY,
                                       .small = true,
                                       .on = UI_PICK_ON("review.change", page) });
}

static void value_words(struct ui *ui, const char *label, const char *words, const char *from)
{
    bool column = ui_big(ui) || !i18n_chinese();
    UI(ui, .dir = column ? UI_COL : UI_ROW, .w = UI_FILL, .gap = column ? 2 : 16)
    {
        ui_label(ui, &(struct ui_text){ .text = label,
                                        .type = TYPE_BODY,
                                        .color = TOK_INK2,
                                        .w = column ? UI_FILL : UI_SHARE(0.62f) });
        UI(ui, .w = column ? UI_FILL : UI_SHARE(1))
        {
            ui_label(ui, &(struct ui_text){ .text = words, .type = TYPE_LEADB, .w = UI_FILL });
            if (from)
                ui_say_in(ui, TYPE_CAP, TOK_INK2, from);
        }
    }
}

static void value_row(struct ui *ui, const char *id, int page, const char *label, const char *words,
                      const char *from, bool change)
{
    UI(ui, .dir = UI_ROW, .id = id, .role = ROLE_ROW, .w = UI_FILL, .h = UI_ATLEAST(100),
       .pad = { .l = 32, .t = 12, .r = 20, .b = 12 }, .gap = 16)
    {
        value_words(ui, label, words, from);
        if (change)
            change_button(ui, page);
    }
}

static void values(struct ui *ui, const struct app *app)
{
    const struct form *f = app->form;
    UI_CARD(ui, .w = UI_FILL, .divider = true, .id = "review.values")
    {
        for (int i = 0; i < f->service->field_count; i++) {
            const struct service_field *def = &f->service->field[i];
            if (!form_has(f, i) || def->type == FIELD_TICK)
                continue;
            value_row(ui, arena_printf(ui_arena(ui), "review.field.%s", def->id), i, def->label,
                      shown(ui, app, i), source(&f->value[i]),
                      f->value[i].source != SOURCE_CARD && !f->busy);
        }
        for (int q = 0; q < f->service->question_count; q++)
            value_row(ui, frame_id(ui, "review.question", q), FORM_FIELDS + q,
                      f->service->question[q].text,
                      T(f->answer[q] == ANSWER_YES  ? "form.yes"
                        : f->answer[q] == ANSWER_NO ? "form.no"
                                                    : "review.empty"),
                      T("review.chosen"), !f->busy);
    }
}

static void show_button(struct ui *ui, const struct app *app)
{
    ui_button(ui, &(struct ui_button){ .id = "review.show",
                                       .label = T(revealed(app) ? "review.showing" : "review.show"),
                                       .kind = BUTTON_SECONDARY,
                                       .small = true,
                                       .w = ui_big(ui) ? UI_FILL : (struct ui_len){ 0 },
                                       .on = UI_PICK_ON("review.show", 0) });
}

/* --- papers --------------------------------------------------------------------------------------
 */

/* Papers that are shown later; with those that were photographed instead. */
static int papers_shown(const struct app *app, bool taken_too)
{
    const struct form *f = app->form;
    int n = 0;
    for (int i = 0; i < f->service->material_count; i++)
        if (material_shown(&f->service->material[i]) && form_needs(f, f->service->material[i].when))
            n += taken_too || papers_count(app->papers, i) == 0;
    return n;
}

/* One paper: photographed, or to be shown. */
static void paper(struct ui *ui, const struct app *app, int i)
{
    struct arena *a = ui_arena(ui);
    const struct service_material *m = &app->form->service->material[i];
    int pages = papers_count(app->papers, i);
    const char *words =
        m->required ? m->name : i18n_fmt(a, "review.paper_optional", "paper", m->name, NULL);
    if (pages > 0)
        words =
            i18n_fmt(a, "review.paper_taken", "paper", m->name, "n", say_number(a, pages), NULL);
    ui_iconed(ui, pages > 0 ? ICON_CHECK_CIRCLE : ICON_DRAFTS, ui_icon_dp(ui, 36), TOK_TEA,
              TYPE_LEADB, TOK_INK, words);
}

static void papers(struct ui *ui, const struct app *app)
{
    const struct form *f = app->form;
    const struct service *s = f->service;
    struct arena *a = ui_arena(ui);
    int left = papers_shown(app, false);
    if (papers_shown(app, true) == 0)
        return;
    const char *at = s->show_where ? s->show_where : s->where;
    section(ui, T(left > 0 ? "review.papers" : "papers.title"));
    UI_CARD(ui, .w = UI_FILL, .pad = UI_PAD2(32, 22), .gap = 10, .id = "review.papers")
    {
        for (int i = 0; i < s->material_count; i++) {
            const struct service_material *m = &s->material[i];
            if (!material_shown(m) || !form_needs(f, m->when))
                continue;
            paper(ui, app, i);
        }
        if (left > 0)
            ui_label(ui,
                     &(struct ui_text){
                         .text = s->show_days ? i18n_fmt(a, "review.papers_by", "where", at, "days",
                                                         days_words(ui, s->show_days, true), NULL)
                                              : i18n_fmt(a, "review.papers_at", "where", at, NULL),
                         .type = TYPE_BODY,
                         .w = UI_FILL });
        if (papers_offered(app) && !f->busy)
            ui_button(ui, &(struct ui_button){ .id = "review.photograph",
                                               .label = T("review.photograph"),
                                               .kind = BUTTON_SECONDARY,
                                               .small = true,
                                               .on = UI_PICK_ON("review.photograph", 0) });
    }
}

/* --- consents
 * ---------------------------------------------------------------------------------------- */

static const char *consent_words(struct ui *ui, const struct form *f)
{
    return f->service->consent_text ? f->service->consent_text
                                    : i18n_fmt(ui_arena(ui), "review.consent", "department",
                                               f->service->department, NULL);
}

static void other_ticks(struct ui *ui, const struct form *f)
{
    for (int i = 0; i < f->service->field_count; i++) {
        const struct service_field *def = &f->service->field[i];
        if (def->type != FIELD_TICK || i == form_truth(f) || !form_has(f, i))
            continue;
        tick_row(ui, &(struct tick_row){ .id = frame_id(ui, "review.tick", i),
                                         .title = def->label,
                                         .caption = def->hint,
                                         .on = f->value[i].ticked,
                                         .card = true,
                                         .press = UI_PICK_ON("review.tick", i) });
    }
}

static void consents(struct ui *ui, const struct form *f)
{
    int truth = form_truth(f);
    struct arena *a = ui_arena(ui);
    section(ui, T("review.nod"));
    tick_row(ui, &(struct tick_row){ .id = "review.truth",
                                     .title = truth >= 0 ? f->service->field[truth].label
                                                         : T("review.truth"),
                                     .caption = T("review.truth_note"),
                                     .on = f->consent_service,
                                     .card = true,
                                     .press = UI_PICK_ON("review.truth", 0) });
    other_ticks(ui, f);
    tick_row(ui, &(struct tick_row){
                     .id = "review.consent",
                     .title = consent_words(ui, f),
                     .caption = T("review.consent_note"),
                     .caption2 = i18n_fmt(a, "review.refuse", "where", f->service->where, NULL),
                     .on = f->consent_data,
                     .card = true,
                     .press = UI_PICK_ON("review.consent", 0) });
}

/* --- the button
 * ------------------------------------------------------------------------------------- */

static const char *missing_words(struct ui *ui, const struct form *f, int at)
{
    struct arena *a = ui_arena(ui);
    if (at == MISSING_CONSENT)
        return i18n_fmt(a, "review.missing_tick", "what", consent_words(ui, f), NULL);
    if (at == MISSING_TRUTH)
        return i18n_fmt(
            a, "review.missing_tick", "what",
            form_truth(f) >= 0 ? f->service->field[form_truth(f)].label : T("review.truth"), NULL);
    if (at < FORM_FIELDS && f->service->field[at].type == FIELD_TICK)
        return i18n_fmt(a, "review.missing_tick", "what", f->service->field[at].label, NULL);
    return i18n_fmt(a, "review.missing", "what",
                    at < FORM_FIELDS ? f->service->field[at].label
                                     : f->service->question[at - FORM_FIELDS].text,
                    NULL);
}

static void notice(struct ui *ui, enum banner_kind kind, const char *id, const char *title,
                   const char *words)
{
    ui_banner(ui, &(struct ui_banner){ .id = id, .title = title, .line = words, .kind = kind });
}

static void again(struct ui *ui, const struct app *app)
{
    struct arena *a = ui_arena(ui);
    notice(ui, BANNER_WARN, "review.again_note",
           i18n_fmt(a, "review.again_title", "when",
                    say_time(a, app->form->again_at_ms, app->today), NULL),
           T("review.again_note"));
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 16)
    {
        ui_button(ui, &(struct ui_button){ .id = "review.not_again",
                                           .label = T("review.not_again"),
                                           .kind = BUTTON_PRIMARY,
                                           .w = UI_FILL,
                                           .on = UI_PICK_ON("review.not_again", 0) });
        ui_button(ui, &(struct ui_button){ .id = "review.again",
                                           .label = T("review.again"),
                                           .kind = BUTTON_SECONDARY,
                                           .w = UI_FILL,
                                           .on = UI_PICK_ON("review.again", 0) });
    }
}

static void one_line(struct ui *ui, uint32_t icon, const char *text)
{
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .pad = UI_PAD2(24, 14), .gap = 14, .radius = 16,
       .fill = TOK_PEELWASH, .border = TOK_PEELEDGE, .border_dp = 2, .id = "review.missing",
       .role = ROLE_STATUS)
    {
        ui_icon(ui, icon, ui_icon_dp(ui, 36), TOK_PEELINK);
        ui_label(ui, &(struct ui_text){
                         .text = text, .type = TYPE_BODY, .color = TOK_PEELINK, .w = UI_FILL });
    }
}

static void action(struct ui *ui, const struct app *app)
{
    const struct form *f = app->form;
    int at = missing(f, app->today);
    if (f->again_at_ms && !f->busy) {
        again(ui, app);
        return;
    }
    if (app->handin_err != OK && !f->busy)
        notice(ui, BANNER_BAD, "review.failed", T("review.failed"),
               receipt_why(err_name(app->handin_err)));
    else if (at >= 0)
        one_line(ui, ICON_INFO, missing_words(ui, f, at));
    ui_button(ui, &(struct ui_button){ .id = "review.hand_in",
                                       .label = T(f->busy ? "review.sending" : "review.hand_in"),
                                       .icon_after = ICON_ARROW_FORWARD,
                                       .kind = BUTTON_PRIMARY,
                                       .main = true,
                                       .busy = f->busy,
                                       .w = UI_FILL,
                                       .on = UI_PICK_ON("review.hand_in", 0) });
}

/* Pressed too early: the focus goes to what is missing, once. */
static void point_at_missing(struct ui *ui, const struct form *f)
{
    static int pointed;
    if (f->shouts == pointed || f->missing_at < 0)
        return;
    pointed = f->shouts;
    if (f->missing_at == MISSING_TRUTH || f->missing_at == MISSING_CONSENT)
        ui_focus(ui, f->missing_at == MISSING_TRUTH ? "review.truth" : "review.consent");
    else
        ui_focus(ui, frame_id(ui, "review.tick", f->missing_at));
}

static void read_again(struct ui *ui, const struct app *app)
{
    UI(ui, .dir = ui_big(ui) ? UI_COL : UI_ROW, .w = UI_FILL, .gap = 16,
       .main = ui_big(ui) ? UI_AUTO : UI_BETWEEN)
    {
        section(ui, T("review.look"));
        show_button(ui, app);
    }
    values(ui, app);
    papers(ui, app);
}

static void review_build(struct ui *ui, const struct app *app)
{
    bool wide = !ui_theme(ui)->portrait;
    if (!form_open(app->form)) {
        ui_empty(ui, ICON_ASSIGNMENT, T("form.none"), NULL);
        return;
    }
    UI(ui, .dir = wide ? UI_ROW : UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = wide ? 8 : 12,
       .cross = UI_STRETCH)
    {
        FRAME_SCROLL(ui, "review.page")
        {
            read_again(ui, app);
            if (!wide)
                consents(ui, app->form);
        }
        UI(ui, .w = UI_FILL, .h = wide ? UI_FILL : (struct ui_len){ 0 }, .gap = 12)
        {
            if (wide)
                FRAME_SCROLL(ui, "review.nod_page")
            consents(ui, app->form);
            FRAME_FIXED(ui)
            action(ui, app);
        }
    }
    point_at_missing(ui, app->form);
}

const struct screen screen_review = { .name = "review",
                                      .title = "review.title",
                                      .enter = review_enter,
                                      .head = review_head,
                                      .build = review_build,
                                      .event = review_event,
                                      .changed = review_changed };
