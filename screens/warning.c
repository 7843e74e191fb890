/* warning.c - one warning whole: what is coming, what to do, from when to when, who says it. */
#include "screens/frame.h"
#include "screens/screens.h"
#include "screens/warnings_banner.h"

#include "app/help.h"
#include "app/i18n.h"
#include "app/say.h"
#include "app/warnings.h"
#include "app/widgets.h"

#include <string.h>

static void warning_enter(struct app *app, int64_t n)
{
    (void)n;
    frame_load(app);
    warnings_reload(app);
}

static void warning_changed(struct app *app, const char *channel)
{
    (void)channel;
    frame_load(app);
    warnings_reload(app);
}

static void warning_head(struct ui *ui, const struct app *app, struct screen_head *out)
{
    const struct warning *w = warnings_find(app->warnings, app_arg(app));
    (void)ui;
    out->area = AREA_VILLAGE;
    out->icon = ICON_CAMPAIGN;
    if (w)
        out->subtitle = w->sender;
}

static void fact(struct ui *ui, uint32_t icon, const char *key, const char *value)
{
    ui_row(ui, &(struct ui_row){ .icon = icon,
                                 .title = T(key),
                                 .plain = true,
                                 .right = value,
                                 .right_type = TYPE_BODYB });
}

static void whole(struct ui *ui, const struct app *app, const struct warning *w)
{
    struct arena *a = ui_arena(ui);
    bool holds = warning_holds(w, app->now_ms);
    if (!holds)
        ui_banner(ui, &(struct ui_banner){ .id = "warning.over",
                                           .kind = BANNER_INFO,
                                           .title = T("warning.over"),
                                           .line = T("warning.over_line") });
    ui_label(ui, &(struct ui_text){ .text = w->title, .type = TYPE_H2, .heading = true });
    UI(ui, .dir = UI_ROW, .w = UI_FILL)
    ui_chip(ui, w->level > 2 ? CHIP_BAD : CHIP_WARN, ICON_FLAG, warning_level_word(w));
    UI_CARD(ui, .w = UI_FILL, .pad = UI_PAD(32), .id = "warning.text")
    ui_say(ui, TYPE_LEAD, w->text);
    UI_CARD(ui, .w = UI_FILL, .divider = true)
    {
        fact(ui, ICON_SCHEDULE, "warning.from_when",
             say_when(a, w->from_day, w->from_min, app->today));
        fact(ui, ICON_EVENT, "warning.until_when",
             say_when(a, w->until_day, w->until_min, app->today));
        fact(ui, ICON_CAMPAIGN, "warning.sender", w->sender);
    }
}

/* Whom one can call about it. */
static void call(struct ui *ui, const struct app *app)
{
    const struct help *h = app->help;
    UI_CARD(ui, .w = UI_FILL, .divider = true, .id = "warning.call", .role = ROLE_LIST)
    for (int i = 0; i < h->contact_count; i++)
        if (strcmp(h->contact[i].role, "duty") == 0 || strcmp(h->contact[i].role, "hotline") == 0)
            ui_row(ui, &(struct ui_row){ .icon = ICON_PHONE,
                                         .title = h->contact[i].name,
                                         .caption = h->contact[i].note,
                                         .right = h->contact[i].phone,
                                         .right_type = TYPE_BODYB });
}

static void warning_build(struct ui *ui, const struct app *app)
{
    const struct warning *w = warnings_find(app->warnings, app_arg(app));
    UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = 16)
    {
        FRAME_SCROLL(ui, "warning.page")
        {
            if (w) {
                whole(ui, app, w);
                call(ui, app);
            } else {
                ui_empty(ui, ICON_CHECK_CIRCLE, T("warning.none"), NULL);
            }
        }
        frame_pager(ui, app, "warning.page");
    }
}

const struct screen screen_warning = { .name = "warning",
                                       .title = "warning.title",
                                       .enter = warning_enter,
                                       .head = warning_head,
                                       .build = warning_build,
                                       .changed = warning_changed };
