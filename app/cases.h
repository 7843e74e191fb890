/* cases.h - what this citizen handed in, as the platform knows it: asked with the card in. */
#ifndef APP_CASES_H
#define APP_CASES_H

#include "app/ask.h"
#include "app/session.h"

#include <stdbool.h>
#include <stdint.h>

struct app;

enum { CASES_ROWS = 20 };
struct case_row {
    char receipt[16], service[96], state[32], reason[768];
    int64_t at_ms, decided_ms; /* 0 = not decided */
    bool here;                 /* state is our outbox's word; else the platform's */
};
/* In the session's arena: gone with the visit. Zeroed = nothing asked. [ui] */
struct cases {
    struct ask ask;
    struct case_row row[CASES_ROWS]; /* newest first as each source gives them */
    int count;
};

/* Looks up what was handed in here, and asks the platform. */
void cases_ask(struct app *app);
/* EV_ANSWER. */
void cases_answer(struct app *app, int64_t q);
/* EV_OUTBOX: the rows that are our outbox's word. */
void cases_changed(struct app *app);

#endif
