/* widgets_row.c - one row of a list, in one line of columns or, at large text, in lines of its own.
 */
#include "app/widgets.h"

#include "app/i18n.h"

/* The height a row needs is worked out from the same numbers the row is built with. */
enum {
    PAD_V = 20,
    PAD_V_BIG = 14,
    PAD_V_TIGHT = 4,
    LEAST_TARGET = 104,
    LEAST_READ = 80,
    LEAST_TIGHT = 84
};

static int lines(const struct ui_row *r)
{
    return r->one_line ? 1 : 0;
}

static enum type right_type(const struct ui_row *r)
{
    return r->right_type ? r->right_type : TYPE_H3;
}

static void put(struct ui *ui, const struct ui_row *r, enum type type, enum tok color,
                const char *text, enum ui_align align, struct ui_len w)
{
    if (text)
        ui_label(ui, &(struct ui_text){ .text = text,
                                        .type = type,
                                        .color = color,
                                        .align = align,
                                        .max_lines = lines(r),
                                        .tabular = align == UI_END,
                                        .w = w });
}

static void middle(struct ui *ui, const struct ui_row *r, struct ui_len w)
{
    UI(ui, .dir = UI_ROW, .gap = 10, .w = w)
    {
        if (r->middle_icon)
            ui_icon(ui, r->middle_icon, ui_icon_dp(ui, 32), TOK_INK);
        put(ui, r, TYPE_BODY, TOK_INK, r->middle, UI_AUTO, (struct ui_len){ 0 });
    }
}

/* title, caption | middle | right, right caption. The columns keep the same shares in each row, so
 * that a list of rows reads as a table. */
static void one_line(struct ui *ui, const struct ui_row *r)
{
    enum type title = r->plain ? TYPE_LEAD : TYPE_LEADB;
    UI(ui, .w = UI_SHARE(r->middle || r->middle_icon ? 1.56f : 1.6f))
    {
        put(ui, r, title, TOK_INK, r->title, UI_AUTO, UI_FILL);
        put(ui, r, TYPE_CAP, TOK_INK2, r->caption, UI_AUTO, UI_FILL);
    }
    if (r->middle)
        middle(ui, r, UI_SHARE(1.05f));
    if (r->right || r->right_caption)
        UI(ui, .w = r->middle ? UI_SHARE(1.4f) : (struct ui_len){ 0 })
        {
            put(ui, r, right_type(r), TOK_INK, r->right, UI_END, (struct ui_len){ 0 });
            put(ui, r, TYPE_CAP, TOK_INK2, r->right_caption, UI_END, (struct ui_len){ 0 });
        }
}

/* The widths of a read only table: age, difference, price; each ends at the same line. */
enum { CHIP_COL = 90, MIDDLE_COL = 120, MIDDLE_COL_EN = 152, RIGHT_COL = 96 };

static void cell(struct ui *ui, const struct ui_row *r, enum type type, const char *text, float dp)
{
    put(ui, r, type, TOK_INK, text ? text : "", UI_END,
        (struct ui_len){ .how = UI_FIT, .min = dp });
}

static void chip(struct ui *ui, const struct ui_row *r)
{
    UI(ui, .dir = UI_ROW)
    ui_chip(ui, r->chip_kind, r->chip_icon, r->chip);
}

/* title, caption | age | middle | right */
static void table_line(struct ui *ui, const struct ui_row *r)
{
    UI(ui, .w = UI_FILL)
    {
        put(ui, r, r->plain ? TYPE_LEAD : TYPE_LEADB, TOK_INK, r->title, UI_AUTO, UI_FILL);
        put(ui, r, TYPE_CAP, TOK_INK2, r->caption, UI_AUTO, UI_FILL);
    }
    UI(ui, .w = { .how = UI_FIT, .min = CHIP_COL }, .cross = UI_END)
    chip(ui, r);
    cell(ui, r, TYPE_CAP, r->middle, i18n_chinese() ? MIDDLE_COL : MIDDLE_COL_EN);
    cell(ui, r, right_type(r), r->right, RIGHT_COL);
}

/* title, right / caption, middle / right caption */
static void big_lines(struct ui *ui, const struct ui_row *r)
{
    enum type title = r->plain ? TYPE_LEAD : TYPE_LEADB;
    UI(ui, .w = UI_FILL)
    {
        UI(ui, .dir = UI_ROW, .gap = 16)
        {
            put(ui, r, title, TOK_INK, r->title, UI_AUTO, UI_FILL);
            put(ui, r, right_type(r), TOK_INK, r->right, UI_END, (struct ui_len){ 0 });
        }
        if (r->chip)
            UI(ui, .dir = UI_ROW, .gap = 16, .main = UI_BETWEEN)
            {
                chip(ui, r);
                put(ui, r, TYPE_CAP, TOK_INK, r->middle, UI_END, (struct ui_len){ 0 });
            }
        else if (r->middle)
            UI(ui, .dir = UI_ROW, .gap = 16)
            {
                put(ui, r, TYPE_CAP, TOK_INK2, r->caption ? r->caption : "", UI_AUTO, UI_FILL);
                middle(ui, r, (struct ui_len){ 0 });
            }
        else
            put(ui, r, TYPE_CAP, TOK_INK2, r->caption, UI_AUTO, UI_FILL);
        if (!r->chip)
            put(ui, r, TYPE_CAP, TOK_INK2, r->right_caption, r->middle ? UI_END : UI_AUTO, UI_FILL);
    }
}

static float pad_v(const struct ui *ui)
{
    return ui_big(ui) ? PAD_V_BIG : PAD_V;
}

static float dp_of(const struct ui *ui, int px)
{
    return (float)(px * 4.03 / ui_theme(ui)->px_per_mm);
}

static float least(const struct ui_row *r)
{
    return r->on.type != EV_NONE ? LEAST_TARGET : r->tight ? LEAST_TIGHT : LEAST_READ;
}

static int line_px(const struct ui *ui, enum type t)
{
    return ui_theme(ui)->type[t].line_px;
}

static int bigger(int a, int b)
{
    return a > b ? a : b;
}

float ui_row_dp(const struct ui *ui, const struct ui_row *like)
{
    int title = line_px(ui, TYPE_LEADB), cap = line_px(ui, TYPE_CAP);
    int right = like->right ? line_px(ui, right_type(like)) : 0, h;
    if (ui_big(ui)) {
        int second = like->middle ? line_px(ui, TYPE_BODY) : like->caption ? cap : 0;
        h = bigger(title, right) + second + (like->right_caption ? cap : 0);
    } else {
        h = bigger(title + (like->caption ? cap : 0), right + (like->right_caption ? cap : 0));
    }
    float dp = dp_of(ui, h) + 2 * pad_v(ui) + 4;
    float floor_dp = least(like);
    return dp < floor_dp ? floor_dp : dp;
}

void ui_row(struct ui *ui, const struct ui_row *r)
{
    bool target = r->on.type != EV_NONE, frame = r->selected && ui_theme(ui)->taste.contrast;
    struct ui_len h = r->h;
    float v = r->tight && !ui_big(ui) ? PAD_V_TIGHT : pad_v(ui);
    if (h.how == UI_FIT)
        h = r->one_line ? UI_FILL : UI_ATLEAST(least(r));
    UI(ui, .dir = UI_ROW, .id = r->id, .name = r->name, .role = ROLE_ROW, .w = UI_FILL, .h = h,
       .pad = { 32, r->one_line ? 2 : v, r->chevron ? 20 : 32, r->one_line ? 2 : v }, .gap = 16,
       .fill = r->selected ? TOK_TEAWASH : TOK_NONE,
       .pressed = r->selected ? TOK_QEDGE : TOK_TEAWASH, .selected = r->selected,
       .border = frame ? TOK_TEA : TOK_NONE, .border_dp = 4, .radius = frame ? 20 : 0,
       .main_target = target, .on = r->on)
    {
        if (r->icon)
            ui_icon(ui, r->icon, ui_icon_dp(ui, 48), r->icon_color ? r->icon_color : TOK_INK2);
        if (ui_big(ui))
            big_lines(ui, r);
        else if (r->chip)
            table_line(ui, r);
        else
            one_line(ui, r);
        if (r->chevron)
            ui_icon(ui, ICON_CHEVRON_RIGHT, 44, TOK_INK);
    }
}
