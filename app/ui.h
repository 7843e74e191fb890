/* ui.h - the screen as a tree: built anew when something changed, laid out in dp, pressed, spoken.
 */
#ifndef APP_UI_H
#define APP_UI_H

#include "app/event.h"
#include "app/theme.h"
#include "hal/base/arena.h"
#include "hal/display.h"
#include "hal/draw.h"

#include <stdbool.h>
#include <stdint.h>

/* How it works. A build function calls ui_open/ui_close and the leaves below; that makes nodes in
 * the frame arena. ui_end lays them out (widths up, widths down, text broken, heights up, places
 * down), paints them into a display list and keeps the tree for input, focus and the control port.
 * Nothing is kept from frame to frame but, by id: scroll offsets, focus, the pressed node.
 * A node that can be pressed carries the event it sends; screens are functions of the app alone.
 * Everything [ui]. All lengths in dp (theme.h). Strings must live until the next ui_begin: use
 * ui_arena or literals. */
struct ui;

enum ui_dir { UI_COL, UI_ROW, UI_STACK, UI_GRID };
/* AUTO: start along the way, stretched across a column, centred across a row; texts start. */
enum ui_align { UI_AUTO, UI_START, UI_CENTER, UI_END, UI_STRETCH, UI_BETWEEN };
enum ui_role {
    ROLE_NONE,
    ROLE_SCREEN,
    ROLE_HEADING,
    ROLE_TEXT,
    ROLE_BUTTON,
    ROLE_LINK,
    ROLE_FIELD,
    ROLE_CHOICE,
    ROLE_TICK,
    ROLE_LIST,
    ROLE_ROW,
    ROLE_TAB,
    ROLE_DIALOG,
    ROLE_STATUS,
    ROLE_IMAGE,
    ROLE_PLOT
};
/* FIT: as large as the content. GROW: a share (v = weight) of what is left. FIX: v dp. */
enum ui_how { UI_FIT, UI_GROW, UI_FIX };
struct ui_len {
    enum ui_how how;
    float v;
    float min, max; /* dp, 0 = none */
};
#define UI_FILL       ((struct ui_len){ .how = UI_GROW, .v = 1 })
#define UI_SHARE(x)   ((struct ui_len){ .how = UI_GROW, .v = (x) })
#define UI_DP(x)      ((struct ui_len){ .how = UI_FIX, .v = (x) })
#define UI_ATLEAST(x) ((struct ui_len){ .how = UI_FIT, .min = (x) })

struct ui_pad {
    float l, t, r, b;
};
#define UI_PAD(x)     ((struct ui_pad){ (x), (x), (x), (x) })
#define UI_PAD2(h, v) ((struct ui_pad){ (h), (v), (h), (v) })

/* One box. Zero means "nothing special". */
struct ui_box {
    enum ui_dir dir;
    int cols;           /* grid: equal columns, row height = tallest */
    struct ui_len w, h; /* children of a column stretch in width unless told otherwise */
    struct ui_pad pad;
    float gap;
    enum ui_align main, cross; /* along and across dir */
    /* look */
    enum tok fill, border; /* fill of a pressed target becomes `pressed` */
    enum tok pressed;
    float border_dp, radius;
    enum tok band; /* lower edge */
    float band_dp;
    bool shadow;
    bool divider; /* 2 px `line` between the children of a column */
    /* meaning */
    const char *id; /* "prices.row.7"; NULL: not addressable */
    enum ui_role role;
    const char *name, *value; /* spoken; name NULL = texts inside, joined */
    bool main_target;         /* >= 15 mm; state "main" in the tree */
    bool selected, disabled, busy;
    struct event on; /* EV_NONE: not a target */
    bool field;      /* takes typed text: EV_TEXT/EV_ERASE with what = id */
    /* behaviour */
    bool scroll; /* vertical; needs id; the box takes the height it is given */
    bool clip;
};

/* The frame. ui_begin forgets the last tree; ui_end returns the display list to present. */
struct ui *ui_create(void);
void ui_destroy(struct ui *ui);
void ui_begin(struct ui *ui, const struct theme *theme, const char *screen);
const struct draw_list *ui_end(struct ui *ui);
/* After ui_end: something built leaned on a layout not known yet (how many pages, which rows of a
 * list can be seen). Build again before presenting; three builds are always enough. */
bool ui_again(const struct ui *ui);
struct arena *ui_arena(struct ui *ui);
const struct theme *ui_theme(const struct ui *ui);
int ui_px(const struct ui *ui, double dp); /* window px */

/* Containers. for-loop sugar: UI(ui, .dir = UI_ROW, .gap = 12) { … } */
void ui_open(struct ui *ui, const struct ui_box *box);
void ui_close(struct ui *ui);
#define UI_JOIN2(a, b) a##b
#define UI_JOIN(a, b)  UI_JOIN2(a, b)
/* One name a line, so that boxes in boxes do not shadow each other. */
#define UI_ONCE UI_JOIN(ui_once_, __LINE__)
#define UI(ui, ...)                                                                  \
    for (int UI_ONCE = (ui_open((ui), &(struct ui_box){ __VA_ARGS__ }), 1); UI_ONCE; \
         UI_ONCE = 0, ui_close(ui))

/* Leaves. */
struct ui_text {
    const char *text;
    enum type type;
    enum tok color;      /* default TOK_INK */
    enum ui_align align; /* AUTO, START, CENTER, END */
    int max_lines; /* 0 = as many as it needs, 1 = one line with … (only where a tap shows all) */
    bool tabular;
    bool heading;    /* role heading */
    struct ui_len w; /* default: as wide as it is, shrinks to wrap */
    const char *id;
};
void ui_label(struct ui *ui, const struct ui_text *t);
#define ui_say(ui, type_, str) ui_label((ui), &(struct ui_text){ .text = (str), .type = (type_) })
#define ui_say_in(ui, type_, tok_, str) \
    ui_label((ui), &(struct ui_text){ .text = (str), .type = (type_), .color = (tok_) })
void ui_icon(struct ui *ui, uint32_t code_point, float dp, enum tok color);
void ui_space(struct ui *ui, float dp);                /* fixed gap along the parent's direction */
void ui_spring(struct ui *ui);                         /* takes what is left */
void ui_rule(struct ui *ui, enum tok color, float dp); /* a line across */
/* A line with round joins through points given in dp from the corner of a box of w x h. Several in
 * a UI_STACK make a drawing. The points must live until the next ui_begin. */
struct ui_drawing {
    const float (*points)[2];
    int count;
    float w, h;
    float scale; /* of the points, 0 = 1 */
    float width_dp;
    enum tok color;
};
void ui_drawing(struct ui *ui, const struct ui_drawing *d);
/* A bar from 0 to 1 (countdown, days). */
void ui_meter(struct ui *ui, float part, float h_dp, enum tok full, enum tok empty);

/* Line plot: days x values. NaN-free: gaps are said with has = false. */
struct ui_point {
    int x;     /* e.g. day */
    int64_t y; /* e.g. fen */
    bool has;
};
struct ui_plot {
    const struct ui_point *points;
    int count;
    enum tok color;
    struct ui_len h;
    const char *(*y_text)(struct arena *a, int64_t y);
    const char *(*x_text)(struct arena *a, int x);
    const char *max_text, *now_text; /* bold words at the maximum and the last point, NULL = none */
    const char *sentence;            /* the same, spoken */
    const char *id;
};
void ui_plot(struct ui *ui, const struct ui_plot *p);

/* Virtual list: rows of one height; build_row is called for visible rows only, inside a box of its
 * own. Scrolls; EV_PAGE with what = id moves it by pages. */
struct ui_list {
    const char *id;
    int count;
    float row_dp;
    void (*build_row)(struct ui *ui, const void *ctx, int i);
    const void *ctx;
    const char *name;
    bool divider;
};
void ui_list(struct ui *ui, const struct ui_list *l);
/* Where a scrolling node or list stands (by the last layout): page from 1, pages >= 1. */
void ui_pages(const struct ui *ui, const char *id, int *out_page, int *out_pages);
/* The height a pager takes from it: what fits without the pager is one page and needs none. */
void ui_lend(struct ui *ui, const char *id, float dp);

/* Modal layer: between open and close nothing below can be pressed or focused; a flat scrim lies
 * over what was built before. safe = the event of the back key. At most one. */
void ui_modal_open(struct ui *ui, const char *id, const char *name, struct event safe);
void ui_modal_close(struct ui *ui);

/* Input. Returns the event that came of it (EV_NONE: none); *out_redraw when the look changed
 * (press, focus, scroll) and a build must follow. */
struct event ui_input(struct ui *ui, const struct input *in, bool *out_redraw);
/* Kinetic scrolling: true while something moves; call ui_tick, then rebuild. */
bool ui_animating(const struct ui *ui);
void ui_tick(struct ui *ui, int64_t now_us);
/* A new screen: scroll offsets under old ids may go, focus to none. keep = coming back. */
void ui_screen_changed(struct ui *ui, bool keep);
/* NULL: none; e.g. the wrong field. Called while building it takes hold at ui_end, and scrolls
 * there. */
void ui_focus(struct ui *ui, const char *id);
void ui_scroll_page(struct ui *ui, const char *list_id, int pages);

/* The tree, for the control port, checks and speech. Valid until the next ui_begin. Masked values
 * are masked here as on the screen, since this is what is on the screen. */
struct ui_view {
    const char *id, *parent, *name, *value;
    enum ui_role role;
    struct rect rect; /* window px, before clipping */
    struct rect seen; /* the part inside every clip; empty = not visible */
    uint32_t fg, bg;  /* 0xFFRRGGBB */
    int text_px;      /* smallest text of the node, 0 = none */
    int focus;        /* 1, 2, … in order; 0 not focusable */
    bool enabled, focused, selected, main_target, busy, target, under_modal;
    bool elided;   /* some text was cut with … */
    bool overflow; /* it or something in it stands out of its box */
    struct event on;
};
int ui_view_count(const struct ui *ui);
struct ui_view ui_view_at(const struct ui *ui, int i);
/* How many boxes or texts of the last layout stand out of their parent; 0 on a good screen. */
int ui_overflows(const struct ui *ui);
const char *ui_role_name(enum ui_role r);
const char *ui_screen_name(const struct ui *ui);
const char *ui_modal_id(const struct ui *ui);      /* NULL = none */
const char *ui_focused_field(const struct ui *ui); /* NULL = none */

#endif
