/* village.c - the four matters of a village: the party, its affairs, its services, its trade. */
#include "screens/frame.h"
#include "screens/screens.h"
#include "screens/village_words.h"

#include "app/i18n.h"
#include "app/widgets.h"
#include "hal/base/log.h"

#include <stdlib.h>
#include <string.h>

/* n = 0: the terminal's own; VILLAGE_CHOOSE: all townships; a township's code: its villages; a
 * village's.
 */
enum { TOWNSHIP_MAX = 999999999 };

static int64_t own_village(const struct app *app)
{
    return strtoll(app->config->terminal_village, NULL, 10);
}

static bool choosing(const struct app *app)
{
    return app_arg(app) >= VILLAGE_CHOOSE && app_arg(app) <= TOWNSHIP_MAX;
}

static void village_reload(struct app *app)
{
    frame_load(app);
    int64_t n = app_arg(app);
    enum err e = choosing(app)
                     ? village_load_choices(app->village, app->store, n == VILLAGE_CHOOSE ? 0 : n)
                     : village_load(app->village, app->store, n ? n : own_village(app));
    if (e != OK)
        log_warn("village_not_loaded", "err=%s", err_name(e));
}

static void village_enter(struct app *app, int64_t n)
{
    if (n == 0 && !app->came_back)
        app->village->tab = VILLAGE_PARTY;
    village_reload(app);
}

static void village_changed(struct app *app, const char *channel)
{
    (void)channel;
    village_reload(app);
}

static void village_event(struct app *app, const struct event *ev)
{
    if (ev->type == EV_PICK && strcmp(ev->what, "village.tab") == 0 && ev->n >= 0 &&
        ev->n < VILLAGE_TABS)
        app->village->tab = (enum village_tab)ev->n;
}

static void village_head(struct ui *ui, const struct app *app, struct screen_head *out)
{
    const struct village *v = app->village;
    out->area = AREA_VILLAGE;
    if (!choosing(app) && v->found) {
        out->title = v->name;
        out->subtitle = i18n_fmt(ui_arena(ui), "village.subtitle", "town", v->township, NULL);
    }
}

static void tabs(struct ui *ui, const struct app *app)
{
    static const char *const key[] = { "village.party", "village.affairs", "village.services",
                                       "village.trade" };
    static const char *const id[] = { "village.tab.party", "village.tab.affairs",
                                      "village.tab.services", "village.tab.trade" };
    bool narrow = (ui_xbig(ui) || !i18n_chinese()) && ui_theme(ui)->portrait;
    UI(ui, .dir = UI_GRID, .cols = narrow ? 2 : 4, .w = UI_FILL, .gap = 12, .id = "village.tabs",
       .role = ROLE_LIST, .name = T("village.title"))
    for (int i = 0; i < VILLAGE_TABS; i++)
        ui_tab(ui, &(struct ui_tab){ .id = id[i],
                                     .label = T(key[i]),
                                     .area = AREA_VILLAGE,
                                     .selected = i == (int)app->village->tab,
                                     .w = UI_FILL,
                                     .h = UI_ATLEAST(80),
                                     .on = UI_PICK_ON("village.tab", i) });
}

static void other(struct ui *ui)
{
    ui_button(ui, &(struct ui_button){ .id = "village.other",
                                       .label = T("village.other"),
                                       .icon = ICON_PLACE,
                                       .kind = BUTTON_SECONDARY,
                                       .small = true,
                                       .on = UI_GO_TO("village", VILLAGE_CHOOSE) });
}

static void choices(struct ui *ui, const struct app *app)
{
    const struct village *v = app->village;
    bool towns = app_arg(app) == VILLAGE_CHOOSE, portrait = ui_theme(ui)->portrait;
    const char *ask = T(towns ? "village.which_town" : "village.which_village");
    int cols = ui_big(ui) ? (portrait ? 1 : 2) : (portrait ? 2 : 3);
    ui_label(ui, &(struct ui_text){ .text = ask, .type = TYPE_LEADB, .heading = true });
    UI(ui, .dir = UI_GRID, .cols = cols, .w = UI_FILL, .gap = 16, .id = "village.choices",
       .role = ROLE_LIST, .name = ask)
    for (int i = 0; i < v->choice_count; i++)
        UI_CARD(ui, .w = UI_FILL)
    ui_row(ui, &(struct ui_row){ .id = frame_id(ui, "village.choice", v->choice[i].code),
                                 .title = v->choice[i].name,
                                 .chevron = true,
                                 .on = UI_GO_TO("village", v->choice[i].code) });
}

static void unknown(struct ui *ui)
{
    ui_empty(ui, ICON_GROUPS, T("village.none"), T("village.none_hint"));
    other(ui);
}

/* Reading at the left, doing at the right; else doing first. */
static void content(struct ui *ui, const struct app *app)
{
    bool wide = frame_wide(ui) && !ui_big(ui);
    if (!wide) {
        village_actions(ui, app);
        village_page(ui, app);
        return;
    }
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 40, .cross = UI_START)
    {
        UI(ui, .w = UI_SHARE(1100), .gap = 24)
        village_page(ui, app);
        UI(ui, .w = UI_SHARE(640))
        village_actions(ui, app);
    }
}

static void village_build(struct ui *ui, const struct app *app)
{
    static const char *const pages[] = { "village.page.party", "village.page.affairs",
                                         "village.page.services", "village.page.trade" };
    bool whole = !choosing(app) && app->village->found;
    const char *page = whole ? pages[app->village->tab] : "village.page";
    UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = 16)
    {
        if (whole)
            FRAME_FIXED(ui)
        tabs(ui, app);
        FRAME_SCROLL(ui, page)
        {
            if (whole) {
                content(ui, app);
            } else if (choosing(app)) {
                choices(ui, app);
            } else {
                unknown(ui);
            }
        }
        frame_pager(ui, app, page);
    }
}

const struct screen screen_village = { .name = "village",
                                       .title = "village.title",
                                       .enter = village_enter,
                                       .head = village_head,
                                       .build = village_build,
                                       .event = village_event,
                                       .changed = village_changed };
