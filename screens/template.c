/* template.c - a screen to copy: it stands in no table, but it compiles and is tested to. */
#include "screens/frame.h"
#include "screens/screens.h"

#include "app/i18n.h"
#include "app/widgets.h"

/* 1. Copy this file, name the screen, add it to screens.h and to the table in screens.c.
 * 2. Put its words into locale/zh_CN.po and locale/en.po, "template.title" and so on.
 * 3. Add what it is for to help.c, and one tour in tests/tours. */

/* Loads what the page shows into a model of app/, in at most 2 ms. Called again on the way back. */
static void template_enter(struct app *app, int64_t n)
{
    (void)n;
    frame_load(app);
}

/* Builds the page from the app alone; nothing is remembered here. */
static void template_build(struct ui *ui, const struct app *app)
{
    (void)app;
    FRAME_SCROLL(ui, "template.page")
    {
        ui_label(ui,
                 &(struct ui_text){ .text = T("help.title"), .type = TYPE_H2, .heading = true });
        ui_button(ui, &(struct ui_button){ .id = "template.prices",
                                           .label = T("prices.title"),
                                           .kind = BUTTON_PRIMARY,
                                           .on = UI_GO_TO("prices", 0) });
    }
}

const struct screen screen_template = {
    .name = "template", .title = "help.title", .enter = template_enter, .build = template_build
};
