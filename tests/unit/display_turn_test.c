/* display_turn_test.c - a panel that hangs on its side: what it shows, where it is touched. */
#include "hal/display.h"

#include "tests/test.h"

#include <stdlib.h>

#include <SDL.h>

enum { W = 640, H = 480 };
static struct arena arena;
static struct draw_list list;

static void page(int mark_x)
{
    const struct rect all = { 0, 0, W, W };
    arena_finish(&arena);
    arena_init(&arena, 1 << 16, 4 << 20);
    draw_start(&list, &arena);
    CHECK(draw_add(&list, &(struct draw_cmd){
                              .kind = DRAW_RECT, .rect = all, .clip = all, .color = 0xFFF8F5EE }));
    CHECK(draw_add(&list, &(struct draw_cmd){ .kind = DRAW_RECT,
                                              .rect = { mark_x, 70, 20, 20 },
                                              .clip = all,
                                              .color = 0xFFFF0000 }));
    CHECK_ERR(display_present(&list, NULL), OK);
}

static void finger(uint32_t type, float x, float y)
{
    SDL_Event e = { .tfinger = { .type = type, .touchId = 7, .fingerId = 1, .x = x, .y = y } };
    SDL_PushEvent(&e);
}

/* Where the mark is on the panel: its middle. */
static bool mark_on_glass(int *out_x, int *out_y)
{
    struct raster_target g = display_window();
    int n = 0;
    int64_t sum_x = 0, sum_y = 0;
    for (int y = 0; y < g.h; y++)
        for (int x = 0; x < g.w; x++)
            if ((g.pixels[y * g.stride + x] & 0xFFFFFF) == 0xFF0000) {
                sum_x += x;
                sum_y += y;
                n++;
            }
    *out_x = n ? (int)(sum_x / n) : -1;
    *out_y = n ? (int)(sum_y / n) : -1;
    return n == 20 * 20 && g.w == W && g.h == H;
}

TEST(a_panel_that_hangs_otherwise_is_seen_and_touched_as_it_hangs)
{
    static const int middle[4][2] = {
        { 19, 79 }, { 79, H - 20 }, { W - 20, H - 80 }, { W - 80, 19 }
    };
    struct input in[4], size[4];
    int at[4][2], w[4], h[4];
    bool whole[4];
    setenv("SDL_VIDEODRIVER", "dummy", 1);
    CHECK_ERR(display_init(&(struct display_config){ W, H, 0, "test" }), OK);
    for (int i = 0; i < 4; i++) {
        while (display_wait(0).kind != INPUT_NONE)
            ;
        display_turn(i + 4);
        size[i] = display_wait(0);
        display_size(&w[i], &h[i]);
        page(400);
        page(10); /* a part only is shown anew */
        whole[i] = mark_on_glass(&at[i][0], &at[i][1]);
        finger(SDL_FINGERDOWN, ((float)at[i][0] + 0.5f) / W, ((float)at[i][1] + 0.5f) / H);
        in[i] = display_wait(0);
        finger(SDL_FINGERUP, 0, 0);
    }
    arena_finish(&arena);
    display_finish();
    for (int i = 0; i < 4; i++) {
        CHECK_EQ(size[i].kind, INPUT_RESIZE);
        CHECK(w[i] == (i % 2 ? H : W) && h[i] == (i % 2 ? W : H));
        CHECK(whole[i]);
        CHECK(abs(at[i][0] - middle[i][0]) <= 1 && abs(at[i][1] - middle[i][1]) <= 1);
        CHECK(in[i].kind == INPUT_DOWN && abs(in[i].x - 19) <= 1 && abs(in[i].y - 79) <= 1);
    }
}
