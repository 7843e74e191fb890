/* raster_line.c - paints thick lines through many points, smooth, with round joins. */
#include "hal/raster_shape.h"

#include <string.h>

enum { ROW_MAX = 4096 };

/* One piece of the line from a to b. Lengths in 1/256 px where the name says so. */
struct segment {
    int ax, ay, bx, by;
    int64_t len2, len_256;
    int radius_256;
};

/* Largest r with r*r <= v: whole numbers only, so every machine draws the same line. */
static int64_t root(int64_t v)
{
    int64_t r = 0;
    for (int64_t bit = (int64_t)1 << 31; bit; bit >>= 1)
        if ((r + bit) * (r + bit) <= v)
            r += bit;
    return r;
}

static struct segment segment_make(const struct draw_cmd *cmd, int i)
{
    const struct rect *p = cmd->points;
    int j = i + 1 < cmd->point_count ? i + 1 : i;
    struct segment s = { p[i].x, p[i].y, p[j].x, p[j].y, 0, 0, cmd->width * 128 };
    int64_t dx = s.bx - s.ax, dy = s.by - s.ay;
    s.len2 = dx * dx + dy * dy;
    s.len_256 = root(s.len2 * 65536);
    return s;
}

static int64_t distance_256(const struct segment *s, int x, int y)
{
    int64_t vx = x - s->ax, vy = y - s->ay, dx = s->bx - s->ax, dy = s->by - s->ay;
    int64_t along = vx * dx + vy * dy;
    if (along > 0 && along < s->len2) {
        int64_t cross = vx * dy - vy * dx;
        return (cross < 0 ? -cross : cross) * 65536 / s->len_256;
    }
    if (along > 0) {
        vx = x - s->bx;
        vy = y - s->by;
    }
    return root((vx * vx + vy * vy) * 65536);
}

/* Joins do not darken: a pixel takes the most that any one segment gives it. */
static void segment_cover(const struct segment *s, int y, int x0, int n, uint8_t *row)
{
    int reach = s->radius_256 / 256 + 1;
    int lo = (s->ax < s->bx ? s->ax : s->bx) - reach;
    int hi = (s->ax < s->bx ? s->bx : s->ax) + reach;
    int first = lo > x0 ? lo : x0, last = hi < x0 + n - 1 ? hi : x0 + n - 1;
    for (int x = first; x <= last; x++) {
        int64_t c = s->radius_256 + 128 - distance_256(s, x, y);
        int cover = c <= 0 ? 0 : c >= 256 ? 255 : (int)((c * 255 + 128) >> 8);
        if (cover > row[x - x0])
            row[x - x0] = (uint8_t)cover;
    }
}

static bool segment_meets(const struct draw_cmd *cmd, int i, int y)
{
    int reach = cmd->width / 2 + 2, j = i + 1 < cmd->point_count ? i + 1 : i;
    int a = cmd->points[i].y, b = cmd->points[j].y;
    int lo = (a < b ? a : b) - reach, hi = (a < b ? b : a) + reach;
    return y >= lo && y <= hi;
}

void shape_polyline(const struct canvas *c, const struct draw_cmd *cmd)
{
    struct rect all = rect_clip(draw_extent(cmd), c->clip);
    uint8_t row[ROW_MAX];
    int segments = cmd->point_count > 1 ? cmd->point_count - 1 : cmd->point_count;
    if (all.w > ROW_MAX)
        all.w = ROW_MAX;
    for (int y = all.y; y < all.y + all.h; y++) {
        memset(row, 0, (size_t)all.w);
        for (int i = 0; i < segments; i++)
            if (segment_meets(cmd, i, y)) {
                struct segment s = segment_make(cmd, i);
                segment_cover(&s, y, all.x, all.w, row);
            }
        shape_mask(c, all.x, y, row, all.w, cmd->color);
    }
}
