/* main.c - the roof of huimin: starts every part, and turns the one loop that owns the screen. */
#include "app/app.h"
#include "app/check.h"
#include "app/control.h"
#include "app/enrol.h"
#include "app/i18n.h"
#include "app/line.h"
#include "app/options.h"
#include "app/stats.h"
#include "app/staff.h"
#include "app/ui.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/base/queue.h"
#include "hal/base/wipe.h"
#include "hal/camera.h"
#include "hal/crypto.h"
#include "hal/display.h"
#include "hal/doccam.h"
#include "hal/sound.h"
#include "hal/pinpad.h"
#include "hal/printer.h"
#include "hal/raster.h"
#include "hal/readers.h"
#include "hal/scanner.h"
#include "hal/text.h"
#include "hal/watch.h"
#include "screens/frame.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { QUEUE_CAP = 256, SETTLE_TURNS = 2000 };

/* Everything that lives as long as the program. One instance; the worker threads touch `queue`
 * only, through post(). */
static struct terminal {
    struct options options;
    struct app app;
    struct theme theme;
    struct taste made_for; /* what theme was made for */
    struct ui *ui;
    struct devices dev;
    struct queue queue;                    /* events from other threads */
    atomic_bool doccam_told;               /* the same of EV_DOCCAM */
    atomic_bool camera_told[CAMERA_SLOTS]; /* an EV_CAMERA of this slot waits in the queue */
    struct stats stats;
#if CONTROL
    struct control *control;
#endif
    const struct screen *built; /* the screen of the last build */
    int built_depth;
    int wiped; /* visits whose traces are gone: app.wipes */
    bool dirty, running;
} t;

/* [any] Gives an event to the UI thread. */
static void post(const struct event *ev)
{
    if (!queue_put(&t.queue, ev))
        log_warn("event_dropped", "type=%d", ev->type);
    display_wake();
}

static void reader_changed(void *ctx)
{
    (void)ctx;
    post(&(struct event){ .type = EV_READER });
}

static void scanner_changed(void *ctx)
{
    (void)ctx;
    post(&(struct event){ .type = EV_SCAN });
}

static void pinpad_changed(void *ctx)
{
    (void)ctx;
    post(&(struct event){ .type = EV_PINPAD });
}

static void doccam_changed(void *ctx)
{
    (void)ctx;
    const struct event ev = { .type = EV_DOCCAM };
    if (atomic_exchange(&t.doccam_told, true))
        return;
    if (!queue_put(&t.queue, &ev)) /* the next picture tries again */
        atomic_store(&t.doccam_told, false);
    display_wake();
}

/* Its keys came to the window, faster than anybody types. */
static void scanned(void *ctx, const char *text, size_t n)
{
    scanner_give(ctx, text, n);
}

static void printed(void *ctx, enum err e)
{
    (void)ctx;
    post(&(struct event){ .type = EV_PRINTED, .n = e });
}

/* Frames that come faster than they are drawn must not fill the queue. */
static void camera_changed(void *ctx, int slot)
{
    (void)ctx;
    const struct event ev = { .type = EV_CAMERA, .n = slot };
    if (atomic_exchange(&t.camera_told[slot], true))
        return;
    if (!queue_put(&t.queue, &ev)) /* the next frame tries again */
        atomic_store(&t.camera_told[slot], false);
    display_wake();
}

/* --- drawing ------------------------------------------------------------------------------ */

static void fit_theme(void)
{
    int w, h;
    display_size(&w, &h);
    const struct config *c = &t.options.config;
    bool on_its_side = c->panel_h_mm > 0 && (c->panel_w_mm < c->panel_h_mm) != (w < h);
    int w_mm = on_its_side ? c->panel_h_mm : c->panel_w_mm; /* it was turned since */
    double px_per_mm = w_mm > 0 ? (double)w / w_mm : 4.03;
    t.made_for = t.app.taste;
    theme_make(&t.theme, t.app.taste, w, h, px_per_mm);
}

static void tell_screen_change(void)
{
    const struct screen *now = app_screen(&t.app);
    if (t.built && (now != t.built || t.app.depth != t.built_depth))
        ui_screen_changed(t.ui, t.app.came_back);
    t.built = now;
    t.built_depth = t.app.depth;
}

static const struct draw_list *build(void)
{
    ui_begin(t.ui, &t.theme, app_screen(&t.app)->name);
    frame_build(t.ui, &t.app);
    return ui_end(t.ui);
}

static void draw(void)
{
    struct display_damage damage = { 0 };
    int64_t begin = clock_timer_us();
    if (t.made_for.size != t.app.taste.size || t.made_for.contrast != t.app.taste.contrast)
        fit_theme();
    tell_screen_change();
    const struct draw_list *list = build();
    for (int i = 0; i < 3 && ui_again(t.ui); i++)
        list = build();
    enum err e = display_present(list, &damage);
    if (e != OK)
        log_error("present_failed", "err=%s", err_name(e));
    stats_frame(&t.stats, begin, clock_timer_us(), &damage);
    stats_card(&t.stats, &t.app);
    t.dirty = false;
}

/* A visit ended and the wiped screen is shown: what building its pages left in memory goes too. */
static void leave_no_trace(void)
{
    if (t.wiped == t.app.wipes)
        return;
    t.wiped = t.app.wipes;
    arena_scrub(ui_arena(t.ui));
    wipe_stack();
}

/* --- what happens ------------------------------------------------------------------------- */

static void update(const struct event *ev)
{
    if (ev->type == EV_NONE)
        return;
    if (ev->type == EV_STOP)
        t.running = false;
    if (ev->type == EV_CAMERA)
        atomic_store(&t.camera_told[ev->n], false);
    if (ev->type == EV_DOCCAM)
        atomic_store(&t.doccam_told, false);
    if (t.dev.link)
        t.app.line = line_status(t.dev.link);
    app_update(&t.app, ev);
    t.running &= !t.app.ending;
    if (app_left_damaged(&t.app) && (!t.dev.link || line_damaged(t.dev.link) != OK))
        log_info("damage_not_told", "why=no_sync"); /* it looks through the cache when it starts */
    t.dirty = true;
}

/* A touch anywhere but on 退出 answers the idle question; keys only win time, so that the keypad
 * can walk to either button. */
static void answer_idle(const struct input *in, bool was_asking, const struct event *ev)
{
    bool touch = in->kind == INPUT_UP || in->kind == INPUT_TEXT;
    if (was_asking && t.app.asking && touch && ev->type != EV_LEAVE)
        update(&(struct event){ .type = EV_STAY });
}

static void by_hand(const struct input *in)
{
    bool redraw = false, was_asking = t.app.asking;
    stats_input(&t.stats, in);
    if (in->kind != INPUT_MOVE)
        app_update(&t.app, &(struct event){ .type = EV_TOUCH });
    struct event ev = ui_input(t.ui, in, &redraw);
    t.dirty |= redraw;
    update(&ev);
    answer_idle(in, was_asking, &ev);
}

static void on_input(const struct input *in)
{
    switch (in->kind) {
    case INPUT_NONE:
    case INPUT_WAKE:
        break;
    case INPUT_EXPOSE:
        display_forget();
        t.dirty = true;
        break;
    case INPUT_RESIZE:
        fit_theme();
        display_forget();
        t.dirty = true;
        break;
    case INPUT_QUIT:
        t.running = false;
        break;
    default:
        by_hand(in);
    }
}

static void take_events(void)
{
    struct event ev;
    while (queue_take(&t.queue, &ev))
        update(&ev);
}

static void fire_due(void)
{
    int64_t due = app_next_due_ms(&t.app);
    if (due >= 0 && due <= clock_timer_ms())
        t.dirty |= app_due(&t.app, clock_timer_ms());
    if (ui_animating(t.ui)) {
        ui_tick(t.ui, clock_timer_us());
        t.dirty = true;
    }
}

static int sleep_ms(void)
{
    if (t.dirty || !queue_empty(&t.queue))
        return 0;
    if (ui_animating(t.ui))
        return 12;
    int64_t due = app_next_due_ms(&t.app);
    int ms = due < 0 ? -1 : due <= clock_timer_ms() ? 0 : (int)(due - clock_timer_ms()) + 1;
#if CONTROL
    int until = t.control ? control_timeout_ms(t.control) : -1;
    if (until >= 0 && (ms < 0 || until < ms))
        ms = until;
#endif
    return watch_wait_ms(ms);
}

/* For the service manager: that the loop lives, and whether somebody is at the machine. */
static void tell_watch(void)
{
    watch_alive();
    watch_status(app_in_use(&t.app) ? "visit" : "idle");
}

static void turn(int timeout_ms)
{
    struct input in = display_wait(timeout_ms);
    on_input(&in);
    while (display_pending() && in.kind != INPUT_NONE) {
        in = display_wait(0);
        on_input(&in);
    }
    take_events();
    fire_due();
    if (t.dirty)
        draw();
    leave_no_trace();
    tell_watch();
}

/* --- what the control port may do ---------------------------------------------------------- */

#if CONTROL
static void host_send(struct event ev)
{
    post(&ev);
}

static bool host_idle(void)
{
    return !t.dirty && queue_empty(&t.queue) && !display_pending() && !ui_animating(t.ui);
}

static void host_settle(void)
{
    for (int i = 0; i < SETTLE_TURNS && (t.dirty || !queue_empty(&t.queue) || display_pending());
         i++)
        turn(0);
}

static void host_redraw(void)
{
    t.dirty = true;
}

static void host_hold(int64_t wall_ms)
{
    clock_hold(wall_ms);
    update(&(struct event){ .type = EV_TIMER });
}

/* Steps from one due time to the next, so that timers fire in the order a waiting person sees. */
static void host_advance(int64_t ms)
{
    int64_t end = clock_timer_ms() + ms;
    for (;;) {
        int64_t now = clock_timer_ms(), due = app_next_due_ms(&t.app);
        int64_t step = due >= 0 && due < end ? due - now : end - now;
        if (step > 0 || now < end)
            clock_advance_ms(step > 0 ? step : 1);
        fire_due();
        if (clock_timer_ms() >= end)
            break;
    }
    update(&(struct event){ .type = EV_TIMER });
}

static void serve_control(void)
{
    const struct control_host host = {
        .ui = t.ui,
        .app = &t.app,
        .line = t.dev.link,
        .stats = &t.stats,
        .send = host_send,
        .settle = host_settle,
        .idle = host_idle,
        .advance = host_advance,
        .hold = host_hold,
        .redraw = host_redraw,
    };
    if (t.control)
        control_serve(t.control, &host);
}

static enum err open_control(void)
{
    if (!t.options.control)
        return OK;
    enum err e = control_create(t.options.control, &t.control);
    return e == OK ? control_open(t.control) : e;
}
#endif

/* --- start and end ------------------------------------------------------------------------- */

/* SIGTERM and SIGINT are an order to stop like any other: an event. */
static void *wait_for_signals(void *arg)
{
    const sigset_t *set = arg;
    int sig;
    if (sigwait(set, &sig) == 0)
        post(&(struct event){ .type = EV_STOP });
    return NULL;
}

static enum err start_signals(void)
{
    static sigset_t set;
    pthread_t id;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    if (pthread_create(&id, NULL, wait_for_signals, &set) != 0)
        return ERR_NOMEM;
    pthread_detach(id);
    return OK;
}

/* No core dumps: they would carry what citizens typed. */
static void forbid_dumps(void)
{
    setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
    prctl(PR_SET_DUMPABLE, 0);
}

static void make_data_dir(const char *dir)
{
    if (mkdir(dir, 0770) == 0)
        chmod(dir, 02770);
    else if (access(dir, W_OK) != 0)
        log_error("data_dir", "err=%s", err_name(access(dir, F_OK) ? ERR_NOT_FOUND : ERR_READONLY));
}

static enum err start_screen(const struct config *c)
{
    const struct text_fonts fonts = { .regular = *c->font_regular ? c->font_regular : NULL,
                                      .bold = *c->font_bold ? c->font_bold : NULL,
                                      .icons = *c->font_icons ? c->font_icons : NULL };
    const struct display_config window = {
        .w = c->window_w_px, .h = c->window_h_px, .turn = config_quarters(c), .title = "惠民终端"
    };
    enum err e = display_init(&window);
    if (e == OK) {
        e = text_init(&fonts);
        if (e == ERR_FONT) { /* icons still speak; whoever looks after it reads the log */
            log_error("fonts", "err=%s", err_name(e));
            e = OK;
        }
    }
    return e;
}

static void start_readers(const struct config *c, struct devices *d)
{
    bool cards = strcmp(c->reader, "none") != 0;
    enum err e = OK;
    if (!cards && !*c->idreader)
        return;
    if (readers_create(reader_changed, NULL, &d->readers) != OK) {
        log_error("reader_not_started", "err=%s", err_name(ERR_NOMEM));
        return;
    }
    if (cards && (e = readers_add(d->readers, c->reader, c->reader_name)) != OK)
        log_error("reader_not_started", "err=%s", err_name(e));
    if (*c->idreader && (e = readers_add(d->readers, "samv", c->idreader)) != OK)
        log_error("idreader_not_started", "err=%s", err_name(e));
}

/* What is missing is a state, never a reason not to start. */
static void start_devices(const struct config *c)
{
    struct devices *d = &t.dev;
    enum err e;
    if ((e = line_create(c->data_dir, post, &d->link)) != OK)
        log_error("line_not_started", "err=%s", err_name(e));
    if ((e = outbox_create(c->data_dir, post, &d->outbox)) != OK)
        log_error("outbox_not_opened", "err=%s", err_name(e));
    if ((e = staff_create(c->data_dir, post, &d->staff)) != OK)
        log_error("staff_not_started", "err=%s", err_name(e));
    if ((e = printer_create(c->printer, printed, NULL, &d->printer)) != OK)
        log_error("printer_not_started", "err=%s", err_name(e));
    if ((e = scanner_create(c->scanner_device, scanner_changed, NULL, &d->scanner)) == OK)
        display_scans(scanned, d->scanner);
    else
        log_error("scanner_not_started", "err=%s", err_name(e));
    if ((e = doccam_create(c->doccam, doccam_changed, NULL, &d->doccam)) != OK)
        log_error("doccam_not_started", "err=%s", err_name(e));
    if ((e = pinpad_create(c->pinpad, pinpad_changed, NULL, &d->pinpad)) != OK)
        log_error("pinpad_not_started", "err=%s", err_name(e));
    char socket_path[CONFIG_TEXT + 16];
    snprintf(socket_path, sizeof socket_path, "%s/camera.sock", c->data_dir);
    if ((d->cameras = cameras_create(socket_path, camera_changed, NULL)) == NULL)
        log_error("cameras_not_started", "err=%s", err_name(ERR_NOMEM));
    start_readers(c, d);
}

static void stop_devices(void)
{
    cameras_destroy(t.dev.cameras);
    readers_destroy(t.dev.readers);
    display_scans(NULL, NULL);
    scanner_destroy(t.dev.scanner);
    doccam_destroy(t.dev.doccam);
    pinpad_destroy(t.dev.pinpad);
    printer_destroy(t.dev.printer);
    staff_destroy(t.dev.staff);
    outbox_destroy(t.dev.outbox);
    line_destroy(t.dev.link);
}

static enum err start(void)
{
    const struct config *c = &t.options.config;
    char locale_dir[CONFIG_TEXT + 16];
    enum err e;
    snprintf(locale_dir, sizeof locale_dir, "%s/locale", c->share_dir);
    make_data_dir(c->data_dir);
    if ((e = queue_init(&t.queue, sizeof(struct event), QUEUE_CAP)) != OK ||
        (e = start_signals()) != OK || (e = i18n_init(locale_dir, c->lang)) != OK ||
        (e = crypto_init()) != OK || (e = start_screen(c)) != OK)
        return e;
    start_devices(c);
    if ((e = app_init(&t.app, c, &t.dev)) != OK)
        return e;
    t.ui = ui_create();
    if (!t.ui)
        return ERR_NOMEM;
    if (t.options.hold_clock && t.dev.link && line_clock_hold(t.dev.link, t.options.clock_ms) != OK)
        log_info("clock_not_forwarded", "why=no_sync");
    fit_theme();
    return OK;
}

static void finish(void)
{
#if CONTROL
    control_destroy(t.control);
#endif
    stop_devices();
    ui_destroy(t.ui);
    app_finish(&t.app);
    raster_finish();
    text_finish();
    sound_finish();
    display_finish();
}

static int run(void)
{
    t.running = true;
    draw();
    watch_ready();
#if CONTROL
    enum err e = open_control();
    if (e != OK) {
        log_error("control_not_opened", "err=%s", err_name(e));
        return 2;
    }
#endif
    while (t.running) {
        turn(sleep_ms());
#if CONTROL
        serve_control();
#endif
    }
    return 0;
}

int main(int argc, char **argv)
{
    log_init("huimin", LOG_INFO);
    watch_open();
    forbid_dumps();
    enum err e = options_read(&t.options, argc, argv);
    if (e != OK)
        return e == ERR_STOPPED ? 0 : 2;
    if (t.options.hold_clock)
        clock_hold(t.options.clock_ms);
    if (t.options.staff_pin)
        return staff_set_pin(t.options.config.data_dir);
    if (t.options.enrol)
        return enrol_command(&t.options.config, t.options.enrol);
    if (t.options.check_atr)
        return check_atr(t.options.check_atr);
    if (t.options.check)
        return check_print(&t.options.config);
    e = start();
    if (e != OK)
        log_error("not_started", "err=%s", err_name(e));
    int status = e == OK ? run() : 1;
    finish();
    return status;
}
