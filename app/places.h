/* places.h - where to go: the townships, their markets, supermarkets and service centres. */
#ifndef APP_PLACES_H
#define APP_PLACES_H

#include "app/store.h"
#include "hal/base/arena.h"
#include "hal/base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct township {
    int64_t code;
    const char *name;
    int places, villages;
};

struct place_row {
    int64_t id, township;
    const char *kind; /* market supermarket centre hospital */
    const char *name, *address, *phone, *hours, *township_name; /* phone, hours NULL: not known */
};

/* What the map counts in each township. */
enum map_layer { MAP_SERVICES, MAP_MARKETS, MAP_HOSPITALS, MAP_SPOTS, MAP_VILLAGES, MAP_LAYERS };
enum { MAP_SIDE = 8 };
/* One cell of the schematic map: a township, or a word such as the river's name. */
struct map_cell {
    int64_t code; /* 0: only a word */
    const char *name;
    int count; /* of the layer */
};

/* Owner: the app. Everything in it lives in its arena until the next load. [ui] */
struct places {
    struct arena arena;
    struct township *township;
    int township_count;
    int total; /* places in the feed */
    bool found;
    struct township here; /* places_load_township */
    struct place_row *row;
    int row_count;
    const char *villages; /* of the township, joined for reading; "" none */
    struct place_row one; /* places_load_one */
    enum map_layer layer;
    struct map_cell (*map)[MAP_SIDE]; /* [row][col]; places_load_map; name NULL: an empty cell */
    int map_rows, map_cols;
};

struct places *places_create(void); /* NULL: no memory */
void places_destroy(struct places *p);

/* Each reads at most 2 ms worth of rows and replaces what was loaded before. */
MUST_CHECK enum err places_load_counts(struct places *p, struct store *s); /* numbers only */
MUST_CHECK enum err places_load_townships(struct places *p, struct store *s);
MUST_CHECK enum err places_load_township(struct places *p, struct store *s, int64_t code);
MUST_CHECK enum err places_load_map(struct places *p, struct store *s, enum map_layer layer);
MUST_CHECK enum err places_load_one(struct places *p, struct store *s, int64_t id);

#endif
