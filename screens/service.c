/* service.c - one service explained: how long it takes, what it costs, what to bring, how it goes.
 */
#include "app/services.h"

#include "screens/form_words.h"
#include "screens/form.h"
#include "screens/frame.h"
#include "screens/screens.h"

#include "app/form.h"
#include "app/i18n.h"
#include "app/papers.h"
#include "app/say.h"
#include "app/widgets.h"
#include "hal/base/log.h"

#include <stdlib.h>
#include <string.h>

enum { ANSWER_STEP = 4, MINUTES_LEAST = 2 };

static void load(struct app *app)
{
    frame_load(app);
    enum err e = services_open(app->services, app->store, app_arg(app));
    if (e != OK)
        log_warn("service_not_loaded", "err=%s", err_name(e));
    app->services->room = app->dev.outbox ? outbox_room(app->dev.outbox) : ERR_READONLY;
}

static void service_enter(struct app *app, int64_t n)
{
    (void)n;
    load(app);
}

static void service_changed(struct app *app, const char *channel)
{
    if (!*channel || strcmp(channel, "service") == 0)
        load(app);
}

/* --- doing it ----------------------------------------------------------------------------- */

/* An unfinished form of the same item goes on; one of another is dropped, as the guide says. */
static void begin(struct app *app)
{
    struct services *s = app->services;
    struct form_place here = { 0 };
    if (!s->service || s->service->mode != SERVICE_FULL || s->room != OK || !app->form)
        return;
    if (form_open(app->form) && strcmp(app->form->service->id, s->service->id) == 0) {
        app_go(app, "form", 0);
        return;
    }
    form_close(app->form);
    papers_forget(app->papers);
    arena_reset(&app->session.desk);
    int64_t village = strtoll(app->config->terminal_village, NULL, 10);
    if (services_village(app->store, &s->page, village, &here.township_name, &here.village_name) ==
        OK)
        here.village = village;
    enum err e =
        form_begin(app->form, &app->session.desk, s->service, s->answer, app->session.face, &here);
    if (e != OK)
        log_warn("form_not_begun", "err=%s", err_name(e));
    else
        form_screen_begin(app);
}

static void service_event(struct app *app, const struct event *ev)
{
    struct services *s = app->services;
    if (ev->type != EV_PICK || !s->service)
        return;
    if (strcmp(ev->what, "service.begin") == 0)
        begin(app);
    else if (strcmp(ev->what, "service.answer") == 0 &&
             ev->n / ANSWER_STEP < s->service->question_count)
        s->answer[ev->n / ANSWER_STEP] = (signed char)(ev->n % ANSWER_STEP);
    else if (strcmp(ev->what, "service.brought") == 0 && ev->n < s->service->material_count)
        s->brought[ev->n] = !s->brought[ev->n];
}

static void service_head(struct ui *ui, const struct app *app, struct screen_head *out)
{
    const struct service *s = app->services->service;
    struct arena *a = ui_arena(ui);
    out->area = AREA_SERVICES;
    if (!s)
        return;
    out->title = service_called(s->name, s->name_en);
    out->subtitle = s->updated_day == INT32_MIN
                        ? s->department
                        : i18n_fmt(a, "service.subtitle", "department", s->department, "day",
                                   say_date(a, s->updated_day), NULL);
}

/* --- reading ------------------------------------------------------------------------------ */

static void benefit(struct ui *ui, const struct service *s)
{
    UI(ui, .w = UI_FILL, .gap = 8)
    {
        ui_label(ui, &(struct ui_text){ .text = *s->benefit ? s->benefit : s->plain_name,
                                        .type = frame_low(ui) ? TYPE_H3 : TYPE_H2,
                                        .heading = true,
                                        .w = UI_FILL });
        if (*s->who)
            ui_label(ui, &(struct ui_text){
                             .text = i18n_fmt(ui_arena(ui), "service.who", "who", s->who, NULL),
                             .type = TYPE_BODY,
                             .w = UI_FILL });
    }
}

static void bar(struct ui *ui, const char *label, const char *days, float part, enum tok full)
{
    UI(ui, .w = UI_FILL, .gap = 4)
    {
        UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 16, .main = UI_BETWEEN)
        {
            ui_say(ui, TYPE_BODY, label);
            ui_say(ui, TYPE_BODYB, days);
        }
        UI(ui, .dir = UI_ROW, .w = UI_FILL, .h = UI_DP(36))
        {
            UI(ui, .w = UI_SHARE(part), .h = UI_DP(36), .fill = full, .radius = 8)
            {
            }
            if (part < 1)
                UI(ui, .w = UI_SHARE(1 - part), .h = UI_DP(36))
                {
                }
        }
    }
}

static void days_bars(struct ui *ui, const struct service *s)
{
    enum tok legal = ui_theme(ui)->taste.contrast ? TOK_EDGE : TOK_MUTE;
    float part = s->legal_days ? (float)s->promised_days / (float)s->legal_days : 1;
    if (s->promised_days)
        bar(ui, T("service.promised"), days_words(ui, s->promised_days, s->working_days), part,
            TOK_TEA);
    if (s->legal_days)
        bar(ui, T("service.legal"), days_words(ui, s->legal_days, s->working_days), 1, legal);
    ui_say_in(ui, TYPE_CAP, TOK_INK2,
              T(s->working_days ? "service.working_note" : "service.natural_note"));
}

static void how_long(struct ui *ui, const struct service *s)
{
    int faster = s->legal_days && s->promised_days ? s->legal_days - s->promised_days : 0;
    UI_CARD(ui, .w = UI_FILL, .pad = UI_PAD2(32, 26), .gap = 12, .id = "service.days")
    {
        UI(ui, .dir = ui_xbig(ui) ? UI_COL : UI_ROW, .w = UI_FILL, .gap = 16, .main = UI_BETWEEN)
        {
            section(ui, T("service.how_long"));
            if (s->at_once)
                ui_say(ui, TYPE_H3, T("service.at_once"));
            else if (faster > 0)
                ui_say(ui, TYPE_BODYB,
                       i18n_fmt(ui_arena(ui), "service.faster", "days",
                                days_words(ui, faster, s->working_days), NULL));
        }
        if (!s->at_once && (s->promised_days || s->legal_days))
            days_bars(ui, s);
        else
            ui_say(ui, TYPE_BODY, T(s->at_once ? "service.at_once_note" : "service.days_unknown"));
        if (s->unsure)
            ui_iconed(ui, ICON_INFO, ui_icon_dp(ui, 30), TOK_INK2, TYPE_CAP, TOK_INK2,
                      T("service.unsure"));
    }
}

static void fact(struct ui *ui, const char *label, const char *value, const char *note)
{
    UI_CARD(ui, .w = UI_FILL, .pad = UI_PAD2(28, 22), .gap = 4)
    {
        ui_say_in(ui, TYPE_CAP, TOK_INK2, label);
        ui_label(ui, &(struct ui_text){ .text = value, .type = TYPE_LEADB, .w = UI_FILL });
        if (note && *note)
            ui_label(ui, &(struct ui_text){
                             .text = note, .type = TYPE_CAP, .color = TOK_INK2, .w = UI_FILL });
    }
}

static void facts(struct ui *ui, const struct service *s)
{
    struct arena *a = ui_arena(ui);
    bool one_column = ui_big(ui) || !i18n_chinese() || (frame_low(ui) && !frame_wide(ui));
    const char *trips = i18n_fmt(a, s->trips == 1 ? "service.trip" : "service.trips", "n",
                                 say_number(a, s->trips), NULL);
    const char *call = s->hotline ? i18n_fmt(a, "service.fee_note", "phone", s->hotline, NULL) : "";
    UI(ui, .dir = one_column ? UI_COL : UI_ROW, .w = UI_FILL, .gap = 20, .cross = UI_STRETCH)
    {
        fact(ui, T("service.trips_label"), trips,
             s->trips ? s->trip_reason : T("service.trips_none"));
        if (*s->fee)
            fact(ui, T("service.fee_label"), s->fee, call);
        if (*s->result)
            fact(ui, T("service.result_label"), s->result, NULL);
    }
}

static void steps(struct ui *ui, const struct service *s)
{
    if (s->step_count == 0)
        return;
    section(ui, T("service.steps"));
    UI_CARD(ui, .w = UI_FILL, .pad = UI_PAD2(28, 22), .gap = 14, .id = "service.steps")
    for (int i = 0; i < s->step_count; i++)
        UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 20)
        {
            float size = ui_icon_dp(ui, 48);
            UI(ui, .dir = UI_ROW, .main = UI_CENTER, .w = UI_DP(size), .h = UI_DP(size),
               .radius = size / 2, .fill = TOK_TEAWASH)
            ui_say_in(ui, TYPE_BODYB, TOK_TEADK, say_number(ui_arena(ui), i + 1));
            ui_label(ui, &(struct ui_text){ .text = s->step[i], .type = TYPE_BODY, .w = UI_FILL });
        }
}

static void line(struct ui *ui, uint32_t icon, const char *title, const char *text)
{
    if (!text || !*text)
        return;
    ui_row(ui, &(struct ui_row){
                   .icon = icon, .icon_color = TOK_TEA, .title = text, .caption = title });
}

static void where(struct ui *ui, const struct service *s)
{
    struct arena *a = ui_arena(ui);
    const char *phone = s->phone && s->sample
                            ? i18n_fmt(a, "service.sample_phone", "phone", s->phone, NULL)
                            : s->phone;
    section(ui, T("service.where"));
    UI_CARD(ui, .w = UI_FILL, .divider = true, .id = "service.where")
    {
        line(ui, ICON_PLACE, T("service.where_label"), s->where);
        line(ui, ICON_SCHEDULE, T("service.hours_label"), s->hours);
        line(ui, ICON_PHONE, s->department, phone);
        line(ui, ICON_PHONE, T("service.hotline_label"), s->hotline);
        line(ui, ICON_INFO, T("service.basis_label"), s->basis);
    }
    ui_label(ui, &(struct ui_text){
                     .text = i18n_fmt(a, s->sample ? "service.source_sample" : "service.source",
                                      "department", s->department, NULL),
                     .type = TYPE_CAP,
                     .color = TOK_INK2,
                     .w = UI_FILL });
}

/* --- what to bring ------------------------------------------------------------------------ */

static int unanswered(const struct services *s)
{
    int n = 0;
    for (int i = 0; i < s->service->question_count; i++)
        n += s->answer[i] == ANSWER_NONE;
    return n;
}

static void question(struct ui *ui, const struct services *s, int i)
{
    struct arena *a = ui_arena(ui);
    const char *stem = frame_id(ui, "service.q", i);
    UI_CARD(ui, .w = UI_FILL, .pad = UI_PAD2(28, 22), .gap = 14)
    {
        ui_label(ui, &(struct ui_text){
                         .text = s->service->question[i].text, .type = TYPE_LEADB, .w = UI_FILL });
        yes_no(ui, arena_printf(a, "%s.yes", stem), arena_printf(a, "%s.no", stem), s->answer[i],
               UI_PICK_ON("service.answer", i * ANSWER_STEP + ANSWER_YES),
               UI_PICK_ON("service.answer", i * ANSWER_STEP + ANSWER_NO));
    }
}

static const char *copies(struct ui *ui, const struct service_material *m)
{
    struct arena *a = ui_arena(ui);
    const char *kind = m->required ? "service.copies" : "service.copies_optional";
    if (m->count == 0 && m->required)
        return *m->copies ? i18n_fmt(a, "service.look_only", "copies", m->copies, NULL) : "";
    return i18n_fmt(a, kind, "copies", m->copies, "n", say_number(a, m->count ? m->count : 1),
                    NULL);
}

static void material(struct ui *ui, const struct services *s, int i)
{
    static const char *const sure[] = { "service.via_card", "", "service.via_form",
                                        "service.via_system", "" };
    const struct service_material *m = &s->service->material[i];
    bool bring = material_shown(m);
    struct tick_row t = {
        .id = frame_id(ui, "service.mat", i),
        .title = m->name,
        .caption = bring ? copies(ui, m) : T(sure[m->via]),
        .on = s->brought[i],
        .sure = !bring,
        .word = T(!bring          ? "service.not_needed"
                  : s->brought[i] ? "service.got"
                                  : "service.not_yet"),
    };
    if (bring)
        t.press = UI_PICK_ON("service.brought", i);
    tick_row(ui, &t);
}

static const char *counted(struct ui *ui, const struct services *s)
{
    struct arena *a = ui_arena(ui);
    int got = 0, all = 0, open = unanswered(s);
    for (int i = 0; i < s->service->material_count; i++) {
        const struct service_material *m = &s->service->material[i];
        if (!material_shown(m) || !service_when(s->service, s->answer, m->when))
            continue;
        all++;
        got += s->brought[i];
    }
    if (open)
        return i18n_fmt(a, "service.answer_first", "n", say_number(a, open), NULL);
    if (all == 0)
        return T("service.bring_nothing");
    return got == all ? T("service.all_there")
                      : i18n_fmt(a, "service.counted", "got", say_number(a, got), "left",
                                 say_number(a, all - got), NULL);
}

static void bring(struct ui *ui, const struct services *s)
{
    UI(ui, .dir = ui_big(ui) || !i18n_chinese() ? UI_COL : UI_ROW, .w = UI_FILL, .gap = 12,
       .main = ui_big(ui) || !i18n_chinese() ? UI_AUTO : UI_BETWEEN)
    {
        section(ui, T("service.bring"));
        ui_label(ui, &(struct ui_text){
                         .text = counted(ui, s), .type = TYPE_BODY, .id = "service.counted" });
    }
    for (int i = 0; i < s->service->question_count; i++)
        question(ui, s, i);
    if (s->service->material_count)
        UI_CARD(ui, .w = UI_FILL, .divider = true, .clip = true)
    for (int i = 0; i < s->service->material_count; i++)
        if (service_when(s->service, s->answer, s->service->material[i].when))
            material(ui, s, i);
}

/* --- the button ----------------------------------------------------------------------------- */

static int minutes(const struct service *s)
{
    int pages = s->question_count;
    for (int i = 0; i < s->field_count; i++) {
        const char *from = s->field[i].from;
        bool card = from && (strncmp(from, "card.", 5) == 0 || strncmp(from, "place.", 6) == 0);
        pages += !card && !s->field[i].when.question && s->field[i].type != FIELD_TICK;
    }
    return s->minutes ? s->minutes : MINUTES_LEAST + (pages + 1) / 2;
}

static void why_not(struct ui *ui, const char *title, const char *text)
{
    ui_banner(ui, &(struct ui_banner){
                      .id = "service.why_not", .title = title, .line = text, .kind = BANNER_INFO });
}

static void action(struct ui *ui, const struct app *app)
{
    const struct services *s = app->services;
    struct arena *a = ui_arena(ui);
    if (s->service->mode != SERVICE_FULL) {
        why_not(ui, T("service.guide_only"),
                i18n_fmt(a, "service.guide_only_note", "where", s->service->where, NULL));
        return;
    }
    if (s->room != OK) {
        why_not(ui, T("service.cannot_take"),
                i18n_fmt(a, "service.guide_only_note", "where", s->service->where, NULL));
        return;
    }
    ui_button(ui, &(struct ui_button){ .id = "service.begin",
                                       .label = T("service.begin"),
                                       .icon_after = ICON_ARROW_FORWARD,
                                       .kind = BUTTON_PRIMARY,
                                       .main = true,
                                       .w = UI_FILL,
                                       .on = UI_PICK_ON("service.begin", 0) });
    if (!frame_low(ui) || frame_wide(ui))
        ui_label(ui, &(struct ui_text){ .text = i18n_fmt(a, "service.minutes", "n",
                                                         say_number(a, minutes(s->service)), NULL),
                                        .type = TYPE_CAP,
                                        .color = TOK_INK2,
                                        .align = UI_CENTER,
                                        .w = UI_FILL });
}

static void reading(struct ui *ui, const struct service *s)
{
    how_long(ui, s);
    facts(ui, s);
}

/* Reading left, doing right. */
static void two_columns(struct ui *ui, const struct app *app)
{
    const struct services *s = app->services;
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .h = UI_FILL, .gap = 8, .cross = UI_STRETCH)
    {
        FRAME_SCROLL(ui, "service.page")
        {
            benefit(ui, s->service);
            reading(ui, s->service);
            steps(ui, s->service);
            where(ui, s->service);
        }
        UI(ui, .w = UI_FILL, .h = UI_FILL, .gap = 12)
        {
            FRAME_SCROLL(ui, "service.bring_page")
            bring(ui, s);
            FRAME_FIXED(ui)
            action(ui, app);
        }
    }
}

static void one_column(struct ui *ui, const struct app *app)
{
    const struct services *s = app->services;
    UI(ui, .w = UI_FILL, .h = UI_FILL, .gap = 12)
    {
        FRAME_SCROLL(ui, "service.page")
        {
            benefit(ui, s->service);
            reading(ui, s->service);
            bring(ui, s);
            steps(ui, s->service);
            where(ui, s->service);
        }
        FRAME_FIXED(ui)
        action(ui, app);
    }
}

static void service_build(struct ui *ui, const struct app *app)
{
    if (!app->services->service)
        ui_empty(ui, ICON_ASSIGNMENT, T("service.gone"), T("service.gone_hint"));
    else if (!ui_theme(ui)->portrait)
        two_columns(ui, app);
    else
        one_column(ui, app);
}

const struct screen screen_service = { .name = "service",
                                       .title = "service.title",
                                       .enter = service_enter,
                                       .head = service_head,
                                       .build = service_build,
                                       .event = service_event,
                                       .changed = service_changed };
