/* form_page.c - how one page of a form looks: the question, why it is asked, a way to answer. */
#include "app/form.h"
#include "screens/form.h"
#include "screens/form_words.h"
#include "screens/frame.h"
#include "screens/screens.h"
#include "app/i18n.h"
#include "app/say.h"
#include "app/services.h"
#include "app/typing.h"
#include "app/widgets.h"
#include "hal/base/log.h"
#include "hal/base/utf8.h"
#include <stdio.h>
#include <string.h>

/* --- the page -----------------------------------------------------------------------------------
 */

/* A bar of steps; where there are too many, one bar. */
static void progress(struct ui *ui, const struct form *f)
{
    struct arena *a = ui_arena(ui);
    enum { SEGMENTS = 12 };
    if (f->reviewing) {
        ui_say_in(ui, TYPE_BODY, TOK_INK2, T("form.changing"));
        return;
    }
    if (!frame_low(ui) && f->asked_count <= SEGMENTS)
        UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 8)
    for (int i = 0; i < f->asked_count; i++)
        UI(ui, .w = UI_FILL, .h = UI_DP(14), .radius = 7, .fill = i <= f->step ? TOK_TEA : TOK_MUTE,
           .border = i <= f->step ? TOK_TEA : TOK_EDGE, .border_dp = 2)
        {
        }
    const char *step = i18n_fmt(a, "form.step", "n", say_number(a, f->step + 1), "all",
                                say_number(a, f->asked_count), NULL);
    ui_label(ui, &(struct ui_text){ .text = f->step == 0
                                                ? arena_printf(a, "%s %s", step, T("form.not_kept"))
                                                : step,
                                    .type = TYPE_BODY,
                                    .color = TOK_INK2,
                                    .id = "form.step",
                                    .w = UI_FILL });
}

static const char *length_key(const struct service_field *def, bool too_short)
{
    switch (def->type) {
    case FIELD_PHONE:
        return too_short ? "form.wrong.short.phone" : "form.wrong.long.phone";
    case FIELD_IDNO:
        return too_short ? "form.wrong.short.idno" : "form.wrong.long.idno";
    case FIELD_DATE:
        return too_short ? "form.wrong.short.date" : "form.wrong.long.date";
    case FIELD_BANKCARD:
        return too_short ? "form.wrong.short.bank" : "form.wrong.long.bank";
    case FIELD_TEXT:
        return "form.wrong.long.text";
    case FIELD_NUMBER:
    case FIELD_ADDRESS:
    case FIELD_CHOICE:
    case FIELD_TICK:
        break;
    }
    return too_short ? "form.wrong.short" : "form.wrong.long";
}

static const char *fault_words(struct ui *ui, const struct form *f)
{
    const struct service_field *def = form_field_of(f);
    enum form_fault fault = f->shown_fault;
    const char *key = form_fault_key(fault);
    bool landline = def && def->type == FIELD_PHONE && *f->value[form_page(f)].text == '0';
    if (def && !landline && (fault == FAULT_SHORT || fault == FAULT_LONG))
        key = length_key(def, fault == FAULT_SHORT);
    return i18n_fmt(ui_arena(ui), key, "n", say_number(ui_arena(ui), f->shown_n), NULL);
}

static void question(struct ui *ui, const struct form *f)
{
    int page = form_page(f);
    const struct service_field *def = form_field_of(f);
    const char *hint = def ? def->hint : T("form.why_question");
    UI(ui, .w = UI_FILL, .gap = 6)
    {
        ui_label(ui, &(struct ui_text){ .text = def ? def->label
                                                    : f->service->question[page - FORM_FIELDS].text,
                                        .type = frame_low(ui) ? TYPE_H3 : TYPE_H2,
                                        .heading = true,
                                        .w = UI_FILL,
                                        .id = "form.question" });
        if (!(frame_low(ui) && ui_big(ui)) && (hint || (def && !def->required)))
            ui_label(ui, &(struct ui_text){ .text = def && !def->required
                                                        ? i18n_fmt(ui_arena(ui), "form.optional",
                                                                   "hint", hint ? hint : "", NULL)
                                                        : hint,
                                            .type = frame_low(ui) ? TYPE_CAP : TYPE_BODY,
                                            .color = TOK_INK2,
                                            .w = UI_FILL });
    }
}

static void wrong_line(struct ui *ui, const struct form *f)
{
    if (f->shown_fault == FAULT_NONE)
        return;
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 12, .id = "form.wrong", .role = ROLE_STATUS)
    {
        ui_icon(ui, ICON_ERROR, ui_icon_dp(ui, 36), TOK_BAD);
        ui_label(ui, &(struct ui_text){ .text = fault_words(ui, f),
                                        .type = TYPE_BODYB,
                                        .color = TOK_BAD,
                                        .w = UI_FILL });
    }
}

static void option(struct ui *ui, int i, const char *label, bool on)
{
    UI(ui, .dir = UI_ROW, .id = frame_id(ui, "form.opt", i), .role = ROLE_CHOICE, .w = UI_FILL,
       .h = UI_ATLEAST(96), .pad = UI_PAD2(28, 14), .gap = 20, .selected = on, .radius = 16,
       .fill = on ? TOK_TEAWASH : TOK_SHEET, .pressed = TOK_TEAWASH,
       .border = on ? TOK_TEA : TOK_EDGE, .border_dp = on ? 5 : 3, .main_target = true,
       .on = UI_PICK_ON("form.opt", i))
    {
        float size = ui_icon_dp(ui, 52);
        UI(ui, .dir = UI_ROW, .main = UI_CENTER, .w = UI_DP(size), .h = UI_DP(size),
           .radius = size / 2, .fill = on ? TOK_TEA : TOK_SHEET, .border = on ? TOK_TEA : TOK_EDGE,
           .border_dp = 4)
        if (on)
            ui_icon(ui, ICON_CHECK, size - 12, TOK_ONTEA);
        ui_label(ui, &(struct ui_text){
                         .text = label, .type = on ? TYPE_LEADB : TYPE_LEAD, .w = UI_FILL });
    }
}

static void options(struct ui *ui, const struct form *f)
{
    const struct service_field *def = form_field_of(f);
    int page = form_page(f),
        chosen = def ? f->value[page].choice : f->answer[page - FORM_FIELDS] - 1;
    int count = def ? def->option_count : 2;
    bool grid = !ui_theme(ui)->portrait && (count > 4 || frame_low(ui));
    UI(ui, .dir = grid ? UI_GRID : UI_COL, .cols = 2, .w = UI_FILL, .gap = 14)
    for (int i = 0; i < count; i++)
        option(ui, i, def ? def->options[i] : T(i == 0 ? "form.yes" : "form.no"), i == chosen);
}

/* What is typed; stars under the idle question, since its scrim hides nothing. */
static const char *written(struct ui *ui, const struct app *app)
{
    const struct form *f = app->form;
    const struct service_field *def = form_field_of(f);
    const char *text = f->value[form_page(f)].text;
    if (app->asking && *text)
        return "＊＊＊＊";
    return def->type == FIELD_DATE ? form_words(f, form_page(f), ui_arena(ui)) : text;
}

static const char *count_words(struct ui *ui, const struct app *app)
{
    struct arena *a = ui_arena(ui);
    const struct service_field *def = form_field_of(app->form);
    size_t n = utf8_count(app->form->value[form_page(app->form)].text);
    bool digits = form_typing_mode(def) != TYPING_PINYIN;
    if (def->long_text)
        return i18n_fmt(a, "form.count", "n", say_number(a, (int64_t)n), "max",
                        say_number(a, def->max_chars), NULL);
    return digits && n ? i18n_fmt(a, "form.digits", "n", say_number(a, (int64_t)n), NULL) : NULL;
}

static const char *placeholder(const struct service_field *def)
{
    switch (def->type) {
    case FIELD_DATE:
        return T("form.place.date");
    case FIELD_PHONE:
        return T("form.place.phone");
    case FIELD_IDNO:
        return T("form.place.idno");
    case FIELD_ADDRESS:
        return T("form.place.address");
    case FIELD_TEXT:
    case FIELD_CHOICE:
    case FIELD_NUMBER:
    case FIELD_TICK:
    case FIELD_BANKCARD:
        break;
    }
    return T("form.place.text");
}

static void short_field(struct ui *ui, const struct app *app)
{
    const struct form *f = app->form;
    const struct service_field *def = form_field_of(f);
    struct ui_field field = { .id = form_field_id(ui_arena(ui), f),
                              .name = def->label,
                              .value = written(ui, app),
                              .placeholder = placeholder(def),
                              .note = count_words(ui, app),
                              .focused = app->typing && app->typing->open,
                              .question = !frame_low(ui),
                              .on = UI_PICK_ON("form.write", 0) };
    if (*f->value[form_page(f)].text) {
        field.inner.id = "form.clear";
        field.inner.label = T("search.clear");
        field.inner.icon = ICON_BACKSPACE;
        field.inner.on = UI_PICK_ON("form.clear", 0);
    }
    ui_field(ui, &field);
}

static void long_field(struct ui *ui, const struct app *app)
{
    const char *text = written(ui, app);
    bool open = app->typing && app->typing->open;
    ui_say_in(ui, TYPE_CAP, TOK_INK2, count_words(ui, app));
    UI(ui, .id = form_field_id(ui_arena(ui), app->form), .role = ROLE_FIELD, .field = true,
       .w = UI_FILL, .h = UI_ATLEAST(frame_low(ui) ? 150 : 260), .pad = UI_PAD2(28, 22),
       .radius = 16, .fill = TOK_SHEET, .pressed = TOK_TEAWASH, .border = open ? TOK_TEA : TOK_EDGE,
       .border_dp = open ? 5 : 3, .main_target = true, .name = form_field_of(app->form)->label,
       .value = text, .on = UI_PICK_ON("form.write", 0))
    ui_label(ui, &(struct ui_text){
                     .text = *text ? arena_printf(ui_arena(ui), "%s%s", text, open ? "｜" : "")
                                   : T("form.place.text"),
                     .type = TYPE_LEAD,
                     .color = *text ? TOK_INK : TOK_INK2,
                     .w = UI_FILL });
}

/* Where it is: a card with the village and a way to another one. */
static void place_row(struct ui *ui, const char *place)
{
    ui_row(ui, &(struct ui_row){ .id = "form.place",
                                 .icon = ICON_PLACE,
                                 .icon_color = TOK_TEA,
                                 .title = *place ? place : T("form.no_place"),
                                 .caption = T("form.other_place"),
                                 .chevron = true,
                                 .on = UI_PICK_ON("form.pick", 0) });
}

static void address(struct ui *ui, const struct app *app)
{
    const struct form *f = app->form;
    const struct form_value *v = &f->value[form_page(f)];
    UI_CARD(ui, .w = UI_FILL)
    place_row(ui, v->village == FORM_ELSEWHERE ? T("form.elsewhere_chosen") : v->place);
    if (v->village != 0)
        short_field(ui, app);
}

static void village(struct ui *ui, const struct app *app)
{
    UI_CARD(ui, .w = UI_FILL)
    place_row(ui, app->form->value[form_page(app->form)].text);
    if (app->typing && app->typing->open)
        short_field(ui, app);
}

static void choice_cell(struct ui *ui, const struct services *s, int i)
{
    bool town = s->choice_township == 0;
    const struct place_choice *c = &s->choice[i];
    ui_button(ui,
              &(struct ui_button){
                  .id = frame_id(ui, town ? "form.township" : "form.village", c->code),
                  .label = c->name,
                  .kind = BUTTON_SECONDARY,
                  .w = UI_FILL,
                  .on = town ? UI_PICK_ON("form.pick", c->code) : UI_PICK_ON("form.village", i) });
}

static void picking(struct ui *ui, const struct app *app)
{
    const struct services *s = app->services;
    ui_label(ui, &(struct ui_text){ .text = s->choice_township
                                                ? i18n_fmt(ui_arena(ui), "form.which_village",
                                                           "town", s->choice_name, NULL)
                                                : T("form.which_town"),
                                    .type = TYPE_LEADB,
                                    .heading = true,
                                    .w = UI_FILL });
    UI(ui, .dir = UI_GRID, .cols = ui_big(ui) ? 2 : 3, .w = UI_FILL, .gap = 14)
    for (int i = 0; i < s->choice_count; i++)
        choice_cell(ui, s, i);
    ui_button(ui, &(struct ui_button){ .id = "form.elsewhere",
                                       .label = T("form.elsewhere"),
                                       .kind = BUTTON_QUIET,
                                       .w = UI_FILL,
                                       .on = UI_PICK_ON("form.elsewhere", 0) });
}

static void answer(struct ui *ui, const struct app *app)
{
    const struct form *f = app->form;
    const struct service_field *def = form_field_of(f);
    if (f->picking)
        picking(ui, app);
    else if (!def || def->type == FIELD_CHOICE)
        options(ui, f);
    else if (def->type == FIELD_ADDRESS)
        address(ui, app);
    else if (form_is_village(def))
        village(ui, app);
    else if (def->long_text)
        long_field(ui, app);
    else
        short_field(ui, app);
}

static void buttons(struct ui *ui, const struct app *app)
{
    const struct form *f = app->form;
    bool last = f->reviewing || f->step + 1 >= f->asked_count;
    if (f->picking)
        return;
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 16)
    {
        ui_button(ui, &(struct ui_button){ .id = "form.back",
                                           .label = T("form.back"),
                                           .kind = BUTTON_SECONDARY,
                                           .main = !frame_low(ui),
                                           .w = UI_FILL,
                                           .on = UI_PICK_ON("form.back", 0) });
        ui_button(ui, &(struct ui_button){ .id = "form.next",
                                           .label = T(last ? "form.to_review" : "form.next"),
                                           .icon_after = ICON_ARROW_FORWARD,
                                           .kind = BUTTON_PRIMARY,
                                           .main = !frame_low(ui),
                                           .w = UI_SHARE(2),
                                           .on = UI_PICK_ON("form.next", 0) });
    }
}

/* Where what is wrong was pointed at anew, the focus goes to it, once. */
static void point_at_wrong(struct ui *ui, const struct form *f)
{
    static int pointed;
    if (f->shouts == pointed)
        return;
    pointed = f->shouts;
    const struct service_field *def = form_field_of(f);
    ui_focus(ui, def && form_is_written(def) ? form_field_id(ui_arena(ui), f) : "form.opt.0");
}

static void page(struct ui *ui, const struct app *app)
{
    UI(ui, .id = "form.page", .scroll = true, .w = UI_FILL, .h = UI_FILL,
       .gap = frame_low(ui) ? 10 : 24, .pad = { .l = 12, .r = FRAME_EDGE, .b = 12 })
    {
        progress(ui, app->form);
        question(ui, app->form);
        wrong_line(ui, app->form);
        answer(ui, app);
    }
    FRAME_FIXED(ui)
    buttons(ui, app);
}

void form_page_build(struct ui *ui, const struct app *app)
{
    if (!form_open(app->form) || form_page(app->form) < 0) {
        ui_empty(ui, ICON_ASSIGNMENT, T("form.none"), NULL);
        return;
    }
    UI(ui, .w = UI_FILL, .h = UI_FILL, .gap = 16)
    page(ui, app);
    point_at_wrong(ui, app->form);
}
