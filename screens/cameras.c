/* cameras.c - the wall: four pictures of now, and every other spot and road node by name. */
#include "screens/camera_words.h"
#include "screens/frame.h"
#include "screens/screens.h"

#include "app/i18n.h"
#include "app/say.h"
#include "app/widgets.h"
#include "hal/base/log.h"

enum { GAP = 24, SIDE = 48, PAD = 16 };

static int on_wall(const struct spots *s)
{
    return s->count < CAMERA_SLOTS ? s->count : CAMERA_SLOTS;
}

static void cameras_load(struct app *app)
{
    frame_load(app);
    enum err e = spots_load(app->spots, app->store);
    if (e != OK)
        log_warn("spots_not_loaded", "err=%s", err_name(e));
    for (int i = 0; i < on_wall(app->spots); i++)
        live_open(app->live, i, &app->spots->row[i], CAMERA_KEYFRAMES);
}

static void cameras_enter(struct app *app, int64_t n)
{
    (void)n;
    cameras_load(app);
}

static void cameras_changed(struct app *app, const char *channel)
{
    (void)channel;
    cameras_load(app);
}

static int live_count(const struct app *app)
{
    int n = 0;
    for (int i = 0; i < on_wall(app->spots); i++)
        n += live_look(app->live, i).now;
    return n;
}

static void cameras_head(struct ui *ui, const struct app *app, struct screen_head *out)
{
    struct arena *a = ui_arena(ui);
    out->area = AREA_SCENERY;
    out->subtitle = i18n_fmt(a, "cameras.subtitle", "n", say_number(a, app->spots->count), "live",
                             say_number(a, live_count(app)), NULL);
}

/* --- four pictures ---------------------------------------------------------------------------- */

static int columns(const struct ui *ui)
{
    return frame_wide(ui) && !ui_xbig(ui) ? CAMERA_SLOTS : 2;
}

static void tile(struct ui *ui, const struct app *app, int i, float w)
{
    const struct camera_row *c = &app->spots->row[i];
    struct live_view v = live_look(app->live, i);
    const char *id = arena_printf(ui_arena(ui), "cameras.picture.%d", i);
    UI_CARD(ui, .w = UI_FILL, .pad = UI_PAD(PAD), .gap = 8,
            .id = frame_id(ui, "cameras.tile", c->id), .role = ROLE_BUTTON,
            .name = camera_name(ui, c), .main_target = true, .on = UI_GO_TO("camera", c->id))
    {
        bool tall = v.has_picture || !frame_low(ui);
        camera_picture(ui, app, i, c, id, w, tall ? w * 9 / 16 : w / 4);
        ui_label(ui, &(struct ui_text){ .text = c->spot.name, .type = TYPE_LEADB });
        ui_say_in(ui, TYPE_CAP, TOK_INK2, c->name);
        camera_state(ui, app, &v, arena_printf(ui_arena(ui), "cameras.state.%d", i));
    }
}

static void wall(struct ui *ui, const struct app *app)
{
    int cols = columns(ui), n = on_wall(app->spots);
    float w = (ui_theme(ui)->w_dp - 2 * SIDE - (float)(GAP * (cols - 1))) / (float)cols - 2 * PAD;
    UI(ui, .dir = UI_GRID, .cols = cols, .w = UI_FILL, .gap = GAP, .id = "cameras.wall",
       .role = ROLE_LIST, .name = T("cameras.title"))
    for (int i = 0; i < n; i++)
        tile(ui, app, i, w);
}

/* --- all others ------------------------------------------------------------------------------- */

static const char *reported(struct ui *ui, const struct app *app, const struct spot *s)
{
    const char *counts = camera_counts(ui, s);
    if (!counts)
        return s->township_name;
    const char *when = say_when(ui_arena(ui), s->now.day, s->now.at_min, app->today);
    return i18n_fmt(ui_arena(ui), "say.pair", "a", counts, "b", when, NULL);
}

static void others(struct ui *ui, const struct app *app)
{
    const struct spots *s = app->spots;
    if (s->count <= CAMERA_SLOTS)
        return;
    ui_label(ui,
             &(struct ui_text){ .text = T("cameras.others"), .type = TYPE_LEADB, .heading = true });
    UI_CARD(ui, .w = UI_FILL, .divider = true, .id = "cameras.list", .role = ROLE_LIST)
    for (int i = CAMERA_SLOTS; i < s->count; i++) {
        const struct camera_row *c = &s->row[i];
        ui_row(ui, &(struct ui_row){ .id = frame_id(ui, "cameras.row", c->id),
                                     .icon = c->spot.road ? 0xe531 : ICON_LANDSCAPE, /* a car */
                                     .icon_color = TOK_RIVER,
                                     .title = camera_name(ui, c),
                                     .caption = reported(ui, app, &c->spot),
                                     .chevron = true,
                                     .on = UI_GO_TO("camera", c->id) });
    }
}

static void cameras_build(struct ui *ui, const struct app *app)
{
    UI(ui, .dir = UI_COL, .w = UI_FILL, .h = UI_FILL, .gap = 16)
    {
        FRAME_SCROLL(ui, "cameras.page")
        {
            if (app->spots->count == 0)
                ui_empty(ui, ICON_LANDSCAPE, T("cameras.none_yet"), NULL);
            wall(ui, app);
            others(ui, app);
        }
        frame_pager(ui, app, "cameras.page");
    }
}

const struct screen screen_cameras = { .name = "cameras",
                                       .title = "cameras.title",
                                       .enter = cameras_enter,
                                       .head = cameras_head,
                                       .build = cameras_build,
                                       .changed = cameras_changed };
