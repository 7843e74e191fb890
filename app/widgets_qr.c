/* widgets_qr.c - a QR code on the screen, large and plain enough for any phone. */
#include "app/ui_internal.h"
#include "app/widgets.h"
#include "hal/qr.h"

enum { QUIET = 4, LEAST_PX = 3 };
#define LEAST_MM 60.0
#define DP_MM    4.03 /* dp a millimetre (theme.h) */

static const uint32_t white = 0xFFFFFFFF, black = 0xFF000000;

/* Whole pixels: a module of half a pixel is what a camera stumbles over. */
static int module_px(const struct ui *ui, int modules, float module_dp)
{
    int px = ui_px(ui, module_dp), wide = (int)(LEAST_MM * ui->theme.px_per_mm);
    while (px < LEAST_PX || px * modules < wide)
        px++;
    return px;
}

void ui_qr(struct ui *ui, const struct qr *qr, float module_dp, const char *id, const char *name)
{
    int modules = qr->side + 2 * QUIET, px = module_px(ui, modules, module_dp);
    float side = (float)(px * modules * DP_MM / ui->theme.px_per_mm);
    UI(ui, .dir = UI_COL, .id = id, .role = ROLE_IMAGE, .name = name, .w = UI_DP(side),
       .h = UI_DP(side))
    {
        struct node *n = ui_add(ui, NODE_QR);
        if (n) {
            n->qr = qr;
            n->part = (float)px;
            n->box.w = n->box.h = UI_DP(side);
        }
    }
}

static void put(struct ui *ui, const struct node *n, struct rect r, uint32_t color)
{
    const struct draw_cmd c = { .kind = DRAW_RECT, .rect = r, .clip = n->clip, .color = color };
    if (!draw_add(&ui->list, &c))
        ui->full = true;
}

static void put_row(struct ui *ui, const struct node *n, int px, int y)
{
    const struct qr *qr = n->qr;
    const unsigned char *dark = qr->dark + y * qr->side;
    for (int x = 0, end; x < qr->side; x = end + 1) {
        for (end = x; end < qr->side && dark[end] == dark[x]; end++)
            ;
        end--;
        if (dark[x])
            put(ui, n,
                (struct rect){ n->x + (x + QUIET) * px, n->y + (y + QUIET) * px, (end - x + 1) * px,
                               px },
                black);
    }
}

void ui_qr_paint(struct ui *ui, const struct node *n)
{
    int px = (int)n->part, side = px * (n->qr->side + 2 * QUIET);
    put(ui, n, (struct rect){ n->x, n->y, side, side }, white);
    for (int y = 0; y < n->qr->side; y++)
        put_row(ui, n, px, y);
}
