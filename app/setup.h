/* setup.h - setting a terminal up: one question a page, what was answered, what the system said.
 *
 * Shown instead of home while setup.dir is set and DATA/setup.done is missing; the staff opens it
 * again from their page. What huimin may set itself goes into DATA/terminal.conf page by page; what
 * only root may is wished for in SETUP/wish.conf (hal/wish.h) and answered in SETUP/answer.conf. In
 * SETUP/kept.conf stands the last wish that was done, in SETUP/asked.conf the last one asked for,
 * both without the key of a wireless network, and in SETUP/page how far it is (a machine that is
 * switched off goes on there). */
#ifndef APP_SETUP_H
#define APP_SETUP_H

#include "app/enrol.h"
#include "app/event.h"
#include "app/staff.h"
#include "hal/base/arena.h"
#include "hal/wish.h"

#include <stdbool.h>
#include <stdint.h>

struct app;
struct paper;
struct qr;

enum setup_page {
    SETUP_LANG,
    SETUP_SIZE,
    SETUP_TURN,
    SETUP_NAME,
    SETUP_PLACE,
    SETUP_NET,
    SETUP_NET_HOW, /* static and wireless only */
    SETUP_NTP,
    SETUP_PLATFORM,
    SETUP_APPLY,
    SETUP_PIN,
    SETUP_ENROL,
    SETUP_TEST,
    SETUP_REPORT,
    SETUP_PAGES
};
enum setup_field {
    SETUP_W,
    SETUP_H,
    SETUP_NAME_ZH,
    SETUP_NAME_EN,
    SETUP_PLACE_ZH,
    SETUP_PLACE_EN,
    SETUP_ADDRESS,
    SETUP_MASK,
    SETUP_GATEWAY,
    SETUP_DNS1,
    SETUP_DNS2,
    SETUP_SSID,
    SETUP_KEY,
    SETUP_SERVER,
    SETUP_URL,
    SETUP_PIN_NEW,
    SETUP_PIN_AGAIN,
    SETUP_FIELDS
};
enum setup_net { NET_NOT_SAID, NET_DHCP, NET_STATIC, NET_WIFI, NET_DONGLE, NET_NONE };
enum { SETUP_TEXT_CAP = 160, SETUP_SIZES = 8, SETUP_ANSWER_MS = 10000, SETUP_REST_MS = 900000 };
enum { SETUP_TURN_MS = 30000 };

/* How a wish fares. */
enum setup_wait {
    WISH_QUIET,      /* none is on its way */
    WISH_ASKED,      /* no answer yet */
    WISH_DONE,       /* the system did it */
    WISH_REFUSED,    /* it says why not */
    WISH_UNANSWERED, /* 10 s, then it was taken back */
    WISH_UNWRITTEN   /* the file could not be written */
};

/* What the self-test looks at; the rows of its page. */
enum setup_test {
    TEST_SCREEN,
    TEST_TOUCH,
    TEST_READER,
    TEST_PRINTER,
    TEST_NETWORK,
    TEST_CLOCK,
    TEST_DATA,
    SETUP_TESTS
};
enum setup_result { RESULT_OK, RESULT_TODO, RESULT_NOT_THERE };
enum { SETUP_COLOURS = 5, SETUP_TARGETS = 5 };
/* The panel is taken whole: for its colours, for touch. */
enum setup_whole { WHOLE_NOT, WHOLE_COLOURS, WHOLE_TOUCH };
enum setup_eye { EYE_NOT_YET, EYE_EVEN, EYE_UNEVEN };

/* Owner: the app; in locked memory, since it may hold a PIN and a network's key. [ui] Invariant:
 * the two are wiped when their pages are left, and with the screen (setup_left). */
struct setup {
    struct arena arena; /* this very struct */
    bool open;          /* it was never finished: shown instead of home */
    bool lost;          /* the disk with what was set cannot be opened: nobody is asked */
    bool locked;        /* open, with a PIN, and left alone: the staff's door stands before it */
    enum setup_page page;
    char field[SETUP_FIELDS][SETUP_TEXT_CAP];
    enum setup_field wrong_field;
    const char *wrong; /* what is wrong with it: a key of locale/; NULL: nothing */
    int shouts;        /* grows with each fault pointed at, and each field that is opened */

    int size;             /* of setup_inches; SETUP_SIZES: typed; -1 not said */
    int turned, turn_was; /* quarters counter-clockwise: now, and before the last turn */
    int64_t turn_ms;      /* timer clock: turned back; 0: it is seen as it is */
    enum setup_net net;
    char url_was[SETUP_TEXT_CAP]; /* SETUP_URL that huimin-sync has read; "" none */
    int64_t village;              /* of the list; 0: of none */
    bool picking;

    struct wish kept;  /* as last done, without the key */
    struct wish asked; /* on its way; wiped when it is answered */
    enum setup_wait wait;
    int64_t until_ms, poll_ms; /* timer clock: given up; looked at next */
    char refused_key[32], refused_why[WISH_WHY];

    enum setup_whole whole;
    int colour;
    enum setup_eye eye;
    unsigned hit;          /* targets, by bit */
    uint32_t first_serial; /* cards before this page */
    bool printing, printed;
    enum err print_err;
    struct enrol_prints prints; /* as the report's page was opened: they cost time */
    bool pin_there;             /* as the page was opened: it may be left as it is */
    bool pin_asked, unfinished; /* … setup.done could not be written */

    bool sheet_asked; /* a sheet that a stick brought is with the platform */
    int64_t sheet_ms; /* timer clock: tried again */
    bool restart;     /* as soon as nobody is there */
};

/* [ui] NULL: setup.dir is not set, or no memory. */
struct setup *setup_create(const struct app *app);
void setup_destroy(struct setup *s); /* accepts NULL */
/* [ui] The first screen is this one: never set up. */
bool setup_open(const struct app *app);
/* [ui] What was set is on a disk that cannot be opened: no citizen's business, and no clerk's. */
bool setup_lost(const struct app *app);
/* [ui] Whoever is there now may set it up: nobody was before, or the staff is in. */
bool setup_may(const struct app *app);
/* [ui] The staff's PIN was right: true when it was the set-up's door. */
bool setup_unlocked(struct app *app);
/* [ui] Cards and codes are no visit now: it is being set up. */
bool setup_busy(const struct app *app);
/* [ui] The staff opens it again: as it is set. */
void setup_enter(struct app *app);
enum { SETUP_AT = 10 };
void setup_show(struct app *app, enum setup_page p);
/* [ui] Another screen: what was typed is wiped. */
void setup_left(struct app *app);
/* [ui] Pages: which there are this time, from 1. */
int setup_step(const struct app *app, int *out_of);
void setup_next(struct app *app);
bool setup_back(struct app *app); /* false: this is the first */
bool setup_first(const struct app *app);
/* [ui] What was picked on a page. */
void setup_pick_village(struct app *app, int64_t code, const char *place);
/* [ui] Writes setup.done; the program ends then and starts anew. */
void setup_finish(struct app *app);
/* [ui] Timer clock ms when something is due, -1 = nothing; true: the screen must be built anew. */
int64_t setup_due_ms(const struct app *app);
bool setup_due(struct app *app, int64_t timer_ms);
/* [ui] EV_LINE, EV_ENROLLED, EV_PIN_SET, EV_PRINTED. */
void setup_line(struct app *app);
void setup_enrolled(struct app *app, const struct event *ev);
void setup_pin_set(struct app *app, enum err e);
void setup_printed(struct app *app, enum err e);

/* --- turning (setup_turn.c) ------------------------------------------------------------------ */

/* The arrow points: 0 up, 1 right, 2 down, 3 left. */
void setup_pick_turn(struct app *app, int quarters);
bool setup_write_panel(
    struct app *app); /* its size, if known, and how it hangs; false: not written */
void setup_turn_back(struct app *app); /* unless it is kept */
void setup_turn_kept(struct app *app); /* a button was touched */
bool setup_turn_due(struct app *app, int64_t timer_ms);

/* --- answers (setup_answers.c) --------------------------------------------------------------- */

/* Tenths of an inch. */
extern const int setup_inches[SETUP_SIZES];
/* Millimetres of a panel of that many tenths of an inch with square pixels. */
void setup_mm(int inch_tenths, int w_px, int h_px, int *out_w, int *out_h);
/* What is wrong with a page's answers: a key of locale/ and the field; NULL: nothing. */
const char *setup_fault(const struct setup *s, enum setup_page page, enum setup_field *out_field);
/* The wish the pages NET to NTP come to; false: as it is already. Wipe it. */
bool setup_wish(const struct setup *s, struct wish *out);
/* The pages NET to NTP as they are now. */
void setup_fill_net(struct setup *s);

/* --- wishes (setup_wish.c) ------------------------------------------------------------------- */

void setup_wish_load(struct setup *s, const char *dir);
void setup_wish_send(struct app *app, struct wish *w); /* takes it over, wipes it */
/* What is answered on the pages NET to PLATFORM, if it is another than is. */
void setup_ask(struct app *app);
/* Looks for an answer; true when there is one, or none came. */
bool setup_wish_look(struct app *app, int64_t timer_ms);

/* --- the self-test and the report (setup_test.c, setup_report.c) ------------------------------ */

/* state: what is; todo: what to do, NULL when there is nothing. Both in a. */
enum setup_result setup_test(const struct app *app, enum setup_test t, struct arena *a,
                             const char **out_state, const char **out_todo);
const char *setup_test_name(enum setup_test t);
void setup_print_test(struct app *app);

enum { SETUP_LINES = 20 };
struct setup_line {
    const char *name, *value;
    enum setup_result result;
    bool test;
};
/* Words of the screen's language; returns how many. No secret is among them. */
int setup_report(const struct app *app, struct arena *a, struct setup_line out[SETUP_LINES]);
/* The same for whoever photographs it: plain English, one "key=value" a line. */
void setup_report_text(const struct app *app, char *out, size_t cap);
/* NULL: no room for it. */
const struct qr *setup_report_code(const struct app *app, struct arena *a);
void setup_print_report(struct app *app);

#endif
