/* visit.c - a citizen's turn at the terminal, from the card or the first touch to the wiped screen.
 */
#include "app/visit.h"

#include "app/app.h"
#include "app/card_pin.h"
#include "app/cases.h"
#include "app/form.h"
#include "app/genuine.h"
#include "app/handin.h"
#include "app/i18n.h"
#include "app/papers.h"
#include "app/progress.h"
#include "app/proof.h"
#include "app/rating.h"
#include "app/scan.h"
#include "app/services.h"
#include "app/social.h"
#include "app/suggest.h"
#include "app/typing.h"
#include "hal/base/clock.h"
#include "hal/sound.h"
#include "hal/base/log.h"
#include "hal/readers.h"

#include <stdio.h>
#include <string.h>

void visit_lang(const char *lang)
{
    if (i18n_set(lang) != OK)
        log_warn("unknown_language", "lang=%s", lang);
}

static bool aids_changed(const struct app *app)
{
    return app->taste.size != app->usual.size || app->taste.contrast != app->usual.contrast ||
           strcmp(i18n_lang(), app->config->lang) != 0;
}

static bool on_home(const struct app *app)
{
    return app->depth == 1;
}

/* A resident identity card is laid on a reader of its own, with a habit of its own; a code on a
 * phone is shown once. */
bool visit_stays_in(const struct app *app)
{
    enum card_kind kind = app->session.face ? app->session.face->kind : CARD_NONE;
    const char *how =
        kind == CARD_IDCARD ? app->config->idreader_session : app->config->reader_session;
    return kind != CARD_ECARD && strcmp(how, "insert") == 0;
}

static bool has_card(const struct app *app)
{
    return session_card(&app->session) != NULL;
}

static bool card_is_in(const struct app *app)
{
    enum reader_state s = app->card.state;
    return s != READER_ABSENT && s != READER_NO_SERVICE && s != READER_EMPTY;
}

bool visit_unsent(const struct app *app)
{
    bool handed_over = app->form->busy && !errand_handin_open(app);
    return form_open(app->form) && app->form->touched && !handed_over;
}

/* --- the end ------------------------------------------------------------------------------ */

/* The forms of a visit have their places in the session's arena from the start: never NULL. */
static enum err lay_out(struct app *app)
{
    app->form = arena_new(&app->session.arena, struct form);
    app->papers = arena_new(&app->session.arena, struct papers);
    app->receipt = arena_new(&app->session.arena, struct receipt);
    app->cases = arena_new(&app->session.arena, struct cases);
    app->social = arena_new(&app->session.arena, struct social);
    app->suggest = arena_new(&app->session.arena, struct suggest);
    app->proof = arena_new(&app->session.arena, struct proof);
    app->genuine = arena_new(&app->session.arena, struct genuine);
    app->card_pin = arena_new(&app->session.arena, struct card_pin);
    bool citizen = app->cases && app->social && app->suggest && app->proof;
    return app->form && app->papers && app->receipt && citizen && app->genuine && app->card_pin
               ? OK
               : ERR_NOMEM;
}

enum err visit_init(struct app *app)
{
    enum err e = session_init(&app->session);
    return e == OK ? lay_out(app) : e;
}

/* Everything of this citizen goes: arena, what was typed, where they were. */
static void wipe(struct app *app)
{
    papers_leave(app);
    papers_forget(app->papers);
    session_wipe(&app->session);
    if (lay_out(app) != OK)
        log_error("session", "err=%s", err_name(ERR_NOMEM)); /* cannot be: it fitted before */
    progress_forget(app->progress);
    rating_forget(app->rating);
    typing_forget(app->typing);
    services_forget(app->services);
    explicit_bzero(app->query, sizeof app->query);
    app->query_fixed = 0;
    for (int i = 0; i < APP_STACK; i++)
        explicit_bzero(app->stack[i].query, sizeof app->stack[i].query);
    app->reveal_until_ms = 0;
    app->purse_shown = false;
    errand_forget(app);
    app->staff_in = app->pin_judging = false;
    explicit_bzero(app->pin, sizeof app->pin);
    app->pin_err = OK;
    enrol_form_clear(&app->enrol);
    app->wipes++;
}

static void end(struct app *app)
{
    app->done_serial = app->card.serial;
    rating_finish(app); /* whoever pressed a face has rated, with or without a reason */
    app->visit = app->look_stays = false;
    app->asking = false;
    app->taste = app->usual;
    visit_lang(app->config->lang);
    wipe(app);
    app_home(app);
}

/* Whoever is told to take their card reads it as they read everything else. */
static void end_as_seen(struct app *app)
{
    struct taste taste = app->taste;
    char lang[16];
    snprintf(lang, sizeof lang, "%s", i18n_lang());
    end(app);
    app->taste = taste;
    visit_lang(lang);
    app->look_stays = true;
}

static void look_back(struct app *app)
{
    if (!app->look_stays || app->visit)
        return;
    app->look_stays = false;
    app->taste = app->usual;
    visit_lang(app->config->lang);
}

static void say(struct app *app, enum card_says what, int64_t for_ms)
{
    app->card_says = what;
    app->card_until_ms = for_ms ? clock_timer_ms() + for_ms : 0;
}

void visit_done(struct app *app)
{
    bool remind = has_card(app) && visit_stays_in(app) && card_is_in(app);
    if (!remind) {
        end(app);
        return;
    }
    end_as_seen(app);
    say(app, CARD_SAYS_TAKE, VISIT_TAKE_MS);
    sound_play(SOUND_TAKE_CARD);
}

/* --- the card ----------------------------------------------------------------------------- */

/* By its own number: who holds a third generation card may have become known since. */
static bool same_card(const struct card_face *a, const struct card_face *b)
{
    if (*a->card_no || *b->card_no)
        return strcmp(a->card_no, b->card_no) == 0;
    return strcmp(a->id, b->id) == 0;
}

/* A purse was looked at in the middle of a form that was begun without a card: that goes on. */
static void other_left(struct app *app)
{
    explicit_bzero(app->session.other, sizeof *app->session.other);
    app->session.other = NULL;
    if (strcmp(app_screen(app)->name, "purse") == 0)
        app_back(app);
}

/* The card left, or its reader did. What is personal is off the screen with the next frame. The
 * next one may be in and read already: only the one that left is done with. */
static void card_left(struct app *app, uint32_t serial)
{
    if (app->session.held || !has_card(app) || !visit_stays_in(app))
        return;
    if (app->session.other && visit_unsent(app)) {
        other_left(app);
        return;
    }
    if (visit_unsent(app)) {
        app->session.held = true;
        papers_leave(app);
        app->form->busy = false;
        errand_forget(app);
        genuine_cut(app);
        card_pin_cut(app);
        app->session.held_until_ms = clock_timer_ms() + VISIT_HOLD_MS;
        app->asking = false;
        app->reveal_until_ms = 0;
        return;
    }
    end(app);
    app->done_serial = serial;
    app->banner_until_ms = clock_timer_ms() + VISIT_READ_MS;
}

/* A card that names nobody begins nobody's page: what it is and what it can do here. */
static void greet_other(struct app *app)
{
    app->purse_shown = false;
    if (!visit_unsent(app))
        app_home(app);
    app_go(app, "purse", 0);
}

/* What is asked of the platform once it is known who somebody is. */
static void ask_for_citizen(struct app *app)
{
    cases_ask(app);
    if (strcmp(app_screen(app)->name, "account") == 0)
        social_open(app, (enum social_part)(app_arg(app) % SOCIAL_PARTS));
    suggest_begin(app);
}

void visit_known(struct app *app)
{
    if (app->cases->ask.state == ASK_NONE || app->cases->ask.state == ASK_FAILED)
        ask_for_citizen(app);
}

/* Somebody in the middle of a service stays there; else the citizen's own page. */
static void greet(struct app *app)
{
    const char *at = app_screen(app)->name;
    static const char *const keep[] = { "service",  "form",    "papers", "review",
                                        "progress", "account", "proof" };
    app->visit = true;
    app->last_touch_ms = clock_timer_ms();
    app->asking = false;
    app->scan_says = SCAN_SAYS_NOTHING;
    if (app->session.other) {
        greet_other(app);
        return;
    }
    genuine_begin(app);
    ask_for_citizen(app);
    for (size_t i = 0; i < sizeof keep / sizeof *keep; i++)
        if (strcmp(at, keep[i]) == 0)
            return;
    app_home(app);
    app_go(app, "citizen", 0);
}

/* The card that the form waits for is in again. */
static void resume(struct app *app)
{
    app->session.held = false;
    app->last_touch_ms = clock_timer_ms();
    errand_next(app);
}

/* The same card again: what is known of its holder by now stays. */
static void again(struct app *app, struct card_face *face)
{
    explicit_bzero(face, sizeof *face);
    app->session.serial = app->card.serial;
    if (app->session.held)
        resume(app);
    else
        greet(app);
}

static void begin(struct app *app, struct card_face *face)
{
    const struct card_face *had = session_card(&app->session);
    if (had && had->kind == face->kind && same_card(had, face)) {
        again(app, face);
        return;
    }
    if (had)
        end(app);
    if (session_begin(&app->session, face, app->card.serial) != OK) {
        log_error("session", "err=%s", err_name(ERR_NOMEM));
        end(app);
        return;
    }
    greet(app);
}

static void card_ready(struct app *app)
{
    struct card_face face;
    if (app->session.held && app->card.serial == app->session.serial) {
        say(app, CARD_SAYS_NOTHING, 0); /* another card was there for a moment */
        resume(app);
        return;
    }
    if (app->card.serial == app->done_serial ||
        !readers_face(app->dev.readers, app->card.serial, &face))
        return;
    bool citizen = face.kind == CARD_SSC || face.kind == CARD_IDCARD;
    if (citizen && face.expires_day != INT32_MIN && face.expires_day < app->today) {
        explicit_bzero(&face, sizeof face);
        app->done_serial = app->card.serial;
        say(app, CARD_SAYS_EXPIRED, 0);
        return;
    }
    say(app, CARD_SAYS_NOTHING, 0);
    app->banner_until_ms = 0;
    begin(app, &face);
}

static enum card_says says_of(const struct reader_status *s)
{
    switch (s->state) {
    case READER_MUTE:
        return CARD_SAYS_MUTE;
    case READER_UPSIDE_DOWN:
        return CARD_SAYS_UPSIDE_DOWN;
    case READER_UNSUPPORTED:
        return s->kind == CARD_BANK ? CARD_SAYS_BANK : CARD_SAYS_UNKNOWN;
    case READER_LOCKED:
        return CARD_SAYS_LOCKED;
    case READER_MANY:
        return CARD_SAYS_MANY;
    default:
        return CARD_SAYS_NOTHING;
    }
}

/* A sentence about a card that left is kept long enough to be read. */
static void keep_said(struct app *app)
{
    if (app->card_says == CARD_SAYS_TAKE || app->card_says == CARD_SAYS_READING)
        say(app, CARD_SAYS_NOTHING, 0);
    else if (app->card_says != CARD_SAYS_NOTHING && app->card_until_ms == 0)
        app->card_until_ms = clock_timer_ms() + VISIT_READ_MS;
}

bool visit_card_there(const struct app *app)
{
    const struct session *s = &app->session;
    return app->dev.readers && s->face && !s->held && s->face->kind != CARD_ECARD &&
           card_is_in(app) && app->card.serial == s->serial;
}

bool visit_card_answers(const struct app *app)
{
    return visit_stays_in(app) && visit_card_there(app);
}

void visit_other_card(struct app *app)
{
    end(app);
}

void visit_ecard(struct app *app, struct card_face *face)
{
    app->done_serial = app->card.serial; /* one that may be in says nothing in this visit */
    if (app->session.other)
        other_left(app);
    begin(app, face);
}

void visit_refused(struct app *app)
{
    uint32_t serial = app->card.serial;
    end_as_seen(app);
    app->done_serial = serial;
    say(app, CARD_SAYS_REFUSED, card_is_in(app) && visit_stays_in(app) ? 0 : VISIT_REFUSED_MS);
}

void visit_reader(struct app *app)
{
    struct reader_status was = app->card;
    bool was_in = card_is_in(app);
    readers_status(app->dev.readers, &app->card);
    enum card_says now = says_of(&app->card);
    if (was_in && (!card_is_in(app) || app->card.serial != was.serial)) {
        card_left(app, was.serial);
        keep_said(app);
        look_back(app);
        if (app->card.pulled_early)
            say(app, CARD_SAYS_PULLED, VISIT_READ_MS);
    }
    errand_card(app);
    if (app_shut(app) || setup_busy(app))
        return;
    if (app->card.state == READER_READY)
        card_ready(app);
    else if (now != CARD_SAYS_NOTHING && app->card_shut_serial != app->card.serial)
        say(app, now, 0);
}

void visit_without_card(struct app *app)
{
    app->card_shut_serial = app->card.serial;
    say(app, CARD_SAYS_NOTHING, 0);
}

/* --- touches and timers --------------------------------------------------------------------- */

void visit_touched(struct app *app)
{
    app->last_touch_ms = clock_timer_ms();
    app->banner_until_ms = 0;
    if (app->asking)
        app->ask_until_ms = app->last_touch_ms + app->config->idle_answer_s * 1000;
}

void visit_stay(struct app *app)
{
    app->asking = false;
    app->last_touch_ms = clock_timer_ms();
}

void visit_reveal(struct app *app)
{
    app->reveal_until_ms = clock_timer_ms() + VISIT_REVEAL_MS;
}

bool visit_revealed(const struct app *app)
{
    return clock_timer_ms() < app->reveal_until_ms;
}

/* When the idle rules act next: the question, its end, or the quiet end on home. -1 = never. */
static int64_t idle_due_ms(const struct app *app)
{
    if (setup_open(app)) /* there are no citizens yet */
        return -1;
    if (app->session.held)
        return app->session.held_until_ms;
    if (app->asking)
        return app->ask_until_ms;
    if (!on_home(app) || has_card(app))
        return app->last_touch_ms + app->config->idle_ask_s * 1000;
    if (app->visit)
        return app->last_touch_ms + VISIT_HOME_REST_MS;
    if (aids_changed(app))
        return app->last_touch_ms + app->config->idle_ask_s * 1000;
    return -1;
}

static void idle_due(struct app *app)
{
    if (app->session.held || app->asking || (on_home(app) && !has_card(app))) {
        visit_done(app);
        return;
    }
    app->asking = true;
    app->reveal_until_ms = 0;
    app->ask_until_ms = clock_timer_ms() + app->config->idle_answer_s * 1000;
}

/* A card that is being read for more than a second is told about. */
static int64_t reading_due_ms(const struct app *app)
{
    bool quiet = app->card_says == CARD_SAYS_NOTHING && app->card_shut_serial != app->card.serial;
    return app->card.state == READER_READING && quiet ? app->card.present_us / 1000 + 1000 : -1;
}

static int64_t countdown_end_ms(const struct app *app)
{
    if (app->session.held)
        return app->session.held_until_ms;
    if (app->asking)
        return app->ask_until_ms;
    return app->card_says == CARD_SAYS_TAKE ? app->card_until_ms : 0;
}

int visit_seconds_left(const struct app *app)
{
    int64_t left = countdown_end_ms(app) - clock_timer_ms();
    return left > 0 ? (int)((left + 999) / 1000) : 0;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < 0 || (b >= 0 && b < a) ? b : a;
}

static int64_t if_set(int64_t at_ms)
{
    return at_ms > 0 ? at_ms : -1;
}

int64_t visit_next_due_ms(const struct app *app)
{
    int64_t due = least(idle_due_ms(app), reading_due_ms(app));
    due = least(due, if_set(app->card_until_ms));
    due = least(due, if_set(app->banner_until_ms));
    due = least(due, if_set(app->reveal_until_ms));
    due = least(due, if_set(app->social->busy_at_ms));
    due = least(due, if_set(app->proof->busy_at_ms));
    due = least(due, if_set(app->genuine->give_up_ms));
    if (countdown_end_ms(app) > 0)
        due = least(due, countdown_end_ms(app) - (visit_seconds_left(app) - 1) * 1000LL);
    return due;
}

static bool passed(int64_t *at_ms, int64_t now_ms)
{
    if (*at_ms <= 0 || *at_ms > now_ms)
        return false;
    *at_ms = 0;
    return true;
}

bool visit_due(struct app *app, int64_t timer_ms)
{
    int shown = app->shown_seconds;
    int64_t idle = idle_due_ms(app), reading = reading_due_ms(app);
    bool acted = false;
    if (idle >= 0 && idle <= timer_ms) {
        idle_due(app);
        acted = true;
    } else if (reading >= 0 && reading <= timer_ms) {
        say(app, CARD_SAYS_READING, 0);
        acted = true;
    }
    if (passed(&app->card_until_ms, timer_ms)) {
        app->card_says = CARD_SAYS_NOTHING;
        acted = true;
    }
    acted |= passed(&app->banner_until_ms, timer_ms);
    acted |= passed(&app->reveal_until_ms, timer_ms);
    acted |= passed(&app->social->busy_at_ms, timer_ms);
    acted |= passed(&app->proof->busy_at_ms, timer_ms);
    if (passed(&app->genuine->give_up_ms, timer_ms)) {
        genuine_due(app);
        acted = true;
    }
    app->shown_seconds = visit_seconds_left(app);
    return acted || app->shown_seconds != shown;
}
