/* around.h - air, water and rivers around here, as they were last measured. */
#ifndef APP_AROUND_H
#define APP_AROUND_H

#include "app/store.h"
#include "hal/base/arena.h"
#include "hal/base/err.h"

#include <stdint.h>

enum { AROUND_ROWS = 32, AIR_OLD_H = 3, WATER_OLD_DAYS = 35 };

/* What a figure of the air means, by the table of the standard in force. tone: 0 good … 5 worst. */
struct air_level {
    int least, tone;
    const char *word, *advice;
};
/* Texts in the language of the moment they were loaded; NULL: not told. */
struct air_station {
    int64_t township;
    const char *name, *pollutant, *standard;
    int day, at_min, aqi;
    const struct air_level *level; /* NULL: below the least of the table, or no table */
};
struct water_section {
    const char *name, *standard;
    int day, grade, wanted; /* 1 (I) … 5 (V), 6 worse */
};
struct river_station {
    const char *name;
    int day, at_min;
    int64_t level_cm, warn_cm, flow; /* flow: m³/s, -1 not told */
};

/* Owner: the app. Everything in it lives in its arena until the next load. [ui] */
struct around {
    struct arena arena;
    struct air_level *level;
    struct air_station *air; /* the township's own first */
    struct water_section *water;
    struct river_station *river;
    int level_count, air_count, water_count, river_count;
};
struct around *around_create(void); /* NULL: no memory */
void around_destroy(struct around *a);
MUST_CHECK enum err around_load(struct around *a, struct store *s, int64_t township);

#endif
