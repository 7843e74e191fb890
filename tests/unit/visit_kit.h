/* visit_kit.h - for tests: a whole terminal without a screen, its cards played from recordings, and
 * the platform at the other end of sync.sock played by the test. */
#ifndef TESTS_UNIT_VISIT_KIT_H
#define TESTS_UNIT_VISIT_KIT_H

#include "app/app.h"
#include "hal/readers.h"

enum { VISITKIT_QUESTION = 4096 };

/* One terminal at a time; the app acts only inside these calls and app_update, so a test decides
 * what it hears first: the card, the platform or the clock. Nothing below waits over 5 s. */
struct visitkit {
    struct app app;
    struct config config;
    struct readers *readers;
    struct line *line;
    char question[VISITKIT_QUESTION]; /* the last one, opened; "" once it is answered */
    int questions;                    /* since the start */
    int64_t q;                        /* its number */
};
extern struct visitkit visitkit;

/* A terminal that is online, with an empty reader; reader.session as given. The one before is
 * ended. False: it is no use to go on. */
bool visitkit_start(const char *session);

/* Puts in assets/sim/cards/NAME.apdu with more lines behind it, or takes the card out; the app has
 * seen it when this returns. */
bool visitkit_in(const char *name, const char *more);
bool visitkit_out(void);
/* Until the reader is in that state; then the app is told. */
bool visitkit_reader(enum reader_state want);
/* Lays an identity card on the other reader, or lifts it: huimin-samv comes, or goes. The app is
 * not told. */
bool visitkit_lay(bool on);
/* The card answers what was ordered of it, and the app is told. False: nothing was. */
bool visitkit_card(void);

/* What the open question asks: "challenge", "cases" …; "" = there is none. */
const char *visitkit_asked(void);
/* Whether it has this text in it. */
bool visitkit_asks_with(const char *text);
/* The platform answers it; or there is no answer, by an err_name. */
bool visitkit_says(const char *json);
bool visitkit_fails(const char *err);
void visitkit_event(enum ev type);
/* A form with something in it that was not handed in. */
void visitkit_unsent_form(void);

#endif
