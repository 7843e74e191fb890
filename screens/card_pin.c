/* card_pin.c - the password of the card: how many tries are left, is it right, a new one. */
#include "app/card_pin.h"

#include "app/app.h"
#include "app/card_pad.h"
#include "app/i18n.h"
#include "app/say.h"
#include "app/widgets.h"
#include "screens/frame.h"
#include "screens/screens.h"

#include <string.h>

static void pin_enter(struct app *app, int64_t n)
{
    (void)n;
    frame_load(app);
    card_pin_enter(app);
}

static void pin_head(struct ui *ui, const struct app *app, struct screen_head *out)
{
    (void)ui;
    (void)app;
    out->area = AREA_SERVICES;
    out->icon = ICON_CREDIT_CARD;
    out->subtitle = T("pin.subtitle");
}

static void pin_event(struct app *app, const struct event *ev)
{
    if (ev->type == EV_TEXT)
        card_pin_type(app, ev->s);
    else if (ev->type == EV_ERASE)
        card_pin_erase(app);
    else if (ev->type != EV_PICK)
        return;
    else if (strcmp(ev->what, "card_pin.ok") == 0)
        card_pin_ok(app);
    else if (strcmp(ev->what, "card_pin.last") == 0)
        card_pin_take_last(app);
    else if (strcmp(ev->what, "card_pin.change") == 0)
        card_pin_change(app);
    else if (strcmp(ev->what, "card_pin.on_screen") == 0)
        app->card_pin->on_screen = true;
    else if (strcmp(ev->what, "card_pin.retry") == 0)
        card_pin_enter(app);
}

static void press(struct ui *ui, const char *id, const char *words, enum button_kind kind,
                  struct event on)
{
    ui_button(ui,
              &(struct ui_button){
                  .id = id, .label = words, .kind = kind, .main = true, .w = UI_FILL, .on = on });
}

/* --- typing -------------------------------------------------------------------------------------
 */

static const char *tries_left(struct ui *ui, const struct card_pin *p)
{
    if (p->tries < 0)
        return NULL;
    return i18n_fmt(ui_arena(ui), "pin.tries", "n", say_number(ui_arena(ui), p->tries), NULL);
}

static const char *fault_words(const struct card_pin *p)
{
    static const char *const key[] = {
        [CARD_PIN_WRONG] = "pin.wrong",         [CARD_PIN_SHORT] = "pin.short",
        [CARD_PIN_WEAK] = "pin.weak",           [CARD_PIN_SAME] = "pin.same",
        [CARD_PIN_DIFFERENT] = "pin.different", [CARD_PIN_LOST] = "pin.lost"
    };
    return p->fault == CARD_PIN_NO_FAULT ? NULL : T(key[p->fault]);
}

static const char *label(const struct card_pin *p)
{
    return p->step == CARD_PIN_OLD   ? T("pin.old")
           : p->step == CARD_PIN_NEW ? T("pin.new")
                                     : T("pin.again");
}

static void tries(struct ui *ui, const struct card_pin *p)
{
    const char *left = tries_left(ui, p);
    bool few = p->tries >= 0 && p->tries <= 2;
    if (p->step == CARD_PIN_OLD && left)
        ui_iconed(ui, few ? ICON_ERROR : ICON_INFO, 36, few ? TOK_BAD : TOK_TEA, TYPE_H3, TOK_INK,
                  left);
}

static void field(struct ui *ui, const struct card_pin *p)
{
    static const char dots[] = "●●●●●●●●●●●●●●●●";
    ui_field(ui,
             &(struct ui_field){ .id = "card_pin.pin",
                                 .label = label(p),
                                 .name = label(p),
                                 .value = arena_strndup(ui_arena(ui), dots, strlen(p->typed) * 3),
                                 .placeholder = T("pin.digits"),
                                 .error = fault_words(p),
                                 .focused = true,
                                 .question = true });
}

static void hints(struct ui *ui, const struct card_pin *p)
{
    tries(ui, p);
    ui_say_in(ui, TYPE_BODY, TOK_INK2, T(p->step == CARD_PIN_OLD ? "pin.hide" : "pin.rule"));
}

/* The keys are under the citizen's hand: none on the screen, where everybody sees a finger. But a
 * serial line does not tell whether a pad is on it. */
static void on_pad(struct ui *ui)
{
    UI(ui, .w = UI_FILL, .gap = 16, .pad = { .r = ui_theme(ui)->portrait ? 0 : FRAME_EDGE })
    {
        UI_CARD(ui, .w = UI_FILL, .pad = UI_PAD(32), .id = "card_pin.pad")
        ui_iconed(ui, ICON_DIALPAD, 56, TOK_TEA, TYPE_H2, TOK_INK, T("pin.on_pad"));
        press(ui, "card_pin.on_screen", T("pin.on_screen"), BUTTON_SECONDARY,
              UI_PICK_ON("card_pin.on_screen", 0));
    }
}

static void typed(struct ui *ui, const struct card_pin *p, bool pad)
{
    bool beside = !ui_theme(ui)->portrait && ui_theme(ui)->h_dp < 1200;
    UI(ui, .dir = beside ? UI_ROW : UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = 16,
       .cross = UI_STRETCH)
    {
        FRAME_SCROLL(ui, "card_pin.page")
        {
            field(ui, p);
            if (pad && !beside)
                on_pad(ui);
            hints(ui, p);
        }
        if (!pad)
            ui_keypad(ui, &(struct ui_keypad){ .field = "card_pin.pin",
                                               .digits = true,
                                               .only = true,
                                               .beside = beside,
                                               .done_label = T("pin.confirm"),
                                               .done = UI_PICK_ON("card_pin.ok", 0) });
        else if (beside)
            on_pad(ui);
    }
}

/* --- what came of it ----------------------------------------------------------------------------
 */

/* One row a step: its sign, words and what can be pressed. */
static const struct {
    uint32_t icon;
    enum tok color;
    const char *title, *line;
    const char *id, *button; /* the main one; "" id = back */
    bool danger, help;
} told[] = {
    [CARD_PIN_LAST] = { ICON_ERROR, TOK_BAD, "pin.last", "pin.last_line", "card_pin.last",
                        "pin.last_try", .danger = true, .help = true },
    [CARD_PIN_RIGHT] = { ICON_CHECK_CIRCLE, TOK_TEA, "pin.right", "pin.right_line",
                         "card_pin.change", "pin.change", .help = false },
    [CARD_PIN_CHANGED] = { ICON_CHECK_CIRCLE, TOK_TEA, "pin.changed", "pin.changed_line", NULL,
                           NULL, .help = false },
    [CARD_PIN_BLOCKED] = { ICON_CANCEL, TOK_BAD, "pin.blocked", "pin.blocked_line", NULL, NULL,
                           .help = true },
    [CARD_PIN_UNABLE] = { ICON_INFO, TOK_TEA, "pin.unable", "pin.unable_line", NULL, NULL,
                          .help = true },
    [CARD_PIN_FAILED] = { ICON_ERROR, TOK_PEELINK, "pin.failed", "pin.failed_line",
                          "card_pin.retry", "pin.retry", .help = true },
};

/* A change that was not answered may have been made all the same. */
static const char *line_of(const struct card_pin *p)
{
    bool unsure = p->step == CARD_PIN_FAILED && p->kind == CARD_TASK_PIN_CHANGE;
    return T(unsure ? "pin.unsure_line" : told[p->step].line);
}

static void tell(struct ui *ui, const struct card_pin *p)
{
    enum card_pin_step step = p->step;
    FRAME_SCROLL(ui, "card_pin.page")
    {
        UI_CARD(ui, .w = UI_FILL, .pad = UI_PAD(32), .gap = 20)
        {
            ui_iconed(ui, told[step].icon, 56, told[step].color, TYPE_H2, TOK_INK,
                      T(told[step].title));
            ui_say(ui, TYPE_BODY, line_of(p));
        }
        UI(ui, .dir = ui_theme(ui)->portrait ? UI_COL : UI_ROW, .w = UI_FILL, .gap = 16,
           .cross = UI_STRETCH)
        {
            if (told[step].id)
                press(ui, told[step].id, T(told[step].button),
                      told[step].danger ? BUTTON_DANGER : BUTTON_PRIMARY,
                      UI_PICK_ON(told[step].id, 0));
            if (told[step].help)
                press(ui, "card_pin.help", T("card.help"), BUTTON_SECONDARY, UI_GO_TO("help", 0));
            press(ui, "card_pin.back", T(told[step].danger ? "pin.not_now" : "pin.back"),
                  BUTTON_SECONDARY, UI_SEND(EV_BACK));
        }
    }
}

static void pin_build(struct ui *ui, const struct app *app)
{
    const struct card_pin *p = app->card_pin;
    if (!app->session.face)
        ui_empty(ui, ICON_CREDIT_CARD, T("citizen.nobody"), T("dock.insert"));
    else if (p->step == CARD_PIN_ASKING || p->step == CARD_PIN_NOWHERE)
        ui_empty(ui, ICON_HOURGLASS, T("pin.asking"), T("card.reading_what"));
    else if (p->step == CARD_PIN_OLD || p->step == CARD_PIN_NEW || p->step == CARD_PIN_AGAIN)
        typed(ui, p, card_pad_used(app));
    else
        tell(ui, p);
}

const struct screen screen_card_pin = { .name = "card_pin",
                                        .title = "pin.title",
                                        .enter = pin_enter,
                                        .head = pin_head,
                                        .build = pin_build,
                                        .event = pin_event };
