/* raster_mask.c - works out how much of each pixel a round corner or a soft shadow covers. */
#include "hal/raster_mask.h"

#include "hal/draw.h"

#include <stdlib.h>
#include <string.h>

/* A screen uses about ten radii; the oldest mask goes when a slot is needed. */
enum { SLOTS = 32, SUB = 16, RADIUS_MAX = 1024 };

struct mask_cache {
    struct mask slot[SLOTS];
    int next;
};
static struct mask_cache corners, shadows;

static void mask_free(struct mask *m)
{
    free(m->left);
    *m = (struct mask){ 0 };
}

static const struct mask *mask_find(const struct mask_cache *c, int a, int b)
{
    for (int i = 0; i < SLOTS; i++)
        if (c->slot[i].left && c->slot[i].key_a == a && c->slot[i].key_b == b)
            return &c->slot[i];
    return NULL;
}

static struct mask *mask_make(struct mask_cache *c, int a, int b, int n)
{
    size_t bytes = (size_t)n * (size_t)n;
    uint8_t *p = calloc(2, bytes);
    if (!p)
        return NULL;
    struct mask *m = &c->slot[c->next];
    c->next = (c->next + 1) % SLOTS;
    mask_free(m);
    *m = (struct mask){ .key_a = a, .key_b = b, .n = n, .left = p, .right = p + bytes };
    return m;
}

static void mask_mirror(struct mask *m)
{
    for (int y = 0; y < m->n; y++)
        for (int x = 0; x < m->n; x++)
            m->right[y * m->n + x] = m->left[y * m->n + m->n - 1 - x];
}

/* Lengths in 1/32 px. Is the point inside the circle around (c,c) that touches both axes? */
static bool in_circle(int64_t x, int64_t y, int64_t c)
{
    return (x - c) * (x - c) + (y - c) * (y - c) <= c * c;
}

/* Counts 16 x 16 points of one pixel: exact in integers, and only the rim pays for it. */
static uint8_t corner_pixel(int x, int y, int c)
{
    int x0 = 32 * x, y0 = 32 * y, x1 = x0 + 32, y1 = y0 + 32, inside = 0;
    if (x1 <= c && y1 <= c && !in_circle(x1, y1, c))
        return 0;
    if (in_circle(x0, y0, c) && in_circle(x1, y0, c) && in_circle(x0, y1, c) &&
        in_circle(x1, y1, c))
        return 255;
    for (int i = 0; i < SUB * SUB; i++)
        inside += in_circle(x0 + 2 * (i % SUB) + 1, y0 + 2 * (i / SUB) + 1, c);
    return (uint8_t)((inside * 255 + 128) >> 8);
}

const struct mask *mask_corner(int r2)
{
    if (r2 <= 0 || r2 > 2 * RADIUS_MAX)
        return NULL;
    const struct mask *known = mask_find(&corners, r2, 0);
    if (known)
        return known;
    struct mask *m = mask_make(&corners, r2, 0, (r2 + 1) / 2);
    if (!m)
        return NULL;
    for (int y = 0; y < m->n; y++)
        for (int x = 0; x < m->n; x++)
            m->left[y * m->n + x] = corner_pixel(x, y, 16 * r2);
    mask_mirror(m);
    return m;
}

/* One pass of a box blur over n values that lie step apart; both ends go on as they are. */
static void box_blur(uint32_t *v, int n, int step, int half, uint32_t *tmp)
{
    uint32_t d = (uint32_t)(2 * half + 1), sum = 0;
    for (int i = -half; i <= half; i++)
        sum += v[step * (i < 0 ? 0 : i >= n ? n - 1 : i)];
    for (int i = 0; i < n; i++) {
        tmp[i] = (sum + d / 2) / d;
        int in = i + half + 1, out = i - half;
        sum += v[step * (in >= n ? n - 1 : in)] - v[step * (out < 0 ? 0 : out)];
    }
    for (int i = 0; i < n; i++)
        v[step * i] = tmp[i];
}

static void shadow_source(uint32_t *v, int n, int reach, const struct mask *corner)
{
    for (int y = reach; y < n; y++)
        for (int x = reach; x < n; x++) {
            int cx = x - reach, cy = y - reach;
            bool round = corner && cx < corner->n && cy < corner->n;
            v[y * n + x] = (round ? corner->left[cy * corner->n + cx] : 255u) << 8;
        }
}

static void shadow_blur(struct mask *m, uint32_t *v, int half)
{
    int n = m->n;
    uint32_t *tmp = v + n * n;
    for (int pass = 0; pass < 3; pass++) {
        for (int y = 0; y < n; y++)
            box_blur(v + y * n, n, 1, half, tmp);
        for (int x = 0; x < n; x++)
            box_blur(v + x, n, n, half, tmp);
    }
    for (int i = 0; i < n * n; i++)
        m->left[i] = (uint8_t)((v[i] + 128) >> 8);
}

const struct mask *mask_shadow(int radius, int blur)
{
    int reach = draw_shadow_reach(blur), n = radius + 2 * reach;
    if (reach <= 0 || radius < 0 || n > 2 * RADIUS_MAX)
        return NULL;
    const struct mask *known = mask_find(&shadows, radius, blur);
    if (known)
        return known;
    const struct mask *corner = mask_corner(2 * radius);
    uint32_t *v = calloc((size_t)(n + 1) * (size_t)n, sizeof *v);
    struct mask *m = v ? mask_make(&shadows, radius, blur, n) : NULL;
    if (m) {
        shadow_source(v, n, reach, corner);
        shadow_blur(m, v, reach / 3);
        mask_mirror(m);
    }
    free(v);
    return m;
}

void mask_finish(void)
{
    for (int i = 0; i < SLOTS; i++) {
        mask_free(&corners.slot[i]);
        mask_free(&shadows.slot[i]);
    }
}
