/* ui_tree.c - the screen as a list of things with names: for keypad focus, speech and checks. */
#include "app/ui_internal.h"

#include <string.h>

bool ui_is_target(const struct node *n)
{
    return n->kind == NODE_BOX && (n->box.on.type != EV_NONE || n->box.field);
}

bool ui_can_press(const struct ui *ui, const struct node *n)
{
    bool under = ui->dialog && !n->modal;
    return ui_is_target(n) && !n->box.disabled && !under;
}

/* Roles whose name is what stands inside them. */
static bool names_itself(const struct node *n)
{
    if (ui_is_target(n))
        return true;
    switch (n->box.role) {
    case ROLE_NONE:
        return n->box.id && !n->has_target;
    case ROLE_HEADING:
    case ROLE_TEXT:
    case ROLE_ROW:
    case ROLE_STATUS:
    case ROLE_CHOICE:
    case ROLE_TICK:
    case ROLE_TAB:
        return !n->has_target;
    default:
        return false;
    }
}

/* A text inside something that is named by its texts is not a thing of its own. */
static bool covered(const struct node *n)
{
    for (const struct node *p = n->parent; p; p = p->parent)
        if (p->kind == NODE_BOX && names_itself(p))
            return true;
    return false;
}

static bool listed(const struct node *n)
{
    if (n->kind == NODE_LABEL)
        return *n->text.text && !covered(n);
    if (n->kind == NODE_PLOT)
        return true;
    if (n->kind != NODE_BOX || n->absolute)
        return false;
    return n->box.id || n->box.role != ROLE_NONE;
}

static void mark_targets(struct ui *ui)
{
    for (int i = 0; i < ui->count; i++) {
        if (!ui_is_target(ui->nodes[i]))
            continue;
        for (struct node *p = ui->nodes[i]->parent; p && !p->has_target; p = p->parent)
            p->has_target = true;
    }
}

void ui_tree_make(struct ui *ui)
{
    int focus = 0;
    mark_targets(ui);
    ui->seen = arena_array(&ui->arena, struct node *, ui->count + 1);
    for (int i = 0; i < ui->count; i++) {
        struct node *n = ui->nodes[i];
        n->focus = ui_can_press(ui, n) ? ++focus : 0;
        if (!ui->seen || !listed(n))
            continue;
        if (!n->box.id)
            n->box.id = arena_printf(&ui->arena, "%s.t%d", ui->screen, i);
        ui->seen[ui->seen_count++] = n;
    }
}

struct node *ui_focus_nth(const struct ui *ui, int focus)
{
    for (int i = 0; i < ui->count && focus > 0; i++)
        if (ui->nodes[i]->focus == focus)
            return ui->nodes[i];
    return NULL;
}

int ui_focus_count(const struct ui *ui)
{
    int count = 0;
    for (int i = 0; i < ui->count; i++)
        count += ui->nodes[i]->focus > 0;
    return count;
}

int ui_overflows(const struct ui *ui)
{
    return ui->overflows;
}

/* --- one node as others see it
 * ---------------------------------------------------------------------- */

static bool inside(const struct node *n, const struct node *box)
{
    while (n && n != box)
        n = n->parent;
    return n != NULL;
}

static const struct node *next_inside(const struct ui *ui, const struct node *box, int *at)
{
    while (*at < ui->count) {
        const struct node *n = ui->nodes[(*at)++];
        if (n == box || inside(n, box))
            return n;
    }
    return NULL;
}

static int index_of(const struct ui *ui, const struct node *n)
{
    for (int i = 0; i < ui->count; i++)
        if (ui->nodes[i] == n)
            return i;
    return ui->count;
}

static const char *joined(struct ui *ui, const struct node *box)
{
    const char *all = NULL;
    int at = index_of(ui, box);
    for (const struct node *n; (n = next_inside(ui, box, &at));) {
        if (n->kind != NODE_LABEL || !*n->text.text)
            continue;
        all = all ? arena_printf(&ui->arena, "%s %s", all, n->text.text) : n->text.text;
        if (!all)
            break;
    }
    return all ? all : "";
}

static const char *name_of(struct ui *ui, const struct node *n)
{
    if (n->box.name)
        return n->box.name;
    if (n->kind == NODE_LABEL)
        return n->text.text;
    return n->kind == NODE_BOX && names_itself(n) ? joined(ui, n) : "";
}

static uint32_t behind(const struct ui *ui, const struct node *n)
{
    for (; n; n = n->parent) {
        uint32_t c = n->kind == NODE_BOX ? ui_color(ui, ui_fill_of(ui, n)) : 0;
        if (c)
            return c;
        if (n->absolute)
            return ui_color(ui, TOK_SCRIM);
    }
    return ui_color(ui, TOK_PAPER);
}

static int rough_light(uint32_t c)
{
    return (int)(c >> 16 & 255) * 3 + (int)(c >> 8 & 255) * 6 + (int)(c & 255);
}

static int rough_contrast(uint32_t a, uint32_t b)
{
    int d = rough_light(a) - rough_light(b);
    return d < 0 ? -d : d;
}

/* The colours of the worst text inside, and the smallest size: what a check wants to know. */
static void fill_texts(const struct ui *ui, const struct node *box, struct ui_view *v)
{
    int worst = 1 << 30, at = index_of(ui, box);
    v->bg = behind(ui, box);
    v->fg = ui_color(ui, TOK_INK);
    for (const struct node *n; (n = next_inside(ui, box, &at));) {
        v->overflow |= n->over;
        if (n->kind != NODE_LABEL || !*n->text.text)
            continue;
        int px = ui->theme.type[n->text.type].px;
        uint32_t fg = ui_color(ui, n->text.color), bg = behind(ui, n);
        v->elided |= n->elided;
        v->text_px = !v->text_px || px < v->text_px ? px : v->text_px;
        if (rough_contrast(fg, bg) >= worst)
            continue;
        worst = rough_contrast(fg, bg);
        v->fg = fg;
        v->bg = bg;
    }
}

static const char *parent_of(const struct ui *ui, const struct node *n)
{
    for (const struct node *p = n->parent; p; p = p->parent)
        if (p->box.id && !p->absolute)
            return p->box.id;
    return n == ui->root ? "" : ui->screen;
}

static enum ui_role role_of(const struct node *n)
{
    if (n->box.role != ROLE_NONE)
        return n->box.role;
    if (n->box.field)
        return ROLE_FIELD;
    return ui_is_target(n) ? ROLE_BUTTON : ROLE_TEXT;
}

int ui_view_count(const struct ui *ui)
{
    return ui->seen_count;
}

struct ui_view ui_view_at(const struct ui *ui, int i)
{
    const struct node *n = ui->seen[i];
    const struct ui_box *b = &n->box;
    struct ui *words = (struct ui *)ui; /* joined names are made in its frame arena */
    struct ui_view v = { .id = b->id,
                         .parent = parent_of(ui, n),
                         .name = name_of(words, n),
                         .value = b->value ? b->value : "",
                         .role = role_of(n),
                         .rect = ui_rect(n),
                         .seen = rect_clip(ui_rect(n), n->clip),
                         .focus = n->focus,
                         .enabled = !b->disabled,
                         .focused = ui->focus[0] && strncmp(ui->focus, b->id, UI_ID - 1) == 0,
                         .selected = b->selected,
                         .main_target = b->main_target,
                         .busy = b->busy,
                         .target = ui_is_target(n),
                         .under_modal = ui->dialog && !n->modal && n != ui->root,
                         .on = b->on };
    if (n->kind == NODE_PLOT) {
        v.text_px = ui->theme.type[TYPE_CAP].px;
        v.fg = ui_color(ui, TOK_INK2);
        v.bg = behind(ui, n);
    } else {
        fill_texts(ui, n, &v);
    }
    return v;
}

const char *ui_role_name(enum ui_role r)
{
    static const char *const names[] = {
        [ROLE_NONE] = "text",     [ROLE_SCREEN] = "screen", [ROLE_HEADING] = "heading",
        [ROLE_TEXT] = "text",     [ROLE_BUTTON] = "button", [ROLE_LINK] = "link",
        [ROLE_FIELD] = "field",   [ROLE_CHOICE] = "choice", [ROLE_TICK] = "tick",
        [ROLE_LIST] = "list",     [ROLE_ROW] = "row",       [ROLE_TAB] = "tab",
        [ROLE_DIALOG] = "dialog", [ROLE_STATUS] = "status", [ROLE_IMAGE] = "image",
        [ROLE_PLOT] = "plot",
    };
    return names[r];
}

const char *ui_screen_name(const struct ui *ui)
{
    return ui->screen;
}

const char *ui_modal_id(const struct ui *ui)
{
    return ui->modal_id[0] ? ui->modal_id : NULL;
}
