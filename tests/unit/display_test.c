/* display_test.c - what is shown, what is left alone, and what comes in; without a screen. */
#include "hal/display.h"

#include "hal/base/utf8.h"
#include "hal/png.h"
#include "hal/text.h"
#include "tests/test.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <SDL.h>

enum { W = 640, H = 480 };
static const struct rect ALL = { 0, 0, W, H };
static struct arena arena;
static struct draw_list list;

static bool open_display(void)
{
    setenv("SDL_VIDEODRIVER", "dummy", 1);
    return display_init(&(struct display_config){ W, H, 0, "test" }) == OK;
}

static void begin(void)
{
    arena_finish(&arena);
    arena_init(&arena, 1 << 16, 4 << 20);
    draw_start(&list, &arena);
}

static void add(struct draw_cmd cmd)
{
    if (cmd.clip.w == 0)
        cmd.clip = ALL;
    if (!draw_add(&list, &cmd))
        test_fail(__FILE__, __LINE__, "the list is full");
}

static struct display_damage shown(void)
{
    struct display_damage d = { 0 };
    if (display_present(&list, &d) != OK)
        test_fail(__FILE__, __LINE__, "not presented");
    return d;
}

static void close_display(void)
{
    arena_finish(&arena);
    display_finish();
}

TEST(no_video_is_an_error_of_its_own)
{
    setenv("SDL_VIDEODRIVER", "there_is_no_such_driver", 1);
    CHECK_ERR(display_init(&(struct display_config){ W, H, 0, "test" }), ERR_DISPLAY);
    CHECK_EQ(display_wait(0).kind, INPUT_NONE);
    display_wake();
    display_finish();
}

TEST(the_window_has_exactly_the_size_asked_for)
{
    static const int size[][2] = { { 1080, 1920 }, { 1366, 768 }, { 333, 77 } };
    setenv("SDL_VIDEODRIVER", "dummy", 1);
    for (int i = 0; i < 3; i++) {
        struct display_config cfg = { size[i][0], size[i][1], 0, "test" };
        int w = 0, h = 0;
        CHECK_ERR(display_init(&cfg), OK);
        display_size(&w, &h);
        bool dummy = strcmp(display_driver(), "dummy") == 0;
        display_finish();
        CHECK(dummy);
        CHECK_EQ(w, size[i][0]);
        CHECK_EQ(h, size[i][1]);
    }
}

static void page(int mark_x)
{
    begin();
    add((struct draw_cmd){ .kind = DRAW_RECT, .rect = ALL, .color = 0xFFF8F5EE });
    add((struct draw_cmd){
        .kind = DRAW_RECT, .rect = { mark_x, 70, 20, 20 }, .color = 0xFFFF0000 });
}

TEST(only_cells_that_changed_are_drawn)
{
    CHECK(open_display());
    page(10);
    struct display_damage first = shown(), same = shown();
    page(30);
    struct display_damage near = shown();
    page(400);
    struct display_damage far = shown();
    uint32_t gone = display_surface().pixels[75 * display_surface().stride + 35];
    display_forget();
    struct display_damage all = shown();
    close_display();
    CHECK_EQ(first.cells_changed, first.cells_all);
    CHECK_EQ(first.px, W * H);
    CHECK_EQ(same.cells_changed, 0);
    CHECK_EQ(same.px, 0);
    CHECK_EQ(near.cells_changed, 1);
    CHECK_EQ(far.cells_changed, 2);
    CHECK_EQ(far.px, 2 * 64 * 64);
    CHECK_EQ(gone, 0xFFF8F5EE);
    CHECK_EQ(all.px, W * H);
}

/* One command with every field set, then changed in one field at a time: each must be seen. */
TEST(each_field_that_matters_is_noticed)
{
    static struct rect points[2] = { { 10, 10, 0, 0 }, { 60, 60, 0, 0 } };
    static struct rect moved[2] = { { 10, 10, 0, 0 }, { 60, 61, 0, 0 } };
    static uint32_t px[4];
    static const struct draw_image image = { 2, 2, 2, px, 1 }, newer = { 2, 2, 2, px, 2 };
    const struct draw_cmd base = { .kind = DRAW_IMAGE,
                                   .rect = { 5, 5, 50, 50 },
                                   .clip = ALL,
                                   .text = "一二三",
                                   .points = points,
                                   .point_count = 2,
                                   .image = &image };
    struct draw_cmd now[20];
    int n = 0;
    for (int i = 0; i < 20; i++)
        now[i] = base;
    now[n++].kind = DRAW_RECT, now[n++].rect.w = 51, now[n++].clip.w = 50, now[n++].color = 1;
    now[n++].border_color = 1, now[n++].radius = 1, now[n++].border = 1, now[n++].band = 1;
    now[n++].blur = 1, now[n++].dy = 1, now[n++].px = 1, now[n++].bold = true;
    now[n++].tabular = true, now[n++].base_y = 1, now[n++].icon = 1, now[n++].text = "一二四";
    now[n++].points = moved, now[n++].point_count = 1, now[n++].width = 1, now[n++].image = &newer;
    CHECK(open_display());
    int unseen = 0;
    for (int i = 0; i < n; i++) {
        begin();
        add(base);
        shown();
        begin();
        add(now[i]);
        unseen += shown().cells_changed == 0;
    }
    close_display();
    CHECK_EQ(n, 20);
    CHECK_EQ(unseen, 0);
}

/* Cards wander over the page; after each step the surface must be what a full redraw makes. */
TEST(damage_never_leaves_a_stale_pixel)
{
    CHECK(open_display());
    CHECK_ERR(text_init(NULL), OK);
    static uint32_t kept[W * H];
    int differ = 0;
    for (int step = 0; step < 12; step++) {
        begin();
        add((struct draw_cmd){ .kind = DRAW_RECT, .rect = ALL, .color = 0xFFF8F5EE });
        for (int i = 0; i < 4; i++) {
            struct rect r = { 20 + i * 130 + step * (i * 7 - 9), 30 + step * 23 + i * 9, 140, 97 };
            add((struct draw_cmd){ .kind = DRAW_SHADOW,
                                   .rect = r,
                                   .radius = 24,
                                   .blur = 14,
                                   .dy = 2,
                                   .color = 0x1C3A2C14 });
            add((struct draw_cmd){ .kind = DRAW_RRECT,
                                   .rect = r,
                                   .radius = 24,
                                   .border = 1,
                                   .border_color = 0xFFDCD3C3,
                                   .color = 0xFFFFFFFF });
            add((struct draw_cmd){ .kind = DRAW_TEXT,
                                   .rect = { r.x + 16, r.y + 20, 100, 40 },
                                   .px = 30,
                                   .base_y = r.y + 50,
                                   .color = 0xFF1B2421,
                                   .text = step % 2 ? "鸡蛋 5.8" : "鸡蛋 6.1" });
        }
        shown();
        struct raster_target t = display_surface();
        memcpy(kept, t.pixels, sizeof kept);
        display_forget();
        shown();
        differ += memcmp(kept, t.pixels, sizeof kept) != 0;
    }
    text_finish();
    close_display();
    CHECK_EQ(differ, 0);
}

TEST(a_shot_is_the_surface)
{
    char path[512];
    snprintf(path, sizeof path, "%s/shot.png", test_dir());
    CHECK(open_display());
    page(10);
    shown();
    enum err wrote = display_shot(path), nowhere = display_shot("/nonexistent/shot.png");
    uint32_t *px = NULL;
    int w = 0, h = 0;
    enum err read = png_read(path, &px, &w, &h);
    uint32_t mark = px ? px[75 * w + 15] : 0;
    free(px);
    close_display();
    CHECK_ERR(wrote, OK);
    CHECK_ERR(nowhere, ERR_IO);
    CHECK_ERR(read, OK);
    CHECK(w == W && h == H);
    CHECK_EQ(mark, 0xFFFF0000);
}

static void drain(void)
{
    while (display_wait(0).kind != INPUT_NONE)
        ;
}

static void finger(uint32_t type, int id, float x, float y)
{
    SDL_Event e = { .tfinger = { .type = type, .touchId = 7, .fingerId = id, .x = x, .y = y } };
    SDL_PushEvent(&e);
}

TEST(a_finger_is_told_in_window_pixels)
{
    CHECK(open_display());
    drain();
    finger(SDL_FINGERDOWN, 1, 0.5f, 0.25f);
    finger(SDL_FINGERMOTION, 1, 1.0f, 1.0f);
    finger(SDL_FINGERUP, 1, 0.0f, 0.0f);
    struct input down = display_wait(0), move = display_wait(0), up = display_wait(0);
    struct input none = display_wait(0);
    close_display();
    CHECK(down.kind == INPUT_DOWN && down.x == W / 2 && down.y == H / 4);
    CHECK(move.kind == INPUT_MOVE && move.x == W - 1 && move.y == H - 1);
    CHECK(up.kind == INPUT_UP && up.x == 0 && up.y == 0);
    CHECK(down.at_us > 0);
    CHECK_EQ(none.kind, INPUT_NONE);
}

TEST(a_second_finger_takes_the_touch_back)
{
    CHECK(open_display());
    drain();
    finger(SDL_FINGERDOWN, 1, 0.1f, 0.1f);
    finger(SDL_FINGERDOWN, 2, 0.9f, 0.9f);
    finger(SDL_FINGERMOTION, 1, 0.2f, 0.2f);
    finger(SDL_FINGERUP, 1, 0.2f, 0.2f);
    finger(SDL_FINGERUP, 2, 0.9f, 0.9f);
    finger(SDL_FINGERDOWN, 3, 0.5f, 0.5f);
    enum input_kind a = display_wait(0).kind, b = display_wait(0).kind, c = display_wait(0).kind;
    enum input_kind d = display_wait(0).kind;
    close_display();
    CHECK_EQ(a, INPUT_DOWN);
    CHECK_EQ(b, INPUT_CANCEL);
    CHECK_EQ(c, INPUT_DOWN); /* once all are up, touching counts again */
    CHECK_EQ(d, INPUT_NONE);
}

static void mouse(uint32_t type, uint32_t which, int x, int y)
{
    SDL_Event e = { .button = {
                        .type = type, .which = which, .button = SDL_BUTTON_LEFT, .x = x, .y = y } };
    SDL_PushEvent(&e);
}

TEST(a_mouse_counts_once_and_never_as_a_finger)
{
    CHECK(open_display());
    drain();
    mouse(SDL_MOUSEBUTTONDOWN, SDL_TOUCH_MOUSEID, 10, 10); /* a finger's echo */
    mouse(SDL_MOUSEBUTTONUP, SDL_TOUCH_MOUSEID, 10, 10);
    SDL_Event echo = { .tfinger = { .type = SDL_FINGERDOWN, .touchId = SDL_MOUSE_TOUCHID } };
    SDL_PushEvent(&echo); /* a mouse's echo */
    mouse(SDL_MOUSEBUTTONDOWN, 0, 20, 30);
    mouse(SDL_MOUSEBUTTONUP, 0, 21, 31);
    struct input down = display_wait(0), up = display_wait(0), none = display_wait(0);
    close_display();
    CHECK(down.kind == INPUT_DOWN && down.x == 20 && down.y == 30);
    CHECK(up.kind == INPUT_UP && up.x == 21 && up.y == 31);
    CHECK_EQ(none.kind, INPUT_NONE);
}

static void key(SDL_Keycode sym, uint16_t mod, bool repeat)
{
    SDL_Event e = { .key = { .type = SDL_KEYDOWN, .repeat = repeat } };
    e.key.keysym.sym = sym;
    e.key.keysym.mod = mod;
    SDL_PushEvent(&e);
}

static void typed(const char *s)
{
    SDL_Event e = { .text = { .type = SDL_TEXTINPUT } };
    snprintf(e.text.text, sizeof e.text.text, "%s", s);
    SDL_PushEvent(&e);
}

TEST(keys_have_their_meaning)
{
    static const struct {
        SDL_Keycode sym;
        uint16_t mod;
        enum input_key key;
    } want[] = {
        { SDLK_UP, 0, KEY_UP },        { SDLK_RETURN, 0, KEY_OK },
        { SDLK_KP_ENTER, 0, KEY_OK },  { SDLK_ESCAPE, 0, KEY_BACK },
        { SDLK_AC_BACK, 0, KEY_BACK }, { SDLK_HOME, 0, KEY_HOME },
        { SDLK_TAB, 0, KEY_NEXT },     { SDLK_TAB, KMOD_LSHIFT, KEY_PREV },
        { SDLK_F5, 0, KEY_REPEAT },    { SDLK_BACKSPACE, 0, KEY_ERASE },
        { SDLK_KP_0, 0, KEY_0 },       { SDLK_KP_9, 0, KEY_9 },
    };
    CHECK(open_display());
    drain();
    int wrong = 0;
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        key(want[i].sym, want[i].mod, false);
        struct input in = display_wait(0);
        wrong += in.kind != INPUT_KEY || in.key != want[i].key;
    }
    key(SDLK_a, 0, false);
    key(SDLK_RETURN, 0, true); /* a held key hands in nothing twice */
    enum input_kind letter = display_wait(0).kind;
    close_display();
    CHECK_EQ(wrong, 0);
    CHECK_EQ(letter, INPUT_NONE);
}

TEST(a_keypad_digit_is_a_key_and_a_typed_digit_is_text)
{
    CHECK(open_display());
    drain();
    key(SDLK_KP_5, 0, false);
    typed("5");
    key(SDLK_5, 0, false);
    typed("5");
    struct input pad = display_wait(0), row = display_wait(0), none = display_wait(0);
    close_display();
    CHECK(pad.kind == INPUT_KEY && pad.key == KEY_5);
    CHECK_EQ(row.kind, INPUT_TEXT);
    CHECK_STR(row.text, "5");
    CHECK_EQ(none.kind, INPUT_NONE);
}

TEST(long_text_comes_in_whole_characters)
{
    struct input in[3];
    char whole[3 * sizeof in[0].text + 1] = "";
    CHECK(open_display());
    drain();
    typed("惠惠惠惠惠惠惠惠惠"); /* SDL gives at most 31 bytes at once */
    struct input big = { .kind = INPUT_TEXT };
    snprintf(big.text, sizeof big.text, "%s", "鄂");
    display_push(&big);
    for (int i = 0; i < 3; i++) {
        in[i] = display_wait(0);
        snprintf(whole + strlen(whole), sizeof whole - strlen(whole), "%s", in[i].text);
    }
    close_display();
    CHECK_EQ(in[0].kind, INPUT_TEXT);
    CHECK_STR(whole, "惠惠惠惠惠惠惠惠惠鄂");
}

/* --- a scanner that plays keyboard --------------------------------------------------------- */

static char scan[4096];
static int scans;

static void take_scan(void *ctx, const char *text, size_t n)
{
    (void)ctx;
    scans++;
    snprintf(scan, sizeof scan, "%s", text ? text : "(too long)");
    if (text && strlen(text) != n)
        test_fail(__FILE__, __LINE__, "%zu bytes, not %zu", strlen(text), n);
}

/* As SDL tells one key: the key, and its text if it has one. */
static void stroke(SDL_Keycode sym, bool repeat)
{
    char s[2] = { (char)sym, '\0' };
    key(sym, 0, repeat);
    if (sym >= ' ' && sym < 127)
        typed(s);
}

static void strokes(const char *s)
{
    for (; *s; s++)
        stroke(*s == '\n' ? SDLK_RETURN : (SDL_Keycode)*s, false);
}

/* Everything that comes within 100 ms; keys as <n>. */
static const char *came(void)
{
    static char all[1024];
    size_t n = 0;
    struct input in;
    all[0] = '\0';
    while ((in = display_wait(100)).kind != INPUT_NONE && n + 80 < sizeof all) {
        if (in.kind == INPUT_KEY)
            snprintf(in.text, sizeof in.text, "<%d>", (int)in.key);
        n += (size_t)snprintf(all + n, sizeof all - n, "%s", in.text);
    }
    return all;
}

static bool open_for_scans(void)
{
    bool good = open_display();
    display_scans(take_scan, NULL);
    scans = 0;
    drain();
    return good;
}

TEST(a_scan_is_given_away_and_no_key_of_it_is_seen)
{
    CHECK(open_for_scans());
    strokes("HM1/008J-4CT4-ANK0/x_y=+\n\n"); /* some scanners send two */
    const char *left = came();
    close_display();
    CHECK_EQ(scans, 1);
    CHECK_STR(scan, "HM1/008J-4CT4-ANK0/x_y=+");
    CHECK_STR(left, "");
}

TEST(what_is_typed_comes_in_its_order_and_soon)
{
    CHECK(open_for_scans());
    strokes("12a");
    stroke(SDLK_KP_5, false);
    typed("5"); /* its echo */
    stroke(SDLK_BACKSPACE, false);
    strokes("b\n");
    typed("惠民"); /* an input method */
    strokes("c");
    bool held = display_wait(0).kind == INPUT_TEXT; /* all but c: something else came after it */
    const char *all = came();
    char want[64];
    snprintf(want, sizeof want, "<%d><%d>b<%d>惠民c", KEY_5, KEY_ERASE, KEY_OK);
    bool pending = display_pending();
    close_display();
    CHECK(held);
    CHECK_STR(all, want);
    CHECK_EQ(scans, 0);
    CHECK(!pending);
}

TEST(a_held_key_is_seen_at_once_and_is_no_scan)
{
    CHECK(open_for_scans());
    stroke('a', false);
    for (int i = 0; i < 20; i++)
        stroke('a', true);
    struct input first = display_wait(0);
    strokes("bcd\n");
    const char *all = came();
    close_display();
    CHECK_EQ(first.kind, INPUT_TEXT);
    CHECK_EQ(strlen(first.text) + strlen(all), 21 + 3 + strlen("<5>"));
    CHECK_EQ(scans, 0);
}

TEST(what_the_control_port_types_is_never_a_scan)
{
    CHECK(open_for_scans());
    struct input in = { .kind = INPUT_TEXT };
    snprintf(in.text, sizeof in.text, "%s", "HM1/008J-4CT4-ANK0/6b038b60");
    display_push(&in);
    display_push(&(struct input){ .kind = INPUT_KEY, .key = KEY_OK });
    struct input a = display_wait(0), b = display_wait(0);
    close_display();
    CHECK_STR(a.text, "HM1/008J-4CT4-ANK0/6b038b60");
    CHECK_EQ(b.key, KEY_OK);
    CHECK_EQ(scans, 0);
}

TEST(a_code_longer_than_any_is_told_and_not_typed)
{
    CHECK(open_for_scans());
    for (int i = 0; i < 2100; i += 10) {
        strokes("0123456789");
        if (display_wait(0).kind != INPUT_NONE)
            test_fail(__FILE__, __LINE__, "a key of a scan was seen");
    }
    strokes("\n");
    const char *left = came();
    close_display();
    CHECK_EQ(scans, 1);
    CHECK_STR(scan, "(too long)");
    CHECK_STR(left, "");
}

TEST(pushed_inputs_keep_their_place_among_real_ones)
{
    CHECK(open_display());
    drain();
    display_push(&(struct input){ .kind = INPUT_DOWN, .x = 3, .y = 4 });
    key(SDLK_UP, 0, false);
    display_push(&(struct input){ .kind = INPUT_UP, .x = 5, .y = 6 });
    bool waiting = display_pending();
    struct input a = display_wait(-1), b = display_wait(-1), c = display_wait(-1);
    bool empty = !display_pending();
    close_display();
    CHECK(waiting && empty);
    CHECK(a.kind == INPUT_DOWN && a.x == 3 && a.at_us > 0);
    CHECK(b.kind == INPUT_KEY && b.key == KEY_UP);
    CHECK(c.kind == INPUT_UP && c.y == 6);
}

TEST(many_nudges_are_one)
{
    CHECK(open_display());
    drain();
    for (int i = 0; i < 1000; i++)
        display_wake();
    enum input_kind a = display_wait(0).kind, b = display_wait(0).kind;
    display_wake();
    enum input_kind c = display_wait(0).kind;
    close_display();
    CHECK_EQ(a, INPUT_WAKE);
    CHECK_EQ(b, INPUT_NONE);
    CHECK_EQ(c, INPUT_WAKE);
}

static void *nudge(void *unused)
{
    (void)unused;
    nanosleep(&(struct timespec){ 0, 20000000 }, NULL);
    display_wake();
    return NULL;
}

TEST(a_nudge_from_another_thread_ends_the_sleep)
{
    CHECK(open_display());
    drain();
    pthread_t t;
    CHECK_EQ(pthread_create(&t, NULL, nudge, NULL), 0);
    enum input_kind kind = display_wait(-1).kind;
    pthread_join(t, NULL);
    close_display();
    CHECK_EQ(kind, INPUT_WAKE);
}

static void *pusher(void *unused)
{
    (void)unused;
    for (int i = 0; i < 200; i++)
        display_push(&(struct input){ .kind = INPUT_MOVE, .x = i });
    display_push(&(struct input){ .kind = INPUT_QUIT });
    return NULL;
}

TEST(another_thread_can_push_while_we_read)
{
    CHECK(open_display());
    drain();
    pthread_t t;
    CHECK_EQ(pthread_create(&t, NULL, pusher, NULL), 0);
    int next = 0, wrong = 0;
    for (struct input in; (in = display_wait(5000)).kind != INPUT_QUIT;) {
        if (in.kind == INPUT_NONE)
            break;
        wrong += in.kind != INPUT_MOVE || in.x != next++;
    }
    pthread_join(t, NULL);
    close_display();
    CHECK_EQ(wrong, 0);
    CHECK_EQ(next, 200);
}

TEST(a_window_uncovered_is_painted_whole)
{
    CHECK(open_display());
    page(10);
    shown();
    drain();
    SDL_Event e = { .window = { .type = SDL_WINDOWEVENT, .event = SDL_WINDOWEVENT_EXPOSED } };
    SDL_PushEvent(&e);
    enum input_kind kind = display_wait(0).kind;
    struct display_damage d = shown();
    e = (SDL_Event){ .type = SDL_QUIT };
    SDL_PushEvent(&e);
    enum input_kind quit = display_wait(0).kind;
    close_display();
    CHECK_EQ(kind, INPUT_EXPOSE);
    CHECK_EQ(d.cells_changed, d.cells_all);
    CHECK_EQ(quit, INPUT_QUIT);
}
