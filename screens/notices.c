/* notices.c - what the village and the town have to say, newest first, with a search. */
#include "screens/frame.h"
#include "screens/screens.h"

#include "app/i18n.h"
#include "app/notices.h"
#include "app/say.h"
#include "app/widgets.h"
#include "hal/base/log.h"

#include <string.h>

static void load_from(struct app *app, int first)
{
    frame_load(app);
    enum err e = notices_load_list(app->notices, app->store, app->query, first);
    if (e != OK)
        log_warn("notices_not_loaded", "err=%s", err_name(e));
}

static void notices_enter(struct app *app, int64_t n)
{
    (void)n;
    load_from(app, 0);
}

static void notices_changed(struct app *app, const char *channel)
{
    (void)channel;
    load_from(app, app->notices->first);
}

static void notices_event(struct app *app, const struct event *ev)
{
    if (ev->type == EV_PICK && strcmp(ev->what, "notices.from") == 0)
        load_from(app, (int)ev->n);
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

static const char *kind_word(const char *kind)
{
    static const char *const known[] = { "village", "town", "weather", "road", "health" };
    static const char *const key[] = { "notices.kind.village", "notices.kind.town",
                                       "notices.kind.weather", "notices.kind.road",
                                       "notices.kind.health" };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(kind, known[i]) == 0)
            return T(key[i]);
    return T(key[0]);
}

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

static void notices_build(struct ui *ui, const struct app *app)
{
    const struct notices *n = app->notices;
    UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = 24)
    {
        frame_top(ui, app, "notices.search",
                  T(ui_big(ui) || frame_low(ui) ? "notices.search_short" : "notices.search"),
                  "notices.page");
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
