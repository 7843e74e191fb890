/* map.c - the district as a schematic map: its townships where they lie, and what each has. */
#include "screens/frame.h"
#include "screens/screens.h"

#include "app/i18n.h"
#include "app/places.h"
#include "app/say.h"
#include "app/widgets.h"
#include "hal/base/log.h"

#include <stdlib.h>
#include <string.h>

enum { ICON_MAP = 0xe55b, VILLAGE_DIGITS = 1000 };

static void map_load(struct app *app, enum map_layer layer)
{
    frame_load(app);
    enum err e = places_load_map(app->places, app->store, layer);
    if (e != OK)
        log_warn("map_not_loaded", "err=%s", err_name(e));
}

static void map_enter(struct app *app, int64_t n)
{
    (void)n;
    map_load(app, app->came_back ? app->places->layer : MAP_SERVICES);
}

static void map_changed(struct app *app, const char *channel)
{
    (void)channel;
    map_load(app, app->places->layer);
}

static void map_event(struct app *app, const struct event *ev)
{
    if (ev->type == EV_PICK && strcmp(ev->what, "map.layer") == 0 && ev->n >= 0 &&
        ev->n < MAP_LAYERS)
        map_load(app, (enum map_layer)ev->n);
}

static void map_head(struct ui *ui, const struct app *app, struct screen_head *out)
{
    (void)ui;
    (void)app;
    out->area = AREA_SCENERY;
    out->icon = ICON_MAP;
    out->subtitle = T("map.subtitle");
}

static void layers(struct ui *ui, const struct app *app)
{
    static const char *const key[] = { "map.services", "map.markets", "map.hospitals", "map.spots",
                                       "map.villages" };
    static const char *const id[] = { "map.layer.services", "map.layer.markets",
                                      "map.layer.hospitals", "map.layer.spots",
                                      "map.layer.villages" };
    bool narrow = ui_theme(ui)->portrait && (ui_big(ui) || !i18n_chinese());
    UI(ui, .dir = UI_GRID, .cols = narrow ? 3 : MAP_LAYERS, .w = UI_FILL, .gap = 12,
       .id = "map.layers", .role = ROLE_LIST, .name = T("map.layers"))
    for (int i = 0; i < MAP_LAYERS; i++)
        ui_tab(ui, &(struct ui_tab){ .id = id[i],
                                     .label = T(key[i]),
                                     .area = AREA_SCENERY,
                                     .selected = i == (int)app->places->layer,
                                     .w = UI_FILL,
                                     .h = UI_ATLEAST(76),
                                     .on = UI_PICK_ON("map.layer", i) });
}

static const char *count_words(struct ui *ui, const struct app *app, const struct map_cell *c)
{
    struct arena *a = ui_arena(ui);
    bool villages = app->places->layer == MAP_VILLAGES;
    if (c->count == 0)
        return T("map.none");
    return i18n_fmt(a, villages ? "map.villages_count" : "map.count", "n", say_number(a, c->count),
                    NULL);
}

static void township(struct ui *ui, const struct app *app, const struct map_cell *c, bool here)
{
    const char *words = count_words(ui, app, c);
    const char *name = i18n_fmt(ui_arena(ui), "say.pair", "a", c->name, "b", words, NULL);
    if (here)
        name = i18n_fmt(ui_arena(ui), "say.pair", "a", name, "b", T("map.here"), NULL);
    UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_ATLEAST(ui_theme(ui)->portrait ? 190 : 100),
       .pad = UI_PAD2(8, 14), .gap = 4, .main = UI_CENTER, .cross = UI_CENTER,
       .fill = here ? TOK_TEAWASH : TOK_SHEET,
       .border = here       ? TOK_TEA
                 : c->count ? TOK_RIVER
                            : TOK_LINE,
       .border_dp = here ? 4 : 2, .radius = 14, .pressed = TOK_RIVERWASH,
       .id = frame_id(ui, "map.cell", c->code), .role = ROLE_BUTTON, .name = name,
       .on = UI_GO_TO("places", c->code))
    {
        ui_label(ui, &(struct ui_text){ .text = c->name, .type = TYPE_BODYB, .align = UI_CENTER });
        ui_label(ui, &(struct ui_text){ .text = words,
                                        .type = TYPE_CAP,
                                        .color = c->count ? TOK_RIVER : TOK_INK2,
                                        .align = UI_CENTER });
        if (here)
            ui_label(ui, &(struct ui_text){ .text = T("map.here"),
                                            .type = TYPE_CAPB,
                                            .color = TOK_TEA,
                                            .align = UI_CENTER });
    }
}

static void river(struct ui *ui, const struct map_cell *c)
{
    UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_ATLEAST(56), .fill = TOK_RIVERWASH,
       .main = UI_CENTER, .cross = UI_CENTER)
    ui_label(ui, &(struct ui_text){
                     .text = c->name, .type = TYPE_CAP, .color = TOK_RIVER, .align = UI_CENTER });
}

static void nothing_there(struct ui *ui)
{
    UI(ui, .w = UI_FILL)
    {
    }
}

static void map(struct ui *ui, const struct app *app)
{
    const struct places *p = app->places;
    int64_t own = strtoll(app->config->terminal_village, NULL, 10) / VILLAGE_DIGITS;
    UI(ui, .dir = UI_GRID, .cols = p->map_cols, .w = UI_FILL, .gap = 12, .id = "map.cells",
       .role = ROLE_LIST, .name = T("map.title"))
    for (int row = 0; row < p->map_rows; row++)
        for (int col = 0; col < p->map_cols; col++) {
            const struct map_cell *c = &p->map[row][col];
            if (!c->name)
                nothing_there(ui);
            else if (c->code)
                township(ui, app, c, c->code == own);
            else
                river(ui, c);
        }
}

/* Words too large for five columns: the townships that have what is looked for, one below another.
 */
static void as_list(struct ui *ui, const struct app *app)
{
    const struct places *p = app->places;
    UI_CARD(ui, .w = UI_FILL, .divider = true, .id = "map.list", .role = ROLE_LIST)
    for (int i = 0; i < p->map_rows * MAP_SIDE; i++) {
        const struct map_cell *c = &p->map[i / MAP_SIDE][i % MAP_SIDE];
        if (c->code && c->name)
            ui_row(ui, &(struct ui_row){ .id = frame_id(ui, "map.cell", c->code),
                                         .title = c->name,
                                         .right = count_words(ui, app, c),
                                         .right_type = TYPE_BODY,
                                         .chevron = true,
                                         .on = UI_GO_TO("places", c->code) });
    }
}

static void map_build(struct ui *ui, const struct app *app)
{
    bool narrow = ui_theme(ui)->portrait && (ui_big(ui) || !i18n_chinese());
    UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = 16)
    {
        FRAME_FIXED(ui)
        layers(ui, app);
        FRAME_SCROLL(ui, "map.page")
        {
            if (app->places->map_rows == 0)
                ui_empty(ui, ICON_MAP, T("map.not_yet"), NULL);
            else if (narrow || ui_xbig(ui) || frame_low(ui))
                as_list(ui, app);
            else
                map(ui, app);
        }
        frame_pager(ui, app, "map.page");
    }
}

const struct screen screen_map = { .name = "map",
                                   .title = "map.title",
                                   .enter = map_enter,
                                   .head = map_head,
                                   .build = map_build,
                                   .event = map_event,
                                   .changed = map_changed };
