/* display_damage.c - compares two display lists cell by cell, by hash (the idea is rxi's rencache).
 */
#include "hal/display_damage.h"

#include <string.h>

static const uint64_t SEED = 0xCBF29CE484222325u, PRIME = 0x9E3779B97F4A7C15u;

static uint64_t mix(uint64_t h, uint64_t v)
{
    h = (h ^ v) * PRIME;
    return h ^ h >> 29;
}

static uint64_t mix_pair(uint64_t h, int a, int b)
{
    return mix(h, (uint64_t)(uint32_t)a << 32 | (uint32_t)b);
}

static uint64_t mix_rect(uint64_t h, struct rect r)
{
    return mix_pair(mix_pair(h, r.x, r.y), r.w, r.h);
}

static uint64_t mix_text(uint64_t h, const char *s)
{
    size_t n = strlen(s);
    for (; n >= 8; n -= 8, s += 8) {
        uint64_t eight;
        memcpy(&eight, s, 8);
        h = mix(h, eight);
    }
    uint64_t rest = n;
    for (; n > 0; n--)
        rest = rest << 8 | (unsigned char)*s++;
    return mix(h, rest);
}

/* Every field that changes a pixel must be in here: what is left out is never redrawn. */
static uint64_t command_hash(const struct draw_cmd *c)
{
    uint64_t h = mix_pair(SEED, (int)c->kind, c->base_y);
    h = mix_rect(mix_rect(h, c->rect), c->clip);
    h = mix_pair(h, (int)c->color, (int)c->border_color);
    h = mix_pair(h, c->radius, c->border);
    h = mix_pair(h, c->band, c->blur);
    h = mix_pair(h, c->dy, c->px);
    h = mix_pair(h, c->bold << 1 | c->tabular, (int)c->icon);
    h = mix_pair(h, c->width, c->point_count);
    for (int i = 0; i < c->point_count; i++)
        h = mix_pair(h, c->points[i].x, c->points[i].y);
    if (c->text)
        h = mix_text(h, c->text);
    if (c->image) {
        h = mix_pair(h, c->image->w, c->image->h);
        h = mix(mix(h, c->image->stamp), (uint64_t)(uintptr_t)c->image->pixels);
    }
    return h;
}

void damage_size(struct damage *d, int w, int h)
{
    d->w = w < DAMAGE_CELL * 64 ? w : DAMAGE_CELL * 64;
    d->h = h < DAMAGE_CELL * 64 ? h : DAMAGE_CELL * 64;
    d->columns = (d->w + DAMAGE_CELL - 1) / DAMAGE_CELL;
    d->rows = (d->h + DAMAGE_CELL - 1) / DAMAGE_CELL;
    d->valid = false;
}

static void hash_list(struct damage *d, const struct draw_list *list)
{
    struct rect screen = { 0, 0, d->w, d->h };
    for (int i = 0; i < d->columns * d->rows; i++)
        d->now[i] = SEED;
    for (int i = 0; i < list->count; i++) {
        const struct draw_cmd *c = &list->cmd[i];
        struct rect r = rect_clip(rect_clip(draw_extent(c), c->clip), screen);
        if (rect_empty(r))
            continue;
        uint64_t h = command_hash(c);
        int x0 = r.x / DAMAGE_CELL, x1 = (r.x + r.w - 1) / DAMAGE_CELL;
        int y0 = r.y / DAMAGE_CELL, y1 = (r.y + r.h - 1) / DAMAGE_CELL;
        for (int y = y0; y <= y1; y++)
            for (int x = x0; x <= x1; x++)
                d->now[y * d->columns + x] = mix(d->now[y * d->columns + x], h);
    }
}

static bool cell_changed(const struct damage *d, int x, int y)
{
    int i = y * d->columns + x;
    return !d->valid || d->old[i] != d->now[i];
}

/* A run of changed cells becomes a rect, or makes the one that ends right above it taller. */
static int add_run(struct rect *out, int n, struct rect run)
{
    for (int i = n - 1; i >= 0; i--)
        if (out[i].x == run.x && out[i].w == run.w && out[i].y + out[i].h == run.y) {
            out[i].h++;
            return n;
        }
    if (n == DAMAGE_RECTS) { /* too scattered to be worth more rects */
        out[n - 1] = rect_join(out[n - 1], run);
        return n;
    }
    out[n] = run;
    return n + 1;
}

static int merge_runs(const struct damage *d, struct rect *out, int *cells)
{
    int n = 0;
    for (int y = 0; y < d->rows; y++)
        for (int x = 0; x < d->columns;) {
            int first = x;
            while (x < d->columns && cell_changed(d, x, y))
                x++;
            *cells += x - first;
            if (x > first)
                n = add_run(out, n, (struct rect){ first, y, x - first, 1 });
            x += x == first;
        }
    return n;
}

int damage_find(struct damage *d, const struct draw_list *list, struct rect *out, int *out_cells)
{
    int cells = 0;
    hash_list(d, list);
    int n = merge_runs(d, out, &cells);
    for (int i = 0; i < n; i++) {
        struct rect px = { out[i].x * DAMAGE_CELL, out[i].y * DAMAGE_CELL, out[i].w * DAMAGE_CELL,
                           out[i].h * DAMAGE_CELL };
        out[i] = rect_clip(px, (struct rect){ 0, 0, d->w, d->h });
    }
    memcpy(d->old, d->now, sizeof d->now[0] * (size_t)(d->columns * d->rows));
    d->valid = true;
    *out_cells = cells;
    return n;
}
