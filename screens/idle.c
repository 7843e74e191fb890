/* idle.c - asks whether somebody is still there before going back home. */
#include "screens/frame.h"

#include "app/i18n.h"
#include "app/say.h"
#include "app/widgets.h"

static void question(struct ui *ui)
{
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 32)
    {
        ui_icon(ui, ICON_FRONT_HAND, 104, TOK_TEA);
        UI(ui, .dir = UI_COL, .w = UI_FILL)
        {
            ui_label(
                ui, &(struct ui_text){ .text = T("idle.title"), .type = TYPE_H1, .heading = true });
            ui_say_in(ui, TYPE_LEAD, TOK_INK2, T("idle.why"));
        }
    }
}

static void countdown(struct ui *ui, const struct app *app)
{
    int left = app_idle_seconds_left(app), all = app->config->idle_answer_s;
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 24, .cross = UI_END)
    {
        ui_label(ui, &(struct ui_text){
                         .text = T("idle.what_happens"), .type = TYPE_LEAD, .w = UI_FILL });
        ui_label(ui, &(struct ui_text){ .text = say_number(ui_arena(ui), left),
                                        .type = TYPE_COUNT_DOWN,
                                        .align = UI_END,
                                        .tabular = true,
                                        .id = "idle.seconds" });
        ui_say(ui, TYPE_H3, T("idle.seconds_unit"));
    }
    ui_meter(ui, all > 0 ? (float)left / (float)all : 0, 26, TOK_TEA, TOK_MUTE);
}

static void answers(struct ui *ui)
{
    ui_button(ui, &(struct ui_button){ .id = "idle.stay",
                                       .label = T("idle.stay"),
                                       .kind = BUTTON_PRIMARY,
                                       .main = true,
                                       .w = UI_FILL,
                                       .on = UI_SEND(EV_STAY) });
    ui_button(ui, &(struct ui_button){ .id = "idle.leave",
                                       .label = T("idle.leave"),
                                       .icon = ICON_LOGOUT,
                                       .kind = BUTTON_SECONDARY,
                                       .w = UI_FILL,
                                       .on = UI_SEND(EV_LEAVE) });
}

void idle_build(struct ui *ui, const struct app *app)
{
    ui_modal_open(ui, "idle", T("idle.title"), UI_SEND(EV_STAY));
    UI(ui, .w = UI_FILL, .gap = ui_theme(ui)->h_dp < 1200 ? 16 : 36)
    {
        question(ui);
        countdown(ui, app);
        answers(ui);
    }
    ui_modal_close(ui);
}
