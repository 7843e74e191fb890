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
        services_look(app->services, SERVICES_PERSON);
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
    } else if (ev->type == EV_PICK && strcmp(ev->what, "services.view") == 0) {
        frame_drop_query(app);
        services_look(app->services, (enum services_view)ev->n);
    } else if (ev->type == EV_PICK && strcmp(ev->what, "services.department") == 0) {
        services_show_department(app->services, (int)ev->n);
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

/* A panel wider than high has room at the left, none above the list. */
static bool wide(const struct ui *ui)
{
    return !ui_theme(ui)->portrait;
}

/* The three ways to look: at home, for a firm, by who decides. */
static void views(struct ui *ui, const struct app *app)
{
    static const struct {
        const char *id, *label;
    } view[] = { { "services.view.person", "services.view_person" },
                 { "services.view.enterprise", "services.view_enterprise" },
                 { "services.view.department", "services.view_department" } };
    bool beside = wide(ui);
    if (*app->query || frame_pad_beside(ui, app) || app->services->count == 0)
        return;
    struct ui_len fit = { .how = UI_FIT }, fill = UI_FILL;
    UI(ui, .dir = beside ? UI_COL : UI_ROW, .id = "services.views", .gap = 12,
       .w = beside ? fit : fill, .h = beside ? fill : fit, .scroll = beside,
       .pad = { .l = beside ? 0 : 12, .r = beside ? 24 : FRAME_EDGE })
    for (int i = 0; i < 3; i++)
        ui_tab(ui, &(struct ui_tab){ .id = view[i].id,
                                     .label = T(view[i].label),
                                     .area = AREA_SERVICES,
                                     .selected = (int)app->services->view == i,
                                     .w = UI_FILL,
                                     .h = UI_ATLEAST(80),
                                     .on = UI_PICK_ON("services.view", i) });
}

static void rail(struct ui *ui, const struct services *s)
{
    UI(ui, .w = { .how = UI_FIT, .min = 200 }, .h = UI_FILL, .gap = 12, .id = "services.rail",
       .scroll = true, .pad = { .r = 28 }, .role = ROLE_LIST, .name = T("services.events"))
    for (int i = -1; i < s->event_count; i++)
        if (i < 0 || services_has(s, i))
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
    r.title = service_called(l->plain_name, l->name_en);
    r.caption = ui_big(ui) ? l->department
                           : i18n_fmt(ui_arena(ui), "services.caption", "department", l->department,
                                      "mode", mode_words(l->mode), NULL);
    r.on = UI_GO_TO("service", l->key);
    ui_row(ui, &r);
}

static void department_row(struct ui *ui, const void *ctx, int i)
{
    const struct services *s = ctx;
    struct ui_row r = looks();
    r.id = frame_id(ui, "services.department", i);
    r.title = s->department[i];
    r.caption = i18n_fmt(ui_arena(ui), "services.has", "n",
                         say_number(ui_arena(ui), s->department_size[i]), NULL);
    r.on = UI_PICK_ON("services.department", i);
    ui_row(ui, &r);
}

static void departments(struct ui *ui, const struct services *s)
{
    struct ui_row like = looks();
    UI_CARD(ui, .w = UI_FILL, .h = UI_FILL, .clip = true)
    ui_list(ui, &(struct ui_list){ .id = "services.page",
                                   .count = s->department_count,
                                   .row_dp = ui_row_dp(ui, &like),
                                   .build_row = department_row,
                                   .ctx = s,
                                   .name = T("services.view_department"),
                                   .divider = true });
}

/* Whose services these are, and the way back to all departments. */
static void chosen_department(struct ui *ui, const struct services *s)
{
    ui_button(ui, &(struct ui_button){ .id = "services.departments",
                                       .label = T("services.other_department"),
                                       .icon = ICON_ARROW_BACK,
                                       .kind = BUTTON_QUIET,
                                       .no_chevron = true,
                                       .w = UI_FILL,
                                       .on = UI_PICK_ON("services.department", -1) });
    ui_say_in(ui, TYPE_LEADB, TOK_INK, s->department[s->chosen_department]);
}

/* Beside the list the others stay in sight, as the life events do. */
static void department_rail(struct ui *ui, const struct services *s)
{
    UI(ui, .w = UI_DP(ui_xbig(ui) ? 420 : 330), .h = UI_FILL, .gap = 12, .id = "services.rail",
       .scroll = true, .pad = { .r = 28 }, .role = ROLE_LIST, .name = T("services.view_department"))
    for (int i = 0; i < s->department_count; i++)
        ui_tab(ui, &(struct ui_tab){ .id = frame_id(ui, "services.department", i),
                                     .label = s->department[i],
                                     .area = AREA_SERVICES,
                                     .selected = i == s->chosen_department,
                                     .w = UI_FILL,
                                     .h = UI_ATLEAST(80),
                                     .on = UI_PICK_ON("services.department", i) });
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

/* What was typed goes before every way to look. */
static void found(struct ui *ui, const struct app *app)
{
    const struct services *s = app->services;
    bool by_department = s->view == SERVICES_BY_DEPARTMENT && !*app->query;
    bool portrait = !wide(ui);
    UI(ui, .dir = portrait ? UI_COL : UI_ROW, .w = UI_FILL, .h = UI_FILL, .gap = 12,
       .cross = UI_STRETCH)
    {
        if (by_department && s->chosen_department >= 0)
            (portrait ? chosen_department : department_rail)(ui, s);
        if (by_department && s->chosen_department < 0 && s->count)
            departments(ui, s);
        else if (s->shown_count)
            rows(ui, s);
        else
            nothing(ui, app);
    }
}

static void services_build(struct ui *ui, const struct app *app)
{
    const struct services *s = app->services;
    bool railed = s->count && (s->view != SERVICES_BY_DEPARTMENT || *app->query);
    UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = 24)
    {
        frame_top(ui, app, "services.search",
                  T(ui_big(ui) || frame_low(ui) ? "services.search_short" : "services.search"),
                  "services.page");
        if (!wide(ui))
            views(ui, app);
        UI(ui, .dir = UI_ROW, .w = UI_FILL, .h = UI_FILL, .gap = 12, .cross = UI_STRETCH,
           .pad = { .l = 12, .r = FRAME_EDGE })
        {
            if (wide(ui))
                views(ui, app);
            if (!frame_pad_beside(ui, app) && railed)
                rail(ui, s);
            found(ui, app);
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
