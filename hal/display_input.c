/* display_input.c - turns what SDL reports into the few inputs the program knows. */
#include "hal/display_input.h"

#include "hal/base/arena.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/base/utf8.h"
#include "hal/display_turn.h"
#include "hal/scan_burst.h"

#include <string.h>

#include <SDL.h>

enum { RING = 256 };

/* [any] under `lock`. Pushed inputs wait in the ring; each has one SDL event that stands for it in
 * the queue, so that they come out in order with real ones. */
static struct {
    SDL_mutex *lock;
    SDL_cond *came;
    struct input ring[RING];
    unsigned head, tail;
    bool woken;
    uint32_t
        pushes; /* counts everything put in, so that a sleeper sees what came before it slept */
    uint32_t ev_push, ev_wake;
} shared;

/* [ui] only. */
static struct {
    bool ready, waits;
    int w, h, turn;               /* of the picture */
    bool down, by_mouse, blocked; /* blocked: a second finger came; wait until all are up */
    int fingers;
    SDL_FingerID finger;
    int x, y;
    char keypad_echo; /* the text event that will follow a keypad key */
    char rest[SDL_TEXTINPUTEVENT_TEXT_SIZE];
    const char *rest_at;

    struct arena locked;
    struct scan_burst *keys; /* kept back until it is known who sends them; in `locked` */
    bool repeats;            /* the key of the text event that follows is being held down */
    int64_t looked_us;       /* when the queue was last found empty */
    int64_t came_us;         /* … and so, the earliest this event can have come */
    void (*scanned)(void *ctx, const char *text, size_t n);
    void *scanned_ctx;
} ui;

enum err input_init(bool waits)
{
    memset(&ui, 0, sizeof ui);
    ui.waits = waits;
    ui.rest_at = "";
    enum err e = arena_init_locked(&ui.locked, sizeof *ui.keys + 64);
    if (e != OK)
        return e;
    ui.keys = arena_new(&ui.locked, struct scan_burst);
    uint32_t first = SDL_RegisterEvents(2);
    shared.lock = SDL_CreateMutex();
    shared.came = SDL_CreateCond();
    if (first == (uint32_t)-1 || !shared.lock || !shared.came)
        return ERR_DISPLAY;
    shared.ev_push = first;
    shared.ev_wake = first + 1;
    shared.head = shared.tail = 0;
    shared.woken = false;
    ui.looked_us = clock_timer_us();
    ui.ready = true;
    return OK;
}

void input_finish(void)
{
    SDL_DestroyCond(shared.came);
    SDL_DestroyMutex(shared.lock);
    memset(&shared, 0, sizeof shared);
    arena_finish(&ui.locked);
    memset(&ui, 0, sizeof ui);
    ui.rest_at = "";
}

void display_scans(void (*scanned)(void *ctx, const char *text, size_t n), void *ctx)
{
    ui.scanned = scanned;
    ui.scanned_ctx = ctx;
}

void input_size(int w, int h, int turn)
{
    ui.w = w;
    ui.h = h;
    ui.turn = turn;
}

/* Called with the lock held. */
static bool post(uint32_t type)
{
    SDL_Event e;
    memset(&e, 0, sizeof e);
    e.type = type;
    shared.pushes++;
    bool good = SDL_PushEvent(&e) == 1;
    SDL_CondSignal(shared.came);
    return good;
}

void display_wake(void)
{
    if (!shared.lock)
        return;
    SDL_LockMutex(shared.lock);
    if (!shared.woken)
        shared.woken = post(shared.ev_wake);
    SDL_UnlockMutex(shared.lock);
}

void display_push(const struct input *in)
{
    if (!shared.lock)
        return;
    SDL_LockMutex(shared.lock);
    bool room = shared.tail - shared.head < RING;
    if (room) {
        struct input *slot = &shared.ring[shared.tail++ % RING];
        *slot = *in;
        slot->at_us = clock_timer_us();
        room = post(shared.ev_push);
        shared.tail -= !room;
    }
    SDL_UnlockMutex(shared.lock);
    if (!room)
        log_warn("input_lost", "kind=%d", (int)in->kind);
}

static struct input take_pushed(void)
{
    struct input in = { .kind = INPUT_NONE };
    SDL_LockMutex(shared.lock);
    if (shared.head != shared.tail) {
        struct input *slot = &shared.ring[shared.head++ % RING];
        in = *slot;
        explicit_bzero(slot, sizeof *slot); /* what was typed does not stay behind */
    }
    SDL_UnlockMutex(shared.lock);
    return in;
}

static struct input take_wake(void)
{
    SDL_LockMutex(shared.lock);
    shared.woken = false;
    SDL_UnlockMutex(shared.lock);
    return (struct input){ .kind = INPUT_WAKE };
}

static struct input pointer(enum input_kind kind, int x, int y)
{
    ui.x = x < 0 ? 0 : x >= ui.w ? ui.w - 1 : x;
    ui.y = y < 0 ? 0 : y >= ui.h ? ui.h - 1 : y;
    ui.down = kind == INPUT_DOWN || kind == INPUT_MOVE;
    return (struct input){ .kind = kind, .x = ui.x, .y = ui.y };
}

/* x, y of the glass. */
static struct input touched(enum input_kind kind, int x, int y)
{
    bool side = ui.turn % 2;
    turn_point(4 - ui.turn, side ? ui.h : ui.w, side ? ui.w : ui.h, &x, &y);
    return pointer(kind, x, y);
}

static struct input cancel(void)
{
    return ui.down ? pointer(INPUT_CANCEL, ui.x, ui.y) : (struct input){ .kind = INPUT_NONE };
}

static struct input finger_down(const SDL_TouchFingerEvent *f, int x, int y)
{
    ui.fingers++;
    if (ui.fingers > 1) {
        ui.blocked = true;
        return cancel();
    }
    ui.finger = f->fingerId;
    ui.by_mouse = false;
    return touched(INPUT_DOWN, x, y);
}

static struct input finger_up(const SDL_TouchFingerEvent *f, int x, int y)
{
    bool ours = ui.down && !ui.blocked && !ui.by_mouse && f->fingerId == ui.finger;
    ui.fingers -= ui.fingers > 0;
    if (ui.fingers == 0)
        ui.blocked = false;
    return ours ? touched(INPUT_UP, x, y) : (struct input){ .kind = INPUT_NONE };
}

/* Fingers that SDL makes up from a mouse are left out: the mouse itself is taken. */
static struct input finger(const SDL_TouchFingerEvent *f)
{
    bool side = ui.turn % 2;
    int x = (int)(f->x * (float)(side ? ui.h : ui.w)),
        y = (int)(f->y * (float)(side ? ui.w : ui.h));
    if (f->touchId == SDL_MOUSE_TOUCHID)
        return (struct input){ .kind = INPUT_NONE };
    if (f->type == SDL_FINGERDOWN)
        return finger_down(f, x, y);
    if (f->type == SDL_FINGERUP)
        return finger_up(f, x, y);
    bool ours = ui.down && !ui.blocked && !ui.by_mouse && f->fingerId == ui.finger;
    return ours ? touched(INPUT_MOVE, x, y) : (struct input){ .kind = INPUT_NONE };
}

static struct input mouse_button(const SDL_MouseButtonEvent *b)
{
    if (b->which == SDL_TOUCH_MOUSEID || b->button != SDL_BUTTON_LEFT || ui.fingers > 0)
        return (struct input){ .kind = INPUT_NONE };
    if (b->type == SDL_MOUSEBUTTONDOWN) {
        ui.by_mouse = true;
        return touched(INPUT_DOWN, b->x, b->y);
    }
    bool ours = ui.down && ui.by_mouse;
    return ours ? touched(INPUT_UP, b->x, b->y) : (struct input){ .kind = INPUT_NONE };
}

static struct input mouse_move(const SDL_MouseMotionEvent *m)
{
    if (m->which == SDL_TOUCH_MOUSEID || !ui.down || !ui.by_mouse)
        return (struct input){ .kind = INPUT_NONE };
    return touched(INPUT_MOVE, m->x, m->y);
}

static const struct {
    SDL_Keycode sym;
    enum input_key key;
    bool repeats; /* holding the key down goes on */
} KEYS[] = {
    { SDLK_UP, KEY_UP, true },           { SDLK_DOWN, KEY_DOWN, true },
    { SDLK_LEFT, KEY_LEFT, true },       { SDLK_RIGHT, KEY_RIGHT, true },
    { SDLK_RETURN, KEY_OK, false },      { SDLK_KP_ENTER, KEY_OK, false },
    { SDLK_ESCAPE, KEY_BACK, false },    { SDLK_AC_BACK, KEY_BACK, false },
    { SDLK_HOME, KEY_HOME, false },      { SDLK_AC_HOME, KEY_HOME, false },
    { SDLK_TAB, KEY_NEXT, true },        { SDLK_F5, KEY_REPEAT, false },
    { SDLK_BACKSPACE, KEY_ERASE, true },
};

/* The ten keys of a keypad, with the text SDL sends after each when Num Lock is on. */
static enum input_key keypad_digit(SDL_Keycode sym, char *echo)
{
    if (sym == SDLK_KP_0 || (sym >= SDLK_KP_1 && sym <= SDLK_KP_9)) {
        int digit = sym == SDLK_KP_0 ? 0 : sym - SDLK_KP_1 + 1;
        *echo = (char)('0' + digit);
        return (enum input_key)(KEY_0 + digit);
    }
    if (sym == SDLK_KP_MULTIPLY) {
        *echo = '*';
        return KEY_X;
    }
    return KEY_NONE;
}

/* --- who types ----------------------------------------------------------------------------- */

static void end_scan(enum scan_burst_said said)
{
    size_t n = 0;
    if (said == BURST_TOO_LONG)
        ui.scanned(ui.scanned_ctx, NULL, 0);
    if (said != BURST_SCAN)
        return;
    const char *s = scan_burst_text(ui.keys, &n);
    ui.scanned(ui.scanned_ctx, s, n);
    scan_burst_drop(ui.keys);
}

/* A key that has a meaning of its own: keeps its place behind those that are kept back. */
static struct input keep_key(struct input in)
{
    if (in.kind == INPUT_NONE || !ui.scanned)
        return in;
    unsigned char tag = (unsigned char)in.key;
    if (in.key >= KEY_0)
        scan_burst_char(ui.keys, (char)('0' + (in.key - KEY_0)), tag, ui.came_us);
    else if (in.key == KEY_OK || in.key == KEY_NEXT)
        end_scan(scan_burst_end(ui.keys, tag, ui.came_us));
    else
        scan_burst_typed(ui.keys, 0, tag);
    return (struct input){ .kind = INPUT_NONE };
}

/* What is ready: one key, or as many characters as fit one input. */
static struct input take_kept(void)
{
    struct input in = { .kind = INPUT_NONE };
    char c;
    unsigned char tag;
    size_t n = 0;
    while (scan_burst_pending(ui.keys) && n + 1 < sizeof in.text) {
        if (n && scan_burst_next_tag(ui.keys))
            break;
        scan_burst_pop(ui.keys, &c, &tag);
        in.kind = tag ? INPUT_KEY : INPUT_TEXT;
        in.key = (enum input_key)tag;
        if (tag)
            break;
        in.text[n++] = c;
    }
    return in;
}

static struct input key_down(const SDL_KeyboardEvent *k)
{
    struct input in = { .kind = INPUT_NONE };
    SDL_Keycode sym = k->keysym.sym;
    ui.repeats = k->repeat;
    ui.keypad_echo = '\0';
    in.key = keypad_digit(sym, &ui.keypad_echo);
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++)
        if (KEYS[i].sym == sym && (KEYS[i].repeats || !k->repeat))
            in.key = KEYS[i].key;
    if (in.key == KEY_NEXT && (k->keysym.mod & KMOD_SHIFT))
        in.key = KEY_PREV;
    if (in.key != KEY_NONE)
        in.kind = INPUT_KEY;
    return keep_key(in);
}

/* As many whole code points as fit one input; the rest stays for the next. */
static struct input take_text(void)
{
    struct input in = { .kind = INPUT_TEXT };
    size_t n = 0;
    while (*ui.rest_at) {
        const char *next = ui.rest_at;
        utf8_next(&next);
        size_t len = (size_t)(next - ui.rest_at);
        if (n + len >= sizeof in.text)
            break;
        memcpy(in.text + n, ui.rest_at, len);
        n += len;
        ui.rest_at = next;
    }
    if (!*ui.rest_at)
        explicit_bzero(ui.rest, sizeof ui.rest);
    return in;
}

/* What needs no event any more, in its order. */
static struct input take_ready(void)
{
    if (scan_burst_pending(ui.keys))
        return take_kept();
    return *ui.rest_at ? take_text() : (struct input){ .kind = INPUT_NONE };
}

static struct input text(const SDL_TextInputEvent *t)
{
    bool echo = ui.keypad_echo && t->text[0] == ui.keypad_echo && t->text[1] == '\0';
    ui.keypad_echo = '\0';
    if (echo || !t->text[0])
        return (struct input){ .kind = INPUT_NONE };
    if (ui.scanned && t->text[0] >= ' ' && t->text[0] <= '~' && t->text[1] == '\0') {
        if (ui.repeats)
            scan_burst_typed(ui.keys, t->text[0], KEY_NONE);
        else
            scan_burst_char(ui.keys, t->text[0], KEY_NONE, ui.came_us);
        return (struct input){ .kind = INPUT_NONE };
    }
    scan_burst_release(ui.keys); /* an input method, or a letter no scanner has */
    memcpy(ui.rest, t->text, sizeof ui.rest);
    ui.rest[sizeof ui.rest - 1] = '\0';
    ui.rest_at = ui.rest;
    return take_ready();
}

static struct input window(const SDL_WindowEvent *w)
{
    switch (w->event) {
    case SDL_WINDOWEVENT_EXPOSED:
    case SDL_WINDOWEVENT_RESTORED:
        display_forget();
        return (struct input){ .kind = INPUT_EXPOSE };
    case SDL_WINDOWEVENT_SIZE_CHANGED:
        display_forget();
        return (struct input){ .kind = INPUT_RESIZE };
    case SDL_WINDOWEVENT_FOCUS_LOST:
    case SDL_WINDOWEVENT_HIDDEN:
        return cancel();
    default:
        return (struct input){ .kind = INPUT_NONE };
    }
}

static struct input translate(const SDL_Event *e)
{
    if (e->type == shared.ev_push)
        return take_pushed();
    if (e->type == shared.ev_wake)
        return take_wake();
    switch (e->type) {
    case SDL_FINGERDOWN:
    case SDL_FINGERMOTION:
    case SDL_FINGERUP:
        return finger(&e->tfinger);
    case SDL_MOUSEBUTTONDOWN:
    case SDL_MOUSEBUTTONUP:
        return mouse_button(&e->button);
    case SDL_MOUSEMOTION:
        return mouse_move(&e->motion);
    case SDL_KEYDOWN:
        return key_down(&e->key);
    case SDL_TEXTINPUT:
        return text(&e->text);
    case SDL_WINDOWEVENT:
        return window(&e->window);
    case SDL_QUIT:
        return (struct input){ .kind = INPUT_QUIT };
    default:
        return (struct input){ .kind = INPUT_NONE };
    }
}

/* SDL_PollEvent says "nothing" once between rounds, with events waiting: too unsure for us. */
static bool take_event(SDL_Event *e)
{
    SDL_PumpEvents();
    return SDL_PeepEvents(e, 1, SDL_GETEVENT, SDL_FIRSTEVENT, SDL_LASTEVENT) == 1;
}

/* Drivers without windows, dummy and offscreen, make SDL_WaitEvent look round a thousand times a
 * second; there everything comes through post(), so this sleeps until it is called. */
static bool sleep_for_post(SDL_Event *e, int64_t ms)
{
    SDL_LockMutex(shared.lock);
    uint32_t seen = shared.pushes;
    SDL_UnlockMutex(shared.lock);
    if (take_event(e))
        return true;
    SDL_LockMutex(shared.lock);
    if (shared.pushes == seen && ms < 0)
        SDL_CondWait(shared.came, shared.lock);
    else if (shared.pushes == seen)
        SDL_CondWaitTimeout(shared.came, shared.lock, (uint32_t)ms);
    SDL_UnlockMutex(shared.lock);
    return take_event(e);
}

/* An event that waited while a frame was drawn came at some time after the last look: the gaps
 * between keys must not grow by what we were busy with. */
static bool next_event(SDL_Event *e, int64_t ms)
{
    int64_t now_us = clock_timer_us();
    ui.came_us = ui.looked_us;
    if (take_event(e))
        return true;
    ui.looked_us = now_us;
    if (ms == 0)
        return false;
    bool came = ui.waits ? SDL_WaitEventTimeout(e, (int)ms) == 1 : sleep_for_post(e, ms);
    ui.came_us = ui.looked_us = clock_timer_us();
    return came;
}

/* How long keys are still kept back, at most `ms` (-1 = for ever). */
static int64_t until_kept(int64_t ms)
{
    int64_t due_us = scan_burst_due_us(ui.keys);
    int64_t left = due_us < 0 ? -1 : (due_us - clock_timer_us() + 999) / 1000;
    if (left < 0)
        left = due_us < 0 ? ms : 0;
    return ms >= 0 && ms < left ? ms : left;
}

/* Events that mean nothing to us do not end the wait. SDL's own ticks count the time: the timer
 * clock can be moved forward by tests. */
static struct input wait_input(int timeout_ms)
{
    uint64_t start = SDL_GetTicks64();
    for (;;) {
        SDL_Event e;
        int64_t left = timeout_ms < 0 ? -1 : timeout_ms - (int64_t)(SDL_GetTicks64() - start);
        bool last = timeout_ms >= 0 && left <= 0;
        bool came = next_event(&e, last ? 0 : until_kept(left));
        struct input in = came ? translate(&e) : (struct input){ .kind = INPUT_NONE };
        if (!came)
            scan_burst_at(ui.keys, ui.looked_us);
        if (in.kind == INPUT_NONE)
            in = take_ready();
        if (in.kind != INPUT_NONE || (last && !came))
            return in;
    }
}

struct input display_wait(int timeout_ms)
{
    struct input in = { .kind = INPUT_NONE };
    if (!ui.ready)
        return in;
    in = take_ready();
    if (in.kind == INPUT_NONE)
        in = wait_input(timeout_ms);
    if (in.at_us == 0)
        in.at_us = clock_timer_us();
    return in;
}

bool display_pending(void)
{
    if (!ui.ready)
        return false;
    return *ui.rest_at || scan_burst_pending(ui.keys) ||
           SDL_HasEvents(SDL_FIRSTEVENT, SDL_LASTEVENT);
}
