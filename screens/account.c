/* account.c - a citizen's own social security: pension, medical account, unemployment, housing. */
#include "screens/account.h"
#include "screens/frame.h"
#include "screens/screens.h"

#include "app/genuine.h"
#include "app/help.h"
#include "app/i18n.h"
#include "app/say.h"
#include "app/widgets.h"

#include <string.h>

static const char *const tab_key[SOCIAL_PARTS] = { "account.pension", "account.medical",
                                                   "account.unemployment", "account.housing",
                                                   "account.credit" };
static const char *const tab_id[SOCIAL_PARTS] = { "account.tab.pension", "account.tab.medical",
                                                  "account.tab.unemployment", "account.tab.housing",
                                                  "account.tab.credit" };

static enum social_part part_of(int64_t n)
{
    return n >= 0 && n < SOCIAL_PARTS ? (enum social_part)n : SOCIAL_PENSION;
}

/* Whoever opens the page anew finds the amounts hidden. */
static void account_enter(struct app *app, int64_t n)
{
    frame_load(app);
    app->social->shown = app->social->all = false;
    social_open(app, app->came_back ? app->social->part : part_of(n));
}

static void account_changed(struct app *app, const char *channel)
{
    (void)channel;
    frame_load(app);
}

static void account_head(struct ui *ui, const struct app *app, struct screen_head *out)
{
    const struct card_face *f = app->session.face;
    out->area = AREA_SERVICES;
    out->icon = ICON_BADGE;
    if (f && *f->name)
        out->subtitle = i18n_fmt(ui_arena(ui), "account.subtitle", "name",
                                 mask_name(ui_arena(ui), f->name), NULL);
}

static void account_event(struct app *app, const struct event *ev)
{
    struct social *s = app->social;
    if (ev->type != EV_PICK)
        return;
    if (strcmp(ev->what, "account.tab") == 0) {
        s->all = false;
        social_open(app, part_of(ev->n));
    } else if (strcmp(ev->what, "account.show") == 0) {
        s->shown = !s->shown;
    } else if (strcmp(ev->what, "account.all") == 0) {
        s->all = true;
    } else if (strcmp(ev->what, "account.again") == 0) {
        genuine_retry(app); /* a card whose holder is not known yet */
        social_retry(app);
    }
}

/* --- what is said instead of figures ------------------------------------------------------------
 */

/* Whom one can ask when the terminal cannot: the hotlines of the feed. */
static void hotlines(struct ui *ui, const struct app *app)
{
    const struct help *h = app->help;
    UI_CARD(ui, .w = UI_FILL, .id = "account.call", .divider = true)
    for (int i = 0; i < h->contact_count; i++) {
        const struct contact *c = &h->contact[i];
        if (strcmp(c->role, "hotline") == 0)
            ui_row(ui, &(struct ui_row){ .icon = ICON_PHONE,
                                         .title = c->name,
                                         .caption = c->note,
                                         .right = c->phone });
    }
}

static void again_button(struct ui *ui, struct event again)
{
    ui_button(ui, &(struct ui_button){ .id = "account.again",
                                       .label = T("account.again"),
                                       .icon = ICON_REFRESH,
                                       .kind = BUTTON_PRIMARY,
                                       .main = true,
                                       .w = UI_FILL,
                                       .on = again });
}

void account_not_now(struct ui *ui, const struct app *app, enum err why, struct event again)
{
    bool line = why == ERR_OFFLINE, unproved = why == ERR_UNPROVED;
    const char *title = line ? "account.offline" : unproved ? "account.unproved" : "account.failed";
    const char *what = line       ? "account.offline_line"
                       : unproved ? "account.unproved_line"
                                  : "account.failed_line";
    ui_banner(ui, &(struct ui_banner){ .id = "account.not_now",
                                       .kind = BANNER_WARN,
                                       .icon = line ? ICON_CLOUD_OFF : ICON_INFO,
                                       .title = T(title),
                                       .line = T(what) });
    if (!unproved) /* which another try would not change */
        again_button(ui, again);
    hotlines(ui, app);
}

/* A third generation card does not say itself whose it is: the platform is asked, or was. */
static void unread(struct ui *ui, const struct app *app)
{
    const struct genuine *g = app->genuine;
    enum err why = g->state == GENUINE_FAILED ? g->ask.err : OK;
    if (genuine_busy(app))
        ui_iconed(ui, ICON_HOURGLASS, 36, TOK_TEA, TYPE_LEAD, TOK_INK, T("citizen.opening"));
    else if (app->line.state != LINE_ONLINE)
        account_not_now(ui, app, ERR_OFFLINE, UI_PICK_ON("account.again", 0));
    else if (g->state == GENUINE_FAILED)
        account_not_now(ui, app, why == OK ? ERR_TIMEOUT : why, UI_PICK_ON("account.again", 0));
    else {
        ui_banner(ui, &(struct ui_banner){ .id = "account.nobody",
                                           .kind = BANNER_INFO,
                                           .icon = ICON_CREDIT_CARD,
                                           .title = T("account.unread"),
                                           .line = T("account.unread_line") });
        hotlines(ui, app);
    }
}

void account_nobody(struct ui *ui, const struct app *app)
{
    if (app->session.face) {
        unread(ui, app);
        return;
    }
    ui_banner(ui, &(struct ui_banner){ .id = "account.nobody",
                                       .kind = BANNER_INFO,
                                       .icon = ICON_CREDIT_CARD,
                                       .title = T("account.insert"),
                                       .line = T("account.insert_line") });
    hotlines(ui, app);
}

void account_none(struct ui *ui, const struct app *app, enum social_part part)
{
    struct arena *a = ui_arena(ui);
    ui_banner(ui, &(struct ui_banner){
                      .id = "account.none",
                      .kind = BANNER_INFO,
                      .title = i18n_fmt(a, "account.none", "part", T(tab_key[part]), NULL),
                      .line = T("account.none_line") });
    hotlines(ui, app);
}

/* --- the page -----------------------------------------------------------------------------------
 */

static void tabs(struct ui *ui, const struct app *app)
{
    bool narrow = ui_xbig(ui) && !frame_wide(ui);
    UI(ui, .dir = UI_GRID,
       .cols = narrow || (!i18n_chinese() && !frame_wide(ui)) ? 2 : SOCIAL_PARTS, .w = UI_FILL,
       .gap = 12, .id = "account.tabs", .role = ROLE_LIST, .name = T("account.title"))
    for (int i = 0; i < SOCIAL_PARTS; i++)
        ui_tab(ui, &(struct ui_tab){ .id = tab_id[i],
                                     .label = T(tab_key[i]),
                                     .area = AREA_SERVICES,
                                     .selected = i == (int)app->social->part,
                                     .w = UI_FILL,
                                     .h = UI_ATLEAST(80),
                                     .on = UI_PICK_ON("account.tab", i) });
}

static void sheet(struct ui *ui, const struct app *app)
{
    bool wide = frame_wide(ui) && !ui_big(ui);
    UI(ui, .dir = wide ? UI_ROW : UI_COL, .w = UI_FILL, .gap = wide ? 40 : 24,
       .cross = wide ? UI_START : UI_STRETCH)
    {
        UI(ui, .w = wide ? UI_SHARE(824) : UI_FILL, .gap = 24)
        {
            account_figures(ui, app);
            if (!wide)
                account_entries(ui, app);
            if (!wide)
                account_bills(ui, app);
            if (!wide)
                account_years(ui, app);
            account_source(ui, app);
        }
        if (wide)
            UI(ui, .w = UI_SHARE(960), .gap = 24)
            {
                account_entries(ui, app);
                account_bills(ui, app);
                account_years(ui, app);
            }
    }
}

static void page(struct ui *ui, const struct app *app)
{
    const struct social *s = app->social;
    const struct social_sheet *known = &s->sheet[s->part];
    if (known->known && !known->none)
        sheet(ui, app);
    else if (known->known)
        account_none(ui, app, s->part);
    else if (social_failed(s) != OK)
        account_not_now(ui, app, social_failed(s), UI_PICK_ON("account.again", 0));
    else if (social_busy(s))
        ui_iconed(ui, ICON_HOURGLASS, 36, TOK_TEA, TYPE_LEAD, TOK_INK, T("account.asking"));
}

/* The tabs stand above the page; in the largest type they take its room, and go with it. */
static void account_build(struct ui *ui, const struct app *app)
{
    bool reader = social_can_ask(app), fixed = !ui_xbig(ui);
    UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = 16)
    {
        if (reader && fixed)
            FRAME_FIXED(ui)
        tabs(ui, app);
        FRAME_SCROLL(ui, "account.page")
        {
            if (reader && !fixed)
                tabs(ui, app);
            if (reader)
                page(ui, app);
            else
                account_nobody(ui, app);
        }
        frame_pager(ui, app, "account.page");
    }
}

const struct screen screen_account = { .name = "account",
                                       .title = "account.title",
                                       .enter = account_enter,
                                       .head = account_head,
                                       .build = account_build,
                                       .event = account_event,
                                       .changed = account_changed };
