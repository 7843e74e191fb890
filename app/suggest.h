/* suggest.h - what this citizen might want to apply for: the feed's rules, judged in memory. */
#ifndef APP_SUGGEST_H
#define APP_SUGGEST_H

#include "app/ask.h"

#include <stdbool.h>
#include <stdint.h>

struct app;

enum {
    SUGGEST_SHOWN = 3,
    SUGGEST_FACTS = 32,
    SUGGEST_WORDS = 192,
    SUGGEST_OFF = 16,
    SUGGEST_LATE_MS = 1500
};

/* What is known of somebody. words: " pension elder_card ", each between blanks. A fact that is not
 * here is not known, and no condition on it holds. */
enum fact_kind { FACT_NUMBER, FACT_TRUTH, FACT_WORD, FACT_LIST };
struct fact {
    char name[32];
    enum fact_kind kind;
    int64_t n;
    char words[SUGGEST_WORDS];
};
struct facts {
    struct fact fact[SUGGEST_FACTS];
    int count;
};
void facts_number(struct facts *f, const char *name, int64_t n);
/* Those of an answer's object; what does not fit or is of another kind is left out. */
void facts_read(struct facts *f, const struct json *o);
const struct fact *facts_find(const struct facts *f, const char *name); /* NULL: not known */
/* {"all":[…]}, {"any":[…]} or {"fact","op","value"}. What cannot be judged does not hold. */
bool facts_hold(const struct facts *f, const struct json *when);

struct suggestion {
    int64_t service; /* its key */
    char title[64], sentence[320];
    int priority;
};
/* In the session's arena: gone with the visit. Zeroed = nothing suggested. [ui] */
struct suggest {
    struct ask ask;
    bool late;        /* it answered when buttons were being aimed at: judged with the next page */
    int64_t begun_ms; /* timer clock */
    struct facts facts;
    struct suggestion row[SUGGEST_SHOWN]; /* most urgent first */
    int count;
    int64_t off[SUGGEST_OFF]; /* services put off in this visit */
    int off_count;
};

/* A card is in: judges by the card alone, and has the platform asked when the line is free. */
void suggest_begin(struct app *app);
/* EV_ANSWER, whoever it was for. */
void suggest_answer(struct app *app, int64_t q);
/* The page that shows them is opened: nothing is in anybody's way now. */
void suggest_seen(struct app *app);
/* The most urgent; NULL: none. */
const struct suggestion *suggest_first(const struct suggest *s);
/* "Not now": it does not come again in this visit. */
void suggest_put_off(struct app *app);

#endif
