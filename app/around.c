/* around.c - loads what was measured of air, water and rivers from the cache. */
#include "app/around.h"

#include "app/i18n.h"

#include <stdlib.h>

enum { ARENA_BLOCK = 16 * 1024, ARENA_CAP = 256 * 1024 };

struct around *around_create(void)
{
    struct around *a = calloc(1, sizeof *a);
    if (a)
        arena_init(&a->arena, ARENA_BLOCK, ARENA_CAP);
    return a;
}

void around_destroy(struct around *a)
{
    if (!a)
        return;
    arena_finish(&a->arena);
    free(a);
}

static const char *picked(struct around *a, const struct query *q, int col)
{
    const char *en = query_col_null(q, col + 1) ? NULL : query_col_text(q, col + 1);
    const char *text = arena_strdup(&a->arena, i18n_pick(query_col_text(q, col), en));
    return text ? text : ""; /* the arena is full */
}

static const char *kept(struct around *a, const struct query *q, int col)
{
    const char *text = query_col_dup(q, col, &a->arena);
    return text ? text : "";
}

static enum err load_levels(struct around *a, struct store *s)
{
    struct query *q = store_query(
        s, "SELECT least, tone, word, word_en, advice, advice_en FROM air_level ORDER BY least");
    while (a->level_count < AROUND_ROWS && query_step(q))
        a->level[a->level_count++] = (struct air_level){ .least = (int)query_col_int(q, 0),
                                                         .tone = (int)query_col_int(q, 1),
                                                         .word = picked(a, q, 2),
                                                         .advice = picked(a, q, 4) };
    return query_done(q);
}

static const struct air_level *level_of(const struct around *a, int aqi)
{
    const struct air_level *l = NULL;
    for (int i = 0; i < a->level_count && a->level[i].least <= aqi; i++)
        l = &a->level[i];
    return l;
}

static enum err load_air(struct around *a, struct store *s, int64_t township)
{
    struct query *q = store_query(s, "SELECT township, name, name_en, pollutant, standard, day, "
                                     "at_min, aqi FROM air ORDER BY township <> ?, id");
    query_int(q, 1, township);
    while (a->air_count < AROUND_ROWS && query_step(q)) {
        int aqi = (int)query_col_int(q, 7);
        a->air[a->air_count++] = (struct air_station){ .township = query_col_int(q, 0),
                                                       .name = picked(a, q, 1),
                                                       .pollutant = query_col_dup(q, 3, &a->arena),
                                                       .standard = kept(a, q, 4),
                                                       .day = (int)query_col_int(q, 5),
                                                       .at_min = (int)query_col_int(q, 6),
                                                       .aqi = aqi,
                                                       .level = level_of(a, aqi) };
    }
    return query_done(q);
}

static enum err load_water(struct around *a, struct store *s)
{
    struct query *q =
        store_query(s, "SELECT name, name_en, standard, day, class, wanted FROM water ORDER BY id");
    while (a->water_count < AROUND_ROWS && query_step(q))
        a->water[a->water_count++] = (struct water_section){ .name = picked(a, q, 0),
                                                             .standard = kept(a, q, 2),
                                                             .day = (int)query_col_int(q, 3),
                                                             .grade = (int)query_col_int(q, 4),
                                                             .wanted = (int)query_col_int(q, 5) };
    return query_done(q);
}

static enum err load_rivers(struct around *a, struct store *s)
{
    struct query *q = store_query(s, "SELECT name, name_en, day, at_min, level_cm, warn_cm, flow "
                                     "FROM river ORDER BY id");
    while (a->river_count < AROUND_ROWS && query_step(q))
        a->river[a->river_count++] =
            (struct river_station){ .name = picked(a, q, 0),
                                    .day = (int)query_col_int(q, 2),
                                    .at_min = (int)query_col_int(q, 3),
                                    .level_cm = query_col_int(q, 4),
                                    .warn_cm = query_col_int(q, 5),
                                    .flow = query_col_null(q, 6) ? -1 : query_col_int(q, 6) };
    return query_done(q);
}

enum err around_load(struct around *a, struct store *s, int64_t township)
{
    arena_reset(&a->arena);
    a->level_count = a->air_count = a->water_count = a->river_count = 0;
    a->level = arena_array(&a->arena, struct air_level, AROUND_ROWS);
    a->air = arena_array(&a->arena, struct air_station, AROUND_ROWS);
    a->water = arena_array(&a->arena, struct water_section, AROUND_ROWS);
    a->river = arena_array(&a->arena, struct river_station, AROUND_ROWS);
    if (!a->level || !a->air || !a->water || !a->river)
        return ERR_NOMEM;
    enum err e = load_levels(a, s);
    if (e == OK)
        e = load_air(a, s, township);
    if (e == OK)
        e = load_water(a, s);
    return e == OK ? load_rivers(a, s) : e;
}
