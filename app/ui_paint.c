/* ui_paint.c - the laid out tree as a flat list of simple commands for the rasteriser. */
#include "app/ui_internal.h"

#include <string.h>

uint32_t ui_color(const struct ui *ui, enum tok t)
{
    return t ? ui->theme.color[t] : 0;
}

static int min_of(int a, int b)
{
    return a < b ? a : b;
}

static bool black(uint32_t c)
{
    return (c & 0xFFFFFF) == 0 && c >> 24 == 0xFF;
}

bool ui_is_pressed(const struct ui *ui, const struct node *n)
{
    return ui->pressed[0] && n->box.id && strncmp(ui->pressed, n->box.id, UI_ID - 1) == 0;
}

/* Pressed: the whole fill becomes the edge colour (look.md §2.4). */
static enum tok pressed_fill(const struct ui *ui, const struct node *n)
{
    if (ui->theme.taste.contrast)
        return black(ui_color(ui, n->box.fill)) || !n->box.fill ? TOK_QEDGE : TOK_TEADK;
    if (n->box.pressed)
        return n->box.pressed;
    if (n->box.band)
        return n->box.band;
    return n->box.fill == TOK_TEAWASH ? TOK_QEDGE : TOK_TEAWASH;
}

enum tok ui_fill_of(const struct ui *ui, const struct node *n)
{
    return ui_is_pressed(ui, n) ? pressed_fill(ui, n) : n->box.fill;
}

static void put(struct ui *ui, const struct draw_cmd *cmd)
{
    if (!draw_add(&ui->list, cmd) && !rect_empty(rect_clip(cmd->rect, cmd->clip)))
        ui->full = true;
}

static void put_rect(struct ui *ui, struct rect r, struct rect clip, uint32_t color)
{
    put(ui, &(struct draw_cmd){ .kind = DRAW_RECT, .rect = r, .clip = clip, .color = color });
}

/* --- boxes ---------------------------------------------------------------------------------------
 */

struct look {
    uint32_t fill, border, band;
    int border_px, band_px, radius;
};

/* High contrast: what was told apart by its fill gets a border of 3 px, and nothing has a band. */
static void look_contrast(const struct ui *ui, const struct node *n, struct look *l)
{
    bool shape = n->box.radius > 0 && n->box.fill && black(l->fill);
    l->band_px = 0;
    if (n->box.border || n->dialog || (shape && (n->box.shadow || ui_is_target(n) || l->radius)))
        l->border_px = l->border_px > ui_px(ui, 3) ? l->border_px : ui_px(ui, 3);
    if (l->border_px && !n->box.border)
        l->border = ui_color(ui, TOK_INK);
    if (ui_is_pressed(ui, n) && l->border_px) {
        l->border_px = ui_px(ui, 6);
        l->border = ui_color(ui, TOK_TEA);
    }
}

static struct look look_of(const struct ui *ui, const struct node *n)
{
    const struct ui_box *b = &n->box;
    struct look l = { .fill = ui_color(ui, ui_fill_of(ui, n)),
                      .border = ui_color(ui, b->border),
                      .band = ui_color(ui, b->band),
                      .radius = ui_px(ui, b->radius) };
    l.border_px = b->border ? ui_px(ui, b->border_dp) : 0;
    l.band_px = b->band && !ui_is_pressed(ui, n) ? ui_px(ui, b->band_dp) : 0;
    if (b->shadow && !b->border && !n->dialog) { /* every card has its hairline */
        l.border = ui_color(ui, TOK_LINE);
        l.border_px = ui_px(ui, 1);
    }
    if (ui->theme.taste.contrast)
        look_contrast(ui, n, &l);
    l.radius = min_of(l.radius, min_of(n->w, n->h) / 2);
    return l;
}

static void put_shadow(struct ui *ui, const struct node *n, int radius)
{
    int blur = ui_px(ui, n->dialog ? 48 : 14), dy = ui_px(ui, n->dialog ? 12 : 2);
    if (ui->theme.taste.contrast)
        return;
    put(ui, &(struct draw_cmd){ .kind = DRAW_SHADOW,
                                .rect = ui_rect(n),
                                .clip = n->clip,
                                .color = n->dialog ? 0x4D140F08 : ui_color(ui, TOK_SHADOW),
                                .radius = (int16_t)radius,
                                .blur = (int16_t)blur,
                                .dy = (int16_t)dy });
}

static const struct node *card_around(const struct node *n)
{
    for (n = n->parent; n; n = n->parent)
        if (n->box.radius > 0)
            return n;
    return NULL;
}

/* A square row at the end of a round card keeps inside its corners. The shape is drawn longer than
 * it is and clipped, so that only the corners at the card's end are round. */
static void put_in_corners(struct ui *ui, const struct node *n, struct draw_cmd c)
{
    const struct node *card = card_around(n);
    int near = ui_px(ui, 4), radius = card ? ui_px(ui, card->box.radius) : 0;
    c.clip = rect_clip(c.rect, c.clip);
    c.rect = c.clip;
    bool sides = card && c.rect.x <= card->x + near && c.rect.w >= card->w - 2 * near;
    bool top = sides && c.rect.y <= card->y + near;
    bool foot = sides && c.rect.y + c.rect.h >= card->y + card->h - near;
    if (top || foot) {
        c.radius = (int16_t)radius;
        c.rect.y -= top ? 0 : 2 * radius;
        c.rect.h += (top ? 0 : 2 * radius) + (foot ? 0 : 2 * radius);
    } else {
        c.kind = DRAW_RECT;
    }
    put(ui, &c);
}

static void put_shape(struct ui *ui, const struct node *n, const struct look *l)
{
    struct draw_cmd c = { .kind = DRAW_RRECT,
                          .rect = ui_rect(n),
                          .clip = n->clip,
                          .color = l->fill,
                          .radius = (int16_t)l->radius };
    if (!l->radius && !l->border_px && !l->band_px) {
        put_in_corners(ui, n, c);
        return;
    }
    if (l->band_px) {
        c.band = (int16_t)(l->band_px + l->border_px);
        c.border_color = l->band;
        put(ui, &c);
        c.band = 0;
        c.color = 0;
        if (!l->border_px)
            return;
    }
    c.border = (int16_t)l->border_px;
    c.border_color = l->border_px ? l->border : 0;
    put(ui, &c);
}

static void put_divider(struct ui *ui, const struct node *n)
{
    int thick = ui_px(ui, 2);
    const struct node *p = n->parent;
    bool list_row = p && p->list && n->row_index > 0;
    bool column_row = p && !p->list && p->box.dir == UI_COL && p->first != n;
    if (!p || !p->box.divider || n->absolute || (!list_row && !column_row))
        return;
    struct rect r = { n->x, list_row ? n->y : n->y - thick, n->w, thick };
    struct rect clip = list_row ? n->clip : p->clip;
    put_rect(ui, r, clip, ui_color(ui, TOK_LINE));
}

static void paint_box(struct ui *ui, const struct node *n)
{
    struct look l = look_of(ui, n);
    if (n->box.shadow && l.fill)
        put_shadow(ui, n, l.radius);
    if (l.fill || l.border_px || l.band_px)
        put_shape(ui, n, &l);
}

/* --- leaves
 * --------------------------------------------------------------------------------------- */

static void put_line(struct ui *ui, struct draw_cmd *c, enum type type, const char *s)
{
    int px = ui->theme.type[type].px, line_px = ui->theme.type[type].line_px;
    c->kind = DRAW_TEXT;
    c->px = (int16_t)px;
    c->bold = ui->theme.type[type].bold;
    c->text = s;
    c->base_y = c->rect.y + (line_px - px) / 2 + text_ascent(px);
    put(ui, c);
}

void ui_put_text(struct ui *ui, const struct node *n, enum type type, enum tok color, const char *s,
                 int x, int y)
{
    const int px = ui->theme.type[type].px;
    int w = text_width(s, px, ui->theme.type[type].bold, false);
    struct draw_cmd c = { .rect = { x, y, w, ui->theme.type[type].line_px },
                          .clip = n->clip,
                          .color = ui_color(ui, color) };
    put_line(ui, &c, type, s);
}

static void paint_label(struct ui *ui, const struct node *n)
{
    int line_px = ui->theme.type[n->text.type].line_px;
    for (int i = 0; i < n->line_count; i++) {
        int spare = n->w - n->lines[i].width, x = n->x;
        if (n->text.align == UI_CENTER)
            x += spare / 2;
        else if (n->text.align == UI_END)
            x += spare;
        struct draw_cmd c = { .rect = { x, n->y + i * line_px, n->lines[i].width, line_px },
                              .clip = n->clip,
                              .tabular = n->text.tabular,
                              .color = ui_color(ui, n->text.color) };
        put_line(ui, &c, n->text.type, n->lines[i].text);
    }
}

static void paint_icon(struct ui *ui, const struct node *n)
{
    put(ui, &(struct draw_cmd){ .kind = DRAW_ICON,
                                .rect = ui_rect(n),
                                .clip = n->clip,
                                .color = ui_color(ui, n->color),
                                .px = (int16_t)ui_px(ui, n->box.h.v),
                                .icon = n->icon });
}

static void paint_meter(struct ui *ui, const struct node *n)
{
    int radius = min_of(n->h / 2, ui_px(ui, 12));
    bool contrast = ui->theme.taste.contrast;
    struct draw_cmd c = { .kind = DRAW_RRECT,
                          .rect = ui_rect(n),
                          .clip = n->clip,
                          .color = ui_color(ui, n->color2),
                          .radius = (int16_t)radius };
    if (contrast) {
        c.border = (int16_t)ui_px(ui, 3);
        c.border_color = ui_color(ui, TOK_EDGE);
    }
    put(ui, &c);
    c.rect.w = (int)((float)n->w * n->part + 0.5f);
    if (c.rect.w <= 0)
        return;
    if (c.rect.w < 2 * radius)
        c.rect.w = 2 * radius;
    c.color = ui_color(ui, n->color);
    c.border = 0;
    put(ui, &c);
}

static int drawn_px(const struct ui *ui, const struct ui_drawing *d, float v)
{
    return ui_px(ui, v * (d->scale > 0 ? d->scale : 1));
}

static void paint_drawing(struct ui *ui, const struct node *n)
{
    const struct ui_drawing *d = n->drawing;
    struct rect *point = d ? arena_array(&ui->arena, struct rect, d->count + 1) : NULL;
    if (!point)
        return;
    for (int i = 0; i < d->count; i++)
        point[i] = (struct rect){ n->x + drawn_px(ui, d, d->points[i][0]),
                                  n->y + drawn_px(ui, d, d->points[i][1]), 0, 0 };
    put(ui, &(struct draw_cmd){ .kind = DRAW_POLYLINE,
                                .rect = ui_rect(n),
                                .clip = n->clip,
                                .color = ui_color(ui, d->color),
                                .points = point,
                                .point_count = d->count,
                                .width = (int16_t)drawn_px(ui, d, d->width_dp) });
}

static void paint_node(struct ui *ui, const struct node *n)
{
    if (rect_empty(rect_clip(n->clip, (struct rect){ 0, 0, ui->theme.w_px, ui->theme.h_px })))
        return;
    if (n->kind == NODE_BOX)
        paint_box(ui, n);
    else if (n->kind == NODE_LABEL)
        paint_label(ui, n);
    else if (n->kind == NODE_ICON)
        paint_icon(ui, n);
    else if (n->kind == NODE_RULE)
        put_rect(ui, ui_rect(n), n->clip, ui_color(ui, n->color));
    else if (n->kind == NODE_METER)
        paint_meter(ui, n);
    else if (n->kind == NODE_DRAWING)
        paint_drawing(ui, n);
    else if (n->kind == NODE_PLOT)
        ui_plot_paint(ui, n);
    else if (n->kind == NODE_QR)
        ui_qr_paint(ui, n);
    else if (n->kind == NODE_PICTURE)
        ui_picture_paint(ui, n);
    put_divider(ui, n);
}

/* --- what lies above
 * ------------------------------------------------------------------------------- */

/* A slim bar at the right says that there is more; decoration, the pager is the control. */
static void paint_scrollbar(struct ui *ui, const struct node *n)
{
    const struct ui_scroll *s = n->scroll;
    float most = ui_scroll_max(s);
    if (most < 1 || n->h < ui_px(ui, 60))
        return;
    int inset = ui_px(ui, 24), w = ui_px(ui, 6), room = n->h - 2 * inset;
    int h = (int)((float)room * (float)s->view / (float)s->content);
    h = h < ui_px(ui, 48) ? ui_px(ui, 48) : h;
    int y = n->y + inset + (int)((float)(room - h) * s->off / most);
    put(ui, &(struct draw_cmd){ .kind = DRAW_RRECT,
                                .rect = { n->x + n->w - w - ui_px(ui, 4), y, w, h },
                                .clip = rect_clip(n->clip, ui_rect(n)),
                                .color = ui_color(ui, TOK_EDGE),
                                .radius = (int16_t)(w / 2) });
}

static struct rect wider(struct rect r, int by)
{
    return (struct rect){ r.x - by, r.y - by, r.w + 2 * by, r.h + 2 * by };
}

static void put_ring(struct ui *ui, struct rect r, struct rect clip, int radius, int px, uint32_t c)
{
    put(ui, &(struct draw_cmd){ .kind = DRAW_RRECT,
                                .rect = wider(r, px),
                                .clip = clip,
                                .border_color = c,
                                .border = (int16_t)px,
                                .radius = (int16_t)(radius ? radius + px : px) });
}

/* Outside the shape; where the shape touches the edge of the window or of its scroll box there is
 * no outside, so the shape is taken as that much smaller. */
static void paint_ring(struct ui *ui)
{
    const struct node *n = ui->ring ? ui_find(ui, ui->focus) : NULL;
    if (!n || !n->focus)
        return;
    bool contrast = ui->theme.taste.contrast;
    int inner = ui_px(ui, contrast ? 4 : 6), outer = ui_px(ui, contrast ? 6 : 5);
    struct rect window = { 0, 0, ui->theme.w_px, ui->theme.h_px };
    struct rect clip = rect_clip(wider(n->clip, inner + outer), window);
    struct rect r = rect_clip(ui_rect(n), wider(window, -(inner + outer)));
    int radius = min_of(ui_px(ui, n->box.radius), min_of(n->w, n->h) / 2);
    uint32_t first = contrast ? ui_color(ui, TOK_PAPER) : ui_color(ui, TOK_PEEL);
    put_ring(ui, r, clip, radius, inner, first);
    put_ring(ui, wider(r, inner), clip, radius + inner, outer, ui_color(ui, TOK_INK));
}

static void paint_layer(struct ui *ui, bool modal)
{
    for (int i = 0; i < ui->count; i++) {
        const struct node *n = ui->nodes[i];
        if ((n->modal || n->absolute) == modal)
            paint_node(ui, n);
    }
    for (int i = 0; i < ui->count; i++)
        if (ui->nodes[i]->scroll && ui->nodes[i]->modal == modal)
            paint_scrollbar(ui, ui->nodes[i]);
}

void ui_paint(struct ui *ui)
{
    struct rect window = { 0, 0, ui->theme.w_px, ui->theme.h_px };
    paint_layer(ui, false);
    if (ui->dialog) {
        put_rect(ui, window, window, ui_color(ui, TOK_SCRIM));
        paint_layer(ui, true);
    }
    paint_ring(ui);
}
