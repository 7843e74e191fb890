/* ui_kit.c - the stage the tests of the screen share. */
#include "tests/unit/ui_kit.h"

#include "hal/text.h"

#include <stddef.h>
#include <string.h>

static struct ui *ui;
static struct theme theme;
static void (*builder)(struct ui *);

/* The fonts are opened anew each time, since other tests close them. */
__attribute__((destructor)) static void kit_finish(void)
{
    ui_destroy(ui);
    ui = NULL;
    text_finish();
}

struct ui *kit_ui(enum text_size size, bool contrast)
{
    kit_finish();
    enum err e = text_init(&(struct text_fonts){ 0 });
    ui = e == OK ? ui_create() : NULL;
    theme_make(&theme, (struct taste){ size, contrast }, 1080, 1920, 4.03);
    return ui;
}

const struct draw_list *kit_build(void (*build)(struct ui *ui))
{
    const struct draw_list *list = NULL;
    builder = build;
    for (int i = 0; i < 4; i++) {
        ui_begin(ui, &theme, "test");
        build(ui);
        list = ui_end(ui);
        if (!ui_again(ui))
            break;
    }
    return list;
}

struct ui_view kit_view(const char *id)
{
    for (int i = 0; i < ui_view_count(ui); i++) {
        struct ui_view v = ui_view_at(ui, i);
        if (strcmp(v.id, id) == 0)
            return v;
    }
    return (struct ui_view){ 0 };
}

static struct event give(const struct input *in)
{
    bool redraw;
    struct event ev = ui_input(ui, in, &redraw);
    if (redraw)
        kit_build(builder);
    return ev;
}

struct event kit_key(enum input_key key)
{
    return give(&(struct input){ .kind = INPUT_KEY, .key = key });
}

struct event kit_touch(enum input_kind kind, int x, int y, int64_t at_ms)
{
    return give(&(struct input){ .kind = kind, .x = x, .y = y, .at_us = at_ms * 1000 });
}

struct event kit_tap(const char *id)
{
    struct rect r = kit_view(id).seen;
    kit_touch(INPUT_DOWN, r.x + r.w / 2, r.y + r.h / 2, 0);
    return kit_touch(INPUT_UP, r.x + r.w / 2, r.y + r.h / 2, 20);
}

const char *kit_focus(void)
{
    static char id[64];
    id[0] = 0;
    for (int i = 0; i < ui_view_count(ui); i++) {
        struct ui_view v = ui_view_at(ui, i);
        if (v.focused)
            memcpy(id, v.id, strnlen(v.id, sizeof id - 1) + 1);
    }
    return id;
}
