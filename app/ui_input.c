/* ui_input.c - fingers and keys: press, slide off, drag, fly, the keypad's focus and typing. */
#include "app/ui_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct event nothing = { .type = EV_NONE };

enum { SLOP_DP = 12, STOP_PX_S = 20, LOOK_BACK_US = 100000 };
static const double fade_s = 0.325;

/* --- finding -------------------------------------------------------------------------------------
 */

static bool under(const struct node *n, int x, int y)
{
    return rect_has(rect_clip(ui_rect(n), n->clip), x, y);
}

/* The last one built lies on top. */
static struct node *target_at(const struct ui *ui, int x, int y)
{
    for (int i = ui->count - 1; i >= 0; i--)
        if (ui_can_press(ui, ui->nodes[i]) && under(ui->nodes[i], x, y))
            return ui->nodes[i];
    return NULL;
}

static struct node *scroll_at(const struct ui *ui, int x, int y)
{
    for (int i = ui->count - 1; i >= 0; i--) {
        struct node *n = ui->nodes[i];
        if (n->scroll && under(n, x, y) && !(ui->dialog && !n->modal))
            return n;
    }
    return NULL;
}

static struct node *focused(const struct ui *ui)
{
    struct node *n = ui_find(ui, ui->focus);
    return n && n->focus ? n : NULL;
}

/* A pad on the screen types into its field wherever the focus is. */
static const struct node *pad_field(const struct ui *ui)
{
    for (int i = 0; i < ui->count; i++) {
        const struct node *n = ui->nodes[i];
        if (!n->focus || (n->box.on.type != EV_TEXT && n->box.on.type != EV_ERASE))
            continue;
        const struct node *f = ui_find(ui, n->box.on.what);
        if (f && f->box.field)
            return f;
    }
    return NULL;
}

const char *ui_focused_field(const struct ui *ui)
{
    const struct node *n = focused(ui);
    if (!n || !n->box.field)
        n = pad_field(ui);
    return n ? n->box.id : NULL;
}

/* --- doing
 * ---------------------------------------------------------------------------------------- */

static struct event typed(struct ui *ui, enum ev type, const char *text)
{
    struct event ev = { .type = type, .what = ui->field };
    ui_keep(ui->field, ui_focused_field(ui));
    size_t n = text ? strnlen(text, sizeof ev.s - 1) : 0;
    if (n)
        memcpy(ev.s, text, n);
    return ui->field[0] ? ev : nothing;
}

static struct event press(struct ui *ui, const struct node *n)
{
    if (n->box.busy || n->box.disabled)
        return nothing;
    if (n->box.field)
        ui_keep(ui->focus, n->box.id);
    if (n->box.on.type != EV_PAGE)
        return n->box.on;
    ui_scroll_page(ui, n->box.on.what, (int)n->box.on.n);
    return nothing;
}

static void scroll_into_view(struct ui *ui, const struct node *n)
{
    for (const struct node *p = n->parent; p; p = p->parent) {
        if (!p->scroll)
            continue;
        int room = p->list ? 0 : ui_px(ui, 12);
        int above = p->y - (n->y - room), below = n->y + n->h + room - (p->y + p->h);
        if (above > 0)
            ui_scroll_set(p->scroll, p->scroll->off - (float)above);
        else if (below > 0)
            ui_scroll_set(p->scroll, p->scroll->off + (float)below);
        p->scroll->velocity = 0;
    }
}

static void focus_on(struct ui *ui, const struct node *n)
{
    if (!n)
        return;
    ui_keep(ui->focus, n->box.id);
    scroll_into_view(ui, n);
}

void ui_focus(struct ui *ui, const char *id)
{
    ui_keep(ui->focus, id);
    const struct node *n = focused(ui);
    if (n)
        scroll_into_view(ui, n);
    ui->focus_wish = !n && id;
}

/* What was focused while it was being built has its place only now. */
void ui_focus_settle(struct ui *ui)
{
    const struct node *n = ui->focus_wish ? focused(ui) : NULL;
    ui->focus_wish = false;
    if (!n)
        return;
    scroll_into_view(ui, n);
    ui->again = true;
}

void ui_screen_changed(struct ui *ui, bool keep)
{
    ui->focus[0] = ui->pressed[0] = 0;
    ui->down = ui->dragging = false;
    for (int i = 0; i < UI_SCROLLS; i++) {
        ui->scrolls[i].velocity = 0;
        if (!keep)
            ui->scrolls[i].off = 0;
    }
}

/* --- flying
 * --------------------------------------------------------------------------------------- */

static bool flying(const struct ui *ui)
{
    for (int i = 0; i < UI_SCROLLS; i++)
        if (fabsf(ui->scrolls[i].velocity) > 0)
            return true;
    return false;
}

/* A frame that must be built again counts too, so that nobody presents a half known one for long.
 */
bool ui_animating(const struct ui *ui)
{
    return ui->again || flying(ui);
}

static void fly(struct ui_scroll *s, double dt)
{
    float before = s->off;
    ui_scroll_set(s, s->off + s->velocity * (float)dt);
    bool at_end = fabsf(s->off - before) < 1e-4f && dt > 0;
    s->velocity *= (float)exp(-dt / fade_s);
    if (at_end || fabsf(s->velocity) < STOP_PX_S)
        s->velocity = 0;
}

void ui_tick(struct ui *ui, int64_t now_us)
{
    double dt = (double)(now_us - ui->tick_us) / 1e6;
    ui->tick_us = now_us;
    if (dt <= 0)
        return;
    dt = dt > 0.1 ? 0.1 : dt; /* after a stall the list goes on, it does not jump */
    for (int i = 0; i < UI_SCROLLS; i++)
        if (fabsf(ui->scrolls[i].velocity) > 0)
            fly(&ui->scrolls[i], dt);
}

static bool stop_flying(struct ui *ui)
{
    bool any = flying(ui);
    for (int i = 0; i < UI_SCROLLS; i++)
        ui->scrolls[i].velocity = 0;
    return any;
}

/* --- the finger
 * ------------------------------------------------------------------------------------ */

static void sample(struct ui *ui, const struct input *in)
{
    if (ui->sample_count == UI_SAMPLES) {
        memmove(ui->samples, ui->samples + 1, sizeof ui->samples[0] * (UI_SAMPLES - 1));
        ui->sample_count--;
    }
    ui->samples[ui->sample_count++] = (struct ui_sample){ in->y, in->at_us };
}

/* Slope of y over time by least squares, of the samples not older than 100 ms; px/s. */
static float finger_velocity(const struct ui *ui, int64_t now_us)
{
    double st = 0, sy = 0, stt = 0, sty = 0;
    int n = 0;
    for (int i = 0; i < ui->sample_count; i++) {
        if (now_us - ui->samples[i].at_us > LOOK_BACK_US)
            continue;
        double t = (double)(ui->samples[i].at_us - now_us) / 1e6, y = ui->samples[i].y;
        st += t, sy += y, stt += t * t, sty += t * y;
        n++;
    }
    double d = n * stt - st * st;
    return n < 2 || d < 1e-9 ? 0 : (float)((n * sty - st * sy) / d);
}

static struct event finger_down(struct ui *ui, const struct input *in, bool *redraw)
{
    const struct node *box = scroll_at(ui, in->x, in->y);
    ui->sample_count = 0;
    sample(ui, in);
    ui->down = true;
    ui->dragging = false;
    ui->down_x = in->x;
    ui->down_y = in->y;
    ui_keep(ui->drag, box ? box->box.id : NULL);
    *redraw |= ui->ring;
    ui->ring = false;
    if (stop_flying(ui)) /* a finger on a flying list only stops it */
        return nothing;
    const struct node *n = target_at(ui, in->x, in->y);
    if (n) {
        ui_keep(ui->pressed, n->box.id);
        *redraw = true;
    }
    return nothing;
}

static void let_go(struct ui *ui, bool *redraw)
{
    *redraw |= ui->pressed[0] != 0;
    ui->pressed[0] = 0;
}

static void drag_to(struct ui *ui, int y, bool *redraw)
{
    struct ui_scroll *s = ui_scroll_of(ui, ui->drag, false);
    if (!s)
        return;
    float before = s->off;
    ui_scroll_set(s, ui->drag_off - (float)(y - ui->drag_y));
    *redraw |= fabsf(before - s->off) > 0;
}

static struct event finger_move(struct ui *ui, const struct input *in, bool *redraw)
{
    if (!ui->down)
        return nothing;
    sample(ui, in);
    int dx = abs(in->x - ui->down_x), dy = abs(in->y - ui->down_y);
    if (!ui->dragging && ui->drag[0] && dy > ui_px(ui, SLOP_DP) && dy >= dx) {
        const struct ui_scroll *s = ui_scroll_of(ui, ui->drag, false);
        ui->dragging = true;
        ui->drag_y = in->y;
        ui->drag_off = s ? s->off : 0;
        let_go(ui, redraw);
    }
    if (ui->dragging) {
        drag_to(ui, in->y, redraw);
        return nothing;
    }
    const struct node *n = ui_find(ui, ui->pressed);
    if (ui->pressed[0] && (!n || !under(n, in->x, in->y)))
        let_go(ui, redraw);
    return nothing;
}

static struct event finger_up(struct ui *ui, const struct input *in, bool *redraw)
{
    if (!ui->down)
        return nothing;
    ui->down = false;
    if (ui->dragging) {
        struct ui_scroll *s = ui_scroll_of(ui, ui->drag, false);
        float v = -finger_velocity(ui, in->at_us);
        ui->dragging = false;
        ui->tick_us = in->at_us;
        if (s && fabsf(v) >= STOP_PX_S && ui_scroll_max(s) > 0)
            s->velocity = v;
        return nothing;
    }
    const struct node *n = ui_find(ui, ui->pressed);
    let_go(ui, redraw);
    if (!n || !ui_can_press(ui, n) || !under(n, in->x, in->y))
        return nothing;
    return press(ui, n);
}

/* --- the keypad
 * ------------------------------------------------------------------------------------ */

static void step(struct ui *ui, int by)
{
    const struct node *n = focused(ui);
    int count = ui_focus_count(ui), at = n ? n->focus + by : by > 0 ? 1 : count;
    if (at < 1)
        at = count;
    if (at > count)
        at = 1;
    focus_on(ui, ui_focus_nth(ui, at));
}

/* How far c is from n in a direction, -1 when it is not in the cone. wide: the second try. */
static double away(const struct node *n, const struct node *c, int dx, int dy, bool wide)
{
    double x = (c->x + c->w / 2.0) - (n->x + n->w / 2.0);
    double y = (c->y + c->h / 2.0) - (n->y + n->h / 2.0);
    double ahead = x * dx + y * dy, aside = fabs(dx ? y : x);
    bool beside =
        dx ? c->y < n->y + n->h && n->y < c->y + c->h : c->x < n->x + n->w && n->x < c->x + c->w;
    if (ahead < 2 || (!beside && aside > ahead * (wide ? 4 : 1)))
        return -1;
    return ahead + (beside ? aside * 0.3 : aside * 2);
}

static const struct node *nearest(const struct ui *ui, const struct node *n, int dx, int dy,
                                  bool wide)
{
    const struct node *best = NULL;
    double least = 0;
    for (int i = 0; i < ui->count; i++) {
        const struct node *c = ui->nodes[i];
        double d = c->focus && c != n ? away(n, c, dx, dy, wide) : -1;
        if (d >= 0 && (!best || d < least)) {
            best = c;
            least = d;
        }
    }
    return best;
}

static void arrow(struct ui *ui, int dx, int dy)
{
    const struct node *n = focused(ui), *to;
    if (!n) {
        step(ui, dx + dy > 0 ? 1 : -1);
        return;
    }
    to = nearest(ui, n, dx, dy, false);
    focus_on(ui, to ? to : nearest(ui, n, dx, dy, true));
}

static bool counts_as_choice(const struct node *n)
{
    struct rect r = rect_clip(ui_rect(n), n->clip);
    bool whole = r.h * 2 > n->h;
    return n->focus && whole && (n->box.main_target || n->box.role == ROLE_ROW) &&
           n->box.role != ROLE_FIELD;
}

/* Rows first: on a page with a list the digits are its rows, else the main targets. */
static const struct node *choice(const struct ui *ui, int number)
{
    bool rows = false;
    for (int i = 0; i < ui->count; i++)
        rows |= ui->nodes[i]->box.role == ROLE_ROW && counts_as_choice(ui->nodes[i]);
    for (int i = 0; i < ui->count; i++) {
        const struct node *n = ui->nodes[i];
        if (counts_as_choice(n) && (!rows || n->box.role == ROLE_ROW) && --number == 0)
            return n;
    }
    return NULL;
}

static struct event digit(struct ui *ui, int d)
{
    char s[2] = { (char)('0' + d), 0 };
    if (ui_focused_field(ui))
        return typed(ui, EV_TEXT, s);
    const struct node *n = d > 0 ? choice(ui, d) : NULL;
    if (!n)
        return nothing;
    focus_on(ui, n);
    return press(ui, n);
}

static struct event back(const struct ui *ui)
{
    if (ui->dialog)
        return ui->modal_safe;
    return (struct event){ .type = EV_BACK };
}

static struct event act_key(struct ui *ui, enum input_key key)
{
    const struct node *n = focused(ui);
    if (key >= KEY_0 && key <= KEY_9)
        return digit(ui, key - KEY_0);
    switch (key) {
    case KEY_OK:
        return n ? press(ui, n) : nothing;
    case KEY_BACK:
        return back(ui);
    case KEY_HOME:
        return (struct event){ .type = EV_HOME };
    case KEY_ERASE:
        return typed(ui, EV_ERASE, NULL);
    case KEY_X:
        return typed(ui, EV_TEXT, "x");
    default:
        return nothing;
    }
}

static bool move_key(struct ui *ui, enum input_key key)
{
    switch (key) {
    case KEY_NEXT:
        step(ui, 1);
        return true;
    case KEY_PREV:
        step(ui, -1);
        return true;
    case KEY_UP:
        arrow(ui, 0, -1);
        return true;
    case KEY_DOWN:
        arrow(ui, 0, 1);
        return true;
    case KEY_LEFT:
        arrow(ui, -1, 0);
        return true;
    case KEY_RIGHT:
        arrow(ui, 1, 0);
        return true;
    default:
        return false;
    }
}

struct event ui_input(struct ui *ui, const struct input *in, bool *out_redraw)
{
    struct event ev = nothing;
    *out_redraw = false;
    switch (in->kind) {
    case INPUT_DOWN:
        return finger_down(ui, in, out_redraw);
    case INPUT_MOVE:
        return finger_move(ui, in, out_redraw);
    case INPUT_UP:
        ev = finger_up(ui, in, out_redraw);
        break;
    case INPUT_CANCEL:
        ui->down = ui->dragging = false;
        let_go(ui, out_redraw);
        break;
    case INPUT_KEY:
        ui->ring = true;
        *out_redraw = true;
        stop_flying(ui);
        return move_key(ui, in->key) ? nothing : act_key(ui, in->key);
    case INPUT_TEXT:
        ev = typed(ui, EV_TEXT, in->text);
        break;
    default:
        break;
    }
    return ev;
}
