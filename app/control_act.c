/* control_act.c - the control port acting like a person: finger, keypad, keyboard. */
#include "app/control_call.h"

#if CONTROL

#include "app/control_find.h"
#include "app/ui.h"
#include "hal/base/clock.h"
#include "hal/base/utf8.h"
#include "hal/display.h"

#include <stdio.h>
#include <string.h>

enum { DRAG_MS = 300, DRAG_STEP_US = 8000 };

static void push(enum input_kind kind, int x, int y)
{
    struct input in = { .kind = kind, .x = x, .y = y, .at_us = clock_timer_us() };
    display_push(&in);
}

static void touch(struct call *call, const char *id, int x, int y)
{
    push(INPUT_DOWN, x, y);
    push(INPUT_UP, x, y);
    char copy[128]; /* the tree the id stands in is gone after the tap */
    snprintf(copy, sizeof copy, "%s", id ? id : "");
    call->host->settle();
    control_begin_ok(call->out);
    json_put_str(call->out, "id", copy);
    json_put_int(call->out, "x", x);
    json_put_int(call->out, "y", y);
    control_end_ok(call->out);
}

static bool inside_window(const struct call *call, int64_t x, int64_t y)
{
    const struct theme *t = ui_theme(call->host->ui);
    return x >= 0 && y >= 0 && x < t->w_px && y < t->h_px;
}

static void put_ambiguous(struct json_out *w, const struct ui_view *views,
                          const struct control_hits *hits)
{
    json_open(w, NULL, '{');
    json_put_bool(w, "ok", false);
    json_put_str(w, "error", "ambiguous");
    json_put_str(w, "text", "more than one fits");
    json_open(w, "ids", '[');
    for (int i = 0; i < hits->count; i++) {
        const struct ui_view *v = &views[hits->index[i]];
        json_put_str(w, NULL, v->id ? v->id : "");
    }
    json_close(w, ']');
    json_close(w, '}');
}

static void tap_named(struct call *call, const char *what)
{
    struct ui *ui = call->host->ui;
    int n = ui_view_count(ui);
    struct ui_view *views = arena_array(ui_arena(ui), struct ui_view, n + 1);
    struct control_hits hits;
    if (!views) {
        control_fail(call->out, "io", "the frame's memory is full");
        return;
    }
    for (int i = 0; i < n; i++)
        views[i] = ui_view_at(ui, i);
    switch (control_find(views, n, what, &hits)) {
    case FOUND_ONE: {
        const struct ui_view *v = &views[hits.index[0]];
        touch(call, v->id, v->seen.x + v->seen.w / 2, v->seen.y + v->seen.h / 2);
        break;
    }
    case FOUND_MANY:
        put_ambiguous(call->out, views, &hits);
        break;
    case FOUND_HIDDEN:
        control_fail(call->out, "not_visible", "it is there, but out of sight");
        break;
    case FOUND_DISABLED:
        control_fail(call->out, "disabled", "it cannot be pressed now");
        break;
    case FOUND_NONE:
        control_fail(call->out, "not_found", "nothing has this id or name");
        break;
    }
}

void control_tap(struct call *call)
{
    const struct control_words *a = &call->args;
    int64_t x, y;
    if (a->count == 1) {
        tap_named(call, a->text[0]);
        return;
    }
    if (a->quoted[0] || control_number(a->text[0], &x) != OK ||
        control_number(a->text[1], &y) != OK || !inside_window(call, x, y))
        control_fail(call->out, "bad_argument", "tap \"S\" or tap X Y inside the window");
    else
        touch(call, NULL, (int)x, (int)y);
}

void control_drag(struct call *call)
{
    struct control *c = call->c;
    int64_t v[5] = { 0, 0, 0, 0, DRAG_MS };
    for (int i = 0; i < call->args.count; i++)
        if (control_number(call->args.text[i], &v[i]) != OK)
            v[4] = -1;
    if (v[4] < 0 || v[4] > 60000 || !inside_window(call, v[0], v[1]) ||
        !inside_window(call, v[2], v[3])) {
        control_fail(call->out, "bad_argument", "drag X1 Y1 X2 Y2 [MS] inside the window");
        return;
    }
    c->job = JOB_DRAG;
    c->begin_us = clock_timer_us();
    c->end_us = c->begin_us + v[4] * 1000;
    c->next_us = c->begin_us + DRAG_STEP_US;
    c->from_x = (int)v[0];
    c->from_y = (int)v[1];
    c->to_x = (int)v[2];
    c->to_y = (int)v[3];
    push(INPUT_DOWN, c->from_x, c->from_y);
    call->pending = true;
}

/* The finger goes at an even speed, in real time; true when it has been lifted. */
bool control_drag_on(struct control *c, const struct control_host *host)
{
    int64_t now = clock_timer_us();
    if (now < c->next_us && now < c->end_us)
        return false;
    c->next_us = now + DRAG_STEP_US;
    double part = now >= c->end_us ? 1 : (double)(now - c->begin_us) / (c->end_us - c->begin_us);
    push(INPUT_MOVE, c->from_x + (int)(part * (c->to_x - c->from_x)),
         c->from_y + (int)(part * (c->to_y - c->from_y)));
    if (now < c->end_us)
        return false;
    push(INPUT_UP, c->to_x, c->to_y);
    host->settle();
    return true;
}

static enum input_key key_named(const char *s)
{
    static const struct {
        const char *name;
        enum input_key key;
    } names[] = { { "up", KEY_UP },         { "down", KEY_DOWN }, { "left", KEY_LEFT },
                  { "right", KEY_RIGHT },   { "ok", KEY_OK },     { "back", KEY_BACK },
                  { "home", KEY_HOME },     { "next", KEY_NEXT }, { "prev", KEY_PREV },
                  { "repeat", KEY_REPEAT }, { "x", KEY_X },       { "erase", KEY_ERASE } };
    if (s[0] >= '0' && s[0] <= '9' && !s[1])
        return (enum input_key)(KEY_0 + (s[0] - '0'));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].name, s) == 0)
            return names[i].key;
    return KEY_NONE;
}

void control_key(struct call *call)
{
    struct input in = { .kind = INPUT_KEY,
                        .key = key_named(call->args.text[0]),
                        .at_us = clock_timer_us() };
    if (in.key == KEY_NONE) {
        control_fail(call->out, "bad_argument",
                     "up down left right ok back home next prev repeat 0-9 x");
        return;
    }
    display_push(&in);
    call->host->settle();
    control_ok(call->out);
}

/* A keyboard gives what was typed in pieces too; never half a code point. */
static void type_text(const char *s)
{
    while (*s) {
        struct input in = { .kind = INPUT_TEXT, .at_us = clock_timer_us() };
        const char *end = s;
        for (const char *p = s; *p && utf8_next(&p) && p - s < (long)sizeof in.text;)
            end = p;
        memcpy(in.text, s, (size_t)(end - s));
        display_push(&in);
        s = end;
    }
}

void control_text(struct call *call)
{
    if (!ui_focused_field(call->host->ui)) {
        control_fail(call->out, "not_found", "no field has the focus");
        return;
    }
    type_text(call->args.text[0]);
    call->host->settle();
    control_ok(call->out);
}

#endif
