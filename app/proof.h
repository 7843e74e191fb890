/* proof.h - 参保证明: asked for with the card in, signed by the platform, printed once. */
#ifndef APP_PROOF_H
#define APP_PROOF_H

#include "app/ask.h"
#include "app/social.h"
#include "hal/printer.h"
#include "hal/qr.h"
#include "hal/wire_proof.h"

#include <stdbool.h>
#include <stdint.h>

struct app;

/* In the session's arena: gone with the visit. Zeroed = no purpose chosen yet. [ui] */
struct proof {
    struct ask ask;
    enum social_part part;
    bool chosen;
    int purpose; /* index of wire_proof_purpose */
    int64_t busy_at_ms;
    bool known, none; /* the platform has answered; none: there is no such insurance */
    struct wire_proof is;
    struct qr qr;
    bool print_asked;
    enum err printed; /* ERR_BUSY while it prints; OK: it is out, and is not printed again */
};

/* The page for this part; what was asked for another part is forgotten. */
void proof_open(struct app *app, enum social_part part);
/* Asks for one with this purpose. */
void proof_ask(struct app *app, int purpose);
void proof_retry(struct app *app);
void proof_forget(struct app *app); /* back to the choice */
/* EV_ANSWER, whoever it was for. */
void proof_answer(struct app *app, int64_t q);
bool proof_busy(const struct proof *p);
enum err proof_failed(const struct proof *p); /* OK: nothing failed */

/* The paper, in the citizen's language: the whole name, the number with its last four digits. */
void proof_paper(const struct app *app, struct paper *out);
void proof_print(struct app *app);
/* EV_PRINTED: true when it was this paper. */
bool proof_printed(struct app *app, enum err e);

/* Words of the page and of the paper: the insurance, how it stands, what the proof is for. */
const char *proof_scheme(const struct wire_proof *p);
const char *proof_state(const struct wire_proof *p);
const char *proof_purpose_key(const char *purpose);
const char *proof_title(enum social_part part);
const char *proof_duration(struct arena *a, const struct wire_proof *p);

#endif
