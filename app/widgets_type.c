/* widgets_type.c - what is typed with: the field, a key, and the plain pad of letters and digits.
 */
#include "app/widgets.h"

#include "app/i18n.h"

/* --- the field
 * ------------------------------------------------------------------------------------- */

static void field_head(struct ui *ui, const struct ui_field *f)
{
    if (f->label)
        ui_say(ui, TYPE_LEADB, f->label);
    if (f->error)
        ui_iconed(ui, ICON_ERROR, ui_icon_dp(ui, 40), TOK_BAD, TYPE_BODYB, TOK_BAD, f->error);
}

/* The value and the cursor behind it; a placeholder only while nothing is typed. */
static void field_words(struct ui *ui, const struct ui_field *f)
{
    bool empty = !f->value || !*f->value;
    enum type type = f->question ? TYPE_H3 : TYPE_LEAD;
    UI(ui, .dir = UI_ROW, .gap = 6, .w = UI_FILL)
    {
        if (!empty)
            ui_label(ui, &(struct ui_text){ .text = f->value,
                                            .type = f->question ? TYPE_LEAD : type,
                                            .max_lines = 1 });
        if (f->focused)
            UI(ui, .w = UI_DP(5), .h = UI_DP(52), .fill = TOK_TEA, .radius = 2)
            {
            }
        if (empty && f->placeholder)
            ui_label(ui, &(struct ui_text){ .text = f->placeholder,
                                            .type = TYPE_BODY,
                                            .color = TOK_INK2,
                                            .max_lines = 2 });
    }
}

static void field_inner(struct ui *ui, const struct ui_field *f)
{
    if (f->note)
        ui_say_in(ui, TYPE_CAP, TOK_INK2, f->note);
    if (!f->inner.id)
        return;
    ui_button(ui, &(struct ui_button){ .id = f->inner.id,
                                       .label = f->inner.label,
                                       .icon = f->inner.icon,
                                       .kind = BUTTON_QUIET,
                                       .small = true,
                                       .no_chevron = true,
                                       .on = f->inner.on });
}

void ui_field(struct ui *ui, const struct ui_field *f)
{
    enum tok border = f->error ? TOK_BAD : f->focused ? TOK_TEA : TOK_EDGE;
    float thick = f->error || f->focused ? 5 : 3;
    UI(ui, .gap = 8, .w = UI_FILL)
    {
        field_head(ui, f);
        UI(ui, .dir = UI_ROW, .gap = 12, .w = UI_FILL, .h = UI_ATLEAST(f->question ? 120 : 104),
           .pad = { 28, 10, f->inner.id ? 14 : 28, 10 }, .radius = 16, .fill = TOK_SHEET,
           .pressed = TOK_TEAWASH, .border = border, .border_dp = thick, .id = f->id,
           .role = ROLE_FIELD, .main_target = true, .field = true, .on = f->on,
           .name = f->name    ? f->name
                   : f->label ? f->label
                              : f->placeholder,
           .value = f->value)
        {
            if (f->icon)
                ui_icon(ui, f->icon, ui_icon_dp(ui, 48), TOK_INK2);
            field_words(ui, f);
            field_inner(ui, f);
        }
    }
}

/* --- the pad
 * --------------------------------------------------------------------------------------- */

enum { KEY_GAP = 12, KEY_DP = 92, DIGIT_DP = 120, MODE_DP = 76, PAD_GAP = 12, BESIDE_DP = 80 };

static enum tok key_text(const struct ui *ui, const struct ui_key *k)
{
    if (k->look == KEY_TEA || k->selected)
        return TOK_ONTEA;
    return k->look == KEY_DARK && !ui_theme(ui)->taste.contrast ? TOK_ONTEA : TOK_INK;
}

static enum type key_type(const struct ui_key *k, bool bold)
{
    if (k->large && !k->small)
        return TYPE_H3;
    if (k->small)
        return bold ? TYPE_BODYB : TYPE_BODY;
    return bold ? TYPE_LEADB : TYPE_LEAD;
}

void ui_key(struct ui *ui, const struct ui_key *k)
{
    bool tea = k->look == KEY_TEA || k->selected, dark = k->look == KEY_DARK;
    bool first = k->look == KEY_FIRST, bold = tea || first;
    enum tok text = key_text(ui, k);
    UI(ui, .dir = UI_ROW, .id = k->id, .name = k->name ? k->name : k->label, .role = ROLE_BUTTON,
       .w = k->w, .h = UI_ATLEAST(k->h), .main = UI_CENTER, .gap = 14, .radius = 14,
       .pad = UI_PAD2(4, 4),
       .fill = tea     ? TOK_TEA
               : dark  ? TOK_DARK
               : first ? TOK_TEAWASH
                       : TOK_SHEET,
       .border = tea || dark ? TOK_NONE
                 : first     ? TOK_TEA
                             : TOK_EDGE,
       .border_dp = first ? 4 : 2,
       .band = tea                                    ? TOK_TEADK
               : dark || first || k->look == KEY_MODE ? TOK_NONE
                                                      : TOK_LINE,
       .band_dp = tea ? 5 : 4,
       .pressed = tea    ? TOK_TEADK
                  : dark ? TOK_INK2
                         : TOK_LINE,
       .selected = k->selected, .on = k->on)
    {
        if (k->icon)
            ui_icon(ui, k->icon, 40, text);
        if (k->label)
            ui_label(ui, &(struct ui_text){ .text = k->label,
                                            .type = key_type(k, bold),
                                            .max_lines = k->one_line ? 1 : 0,
                                            .color = text,
                                            .align = UI_CENTER });
    }
}

static struct event typed(const struct ui_keypad *k, char c)
{
    struct event ev = { .type = EV_TEXT, .what = k->field };
    ev.s[0] = c;
    return ev;
}

static void char_key(struct ui *ui, const struct ui_keypad *k, char c, float h)
{
    struct arena *a = ui_arena(ui);
    ui_key(ui, &(struct ui_key){ .id = arena_printf(a, "pad.%c", c),
                                 .label = arena_printf(a, "%c", c),
                                 .w = UI_FILL,
                                 .h = h,
                                 .on = typed(k, c) });
}

static void erase_key(struct ui *ui, const struct ui_keypad *k, struct ui_len w, float h)
{
    ui_key(ui, &(struct ui_key){ .id = "pad.erase",
                                 .name = T("pad.erase"),
                                 .icon = ICON_BACKSPACE,
                                 .look = KEY_DARK,
                                 .w = w,
                                 .h = h,
                                 .on = { .type = EV_ERASE, .what = k->field } });
}

static void done_key(struct ui *ui, const struct ui_keypad *k, struct ui_len w, float h)
{
    ui_key(ui, &(struct ui_key){ .id = "pad.done",
                                 .label = k->done_label ? k->done_label : T("pad.done"),
                                 .look = KEY_TEA,
                                 .w = w,
                                 .h = h,
                                 .on = k->done });
}

static float key_dp(const struct ui_keypad *k, float dp)
{
    return k->beside ? BESIDE_DP : dp;
}

/* Beside what is read there is no room for 收起: 写好了 does the same. */
static void mode_row(struct ui *ui, const struct ui_keypad *k)
{
    if (k->only)
        return;
    UI(ui, .dir = UI_ROW, .gap = KEY_GAP, .w = UI_FILL)
    {
        ui_key(ui, &(struct ui_key){ .id = "pad.mode.letters",
                                     .label = T("pad.letters"),
                                     .icon = ICON_KEYBOARD,
                                     .look = KEY_MODE,
                                     .selected = !k->digits,
                                     .w = UI_FILL,
                                     .h = MODE_DP,
                                     .on = k->letters });
        ui_key(ui, &(struct ui_key){ .id = "pad.mode.digits",
                                     .label = T("pad.digits"),
                                     .icon = ICON_DIALPAD,
                                     .look = KEY_MODE,
                                     .selected = k->digits,
                                     .w = UI_FILL,
                                     .h = MODE_DP,
                                     .on = k->digits_on });
        if (!k->beside)
            ui_key(ui, &(struct ui_key){ .id = "pad.hide",
                                         .label = T("pad.hide"),
                                         .icon = ICON_KEYBOARD_HIDE,
                                         .look = KEY_MODE,
                                         .w = UI_SHARE(0.8f),
                                         .h = MODE_DP,
                                         .on = k->hide });
    }
}

/* side: free space at each end, in key widths. */
static void letter_row(struct ui *ui, const struct ui_keypad *k, const char *letters, float side)
{
    UI(ui, .dir = UI_ROW, .gap = KEY_GAP, .w = UI_FILL)
    {
        if (side > 0)
            UI(ui, .w = UI_SHARE(side - 0.13f), .h = UI_DP(1))
            {
            }
        for (const char *c = letters; *c; c++)
            char_key(ui, k, *c, key_dp(k, KEY_DP));
        if (side > 0)
            UI(ui, .w = UI_SHARE(side - 0.13f), .h = UI_DP(1))
            {
            }
    }
}

static void letters(struct ui *ui, const struct ui_keypad *k)
{
    letter_row(ui, k, "qwertyuiop", 0);
    letter_row(ui, k, "asdfghjkl", 0.5f);
    UI(ui, .dir = UI_ROW, .gap = KEY_GAP, .w = UI_FILL)
    {
        for (const char *c = "zxcvbnm"; *c; c++)
            char_key(ui, k, *c, key_dp(k, KEY_DP));
        erase_key(ui, k, UI_SHARE(k->beside ? 1.5f : 1.2f), key_dp(k, KEY_DP));
        if (!k->beside)
            done_key(ui, k, UI_SHARE(2.1f), KEY_DP);
    }
    if (k->beside)
        done_key(ui, k, UI_FILL, BESIDE_DP);
}

static void digit_row(struct ui *ui, const struct ui_keypad *k, const char *digits)
{
    UI(ui, .dir = UI_ROW, .gap = KEY_GAP, .w = UI_FILL)
    {
        for (const char *c = digits; *c; c++)
            char_key(ui, k, *c, key_dp(k, DIGIT_DP));
    }
}

static void digits(struct ui *ui, const struct ui_keypad *k)
{
    digit_row(ui, k, "123");
    digit_row(ui, k, "456");
    digit_row(ui, k, "789");
    UI(ui, .dir = UI_ROW, .gap = KEY_GAP, .w = UI_FILL)
    {
        erase_key(ui, k, UI_FILL, key_dp(k, DIGIT_DP));
        char_key(ui, k, '0', key_dp(k, DIGIT_DP));
        done_key(ui, k, UI_FILL, key_dp(k, DIGIT_DP));
    }
}

float ui_keypad_dp(const struct ui *ui, bool digit_mode)
{
    (void)ui;
    float keys = digit_mode ? 4 * DIGIT_DP + 3 * PAD_GAP : 3 * KEY_DP + 2 * PAD_GAP;
    return 20 + MODE_DP + PAD_GAP + keys + 20;
}

void ui_keypad(struct ui *ui, const struct ui_keypad *k)
{
    UI(ui, .w = k->beside ? UI_DP(720) : UI_FILL, .h = k->beside ? UI_FILL : (struct ui_len){ 0 },
       .fill = TOK_WASH, .pad = UI_PAD2(24, k->beside ? 12 : 20), .gap = PAD_GAP,
       .main = k->beside ? UI_CENTER : UI_START)
    {
        mode_row(ui, k);
        if (k->digits)
            digits(ui, k);
        else
            letters(ui, k);
    }
}
