/* idle.c - asks whether somebody is still there before going back home. */
#include "screens/frame.h"

#include "app/i18n.h"
#include "app/say.h"
#include "app/visit.h"
#include "app/widgets.h"

static void question(struct ui *ui)
{
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 32)
    {
        ui_icon(ui, ICON_FRONT_HAND, frame_low(ui) ? 72 : 104, TOK_TEA);
        UI(ui, .dir = UI_COL, .w = UI_FILL)
        {
            ui_label(
                ui, &(struct ui_text){ .text = T("idle.title"), .type = TYPE_H1, .heading = true });
            if (!frame_low(ui))
                ui_say_in(ui, TYPE_LEAD, TOK_INK2, T("idle.why"));
        }
    }
}

static void seconds(struct ui *ui, int left)
{
    UI(ui, .dir = UI_ROW, .gap = 24, .cross = UI_END)
    {
        ui_label(ui,
                 &(struct ui_text){ .text = say_number(ui_arena(ui), left),
                                    .type = frame_low(ui) && ui_big(ui) ? TYPE_H1 : TYPE_COUNT_DOWN,
                                    .align = UI_END,
                                    .tabular = true,
                                    .id = "idle.seconds" });
        ui_say(ui, TYPE_H3, T("idle.seconds_unit"));
    }
}

/* Large words need the whole width; the number stands under them then. */
static void countdown(struct ui *ui, const struct app *app)
{
    int left = visit_seconds_left(app), all = app->config->idle_answer_s;
    bool large = ui_big(ui) || (!i18n_chinese() && !frame_low(ui));
    bool under = large && (ui_theme(ui)->portrait || frame_low(ui));
    UI(ui, .dir = under ? UI_COL : UI_ROW, .w = UI_FILL, .gap = frame_low(ui) ? 4 : 24,
       .cross = under ? UI_START : UI_END)
    {
        ui_label(ui, &(struct ui_text){ .text = T("idle.what_happens"),
                                        .type = frame_low(ui) ? TYPE_BODY : TYPE_LEAD,
                                        .w = UI_FILL });
        seconds(ui, left);
    }
    ui_meter(ui, all > 0 ? (float)left / (float)all : 0, 26, TOK_TEA, TOK_MUTE);
}

static void answers(struct ui *ui)
{
    UI(ui, .dir = ui_theme(ui)->portrait ? UI_COL : UI_ROW, .w = UI_FILL, .gap = 24,
       .cross = UI_STRETCH)
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
}

void idle_build(struct ui *ui, const struct app *app)
{
    ui_modal_open(ui, "idle", T("idle.title"), UI_SEND(EV_STAY));
    UI(ui, .w = UI_FILL, .gap = frame_low(ui) ? 8 : ui_theme(ui)->h_dp < 1200 ? 16 : 36)
    {
        question(ui);
        countdown(ui, app);
        answers(ui);
    }
    ui_modal_close(ui);
}
