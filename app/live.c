/* live.c - opens cameras for the screen, turns their frames into pixels, remembers the last ones.
 */
#include "app/live.h"

#include "hal/base/clock.h"
#include "hal/raster_yuv.h"

#include <stdlib.h>
#include <string.h>

enum { KEPT = 16, KEPT_W = 320, KEPT_H = 180, PLANE = KEPT_W * KEPT_H };

/* The last picture of a camera that is not open any more. */
struct kept {
    int64_t camera; /* 0 = free */
    int64_t taken_ms;
    bool full_range, bt709;
    uint8_t y[PLANE], u[PLANE / 4], v[PLANE / 4];
};

struct slot {
    int64_t camera; /* 0 = closed */
    struct draw_image image;
    int room;   /* pixels there is room for */
    uint32_t n; /* of the frame in image; 0 = that of kept */
    bool drawn, pale;
};

struct live {
    struct cameras *cameras;
    struct slot slot[CAMERA_SLOTS];
    struct kept *kept[KEPT]; /* newest first */
    uint32_t stamp;
};

struct live *live_create(struct cameras *cameras)
{
    struct live *l = calloc(1, sizeof *l);
    if (l)
        l->cameras = cameras;
    return l;
}

void live_destroy(struct live *l)
{
    if (!l)
        return;
    live_close(l);
    for (int i = 0; i < KEPT; i++)
        free(l->kept[i]);
    free(l);
}

/* --- the last pictures ------------------------------------------------------------------------ */

static struct kept *find_kept(const struct live *l, int64_t camera)
{
    for (int i = 0; i < KEPT; i++)
        if (l->kept[i] && l->kept[i]->camera == camera)
            return l->kept[i];
    return NULL;
}

/* Its own place, a free one, or that of the picture nobody looked at longest; moved to the front.
 */
static struct kept *place_for(struct live *l, int64_t camera)
{
    int at = 0;
    while (at < KEPT - 1 && l->kept[at] && l->kept[at]->camera != camera)
        at++;
    struct kept *k = l->kept[at] ? l->kept[at] : calloc(1, sizeof *k);
    if (!k)
        return NULL;
    memmove(&l->kept[1], &l->kept[0], sizeof l->kept[0] * (size_t)at);
    l->kept[0] = k;
    k->camera = camera;
    return k;
}

static struct yuv of_frame(const struct camera_frame *f)
{
    return (struct yuv){ f->w, f->h, f->stride_y,   f->stride_uv, f->y,
                         f->u, f->v, f->full_range, f->bt709 };
}

static struct yuv of_kept(const struct kept *k)
{
    return (struct yuv){ KEPT_W, KEPT_H, KEPT_W,        KEPT_W / 2, k->y,
                         k->u,   k->v,   k->full_range, k->bt709 };
}

static int64_t wall_of(int64_t timer_ms)
{
    return clock_wall_ms() - (clock_timer_ms() - timer_ms);
}

static void keep(struct live *l, int slot)
{
    struct camera_frame f;
    camera_look(l->cameras, slot, &f);
    struct kept *k = f.y ? place_for(l, l->slot[slot].camera) : NULL;
    if (!k)
        return;
    struct yuv picture = of_frame(&f);
    yuv_shrink(&picture, k->y, k->u, k->v, KEPT_W, KEPT_H);
    k->full_range = f.full_range;
    k->bt709 = f.bt709;
    k->taken_ms = wall_of(f.at_ms);
}

/* --- opening ------------------------------------------------------------------------------------
 */

/* The words of a list into fixed strings; longer ones are left out. */
static int words(const char *list, char *out, int most, size_t size)
{
    int n = 0;
    while (list && *(list += strspn(list, " ")) && n < most) {
        size_t len = strcspn(list, " ");
        if (len < size) {
            memcpy(out + (size_t)n * size, list, len);
            out[(size_t)n++ * size + len] = '\0';
        }
        list += len;
    }
    return n;
}

static void open_slot(struct live *l, int slot, const struct camera_row *c, enum camera_mode mode)
{
    static struct camera_source s; /* [ui] 8 KB: not on the stack */
    memset(&s, 0, sizeof s);
    s.url_count = words(c->urls, s.url[0], CAMERA_URLS, CAMERA_URL);
    s.host_count = words(c->hosts, s.host[0], CAMERA_HOSTS, CAMERA_HOST);
    s.mode = mode;
    l->slot[slot].camera = c->id;
    l->slot[slot].drawn = false;
    if (l->cameras)
        camera_open(l->cameras, slot, &s);
}

void live_open(struct live *l, int slot, const struct camera_row *c, enum camera_mode mode)
{
    if (slot >= 0 && slot < CAMERA_SLOTS && l->slot[slot].camera != c->id)
        open_slot(l, slot, c, mode);
}

void live_retry(struct live *l, int slot, const struct camera_row *c, enum camera_mode mode)
{
    if (l->cameras && l->slot[slot].camera)
        keep(l, slot);
    open_slot(l, slot, c, mode);
}

void live_close(struct live *l)
{
    for (int i = 0; l && i < CAMERA_SLOTS; i++) {
        struct slot *s = &l->slot[i];
        if (!s->camera)
            continue;
        if (l->cameras) {
            keep(l, i);
            camera_close(l->cameras, i);
        }
        free(s->image.pixels);
        *s = (struct slot){ 0 };
    }
}

/* --- looking ------------------------------------------------------------------------------------
 */

struct live_view live_look(struct live *l, int slot)
{
    struct camera_frame f = { .state = CAMERA_NO_SERVICE };
    struct live_view v = { .state = CAMERA_NO_SERVICE };
    const struct kept *k = find_kept(l, l->slot[slot].camera);
    if (l->cameras)
        camera_look(l->cameras, slot, &f);
    int64_t now = clock_timer_ms();
    v.state = f.state;
    v.why = f.why;
    v.frozen = f.frozen;
    v.has_picture = f.y || k;
    v.taken_ms = f.y ? wall_of(f.at_ms) : k ? k->taken_ms : 0;
    v.now = f.y && f.state == CAMERA_LIVE && !f.frozen && now - f.at_ms < LIVE_FRESH_MS;
    v.retry_s = f.next_try_ms > now ? (int)((f.next_try_ms - now + 999) / 1000) : 0;
    return v;
}

static bool make_room(struct slot *s, int w, int h)
{
    if (w <= 0 || h <= 0 || w > YUV_WIDE || h > YUV_WIDE)
        return false;
    if (s->room < w * h) {
        free(s->image.pixels);
        s->image.pixels = calloc((size_t)w * (size_t)h, sizeof *s->image.pixels);
        s->room = s->image.pixels ? w * h : 0;
    }
    return s->room > 0;
}

const struct draw_image *live_image(struct live *l, int slot, int w_px, int h_px)
{
    struct slot *s = &l->slot[slot];
    struct camera_frame f = { 0 };
    const struct kept *k = find_kept(l, s->camera);
    bool pale = !live_look(l, slot).now;
    if (l->cameras) /* the last look of this slot: the next one may take these planes away */
        camera_look(l->cameras, slot, &f);
    if ((!f.y && !k) || !make_room(s, w_px, h_px))
        return NULL;
    uint32_t n = f.y ? f.n : 0;
    bool same =
        s->drawn && s->n == n && s->pale == pale && s->image.w == w_px && s->image.h == h_px;
    if (same)
        return &s->image;
    struct yuv picture = f.y ? of_frame(&f) : of_kept(k);
    s->image = (struct draw_image){ w_px, h_px, w_px, s->image.pixels, ++l->stamp };
    yuv_paint(&picture, s->image.pixels, w_px, h_px, w_px, pale);
    s->n = n;
    s->pale = pale;
    s->drawn = true;
    return &s->image;
}

int64_t live_due_ms(struct live *l)
{
    int64_t due = 0, now = clock_timer_ms();
    for (int i = 0; l && l->cameras && i < CAMERA_SLOTS; i++) {
        struct camera_frame f;
        if (!l->slot[i].camera)
            continue;
        camera_look(l->cameras, i, &f);
        int64_t at = f.y ? f.at_ms + LIVE_FRESH_MS : 0;
        if (f.next_try_ms > now) /* a second less to wait */
            at = f.next_try_ms - (f.next_try_ms - now - 1) / 1000 * 1000;
        if (at > now && (!due || at < due))
            due = at;
    }
    return due;
}
