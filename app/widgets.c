/* widgets.c - buttons, tiles, chips, banners, cards, badges and the small things around them. */
#include "app/widgets.h"

#include "app/i18n.h"

struct area_look {
    enum tok accent, wash;
    uint32_t icon;
};

static const struct area_look areas[] = {
    [AREA_SERVICES] = { TOK_TEA, TOK_TEAWASH, ICON_ASSIGNMENT },
    [AREA_PRICES] = { TOK_WOOD, TOK_WOODWASH, ICON_STOREFRONT },
    [AREA_SCENERY] = { TOK_RIVER, TOK_RIVERWASH, ICON_LANDSCAPE },
    [AREA_VILLAGE] = { TOK_JUJUBE, TOK_JUJUBEWASH, ICON_GROUPS },
};

enum tok area_accent(enum area a)
{
    return areas[a].accent;
}

enum tok area_wash(enum area a)
{
    return areas[a].wash;
}

uint32_t area_icon(enum area a)
{
    return areas[a].icon;
}

bool ui_big(const struct ui *ui)
{
    return ui_theme(ui)->taste.size != SIZE_NORMAL;
}

bool ui_xbig(const struct ui *ui)
{
    return ui_theme(ui)->taste.size == SIZE_XLARGE;
}

static bool contrast(const struct ui *ui)
{
    return ui_theme(ui)->taste.contrast;
}

float ui_icon_dp(const struct ui *ui, float dp)
{
    static const float grow[] = { 1, 1.22f, 1.5f };
    return dp * grow[ui_theme(ui)->taste.size];
}

/* --- buttons -------------------------------------------------------------------------------------
 */

struct button_look {
    enum tok fill, text, icon, border, band, pressed;
    float band_dp;
    enum type type;
};

static const struct button_look button_looks[] = {
    [BUTTON_PRIMARY] = { TOK_TEA, TOK_ONTEA, TOK_ONTEA, TOK_NONE, TOK_TEADK, TOK_TEADK, 5,
                         TYPE_LEADB },
    [BUTTON_SECONDARY] = { TOK_SHEET, TOK_TEADK, TOK_TEA, TOK_TEA, TOK_NONE, TOK_TEAWASH, 0,
                           TYPE_LEADB },
    [BUTTON_QUIET] = { TOK_TEAWASH, TOK_INK, TOK_TEA, TOK_NONE, TOK_QEDGE, TOK_QEDGE, 4,
                       TYPE_LEAD },
    [BUTTON_DANGER] = { TOK_SHEET, TOK_BAD, TOK_BAD, TOK_BAD, TOK_NONE, TOK_BADWASH, 0,
                        TYPE_LEADB },
};

static float button_height(const struct ui_button *b)
{
    return b->small ? 72 : b->huge ? 152 : b->main ? 120 : 96;
}

static void button_words(struct ui *ui, const struct ui_button *b, const struct button_look *l)
{
    bool quiet = b->kind == BUTTON_QUIET;
    uint32_t before = b->busy ? ICON_HOURGLASS : b->icon;
    uint32_t after = b->icon_after;
    enum type type = b->huge ? TYPE_H3 : l->type;
    if (b->small)
        type = quiet ? TYPE_BODY : TYPE_BODYB;
    float dp = ui_icon_dp(ui, b->small ? 36 : 40);
    if (quiet && !after && !b->no_chevron)
        after = ICON_CHEVRON_RIGHT;
    if (before)
        ui_icon(ui, before, dp, l->icon);
    ui_label(ui, &(struct ui_text){ .text = b->label,
                                    .type = type,
                                    .color = l->text,
                                    .align = quiet ? UI_START : UI_CENTER,
                                    .w = quiet && after ? UI_FILL : (struct ui_len){ 0 } });
    if (after)
        ui_icon(ui, after, dp, l->icon);
}

void ui_button(struct ui *ui, const struct ui_button *b)
{
    struct button_look l = button_looks[b->kind];
    bool quiet = b->kind == BUTTON_QUIET;
    float side = b->small ? 24 : 32;
    UI(ui, .dir = UI_ROW, .id = b->id, .name = b->name ? b->name : b->label, .role = ROLE_BUTTON,
       .w = b->w, .h = UI_ATLEAST(button_height(b)), .pad = UI_PAD2(side, b->small ? 10 : 14),
       .gap = 16, .main = quiet ? UI_START : UI_CENTER, .fill = l.fill, .pressed = l.pressed,
       .border = l.border, .border_dp = l.border ? 3 : 0, .band = l.band, .band_dp = l.band_dp,
       .radius = b->main ? 16 : 14, .busy = b->busy, .disabled = b->busy, .main_target = b->main,
       .on = b->on)
    {
        button_words(ui, b, &l);
    }
}

/* --- cards, badges, tiles
 * ------------------------------------------------------------------------- */

static struct ui_pad at_least(struct ui_pad p, float v)
{
    return (struct ui_pad){ p.l < v ? v : p.l, p.t < v ? v : p.t, p.r < v ? v : p.r,
                            p.b < v ? v : p.b };
}

void ui_card_open(struct ui *ui, const struct ui_box *box)
{
    struct ui_box card = *box;
    if (!card.fill)
        card.fill = TOK_SHEET;
    if (card.radius <= 0)
        card.radius = 24;
    card.shadow = true;
    if (contrast(ui)) /* what touches the edge of a card must not cover its border */
        card.pad = at_least(card.pad, 3);
    ui_open(ui, &card);
}

void ui_card_close(struct ui *ui)
{
    ui_close(ui);
}

void ui_badge(struct ui *ui, enum area area, uint32_t icon, float size)
{
    float dp = size > 0 ? size : 80;
    UI(ui, .dir = UI_ROW, .main = UI_CENTER, .w = UI_DP(dp), .h = UI_DP(dp), .radius = dp / 4,
       .fill = contrast(ui) ? TOK_NONE : area_wash(area))
    {
        ui_icon(ui, icon ? icon : area_icon(area), dp * (contrast(ui) ? 0.9f : 0.6f),
                area_accent(area));
    }
}

/* 大字 and 特大: one column, badge at the left, words in the middle, a chevron. */
static void tile_wide(struct ui *ui, const struct ui_tile *t)
{
    ui_badge(ui, t->area, t->icon, ui_xbig(ui) ? 96 : 80);
    UI(ui, .w = UI_FILL, .gap = 4)
    {
        ui_say(ui, TYPE_H3, t->title);
        if (t->fact)
            ui_say_in(ui, TYPE_BODY, TOK_INK2, t->fact);
        if (t->time)
            ui_say_in(ui, TYPE_CAP, TOK_INK2, t->time);
    }
    ui_icon(ui, ICON_CHEVRON_RIGHT, 44, TOK_INK);
}

static void tile_tall(struct ui *ui, const struct ui_tile *t)
{
    UI(ui, .dir = UI_ROW, .gap = 16)
    {
        ui_badge(ui, t->area, t->icon, 80);
        ui_say(ui, TYPE_H3, t->title);
    }
    ui_space(ui, 8);
    if (t->fact)
        ui_say(ui, TYPE_BODY, t->fact);
    if (t->time)
        ui_say_in(ui, TYPE_CAP, TOK_INK2, t->time);
}

void ui_tile(struct ui *ui, const struct ui_tile *t)
{
    bool wide = ui_big(ui);
    UI_CARD(ui, .dir = wide ? UI_ROW : UI_COL, .id = t->id, .role = ROLE_BUTTON, .w = t->w,
            .h = t->h, .pad = UI_PAD(26), .gap = wide ? 24 : 4, .main_target = true, .on = t->on)
    {
        if (wide)
            tile_wide(ui, t);
        else
            tile_tall(ui, t);
    }
}

/* --- chips, banners
 * ------------------------------------------------------------------------------- */

struct chip_look {
    enum tok fill, text;
};

static const struct chip_look chip_looks[] = {
    [CHIP_SEL] = { TOK_TEA, TOK_ONTEA },         [CHIP_OK] = { TOK_TEAWASH, TOK_INK },
    [CHIP_WARN] = { TOK_PEELWASH, TOK_PEELINK }, [CHIP_BAD] = { TOK_BADWASH, TOK_BAD },
    [CHIP_MUTE] = { TOK_WASH, TOK_INK },
};

void ui_chip(struct ui *ui, enum chip_kind kind, uint32_t icon, const char *text)
{
    struct chip_look l = chip_looks[kind];
    UI(ui, .dir = UI_ROW, .h = UI_ATLEAST(42), .pad = UI_PAD2(16, 3), .gap = 6, .radius = 12,
       .fill = l.fill, .main = UI_CENTER)
    {
        if (icon)
            ui_icon(ui, icon, ui_icon_dp(ui, 26), l.text);
        ui_say_in(ui, TYPE_CAP, l.text, text);
    }
}

struct banner_look {
    enum tok fill, border, text;
    uint32_t icon;
};

static const struct banner_look banner_looks[] = {
    [BANNER_OK] = { TOK_TEAWASH, TOK_TEA, TOK_TEADK, ICON_CHECK_CIRCLE },
    [BANNER_WARN] = { TOK_PEELWASH, TOK_PEELEDGE, TOK_PEELINK, ICON_SCHEDULE },
    [BANNER_BAD] = { TOK_BADWASH, TOK_BAD, TOK_BAD, ICON_ERROR },
    [BANNER_INFO] = { TOK_SHEET, TOK_EDGE, TOK_INK, ICON_INFO },
};

void ui_banner(struct ui *ui, const struct ui_banner *b)
{
    struct banner_look l = banner_looks[b->kind];
    UI(ui, .dir = UI_ROW, .id = b->id, .role = ROLE_STATUS, .pad = UI_PAD2(28, 20), .gap = 24,
       .radius = 24, .fill = l.fill, .border = l.border, .border_dp = 3)
    {
        ui_icon(ui, b->icon ? b->icon : l.icon, ui_icon_dp(ui, 60), l.text);
        UI(ui, .w = UI_FILL)
        {
            ui_say_in(ui, TYPE_LEADB, l.text, b->title);
            if (b->line)
                ui_say_in(ui, TYPE_BODY, l.text, b->line);
            if (b->line2)
                ui_say_in(ui, TYPE_BODY, l.text, b->line2);
        }
    }
}

void ui_empty(struct ui *ui, uint32_t icon, const char *sentence, const char *hint)
{
    UI(ui, .cross = UI_CENTER, .main = UI_CENTER, .w = UI_FILL, .h = UI_FILL, .pad = UI_PAD(48),
       .gap = 16)
    {
        ui_icon(ui, icon ? icon : ICON_SEARCH, 96, TOK_INK2);
        ui_label(ui, &(struct ui_text){ .text = sentence, .type = TYPE_LEADB, .align = UI_CENTER });
        if (hint)
            ui_label(ui,
                     &(struct ui_text){
                         .text = hint, .type = TYPE_BODY, .color = TOK_INK2, .align = UI_CENTER });
    }
}

void ui_iconed(struct ui *ui, uint32_t icon, float icon_dp, enum tok icon_color, enum type type,
               enum tok color, const char *text)
{
    UI(ui, .dir = UI_ROW, .gap = 10)
    {
        if (icon)
            ui_icon(ui, icon, icon_dp, icon_color);
        ui_say_in(ui, type, color, text);
    }
}

/* --- tabs, bar, pager
 * ------------------------------------------------------------------------------ */

void ui_tab(struct ui *ui, const struct ui_tab *t)
{
    enum tok color = t->selected ? TOK_ONTEA : TOK_INK;
    UI(ui, .dir = UI_ROW, .id = t->id, .name = t->label, .role = ROLE_TAB, .w = t->w,
       .h = t->h.how == UI_FIT ? UI_ATLEAST(80) : t->h, .pad = UI_PAD2(12, 12), .main = UI_CENTER,
       .radius = 16, .fill = t->selected ? area_accent(t->area) : TOK_WASH,
       .pressed = t->selected ? TOK_NONE : TOK_MUTE, .selected = t->selected, .on = t->on)
    {
        ui_label(ui, &(struct ui_text){ .text = t->label,
                                        .type = t->selected ? TYPE_LEADB : TYPE_LEAD,
                                        .color = color,
                                        .align = UI_CENTER });
    }
}

void ui_bar_cell(struct ui *ui, const struct ui_bar_cell *c)
{
    bool wide = ui_xbig(ui) && !c->stacked, strong = c->active || c->dark;
    bool narrow = !ui_theme(ui)->portrait && ui_theme(ui)->w_dp < 1600;
    enum tok fill = c->active ? TOK_TEA : c->dark ? TOK_DARK : TOK_SHEET;
    enum tok text = c->active ? TOK_ONTEA : c->dark && !contrast(ui) ? TOK_ONTEA : TOK_INK;
    bool plain = fill == TOK_SHEET;
    enum type type = c->dark && !ui_big(ui) ? TYPE_BODYB : strong ? TYPE_CAPB : TYPE_CAP;
    UI(ui, .dir = wide ? UI_ROW : UI_COL, .id = c->id, .name = c->label, .role = ROLE_BUTTON,
       .w = c->w, .h = UI_ATLEAST(wide ? 104 : 112), .main = UI_CENTER, .cross = UI_CENTER,
       .pad = UI_PAD2(8, 8), .gap = wide ? (narrow ? 8 : 16) : 2, .radius = 16, .fill = fill,
       .pressed = plain       ? TOK_TEAWASH
                  : c->active ? TOK_TEADK
                              : TOK_INK2,
       .border = plain ? TOK_LINE : TOK_NONE, .border_dp = plain ? 2 : 0, .selected = c->active,
       .main_target = true, .on = c->on)
    {
        ui_icon(ui, c->icon, wide && !narrow ? 52 : 44, text);
        ui_label(ui, &(struct ui_text){
                         .text = c->label, .type = type, .color = text, .align = UI_CENTER });
    }
}

static const char *page_words(struct ui *ui, int page, int pages)
{
    char *p = arena_printf(ui_arena(ui), "%d", page),
         *all = arena_printf(ui_arena(ui), "%d", pages);
    return p && all ? i18n_fmt(ui_arena(ui), "pager.page", "page", p, "pages", all, NULL) : "";
}

void ui_pager(struct ui *ui, const char *list_id)
{
    int page, pages;
    ui_pages(ui, list_id, &page, &pages);
    if (pages < 2)
        return;
    struct arena *a = ui_arena(ui);
    UI(ui, .dir = UI_ROW, .gap = 20, .h = UI_ATLEAST(96))
    {
        ui_label(ui, &(struct ui_text){
                         .text = page_words(ui, page, pages), .w = UI_FILL, .type = TYPE_BODY });
        if (page > 1)
            ui_button(ui, &(struct ui_button){ .id = arena_printf(a, "%s.prev", list_id),
                                               .label = T("pager.prev"),
                                               .icon = ICON_EXPAND_LESS,
                                               .kind = BUTTON_SECONDARY,
                                               .on = UI_PAGE_BY(list_id, -1) });
        if (page < pages)
            ui_button(ui, &(struct ui_button){ .id = arena_printf(a, "%s.next", list_id),
                                               .label = T("pager.next"),
                                               .icon_after = ICON_EXPAND_MORE,
                                               .w = { .how = UI_FIT, .min = 280 },
                                               .on = UI_PAGE_BY(list_id, 1) });
    }
}
