/* ask.h - a personal question to the platform: sealed, signed, answered to this visit only. */
#ifndef APP_ASK_H
#define APP_ASK_H

#include "hal/base/arena.h"
#include "hal/base/err.h"
#include "hal/crypto.h"
#include "hal/json.h"

#include <stdint.h>

struct app;

enum ask_state { ASK_NONE, ASK_OPEN, ASK_DONE, ASK_FAILED };
/* Lives in the session's arena: the secret half of the reply key opens the answer, and goes with
 * the visit. Zeroed = nothing asked. */
struct ask {
    enum ask_state state;
    enum err err; /* why FAILED */
    int64_t q, asked_ms;
    int visit; /* whose: an answer that comes in another visit is dropped unopened */
    unsigned char pub[CRYPTO_SEAL_PUB], secret[CRYPTO_SEAL_SECRET];
};

/* [ui] `more` is the rest of the JSON object, e.g. "\"receipt\":\"…\"" (no user text unescaped).
 * On failure state and err say so at once. */
void ask_begin(struct app *app, struct ask *k, const char *what, const char *more);
/* [ui] EV_ANSWER n: ERR_NOT_FOUND when it is not the answer to k; else OK with the opened JSON
 * (json_free), or why there is none (k is FAILED then). */
MUST_CHECK enum err ask_take(struct app *app, struct ask *k, int64_t q, struct json **out);

#endif
