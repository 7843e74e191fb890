/* ui.c - building the tree: frames, containers, leaves, and what is kept from frame to frame. */
#include "app/ui_internal.h"

#include <stdlib.h>
#include <string.h>

enum { FRAME_BLOCK = 512 * 1024, FRAME_CAP = 4 * 1024 * 1024, AGAINS = 4 };

struct ui *ui_create(void)
{
    struct ui *ui = calloc(1, sizeof *ui);
    if (ui)
        arena_init(&ui->arena, FRAME_BLOCK, FRAME_CAP);
    return ui;
}

void ui_destroy(struct ui *ui)
{
    if (!ui)
        return;
    arena_finish(&ui->arena);
    free(ui);
}

struct arena *ui_arena(struct ui *ui)
{
    return &ui->arena;
}

const struct theme *ui_theme(const struct ui *ui)
{
    return &ui->theme;
}

bool ui_again(const struct ui *ui)
{
    return ui->again;
}

void ui_keep(char out[UI_ID], const char *id)
{
    size_t n = id ? strnlen(id, UI_ID - 1) : 0;
    if (n)
        memmove(out, id, n);
    out[n] = 0;
}

struct node *ui_find(const struct ui *ui, const char *id)
{
    if (!id || !*id)
        return NULL;
    for (int i = 0; i < ui->count; i++)
        if (ui->nodes[i]->box.id && strcmp(ui->nodes[i]->box.id, id) == 0)
            return ui->nodes[i];
    return NULL;
}

struct ui_scroll *ui_scroll_of(struct ui *ui, const char *id, bool make)
{
    struct ui_scroll *oldest = &ui->scrolls[0];
    for (int i = 0; i < UI_SCROLLS; i++) {
        struct ui_scroll *s = &ui->scrolls[i];
        if (s->id[0] && strncmp(s->id, id, UI_ID - 1) == 0)
            return s;
        if (s->used < oldest->used)
            oldest = s;
    }
    if (!make)
        return NULL;
    *oldest = (struct ui_scroll){ .used = ui->frame };
    ui_keep(oldest->id, id);
    return oldest;
}

/* --- nodes ------------------------------------------------------------------------------------ */

static bool make_room(struct ui *ui)
{
    if (ui->count < ui->cap)
        return true;
    int cap = ui->cap ? ui->cap * 2 : 512;
    struct node **more = arena_array(&ui->arena, struct node *, cap);
    if (!more)
        return false;
    if (ui->count)
        memcpy(more, ui->nodes, sizeof *more * (size_t)ui->count);
    ui->nodes = more;
    ui->cap = cap;
    return true;
}

static void hang(struct node *parent, struct node *n)
{
    n->parent = parent;
    if (!parent)
        return;
    if (parent->last)
        parent->last->next = n;
    else
        parent->first = n;
    parent->last = n;
    parent->children++;
}

/* NULL when the arena is full: the rest of the frame is missing, the program goes on. */
static struct node *add_under(struct ui *ui, struct node *parent, enum node_kind kind)
{
    struct node *n = make_room(ui) ? arena_new(&ui->arena, struct node) : NULL;
    if (!n) {
        ui->full = true;
        return NULL;
    }
    n->kind = kind;
    n->modal = parent && (parent->modal || parent->absolute);
    hang(parent, n);
    ui->nodes[ui->count++] = n;
    return n;
}

struct node *ui_add(struct ui *ui, enum node_kind kind)
{
    return add_under(ui, ui->depth ? ui->open[ui->depth - 1] : ui->root, kind);
}

/* A target without an id gets one from its place, so that press and focus can find it again. */
static void name_target(struct ui *ui, struct node *n)
{
    if (!n->box.id && (n->box.on.type != EV_NONE || n->box.scroll))
        n->box.id = arena_printf(&ui->arena, "%s.%d", ui->screen, ui->count);
}

static void push(struct ui *ui, struct node *n)
{
    if (!n || ui->depth == UI_DEPTH)
        ui->too_deep++;
    else
        ui->open[ui->depth++] = n;
}

void ui_open(struct ui *ui, const struct ui_box *box)
{
    struct node *n = ui_add(ui, NODE_BOX);
    if (n) {
        n->box = *box;
        name_target(ui, n);
        if (box->scroll && n->box.id)
            n->scroll = ui_scroll_of(ui, n->box.id, true);
    }
    push(ui, n);
}

void ui_close(struct ui *ui)
{
    if (ui->too_deep)
        ui->too_deep--;
    else if (ui->depth)
        ui->depth--;
}

/* --- frame ------------------------------------------------------------------------------------ */

void ui_begin(struct ui *ui, const struct theme *theme, const char *screen)
{
    arena_reset(&ui->arena);
    ui->nodes = ui->seen = NULL;
    ui->count = ui->cap = ui->seen_count = ui->depth = ui->too_deep = ui->asked_count = 0;
    ui->dialog = NULL;
    ui->full = ui->again = false;
    ui->modal_safe = (struct event){ 0 };
    ui->modal_id[0] = 0;
    ui->theme = *theme;
    ui->frame++;
    ui_keep(ui->screen, screen);
    ui->root = NULL;
    ui->root = add_under(ui, NULL, NODE_BOX);
    if (ui->root)
        ui->root->box = (struct ui_box){ .fill = TOK_PAPER, .id = ui->screen, .role = ROLE_SCREEN };
}

/* The answers of ui_pages were given by the last layout; do they still hold in this one? */
static void check_asked(struct ui *ui)
{
    for (int i = 0; i < ui->asked_count; i++) {
        const struct ui_scroll *s = ui_scroll_of(ui, ui->asked[i].id, false);
        int page = 1, pages = 1;
        if (s)
            ui_page_of(s, &page, &pages);
        if (page != ui->asked[i].page || pages != ui->asked[i].pages)
            ui->again = true;
    }
}

const struct draw_list *ui_end(struct ui *ui)
{
    draw_start(&ui->list, &ui->arena);
    if (!ui->root)
        return &ui->list;
    ui_layout(ui);
    ui_list_check(ui);
    check_asked(ui);
    ui_tree_make(ui);
    ui_focus_settle(ui);
    ui->agains = ui->again ? ui->agains + 1 : 0;
    if (ui->agains > AGAINS) /* a layout that never settles may be wrong, but it may not spin */
        ui->again = false;
    ui_paint(ui);
    return &ui->list;
}

/* --- leaves ----------------------------------------------------------------------------------- */

void ui_label(struct ui *ui, const struct ui_text *t)
{
    struct node *n = ui_add(ui, NODE_LABEL);
    if (!n)
        return;
    n->text = *t;
    if (!n->text.text)
        n->text.text = "";
    if (!n->text.color)
        n->text.color = TOK_INK;
    n->box.id = t->id;
    n->box.w = t->w;
    n->box.role = t->heading ? ROLE_HEADING : ROLE_TEXT;
}

void ui_icon(struct ui *ui, uint32_t code_point, float dp, enum tok color)
{
    struct node *n = ui_add(ui, NODE_ICON);
    if (!n)
        return;
    n->icon = code_point;
    n->color = color;
    n->box.w = n->box.h = UI_DP(dp);
}

void ui_space(struct ui *ui, float dp)
{
    struct node *n = ui_add(ui, NODE_SPACE);
    if (!n)
        return;
    bool row = n->parent && n->parent->box.dir == UI_ROW;
    n->box.w = row ? UI_DP(dp) : UI_DP(0);
    n->box.h = row ? UI_DP(0) : UI_DP(dp);
}

void ui_spring(struct ui *ui)
{
    struct node *n = ui_add(ui, NODE_SPRING);
    if (!n)
        return;
    bool row = n->parent && n->parent->box.dir == UI_ROW;
    n->box.w = row ? UI_FILL : UI_DP(0);
    n->box.h = row ? UI_DP(0) : UI_FILL;
}

void ui_rule(struct ui *ui, enum tok color, float dp)
{
    struct node *n = ui_add(ui, NODE_RULE);
    if (!n)
        return;
    bool row = n->parent && n->parent->box.dir == UI_ROW;
    n->color = color;
    n->box.w = row ? UI_DP(dp) : UI_FILL;
    n->box.h = row ? UI_FILL : UI_DP(dp);
}

void ui_meter(struct ui *ui, float part, float h_dp, enum tok full, enum tok empty)
{
    struct node *n = ui_add(ui, NODE_METER);
    if (!n)
        return;
    n->part = part < 0 ? 0 : part > 1 ? 1 : part;
    n->color = full;
    n->color2 = empty;
    n->box.w = UI_FILL;
    n->box.h = UI_DP(h_dp);
}

void ui_drawing(struct ui *ui, const struct ui_drawing *d)
{
    struct node *n = ui_add(ui, NODE_DRAWING);
    struct ui_drawing *copy = n ? arena_new(&ui->arena, struct ui_drawing) : NULL;
    if (!copy)
        return;
    *copy = *d;
    n->drawing = copy;
    n->box.w = UI_DP(d->w);
    n->box.h = UI_DP(d->h);
}

void ui_plot(struct ui *ui, const struct ui_plot *p)
{
    struct node *n = ui_add(ui, NODE_PLOT);
    struct ui_plot *copy = n ? arena_new(&ui->arena, struct ui_plot) : NULL;
    if (!copy)
        return;
    *copy = *p;
    n->plot = copy;
    n->box.id = p->id;
    n->box.name = p->sentence;
    n->box.role = ROLE_PLOT;
    n->box.w = UI_FILL;
    n->box.h = p->h;
    n->box.clip = true;
}

/* --- modal ------------------------------------------------------------------------------------ */

/* Two nodes: a layer over the whole window, and the dialog in it. */
void ui_modal_open(struct ui *ui, const char *id, const char *name, struct event safe)
{
    struct node *layer = add_under(ui, ui->root, NODE_BOX);
    if (layer) {
        bool tall = ui->theme.portrait;
        layer->absolute = true;
        layer->box = (struct ui_box){ .main = tall ? UI_END : UI_CENTER,
                                      .cross = UI_CENTER,
                                      .pad = { 72, 24, 72, tall ? 160 : 24 } };
        ui->modal_safe = safe;
        ui_keep(ui->modal_id, id);
    }
    push(ui, layer);
    float most = (float)ui->theme.w_dp - 144, usual = ui->theme.portrait ? 936 : 1200;
    ui_open(ui, &(struct ui_box){ .id = id,
                                  .name = name,
                                  .role = ROLE_DIALOG,
                                  .w = UI_DP(usual < most ? usual : most),
                                  .pad = UI_PAD(56),
                                  .gap = 24,
                                  .radius = 32,
                                  .fill = TOK_SHEET,
                                  .shadow = true });
    ui->dialog = ui->depth ? ui->open[ui->depth - 1] : NULL;
    if (ui->dialog)
        ui->dialog->dialog = true;
}

void ui_modal_close(struct ui *ui)
{
    ui_close(ui);
    ui_close(ui);
}
