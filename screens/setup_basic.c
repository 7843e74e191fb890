/* setup_basic.c - setting up: language, panel, name, place, and the staff's PIN. */
#include "screens/setup_part.h"

#include "screens/frame.h"

#include "app/i18n.h"
#include "app/say.h"
#include "app/services.h"
#include "app/typing.h"
#include "app/widgets.h"
#include "hal/base/utf8.h"

#include <string.h>

void setup_option(struct ui *ui, const char *id, const char *label, const char *caption, bool on,
                  struct event ev)
{
    UI(ui, .dir = UI_ROW, .id = id, .role = ROLE_CHOICE, .w = UI_FILL,
       .h = UI_ATLEAST(frame_low(ui) ? 72 : 96), .pad = UI_PAD2(28, 12), .gap = 20, .selected = on,
       .radius = 16, .fill = on ? TOK_TEAWASH : TOK_SHEET, .pressed = TOK_TEAWASH,
       .border = on ? TOK_TEA : TOK_EDGE, .border_dp = on ? 5 : 3, .main_target = true, .on = ev)
    {
        float size = ui_icon_dp(ui, 48);
        UI(ui, .dir = UI_ROW, .main = UI_CENTER, .w = UI_DP(size), .h = UI_DP(size),
           .radius = size / 2, .fill = on ? TOK_TEA : TOK_SHEET, .border = on ? TOK_TEA : TOK_EDGE,
           .border_dp = 4)
        if (on)
            ui_icon(ui, ICON_CHECK, size - 12, TOK_ONTEA);
        UI(ui, .w = UI_FILL)
        {
            ui_label(ui, &(struct ui_text){
                             .text = label, .type = on ? TYPE_LEADB : TYPE_LEAD, .w = UI_FILL });
            if (caption)
                ui_label(ui,
                         &(struct ui_text){
                             .text = caption, .type = TYPE_CAP, .color = TOK_INK2, .w = UI_FILL });
        }
    }
}

/* --- fields -------------------------------------------------------------------------------------
 */

static bool secret(enum setup_field f)
{
    return f == SETUP_KEY || f == SETUP_PIN_NEW || f == SETUP_PIN_AGAIN;
}

/* Of a secret only its length is in the tree, on the screen, anywhere. */
static const char *shown(struct ui *ui, const struct app *app, enum setup_field f)
{
    const char *text = app->setup->field[f];
    struct arena *a = ui_arena(ui);
    if (!secret(f))
        return app->asking && *text ? "＊＊＊＊" : arena_strdup(a, text);
    size_t n = utf8_count(text);
    char *dots = arena_alloc(a, 3 * n + 1);
    for (size_t i = 0; dots && i < n; i++)
        memcpy(dots + 3 * i, "●", 3);
    return dots ? dots : "";
}

const char *setup_field_label(enum setup_field f)
{
    static const char *const key[SETUP_FIELDS] = {
        [SETUP_W] = "setup.f.w",
        [SETUP_H] = "setup.f.h",
        [SETUP_NAME_ZH] = "setup.f.name_zh",
        [SETUP_NAME_EN] = "setup.f.name_en",
        [SETUP_PLACE_ZH] = "setup.f.place_zh",
        [SETUP_PLACE_EN] = "setup.f.place_en",
        [SETUP_ADDRESS] = "setup.f.address",
        [SETUP_MASK] = "setup.f.mask",
        [SETUP_GATEWAY] = "setup.f.gateway",
        [SETUP_DNS1] = "setup.f.dns1",
        [SETUP_DNS2] = "setup.f.dns2",
        [SETUP_SSID] = "setup.f.ssid",
        [SETUP_KEY] = "setup.f.key",
        [SETUP_SERVER] = "setup.f.server",
        [SETUP_URL] = "setup.f.url",
        [SETUP_PIN_NEW] = "setup.f.pin",
        [SETUP_PIN_AGAIN] = "setup.f.pin_again",
    };
    return T(key[f]);
}

static const char *example(enum setup_field f)
{
    switch (f) {
    case SETUP_ADDRESS:
        return "192.168.1.20";
    case SETUP_MASK:
        return "255.255.255.0";
    case SETUP_GATEWAY:
    case SETUP_DNS1:
        return "192.168.1.1";
    case SETUP_URL:
        return "https://";
    case SETUP_PIN_NEW:
    case SETUP_PIN_AGAIN:
        return T("staff.pin_digits");
    default:
        return T("setup.f.empty");
    }
}

void setup_field_box(struct ui *ui, const struct app *app, enum setup_field f)
{
    const struct setup *s = app->setup;
    const char *id = setup_field_id(f);
    size_t n = utf8_count(s->field[f]);
    bool open = app->typing->open && strcmp(app->typing->field, id) == 0;
    ui_field(ui, &(struct ui_field){
                     .id = id,
                     .label = setup_field_label(f),
                     .name = setup_field_label(f),
                     .value = shown(ui, app, f),
                     .placeholder = example(f),
                     .note = secret(f) && n ? i18n_fmt(ui_arena(ui), "setup.f.count", "n",
                                                       say_number(ui_arena(ui), (int64_t)n), NULL)
                                            : NULL,
                     .error = s->wrong && s->wrong_field == f ? T(s->wrong) : NULL,
                     .focused = open,
                     .on = UI_PICK_ON("setup.write", f) });
}

/* With its keyboard a low panel has room for what is being typed, and perhaps one more. */
void setup_field_boxes(struct ui *ui, const struct app *app, enum setup_field a, enum setup_field b)
{
    bool typing = frame_typing(app), narrow = typing && frame_low(ui) && b - a > 1;
    bool pair = !ui_theme(ui)->portrait && !typing && !ui_big(ui);
    UI(ui, .dir = pair ? UI_GRID : UI_COL, .cols = 2, .w = UI_FILL, .gap = frame_low(ui) ? 12 : 24)
    for (int f = a; f <= (int)b; f++)
        if (!narrow || strcmp(app->typing->field, setup_field_id((enum setup_field)f)) == 0)
            setup_field_box(ui, app, (enum setup_field)f);
}

/* --- pages --------------------------------------------------------------------------------------
 */

void setup_build_lang(struct ui *ui, const struct app *app)
{
    (void)app;
    setup_option(ui, "setup.lang.zh", "中文", "开机和没人用的时候显示中文", i18n_chinese(),
                 UI_PICK_ON("setup.lang", 0));
    setup_option(ui, "setup.lang.en", "English", "English is shown at start and between visits",
                 !i18n_chinese(), UI_PICK_ON("setup.lang", 1));
}

static const char *inches(struct ui *ui, int i)
{
    int tenths = setup_inches[i];
    const char *n = tenths % 10 ? arena_printf(ui_arena(ui), "%d.%d", tenths / 10, tenths % 10)
                                : arena_printf(ui_arena(ui), "%d", tenths / 10);
    return i18n_fmt(ui_arena(ui), "setup.inches", "n", n, NULL);
}

void setup_build_size(struct ui *ui, const struct app *app)
{
    const struct setup *s = app->setup;
    int cols = ui_theme(ui)->portrait ? (ui_big(ui) ? 1 : 2) : ui_xbig(ui) ? 1 : ui_big(ui) ? 2 : 3;
    if (!(frame_typing(app) && frame_low(ui)))
        UI(ui, .dir = UI_GRID, .cols = cols, .w = UI_FILL, .gap = 14)
        {
            for (int i = 0; i < SETUP_SIZES; i++)
                setup_option(ui, frame_id(ui, "setup.size", i), inches(ui, i), NULL, s->size == i,
                             UI_PICK_ON("setup.size", i));
            setup_option(ui, frame_id(ui, "setup.size", SETUP_SIZES), T("setup.size_other"), NULL,
                         s->size == SETUP_SIZES, UI_PICK_ON("setup.size", SETUP_SIZES));
        }
    if (s->size != SETUP_SIZES)
        return;
    setup_field_boxes(ui, app, SETUP_W, SETUP_H);
}

static void turn_button(struct ui *ui, int quarters, const char *label, uint32_t icon)
{
    ui_button(ui, &(struct ui_button){ .id = frame_id(ui, "setup.turn", quarters),
                                       .label = label,
                                       .icon = icon,
                                       .kind = quarters ? BUTTON_SECONDARY : BUTTON_PRIMARY,
                                       .main = !frame_low(ui),
                                       .w = UI_FILL,
                                       .on = UI_PICK_ON("setup.turn", quarters) });
}

/* The words are turned with the picture; the arrow is what everybody sees alike. */
void setup_build_turn(struct ui *ui, const struct app *app)
{
    (void)app;
    bool tall = ui_theme(ui)->portrait;
    UI(ui, .dir = tall ? UI_COL : UI_ROW, .w = UI_FILL, .gap = 24,
       .cross = tall ? UI_STRETCH : UI_CENTER)
    {
        UI(ui, .dir = UI_ROW, .main = UI_CENTER, .w = tall ? UI_FILL : UI_DP(320))
        UI_CARD(ui, .pad = UI_PAD(tall ? 40 : 12), .id = "setup.arrow", .role = ROLE_IMAGE,
                .name = T("setup.arrow"))
        ui_icon(ui, ICON_ARROW_UPWARD, tall ? 320 : frame_low(ui) ? 180 : 260, TOK_TEA);
        UI(ui, .dir = UI_GRID, .cols = 2, .w = UI_FILL, .gap = 14)
        {
            turn_button(ui, 0, T("setup.turn_up"), ICON_CHECK);
            turn_button(ui, 2, T("setup.turn_down"), ICON_NONE);
            turn_button(ui, 3, T("setup.turn_left"), ICON_NONE);
            turn_button(ui, 1, T("setup.turn_right"), ICON_NONE);
        }
    }
}

void setup_build_name(struct ui *ui, const struct app *app)
{
    setup_field_boxes(ui, app, SETUP_NAME_ZH, SETUP_NAME_EN);
}

static void choices(struct ui *ui, const struct app *app)
{
    const struct services *v = app->services;
    bool town = v->choice_township == 0;
    UI(ui, .dir = UI_GRID, .cols = ui_big(ui) ? 2 : 3, .w = UI_FILL, .gap = 14)
    for (int i = 0; i < v->choice_count; i++)
        ui_button(ui,
                  &(struct ui_button){ .id = frame_id(ui, town ? "setup.township" : "setup.village",
                                                      v->choice[i].code),
                                       .label = v->choice[i].name,
                                       .kind = BUTTON_SECONDARY,
                                       .w = UI_FILL,
                                       .on = town ? UI_PICK_ON("setup.pick", v->choice[i].code)
                                                  : UI_PICK_ON("setup.village", i) });
}

void setup_build_place(struct ui *ui, const struct app *app)
{
    if (app->setup->picking) {
        choices(ui, app);
        return;
    }
    if (!(frame_typing(app) && frame_low(ui)))
        UI_CARD(ui, .w = UI_FILL)
    ui_row(ui, &(struct ui_row){ .id = "setup.place",
                                 .icon = ICON_PLACE,
                                 .icon_color = TOK_TEA,
                                 .title = T("setup.pick_village"),
                                 .caption = T("setup.pick_why"),
                                 .chevron = true,
                                 .on = UI_PICK_ON("setup.pick", 0) });
    setup_field_boxes(ui, app, SETUP_PLACE_ZH, SETUP_PLACE_EN);
}

void setup_build_pin(struct ui *ui, const struct app *app)
{
    if (app->setup->pin_asked) {
        ui_iconed(ui, ICON_HOURGLASS, 56, TOK_TEA, TYPE_H3, TOK_INK, T("setup.pin_keeping"));
        return;
    }
    setup_field_boxes(ui, app, SETUP_PIN_NEW, SETUP_PIN_AGAIN);
}
