/* search.c - one field for everything: goods, places, notices, and the screens themselves. */
#include "app/search.h"

#include "screens/frame.h"
#include "screens/screens.h"

#include "app/i18n.h"
#include "app/say.h"
#include "app/services.h"
#include "app/widgets.h"
#include "hal/base/log.h"

#include <stdio.h>

#include <string.h>

enum { SHOWN = 6, TARGETS = 6 };

/* What people call the screens, in the words of the moment. */
static void name_targets(struct search_target *t)
{
    t[0] = (struct search_target){ "prices", T("prices.title"), T("search.words.prices") };
    t[1] = (struct search_target){ "notices", T("notices.title"), T("search.words.notices") };
    t[2] = (struct search_target){ "places", T("places.title"), T("search.words.places") };
    t[3] = (struct search_target){ "help", T("help.title"), T("search.words.help") };
    t[4] = (struct search_target){ "services", T("services.title"), T("search.words.services") };
    t[5] = (struct search_target){ "progress", T("home.progress"), T("search.words.progress") };
}

static void run(struct app *app)
{
    struct search_target target[TARGETS];
    name_targets(target);
    frame_load(app);
    enum err e = search_run(app->search, app->store, app->services, app->query, target, TARGETS);
    if (e != OK)
        log_warn("search_failed", "err=%s", err_name(e));
}

/* Their list is the screen services' too; each loads it when it comes. */
static void load_services(struct app *app)
{
    enum err e = services_load(app->services, app->store);
    if (e != OK)
        log_warn("services_not_loaded", "err=%s", err_name(e));
}

static void search_enter(struct app *app, int64_t n)
{
    (void)n;
    if (!app->came_back)
        frame_write_query(app);
    load_services(app);
    run(app);
}

static void search_changed(struct app *app, const char *channel)
{
    if (!*channel || strcmp(channel, "service") == 0)
        load_services(app);
    run(app);
}

/* What people look for most, for whoever does not know pinyin: one touch instead of typing. */
static const char *const words[] = { "search.word.eggs",  "search.word.pork",
                                     "search.word.oil",   "search.word.insurance",
                                     "search.word.power", "search.word.centre" };
enum { WORDS = sizeof words / sizeof *words };

static void search_event(struct app *app, const struct event *ev)
{
    bool word = ev->type == EV_PICK && strcmp(ev->what, "search.word") == 0;
    if (word && ev->n >= 0 && ev->n < WORDS)
        app->query_fixed = (size_t)snprintf(app->query, sizeof app->query, "%s", T(words[ev->n]));
    if (word || frame_search_event(app, ev))
        run(app);
}

static void search_head(struct ui *ui, const struct app *app, struct screen_head *out)
{
    (void)ui;
    (void)app;
    out->area = AREA_SERVICES;
    out->icon = ICON_SEARCH;
    out->subtitle = T("search.subtitle");
}

/* --- hits --------------------------------------------------------------------------------- */

struct group_look {
    const char *title, *id, *screen;
    uint32_t icon;
    enum tok color;
};

static const struct group_look look[SEARCH_GROUPS] = {
    [SEARCH_SCREEN] = { "search.group.screens", "search.screen", NULL, ICON_FLAG, TOK_TEA },
    [SEARCH_SERVICE] = { "search.group.services", "search.service", "service", ICON_ASSIGNMENT,
                         TOK_TEA },
    [SEARCH_GOOD] = { "search.group.goods", "search.good", "price", ICON_STOREFRONT, TOK_WOOD },
    [SEARCH_PLACE] = { "search.group.places", "search.place", "place", ICON_PLACE, TOK_RIVER },
    [SEARCH_NOTICE] = { "search.group.notices", "search.notice", "notice", ICON_CAMPAIGN,
                        TOK_JUJUBE },
};

static void hit(struct ui *ui, const struct group_look *l, const struct search_hit *h)
{
    struct search_target target[TARGETS];
    struct event on = UI_GO_TO(l->screen, h->id);
    const char *id = frame_id(ui, l->id, h->id);
    if (!l->screen) {
        name_targets(target);
        on = UI_GO_TO(target[h->id].screen, 0);
        id = arena_printf(ui_arena(ui), "search.screen.%s", target[h->id].screen);
    }
    ui_row(ui, &(struct ui_row){ .id = id,
                                 .icon = l->icon,
                                 .icon_color = l->color,
                                 .title = h->name,
                                 .caption = h->note && *h->note ? h->note : NULL,
                                 .chevron = true,
                                 .on = on });
}

static const char *group_title(struct ui *ui, const struct group_look *l,
                               const struct search_hits *g)
{
    struct arena *a = ui_arena(ui);
    const char *n = g->total < 0 ? T("search.many") : say_number(a, g->total);
    return i18n_fmt(a, "search.group", "group", T(l->title), "n", n, NULL);
}

static void group(struct ui *ui, const struct app *app, enum search_group which)
{
    const struct search_hits *g = &app->search->group[which];
    const struct group_look *l = &look[which];
    if (g->count == 0)
        return;
    UI(ui, .dir = UI_COL, .w = UI_FILL, .gap = 12)
    {
        ui_label(ui, &(struct ui_text){
                         .text = group_title(ui, l, g), .type = TYPE_LEADB, .heading = true });
        UI_CARD(ui, .w = UI_FILL, .divider = true)
        for (int i = 0; i < g->count && i < SHOWN; i++)
            hit(ui, l, &g->hit[i]);
    }
}

static int top(const struct app *app, enum search_group which)
{
    const struct search_hits *g = &app->search->group[which];
    return g->count ? g->hit[0].sure : 0;
}

static bool anything(const struct search *f)
{
    for (int i = 0; i < SEARCH_GROUPS; i++)
        if (f->group[i].count)
            return true;
    return false;
}

/* Beside the pad there is room for large words only. */
static void how(struct ui *ui)
{
    ui_say(ui, TYPE_BODYB, T("search.how"));
    ui_say_in(ui, TYPE_BODY, TOK_INK2, T("search.example"));
}

static void ready_words(struct ui *ui)
{
    UI(ui, .dir = UI_GRID, .cols = ui_big(ui) ? 2 : 3, .w = UI_FILL, .gap = 16)
    for (int i = 0; i < WORDS; i++)
        ui_button(ui, &(struct ui_button){ .id = frame_id(ui, "search.word", i),
                                           .label = T(words[i]),
                                           .kind = BUTTON_QUIET,
                                           .w = UI_FILL,
                                           .on = UI_PICK_ON("search.word", i) });
}

static void results(struct ui *ui, const struct app *app)
{
    if (!*app->query)
        ready_words(ui);
    if (!*app->query && frame_pad_beside(ui, app) && ui_big(ui)) {
        how(ui);
    } else if (!*app->query) {
        ui_empty(ui, ICON_KEYBOARD, T("search.how"), T("search.example"));
    }
    if (!*app->query)
        return;
    if (!anything(app->search)) {
        ui_empty(ui, ICON_SEARCH,
                 i18n_fmt(ui_arena(ui), "search.nothing", "what", app->query, NULL),
                 T("search.nothing_hint"));
        return;
    }
    /* A page called so comes first; one that only has to do with it comes last. */
    const struct search_hits *pages = &app->search->group[SEARCH_SCREEN];
    bool named = pages->count && pages->hit[0].sure > 5;
    if (named)
        group(ui, app, SEARCH_SCREEN);
    /* What was meant more surely comes first; letters alone mean a good as likely as a service. */
    bool service = top(app, SEARCH_SERVICE) > top(app, SEARCH_GOOD);
    group(ui, app, service ? SEARCH_SERVICE : SEARCH_GOOD);
    group(ui, app, service ? SEARCH_GOOD : SEARCH_SERVICE);
    group(ui, app, SEARCH_PLACE);
    group(ui, app, SEARCH_NOTICE);
    if (!named)
        group(ui, app, SEARCH_SCREEN);
}

static void search_build(struct ui *ui, const struct app *app)
{
    UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = 24)
    {
        FRAME_FIXED(ui)
        frame_search_field(ui, app, "search.search",
                           T(ui_big(ui) ? "home.search_short" : "home.search"));
        FRAME_SCROLL(ui, "search.page")
        results(ui, app);
        frame_pager(ui, app, "search.page");
    }
}

const struct screen screen_search = { .name = "search",
                                      .title = "search.title",
                                      .enter = search_enter,
                                      .head = search_head,
                                      .build = search_build,
                                      .event = search_event,
                                      .changed = search_changed };
