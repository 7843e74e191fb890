/* draw.h - the display list: what is to be seen, as a flat list of simple commands. */
#ifndef HAL_DRAW_H
#define HAL_DRAW_H

#include "hal/base/arena.h"

#include <stdbool.h>
#include <stdint.h>

/* Contract between ui (writes), raster (paints) and display (finds what changed). All lengths are
 * window pixels; colours 0xAARRGGBB, not premultiplied. The list lives in the frame arena, order is
 * painting order. Every command carries the clip it is painted under. Commands hold no pointers but
 * `text` (frame arena) and `image` (owned elsewhere, stamped), so that two lists can be compared by
 * hash. */
struct rect {
    int x, y, w, h;
};

enum draw_kind {
    DRAW_RECT,     /* fill */
    DRAW_RRECT,    /* rounded, radius; optional border (border px, inside), band (lower edge) */
    DRAW_SHADOW,   /* soft shadow cast by rect (the shape itself): radius, blur, dy */
    DRAW_TEXT,     /* one line, baseline left at x,y */
    DRAW_ICON,     /* one glyph of the icon font, centred in the rect */
    DRAW_POLYLINE, /* points, width, round joins; a point is the middle of its pixel */
    DRAW_CIRCLE,   /* centre of rect, radius (0: what fits), filled and/or border */
    DRAW_IMAGE     /* pixels, scaled 1:1 */
};

struct draw_image {
    int w, h, stride; /* stride in pixels */
    uint32_t *pixels; /* 0xAARRGGBB */
    uint32_t stamp;   /* changes with the content */
};

struct draw_cmd {
    enum draw_kind kind;
    struct rect rect; /* the shape; for DRAW_TEXT the line box, the baseline is in base_y */
    struct rect clip;
    uint32_t color;               /* fill; alpha 0 = no fill */
    uint32_t border_color;        /* border or band */
    int16_t radius, border, band; /* band: px of border_color at the foot, inside the shape */
    int16_t blur, dy;
    int16_t px; /* type size of text and icon, em in px */
    bool bold;
    bool tabular; /* digits all as wide as 0 */
    int base_y;
    uint32_t icon; /* code point in the icon font */
    const char *text;
    const struct rect *points; /* polyline: x,y of each; w,h unused */
    int point_count;
    int16_t width;
    const struct draw_image *image;
};

struct draw_list {
    struct arena *arena; /* frame arena */
    struct draw_cmd *cmd;
    int count, cap;
};

void draw_start(struct draw_list *list, struct arena *arena);
/* Appends a copy; commands that touch nothing inside their clip are dropped. False: the arena is
 * full. */
bool draw_add(struct draw_list *list, const struct draw_cmd *cmd);

/* Every pixel the command can touch, clip left out: a shadow reaches further than its shape, text
 * may hang a little over its line box. Nothing is painted outside it. A shadow leaves out the
 * inside of its shape, which whoever casts it covers. */
struct rect draw_extent(const struct draw_cmd *cmd);
/* How far a shadow of this blur is seen beyond the shape, px. */
int draw_shadow_reach(int blur);

struct rect rect_clip(struct rect a, struct rect b); /* w,h 0 when they do not meet */
struct rect rect_join(struct rect a, struct rect b); /* smallest around both; empty ones ignored */
bool rect_empty(struct rect r);
bool rect_has(struct rect r, int x, int y);
bool rect_within(struct rect inner, struct rect outer);
struct rect rect_grow(struct rect r, int by);
/* What is left of r without hole, as 0..4 rects that do not overlap. */
int rect_around(struct rect r, struct rect hole, struct rect out[4]);

#endif
