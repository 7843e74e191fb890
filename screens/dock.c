/* dock.c - where the card goes, that it is being read, that it is still in. */
#include "screens/dock.h"

#include "app/i18n.h"
#include "app/visit.h"
#include "app/widgets.h"
#include "screens/frame.h"

bool dock_wanted(const struct app *app)
{
    return app->dev.readers != NULL;
}

static bool reader_well(const struct app *app)
{
    return app->card.state != READER_ABSENT && app->card.state != READER_NO_SERVICE;
}

static bool card_left_in(const struct app *app)
{
    return !session_card(&app->session) && reader_well(app) && app->card.state != READER_EMPTY &&
           app->card.serial == app->done_serial;
}

bool dock_strip_wanted(const struct app *app)
{
    bool home = app->depth == 1;
    if (!dock_wanted(app))
        return false;
    return session_card(&app->session) || card_left_in(app) || (home && !reader_well(app));
}

/* --- the drawing -------------------------------------------------------------------------- */

/* A part of the drawing: its place and size on 360 x 300, times s. */
struct part {
    float x, y, w, h, radius;
    enum tok fill, border;
};

static void draw_part(struct ui *ui, float s, struct part p)
{
    UI(ui, .pad = { .l = p.x * s, .t = p.y * s })
    {
        UI(ui, .w = UI_DP(p.w * s), .h = UI_DP(p.h * s), .fill = p.fill, .radius = p.radius * s,
           .border = p.border, .border_dp = p.border ? 3 : 0)
        {
        }
    }
}

static void front(struct ui *ui, float s)
{
    draw_part(ui, s, (struct part){ 92, 26, 92, 12, 6, TOK_TEA, TOK_NONE });
    draw_part(ui, s, (struct part){ 92, 48, 58, 8, 4, TOK_QEDGE, TOK_NONE });
    draw_part(ui, s, (struct part){ 228, 24, 40, 50, 8, TOK_TEAWASH, TOK_NONE });
    draw_part(ui, s, (struct part){ 148, 88, 64, 46, 10, TOK_PEEL, TOK_NONE });
    draw_part(ui, s, (struct part){ 168, 98, 24, 26, 5, TOK_NONE, TOK_WOOD });
}

static void back(struct ui *ui, float s)
{
    draw_part(ui, s, (struct part){ 70, 26, 220, 36, 0, TOK_DARK, TOK_NONE });
    draw_part(ui, s, (struct part){ 92, 80, 130, 24, 4, TOK_SHEET, TOK_NONE });
    draw_part(ui, s, (struct part){ 92, 118, 100, 8, 4, TOK_MUTE, TOK_NONE });
}

static void arrow(struct ui *ui, float x, float s)
{
    float(*p)[2] = (float(*)[2])arena_alloc(ui_arena(ui), 5 * sizeof *p);
    if (!p)
        return;
    const float shape[5][2] = { { 0, 18 }, { 0, 120 }, { -22, 98 }, { 0, 120 }, { 22, 98 } };
    for (int i = 0; i < 5; i++) {
        p[i][0] = shape[i][0] + x;
        p[i][1] = shape[i][1];
    }
    ui_drawing(ui, &(struct ui_drawing){ .points = (const float(*)[2])p,
                                         .count = 5,
                                         .w = 360 * s,
                                         .h = 140 * s,
                                         .scale = s,
                                         .width_dp = 12 * s,
                                         .color = TOK_PEEL });
}

void dock_picture(struct ui *ui, float s, bool reversed, bool arrows)
{
    UI(ui, .dir = UI_STACK, .w = UI_DP(360 * s), .h = UI_DP(300 * s), .role = ROLE_IMAGE,
       .name = T(reversed ? "card.picture_reversed" : "card.picture"))
    {
        draw_part(ui, s,
                  (struct part){ 70, 4, 220, 200, 16, reversed ? TOK_WASH : TOK_SHEET, TOK_EDGE });
        if (reversed)
            back(ui, s);
        else
            front(ui, s);
        draw_part(ui, s, (struct part){ 13, 164, 334, 128, 24, TOK_DARK, TOK_TEAWASH });
        draw_part(ui, s, (struct part){ 48, 176, 264, 12, 6, TOK_INK, TOK_NONE });
        if (arrows) {
            arrow(ui, 34, s);
            arrow(ui, 326, s);
        }
    }
}

/* --- home --------------------------------------------------------------------------------- */

/* Other ways to say who one is, where their devices are. */
static const char *also(const struct app *app)
{
    bool id = *app->config->idreader, code = *app->config->scanner_device;
    return id && code ? "dock.also_both" : id ? "dock.also_id" : code ? "dock.also_code" : NULL;
}

static void words(struct ui *ui, const struct app *app, bool upright)
{
    bool reading = app->card.state == READER_READING;
    enum tok ink = ui_theme(ui)->taste.contrast ? TOK_INK : TOK_ONTEA;
    UI(ui, .dir = UI_COL, .w = UI_FILL, .gap = 12)
    {
        ui_label(ui, &(struct ui_text){ .text = T(reading ? "dock.reading" : "dock.insert"),
                                        .type = TYPE_H2,
                                        .color = ink,
                                        .heading = true });
        ui_say_in(ui, TYPE_LEAD, ink, T(reading ? "dock.reading_how" : "dock.how"));
        if (!reading && also(app))
            ui_say_in(ui, TYPE_BODY, ink, T(also(app)));
        if (!reading && !ui_big(ui) && !(upright && also(app)))
            ui_iconed(ui, ICON_SOUTH_EAST, 36, TOK_PEEL, TYPE_BODY, ink, T("dock.where"));
    }
}

void dock_home(struct ui *ui, const struct app *app, bool upright)
{
    bool contrast = ui_theme(ui)->taste.contrast;
    /* Beside the tiles there is less room for it than under them: the words go first. */
    float scale = upright && ui_big(ui) ? 0.4f
                  : upright             ? 0.5f
                  : frame_low(ui)       ? 0.7f
                  : ui_xbig(ui)         ? 0.8f
                                        : 0.96f;
    UI(ui, .dir = upright ? UI_COL : UI_ROW, .w = UI_FILL, .h = upright ? UI_FILL : UI_ATLEAST(0),
       .fill = contrast ? TOK_PAPER : TOK_TEA, .border = contrast ? TOK_LINE : TOK_NONE,
       .border_dp = contrast ? 3 : 0, .pad = UI_PAD2(upright ? 32 : 48, 16),
       .gap = upright ? 20 : 48, .id = "home.dock", .role = ROLE_STATUS, .cross = UI_CENTER,
       .main = upright && !ui_big(ui) ? UI_CENTER : UI_AUTO)
    {
        dock_picture(ui, scale, false, app->card.state != READER_READING);
        words(ui, app, upright);
    }
}

/* --- the strip ---------------------------------------------------------------------------- */

static const char *strip_title(const struct app *app)
{
    if (session_card(&app->session))
        return T(visit_stays_in(app) ? "dock.in" : "dock.tapped");
    return card_left_in(app) ? T("dock.take") : T("dock.no_reader");
}

static const char *strip_line(const struct app *app)
{
    if (session_card(&app->session))
        return T(visit_stays_in(app) ? "dock.in_line" : "dock.tapped_line");
    return card_left_in(app) ? T("dock.take_line") : T("dock.no_reader_line");
}

void dock_strip(struct ui *ui, const struct app *app)
{
    bool warn = !session_card(&app->session) && !card_left_in(app),
         contrast = ui_theme(ui)->taste.contrast;
    enum tok ink = warn ? TOK_PEELINK : TOK_ONTEA;
    enum tok fill = warn ? TOK_PEELWASH : TOK_TEA;
    if (contrast)
        fill = TOK_PAPER, ink = TOK_INK;
    UI(ui, .dir = UI_ROW, .w = UI_FILL, .h = UI_ATLEAST(frame_low(ui) ? 96 : 142), .fill = fill,
       .border = contrast ? TOK_LINE : TOK_NONE, .border_dp = contrast ? 3 : 0,
       .pad = UI_PAD2(48, frame_low(ui) ? 8 : 16), .gap = 28, .id = "dock", .role = ROLE_STATUS)
    {
        ui_icon(ui, warn ? ICON_INFO : ICON_CREDIT_CARD, ui_icon_dp(ui, 56), ink);
        UI(ui, .dir = UI_COL, .w = UI_FILL)
        {
            ui_say_in(ui, TYPE_LEADB, ink, strip_title(app));
            if (!ui_xbig(ui) && !frame_low(ui))
                ui_say_in(ui, TYPE_BODY, ink, strip_line(app));
        }
        if (session_card(&app->session))
            ui_button(ui, &(struct ui_button){ .id = "dock.end",
                                               .label = T("dock.end"),
                                               .icon = ui_xbig(ui) ? ICON_NONE : ICON_LOGOUT,
                                               .kind = BUTTON_SECONDARY,
                                               .on = UI_SEND(EV_DONE) });
    }
}
