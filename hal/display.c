/* display.c - the window: opens it, paints what changed, shows it, takes pictures of it. */
#include "hal/display.h"

#include "hal/base/log.h"
#include "hal/display_damage.h"
#include "hal/display_input.h"
#include "hal/display_turn.h"
#include "hal/png.h"

#include <stdlib.h>
#include <string.h>

#include <SDL.h>

/* [ui] `back` is painted on where the window's own surface cannot be: it hangs otherwise, or is not
 * XRGB8888; `hung` is `back` as it hangs. */
static struct {
    SDL_Window *window;
    int turn;
    SDL_Surface *back, *hung;
    struct damage damage;
} the;

static void hints_set(void)
{
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
    SDL_SetHint(SDL_HINT_TOUCH_MOUSE_EVENTS, "0");
    SDL_SetHint(SDL_HINT_MOUSE_TOUCH_EVENTS, "0");
    SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "0");
    SDL_SetHint(SDL_HINT_VIDEO_MINIMIZE_ON_FOCUS_LOSS, "0");
    SDL_SetHint(SDL_HINT_QUIT_ON_LAST_WINDOW_CLOSE, "1");
}

static bool driver_is(const char *name)
{
    return strcmp(display_driver(), name) == 0;
}

/* Without the hint even a plain window surface goes through an OpenGL texture: 88 MB more and two
 * to three times slower. kmsdrm and wayland have no other way, and no way back once it failed. */
static void acceleration_off(void)
{
    if (driver_is("x11") || driver_is("dummy") || driver_is("offscreen"))
        SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
}

static SDL_Window *window_open(const struct display_config *cfg)
{
    bool full = cfg->w <= 0 || cfg->h <= 0;
    const char *title = cfg->title ? cfg->title : "";
    SDL_DisplayMode m = { .w = 640, .h = 480 };
    if (full) /* without a window manager (the appliance) nobody else makes it that large */
        (void)SDL_GetDesktopDisplayMode(0, &m);
    SDL_Window *w = full ? SDL_CreateWindow(title, 0, 0, m.w, m.h, SDL_WINDOW_FULLSCREEN_DESKTOP)
                         : SDL_CreateWindow(title, 0, 0, cfg->w, cfg->h, SDL_WINDOW_BORDERLESS);
    if (w && full)
        SDL_ShowCursor(SDL_DISABLE);
    return w;
}

static bool is_xrgb(const SDL_Surface *s)
{
    const SDL_PixelFormat *f = s->format;
    return f->BytesPerPixel == 4 && f->Rmask == 0xFF0000 && f->Gmask == 0xFF00 && f->Bmask == 0xFF;
}

static SDL_Surface *surface_new(int w, int h)
{
    return SDL_CreateRGBSurfaceWithFormat(0, w, h, 32, SDL_PIXELFORMAT_RGB888);
}

static void backs_free(void)
{
    SDL_FreeSurface(the.back);
    SDL_FreeSurface(the.hung);
    the.back = the.hung = NULL;
}

static void fit(const SDL_Surface *s, int w, int h)
{
    damage_size(&the.damage, w, h);
    input_size(w, h, the.turn);
    backs_free();
    if (the.turn || !is_xrgb(s))
        the.back = surface_new(w, h);
    if (the.turn)
        the.hung = surface_new(s->w, s->h);
}

/* The window's surface is SDL's and may change with the window's size: ask each time. */
static SDL_Surface *surface_now(void)
{
    SDL_Surface *s = the.window ? SDL_GetWindowSurface(the.window) : NULL;
    if (!s)
        return NULL;
    int w = the.turn % 2 ? s->h : s->w, h = the.turn % 2 ? s->w : s->h;
    if (the.damage.w != w || the.damage.h != h)
        fit(s, w, h);
    if (the.turn && !the.hung)
        return NULL;
    return the.turn || !is_xrgb(s) ? the.back : s;
}

enum err display_init(const struct display_config *cfg)
{
    hints_set();
    if (SDL_Init(SDL_INIT_VIDEO) != 0) {
        log_error("no_display", "sdl=\"%s\"", SDL_GetError());
        return ERR_DISPLAY;
    }
    acceleration_off();
    SDL_DisableScreenSaver();
    the.turn = cfg->turn & 3;
    the.window = window_open(cfg);
    bool waits = !driver_is("dummy") && !driver_is("offscreen");
    if (!the.window || input_init(waits) != OK || !surface_now()) {
        log_error("no_display", "sdl=\"%s\"", SDL_GetError());
        display_finish();
        return ERR_DISPLAY;
    }
    SDL_StartTextInput();
    return OK;
}

void display_finish(void)
{
    if (!SDL_WasInit(SDL_INIT_VIDEO))
        return;
    input_finish();
    backs_free();
    if (the.window)
        SDL_DestroyWindow(the.window);
    memset(&the, 0, sizeof the);
    SDL_Quit();
}

void display_size(int *out_w, int *out_h)
{
    SDL_Surface *s = surface_now();
    *out_w = s ? s->w : 0;
    *out_h = s ? s->h : 0;
}

static struct raster_target target_of(SDL_Surface *s)
{
    return (struct raster_target){ s->pixels, s->w, s->h, s->pitch / 4 };
}

struct raster_target display_surface(void)
{
    SDL_Surface *s = surface_now();
    return s ? target_of(s) : (struct raster_target){ 0 };
}

struct raster_target display_window(void)
{
    SDL_Surface *s = surface_now();
    return s ? target_of(the.turn ? the.hung : s) : (struct raster_target){ 0 };
}

void display_turn(int quarters)
{
    the.turn = quarters & 3;
    the.damage.w = the.damage.h = 0; /* fit() comes */
    if (surface_now())
        display_push(&(struct input){ .kind = INPUT_RESIZE });
}

/* The place of a point in `hung`, in pixels from its first. */
static int hung_at(int x, int y)
{
    turn_point(the.turn, the.back->w, the.back->h, &x, &y);
    return y * (the.hung->pitch / 4) + x;
}

/* In blocks, which are near together in both. */
static void hang(SDL_Rect r)
{
    enum { BLOCK = 16 };
    const uint32_t *from = the.back->pixels;
    uint32_t *to = the.hung->pixels;
    int pitch = the.back->pitch / 4, first = hung_at(0, 0);
    int right = hung_at(1, 0) - first, down = hung_at(0, 1) - first;
    for (int by = r.y; by < r.y + r.h; by += BLOCK)
        for (int bx = r.x; bx < r.x + r.w; bx += BLOCK)
            for (int y = by; y < by + BLOCK && y < r.y + r.h; y++)
                for (int x = bx; x < bx + BLOCK && x < r.x + r.w; x++)
                    to[first + x * right + y * down] = from[y * pitch + x];
}

static SDL_Rect hung_rect(SDL_Rect r)
{
    int x = r.x, y = r.y, x2 = r.x + r.w - 1, y2 = r.y + r.h - 1;
    turn_point(the.turn, the.back->w, the.back->h, &x, &y);
    turn_point(the.turn, the.back->w, the.back->h, &x2, &y2);
    return (SDL_Rect){ x < x2 ? x : x2, y < y2 ? y : y2, abs(x2 - x) + 1, abs(y2 - y) + 1 };
}

static bool show(SDL_Rect *rects, int n)
{
    for (int i = 0; i < n && the.back; i++) {
        if (the.turn) {
            hang(rects[i]);
            rects[i] = hung_rect(rects[i]);
        }
        SDL_Rect to = rects[i];
        SDL_BlitSurface(the.turn ? the.hung : the.back, &rects[i], SDL_GetWindowSurface(the.window),
                        &to);
    }
    return SDL_UpdateWindowSurfaceRects(the.window, rects, n) == 0;
}

enum err display_present(const struct draw_list *list, struct display_damage *out)
{
    SDL_Surface *s = surface_now();
    if (!s)
        return ERR_DISPLAY;
    struct raster_target t = target_of(s);
    struct rect rect[DAMAGE_RECTS];
    SDL_Rect shown[DAMAGE_RECTS];
    struct display_damage d = { .cells_all = the.damage.columns * the.damage.rows };
    int n = damage_find(&the.damage, list, rect, &d.cells_changed);
    for (int i = 0; i < n; i++) {
        raster_paint(&t, list, rect[i]);
        shown[i] = (SDL_Rect){ rect[i].x, rect[i].y, rect[i].w, rect[i].h };
        d.px += (int64_t)rect[i].w * rect[i].h;
    }
    if (n > 0 && !show(shown, n)) {
        display_forget();
        return ERR_DISPLAY;
    }
    if (out)
        *out = d;
    return OK;
}

void display_forget(void)
{
    the.damage.valid = false;
}

enum err display_shot(const char *path)
{
    struct raster_target t = display_surface();
    return t.pixels ? png_write(path, t.pixels, t.w, t.h, t.stride) : ERR_DISPLAY;
}

const char *display_driver(void)
{
    const char *name = SDL_GetCurrentVideoDriver();
    return name ? name : "";
}
