/* spots.h - scenic spots and road nodes: what stands in the feed of them, and their cameras. */
#ifndef APP_SPOTS_H
#define APP_SPOTS_H

#include "app/store.h"
#include "hal/base/arena.h"
#include "hal/base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* How a spot is at the moment its keepers told it. Numbers: -1 not told. */
struct spot_now {
    int day, at_min;
    int visitors, vehicles;
    int level; /* 0 none, 1 blue … 4 red */
    const char *note;
};

/* Texts in the language of the moment they were loaded; NULL: not told. */
struct spot {
    int64_t id, township;
    bool road; /* a road node; else a scenic spot */
    const char *name, *township_name, *grade, *hours, *way, *phone;
    int visitors_max, vehicles_max; /* -1 not told */
    bool has_now;
    struct spot_now now;
};
struct camera_row {
    int64_t id;
    const char *name, *urls, *hosts; /* lists, separated by spaces */
    struct spot spot;
};

/* Owner: the app. Everything in it lives in its arena until the next load. [ui] */
struct spots {
    struct arena arena;
    struct camera_row *row; /* scenic spots first */
    int count, scenic;      /* cameras in all; spots with one, of the scenic ones */
};
struct spots *spots_create(void); /* NULL: no memory */
void spots_destroy(struct spots *s);
MUST_CHECK enum err spots_load(struct spots *s, struct store *store);
/* Numbers only, for home. */
MUST_CHECK enum err spots_load_counts(struct spots *s, struct store *store);
const struct camera_row *spots_find(const struct spots *s, int64_t camera); /* NULL */

#endif
