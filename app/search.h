/* search.h - one field for everything: goods, places, notices and screens that what was typed
 * means. */
#ifndef APP_SEARCH_H
#define APP_SEARCH_H

#include "app/services.h"
#include "app/store.h"
#include "hal/base/arena.h"
#include "hal/base/err.h"

#include <stdint.h>

enum { SEARCH_HITS = 24 };
enum search_group {
    SEARCH_SCREEN,
    SEARCH_SERVICE,
    SEARCH_GOOD,
    SEARCH_PLACE,
    SEARCH_NOTICE,
    SEARCH_GROUPS
};

struct search_hit {
    int64_t id;
    int sure; /* pinyin_match; the surest first */
    const char *name, *note;
};

/* Hits of one kind: the best of them, and how many there are in all (-1: very many). */
struct search_hits {
    struct search_hit hit[SEARCH_HITS];
    int count, total;
};

/* Owner: the app. Everything in it lives in its arena until the next run. [ui] */
struct search {
    struct arena arena;
    struct search_hits group[SEARCH_GROUPS];
};

struct search *search_create(void); /* NULL: no memory */
void search_destroy(struct search *f);
/* A screen that can be found: what people call it, separated by spaces. */
struct search_target {
    const char *screen, *name, *words;
};
/* Looks through everything; `typed` empty: nothing is found. Hits of SEARCH_SCREEN carry the index
 * in targets as id, those of SEARCH_SERVICE the service's key. services: as services_load left
 * them; NULL: none. */
MUST_CHECK enum err search_run(struct search *f, struct store *s, const struct services *services,
                               const char *typed, const struct search_target *targets,
                               int target_count);

#endif
