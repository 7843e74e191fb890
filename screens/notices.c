/* notices.c - what the village and the town have to say, newest first, with a search. */
#include "screens/frame.h"
#include "screens/screens.h"

#include "app/i18n.h"
#include "app/notices.h"
#include "app/say.h"
#include "app/widgets.h"
#include "hal/base/log.h"

#include <stdio.h>
#include <string.h>

static void load_from(struct app *app, int first)
{
    frame_load(app);
    enum err e = notices_load_list(app->notices, app->store, app->query, first);
    if (e != OK)
        log_warn("notices_not_loaded", "err=%s", err_name(e));
}

/* From home one sees all; coming back from a notice, the kind that was chosen. */
static void notices_enter(struct app *app, int64_t n)
{
    (void)n;
    if (!app->came_back)
        *app->notices->kind = '\0';
    load_from(app, 0);
}

static void notices_changed(struct app *app, const char *channel)
{
    (void)channel;
    load_from(app, app->notices->first);
}

static const char *kind_word(const char *kind)
{
    static const char *const known[] = { "village", "town", "weather", "road", "health", "bid" };
    static const char *const key[] = { "notices.kind.village", "notices.kind.town",
                                       "notices.kind.weather", "notices.kind.road",
                                       "notices.kind.health",  "notices.kind.bid" };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(kind, known[i]) == 0)
            return T(key[i]);
    return T(key[0]);
}

/* One kind alone, or all (-1); what was typed gives way to it. */
static void choose(struct app *app, int64_t kind)
{
    struct notices *n = app->notices;
    bool known = kind >= 0 && kind < n->kind_count;
    frame_drop_query(app);
    snprintf(n->kind, sizeof n->kind, "%s", known ? n->kinds[kind].key : "");
    load_from(app, 0);
}

static void notices_event(struct app *app, const struct event *ev)
{
    if (ev->type == EV_PICK && strcmp(ev->what, "notices.from") == 0)
        load_from(app, (int)ev->n);
    else if (ev->type == EV_PICK && strcmp(ev->what, "notices.kind") == 0)
        choose(app, ev->n);
    else if (frame_search_event(app, ev))
        load_from(app, 0);
}

static void notices_head(struct ui *ui, const struct app *app, struct screen_head *out)
{
    const struct notices *n = app->notices;
    out->area = AREA_VILLAGE;
    out->icon = ICON_CAMPAIGN;
    if (n->total < 0)
        out->subtitle = T("notices.very_many");
    else
        out->subtitle = i18n_fmt(ui_arena(ui), n->searched ? "notices.hits" : "notices.count", "n",
                                 say_number(ui_arena(ui), n->total), NULL);
}

/* Rows of the list: the notices of the window, then a way to the older ones. */
struct rows {
    const struct notices *notices;
    int today;
};

static bool more_after(const struct notices *n)
{
    return !n->searched && n->first + n->count < n->total;
}

static void row(struct ui *ui, const void *ctx, int i)
{
    const struct rows *r = ctx;
    const struct notices *n = r->notices;
    struct arena *a = ui_arena(ui);
    if (i == n->count) {
        ui_row(ui, &(struct ui_row){ .id = "notices.older",
                                     .icon = ICON_HISTORY,
                                     .title = T("notices.older"),
                                     .caption = T("notices.older_note"),
                                     .chevron = true,
                                     .one_line = true,
                                     .on = UI_PICK_ON("notices.from", n->first + n->count) });
        return;
    }
    const struct notice_head *h = &n->head[i];
    const char *when = say_when(a, h->day, h->at_min, r->today);
    ui_row(ui, &(struct ui_row){ .id = frame_id(ui, "notices.row", h->id),
                                 .icon = h->pinned ? ICON_FLAG : ICON_CAMPAIGN,
                                 .icon_color = TOK_JUJUBE,
                                 .title = h->title,
                                 .caption = i18n_fmt(a, "notices.caption", "kind",
                                                     kind_word(h->kind), "sender", h->sender,
                                                     "when", say_first_large(a, when), NULL),
                                 .chevron = true,
                                 .one_line = true,
                                 .on = UI_GO_TO("notice", h->id) });
}

static void list(struct ui *ui, const struct app *app)
{
    const struct notices *n = app->notices;
    struct rows *r = arena_new(ui_arena(ui), struct rows);
    if (!r)
        return;
    *r = (struct rows){ n, app->today };
    UI_CARD(ui, .w = UI_FILL, .h = UI_FILL, .clip = true)
    ui_list(ui, &(struct ui_list){
                    .id = "notices.page",
                    .count = n->count + more_after(n),
                    .row_dp = ui_row_dp(ui, &(struct ui_row){ .icon = ICON_CAMPAIGN,
                                                              .title = T("notices.title"),
                                                              .caption = T("notices.title"),
                                                              .one_line = true,
                                                              .chevron = true,
                                                              .on = UI_GO_TO("", 0) }),
                    .build_row = row,
                    .ctx = r,
                    .name = T("notices.title"),
                    .divider = true });
}

static void nothing(struct ui *ui, const struct app *app)
{
    if (*app->query)
        ui_empty(ui, ICON_SEARCH,
                 i18n_fmt(ui_arena(ui), "search.nothing", "what", app->query, NULL),
                 T("notices.nothing_hint"));
    else
        ui_empty(ui, ICON_CAMPAIGN, T("notices.none_yet"), NULL);
}

/* While one searches, all kinds are looked through. */
static void kinds(struct ui *ui, const struct app *app)
{
    const struct notices *n = app->notices;
    if (*app->query || frame_typing(app) || n->kind_count < 2 || (frame_low(ui) && ui_big(ui)))
        return;
    int all = n->kind_count + 1, cols = ui_xbig(ui) ? (all + 1) / 2 : all;
    if (ui_theme(ui)->portrait)
        cols = ui_big(ui) || !i18n_chinese() ? 4 : cols;
    FRAME_FIXED(ui)
    UI(ui, .dir = UI_GRID, .cols = cols, .w = UI_FILL, .gap = 12, .id = "notices.kinds",
       .role = ROLE_LIST, .name = T("notices.kinds"))
    for (int i = -1; i < n->kind_count; i++)
        ui_tab(ui, &(struct ui_tab){
                       .id = i < 0 ? "notices.kind.all"
                                   : arena_printf(ui_arena(ui), "notices.kind.%s", n->kinds[i].key),
                       .label = i < 0 ? T("notices.kind.all") : kind_word(n->kinds[i].key),
                       .area = AREA_VILLAGE,
                       .selected = i < 0 ? !*n->kind : strcmp(n->kind, n->kinds[i].key) == 0,
                       .w = UI_FILL,
                       .h = UI_ATLEAST(76),
                       .on = UI_PICK_ON("notices.kind", i) });
}

static void notices_build(struct ui *ui, const struct app *app)
{
    const struct notices *n = app->notices;
    UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = 24)
    {
        frame_top(ui, app, "notices.search",
                  T(ui_big(ui) || frame_low(ui) ? "notices.search_short" : "notices.search"),
                  "notices.page");
        kinds(ui, app);
        UI(ui, .w = UI_FILL, .h = UI_FILL, .pad = { .l = 12, .r = FRAME_EDGE })
        {
            if (n->count)
                list(ui, app);
            else
                nothing(ui, app);
        }
        if (n->first > 0)
            FRAME_FIXED(ui)
        ui_button(ui, &(struct ui_button){ .id = "notices.newest",
                                           .label = T("notices.newest"),
                                           .kind = BUTTON_SECONDARY,
                                           .on = UI_PICK_ON("notices.from", 0) });
        if (!frame_low(ui))
            frame_pager(ui, app, "notices.page");
    }
}

const struct screen screen_notices = { .name = "notices",
                                       .title = "notices.title",
                                       .enter = notices_enter,
                                       .head = notices_head,
                                       .build = notices_build,
                                       .event = notices_event,
                                       .changed = notices_changed };
