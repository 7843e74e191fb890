/* ime.h - pinyin to hanzi: keys in, candidates out; learns nothing, writes nothing. */
#ifndef HAL_IME_H
#define HAL_IME_H

#include "hal/base/err.h"

#include <stdbool.h>

enum { IME_CANDIDATES = 12, IME_TEXT = 64, IME_PREEDIT = 96 };

/* What the composition looks like now. Valid until the next call. */
struct ime_view {
    char preedit[IME_PREEDIT]; /* "wang xiu ying", with what was picked already: "王xiu ying" */
    int count;                 /* candidates of this page */
    char candidate[IME_CANDIDATES][IME_TEXT];
    bool has_prev, has_next; /* more pages */
};

/* [ui] One engine a process, opened when first needed (about 35 ms); dir holds the schema that was
 * built beforehand (share/ime). ERR_NOT_FOUND, ERR_NOMEM. A stub stands in where tests need none.
 */
struct ime;
MUST_CHECK enum err ime_open(const char *dir, struct ime **out);
void ime_close(struct ime *m); /* accepts NULL */
/* [ui] A citizen's turn begins or ends: whatever was composed is forgotten. */
void ime_forget(struct ime *m);
/* [ui] a-z or '\'' (syllable mark). False: not taken. */
bool ime_key(struct ime *m, char c);
/* [ui] One letter, or one picked word, back. False: nothing was being composed. */
bool ime_erase(struct ime *m);
/* [ui] The candidate of this page; appends what is finished by it to out ("" if it goes on). */
void ime_pick(struct ime *m, int index, char *out, int cap);
/* [ui] All of it as the first candidates say. */
void ime_commit(struct ime *m, char *out, int cap);
void ime_clear(struct ime *m);
void ime_page(struct ime *m, int by); /* +1, -1 */
void ime_view(struct ime *m, struct ime_view *out);
bool ime_composing(const struct ime *m); /* accepts NULL */

#endif
