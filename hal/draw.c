/* draw.c - keeps the list of what is to be seen, and knows how far each thing reaches. */
#include "hal/draw.h"

#include <string.h>

enum { FIRST_COMMANDS = 256 };

void draw_start(struct draw_list *list, struct arena *arena)
{
    *list = (struct draw_list){ .arena = arena };
}

static bool draw_room(struct draw_list *list)
{
    if (list->count < list->cap)
        return true;
    int cap = list->cap ? list->cap * 2 : FIRST_COMMANDS;
    struct draw_cmd *more = arena_array(list->arena, struct draw_cmd, cap);
    if (!more)
        return false;
    if (list->count)
        memcpy(more, list->cmd, sizeof *more * (size_t)list->count);
    list->cmd = more;
    list->cap = cap;
    return true;
}

bool draw_add(struct draw_list *list, const struct draw_cmd *cmd)
{
    if (rect_empty(rect_clip(draw_extent(cmd), cmd->clip)))
        return true;
    if (!draw_room(list))
        return false;
    list->cmd[list->count++] = *cmd;
    return true;
}

/* Three box blurs of half-width h approximate a gaussian of sigma = blur/2 (the CSS meaning of
 * blur); together they reach 3h beyond the edge. */
int draw_shadow_reach(int blur)
{
    return blur > 0 ? 3 * ((blur * 47 + 50) / 100) : 0;
}

static struct rect polyline_extent(const struct draw_cmd *cmd)
{
    struct rect all = { 0, 0, 0, 0 };
    for (int i = 0; i < cmd->point_count; i++)
        all = rect_join(all, (struct rect){ cmd->points[i].x, cmd->points[i].y, 1, 1 });
    return rect_empty(all) ? all : rect_grow(all, cmd->width / 2 + 2);
}

static struct rect circle_extent(const struct draw_cmd *cmd)
{
    struct rect r = cmd->rect;
    if (cmd->radius <= 0)
        return r;
    int side = 2 * cmd->radius;
    return (struct rect){ r.x + (r.w - side) / 2, r.y + (r.h - side) / 2, side, side };
}

struct rect draw_extent(const struct draw_cmd *cmd)
{
    struct rect r = cmd->rect;
    switch (cmd->kind) {
    case DRAW_SHADOW:
        r.y += cmd->dy;
        return rect_empty(r) ? r : rect_grow(r, draw_shadow_reach(cmd->blur));
    case DRAW_TEXT: /* slanted letters and brackets hang over their advance */
        return rect_empty(r) ? r : rect_grow(r, cmd->px / 8 + 1);
    case DRAW_POLYLINE:
        return polyline_extent(cmd);
    case DRAW_CIRCLE:
        return circle_extent(cmd);
    default:
        return r;
    }
}

bool rect_empty(struct rect r)
{
    return r.w <= 0 || r.h <= 0;
}

bool rect_has(struct rect r, int x, int y)
{
    return x >= r.x && y >= r.y && x < r.x + r.w && y < r.y + r.h;
}

static int lesser(int a, int b)
{
    return a < b ? a : b;
}

static int greater(int a, int b)
{
    return a > b ? a : b;
}

struct rect rect_clip(struct rect a, struct rect b)
{
    int x0 = greater(a.x, b.x), y0 = greater(a.y, b.y);
    int x1 = lesser(a.x + a.w, b.x + b.w), y1 = lesser(a.y + a.h, b.y + b.h);
    if (x1 <= x0 || y1 <= y0)
        return (struct rect){ x0, y0, 0, 0 };
    return (struct rect){ x0, y0, x1 - x0, y1 - y0 };
}

struct rect rect_join(struct rect a, struct rect b)
{
    if (rect_empty(a))
        return b;
    if (rect_empty(b))
        return a;
    int x0 = lesser(a.x, b.x), y0 = lesser(a.y, b.y);
    int x1 = greater(a.x + a.w, b.x + b.w), y1 = greater(a.y + a.h, b.y + b.h);
    return (struct rect){ x0, y0, x1 - x0, y1 - y0 };
}

bool rect_within(struct rect inner, struct rect outer)
{
    return inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.w <= outer.x + outer.w &&
           inner.y + inner.h <= outer.y + outer.h;
}

struct rect rect_grow(struct rect r, int by)
{
    return (struct rect){ r.x - by, r.y - by, r.w + 2 * by, r.h + 2 * by };
}

int rect_around(struct rect r, struct rect hole, struct rect out[4])
{
    struct rect h = rect_clip(r, hole);
    if (rect_empty(h)) {
        out[0] = r;
        return rect_empty(r) ? 0 : 1;
    }
    struct rect piece[4] = {
        { r.x, r.y, r.w, h.y - r.y },
        { r.x, h.y, h.x - r.x, h.h },
        { h.x + h.w, h.y, r.x + r.w - h.x - h.w, h.h },
        { r.x, h.y + h.h, r.w, r.y + r.h - h.y - h.h },
    };
    int n = 0;
    for (int i = 0; i < 4; i++)
        if (!rect_empty(piece[i]))
            out[n++] = piece[i];
    return n;
}
