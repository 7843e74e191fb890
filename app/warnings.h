/* warnings.h - what is urgent here today: weather, floods, fire, prices. */
#ifndef APP_WARNINGS_H
#define APP_WARNINGS_H

#include "app/store.h"
#include "hal/base/arena.h"
#include "hal/base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum { WARNINGS_MAX = 16, WARNING_RED = 4 };

/* Days as in clock.h, minutes since midnight. Texts in the language of the load. */
struct warning {
    int64_t id;
    int level; /* 1 blue … 4 red */
    const char *kind, *title, *text, *sender;
    int from_day, from_min, until_day, until_min;
};

/* Owner: the app. Everything in it lives in its arena until the next load. [ui] */
struct warnings {
    struct arena arena;
    struct warning *row; /* the most urgent first; those of this township and of the district */
    int count;
};
struct warnings *warnings_create(void); /* NULL: no memory */
void warnings_destroy(struct warnings *w);
/* Those that may still hold on `today`: the clock of the moment decides what is shown. */
MUST_CHECK enum err warnings_load(struct warnings *w, struct store *s, int64_t township, int today);
/* Whether it holds at this minute of the wall clock. */
bool warning_holds(const struct warning *w, int64_t now_ms);
/* The most urgent that holds, NULL none; out_more: how many more hold. */
const struct warning *warnings_first(const struct warnings *w, int64_t now_ms, int *out_more);
const struct warning *warnings_find(const struct warnings *w, int64_t id); /* NULL */

#endif
