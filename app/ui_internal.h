/* ui_internal.h - what the parts of ui share: the node, what is kept from frame to frame, the
 * steps.
 */
#ifndef APP_UI_INTERNAL_H
#define APP_UI_INTERNAL_H

#include "app/ui.h"
#include "hal/text.h"

enum {
    UI_ID = 64,      /* bytes of a kept id */
    UI_SCROLLS = 32, /* scroll offsets remembered */
    UI_DEPTH = 48,   /* containers open at once */
    UI_SAMPLES = 16, /* moves remembered for the velocity of a finger */
    UI_ASKED = 4     /* ui_pages answers given in one build */
};

enum node_kind {
    NODE_BOX,
    NODE_LABEL,
    NODE_ICON,
    NODE_SPACE,
    NODE_SPRING,
    NODE_RULE,
    NODE_METER,
    NODE_DRAWING,
    NODE_PLOT,
    NODE_QR,
    NODE_PICTURE
};

struct ui_line {
    const char *text; /* NUL-terminated */
    int width;
};

/* One node, in the frame arena. Invariant: a parent stands before its children in ui->nodes, so
 * walking forward is top down (and painting order), walking backward is bottom up. */
struct node {
    enum node_kind kind;
    struct node *parent, *first, *last, *next;
    int children;
    struct ui_box box; /* leaves use id, role, name, w, h */
    /* leaves */
    struct ui_text text;
    struct ui_line *lines;
    int line_count;
    uint32_t icon;
    enum tok color, color2;
    float part;
    const struct ui_plot *plot;
    const struct ui_drawing *drawing;
    const struct qr *qr; /* part: px a module */
    const struct draw_image *image;
    /* layout, window px */
    int min_w, soft_w, pref_w; /* cannot be less, would rather not be less, likes to be */
    int natural_w;             /* labels: on one line */
    int content_h;             /* scroll boxes: all of it; others: what they need */
    int least_h;               /* what it can be squeezed to: scroll boxes give way, texts do not */
    int x, y, w, h;
    struct rect clip;
    /* virtual list */
    bool list;
    int list_count, row_px, row_first, row_index;
    /* state */
    bool absolute; /* the layer of a modal: not in its parent's flow */
    bool dialog, modal, elided, over, has_target;
    int focus;
    struct ui_scroll *scroll;
};

/* Kept by id over frames. off, view, content in px; velocity px/s. */
struct ui_scroll {
    char id[UI_ID];
    float off, velocity;
    int view, content, row_px;
    int lent;      /* to its pager, part of the view again when that goes */
    uint32_t used; /* frame of last use, the oldest is given away */
};

struct ui_asked {
    char id[UI_ID];
    int page, pages;
};

struct ui_sample {
    int y;
    int64_t at_us;
};

struct ui {
    struct arena arena;
    struct draw_list list;
    struct theme theme;
    uint32_t frame;
    char screen[UI_ID];
    /* the tree */
    struct node **nodes;
    int count, cap;
    struct node *root, *open[UI_DEPTH];
    int depth, too_deep;
    struct node *dialog;
    struct event modal_safe;
    struct node **seen; /* nodes of the accessibility view */
    int seen_count;
    int overflows;
    int agains;       /* in a row */
    bool full, again; /* full: the arena gave out, the rest of the frame is missing */
    /* kept */
    struct ui_scroll scrolls[UI_SCROLLS];
    struct ui_asked asked[UI_ASKED];
    int asked_count;
    char focus[UI_ID];   /* "" none */
    bool focus_wish;     /* set while it was built: scrolled to once it is laid out */
    char pressed[UI_ID]; /* "" none */
    bool ring;           /* keypad in use: the ring is shown */
    char field[UI_ID];   /* the field the last typed event went to */
    char modal_id[UI_ID];
    /* finger */
    bool down, dragging;
    char drag[UI_ID]; /* scroll box under the finger */
    int down_x, down_y, drag_y;
    float drag_off;
    struct ui_sample samples[UI_SAMPLES];
    int sample_count;
    int64_t tick_us;
};

/* ui.c */
struct node *ui_add(struct ui *ui, enum node_kind kind);
struct node *ui_find(const struct ui *ui, const char *id);
struct ui_scroll *ui_scroll_of(struct ui *ui, const char *id, bool make);
void ui_keep(char out[UI_ID], const char *id);

/* ui_layout.c */
void ui_layout(struct ui *ui);
struct rect ui_rect(const struct node *n);

/* ui_share.c */
/* One child along the way: `size` is what it wants and then what it gets; weight > 0 takes a share
 * of what is left, not under least nor over most (0 = no limit). */
struct ui_part {
    int size, least, most;
    float weight;
    bool settled;
};
void ui_share_out(struct ui_part *p, int n, int room);

/* ui_list.c */
void ui_list_check(struct ui *ui);
void ui_scroll_set(struct ui_scroll *s, float off);
float ui_scroll_max(const struct ui_scroll *s);
void ui_page_of(const struct ui_scroll *s, int *page, int *pages);
float ui_page_step(const struct ui_scroll *s);

/* ui_paint.c */
void ui_paint(struct ui *ui);
uint32_t ui_color(const struct ui *ui, enum tok t);
enum tok ui_fill_of(const struct ui *ui, const struct node *n);
bool ui_is_pressed(const struct ui *ui, const struct node *n);
void ui_put_text(struct ui *ui, const struct node *n, enum type type, enum tok color, const char *s,
                 int x, int y);

/* ui_plot.c */
void ui_plot_paint(struct ui *ui, const struct node *n);

/* widgets_qr.c */
void ui_picture_paint(struct ui *ui, const struct node *n);
void ui_qr_paint(struct ui *ui, const struct node *n);

/* ui_tree.c */
void ui_tree_make(struct ui *ui);
bool ui_is_target(const struct node *n); /* takes presses or typing, whatever its state */
bool ui_can_press(const struct ui *ui, const struct node *n);
void ui_focus_settle(struct ui *ui);
struct node *ui_focus_nth(const struct ui *ui, int focus);
int ui_focus_count(const struct ui *ui);

#endif
