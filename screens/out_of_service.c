/* out_of_service.c - nothing can be shown: says so calmly, and whom to call. */
#include "screens/frame.h"
#include "screens/screens.h"

#include "app/i18n.h"
#include "app/setup.h"
#include "app/widgets.h"

static const char *why(const struct app *app)
{
    if (setup_lost(app))
        return "out_of_service.lost";
    if (app->closed_by_staff)
        return "out_of_service.closed";
    return app_shut(app) ? "out_of_service.revoked" : "out_of_service.what";
}

static void out_of_service_build(struct ui *ui, const struct app *app)
{
    const struct config *c = app->config;
    FRAME_SCROLL(ui, "out_of_service.page")
    UI(ui, .dir = UI_COL, .w = UI_FILL, .gap = 32, .pad = UI_PAD2(0, 64))
    {
        UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 32)
        {
            ui_icon(ui, ICON_HOURGLASS, 104, TOK_TEA);
            ui_label(ui, &(struct ui_text){ .text = T("out_of_service.title"),
                                            .type = TYPE_H1,
                                            .heading = true,
                                            .w = UI_FILL });
        }
        ui_say(ui, TYPE_LEAD, T(why(app)));
        ui_say(ui, TYPE_LEAD, T("out_of_service.what_to_do"));
        if (*c->help_phone)
            UI_CARD(ui, .w = UI_FILL, .pad = UI_PAD(40), .gap = 8)
            {
                ui_say_in(ui, TYPE_LEAD, TOK_INK2,
                          i18n_pick(c->help_phone_name_zh, c->help_phone_name_en));
                ui_label(ui, &(struct ui_text){ .text = c->help_phone,
                                                .type = TYPE_NUM,
                                                .tabular = true,
                                                .id = "out_of_service.phone" });
            }
        if (app_shut(app) && !setup_lost(app)) /* the PIN is lost with the rest */
            ui_button(ui, &(struct ui_button){ .id = "out_of_service.staff",
                                               .label = T("help.staff"),
                                               .icon = ICON_BADGE,
                                               .kind = BUTTON_QUIET,
                                               .w = UI_FILL,
                                               .on = UI_GO_TO("staff", 0) });
    }
}

const struct screen screen_out_of_service = { .name = "out_of_service",
                                              .title = "home.title",
                                              .build = out_of_service_build };
