/* ui_list.c - lists that build only the rows that can be seen, and everything about scrolling by
 * pages.
 */
#include "app/ui_internal.h"

#include <math.h>

float ui_scroll_max(const struct ui_scroll *s)
{
    return s->content > s->view ? (float)(s->content - s->view) : 0;
}

void ui_scroll_set(struct ui_scroll *s, float off)
{
    float most = ui_scroll_max(s);
    s->off = off < 0 ? 0 : off > most ? most : off;
}

/* A page of a list is as many whole rows as fit, so that no row is ever cut by paging. */
float ui_page_step(const struct ui_scroll *s)
{
    if (s->row_px > 0 && s->view >= s->row_px)
        return (float)(s->view / s->row_px * s->row_px);
    return (float)s->view * 0.85f;
}

void ui_page_of(const struct ui_scroll *s, int *page, int *pages)
{
    float step = ui_page_step(s), most = ui_scroll_max(s);
    *page = *pages = 1;
    if (step < 1 || most < 1 || s->content <= s->view + s->lent)
        return;
    *pages = 1 + (int)ceilf(most / step);
    *page = s->off >= most - 1 ? *pages : 1 + (int)((s->off + 1) / step);
    if (*page > *pages)
        *page = *pages;
}

void ui_pages(const struct ui *ui, const char *id, int *out_page, int *out_pages)
{
    struct ui *kept = (struct ui *)ui; /* only the note that somebody asked is written */
    struct ui_scroll *s = ui_scroll_of(kept, id, false);
    *out_page = *out_pages = 1;
    if (s)
        ui_page_of(s, out_page, out_pages);
    if (kept->asked_count == UI_ASKED)
        return;
    struct ui_asked *a = &kept->asked[kept->asked_count++];
    ui_keep(a->id, id);
    a->page = *out_page;
    a->pages = *out_pages;
}

void ui_lend(struct ui *ui, const char *id, float dp)
{
    struct ui_scroll *s = ui_scroll_of(ui, id, false);
    if (s)
        s->lent = ui_px(ui, dp);
}

void ui_scroll_page(struct ui *ui, const char *list_id, int pages)
{
    struct ui_scroll *s = ui_scroll_of(ui, list_id, false);
    if (!s)
        return;
    int page, all;
    ui_page_of(s, &page, &all);
    s->velocity = 0;
    int to = page + pages;
    to = to < 1 ? 1 : to > all ? all : to;
    ui_scroll_set(s, (float)(to - 1) * ui_page_step(s));
}

/* --- the list itself ----------------------------------------------------------------------------
 */

struct span {
    int first, end;
};

/* The rows under the view and one on each side, so that `next` always finds its neighbour. */
static struct span rows_seen(const struct ui_scroll *s, int row_px, int count, int view)
{
    if (row_px < 1)
        return (struct span){ 0, 0 };
    struct span r = { (int)(s->off / (float)row_px) - 1,
                      (int)((s->off + (float)view) / (float)row_px) + 2 };
    r.first = r.first < 0 ? 0 : r.first;
    r.end = r.end > count ? count : r.end;
    return r;
}

static void build_rows(struct ui *ui, const struct ui_list *l, struct node *list, struct span rows)
{
    for (int i = rows.first; i < rows.end; i++) {
        ui_open(ui, &(struct ui_box){ .w = UI_FILL, .h = UI_DP(l->row_dp) });
        struct node *row = ui->depth ? ui->open[ui->depth - 1] : NULL;
        if (row && row->parent == list)
            row->row_index = i;
        l->build_row(ui, l->ctx, i);
        ui_close(ui);
    }
}

void ui_list(struct ui *ui, const struct ui_list *l)
{
    ui_open(ui, &(struct ui_box){ .id = l->id,
                                  .role = ROLE_LIST,
                                  .name = l->name,
                                  .scroll = true,
                                  .divider = l->divider,
                                  .w = UI_FILL,
                                  .h = UI_FILL });
    struct node *n = ui->depth ? ui->open[ui->depth - 1] : NULL;
    if (n && n->scroll) {
        n->list = true;
        n->list_count = l->count;
        n->row_px = ui_px(ui, l->row_dp);
        struct ui_scroll *s = n->scroll;
        int view = s->view ? s->view : ui->theme.h_px;
        s->content = l->count * n->row_px;
        if (s->view)
            ui_scroll_set(s, s->off);
        struct span rows = rows_seen(s, n->row_px, l->count, view);
        n->row_first = rows.first;
        build_rows(ui, l, n, rows);
    }
    ui_close(ui);
}

static void check_list(struct ui *ui, const struct node *n)
{
    int last = n->row_first + n->children;
    struct span need = rows_seen(n->scroll, n->row_px, n->list_count, n->h);
    if (need.first < n->row_first - 1 || need.end > last + 1)
        ui->again = true;
}

/* A list that turned out taller, or scrolled elsewhere, than it was built for is built again. */
void ui_list_check(struct ui *ui)
{
    for (int i = 0; i < ui->count; i++)
        if (ui->nodes[i]->list && ui->nodes[i]->scroll)
            check_list(ui, ui->nodes[i]);
}
