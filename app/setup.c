/* setup.c - setting a terminal up: from page to page, and what each leaves behind. */
#include "app/setup.h"

#include "app/app.h"
#include "app/config_write.h"
#include "app/i18n.h"
#include "app/system_state.h"
#include "app/typing.h"
#include "hal/base/clock.h"
#include "hal/base/io.h"
#include "hal/base/log.h"
#include "hal/display.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LOOK_MS = 1000, PATH_CAP = CONFIG_TEXT + 32 };

static const char *const page_word[SETUP_PAGES] = { "lang", "size",    "turn", "name",     "place",
                                                    "net",  "net_how", "ntp",  "platform", "apply",
                                                    "pin",  "enrol",   "test", "report" };

/* --- made, and how far it is --------------------------------------------------------------------
 */

static void path_in(const char *dir, const char *name, char out[PATH_CAP])
{
    snprintf(out, PATH_CAP, "%.*s/%s", CONFIG_TEXT, dir, name);
}

static void fill(struct setup *s, enum setup_field f, const char *value, const char *example)
{
    if (!s->open || strcmp(value, example) != 0)
        snprintf(s->field[f], SETUP_TEXT_CAP, "%.*s", SETUP_TEXT_CAP - 1, value);
}

/* What is set already; but an example of a place is nobody's place. */
static void fill_all(struct setup *s, const struct config *c)
{
    struct config example;
    config_init(&example);
    fill(s, SETUP_NAME_ZH, c->terminal_name_zh, "");
    fill(s, SETUP_NAME_EN, c->terminal_name_en, "");
    fill(s, SETUP_PLACE_ZH, c->terminal_place_zh, example.terminal_place_zh);
    fill(s, SETUP_PLACE_EN, c->terminal_place_en, example.terminal_place_en);
    bool own = !s->open || strcmp(c->terminal_village, example.terminal_village) != 0;
    s->village = own ? strtoll(c->terminal_village, NULL, 10) : 0;
    fill(s, SETUP_URL, strcmp(c->platform_url, "none") == 0 ? "" : c->platform_url, "");
    memcpy(s->url_was, s->field[SETUP_URL], sizeof s->url_was);
    s->size = -1;
    if (c->panel_w_mm && c->panel_h_mm) {
        s->size = SETUP_SIZES;
        snprintf(s->field[SETUP_W], SETUP_TEXT_CAP, "%d", c->panel_w_mm);
        snprintf(s->field[SETUP_H], SETUP_TEXT_CAP, "%d", c->panel_h_mm);
    }
    setup_fill_net(s);
}

/* What was chosen of a network is kept nowhere before the system has it: it is asked for anew. */
static enum setup_page page_kept(const char *dir)
{
    char path[PATH_CAP], word[32];
    size_t n = 0;
    path_in(dir, "page", path);
    if (io_slurp(AT_FDCWD, path, word, sizeof word, &n) != OK)
        return SETUP_LANG;
    word[strcspn(word, "\n")] = '\0';
    for (int i = 0; i < SETUP_PAGES; i++)
        if (strcmp(page_word[i], word) == 0)
            return i > SETUP_NET && i <= SETUP_APPLY ? SETUP_NET : (enum setup_page)i;
    return SETUP_LANG;
}

static void keep_page(const struct app *app)
{
    char path[PATH_CAP], word[32];
    const struct setup *s = app->setup;
    log_info("setup_page", "page=%s", page_word[s->page]);
    if (!s->open)
        return;
    path_in(app->config->setup_dir, "page", path);
    int n = snprintf(word, sizeof word, "%s\n", page_word[s->page]);
    enum err e = io_replace(AT_FDCWD, path, word, (size_t)n, 0660);
    if (e != OK)
        log_warn("page_not_kept", "err=%s", err_name(e));
}

static bool data_lost(const struct app *app)
{
    struct system_state sys;
    system_state_read(app->config, &sys);
    return strcmp(sys.data, "lost") == 0;
}

static bool has_pin(const struct app *app)
{
    return app->dev.staff && staff_has_pin(app->dev.staff);
}

struct setup *setup_create(const struct app *app)
{
    struct arena a;
    char done[PATH_CAP];
    if (!*app->config->setup_dir || arena_init_locked(&a, sizeof(struct setup) + 4096) != OK)
        return NULL;
    struct setup *s = arena_new(&a, struct setup);
    if (!s) {
        arena_finish(&a);
        return NULL;
    }
    s->arena = a;
    path_in(app->config->data_dir, "setup.done", done);
    s->open = access(done, F_OK) != 0;
    s->lost = s->open && data_lost(app);
    s->open = s->open && !s->lost;
    s->wrong_field = SETUP_FIELDS;
    setup_wish_load(s, app->config->setup_dir);
    fill_all(s, app->config);
    s->page = s->open ? page_kept(app->config->setup_dir) : SETUP_SIZE;
    s->turned = config_quarters(app->config);
    s->pin_there = has_pin(app);
    s->locked = s->open && s->pin_there; /* whoever set it is away, perhaps */
    if (s->open)
        log_info("setup_begins", "page=%s", page_word[s->page]);
    return s;
}

void setup_destroy(struct setup *s)
{
    if (!s)
        return;
    struct arena a = s->arena;
    arena_finish(&a);
}

bool setup_open(const struct app *app)
{
    return app->setup && app->setup->open;
}

bool setup_lost(const struct app *app)
{
    return app->setup && app->setup->lost;
}

bool setup_may(const struct app *app)
{
    const struct setup *s = app->setup;
    return s && ((s->open && !s->locked) || app->staff_in);
}

bool setup_unlocked(struct app *app)
{
    struct setup *s = app->setup;
    if (!s || !s->locked)
        return false;
    s->locked = false;
    app->staff_in = false; /* it is its door only */
    app_home(app);
    return true;
}

bool setup_busy(const struct app *app)
{
    return setup_open(app) || (app->setup && strcmp(app_screen(app)->name, "setup") == 0);
}

/* --- pages -------------------------------------------------------------------------------------
 */

static bool net_changes(const struct setup *s)
{
    struct wish w;
    bool other = setup_wish(s, &w);
    explicit_bzero(&w, sizeof w);
    return other;
}

static bool has_page(const struct app *app, enum setup_page p)
{
    const struct setup *s = app->setup;
    switch (p) {
    case SETUP_LANG:
    case SETUP_NAME:
    case SETUP_ENROL:
        return s->open;
    case SETUP_NET_HOW:
        return s->net == NET_STATIC || s->net == NET_WIFI;
    case SETUP_NTP:
    case SETUP_PLATFORM:
        return s->net != NET_NONE;
    case SETUP_APPLY:
        return s->wait != WISH_QUIET || net_changes(s);
    default:
        return true;
    }
}

/* How many there are does not change under one's hands: pages that may be passed over count. */
static bool counts(const struct app *app, enum setup_page p)
{
    const struct setup *s = app->setup;
    return has_page(app, p) || (s->open && p == SETUP_APPLY);
}

int setup_step(const struct app *app, int *out_of)
{
    int step = 0, of = 0;
    for (int p = 0; p < SETUP_PAGES; p++) {
        of += counts(app, (enum setup_page)p);
        if (p == (int)app->setup->page)
            step = of;
    }
    *out_of = of;
    return step;
}

static void forget(struct setup *s)
{
    explicit_bzero(s->field[SETUP_PIN_NEW], SETUP_TEXT_CAP);
    explicit_bzero(s->field[SETUP_PIN_AGAIN], SETUP_TEXT_CAP);
    s->pin_asked = false;
}

/* The key of a network is typed on one page and sent two pages later. */
static void forget_key(struct setup *s)
{
    if (s->page < SETUP_NET || s->page > SETUP_APPLY)
        explicit_bzero(s->field[SETUP_KEY], SETUP_TEXT_CAP);
}

static void point_at(struct setup *s, const char *wrong, enum setup_field f)
{
    s->wrong = wrong;
    s->wrong_field = f;
    s->shouts++;
}

void setup_ask(struct app *app)
{
    struct wish w;
    struct setup *s = app->setup;
    if (s->net == NET_NOT_SAID)
        point_at(s, "setup.wrong.choose_net", SETUP_FIELDS);
    else if (setup_wish(s, &w))
        setup_wish_send(app, &w);
    explicit_bzero(&w, sizeof w);
}

void setup_show(struct app *app, enum setup_page p)
{
    struct setup *s = app->setup;
    s->page = p;
    s->wrong = NULL;
    s->wrong_field = SETUP_FIELDS;
    s->picking = false;
    s->whole = WHOLE_NOT;
    forget(s);
    forget_key(s);
    typing_end(app->typing);
    keep_page(app);
    s->wait = WISH_QUIET;
    s->pin_there = has_pin(app);
    if (p == SETUP_APPLY)
        setup_ask(app);
    if (p == SETUP_ENROL)
        enrol_form_clear(&app->enrol);
    if (p == SETUP_REPORT)
        enrol_prints(app->config, &s->prints);
    if (p == SETUP_TEST) {
        s->first_serial = app->card.serial;
        s->poll_ms = clock_timer_ms() + LOOK_MS;
    }
}

static bool write_config(struct app *app, const struct config_change *change, int count)
{
    char why[400];
    enum err e = config_write(app->config->data_dir, change, count, why, sizeof why);
    if (e == OK)
        return true;
    log_error("settings_not_written", "err=%s why=\"%s\"", err_name(e), why);
    point_at(app->setup, e == ERR_CONFIG ? "setup.wrong.unsayable" : "setup.wrong.disk",
             SETUP_FIELDS);
    return false;
}

bool setup_write_panel(struct app *app)
{
    struct setup *s = app->setup;
    char w[16], h[16];
    int wide = 0, high = 0, w_mm = (int)strtol(s->field[SETUP_W], NULL, 10),
        h_mm = (int)strtol(s->field[SETUP_H], NULL, 10);
    display_size(&wide, &high);
    if (s->size < SETUP_SIZES && wide > 0)
        setup_mm(setup_inches[s->size], wide, high, &w_mm, &h_mm);
    bool lies = (w_mm > h_mm) != (wide > high) && w_mm != h_mm;
    snprintf(w, sizeof w, "%d", lies ? h_mm : w_mm); /* typed before the picture was turned */
    snprintf(h, sizeof h, "%d", lies ? w_mm : h_mm);
    struct config_change c[] = { { "rotate", config_rotate[s->turned] },
                                 { "panel_w_mm", w },
                                 { "panel_h_mm", h } };
    return write_config(app, c, s->size < 0 ? 1 : 3);
}

static bool write_place(struct app *app)
{
    struct setup *s = app->setup;
    char village[24];
    snprintf(village, sizeof village, "%lld", (long long)s->village);
    struct config_change c[] = { { "terminal.place_zh", s->field[SETUP_PLACE_ZH] },
                                 { "terminal.place_en", s->field[SETUP_PLACE_EN] },
                                 { "terminal.village", village } };
    return write_config(app, c, 3); /* 0: not the example's, nor the one before */
}

static bool write_platform(struct app *app)
{
    struct setup *s = app->setup;
    char *url = s->field[SETUP_URL];
    if (strcmp(url, "https://") == 0)
        *url = '\0';
    bool other = strcmp(url, s->url_was) != 0;
    bool well =
        write_config(app, &(struct config_change){ "platform.url", *url ? url : "none" }, 1);
    s->restart |= well && other && !s->open; /* this run has read the one before */
    return well;
}

static void ask_pin(struct app *app)
{
    struct setup *s = app->setup;
    enum err e = app->dev.staff ? staff_set(app->dev.staff, s->field[SETUP_PIN_NEW]) : ERR_READONLY;
    forget(s);
    s->pin_asked = e == OK;
    if (e != OK)
        point_at(s, "setup.wrong.disk", SETUP_PIN_NEW);
}

/* What a page leaves behind; false: it is not left. */
static bool leave(struct app *app)
{
    struct setup *s = app->setup;
    switch (s->page) {
    case SETUP_LANG:
        return write_config(app, &(struct config_change){ "lang", i18n_lang() }, 1);
    case SETUP_SIZE:
    case SETUP_TURN:
        return setup_write_panel(app);
    case SETUP_NAME:
        return write_config(
            app,
            (struct config_change[]){ { "terminal.name_zh", s->field[SETUP_NAME_ZH] },
                                      { "terminal.name_en", s->field[SETUP_NAME_EN] } },
            2);
    case SETUP_PLACE:
        return write_place(app);
    case SETUP_PLATFORM:
        return write_platform(app);
    case SETUP_PIN:
        if (s->pin_there && !*s->field[SETUP_PIN_NEW] && !s->pin_asked)
            return true;
        if (!s->pin_asked)
            ask_pin(app);
        return false; /* when it is kept: setup_pin_judged */
    default:
        return true;
    }
}

static void go_on(struct app *app)
{
    for (int p = (int)app->setup->page + 1; p < SETUP_PAGES; p++)
        if (has_page(app, (enum setup_page)p)) {
            setup_show(app, (enum setup_page)p);
            return;
        }
}

void setup_next(struct app *app)
{
    struct setup *s = app->setup;
    enum setup_field f;
    const char *wrong = setup_fault(s, s->page, &f);
    if (s->wait == WISH_ASKED)
        return;
    if (wrong)
        point_at(s, wrong, f);
    else if (leave(app))
        go_on(app);
}

bool setup_first(const struct app *app)
{
    for (int p = 0; p < (int)app->setup->page; p++)
        if (has_page(app, (enum setup_page)p))
            return false;
    return true;
}

/* Over the page that asks the system: back means another answer, not another question. */
bool setup_back(struct app *app)
{
    struct setup *s = app->setup;
    if (s->picking || s->whole != WHOLE_NOT) {
        s->picking = false;
        s->whole = WHOLE_NOT;
        return true;
    }
    if (s->wait == WISH_ASKED)
        return true;
    setup_turn_kept(app);
    for (int p = (int)s->page - 1; p >= 0; p--)
        if (has_page(app, (enum setup_page)p) && p != SETUP_APPLY) {
            setup_show(app, (enum setup_page)p);
            return true;
        }
    return false;
}

/* --- picked ------------------------------------------------------------------------------------
 */

void setup_pick_village(struct app *app, int64_t code, const char *place)
{
    struct setup *s = app->setup;
    s->village = code;
    s->picking = false;
    s->wrong = NULL;
    snprintf(s->field[SETUP_PLACE_ZH], SETUP_TEXT_CAP, "%.*s", SETUP_TEXT_CAP - 1, place);
    s->field[SETUP_PLACE_EN][0] = '\0';
}

/* --- opened, left, finished ----------------------------------------------------------------------
 */

void setup_enter(struct app *app)
{
    struct setup *s = app->setup;
    setup_wish_load(s, app->config->setup_dir);
    fill_all(s, app->config);
    s->wait = WISH_QUIET;
    setup_show(app, SETUP_SIZE);
}

void setup_left(struct app *app)
{
    struct setup *s = app->setup;
    if (!s || strcmp(app_screen(app)->name, "setup") == 0)
        return;
    setup_turn_back(app); /* nobody said it is well: no hand may have been there */
    forget(s);
    explicit_bzero(s->field[SETUP_KEY], SETUP_TEXT_CAP);
    s->whole = WHOLE_NOT;
}

/* Which signed file was done stays: it is not done again over what the staff has set since. */
static enum err write_done(const struct app *app)
{
    char path[PATH_CAP], text[512], was[512], now[32];
    size_t had = 0;
    clock_format_rfc3339(now, sizeof now, app->now_ms);
    path_in(app->config->data_dir, "setup.done", path);
    bool before = io_slurp(AT_FDCWD, path, was, sizeof was, &had) == OK;
    const char *file = before ? strstr(was, "file = ") : NULL;
    int n = snprintf(text, sizeof text, "at = %s\nby = staff\n%.100s", now, file ? file : "");
    return io_replace(AT_FDCWD, path, text, (size_t)n, 0660);
}

void setup_finish(struct app *app)
{
    struct setup *s = app->setup;
    char path[PATH_CAP];
    enum err e = write_done(app);
    s->unfinished = e != OK;
    if (e != OK) {
        log_error("setup_not_done", "err=%s", err_name(e));
        return;
    }
    path_in(app->config->setup_dir, "page", path);
    (void)unlink(path);
    log_info("setup_done", "by=staff");
    app->ending = true;
}

/* --- time and news ------------------------------------------------------------------------------
 */

static int64_t least(int64_t a, int64_t b)
{
    return a < 0 || (b >= 0 && b < a) ? b : a;
}

/* The printer and the clock say nothing by themselves: the page that shows them looks. */
static bool looking(const struct app *app)
{
    return app->setup->page == SETUP_TEST && strcmp(app_screen(app)->name, "setup") == 0;
}

/* With a PIN there is a door, and whoever set it may have gone: -1: not now. */
static int64_t lock_ms(const struct app *app)
{
    const struct setup *s = app->setup;
    return s->open && !s->locked && has_pin(app) ? app->last_touch_ms + SETUP_REST_MS : -1;
}

static void lock(struct app *app)
{
    struct setup *s = app->setup;
    s->locked = true;
    log_info("setup_rests", "page=%s", page_word[s->page]);
    app_home(app);
}

int64_t setup_due_ms(const struct app *app)
{
    const struct setup *s = app->setup;
    if (!s)
        return -1;
    int64_t due = s->sheet_ms > 0 ? s->sheet_ms : -1;
    due = least(due, s->turn_ms ? s->turn_ms : -1);
    if (s->wait != WISH_ASKED)
        due = least(due, lock_ms(app));
    return s->wait == WISH_ASKED || looking(app) ? least(due, s->poll_ms) : due;
}

bool setup_due(struct app *app, int64_t timer_ms)
{
    struct setup *s = app->setup;
    if (!s)
        return false;
    if (s->sheet_ms > 0 && s->sheet_ms <= timer_ms)
        setup_line(app);
    if (setup_turn_due(app, timer_ms))
        return true;
    if (s->wait == WISH_ASKED)
        return setup_wish_look(app, timer_ms);
    int64_t rests = lock_ms(app);
    if (rests >= 0 && rests <= timer_ms) {
        lock(app);
        return true;
    }
    if (!looking(app) || s->poll_ms > timer_ms)
        return false;
    s->poll_ms = timer_ms + LOOK_MS;
    return true;
}

void setup_pin_set(struct app *app, enum err e)
{
    struct setup *s = app->setup;
    if (!s || !s->pin_asked)
        return;
    s->pin_asked = false;
    staff_look(app->dev.staff); /* it is there now */
    if (e == OK)
        go_on(app);
    else
        point_at(s, "setup.wrong.disk", SETUP_PIN_NEW);
}

void setup_printed(struct app *app, enum err e)
{
    struct setup *s = app->setup;
    if (!s || !s->printing)
        return;
    s->printing = false;
    s->printed = e == OK;
    s->print_err = e;
}
