/* display.h - the window: pixels out, input in. The only door to SDL video. */
#ifndef HAL_DISPLAY_H
#define HAL_DISPLAY_H

#include "hal/base/err.h"
#include "hal/draw.h"
#include "hal/raster.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the outside does. One pointer stream: fingers, and the mouse where there is no touch. */
enum input_kind {
    INPUT_NONE, /* the timeout passed */
    INPUT_DOWN, /* finger down at x,y (window px) */
    INPUT_MOVE,
    INPUT_UP,
    INPUT_CANCEL, /* the touch is no longer meant (lost focus, second finger) */
    INPUT_KEY,    /* key: enum input_key */
    INPUT_TEXT,   /* text: UTF-8, typed by a keyboard or scanner */
    INPUT_WAKE,   /* display_wake was called: look into your queues */
    INPUT_EXPOSE, /* the window must be shown again whole */
    INPUT_RESIZE, /* display_size says how large it is now */
    INPUT_QUIT
};
enum input_key {
    KEY_NONE,
    KEY_UP,
    KEY_DOWN,
    KEY_LEFT,
    KEY_RIGHT,
    KEY_OK,
    KEY_BACK,
    KEY_HOME,
    KEY_NEXT,
    KEY_PREV,
    KEY_REPEAT,
    KEY_ERASE,
    KEY_X,
    KEY_0,
    KEY_1,
    KEY_2,
    KEY_3,
    KEY_4,
    KEY_5,
    KEY_6,
    KEY_7,
    KEY_8,
    KEY_9
};
struct input {
    enum input_kind kind;
    enum input_key key;
    int x, y;
    int64_t at_us; /* timer clock when it came in */
    char text[64];
};

/* A panel may hang on its side: the picture is turned here, and fingers with it; all other sizes
 * and places in this header are those of the turned picture. turn: quarters counter-clockwise, 0
 * to 3. */
struct display_config {
    int w, h; /* 0,0: the desktop's size, full screen; else a borderless window of exactly this */
    int turn;
    const char *title;
};

/* [main] Sets SDL_HINT_FRAMEBUFFER_ACCELERATION=0 (x11, dummy, offscreen) before the window. */
MUST_CHECK enum err display_init(const struct display_config *cfg);
void display_finish(void);

void display_size(int *out_w, int *out_h);
/* [ui] Hangs it otherwise from now on; INPUT_RESIZE follows. */
void display_turn(int quarters);
/* [ui] Waits at most timeout_ms (-1 = for ever) for one input. */
struct input display_wait(int timeout_ms);
/* [any] Makes display_wait return INPUT_WAKE; many calls before it returns are one. */
void display_wake(void);
/* [any] Puts an input into the same stream as a real finger or key (control port). */
void display_push(const struct input *in);
/* [ui] Who is given what a scanner that plays keyboard read (told from typing by its speed, see
 * scan_burst.h); text is wiped when `scanned` returns, NULL: it was too long. From then on each key
 * of a keyboard is kept back for 35 ms, and display_wait gives no key that was part of a scan. What
 * display_push brings is never taken for one. Until it is set, or NULL: such keys are typed. */
void display_scans(void (*scanned)(void *ctx, const char *text, size_t n), void *ctx);
/* [ui] Inputs waiting in the stream? */
bool display_pending(void);

/* [ui] Compares the list with the one shown last, cell by cell (64 px), repaints the cells whose
 * hash changed and shows them. Nothing changed: nothing is drawn. */
struct display_damage {
    int cells_changed, cells_all;
    int64_t px; /* painted and shown */
};
MUST_CHECK enum err display_present(const struct draw_list *list, struct display_damage *out);
/* [ui] Forgets what was shown: the next present paints everything (for benchmarks, expose). */
void display_forget(void);
/* [ui] What is painted on, for shots and tests that read pixels. */
struct raster_target display_surface(void);
/* [ui] The same as the panel gets it: as large as the window, turned. Read only. */
struct raster_target display_window(void);
/* [ui] Writes the surface as an RGB PNG. ERR_IO. */
MUST_CHECK enum err display_shot(const char *path);
/* "x11", "dummy", "offscreen", "kmsdrm" … */
const char *display_driver(void);

#endif
