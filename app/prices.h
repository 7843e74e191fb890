/* prices.h - what things cost: rows of a list, one good in all places, aged and compared. */
#ifndef APP_PRICES_H
#define APP_PRICES_H

#include "app/store.h"
#include "hal/base/arena.h"
#include "hal/base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* The rules. A quote older than the good's max_age_days (7 unless the row says otherwise) keeps its
 * place in the list, wears its age and is not compared. Visited without a quote is "missing", with
 * the last known price beside it. The change is against the quote nearest to 7 days before the
 * cheapest one, at the same place, 4 to 14 days back; none there: nothing is said. */
enum { PRICE_MAX_AGE_DAYS = 7, PRICE_PLOT_DAYS = 90 };

struct price_category {
    const char *id, *name;
};

/* One good, summed up over all places. Texts are in the language of the moment they were loaded. */
struct good_row {
    int64_t id;
    const char *name, *spec, *unit, *category;
    int max_age_days;
    int places, ranked; /* places that ever quoted it; places with a quote to compare */
    bool has_best;
    int64_t best_place;
    int best_fen, best_day, best_taken_min; /* taken -1: time not known */
    int best_shared;                        /* places that ask this same lowest price */
    const char *best_name;
    bool has_change;
    int change_fen;
    bool has_last; /* no best: the newest quote there is, however old */
    int last_fen, last_day;
};

enum quote_state { QUOTE_FRESH, QUOTE_OLD, QUOTE_MISSING };
struct quote {
    int64_t place;
    const char *name, *kind, *source; /* source NULL: not known */
    enum quote_state state;
    bool has_price; /* of a missing one: the last known */
    int fen, day, taken_min;
    int dearer_fen; /* than the cheapest; fresh ones only */
    bool cheapest;
};

struct price_day {
    int day, fen;
    bool has;
};

/* Owner: the app. Everything in it lives in its arena until the next load. [ui] */
struct prices {
    struct arena arena;
    struct price_category *category;
    int category_count, chosen; /* chosen: index of the category shown; -1 while searching */
    char kept[32];              /* id of the chosen category, kept from load to load */
    struct good_row *row;
    int row_count;
    int places; /* places that quote prices at all */
    int goods;  /* goods in the feed */
    bool found; /* prices_load_good: there is such a good */
    struct good_row good;
    struct quote *quote; /* fresh by price, then old, then missing */
    int quote_count;
    struct price_day plot[PRICE_PLOT_DAYS]; /* lowest of each day, oldest first */
    int plot_high;                          /* index of the highest, -1: no prices */
};

struct prices *prices_create(void); /* NULL: no memory */
void prices_destroy(struct prices *p);

/* Each reads at most 2 ms worth of rows and replaces what was loaded before. On an error the lists
 * are empty. */
/* The goods of the kept category, or, when `typed` is not empty, all that it means. */
MUST_CHECK enum err prices_load_list(struct prices *p, struct store *s, const char *typed,
                                     int today);
void prices_choose(struct prices *p, int category);
MUST_CHECK enum err prices_load_good(struct prices *p, struct store *s, int64_t good, int today);
/* What one place asks: rows with best_* = this place's newest quote. */
MUST_CHECK enum err prices_load_place(struct prices *p, struct store *s, int64_t place, int today);

#endif
