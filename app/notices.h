/* notices.h - what the village and the town have to say: newest first, one in full, or a search. */
#ifndef APP_NOTICES_H
#define APP_NOTICES_H

#include "app/store.h"
#include "hal/base/arena.h"
#include "hal/base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum { NOTICES_WINDOW = 100, NOTICES_HOME = 4, NOTICES_KINDS = 12 };

struct notice_head {
    int64_t id;
    int day, at_min;
    const char *sender, *title, *kind; /* kind: village town weather road health bid */
    bool pinned;
};

/* Owner: the app. Everything in it lives in its arena until the next load. [ui] */
struct notices {
    struct arena arena;
    struct notice_head *head; /* the window from `first` on, newest first */
    int count, first;
    int total;     /* all there are, or all hits; -1: more than 2,000 hits */
    bool searched; /* head[] are hits */
    struct notice_kind {
        char key[16];
        int count;
    } kinds[NOTICES_KINDS]; /* those there are, the fullest first */
    int kind_count;
    char kind[16]; /* the list is of this kind alone; "" of all */
    bool found;    /* notices_load_one: there is such a notice */
    struct notice_head one;
    const char *body;     /* of one; on home the body of the first */
    int64_t older, newer; /* of one: its neighbours, 0 = none */
};

struct notices *notices_create(void); /* NULL: no memory */
void notices_destroy(struct notices *n);

/* Each reads at most 2 ms worth of rows and replaces what was loaded before. */
/* The newest pinned one first (the newest of all when none is pinned), then the newest others. */
MUST_CHECK enum err notices_load_home(struct notices *n, struct store *s);
/* The window of n->kind that begins at `first`; `typed` not empty: hits in title and text of every
 * kind. */
MUST_CHECK enum err notices_load_list(struct notices *n, struct store *s, const char *typed,
                                      int first);
MUST_CHECK enum err notices_load_one(struct notices *n, struct store *s, int64_t id);

#endif
