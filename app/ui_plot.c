/* ui_plot.c - a price over days as a line: four grid lines, grey blocks where nobody asked the
 * price. */
#include "app/ui_internal.h"

#include <string.h>

enum { GRID = 4, GAP_DAYS = 2, LINE_DP = 5 };

/* Where things go: the inner rect in px, and the values at its edges. */
struct frame {
    struct rect r;
    int x0, x1;
    int64_t lo, step;
};

static struct rect inner_rect(const struct ui *ui, const struct node *n, int label_w)
{
    int cap = ui->theme.type[TYPE_CAP].line_px;
    int left = label_w + ui_px(ui, 16), right = ui_px(ui, 40), top = cap / 2 + ui_px(ui, 4);
    return (struct rect){ n->x + left, n->y + top, n->w - left - right,
                          n->h - top - cap - ui_px(ui, 12) };
}

/* The smallest round step with which three steps hold all values. */
static void value_range(const struct ui_plot *p, struct frame *f)
{
    static const int64_t rounds[] = { 1, 2, 5 };
    int64_t lo = 0, hi = 0, scale = 1;
    bool any = false;
    for (int i = 0; i < p->count; i++) {
        int64_t y = p->points[i].y;
        if (!p->points[i].has)
            continue;
        lo = !any || y < lo ? y : lo;
        hi = !any || y > hi ? y : hi;
        any = true;
    }
    for (int i = 0;; i++) {
        f->step = rounds[i % 3] * scale;
        f->lo = lo / f->step * f->step;
        if (lo < 0 && f->lo > lo)
            f->lo -= f->step;
        if (f->lo + (GRID - 1) * f->step >= hi || scale > INT64_MAX / 1000)
            return;
        scale *= i % 3 == 2 ? 10 : 1;
    }
}

static int at_x(const struct frame *f, int x)
{
    int span = f->x1 > f->x0 ? f->x1 - f->x0 : 1;
    return f->r.x + (int)((int64_t)(x - f->x0) * f->r.w / span);
}

static int at_y(const struct frame *f, int64_t y)
{
    int64_t all = f->step * (GRID - 1);
    return f->r.y + f->r.h - (int)((y - f->lo) * f->r.h / all);
}

static void put(struct ui *ui, const struct draw_cmd *cmd)
{
    if (!draw_add(&ui->list, cmd) && !rect_empty(rect_clip(cmd->rect, cmd->clip)))
        ui->full = true;
}

static int width_of(const struct ui *ui, enum type t, const char *s)
{
    return text_width(s, ui->theme.type[t].px, ui->theme.type[t].bold, false);
}

static const char *y_words(struct ui *ui, const struct ui_plot *p, int64_t y)
{
    const char *s = p->y_text ? p->y_text(&ui->arena, y) : NULL;
    return s ? s : "";
}

static void paint_grid(struct ui *ui, const struct node *n, const struct frame *f, int label_w)
{
    int cap = ui->theme.type[TYPE_CAP].line_px, thick = ui_px(ui, 2);
    for (int i = 0; i < GRID; i++) {
        int64_t value = f->lo + i * f->step;
        int y = at_y(f, value);
        const char *s = y_words(ui, n->plot, value);
        put(ui, &(struct draw_cmd){ .kind = DRAW_RECT,
                                    .rect = { f->r.x, y - thick / 2, f->r.w, thick },
                                    .clip = n->clip,
                                    .color = ui_color(ui, TOK_LINE) });
        ui_put_text(ui, n, TYPE_CAP, TOK_INK2, s, n->x + label_w - width_of(ui, TYPE_CAP, s),
                    y - cap / 2);
    }
}

static void paint_date(struct ui *ui, const struct node *n, const struct frame *f, int x, int align)
{
    const char *s = n->plot->x_text ? n->plot->x_text(&ui->arena, x) : NULL;
    if (!s)
        return;
    int w = width_of(ui, TYPE_CAP, s), left = at_x(f, x) - w * align / 2;
    ui_put_text(ui, n, TYPE_CAP, TOK_INK2, s, left, f->r.y + f->r.h + ui_px(ui, 8));
}

/* Days without a price, two or more, are a grey block from the last point to the next. */
static void paint_gap(struct ui *ui, const struct node *n, const struct frame *f, int from, int to)
{
    int inset = ui_px(ui, 8), x = at_x(f, from) + inset, end = at_x(f, to) - inset;
    if (to - from <= GAP_DAYS || end <= x)
        return;
    put(ui, &(struct draw_cmd){ .kind = DRAW_RECT,
                                .rect = { x, f->r.y, end - x, f->r.h },
                                .clip = n->clip,
                                .color = ui_color(ui, TOK_GAP) });
}

static void paint_gaps(struct ui *ui, const struct node *n, const struct frame *f)
{
    int last = f->x0;
    for (int i = 0; i < n->plot->count; i++) {
        const struct ui_point *p = &n->plot->points[i];
        if (!p->has)
            continue;
        paint_gap(ui, n, f, last, p->x);
        last = p->x;
    }
    paint_gap(ui, n, f, last, f->x1);
}

static void put_line(struct ui *ui, const struct node *n, const struct rect *points, int count)
{
    int width = ui_px(ui, LINE_DP);
    struct rect all = { points[0].x, points[0].y, 1, 1 };
    if (count < 2)
        return;
    for (int i = 1; i < count; i++)
        all = rect_join(all, (struct rect){ points[i].x, points[i].y, 1, 1 });
    all = (struct rect){ all.x - width, all.y - width, all.w + 2 * width, all.h + 2 * width };
    put(ui, &(struct draw_cmd){ .kind = DRAW_POLYLINE,
                                .rect = all,
                                .clip = n->clip,
                                .color = ui_color(ui, n->plot->color),
                                .points = points,
                                .point_count = count,
                                .width = (int16_t)width });
}

static void paint_line(struct ui *ui, const struct node *n, const struct frame *f)
{
    const struct ui_plot *plot = n->plot;
    struct rect *points = arena_array(&ui->arena, struct rect, plot->count + 1);
    int start = 0, count = 0, last = 0;
    if (!points)
        return;
    for (int i = 0; i < plot->count; i++) {
        const struct ui_point *p = &plot->points[i];
        if (!p->has)
            continue;
        if (count > start && p->x - last > GAP_DAYS) {
            put_line(ui, n, points + start, count - start);
            start = count;
        }
        points[count++] = (struct rect){ at_x(f, p->x), at_y(f, p->y), 0, 0 };
        last = p->x;
    }
    if (count > start)
        put_line(ui, n, points + start, count - start);
}

static void put_dot(struct ui *ui, const struct node *n, int x, int y, bool ring)
{
    int r = ui_px(ui, 11);
    enum tok inside = ring ? TOK_SHEET : n->plot->color;
    put(ui, &(struct draw_cmd){ .kind = DRAW_CIRCLE,
                                .rect = { x - r, y - r, 2 * r, 2 * r },
                                .clip = n->clip,
                                .color = ui_color(ui, inside),
                                .border = (int16_t)(ring ? ui_px(ui, 5) : 0),
                                .border_color = ui_color(ui, n->plot->color) });
}

static int held(int v, int lo, int hi)
{
    return v > hi ? (hi < lo ? lo : hi) : v < lo ? lo : v;
}

/* Words beside a point: above the maximum, below the last one where there is room. */
static struct rect word_place(const struct ui *ui, const struct node *n, const struct frame *f,
                              const char *s, int x, int y, bool above)
{
    int w = width_of(ui, TYPE_CAPB, s), h = ui->theme.type[TYPE_CAPB].line_px;
    int left = held(x - w / 2, f->r.x, f->r.x + f->r.w + ui_px(ui, 36) - w);
    int top = above ? y - ui_px(ui, 14) - h : y + ui_px(ui, 14);
    if (top < n->y || top + h > f->r.y + f->r.h + ui_px(ui, 4))
        top = above ? y + ui_px(ui, 14) : y - ui_px(ui, 14) - h;
    return (struct rect){ left, top, w, h };
}

static const struct ui_point *find_max(const struct ui_plot *p)
{
    const struct ui_point *best = NULL;
    for (int i = 0; i < p->count; i++)
        if (p->points[i].has && (!best || p->points[i].y > best->y))
            best = &p->points[i];
    return best;
}

static const struct ui_point *find_last(const struct ui_plot *p)
{
    for (int i = p->count - 1; i >= 0; i--)
        if (p->points[i].has)
            return &p->points[i];
    return NULL;
}

static struct rect paint_mark(struct ui *ui, const struct node *n, const struct frame *f,
                              const struct ui_point *p, const char *words, bool ring)
{
    int x = at_x(f, p->x), y = at_y(f, p->y);
    struct rect at = { 0 };
    put_dot(ui, n, x, y, ring);
    if (words) {
        at = word_place(ui, n, f, words, x, y, ring);
        ui_put_text(ui, n, TYPE_CAPB, TOK_INK, words, at.x, at.y);
    }
    return at;
}

/* Where the maximum is the last point, or its words would lie on those of the last point, the last
 * point speaks alone. */
static void paint_marks(struct ui *ui, const struct node *n, const struct frame *f)
{
    const struct ui_plot *p = n->plot;
    const struct ui_point *max = find_max(p), *last = find_last(p);
    if (!last)
        return;
    struct rect now = paint_mark(ui, n, f, last, p->now_text, false);
    if (!max || max == last)
        return;
    struct rect at = { 0 };
    if (p->max_text)
        at = word_place(ui, n, f, p->max_text, at_x(f, max->x), at_y(f, max->y), true);
    bool clash = !rect_empty(rect_clip(at, now));
    paint_mark(ui, n, f, max, clash ? NULL : p->max_text, true);
}

static int widest_label(struct ui *ui, const struct ui_plot *p, const struct frame *f)
{
    int widest = 0;
    for (int i = 0; i < GRID; i++) {
        int w = width_of(ui, TYPE_CAP, y_words(ui, p, f->lo + i * f->step));
        widest = w > widest ? w : widest;
    }
    return widest;
}

void ui_plot_paint(struct ui *ui, const struct node *n)
{
    const struct ui_plot *p = n->plot;
    struct frame f = { 0 };
    if (!p || p->count < 1)
        return;
    f.x0 = p->points[0].x;
    f.x1 = p->points[p->count - 1].x;
    value_range(p, &f);
    int label_w = widest_label(ui, p, &f);
    f.r = inner_rect(ui, n, label_w);
    if (f.r.w < 1 || f.r.h < 1)
        return;
    paint_gaps(ui, n, &f);
    paint_grid(ui, n, &f, label_w);
    paint_line(ui, n, &f);
    paint_marks(ui, n, &f);
    paint_date(ui, n, &f, f.x0, 0);
    if (!ui->theme.taste.size) /* at large text three dates would touch */
        paint_date(ui, n, &f, (f.x0 + f.x1) / 2, 1);
    paint_date(ui, n, &f, f.x1, 2);
}
