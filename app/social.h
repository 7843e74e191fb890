/* social.h - a citizen's social security: asked with the card in, kept for the visit, wiped. */
#ifndef APP_SOCIAL_H
#define APP_SOCIAL_H

#include "app/ask.h"

#include <stdbool.h>
#include <stdint.h>

struct app;

/* The parts in the order of their tabs, and by the protocol's names. */
enum social_part {
    SOCIAL_PENSION,
    SOCIAL_MEDICAL,
    SOCIAL_UNEMPLOYMENT,
    SOCIAL_HOUSING,
    SOCIAL_CREDIT, /* the credit report: balance is what is owed */
    SOCIAL_PARTS
};
enum { SOCIAL_YEARS = 48, SOCIAL_BILLS = 32, SOCIAL_ENTRIES = 24, SOCIAL_BUSY_MS = 1000 };

/* Money in fen, days and rates (1/10000) as in platform/PROTOCOL.md. */
struct social_year {
    int year, months, rate;
    int64_t own, other, interest, paid, balance;
};
struct social_bill {
    int day;
    bool inpatient;
    char hospital[96];
    int64_t total, fund, account, cash;
};
/* referral: to `place`, for `title`, by `who`; loan: of `who`; look: by `who`, because of `title`.
 */
enum social_kind { SOCIAL_REFERRAL, SOCIAL_LOAN, SOCIAL_LOOK };
struct social_entry {
    enum social_kind kind;
    int day, until;
    char title[64], who[96], place[96];
    int64_t total, owed;
    int late;
};
enum social_state { SOCIAL_PAYING, SOCIAL_DRAWING, SOCIAL_STOPPED };
struct social_sheet {
    bool known; /* the platform has answered */
    bool none;  /* … that there is no such account with this card */
    bool worker;
    enum social_state state;
    int since, months, certified_day;
    int64_t asked_ms; /* wall clock: as of then */
    int64_t monthly, balance;
    struct social_year year[SOCIAL_YEARS]; /* newest first */
    int year_count;
    struct social_bill bill[SOCIAL_BILLS]; /* newest first */
    int bill_count;
    struct social_entry entry[SOCIAL_ENTRIES];
    int entry_count;
};

/* In the session's arena: gone with the visit. Zeroed = nothing asked. [ui]
 * One question at a time: another part's takes its place. */
struct social {
    struct ask ask;
    enum social_part part;  /* on the screen */
    enum social_part asked; /* what ask is about, or was last */
    bool shown;             /* amounts are shown */
    bool all;               /* all years, not the newest ones only */
    int64_t busy_at_ms;     /* timer clock: from then on it says that it is asking; 0 = said */
    struct social_sheet sheet[SOCIAL_PARTS];
};

/* The protocol's name of a part. */
const char *social_part_name(enum social_part part);
/* There is a card with numbers to ask with. */
bool social_can_ask(const struct app *app);
/* The page of this part: asks for it unless it is known. */
void social_open(struct app *app, enum social_part part);
/* After a failure. */
void social_retry(struct app *app);
/* EV_ANSWER, whoever it was for. */
void social_answer(struct app *app, int64_t q);
/* Something is open, and has been for a second. */
bool social_busy(const struct social *s);
/* Why there is nothing to show of `part`; OK: nothing failed. */
enum err social_failed(const struct social *s);

#endif
