/* session.h - a citizen's visit: what their card said, in one locked arena that is wiped after. */
#ifndef APP_SESSION_H
#define APP_SESSION_H

#include "hal/base/arena.h"
#include "hal/base/err.h"
#include "hal/card.h"
#include "hal/reader.h"

#include <stdbool.h>
#include <stdint.h>

enum { SESSION_BYTES = 256 * 1024, SESSION_DESK = 384 * 1024 };

/* Owner: the app. [ui] Invariant: face and other are NULL or in the arena; when both are NULL and
 * form is empty the arena holds nothing (every byte is 0). */
struct session {
    struct arena arena;      /* the face, receipts, answers: until the visit ends */
    struct arena desk;       /* the form being filled in: until it is handed in */
    struct card_face *face;  /* the citizen's card of this visit; NULL without one */
    struct card_face *other; /* a card that names nobody (purse, health card); never beside face */
    uint32_t serial;         /* the reader's count of that card */
    bool held;               /* the card is out, an unsent form waits for the same card */
    int64_t held_until_ms;   /* timer clock */
};

MUST_CHECK enum err session_init(struct session *s);
void session_finish(struct session *s);
/* Takes the face over, as face or as other by its kind; the caller's copy is wiped. */
MUST_CHECK enum err session_begin(struct session *s, struct card_face *face, uint32_t serial);
/* The card of this visit, whatever it is; NULL without one. */
const struct card_face *session_card(const struct session *s);
/* Wipes every byte of the arena and all fields. */
void session_wipe(struct session *s);

/* What may be shown. Strings in `a`. */
const char *mask_name(struct arena *a, const char *name); /* 张*兰, 张*, 欧**娜; "A***" for Latin */
const char *mask_number(struct arena *a, const char *number); /* all but the last four as * */
const char *mask_phone(struct arena *a, const char *phone);   /* 138****5678 */

/* Those who handed something in since the program started, so that a second time is noticed and
 * their receipts are listed when their card comes back: keyed hashes in locked memory, never on
 * disk (a stolen, switched-off terminal knows nobody). */
enum { SESSION_HANDED = 256 };
struct handed {
    char receipt[16];
    char service[40];
    int64_t at_ms;
};
void handed_note(const char *person_id, const char *service, const char *receipt, int64_t at_ms);
/* Newest first. Returns how many (<= max). service NULL: any. */
int handed_find(const char *person_id, const char *service, struct handed *out, int max);

#endif
