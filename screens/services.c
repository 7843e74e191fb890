/* services.c - everything that can be done or asked about here, by what happens in a life. */
#include "app/services.h"

#include "screens/frame.h"
#include "screens/screens.h"

#include "app/i18n.h"
#include "app/say.h"
#include "app/widgets.h"
#include "hal/base/log.h"

#include <string.h>

static void load(struct app *app)
{
    frame_load(app);
    enum err e = services_load(app->services, app->store);
    if (e != OK)
        log_warn("services_not_loaded", "err=%s", err_name(e));
    services_show(app->services, app->services->chosen_event, app->query);
}

/* From home one sees everything; coming back from a guide, what was chosen. */
static void services_enter(struct app *app, int64_t n)
{
    (void)n;
    if (!app->came_back)
        app->services->chosen_event = -1;
    load(app);
}

static void services_changed(struct app *app, const char *channel)
{
    if (!*channel || strcmp(channel, "service") == 0)
        load(app);
}

static void services_event(struct app *app, const struct event *ev)
{
    if (ev->type == EV_PICK && strcmp(ev->what, "services.event") == 0) {
        frame_drop_query(app);
        services_show(app->services, (int)ev->n, "");
    } else if (frame_search_event(app, ev)) {
        services_show(app->services, app->services->chosen_event, app->query);
    }
}

static void services_head(struct ui *ui, const struct app *app, struct screen_head *out)
{
    out->area = AREA_SERVICES;
    out->subtitle = i18n_fmt(ui_arena(ui), "services.subtitle", "n",
                             say_number(ui_arena(ui), app->services->count), NULL);
}

static void tab(struct ui *ui, const struct services *s, int i)
{
    ui_tab(ui,
           &(struct ui_tab){ .id = i < 0 ? "services.event.all" : frame_id(ui, "services.event", i),
                             .label = i < 0 ? T("services.all") : s->event[i],
                             .area = AREA_SERVICES,
                             .selected = i == s->chosen_event,
                             .w = UI_FILL,
                             .h = UI_ATLEAST(80),
                             .on = UI_PICK_ON("services.event", i) });
}

static void rail(struct ui *ui, const struct services *s)
{
    UI(ui, .w = { .how = UI_FIT, .min = 200 }, .h = UI_FILL, .gap = 12, .id = "services.rail",
       .scroll = true, .pad = { .r = 28 }, .role = ROLE_LIST, .name = T("services.events"))
    for (int i = -1; i < s->event_count; i++)
        tab(ui, s, i);
}

static const char *mode_words(enum service_mode m)
{
    return T(m == SERVICE_FULL ? "services.mode_full" : "services.mode_guide");
}

static struct ui_row looks(void)
{
    return (struct ui_row){ .title = T("services.title"),
                            .caption = T("services.title"),
                            .chevron = true,
                            .one_line = true,
                            .on = UI_GO_TO("", 0) };
}

static void row(struct ui *ui, const void *ctx, int i)
{
    const struct services *s = ctx;
    const struct service_line *l = &s->line[s->shown[i]];
    struct ui_row r = looks();
    r.id = arena_printf(ui_arena(ui), "services.row.%s", l->id);
    r.title = l->plain_name;
    r.caption = ui_big(ui) ? l->department
                           : i18n_fmt(ui_arena(ui), "services.caption", "department", l->department,
                                      "mode", mode_words(l->mode), NULL);
    r.on = UI_GO_TO("service", l->key);
    ui_row(ui, &r);
}

static void rows(struct ui *ui, const struct services *s)
{
    struct ui_row like = looks();
    UI_CARD(ui, .w = UI_FILL, .h = UI_FILL, .clip = true)
    ui_list(ui, &(struct ui_list){ .id = "services.page",
                                   .count = s->shown_count,
                                   .row_dp = ui_row_dp(ui, &like),
                                   .build_row = row,
                                   .ctx = s,
                                   .name = T("services.title"),
                                   .divider = true });
}

static void nothing(struct ui *ui, const struct app *app)
{
    if (*app->query)
        ui_empty(ui, ICON_SEARCH,
                 i18n_fmt(ui_arena(ui), "search.nothing", "what", app->query, NULL),
                 T("search.nothing_hint"));
    else
        ui_empty(ui, ICON_ASSIGNMENT, T("services.none_yet"), NULL);
}

static void services_build(struct ui *ui, const struct app *app)
{
    const struct services *s = app->services;
    UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = 24)
    {
        frame_top(ui, app, "services.search",
                  T(ui_big(ui) || frame_low(ui) ? "services.search_short" : "services.search"),
                  "services.page");
        UI(ui, .dir = UI_ROW, .w = UI_FILL, .h = UI_FILL, .gap = 12, .cross = UI_STRETCH,
           .pad = { .l = 12, .r = FRAME_EDGE })
        {
            if (!frame_pad_beside(ui, app) && s->count)
                rail(ui, s);
            UI(ui, .w = UI_FILL, .h = UI_FILL)
            {
                if (s->shown_count)
                    rows(ui, s);
                else
                    nothing(ui, app);
            }
        }
        if (!frame_low(ui))
            frame_pager(ui, app, "services.page");
    }
}

const struct screen screen_services = { .name = "services",
                                        .title = "services.title",
                                        .enter = services_enter,
                                        .head = services_head,
                                        .build = services_build,
                                        .event = services_event,
                                        .changed = services_changed };
