/* food.h - what the food inspectors found, newest first; those that failed by themselves. */
#ifndef APP_FOOD_H
#define APP_FOOD_H

#include "app/store.h"
#include "hal/base/arena.h"
#include "hal/base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum { FOOD_ROWS = 1000, FOOD_SHOWN = 200 };

struct food_row {
    int64_t id;
    int day;
    bool bad;
    const char *name, *seller, *wrong; /* wrong: NULL when it passed */
};

/* Owner: the app. Everything in it lives in its arena until the next load. [ui] */
struct food {
    struct arena arena;
    struct food_row *row; /* newest first; of those the shown[] fit what was typed */
    int count, *shown, shown_count, bad;
    bool more;     /* more than FOOD_SHOWN fit */
    bool bad_only; /* stays while one reads a result and comes back */
    bool found;    /* food_load_one */
    struct food_row one;
    const char *producer, *source, *township; /* of one; NULL not told */
    int batch_day;                            /* INT32_MIN not told */
};
struct food *food_create(void); /* NULL: no memory */
void food_destroy(struct food *f);
MUST_CHECK enum err food_load(struct food *f, struct store *s);
/* Those that fit what was typed (hanzi, pinyin, initials of food or seller), and only the failed
 * ones when bad_only. */
void food_show(struct food *f, const char *typed);
MUST_CHECK enum err food_load_one(struct food *f, struct store *s, int64_t id);

#endif
