/* camera_words.c - what the wall and the single picture say alike: when a picture was taken, and
 * why there is none. */
#include "screens/camera_words.h"

#include "app/i18n.h"
#include "app/say.h"
#include "app/widgets.h"
#include "hal/base/clock.h"

enum { ICON_VIDEOCAM = 0xe04b, ICON_VIDEOCAM_OFF = 0xe04c };

const char *camera_name(struct ui *ui, const struct camera_row *c)
{
    return i18n_fmt(ui_arena(ui), "say.pair", "a", c->spot.name, "b", c->name, NULL);
}

const char *camera_why(struct ui *ui, const struct live_view *v)
{
    (void)ui;
    if (v->now)
        return NULL;
    if (v->state == CAMERA_NO_SERVICE)
        return T("camera.why.no_service");
    if (v->frozen)
        return T("camera.why.frozen");
    if (v->state == CAMERA_CONNECTING || v->state == CAMERA_CLOSED)
        return T("camera.connecting");
    switch (v->why) {
    case ERR_REFUSED:
        return T("camera.why.refused");
    case ERR_TOO_BIG:
        return T("camera.why.too_big");
    case ERR_FORMAT:
        return T("camera.why.format");
    default:
        return T("camera.why.silent");
    }
}

static const char *taken(struct ui *ui, const struct app *app, const struct live_view *v)
{
    return say_time(ui_arena(ui), v->taken_ms, app->today);
}

const char *camera_next_try(struct ui *ui, const struct live_view *v)
{
    struct arena *a = ui_arena(ui);
    if (v->retry_s <= 0)
        return T("camera.trying");
    return i18n_fmt(a, "camera.retry_in", "n", say_number(a, v->retry_s), NULL);
}

void camera_state(struct ui *ui, const struct app *app, const struct live_view *v, const char *id)
{
    struct arena *a = ui_arena(ui);
    const char *words = T("camera.connecting");
    uint32_t icon = ICON_SYNC;
    enum tok color = TOK_INK2;
    if (v->now) {
        icon = ICON_VIDEOCAM;
        color = TOK_TEA;
        struct civil c = clock_civil(v->taken_ms);
        words = i18n_fmt(a, "camera.now", "time", say_clock(a, c.hour * 60 + c.minute), NULL);
    } else if (v->has_picture) {
        icon = ICON_PAUSE;
        color = TOK_PEELINK;
        words = i18n_fmt(a, "camera.stopped", "time", taken(ui, app, v), NULL);
    } else if (v->state != CAMERA_CONNECTING) {
        icon = ICON_REFRESH;
        words = camera_next_try(ui, v);
    }
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .gap = 10, .cross = UI_CENTER, .id = id,
       .role = ROLE_STATUS)
    ui_iconed(ui, icon, 30, color, TYPE_CAP, color, words);
}

static void no_picture(struct ui *ui, const struct live_view *v, const char *id, float w, float h)
{
    bool trying = v->state == CAMERA_CONNECTING;
    UI(ui, .dir = UI_COL, .id = id, .w = UI_DP(w), .h = UI_ATLEAST(h), .fill = TOK_WASH,
       .main = UI_CENTER, .cross = UI_CENTER, .gap = 12, .pad = UI_PAD(16), .radius = 12)
    {
        ui_icon(ui, trying ? ICON_VIDEOCAM : ICON_VIDEOCAM_OFF, 64, TOK_INK2);
        ui_label(ui, &(struct ui_text){ .text = trying ? T("camera.connecting") : T("camera.none"),
                                        .type = TYPE_BODY,
                                        .color = TOK_INK2,
                                        .align = UI_CENTER });
    }
}

void camera_picture(struct ui *ui, const struct app *app, int slot, const struct camera_row *c,
                    const char *id, float w, float h)
{
    struct live_view v = live_look(app->live, slot);
    const struct draw_image *im = live_image(app->live, slot, ui_px(ui, w), ui_px(ui, h));
    if (!im) {
        no_picture(ui, &v, id, w, h);
        return;
    }
    ui_picture(ui, &(struct ui_picture){
                       .id = id, .name = camera_name(ui, c), .image = im, .w = w, .h = h });
}

const char *camera_counts(struct ui *ui, const struct spot *s)
{
    struct arena *a = ui_arena(ui);
    const struct spot_now *n = &s->now;
    if (!s->has_now || (n->visitors < 0 && n->vehicles < 0))
        return NULL;
    if (n->visitors < 0)
        return i18n_fmt(a, "camera.cars", "cars", say_number(a, n->vehicles), NULL);
    if (n->vehicles < 0)
        return i18n_fmt(a, "camera.people", "people", say_number(a, n->visitors), NULL);
    return i18n_fmt(a, "camera.people_cars", "people", say_number(a, n->visitors), "cars",
                    say_number(a, n->vehicles), NULL);
}
