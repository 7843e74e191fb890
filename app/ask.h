/* ask.h - a personal question to the platform: sealed, signed, answered to this visit only. */
#ifndef APP_ASK_H
#define APP_ASK_H

#include "hal/base/arena.h"
#include "hal/base/err.h"
#include "hal/crypto.h"
#include "hal/json.h"

#include <stdbool.h>
#include <stdint.h>

struct app;

enum ask_state { ASK_NONE, ASK_WAITS, ASK_OPEN, ASK_DONE, ASK_FAILED };
/* Lives in the session's arena: the secret half of the reply key opens the answer, and goes with
 * the visit. Zeroed = nothing asked. */
struct ask {
    enum ask_state state;
    enum err err;            /* why FAILED */
    const char *what, *more; /* WAITS, OPEN: the question; in the visit's arena */
    bool personal;           /* it carries the person, the card and the visit's token */
    bool again;              /* it was sent once with a token that was no longer taken */
    int64_t q, asked_ms;
    int visit; /* whose: an answer that comes in another visit is dropped unopened */
    unsigned char pub[CRYPTO_SEAL_PUB], secret[CRYPTO_SEAL_SECRET];
};

/* [ui] Sends at once; for whoever has the line (errand.h). `more` is the rest of the JSON object,
 * e.g. "\"receipt\":\"…\"" (no user text unescaped). On failure state and err say so at once. */
void ask_begin(struct app *app, struct ask *k, const char *what, const char *more);
/* [ui] The same for one that waited its turn; more NULL: it cannot be asked. */
void ask_send(struct app *app, struct ask *k, const char *more);
/* [any] Only digits and capitals: needs no escape in JSON. "" is plain. */
bool ask_plain(const char *s);
/* [ui] It will not be answered any more: FAILED, or as if never asked. */
void ask_fail(struct ask *k, enum err why);
void ask_forget(struct ask *k);
/* [ui] It waits or is open. */
bool ask_busy(const struct ask *k);
/* [ui] EV_ANSWER n: ERR_NOT_FOUND when it is not the answer to k; else OK with the opened JSON
 * (json_free), or why there is none (k is FAILED then). */
MUST_CHECK enum err ask_take(struct app *app, struct ask *k, int64_t q, struct json **out);

#endif
