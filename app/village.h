/* village.h - one village: who looks after it, what it says, its books, and what is bought and
 * sold. */
#ifndef APP_VILLAGE_H
#define APP_VILLAGE_H

#include "app/store.h"
#include "hal/base/arena.h"
#include "hal/base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum village_tab { VILLAGE_PARTY, VILLAGE_AFFAIRS, VILLAGE_SERVICES, VILLAGE_TRADE, VILLAGE_TABS };
enum {
    VILLAGE_POSTS = 60,
    VILLAGE_LINES = 40,
    VILLAGE_SUBSIDIES = 60,
    VILLAGE_GRIDS = 40,
    VILLAGE_ACTIONS = 12,
    VILLAGE_CHOICES = 64
};

/* Texts NULL: not told. */
struct village_post {
    const char *kind, *title, *text, *who, *phone;
    int day;
};
struct village_line {
    bool out;
    const char *text;
    int64_t fen;
};
/* What came in and went out from from_day to to_day; until object_day anybody may object. */
struct village_book {
    int from_day, to_day, object_day;
    int64_t opening, closing, in, out; /* fen */
    const char *signed_by;
    const struct village_line *line;
    int line_count;
};
struct village_subsidy {
    const char *title, *name; /* masked by the publisher */
    int day;
    int64_t fen;
};
struct village_grid {
    const char *name, *worker, *phone;
};
/* Something one can hand in, by a service whose data names one of the tabs. */
struct village_action {
    int64_t service;
    enum village_tab tab;
    const char *name;
};
struct village_choice {
    int64_t code; /* of a township (9 digits) or a village (12) */
    const char *name;
};

/* Owner: the app. Everything in it lives in its arena until the next load. [ui] */
struct village {
    struct arena arena;
    enum village_tab tab; /* stays while one looks from village to village */
    int64_t code;
    bool found;
    const char *name, *township;
    struct village_post *post; /* newest first */
    struct village_book *book; /* the newest; NULL none */
    struct village_subsidy *subsidy;
    struct village_grid *grid;
    struct village_action *action;
    struct village_choice *choice;
    int post_count, subsidy_count, grid_count, action_count, choice_count;
};
struct village *village_create(void); /* NULL: no memory */
void village_destroy(struct village *v);

/* Each replaces what was loaded before. A village nobody knows: OK and found = false. */
MUST_CHECK enum err village_load(struct village *v, struct store *s, int64_t code);
/* Townships (0), or the villages of one. */
MUST_CHECK enum err village_load_choices(struct village *v, struct store *s, int64_t township);

#endif
