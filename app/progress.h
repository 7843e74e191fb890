/* progress.h - how far an application is, by its receipt number: this terminal's own or any. */
#ifndef APP_PROGRESS_H
#define APP_PROGRESS_H

#include "app/ask.h"
#include "app/outbox.h"
#include "app/typing.h"

#include <stdbool.h>

struct app;

/* Owner: the app. [ui] What was typed is the citizen's: wiped by progress_forget. */
struct progress {
    char typed[WIRE_RECEIPT + 8];
    enum err wrong; /* of what was typed: ERR_FORMAT, ERR_HASH; OK */
    bool looked;    /* something was looked for: own or ask says what was found */
    bool here;      /* `own` is filled: handed in at this terminal */
    struct outbox_row own;
    struct ask ask;            /* the platform's word on it */
    char state[WIRE_NAME_MAX]; /* "" or received, asked, accepted, returned, finished */
    int64_t at_ms, decided_ms;
    int due_day, legal_day; /* promised, and by law; 0 = not said */
    bool working;           /* counted in working days */
    bool rated;             /* the platform was told how it was */
    char slot[8];           /* an appointment: "" none, booked, full, none (there is no such) */
    int slot_day, slot_minute;
    int free_day[3], free_minute[3], free_count; /* the next free ones, when it is full */
};
struct progress *progress_create(void); /* NULL: no memory */
void progress_destroy(struct progress *p);
void progress_forget(struct progress *p); /* accepts NULL */
void progress_type(struct progress *p, const char *utf8);
void progress_erase(struct progress *p);
/* Looks here at once and asks the platform. */
void progress_look(struct app *app);
/* EV_ANSWER, EV_OUTBOX. */
void progress_answer(struct app *app, int64_t q);
void progress_changed(struct app *app);

#endif
