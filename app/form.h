/* form.h - one application being filled in: answers, values, what is wrong with them, packing. */
#ifndef APP_FORM_H
#define APP_FORM_H

#include "app/services.h"
#include "app/store.h"
#include "hal/base/arena.h"
#include "hal/base/err.h"
#include "hal/card.h"

#include <stdbool.h>
#include <stdint.h>

enum { FORM_FIELDS = 48, FORM_QUESTIONS = 16, FORM_VALUE = 1536 };
enum form_answer { ANSWER_NONE, ANSWER_YES, ANSWER_NO };
enum value_source { SOURCE_NONE, SOURCE_CARD, SOURCE_TYPED, SOURCE_PLACE };

/* What is wrong with a value; the sentence is T("form.wrong." name) with {n}. */
enum form_fault {
    FAULT_NONE,
    FAULT_EMPTY,   /* must be filled */
    FAULT_SHORT,   /* n characters or digits missing */
    FAULT_LONG,    /* n too many */
    FAULT_DIGITS,  /* something that is no digit */
    FAULT_CHECK,   /* the last digit does not fit: one was mistyped */
    FAULT_DATE,    /* no such day */
    FAULT_FUTURE,  /* not come yet */
    FAULT_PHONE,   /* no number begins so */
    FAULT_CHOICE,  /* none chosen */
    FAULT_TICK,    /* the tick is missing */
    FAULT_NUMBER,  /* no number, or below 0 */
    FAULT_ADDRESS, /* town, village or house is missing */
    FAULT_SAME,    /* the agent is the citizen */
    FAULTS
};
const char *form_fault_key(enum form_fault f); /* "form.wrong.empty" … */

struct form_value {
    char *text; /* UTF-8 in the session's arena, capacity cap; address: "township|village|rest" */
    int cap;
    enum value_source source;
    int village; /* FIELD_ADDRESS: code, 0 none; int64 fits in n of events */
    bool ticked;
    int choice; /* -1 none */
};

/* Everything personal of it lives in the session's arena; zeroed = no form. Owner: the app. [ui] */
struct form {
    struct arena *arena; /* of the session: service copy and values */
    const struct service *service;
    enum form_answer answer[FORM_QUESTIONS];
    struct form_value value[FORM_FIELDS];
    bool consent_service, consent_data; /* the two ticks of review */
    int step;                           /* index into asked[] */
    int asked[FORM_FIELDS]; /* fields with a page of their own, in order, given the answers */
    int asked_count;
    bool touched;                /* something was answered or typed: an unsent form */
    bool reviewing;              /* step was opened from review: forward goes back there */
    bool busy;                   /* handed to the store thread, not answered yet */
    bool asked_again;            /* the same citizen handed the same item in before, and was told */
    enum form_fault shown_fault; /* on the page now; FAULT_NONE */
    int shown_n;
};

/* Starts a form over this service; copies what it needs into the arena. face NULL: nothing is
 * prefilled. ERR_NOMEM, ERR_TOO_BIG (more fields than FORM_FIELDS). */
MUST_CHECK enum err form_begin(struct form *f, struct arena *session_arena, const struct service *s,
                               const struct card_face *face, const char *village_name);
bool form_open(const struct form *f);
/* Answers decide fields and materials; call after any change of answers. */
void form_answer(struct form *f, int question, enum form_answer a);
bool form_needs(const struct form *f, struct when w);
/* Typing into field i: appends, takes one code point back, replaces. False: full. */
bool form_type(struct form *f, int field, const char *utf8);
bool form_erase(struct form *f, int field);
bool form_set(struct form *f, int field, const char *utf8);
/* What is wrong with field i now; out_n the number in the sentence. today: days since 1970. */
enum form_fault form_check(const struct form *f, int field, int today, int *out_n);
/* The first field that is wrong, or -1. */
int form_first_wrong(const struct form *f, int today);
/* The name and identity number as filled in (for recognising a person); "" when absent. */
const char *form_person_id(const struct form *f);
const char *form_person_name(const struct form *f);

/* The plain text of the item (PROTOCOL.md "application"), JSON, in the arena given (the session's).
 * receipt and at come from the caller. identity is "card" only when name and id are the card's. */
MUST_CHECK enum err form_pack(const struct form *f, struct arena *a, const struct card_face *face,
                              const char *receipt, int64_t at_ms, const char *village_code,
                              char **out_json);

#endif
