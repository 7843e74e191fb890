/* notice.c - one notice in full: who says it, since when, every word. */
#include "screens/frame.h"
#include "screens/screens.h"

#include "app/i18n.h"
#include "app/notices.h"
#include "app/say.h"
#include "app/widgets.h"
#include "hal/base/log.h"

#include <string.h>

static void load(struct app *app, int64_t id)
{
    frame_load(app);
    enum err e = notices_load_one(app->notices, app->store, id);
    if (e != OK)
        log_warn("notice_not_loaded", "err=%s", err_name(e));
}

static void notice_enter(struct app *app, int64_t n)
{
    load(app, n);
}

static void notice_changed(struct app *app, const char *channel)
{
    (void)channel;
    load(app, app->notices->found ? app->notices->one.id : app_arg(app));
}

static void notice_event(struct app *app, const struct event *ev)
{
    if (ev->type == EV_PICK && strcmp(ev->what, "notice.to") == 0)
        load(app, ev->n);
}

static void notice_head_line(struct ui *ui, const struct app *app, struct screen_head *out)
{
    const struct notice_head *n = &app->notices->one;
    struct arena *a = ui_arena(ui);
    out->area = AREA_VILLAGE;
    out->icon = ICON_CAMPAIGN;
    if (app->notices->found)
        out->subtitle = i18n_fmt(a, "say.pair", "a", n->sender, "b",
                                 say_when(a, n->day, n->at_min, app->today), NULL);
}

static void step(struct ui *ui, const char *id, const char *label, uint32_t icon, int64_t to)
{
    if (to == 0)
        return;
    ui_button(ui, &(struct ui_button){ .id = id,
                                       .label = label,
                                       .icon = icon,
                                       .kind = BUTTON_SECONDARY,
                                       .w = UI_FILL,
                                       .on = UI_PICK_ON("notice.to", to) });
}

/* Body lines of at most 30 hanzi: wide panels keep a margin at the right. */
static void words(struct ui *ui, const struct app *app)
{
    const struct notice_head *n = &app->notices->one;
    struct arena *a = ui_arena(ui);
    UI_CARD(ui, .w = UI_FILL, .pad = UI_PAD(40), .gap = 24)
    {
        ui_label(ui, &(struct ui_text){ .text = n->title, .type = TYPE_H2, .heading = true });
        if (ui_big(ui)) /* the header has no room for it then */
            ui_say_in(ui, TYPE_CAP, TOK_INK2,
                      i18n_fmt(a, "say.pair", "a", n->sender, "b",
                               say_when(a, n->day, n->at_min, app->today), NULL));
        ui_label(ui, &(struct ui_text){ .text = app->notices->body,
                                        .type = TYPE_LEAD,
                                        .w = { .how = UI_GROW, .v = 1, .max = 1300 },
                                        .id = "notice.body" });
    }
}

static void notice_build(struct ui *ui, const struct app *app)
{
    const struct notices *n = app->notices;
    if (!n->found) {
        ui_empty(ui, ICON_CAMPAIGN, T("notice.gone"), NULL);
        return;
    }
    UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = 24)
    {
        FRAME_SCROLL(ui, "notice.content")
        words(ui, app);
        frame_pager(ui, app, "notice.content");
        FRAME_FIXED(ui)
        {
            UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 20)
            {
                step(ui, "notice.newer", T("notice.newer"), ICON_ARROW_UPWARD, n->newer);
                step(ui, "notice.older", T("notice.older"), ICON_ARROW_DOWNWARD, n->older);
            }
        }
    }
}

const struct screen screen_notice = { .name = "notice",
                                      .title = "notice.title",
                                      .enter = notice_enter,
                                      .head = notice_head_line,
                                      .build = notice_build,
                                      .event = notice_event,
                                      .changed = notice_changed };
