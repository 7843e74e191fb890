/* raster.c - turns a display list into pixels, leaving out what something else will cover. */
#include "hal/raster.h"

#include "hal/raster_mask.h"
#include "hal/raster_shape.h"
#include "hal/raster_span.h"
#include "hal/text.h"
#include "hal/base/utf8.h"

/* Below COVER_PX a cover saves less than finding it costs. */
enum { COVERS = 24, COVER_PX = 8192, GROUND_PX = 65536 };

static void glyph_paint(const struct canvas *c, const struct text_glyph *g, int x, int y,
                        uint32_t color)
{
    struct rect box = { x + g->left, y - g->top, g->w, g->h };
    struct rect r = rect_clip(box, c->clip);
    if (!g->mask || rect_empty(r))
        return;
    const uint8_t *m = g->mask + (long)(r.y - box.y) * g->stride + (r.x - box.x);
    uint32_t *d = c->pixels + (long)r.y * c->stride + r.x;
    for (int i = 0; i < r.h; i++, m += g->stride, d += c->stride)
        span_mask(d, m, r.w, color, (int)(color >> 24));
}

static void text_paint(const struct canvas *c, const struct draw_cmd *cmd)
{
    enum text_face face = cmd->bold ? TEXT_BOLD : TEXT_REGULAR;
    int pen = cmd->rect.x, end = c->clip.x + c->clip.w + cmd->px;
    const char *s = cmd->text;
    while (s && *s && pen < end) {
        struct text_glyph g = text_glyph(face, cmd->px, utf8_next(&s), cmd->tabular);
        glyph_paint(c, &g, pen, cmd->base_y, cmd->color);
        pen += g.advance;
    }
}

/* Icons are drawn in a square of px whose foot is the baseline. */
static void icon_paint(const struct canvas *c, const struct draw_cmd *cmd)
{
    struct text_glyph g = text_glyph(TEXT_ICONS, cmd->px, cmd->icon, false);
    int x = cmd->rect.x + (cmd->rect.w - cmd->px) / 2;
    int y = cmd->rect.y + (cmd->rect.h - cmd->px) / 2 + cmd->px;
    glyph_paint(c, &g, x, y, cmd->color);
}

static void image_paint(const struct canvas *c, const struct draw_cmd *cmd)
{
    const struct draw_image *im = cmd->image;
    if (!im || !im->pixels)
        return;
    struct rect box = { cmd->rect.x, cmd->rect.y, im->w, im->h };
    struct rect r = rect_clip(box, c->clip);
    for (int y = r.y; y < r.y + r.h; y++)
        span_argb(c->pixels + (long)y * c->stride + r.x,
                  im->pixels + (long)(y - box.y) * im->stride + (r.x - box.x), r.w);
}

static shape_fn *const PAINT[] = {
    [DRAW_RECT] = shape_rect,     [DRAW_RRECT] = shape_rrect, [DRAW_SHADOW] = shape_shadow,
    [DRAW_TEXT] = text_paint,     [DRAW_ICON] = icon_paint,   [DRAW_POLYLINE] = shape_polyline,
    [DRAW_CIRCLE] = shape_circle, [DRAW_IMAGE] = image_paint,
};

/* The part of the screen this command hides for sure. */
static struct rect cover_of(const struct draw_cmd *cmd)
{
    struct rect r = cmd->rect, none = { 0, 0, 0, 0 };
    if (cmd->color >> 24 != 255 || (cmd->kind != DRAW_RECT && cmd->kind != DRAW_RRECT))
        return none;
    if (cmd->kind == DRAW_RRECT) {
        int k = cmd->radius > 0 ? cmd->radius : 0;
        if (cmd->border_color >> 24 != 255 && (cmd->border > 0 || cmd->band > 0))
            return none;
        r.y += k;
        r.h -= 2 * k;
    }
    return rect_empty(r) ? none : rect_clip(r, cmd->clip);
}

static int first_needed(const struct draw_list *list, struct rect area)
{
    for (int i = list->count - 1; i > 0; i--)
        if (rect_within(area, cover_of(&list->cmd[i])))
            return i;
    return 0;
}

/* What lies over a large ground later, largest first come first served. */
static int covers_over(const struct draw_list *list, int ground, struct rect area, struct rect *out)
{
    int n = 0;
    for (int i = ground + 1; i < list->count && n < COVERS; i++) {
        struct rect r = rect_clip(cover_of(&list->cmd[i]), area);
        if ((int64_t)r.w * r.h >= COVER_PX)
            out[n++] = r;
    }
    return n;
}

static void command_paint(const struct canvas *c, const struct draw_list *list, int i)
{
    const struct draw_cmd *cmd = &list->cmd[i];
    struct rect hole[COVERS];
    int holes = 0;
    if (cmd->kind == DRAW_RECT && (int64_t)c->clip.w * c->clip.h >= GROUND_PX)
        holes = covers_over(list, i, c->clip, hole);
    shape_except(c, hole, holes, PAINT[cmd->kind], cmd);
}

void raster_paint(const struct raster_target *t, const struct draw_list *list, struct rect area)
{
    area = rect_clip(area, (struct rect){ 0, 0, t->w, t->h });
    if (rect_empty(area))
        return;
    for (int i = first_needed(list, area); i < list->count; i++) {
        const struct draw_cmd *cmd = &list->cmd[i];
        struct rect clip = rect_clip(rect_clip(draw_extent(cmd), cmd->clip), area);
        struct canvas c = { t->pixels, t->stride, clip };
        if (!rect_empty(clip))
            command_paint(&c, list, i);
    }
}

void raster_finish(void)
{
    mask_finish();
}
