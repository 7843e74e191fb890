/* enrol.c - the staff types the code of an enrolment sheet; the platform gets to know this machine.
 */
#include "app/enrol.h"

#include "app/i18n.h"
#include "app/widgets.h"
#include "screens/enrol.h"
#include "screens/frame.h"
#include "screens/screens.h"

#include <string.h>

static void enrol_enter(struct app *app, int64_t n)
{
    (void)n;
    frame_load(app);
    enrol_form_clear(&app->enrol);
    if (!app->staff_in) /* there is no way here but through the door */
        app_go(app, "staff", 0);
}

static void enrol_head(struct ui *ui, const struct app *app, struct screen_head *out)
{
    (void)ui;
    (void)app;
    out->area = AREA_SERVICES;
    out->icon = ICON_BADGE;
    out->subtitle = T("enrol.subtitle");
}

static void hand_over(struct app *app)
{
    struct enrol_form *f = &app->enrol;
    struct enrol_ask ask;
    if (f->asked || !(app->staff_in || setup_open(app)))
        return;
    f->err = enrol_ask_make(app->config->data_dir, f->typed, &ask);
    if (f->err == OK)
        f->err = app->dev.link ? line_enrol(app->dev.link, &ask) : ERR_NO_SERVICE;
    if (f->err == ERR_OFFLINE) /* nobody at the socket */
        f->err = ERR_NO_SERVICE;
    f->asked = f->err == OK;
    explicit_bzero(&ask, sizeof ask);
}

void enrol_event(struct app *app, const struct event *ev)
{
    if (ev->type == EV_TEXT)
        enrol_form_type(&app->enrol, ev->s);
    else if (ev->type == EV_ERASE)
        enrol_form_erase(&app->enrol);
    else if (ev->type != EV_PICK)
        return;
    else if (strcmp(ev->what, "enrol.send") == 0)
        hand_over(app);
    else if (strcmp(ev->what, "enrol.letters") == 0)
        app->pad_digits = false;
    else if (strcmp(ev->what, "enrol.digits") == 0)
        app->pad_digits = true;
}

/* --- built -------------------------------------------------------------------------------- */

static void outcome(struct ui *ui, const struct app *app)
{
    const struct enrol_form *f = &app->enrol;
    if (f->done)
        ui_banner(ui, &(struct ui_banner){
                          .id = "enrol.outcome",
                          .kind = BANNER_OK,
                          .icon = ICON_CHECK_CIRCLE,
                          .title = i18n_fmt(ui_arena(ui), "enrol.done", "name", f->name, NULL),
                          .line = T(setup_open(app) ? "setup.enrolled" : "enrol.done_line") });
    else
        ui_say_in(ui, TYPE_BODY, TOK_INK2, T(f->asked ? "enrol.asking" : "enrol.how"));
}

static void field(struct ui *ui, const struct app *app)
{
    const struct enrol_form *f = &app->enrol;
    ui_field(ui, &(struct ui_field){ .id = "enrol.field",
                                     .label = T("enrol.field"),
                                     .name = T("enrol.field"),
                                     .value = f->typed,
                                     .placeholder = "0000-0000-0000-0000-0000-0000",
                                     .error = f->err == OK ? NULL : T(enrol_words(f->err)),
                                     .focused = true,
                                     .question = true });
}

void enrol_question(struct ui *ui, const struct app *app)
{
    if (!app->enrol.done)
        field(ui, app);
    outcome(ui, app);
}

static void button(struct ui *ui, const struct app *app)
{
    bool done = app->enrol.done;
    if (app->enrol.asked)
        return;
    ui_button(ui,
              &(struct ui_button){ .id = done ? "enrol.restart" : "enrol.send",
                                   .label = T(done ? "enrol.restart" : "enrol.send"),
                                   .icon = done ? ICON_REFRESH : ICON_BADGE,
                                   .kind = BUTTON_PRIMARY,
                                   .main = true,
                                   .w = UI_FILL,
                                   .on = done ? UI_SEND(EV_STOP) : UI_PICK_ON("enrol.send", 0) });
}

void enrol_pad(struct ui *ui, const struct app *app, bool beside)
{
    if (!app->enrol.asked && !app->enrol.done)
        ui_keypad(ui, &(struct ui_keypad){ .field = "enrol.field",
                                           .digits = app->pad_digits,
                                           .beside = beside,
                                           .done = UI_PICK_ON("enrol.send", 0),
                                           .hide = UI_PICK_ON("enrol.send", 0),
                                           .letters = UI_PICK_ON("enrol.letters", 0),
                                           .digits_on = UI_PICK_ON("enrol.digits", 0) });
}

static void enrol_build(struct ui *ui, const struct app *app)
{
    bool beside = !ui_theme(ui)->portrait && ui_theme(ui)->h_dp < 1200;
    UI(ui, .dir = beside ? UI_ROW : UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = 16,
       .cross = UI_STRETCH)
    {
        UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = 16)
        {
            FRAME_SCROLL(ui, "enrol.page")
            {
                enrol_question(ui, app);
            }
            FRAME_FIXED(ui)
            button(ui, app);
        }
        enrol_pad(ui, app, beside);
    }
}

const struct screen screen_enrol = { .name = "enrol",
                                     .title = "enrol.title",
                                     .enter = enrol_enter,
                                     .head = enrol_head,
                                     .build = enrol_build,
                                     .event = enrol_event };
