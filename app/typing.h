/* typing.h - what stands between the keyboard on the screen and the field: modes, and pinyin. */
#ifndef APP_TYPING_H
#define APP_TYPING_H

#include "app/event.h"
#include "hal/base/err.h"
#include "hal/ime.h"

#include <stdbool.h>
#include <stddef.h>

enum typing_mode {
    TYPING_PINYIN,
    TYPING_ENGLISH,
    TYPING_DIGITS,
    TYPING_IDNO,
    TYPING_SIGNS,  /* what ASCII has beside letters and digits */
    TYPING_ADDRESS /* digits and the dot, of a network */
};

enum { TYPING_FIELD = 64, TYPING_OUT = 512 };

/* Owner: the app; one. [ui] Invariants: in a mode other than TYPING_PINYIN nothing is composed;
 * `view` is what ime_view says now; first < view.count, or 0. What is composed is the citizen's:
 * typing_forget wipes it, here and in the engine. */
struct typing {
    const char *ime_dir; /* share/ime */
    struct ime *ime;     /* NULL: not opened yet, or not to be had (then `no_ime`) */
    bool no_ime;
    bool open; /* the keyboard is shown */
    enum typing_mode mode;
    bool digits_only;         /* the field takes digits: the other modes are not offered */
    bool signs;               /* the field takes any sign: they are offered beside the others */
    bool latin;               /* … and pinyin is not */
    bool shift;               /* English: the next letter is a capital */
    char field[TYPING_FIELD]; /* id of the field it types into */
    struct ime_view view;
    int first; /* the first candidate of the page that is shown */
};

/* ime_dir must outlive it. NULL: no memory. */
struct typing *typing_create(const char *ime_dir);
void typing_destroy(struct typing *t); /* accepts NULL */

/* The keyboard opens for this field. TYPING_PINYIN opens the engine when it is needed for the first
 * time; where there is none it becomes TYPING_ENGLISH. TYPING_DIGITS, TYPING_IDNO (with X) and
 * TYPING_ADDRESS (with a dot) offer no letters. What was composed for another field is dropped. */
void typing_begin(struct typing *t, const char *field, enum typing_mode mode);
/* … in English, with all signs of ASCII: the name of a network (pinyin too), or its password. */
void typing_begin_signs(struct typing *t, const char *field, bool pinyin);
/* Closes it; what is composed is dropped. (写好了 and 收起 go through typing_event instead.) */
void typing_end(struct typing *t);
/* A citizen's turn ends: closed, wiped, and the engine made anew. Accepts NULL. */
void typing_forget(struct typing *t);

/* What an event of the keyboard (EV_PICK "kb.…"), EV_TEXT or EV_ERASE means for the field: text to
 * append in out ("" none), and whether the field's last code point goes. cap: TYPING_OUT holds all
 * there can be; wipe it after use. False: not an event of typing, nothing was touched. EV_PICK
 * "kb.done" and "kb.hide" close it and give what was still composed. */
bool typing_event(struct typing *t, const struct event *ev, char *out, size_t cap, bool *out_erase);

bool typing_composing(const struct typing *t); /* accepts NULL */
bool typing_has_pinyin(const struct typing *t);

#endif
