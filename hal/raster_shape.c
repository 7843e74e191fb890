/* raster_shape.c - paints rectangles, round corners, rings, circles and soft shadows. */
#include "hal/raster_shape.h"

#include "hal/raster_mask.h"
#include "hal/raster_span.h"

enum { ROW_MAX = 2048 };

/* A rounded rectangle: r2 is the radius in half pixels, mask its corner (NULL: square). */
struct round {
    struct rect r;
    int n;
    const struct mask *mask;
};

static uint32_t alpha_of(uint32_t color)
{
    return color >> 24;
}

void shape_row(const struct canvas *c, int x, int y, int n, uint32_t color)
{
    struct rect r = rect_clip((struct rect){ x, y, n, 1 }, c->clip);
    if (!rect_empty(r))
        span_blend(c->pixels + (long)y * c->stride + r.x, r.w, color, (int)alpha_of(color));
}

void shape_mask(const struct canvas *c, int x, int y, const uint8_t *m, int n, uint32_t color)
{
    struct rect r = rect_clip((struct rect){ x, y, n, 1 }, c->clip);
    if (!rect_empty(r))
        span_mask(c->pixels + (long)y * c->stride + r.x, m + (r.x - x), r.w, color,
                  (int)alpha_of(color));
}

void shape_except(const struct canvas *c, const struct rect *hole, int holes, shape_fn *paint,
                  const struct draw_cmd *cmd)
{
    while (holes > 0 && rect_empty(rect_clip(c->clip, *hole))) {
        hole++;
        holes--;
    }
    if (holes == 0) {
        paint(c, cmd);
        return;
    }
    struct rect piece[4];
    int n = rect_around(c->clip, *hole, piece);
    for (int i = 0; i < n; i++) {
        struct canvas part = { c->pixels, c->stride, piece[i] };
        shape_except(&part, hole + 1, holes - 1, paint, cmd);
    }
}

void shape_rect(const struct canvas *c, const struct draw_cmd *cmd)
{
    struct rect r = rect_clip(cmd->rect, c->clip);
    for (int y = r.y; y < r.y + r.h; y++)
        shape_row(c, r.x, y, r.w, cmd->color);
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int most(int a, int b)
{
    return a > b ? a : b;
}

static struct round round_make(struct rect r, int r2)
{
    r2 = least(r2, least(r.w, r.h));
    const struct mask *m = r2 > 0 ? mask_corner(r2) : NULL;
    return (struct round){ r, m ? m->n : 0, m };
}

/* Distance in rows from the nearer end: the masks serve top and bottom alike. */
static int row_from_edge(struct rect r, int y)
{
    return least(y - r.y, r.y + r.h - 1 - y);
}

/* Left mask, middle run, right mask. For odd circles both masks hold the middle column: the left
 * one paints it. */
static void paint_masked_row(const struct canvas *c, struct rect r, int y, const uint8_t *left,
                             const uint8_t *right, int n, uint32_t color)
{
    int at = most(r.x + r.w - n, r.x + n);
    shape_mask(c, r.x, y, left, n, color);
    shape_row(c, r.x + n, y, r.w - 2 * n, color);
    shape_mask(c, at, y, right + (at - (r.x + r.w - n)), r.x + r.w - at, color);
}

static void round_fill(const struct canvas *c, const struct round *s, uint32_t color)
{
    struct rect rows = rect_clip(s->r, c->clip);
    for (int y = rows.y; y < rows.y + rows.h; y++) {
        int e = row_from_edge(s->r, y);
        if (e >= s->n)
            shape_row(c, s->r.x, y, s->r.w, color);
        else
            paint_masked_row(c, s->r, y, s->mask->left + e * s->n, s->mask->right + e * s->n, s->n,
                             color);
    }
}

/* Coverage of the pixel x,y in the left half of the shape. */
static int round_cover(const struct round *s, int x, int y)
{
    int dx = x - s->r.x, e = row_from_edge(s->r, y);
    if (dx < 0 || e < 0)
        return 0;
    if (dx >= s->n || e >= s->n)
        return 255;
    return s->mask->left[e * s->n + dx];
}

/* The frame between two shapes, nothing in the middle: for rings over what is already there. */
static void ring_row(const struct canvas *c, const struct round *out, const struct round *in, int y,
                     uint32_t color)
{
    uint8_t left[ROW_MAX], right[ROW_MAX];
    int zone = most(out->n, in->r.x - out->r.x + in->n);
    zone = least(least(zone, (out->r.w + 1) / 2), ROW_MAX);
    for (int i = 0; i < zone; i++) {
        int x = out->r.x + i;
        int cover = round_cover(out, x, y) - round_cover(in, x, y);
        left[i] = right[zone - 1 - i] = (uint8_t)most(cover, 0);
    }
    int at = most(out->r.x + out->r.w - zone, out->r.x + zone);
    shape_mask(c, out->r.x, y, left, zone, color);
    if (row_from_edge(in->r, y) < 0)
        shape_row(c, out->r.x + zone, y, out->r.w - 2 * zone, color);
    shape_mask(c, at, y, right + (at - (out->r.x + out->r.w - zone)), out->r.x + out->r.w - at,
               color);
}

static void round_ring(const struct canvas *c, const struct round *out, const struct round *in,
                       uint32_t color)
{
    struct rect rows = rect_clip(out->r, c->clip);
    for (int y = rows.y; y < rows.y + rows.h; y++)
        ring_row(c, out, in, y, color);
}

static void round_fill_clipped(const struct canvas *c, const struct round *s, struct rect to,
                               uint32_t color)
{
    struct canvas part = { c->pixels, c->stride, rect_clip(c->clip, to) };
    if (!rect_empty(part.clip))
        round_fill(&part, s, color);
}

/* An opaque inside may lie over the border: then the two meet without a seam, and only what the
 * inside does not wholly cover is painted twice. */
static void round_bordered(const struct canvas *c, const struct round *out,
                           const struct draw_cmd *cmd, int r2)
{
    struct round in = round_make(rect_grow(out->r, -cmd->border), most(r2 - 2 * cmd->border, 0));
    if (rect_empty(in.r)) {
        round_fill(c, out, cmd->border_color);
        return;
    }
    if (alpha_of(cmd->color) != 255 || alpha_of(cmd->border_color) != 255) {
        round_ring(c, out, &in, cmd->border_color);
    } else {
        struct rect hole = { in.r.x, in.r.y + in.n, in.r.w, in.r.h - 2 * in.n };
        struct rect piece[4];
        int n = rect_around(out->r, hole, piece);
        for (int i = 0; i < n; i++)
            round_fill_clipped(c, out, piece[i], cmd->border_color);
    }
    if (alpha_of(cmd->color))
        round_fill(c, &in, cmd->color);
}

/* The lower edge: the shape in the edge's colour, and over it the shape again, shorter. Only the
 * rows where both show are painted twice, so no dark rim grows at the upper corners. */
static void round_banded(const struct canvas *c, const struct round *out,
                         const struct draw_cmd *cmd, int r2)
{
    struct rect body = out->r;
    body.h = most(body.h - cmd->band, 1);
    struct round top = round_make(body, r2);
    int from = most(out->r.y + out->r.h - cmd->band - out->n, out->r.y);
    struct rect foot = { out->r.x, from, out->r.w, out->r.y + out->r.h - from };
    round_fill_clipped(c, out, foot, cmd->border_color);
    round_fill(c, &top, cmd->color);
}

static void round_paint(const struct canvas *c, const struct draw_cmd *cmd, struct rect r, int r2)
{
    struct round out = round_make(r, r2);
    if (cmd->border > 0 && alpha_of(cmd->border_color))
        round_bordered(c, &out, cmd, r2);
    else if (cmd->band > 0 && alpha_of(cmd->color))
        round_banded(c, &out, cmd, r2);
    else if (alpha_of(cmd->color))
        round_fill(c, &out, cmd->color);
}

void shape_rrect(const struct canvas *c, const struct draw_cmd *cmd)
{
    round_paint(c, cmd, cmd->rect, 2 * cmd->radius);
}

void shape_circle(const struct canvas *c, const struct draw_cmd *cmd)
{
    struct rect r = draw_extent(cmd);
    int side = least(r.w, r.h);
    r.x += (r.w - side) / 2;
    r.y += (r.h - side) / 2;
    r.w = r.h = side;
    round_paint(c, cmd, r, side);
}

static void shadow_paint(const struct canvas *c, const struct draw_cmd *cmd)
{
    const struct mask *m = mask_shadow(cmd->radius, cmd->blur);
    struct rect all = draw_extent(cmd), rows = rect_clip(all, c->clip);
    if (!m)
        return;
    int n = least(m->n, all.w / 2); /* a small shape shows only the outer part of its corners */
    for (int y = rows.y; y < rows.y + rows.h; y++) {
        int e = least(row_from_edge(all, y), m->n - 1);
        const uint8_t *left = m->left + e * m->n, *right = m->right + e * m->n;
        uint32_t through = span_mul(left[m->n - 1], alpha_of(cmd->color));
        shape_mask(c, all.x, y, left, n, cmd->color);
        shape_row(c, all.x + n, y, all.w - 2 * n, through << 24 | (cmd->color & 0xFFFFFF));
        shape_mask(c, all.x + all.w - n, y, right + m->n - n, n, cmd->color);
    }
}

/* What the shape covers whole need not be darkened first: most of a card's area. */
void shape_shadow(const struct canvas *c, const struct draw_cmd *cmd)
{
    struct rect r = cmd->rect;
    int k = least(cmd->radius, least(r.w, r.h) / 2);
    struct rect hole[3] = {
        { r.x, r.y + k, r.w, r.h - 2 * k },
        { r.x + k, r.y, r.w - 2 * k, k },
        { r.x + k, r.y + r.h - k, r.w - 2 * k, k },
    };
    shape_except(c, hole, 3, shadow_paint, cmd);
}
