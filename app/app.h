/* app.h - what is: everything the screens show and every event changes. */
#ifndef APP_APP_H
#define APP_APP_H

#include "app/config.h"
#include "app/enrol.h"
#include "app/errand.h"
#include "app/event.h"
#include "app/line.h"
#include "app/outbox.h"
#include "app/scan.h"
#include "app/screen.h"
#include "app/session.h"
#include "app/setup.h"
#include "app/staff.h"
#include "app/store.h"
#include "app/theme.h"
#include "hal/base/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum { APP_STACK = 8, APP_QUERY = 64 };

/* One step of the way back. */
struct place_on_stack {
    const struct screen *screen;
    int64_t n;
    char query[APP_QUERY]; /* what was typed there, put back on the way back */
};

/* The models: each is its own module's struct, loaded by its screen's `enter`. */
struct prices;
struct notices;
struct live;
struct places;
struct spots;
struct village;
struct around;
struct warnings;
struct food;
struct help;
struct search;
struct services;
struct form;
struct papers;
struct typing;
struct receipt;
struct cases;
struct social;
struct suggest;
struct proof;
struct genuine;
struct card_pin;
struct progress;
struct rating;
struct staff;
struct printer;
struct scanner;
struct pinpad;

/* What is said over everything about a card that cannot be used (or was taken too early). */
enum card_says {
    CARD_SAYS_NOTHING,
    CARD_SAYS_READING, /* after a second */
    CARD_SAYS_PULLED,  /* taken out while it was read */
    CARD_SAYS_MUTE,
    CARD_SAYS_UPSIDE_DOWN,
    CARD_SAYS_UNKNOWN,
    CARD_SAYS_BANK, /* a bank's chip: told as one, never read */
    CARD_SAYS_EXPIRED,
    CARD_SAYS_LOCKED,  /* its issuer shut it */
    CARD_SAYS_REFUSED, /* the platform does not take it for genuine */
    CARD_SAYS_MANY,
    CARD_SAYS_TAKE, /* the visit is over: please take your card */
    CARD_SAYS_COUNT
};

/* The devices and threads behind the app; each may be NULL (tests, --reader none, a read-only data
 * directory): then the app says so and goes on. Owner: main.c. */
struct devices {
    struct readers *readers;
    struct outbox *outbox;
    struct line *link;
    struct printer *printer;
    struct scanner *scanner;
    struct doccam *doccam;
    struct pinpad *pinpad;
    struct staff *staff;
    struct cameras *cameras; /* hal/camera.h; a screen closes what it opened when it is left */
};

/* Owner: main.c. [ui] only. Invariant: depth >= 1 and stack[0] is home or out_of_service. */
struct app {
    const struct config *config;
    struct store *store; /* cache.db or the seed; NULL: none could be opened (out of service) */
    bool seed;           /* the store is the seed: nothing was ever fetched */
    struct line_status line;
    struct taste usual, taste; /* as configured; as chosen by this citizen */
    struct place_on_stack stack[APP_STACK];
    int depth;
    bool came_back;          /* the last change of screen was a way back (scroll is kept) */
    int64_t now_ms;          /* wall clock at the last update */
    int today;               /* its day */
    enum err out_of_service; /* OK, or why home cannot be shown */

    /* a visit without a card: from the first touch off home, or an aid, to idle or 首页 + 30 s */
    bool visit;
    int64_t last_touch_ms; /* timer clock */
    bool asking;           /* the idle question is on the screen */
    int64_t ask_until_ms;  /* timer clock */
    int shown_seconds;     /* of the countdown on the screen; 0 = none */
    int wipes;             /* counts visits that ended: what was drawn of them must go, too */

    /* a visit with a card (visit.c) */
    struct session session;
    struct reader_status card; /* as last looked at */
    uint32_t done_serial;      /* this card's visit is over, though it may still be in */
    enum card_says card_says;
    int64_t card_until_ms;    /* timer clock: said until then at least; 0 = while it is so */
    int64_t card_shut_serial; /* "not with a card": closed for this card */
    struct errand errand;     /* what is being done with it */
    bool opening_failed;      /* our key opens no card: none is tried until the next start */
    bool look_stays;          /* size and language of the visit that ended, until its card is out */
    int64_t banner_until_ms;  /* "taken out, all is cleared" on home */
    enum scan_says scan_says; /* what is said of the code just scanned; gone with its screen */
    enum err handin_err;      /* why the last hand-in was not saved; OK */
    bool purse_shown;         /* amounts of a purse are shown */
    int64_t reveal_until_ms;  /* timer clock: masked values are shown until then */

    char query[APP_QUERY]; /* what is typed into the current screen's search field */
    size_t query_fixed; /* of it, bytes that are written; behind them is what is being composed */
    bool pad_digits;    /* … with digits */

    struct prices *prices;
    struct notices *notices;
    struct places *places;
    struct spots *spots;
    struct village *village;
    struct around *around;
    struct warnings *warnings;
    struct food *food;
    struct live *live;   /* pictures of cameras; closed whenever the screen changes */
    int64_t live_due_ms; /* when what is said of them is to be said anew; 0 = never */
    struct help *help;
    struct search *search;
    struct services *services;
    struct papers *papers;   /* photographed for the form */
    struct form *form;       /* in the session's arena; form_open() tells whether there is one */
    struct receipt *receipt; /* in the session's arena; number "" = none */
    struct typing *typing;
    char ime_dir[CONFIG_TEXT + 8]; /* where its words are */
    struct cases *cases;
    struct social *social;     /* in the session's arena */
    struct suggest *suggest;   /* the same */
    struct proof *proof;       /* the same */
    struct genuine *genuine;   /* the same */
    struct card_pin *card_pin; /* the same */
    struct rating *rating;
    struct progress *progress;

    struct devices dev;
    struct outbox_counts waiting; /* as last counted: at start, EV_SAVED, EV_OUTBOX */
    bool staff_in;                /* the PIN was right, until the visit ends */
    char pin[STAFF_PIN_MAX + 1];  /* as far as it is typed; wiped when it is judged */
    bool pin_judging;
    enum err pin_err;        /* of the last try */
    struct enrol_form enrol; /* the staff enrols this terminal; wiped with the visit */
    bool closed_by_staff;    /* out of service, by order: DATA/closed is there */
    struct setup *setup;     /* NULL: not set up here */
    bool ending;             /* the program is to end and start anew, with another config */
};

/* [ui] Out of service for citizens: by order of the staff, or the platform has shut us out. */
bool app_shut(const struct app *app);
/* Somebody is at the machine: a visit, a card, staff, or any page but the first one. */
bool app_in_use(const struct app *app);
MUST_CHECK enum err app_init(struct app *app, const struct config *cfg, const struct devices *dev);
void app_finish(struct app *app);
/* After an update: when cache.db turned out to be damaged, the seed takes its place at once. True:
 * it did; huimin-sync must be told. */
MUST_CHECK bool app_left_damaged(struct app *app);
/* Opens DATA/cache.db, else the seed; at start and after EV_REOPEN. */
void app_open_store(struct app *app);
/* The one door for change. */
void app_update(struct app *app, const struct event *ev);
/* Timer clock ms when something is due (clock minute, idle question, its end); -1 = nothing. */
int64_t app_next_due_ms(const struct app *app);
/* Does what is due at `timer_ms`; true when the screen must be built anew. */
bool app_due(struct app *app, int64_t timer_ms);
const struct screen *app_screen(const struct app *app);
int64_t app_arg(const struct app *app);
/* Where to: what EV_HOME and EV_GO do; for visit.c and screens' events. */
void app_home(struct app *app);
void app_back(struct app *app);
void app_go(struct app *app, const char *name, int64_t n);

#endif
