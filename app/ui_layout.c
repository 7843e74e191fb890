/* ui_layout.c - from what each thing wants to where it stands: widths up, down, heights up, places.
 */
#include "app/ui_internal.h"

#include <string.h>

int ui_px(const struct ui *ui, double dp)
{
    return dp > 0 ? theme_px(&ui->theme, dp) : 0;
}

struct rect ui_rect(const struct node *n)
{
    return (struct rect){ n->x, n->y, n->w, n->h };
}

static int max_of(int a, int b)
{
    return a > b ? a : b;
}

static int within(const struct ui *ui, struct ui_len len, int v)
{
    int most = ui_px(ui, len.max);
    if (most && v > most)
        v = most;
    return max_of(v, ui_px(ui, len.min));
}

static int pad_w(const struct ui *ui, const struct node *n)
{
    return ui_px(ui, n->box.pad.l) + ui_px(ui, n->box.pad.r);
}

static int pad_h(const struct ui *ui, const struct node *n)
{
    return ui_px(ui, n->box.pad.t) + ui_px(ui, n->box.pad.b);
}

static int gap_of(const struct ui *ui, const struct node *n)
{
    int gap = ui_px(ui, n->box.gap);
    return n->box.divider && !n->list ? max_of(gap, ui_px(ui, 2)) : gap;
}

static int gaps(const struct ui *ui, const struct node *n, int count)
{
    return count > 1 ? (count - 1) * gap_of(ui, n) : 0;
}

static int in_flow(const struct node *n)
{
    int count = 0;
    for (const struct node *c = n->first; c; c = c->next)
        count += !c->absolute;
    return count;
}

/* --- widths up ----------------------------------------------------------------------------------
 */

static int text_natural(const struct ui *ui, const struct ui_text *t)
{
    int widest = 0;
    int px = ui->theme.type[t->type].px;
    bool bold = ui->theme.type[t->type].bold;
    for (const char *s = t->text; *s;) {
        size_t n = strcspn(s, "\n");
        widest = max_of(widest, text_width_n(s, n, px, bold, t->tabular));
        s += n + (s[n] == '\n');
    }
    return widest;
}

/* Short words such as 高对比 are broken only when nothing else helps. */
enum { SOFT_EM = 5 };

static void label_width(const struct ui *ui, struct node *n)
{
    const struct ui_text *t = &n->text;
    int px = ui->theme.type[t->type].px;
    n->pref_w = n->natural_w = text_natural(ui, t);
    if (t->max_lines == 1)
        n->min_w = n->pref_w < 3 * px ? n->pref_w : 3 * px;
    else if (n->pref_w <= 2 * px)
        n->min_w = n->pref_w;
    else
        n->min_w = text_min_width(t->text, px, ui->theme.type[t->type].bold, t->tabular);
    if (n->min_w > n->pref_w)
        n->min_w = n->pref_w;
    n->soft_w = max_of(n->min_w, n->pref_w < SOFT_EM * px ? n->pref_w : SOFT_EM * px);
}

static void plot_width(const struct ui *ui, struct node *n)
{
    n->min_w = ui_px(ui, 240);
    n->pref_w = ui_px(ui, 480);
}

static void box_width(const struct ui *ui, struct node *n)
{
    int count = 0;
    for (const struct node *c = n->first; c; c = c->next) {
        if (c->absolute)
            continue;
        bool sum = n->box.dir == UI_ROW;
        n->min_w = sum ? n->min_w + c->min_w : max_of(n->min_w, c->min_w);
        n->soft_w = sum ? n->soft_w + c->soft_w : max_of(n->soft_w, c->soft_w);
        n->pref_w = sum ? n->pref_w + c->pref_w : max_of(n->pref_w, c->pref_w);
        count++;
    }
    int extra = pad_w(ui, n);
    if (n->box.dir == UI_ROW)
        extra += gaps(ui, n, count);
    if (n->box.dir == UI_GRID) {
        int cols = max_of(n->box.cols, 1);
        n->min_w *= cols;
        n->soft_w *= cols;
        n->pref_w *= cols;
        extra += gaps(ui, n, cols);
    }
    n->min_w += extra;
    n->soft_w += extra;
    n->pref_w += extra;
}

static void width_up(const struct ui *ui, struct node *n)
{
    if (n->kind == NODE_LABEL)
        label_width(ui, n);
    else if (n->kind == NODE_PLOT)
        plot_width(ui, n);
    else if (n->kind == NODE_BOX)
        box_width(ui, n);
    if (n->box.w.how == UI_FIX && n->box.w.v > 0)
        n->min_w = n->pref_w = ui_px(ui, n->box.w.v);
    n->pref_w = within(ui, n->box.w, n->pref_w);
    n->min_w = n->min_w > n->pref_w ? n->pref_w : max_of(n->min_w, ui_px(ui, n->box.w.min));
    n->soft_w = n->soft_w > n->pref_w ? n->pref_w : max_of(n->soft_w, n->min_w);
}

/* --- widths down --------------------------------------------------------------------------------
 */

static bool soft_fits(const struct node *n, int room)
{
    for (const struct node *c = n->first; c; c = c->next)
        room -= c->soft_w;
    return room >= 0;
}

static void row_widths(struct ui *ui, struct node *n, int inner)
{
    int count = in_flow(n), i = 0;
    bool soft = soft_fits(n, inner - gaps(ui, n, count));
    struct ui_part *p = arena_array(&ui->arena, struct ui_part, count + 1);
    if (!p)
        return;
    for (struct node *c = n->first; c; c = c->next, i++) {
        bool grows = c->box.w.how == UI_GROW;
        p[i] = (struct ui_part){ .size = c->pref_w, .least = soft ? c->soft_w : c->min_w };
        if (grows && c->box.w.v > 0)
            p[i].weight = c->box.w.v, p[i].most = ui_px(ui, c->box.w.max);
    }
    ui_share_out(p, count, inner - gaps(ui, n, count));
    i = 0;
    for (struct node *c = n->first; c; c = c->next, i++)
        c->w = p[i].size;
}

static void column_widths(struct ui *ui, struct node *n, int inner)
{
    bool stretch = n->box.cross == UI_AUTO || n->box.cross == UI_STRETCH;
    for (struct node *c = n->first; c; c = c->next) {
        if (c->absolute) {
            c->w = ui->theme.w_px;
            continue;
        }
        bool wide =
            c->box.w.how == UI_GROW || (stretch && c->box.w.how == UI_FIT && c->kind != NODE_ICON);
        int w = wide ? within(ui, c->box.w, inner) : c->pref_w;
        c->w = w > inner ? inner : w;
    }
}

/* Rather fewer columns than words that stand out of theirs. */
static int columns_that_fit(const struct ui *ui, const struct node *n, int inner)
{
    int cols = max_of(n->box.cols, 1), widest = 0;
    for (const struct node *c = n->first; c; c = c->next)
        widest = max_of(widest, c->min_w);
    while (cols > 1 && (inner - gaps(ui, n, cols)) / cols < widest)
        cols--;
    return cols;
}

static void grid_widths(struct ui *ui, struct node *n, int inner)
{
    int cols = n->box.cols = columns_that_fit(ui, n, inner), i = 0;
    int room = inner - gaps(ui, n, cols);
    for (struct node *c = n->first; c; c = c->next, i++) {
        int col = i % cols;
        c->w = room * (col + 1) / cols - room * col / cols;
    }
}

static void widths_down(struct ui *ui, struct node *n)
{
    int inner = max_of(n->w - pad_w(ui, n), 0);
    if (n->box.dir == UI_ROW)
        row_widths(ui, n, inner);
    else if (n->box.dir == UI_GRID)
        grid_widths(ui, n, inner);
    else
        column_widths(ui, n, inner);
}

/* --- heights up ---------------------------------------------------------------------------------
 */

static const char *elide(struct ui *ui, struct node *n, const struct text_line *line)
{
    int px = ui->theme.type[n->text.type].px;
    bool bold = ui->theme.type[n->text.type].bold;
    const char *s = n->text.text + line->start;
    int room = n->w - text_width("…", px, bold, false);
    size_t len = strcspn(s, "\n");
    while (len > 0 && text_width_n(s, len, px, bold, n->text.tabular) > room) {
        len--;
        while (len > 0 && ((unsigned char)s[len] & 0xC0) == 0x80)
            len--;
    }
    n->elided = true;
    return arena_printf(&ui->arena, "%.*s…", (int)len, s);
}

static void keep_lines(struct ui *ui, struct node *n, const struct text_line *line, int count,
                       int need)
{
    const char *s = n->text.text;
    n->lines = arena_array(&ui->arena, struct ui_line, count + 1);
    if (!n->lines)
        return;
    for (int i = 0; i < count; i++) {
        bool cut = i == count - 1 && need > count;
        size_t start = (size_t)line[i].start, len = (size_t)line[i].len;
        const char *t = cut              ? elide(ui, n, &line[i])
                        : s[start + len] ? arena_strndup(&ui->arena, s + start, len)
                                         : s + start;
        n->lines[i].text = t ? t : "";
        n->lines[i].width = line[i].width;
        if (cut)
            n->lines[i].width = text_width(n->lines[i].text, ui->theme.type[n->text.type].px,
                                           ui->theme.type[n->text.type].bold, n->text.tabular);
    }
    n->line_count = count;
}

/* A last line of one or two hanzi looks lost: narrower lines, as many of them, bring it company. */
static int break_kindly(struct ui *ui, const struct node *n, struct text_line *line, int room)
{
    int px = ui->theme.type[n->text.type].px;
    bool bold = ui->theme.type[n->text.type].bold, tabular = n->text.tabular;
    int need = text_break(n->text.text, px, bold, tabular, n->w, line, room);
    if (need < 2 || need > room || strchr(n->text.text, '\n') || line[need - 1].width > 2 * px)
        return need;
    for (int less = 1; less <= 3 && n->w > 5 * px; less++) {
        int w = n->w - less * px, now = text_break(n->text.text, px, bold, tabular, w, line, room);
        if (now != need)
            break;
        if (line[need - 1].width > 2 * px)
            return need;
    }
    return text_break(n->text.text, px, bold, tabular, n->w, line, room);
}

static void break_label(struct ui *ui, struct node *n)
{
    enum { USUAL = 32 };
    struct text_line usual[USUAL], *line = usual;
    int px = ui->theme.type[n->text.type].px, room = USUAL;
    bool bold = ui->theme.type[n->text.type].bold;
    if (!*n->text.text)
        return;
    if (n->natural_w <= n->w && !strchr(n->text.text, '\n')) {
        usual[0] = (struct text_line){ 0, (int)strlen(n->text.text), n->natural_w };
        keep_lines(ui, n, usual, 1, 1);
        return;
    }
    int need = break_kindly(ui, n, line, room);
    if (need > room && !(n->text.max_lines && n->text.max_lines <= room)) {
        line = arena_array(&ui->arena, struct text_line, need);
        room = line ? need : USUAL;
        line = line ? line : usual;
        need = text_break(n->text.text, px, bold, n->text.tabular, n->w, line, room);
    }
    int count = need;
    if (n->text.max_lines && count > n->text.max_lines)
        count = n->text.max_lines;
    keep_lines(ui, n, line, count > room ? room : count, need);
}

static int grid_height(const struct ui *ui, const struct node *n)
{
    int cols = max_of(n->box.cols, 1), sum = 0, tallest = 0, i = 0, rows = 0;
    for (const struct node *c = n->first; c; c = c->next, i++) {
        if (i % cols == 0) {
            sum += tallest;
            tallest = 0;
            rows++;
        }
        tallest = max_of(tallest, c->content_h);
    }
    return sum + tallest + gaps(ui, n, rows);
}

static int box_height(const struct ui *ui, const struct node *n)
{
    int h = 0, count = 0;
    if (n->list)
        return n->list_count * n->row_px;
    if (n->box.dir == UI_GRID)
        return grid_height(ui, n) + pad_h(ui, n);
    for (const struct node *c = n->first; c; c = c->next) {
        if (c->absolute)
            continue;
        h = n->box.dir == UI_COL ? h + c->content_h : max_of(h, c->content_h);
        count++;
    }
    if (n->box.dir == UI_COL)
        h += gaps(ui, n, count);
    return h + pad_h(ui, n);
}

static int least_height(const struct ui *ui, const struct node *n)
{
    int sum = 0, tallest = 0, count = 0;
    if (n->kind != NODE_BOX || n->box.dir == UI_GRID || (n->box.h.how == UI_FIX && n->box.h.v > 0))
        return n->content_h;
    if (n->scroll) {
        int least = ui_px(ui, n->box.h.min);
        return least < n->content_h ? least : n->content_h;
    }
    for (const struct node *c = n->first; c; c = c->next) {
        if (c->absolute)
            continue;
        sum += c->least_h;
        tallest = max_of(tallest, c->least_h);
        count++;
    }
    int h = n->box.dir == UI_COL ? sum + gaps(ui, n, count) : tallest;
    return within(ui, n->box.h, h + pad_h(ui, n));
}

/* content_h: what it needs when nothing presses it. */
static void height_up(struct ui *ui, struct node *n)
{
    int h = 0;
    if (n->kind == NODE_LABEL) {
        break_label(ui, n);
        h = max_of(n->line_count, 1) * ui->theme.type[n->text.type].line_px;
    } else if (n->kind == NODE_BOX) {
        h = box_height(ui, n);
    } else if (n->kind == NODE_PLOT) {
        h = ui_px(ui, 320);
    }
    if (n->scroll) {
        n->scroll->content = h;
        n->scroll->row_px = n->row_px;
    }
    if (n->box.h.how == UI_FIX && n->box.h.v > 0)
        h = ui_px(ui, n->box.h.v);
    n->content_h = within(ui, n->box.h, h);
    n->least_h = least_height(ui, n);
}

/* --- places -------------------------------------------------------------------------------------
 */

static int along(enum ui_align a, int room, int size)
{
    if (a == UI_CENTER)
        return (room - size) / 2;
    return a == UI_END ? room - size : 0;
}

static void column_heights(struct ui *ui, struct node *n, int inner)
{
    int count = in_flow(n), i = 0;
    struct ui_part *p = arena_array(&ui->arena, struct ui_part, count + 1);
    if (!p)
        return;
    for (struct node *c = n->first; c; c = c->next) {
        if (c->absolute)
            continue;
        p[i] = (struct ui_part){ .size = c->content_h, .least = c->least_h };
        if (c->box.h.how == UI_GROW && c->box.h.v > 0)
            p[i].weight = c->box.h.v, p[i].most = ui_px(ui, c->box.h.max);
        i++;
    }
    if (n->scroll) /* what scrolls has no end to grow into: the room is at least the content */
        inner = max_of(inner, n->scroll->content - pad_h(ui, n));
    ui_share_out(p, count, inner - gaps(ui, n, count));
    i = 0;
    for (struct node *c = n->first; c; c = c->next)
        c->h = c->absolute ? ui->theme.h_px : p[i++].size;
}

static void place_column(struct ui *ui, struct node *n)
{
    int inner = max_of(n->h - pad_h(ui, n), 0), inner_w = max_of(n->w - pad_w(ui, n), 0);
    int count = in_flow(n), gap = gap_of(ui, n), sum = gaps(ui, n, count);
    column_heights(ui, n, inner);
    for (struct node *c = n->first; c; c = c->next)
        sum += c->absolute ? 0 : c->h;
    int spare = max_of(inner - sum, 0);
    int y = n->y + ui_px(ui, n->box.pad.t) + along(n->box.main, spare, 0);
    if (n->box.main == UI_BETWEEN && count > 1)
        gap += spare / (count - 1);
    if (n->scroll)
        y -= (int)n->scroll->off;
    for (struct node *c = n->first; c; c = c->next) {
        c->x =
            c->absolute ? 0 : n->x + ui_px(ui, n->box.pad.l) + along(n->box.cross, inner_w, c->w);
        c->y = c->absolute ? 0 : y;
        y += c->absolute ? 0 : c->h + gap;
    }
}

static void place_list(struct node *n)
{
    for (struct node *c = n->first; c; c = c->next) {
        c->x = n->x;
        c->y = n->y + c->row_index * n->row_px - (n->scroll ? (int)n->scroll->off : 0);
        c->h = n->row_px;
    }
}

static int cross_size(const struct ui *ui, enum ui_align cross, const struct node *c, int inner)
{
    bool tall = c->box.h.how == UI_GROW || (cross == UI_STRETCH && c->box.h.how == UI_FIT);
    if (tall && c->kind != NODE_ICON)
        return within(ui, c->box.h, inner);
    return c->content_h > inner ? max_of(inner, c->least_h) : c->content_h;
}

static void place_row(struct ui *ui, struct node *n)
{
    int inner = max_of(n->h - pad_h(ui, n), 0), inner_w = max_of(n->w - pad_w(ui, n), 0);
    int count = in_flow(n), gap = gap_of(ui, n), sum = gaps(ui, n, count);
    enum ui_align cross = n->box.cross == UI_AUTO ? UI_CENTER : n->box.cross;
    for (struct node *c = n->first; c; c = c->next)
        sum += c->w;
    int spare = max_of(inner_w - sum, 0);
    int x = n->x + ui_px(ui, n->box.pad.l) + along(n->box.main, spare, 0);
    if (n->box.main == UI_BETWEEN && count > 1)
        gap += spare / (count - 1);
    for (struct node *c = n->first; c; c = c->next) {
        c->h = cross_size(ui, cross, c, inner);
        c->x = x;
        c->y = n->y + ui_px(ui, n->box.pad.t) + along(cross, inner, c->h);
        x += c->w + gap;
    }
}

static void place_stack(struct ui *ui, struct node *n)
{
    int inner = max_of(n->h - pad_h(ui, n), 0), inner_w = max_of(n->w - pad_w(ui, n), 0);
    for (struct node *c = n->first; c; c = c->next) {
        c->h = cross_size(ui, n->box.main, c, inner);
        c->x = n->x + ui_px(ui, n->box.pad.l) + along(n->box.cross, inner_w, c->w);
        c->y = n->y + ui_px(ui, n->box.pad.t) + along(n->box.main, inner, c->h);
    }
}

static int grid_row_height(const struct node *first, int cols)
{
    int tallest = 0;
    for (const struct node *c = first; c && cols > 0; c = c->next, cols--)
        tallest = max_of(tallest, c->content_h);
    return tallest;
}

static void place_grid(struct ui *ui, struct node *n)
{
    int cols = max_of(n->box.cols, 1), gap = gap_of(ui, n), i = 0, row_h = 0;
    int rows = (n->children + cols - 1) / cols;
    int spare = max_of(n->h - grid_height(ui, n) - pad_h(ui, n), 0);
    int left = n->x + ui_px(ui, n->box.pad.l), x = left;
    int y = n->y + ui_px(ui, n->box.pad.t);
    for (struct node *c = n->first; c; c = c->next, i++) {
        if (i % cols == 0) {
            y += i ? row_h + gap : 0;
            x = left;
            row_h = grid_row_height(c, cols) + spare / max_of(rows, 1);
        }
        c->x = x;
        c->y = y;
        c->h = row_h;
        x += c->w + gap;
    }
}

static void settle_scroll(struct node *n)
{
    struct ui_scroll *s = n->scroll;
    if (!s)
        return;
    s->view = n->h;
    ui_scroll_set(s, s->off);
}

static void place(struct ui *ui, struct node *n)
{
    settle_scroll(n);
    if (n->list)
        place_list(n);
    else if (n->box.dir == UI_ROW)
        place_row(ui, n);
    else if (n->box.dir == UI_GRID)
        place_grid(ui, n);
    else if (n->box.dir == UI_STACK)
        place_stack(ui, n);
    else
        place_column(ui, n);
}

/* --- what can be seen, what stands out
 * ------------------------------------------------------------ */

static bool stands_out(const struct node *n)
{
    const struct node *p = n->parent;
    if (!p || n->absolute || n->w == 0 || n->h == 0)
        return false;
    bool sides = n->x < p->x || n->x + n->w > p->x + p->w;
    bool ends = n->y < p->y || n->y + n->h > p->y + p->h;
    bool lines = n->kind == NODE_LABEL && n->h < n->content_h;
    return sides || lines || (ends && !p->scroll);
}

static void clip_node(struct ui *ui, struct node *n)
{
    struct rect window = { 0, 0, ui->theme.w_px, ui->theme.h_px };
    const struct node *p = n->parent;
    n->clip = p && !n->absolute ? p->clip : window;
    if (p && (p->scroll || p->box.clip))
        n->clip = rect_clip(n->clip, ui_rect(p));
    n->over = stands_out(n);
    ui->overflows += n->over;
}

void ui_layout(struct ui *ui)
{
    ui->overflows = 0;
    for (int i = ui->count - 1; i >= 0; i--)
        width_up(ui, ui->nodes[i]);
    ui->root->w = ui->theme.w_px;
    for (int i = 0; i < ui->count; i++)
        if (ui->nodes[i]->kind == NODE_BOX)
            widths_down(ui, ui->nodes[i]);
    for (int i = ui->count - 1; i >= 0; i--)
        height_up(ui, ui->nodes[i]);
    ui->root->h = ui->theme.h_px;
    for (int i = 0; i < ui->count; i++) {
        clip_node(ui, ui->nodes[i]);
        if (ui->nodes[i]->kind == NODE_BOX)
            place(ui, ui->nodes[i]);
    }
}
