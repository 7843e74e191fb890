/* widgets_picture.c - pixels from elsewhere on the screen: the picture of a camera. */
#include "app/ui_internal.h"
#include "app/widgets.h"

void ui_picture(struct ui *ui, const struct ui_picture *p)
{
    UI(ui, .dir = UI_COL, .id = p->id, .role = ROLE_IMAGE, .name = p->name, .w = UI_DP(p->w),
       .h = UI_DP(p->h))
    {
        struct node *n = ui_add(ui, NODE_PICTURE);
        if (n) {
            n->image = p->image;
            n->box.w = UI_DP(p->w);
            n->box.h = UI_DP(p->h);
        }
    }
}

void ui_picture_paint(struct ui *ui, const struct node *n)
{
    const struct draw_cmd c = { .kind = DRAW_IMAGE,
                                .rect = { n->x, n->y, n->image->w, n->image->h },
                                .clip = n->clip,
                                .image = n->image };
    if (!draw_add(&ui->list, &c))
        ui->full = true;
}
