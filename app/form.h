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

enum {
    FORM_FIELDS = SERVICE_FIELDS,
    FORM_QUESTIONS = SERVICE_QUESTIONS,
    FORM_PAGES = FORM_FIELDS + FORM_QUESTIONS,
    FORM_VALUE = SERVICE_LETTER * 4 + 1,
    FORM_ELSEWHERE = -1 /* the village of an address written out in full */
};
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
    FAULT_ANSWER,  /* yes or no was not said */
    FAULTS
};
const char *form_fault_key(enum form_fault f); /* "form.wrong.empty" … */

struct form_value {
    char *text; /* UTF-8 in the arena, capacity cap; address: what follows the village */
    int cap;
    enum value_source source;
    int64_t village;   /* FIELD_ADDRESS: code, 0 none, FORM_ELSEWHERE */
    const char *place; /* … the township and village in words; "" none */
    bool ticked;
    int choice; /* -1 none */
};

/* What an address page offers instead of its field. */
enum form_picking { PICK_NOT, PICK_TOWNSHIP, PICK_VILLAGE };

/* A page is a field's index, or FORM_FIELDS + a question's. Everything personal of it lives in the
 * arena; zeroed = no form. Owner: the app. [ui] */
struct papers;
struct form {
    const struct papers *papers; /* photographed for it; NULL: none */
    struct arena *arena;         /* the session's desk: service copy and values */
    const struct service *service;
    signed char answer[FORM_QUESTIONS]; /* enum form_answer */
    bool put[FORM_QUESTIONS];           /* this question has a page: the guide left it open */
    struct form_value value[FORM_FIELDS];
    bool consent_service, consent_data; /* the two ticks of review: all is true; hand it over */
    int step;                           /* index into asked[] */
    int asked[FORM_PAGES]; /* pages, in order, given the answers; prefilled fields have none */
    int asked_count;
    int edit;                    /* the page opened from review while reviewing */
    enum form_picking picking;   /* on an address page */
    bool touched;                /* something was answered or typed: an unsent form */
    bool reviewing;              /* `edit` was opened from review: forward goes back there */
    bool busy;                   /* handed to the store thread, not answered yet */
    bool asked_again;            /* the same citizen handed the same item in before, and was told */
    int64_t again_at_ms;         /* … when; 0 = not known yet or never */
    enum form_fault shown_fault; /* on the page now; FAULT_NONE */
    int shown_n;
    int missing_at; /* on review: the page that is wrong, FORM_PAGES + 0 or 1 a consent; -1 none */
    int shouts;     /* how often something missing was pointed at: focus goes there each time */
};

/* Where the terminal stands: what an address begins with. 0 and "" when not known. */
struct form_place {
    int64_t village;
    const char *township_name, *village_name;
};
/* Starts a form over this service; copies what it needs into the arena. answers: what the guide
 * heard (may be NULL); face NULL: nothing is prefilled. ERR_NOMEM: f is left zeroed. */
MUST_CHECK enum err form_begin(struct form *f, struct arena *desk, const struct service *s,
                               const signed char *answers, const struct card_face *face,
                               const struct form_place *here);
bool form_open(const struct form *f);
/* Forgets it; the arena is the owner's to wipe. */
void form_close(struct form *f);
int form_page(const struct form *f); /* the page now on the screen */
/* Answers decide fields and materials; call after any change of answers. */
void form_say(struct form *f, int question, enum form_answer a);
bool form_needs(const struct form *f, struct when w);
/* Not handed in at the machine: it must be shown at a window later. */
bool material_shown(const struct service_material *m);
/* Typing into field i: appends, takes one code point back, replaces. False: full. */
bool form_type(struct form *f, int field, const char *utf8);
bool form_erase(struct form *f, int field);
bool form_set(struct form *f, int field, const char *utf8);
bool form_choose(struct form *f, int field, int option);
void form_tick(struct form *f, int field, bool on);
/* An address: the village by code and words (FORM_ELSEWHERE and "": written out in full). */
bool form_settle(struct form *f, int field, int64_t village, const char *place);
/* All of a field's value as a person reads it, in the arena given; "" when there is none. */
const char *form_words(const struct form *f, int field, struct arena *a);
/* Whether field i is asked at all, given the answers. */
bool form_has(const struct form *f, int field);
/* The field that is the declaration that all is true (a tick named "truth"), or -1. */
int form_truth(const struct form *f);
/* What is wrong with a page now; out_n the number in the sentence. today: days since 1970. */
enum form_fault form_check(const struct form *f, int page, int today, int *out_n);
/* The first page that is wrong, or -1. Ticks are judged too. */
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
