/* places.c - loads townships and places from the cache. */
#include "app/places.h"

#include "app/i18n.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA_BLOCK = 32 * 1024, ARENA_CAP = 1024 * 1024, TOWNSHIPS_MAX = 64, ROWS_MAX = 300 };

#define PLACE_COLUMNS                                                                             \
    "p.id, p.township, p.kind, p.name, p.name_en, p.address, p.address_en, p.hours, p.hours_en, " \
    "coalesce(t.name, ''), t.name_en, p.phone FROM place p LEFT JOIN township t ON t.code = "     \
    "p.township "

struct places *places_create(void)
{
    struct places *p = calloc(1, sizeof *p);
    if (p)
        arena_init(&p->arena, ARENA_BLOCK, ARENA_CAP);
    return p;
}

void places_destroy(struct places *p)
{
    if (!p)
        return;
    arena_finish(&p->arena);
    free(p);
}

static void forget(struct places *p)
{
    arena_reset(&p->arena);
    p->township = NULL;
    p->row = NULL;
    p->township_count = p->row_count = p->total = 0;
    p->found = false;
    p->here = (struct township){ 0 };
    p->one = (struct place_row){ 0 };
    p->map = NULL;
    p->map_rows = p->map_cols = 0;
    p->villages = "";
}

static const char *picked(struct places *p, const struct query *q, int col)
{
    if (query_col_null(q, col))
        return NULL;
    const char *en = query_col_null(q, col + 1) ? NULL : query_col_text(q, col + 1);
    return arena_strdup(&p->arena, i18n_pick(query_col_text(q, col), en));
}

static struct place_row read_place(struct places *p, const struct query *q)
{
    struct place_row r = { .id = query_col_int(q, 0),
                           .township = query_col_int(q, 1),
                           .kind = query_col_dup(q, 2, &p->arena),
                           .name = picked(p, q, 3),
                           .address = picked(p, q, 5),
                           .hours = picked(p, q, 7),
                           .township_name = picked(p, q, 9),
                           .phone = query_col_dup(q, 11, &p->arena) };
    return r;
}

static struct township read_township(struct places *p, const struct query *q)
{
    return (struct township){ .code = query_col_int(q, 0),
                              .name = picked(p, q, 1),
                              .places = (int)query_col_int(q, 3),
                              .villages = (int)query_col_int(q, 4) };
}

#define TOWNSHIP_COLUMNS                                                        \
    "code, name, name_en, (SELECT count(*) FROM place WHERE township = code), " \
    "(SELECT count(*) FROM village v WHERE v.township = t.code) FROM township t "

enum err places_load_townships(struct places *p, struct store *s)
{
    forget(p);
    p->township = arena_array(&p->arena, struct township, TOWNSHIPS_MAX);
    if (!p->township)
        return ERR_NOMEM;
    struct query *q = store_query(s, "SELECT " TOWNSHIP_COLUMNS "ORDER BY code");
    while (p->township_count < TOWNSHIPS_MAX && query_step(q)) {
        p->township[p->township_count] = read_township(p, q);
        p->total += p->township[p->township_count++].places;
    }
    return query_done(q);
}

enum err places_load_counts(struct places *p, struct store *s)
{
    forget(p);
    struct query *q =
        store_query(s, "SELECT (SELECT count(*) FROM place), (SELECT count(*) FROM township)");
    if (query_step(q)) {
        p->total = (int)query_col_int(q, 0);
        p->township_count = (int)query_col_int(q, 1);
    }
    return query_done(q);
}

static enum err load_villages(struct places *p, struct store *s, int64_t code)
{
    struct query *q =
        store_query(s, "SELECT coalesce(group_concat(name, '、'), '') FROM (SELECT "
                       "replace(replace(replace(name, '居民委员会', ''), '村村民委员会', '村'), "
                       "'村民委员会', '村') AS name FROM village "
                       "WHERE township = ? ORDER BY code)");
    query_int(q, 1, code);
    if (query_step(q)) {
        const char *v = query_col_dup(q, 0, &p->arena);
        p->villages = v ? v : "";
    }
    return query_done(q);
}

enum err places_load_township(struct places *p, struct store *s, int64_t code)
{
    forget(p);
    p->row = arena_array(&p->arena, struct place_row, ROWS_MAX);
    if (!p->row)
        return ERR_NOMEM;
    struct query *q = store_query(s, "SELECT " TOWNSHIP_COLUMNS "WHERE code = ?");
    query_int(q, 1, code);
    p->found = query_step(q);
    if (p->found)
        p->here = read_township(p, q);
    enum err e = query_done(q);
    if (e != OK || !p->found)
        return e;
    q = store_query(s, "SELECT " PLACE_COLUMNS "WHERE p.township = ? ORDER BY CASE p.kind WHEN "
                       "'centre' THEN 0 WHEN 'market' THEN 1 ELSE 2 END, p.id");
    query_int(q, 1, code);
    while (p->row_count < ROWS_MAX && query_step(q))
        p->row[p->row_count++] = read_place(p, q);
    e = query_done(q);
    return e == OK ? load_villages(p, s, code) : e;
}

#define MAP_OF(count)                                                                              \
    "SELECT m.row, m.col, coalesce(m.township, 0), coalesce(t.name, m.word), coalesce(t.name_en, " \
    "m.word_en), (SELECT count(*) FROM " count                                                     \
    ") FROM map_cell m LEFT JOIN township t ON t.code = "                                          \
    "m.township"

static struct query *map_query(struct store *s, enum map_layer layer)
{
    switch (layer) {
    case MAP_SERVICES:
        return store_query(s,
                           MAP_OF("place p WHERE p.township = m.township AND p.kind = 'centre'"));
    case MAP_MARKETS:
        return store_query(s,
                           MAP_OF("place p WHERE p.township = m.township AND p.kind IN ('market', "
                                  "'supermarket')"));
    case MAP_HOSPITALS:
        return store_query(s,
                           MAP_OF("place p WHERE p.township = m.township AND p.kind = 'hospital'"));
    case MAP_SPOTS:
        return store_query(s, MAP_OF("spot x WHERE x.township = m.township AND x.kind <> 'road'"));
    default:
        return store_query(s, MAP_OF("village v WHERE v.township = m.township"));
    }
}

enum err places_load_map(struct places *p, struct store *s, enum map_layer layer)
{
    forget(p);
    p->layer = layer;
    p->map = arena_alloc(&p->arena, sizeof *p->map * MAP_SIDE);
    if (!p->map)
        return ERR_NOMEM;
    memset(p->map, 0, sizeof *p->map * MAP_SIDE);
    struct query *q = map_query(s, layer);
    while (query_step(q)) {
        int64_t row = query_col_int(q, 0), col = query_col_int(q, 1);
        if (row >= MAP_SIDE || col >= MAP_SIDE || row < 0 || col < 0 || query_col_null(q, 3))
            continue;
        p->map[row][col] = (struct map_cell){ .code = query_col_int(q, 2),
                                              .name = picked(p, q, 3),
                                              .count = (int)query_col_int(q, 5) };
        p->map_rows = row >= p->map_rows ? (int)row + 1 : p->map_rows;
        p->map_cols = col >= p->map_cols ? (int)col + 1 : p->map_cols;
    }
    return query_done(q);
}

enum err places_load_one(struct places *p, struct store *s, int64_t id)
{
    forget(p);
    struct query *q = store_query(s, "SELECT " PLACE_COLUMNS "WHERE p.id = ?");
    query_int(q, 1, id);
    p->found = query_step(q);
    if (p->found)
        p->one = read_place(p, q);
    return query_done(q);
}
