/* widgets_keyboard.c - the keyboard on the screen: pinyin with its candidates, English, digits. */
#include "app/widgets.h"

#include "app/i18n.h"
#include "app/typing.h"
#include "hal/base/utf8.h"
#include "hal/text.h"

enum { WIDE_DP = 720, LOW_DP = 1000, TURN_DP = 84, CAND_MIN_DP = 84, CAND_PAD_DP = 40 };

/* Heights for the room there is, all in dp (look.md §3; nothing under 12.7 mm). */
struct measure {
    float gap, pad, mode, line, cand, letter, english, digit, idno;
    bool low; /* one line for modes and pinyin: low panels have no room for both */
    bool small;
};

/* What the parts below share while one keyboard is built. */
struct board {
    const struct ui_keyboard *k;
    const struct typing *t;
    struct measure m;
};

static struct measure measure(const struct ui *ui, const struct ui_keyboard *k)
{
    if (!k->beside)
        return (struct measure){ 12, 22, 76, 40, 88, 92, 102, 132, 104, false, false };
    if (ui_theme(ui)->h_dp >= LOW_DP)
        return (struct measure){ 12, 12, 76, 40, 80, 80, 80, 100, 80, false, ui_big(ui) };
    return (struct measure){ 11, 8, 60, 60, 60, 60, 60, 68, 60, true, ui_big(ui) };
}

static struct event pick(const char *what, int64_t n)
{
    return (struct event){ .type = EV_PICK, .what = what, .n = n };
}

static void blank(struct ui *ui, struct ui_len w, float h)
{
    UI(ui, .w = w, .h = UI_DP(h))
    {
    }
}

/* --- keys --------------------------------------------------------------------------------- */

static void sign(struct ui *ui, const struct board *b, const char *id, const char *label,
                 struct ui_len w, float h)
{
    const char *p = label;
    ui_key(ui, &(struct ui_key){ .id = id,
                                 .label = label,
                                 .small = b->m.small,
                                 .large = h > 95 && b->t->mode == TYPING_IDNO,
                                 .w = w,
                                 .h = h,
                                 .on = pick("kb.key", utf8_next(&p)) });
}

static void letter(struct ui *ui, const struct board *b, char c, float h)
{
    struct arena *a = ui_arena(ui);
    bool capital = b->t->mode == TYPING_ENGLISH && b->t->shift && c >= 'a';
    ui_key(ui, &(struct ui_key){ .id = arena_printf(a, "kb.%c", c),
                                 .label = arena_printf(a, "%c", capital ? c - 'a' + 'A' : c),
                                 .small = b->m.small,
                                 .large = h > 95 && b->t->mode != TYPING_ENGLISH,
                                 .w = UI_FILL,
                                 .h = h,
                                 .on = pick("kb.key", c) });
}

static void erase_key(struct ui *ui, const struct board *b, struct ui_len w, float h)
{
    ui_key(ui, &(struct ui_key){ .id = "kb.erase",
                                 .name = T("pad.erase"),
                                 .icon = ICON_BACKSPACE,
                                 .look = KEY_DARK,
                                 .w = w,
                                 .h = h,
                                 .on = { .type = EV_ERASE, .what = b->t->field } });
}

static void done_key(struct ui *ui, const struct board *b, struct ui_len w, float h)
{
    ui_key(ui, &(struct ui_key){ .id = "kb.done",
                                 .label = T("pad.done"),
                                 .look = KEY_TEA,
                                 .small = b->m.small,
                                 .w = w,
                                 .h = h,
                                 .on = pick("kb.done", 0) });
}

static void space_key(struct ui *ui, const struct board *b, struct ui_len w, float h)
{
    ui_key(ui, &(struct ui_key){ .id = "kb.space",
                                 .label = T("kb.space"),
                                 .small = b->m.small || ui_xbig(ui),
                                 .w = w,
                                 .h = h,
                                 .on = pick("kb.space", 0) });
}

#define ROW(ui, b) UI(ui, .dir = UI_ROW, .gap = (b)->m.gap, .w = UI_FILL)

/* side: free space at each end, in key widths. */
static void row_of(struct ui *ui, const struct board *b, const char *keys, float h, float side)
{
    ROW(ui, b)
    {
        if (side > 0)
            blank(ui, UI_SHARE(side), 1);
        for (const char *c = keys; *c; c++)
            letter(ui, b, *c, h);
        if (side > 0)
            blank(ui, UI_SHARE(side), 1);
    }
}

/* --- modes -------------------------------------------------------------------------------- */

static void mode_key(struct ui *ui, const struct board *b, enum typing_mode mode, const char *id,
                     const char *label, uint32_t icon)
{
    ui_key(ui,
           &(struct ui_key){ .id = id,
                             .label = label,
                             .icon = ui_xbig(ui) || b->k->beside || b->t->signs ? ICON_NONE : icon,
                             .look = KEY_MODE,
                             .selected = b->t->mode == mode,
                             .small = b->m.small || ui_xbig(ui),
                             .w = UI_FILL,
                             .h = b->m.mode,
                             .on = pick("kb.mode", mode) });
}

static void mode_keys(struct ui *ui, const struct board *b)
{
    if (b->t->digits_only) {
        const char *hint = b->t->mode == TYPING_IDNO      ? T("kb.hint_idno")
                           : b->t->mode == TYPING_ADDRESS ? T("kb.hint_address")
                                                          : T("kb.hint_digits");
        ui_label(ui, &(struct ui_text){
                         .text = hint, .type = TYPE_CAP, .color = TOK_INK2, .w = UI_FILL });
        return;
    }
    if (typing_has_pinyin(b->t) && !b->t->latin)
        mode_key(ui, b, TYPING_PINYIN, "kb.mode.pinyin", T("kb.pinyin"), ICON_KEYBOARD);
    mode_key(ui, b, TYPING_ENGLISH, "kb.mode.english", T("kb.english"), ICON_TRANSLATE);
    if (b->t->signs) /* digits stand above the letters */
        mode_key(ui, b, TYPING_SIGNS, "kb.mode.signs", T("kb.signs"), ICON_NONE);
    else
        mode_key(ui, b, TYPING_DIGITS, "kb.mode.digits", T("pad.digits"), ICON_DIALPAD);
}

/* Beside what is read there is no room for 收起: 写好了 does the same. */
static void mode_row(struct ui *ui, const struct board *b)
{
    UI(ui, .dir = UI_ROW, .gap = b->m.gap, .w = UI_FILL, .h = UI_ATLEAST(b->m.mode))
    {
        mode_keys(ui, b);
        if (!b->k->beside)
            ui_key(ui, &(struct ui_key){ .id = "kb.hide",
                                         .label = T("pad.hide"),
                                         .icon = ui_xbig(ui) || b->t->signs ? ICON_NONE
                                                                            : ICON_KEYBOARD_HIDE,
                                         .look = KEY_MODE,
                                         .small = ui_xbig(ui) || b->t->signs,
                                         .w = b->t->signs ? UI_FILL : UI_ATLEAST(200),
                                         .h = b->m.mode,
                                         .on = pick("kb.hide", 0) });
    }
}

/* --- pinyin ------------------------------------------------------------------------------- */

static bool composing(const struct board *b)
{
    return b->t->mode == TYPING_PINYIN && b->t->view.preedit[0];
}

static void pinyin_line(struct ui *ui, const struct board *b)
{
    bool some = composing(b);
    const char *text = some ? b->t->view.preedit : T("kb.hint_pinyin");
    if (some && b->k->masked)
        text = "＊＊＊＊";
    UI(ui, .dir = UI_ROW, .gap = 16, .w = UI_FILL, .h = UI_ATLEAST(b->m.line),
       .pad = UI_PAD2(0, b->m.low ? 4 : 0)) /* as high as the row of modes it stands for */
    {
        ui_label(ui, &(struct ui_text){ .text = arena_strdup(ui_arena(ui), text),
                                        .type = some ? TYPE_BODYB : TYPE_CAP,
                                        .color = some ? TOK_INK : TOK_INK2,
                                        .max_lines = 1,
                                        .w = UI_FILL,
                                        .id = "kb.preedit" });
        if (some && !b->k->beside && !ui_xbig(ui))
            ui_say_in(ui, TYPE_CAP, TOK_INK2, T("kb.hint_pick"));
    }
}

/* How wide a candidate is drawn, dp. */
static float cand_dp(const struct ui *ui, const struct board *b, const char *text)
{
    const struct theme *th = ui_theme(ui);
    int px = th->type[b->m.small ? TYPE_BODYB : TYPE_LEADB].px;
    float dp = (float)(text_width(text, px, true, false) * 4.03 / th->px_per_mm) + CAND_PAD_DP;
    return dp < CAND_MIN_DP ? CAND_MIN_DP : dp;
}

/* How many candidates fit from `at` on, in the direction of step; at least one. */
static int fitting(const struct ui *ui, const struct board *b, int at, int step, float room)
{
    int n = 0;
    for (int i = at; i >= 0 && i < b->t->view.count; i += step) {
        room -= cand_dp(ui, b, b->t->view.candidate[i]) + (n ? b->m.gap : 0);
        if (room < 0 && n > 0)
            break;
        n++;
    }
    return n;
}

static void turn_key(struct ui *ui, const struct board *b, const char *id, const char *name,
                     uint32_t icon, int by)
{
    ui_key(ui, &(struct ui_key){ .id = id,
                                 .name = name,
                                 .icon = icon,
                                 .look = KEY_MODE,
                                 .w = UI_DP(TURN_DP),
                                 .h = b->m.cand,
                                 .on = pick("kb.turn", by) });
}

static void candidate(struct ui *ui, const struct board *b, int i, float room)
{
    struct arena *a = ui_arena(ui);
    const char *text = arena_strdup(a, b->t->view.candidate[i]);
    float dp = cand_dp(ui, b, text);
    ui_key(ui, &(struct ui_key){ .id = arena_printf(a, "kb.cand.%d", i),
                                 .label = text,
                                 .look = i == b->t->first ? KEY_FIRST : KEY_MODE,
                                 .small = b->m.small,
                                 .one_line = true,
                                 .w = UI_DP(dp > room ? room : dp),
                                 .h = b->m.cand,
                                 .on = pick("kb.cand", i) });
}

static void candidates(struct ui *ui, const struct board *b)
{
    const struct ime_view *v = &b->t->view;
    int first = b->t->first;
    bool back = first > 0 || v->has_prev;
    float room = (b->k->beside ? WIDE_DP : ui_theme(ui)->w_dp) - 48 - TURN_DP - b->m.gap;
    if (back)
        room -= TURN_DP + b->m.gap;
    int n = fitting(ui, b, first, 1, room);
    int n_back = first > 0 ? fitting(ui, b, first - 1, -1, room) : 1;
    for (int i = first; i < first + n; i++)
        candidate(ui, b, i, room);
    ui_spring(ui);
    if (back)
        turn_key(ui, b, "kb.cand.prev", T("kb.prev"), ICON_EXPAND_LESS, -n_back);
    if (v->has_next || first + n < v->count)
        turn_key(ui, b, "kb.cand.next", T("kb.next"), ICON_EXPAND_MORE, n);
}

static void candidate_row(struct ui *ui, const struct board *b)
{
    UI(ui, .dir = UI_ROW, .gap = b->m.gap, .w = UI_FILL, .h = UI_ATLEAST(b->m.cand))
    {
        if (composing(b) && !b->k->masked)
            candidates(ui, b);
    }
}

static void pinyin(struct ui *ui, const struct board *b)
{
    float h = b->m.letter;
    if (!b->m.low)
        pinyin_line(ui, b);
    candidate_row(ui, b);
    row_of(ui, b, "qwertyuiop", h, 0);
    row_of(ui, b, "asdfghjkl", h, 0.44f);
    ROW(ui, b)
    {
        sign(ui, b, "kb.comma", "，", UI_SHARE(1.1f), h);
        for (const char *c = "zxcvbnm"; *c; c++)
            letter(ui, b, *c, h);
        erase_key(ui, b, UI_SHARE(1.5f), h);
    }
    ROW(ui, b)
    {
        sign(ui, b, "kb.stop", "。", UI_SHARE(1), h);
        sign(ui, b, "kb.pause", "、", UI_SHARE(1), h);
        sign(ui, b, "kb.question", "？", UI_SHARE(1), h);
        sign(ui, b, "kb.exclamation", "！", UI_SHARE(1), h);
        space_key(ui, b, UI_SHARE(2.6f), h);
        done_key(ui, b, UI_SHARE(2.8f), h);
    }
}

/* --- English and digits ------------------------------------------------------------------- */

static void english(struct ui *ui, const struct board *b)
{
    float h = b->m.english;
    row_of(ui, b, "1234567890", h, 0);
    row_of(ui, b, "qwertyuiop", h, 0);
    row_of(ui, b, "asdfghjkl", h, 0.44f);
    ROW(ui, b)
    {
        ui_key(ui, &(struct ui_key){ .id = "kb.shift",
                                     .name = T("kb.shift"),
                                     .icon = ICON_ARROW_UPWARD,
                                     .selected = b->t->shift,
                                     .w = UI_SHARE(1.1f),
                                     .h = h,
                                     .on = pick("kb.shift", 0) });
        for (const char *c = "zxcvbnm"; *c; c++)
            letter(ui, b, *c, h);
        erase_key(ui, b, UI_SHARE(1.5f), h);
    }
    ROW(ui, b)
    {
        sign(ui, b, "kb.at", "@", UI_SHARE(1), h);
        sign(ui, b, "kb.dot", ".", UI_SHARE(1), h);
        sign(ui, b, "kb.dash", "-", UI_SHARE(1), h);
        sign(ui, b, "kb.apostrophe", "'", UI_SHARE(1), h);
        space_key(ui, b, UI_SHARE(2.6f), h);
        done_key(ui, b, UI_SHARE(2.8f), h);
    }
}

/* All of ASCII that is no letter and no digit; ids by their number. */
static void signs(struct ui *ui, const struct board *b)
{
    static const char *const row[] = { "!\"#$%&'()", "*+,-./:;<=", ">?@[\\]^_`{", "|}~" };
    float h = b->m.english;
    for (int r = 0; r < 4; r++)
        ROW(ui, b)
        {
            for (const char *c = row[r]; *c; c++)
                sign(ui, b, arena_printf(ui_arena(ui), "kb.sign.%d", *c),
                     arena_strndup(ui_arena(ui), c, 1), UI_FILL, h);
            if (r == 3)
                erase_key(ui, b, UI_SHARE(1.5f), h);
        }
    ROW(ui, b)
    {
        space_key(ui, b, UI_SHARE(2.6f), h);
        done_key(ui, b, UI_SHARE(2.8f), h);
    }
}

static void digits(struct ui *ui, const struct board *b)
{
    bool address = b->t->mode == TYPING_ADDRESS;
    bool idno = b->t->mode == TYPING_IDNO || address;
    float h = idno ? b->m.idno : b->m.digit;
    row_of(ui, b, "123", h, 0);
    row_of(ui, b, "456", h, 0);
    row_of(ui, b, "789", h, 0);
    ROW(ui, b)
    {
        if (idno)
            sign(ui, b, address ? "kb.dot" : "kb.x", address ? "." : "X", UI_FILL, h);
        else
            erase_key(ui, b, UI_FILL, h);
        letter(ui, b, '0', h);
        if (idno)
            erase_key(ui, b, UI_FILL, h);
        else
            done_key(ui, b, UI_FILL, h);
    }
    if (idno)
        done_key(ui, b, UI_FILL, h);
}

void ui_keyboard(struct ui *ui, const struct ui_keyboard *k)
{
    struct board b = { k, k->typing, measure(ui, k) };
    if (!k->beside)
        ui_rule(ui, TOK_LINE, 2);
    UI(ui, .w = k->beside ? UI_DP(WIDE_DP) : UI_FILL, .h = k->beside ? UI_FILL : UI_ATLEAST(698),
       .fill = TOK_WASH, .pad = UI_PAD2(24, b.m.pad), .gap = b.m.gap, .main = UI_CENTER)
    {
        if (b.m.low && composing(&b))
            pinyin_line(ui, &b);
        else
            mode_row(ui, &b);
        if (b.t->mode == TYPING_PINYIN)
            pinyin(ui, &b);
        else if (b.t->mode == TYPING_ENGLISH)
            english(ui, &b);
        else if (b.t->mode == TYPING_SIGNS)
            signs(ui, &b);
        else
            digits(ui, &b);
    }
}
