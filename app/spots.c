/* spots.c - loads scenic spots, road nodes and their cameras from the cache. */
#include "app/spots.h"

#include "app/i18n.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA_BLOCK = 16 * 1024, ARENA_CAP = 512 * 1024, ROWS_MAX = 64 };

struct spots *spots_create(void)
{
    struct spots *s = calloc(1, sizeof *s);
    if (s)
        arena_init(&s->arena, ARENA_BLOCK, ARENA_CAP);
    return s;
}

void spots_destroy(struct spots *s)
{
    if (!s)
        return;
    arena_finish(&s->arena);
    free(s);
}

static const char *picked(struct spots *s, const struct query *q, int col)
{
    if (query_col_null(q, col))
        return NULL;
    const char *en = query_col_null(q, col + 1) ? NULL : query_col_text(q, col + 1);
    return arena_strdup(&s->arena, i18n_pick(query_col_text(q, col), en));
}

static int number(const struct query *q, int col)
{
    return query_col_null(q, col) ? -1 : (int)query_col_int(q, col);
}

#define COLUMNS                                                                                  \
    "c.id, c.name, c.name_en, c.urls, c.hosts, s.id, s.kind, s.name, s.name_en, s.township, "    \
    "coalesce(t.name, ''), t.name_en, s.grade, s.hours, s.hours_en, s.way, s.way_en, s.phone, "  \
    "s.visitors_max, s.vehicles_max, n.day, n.at_min, n.visitors, n.vehicles, n.level, n.note, " \
    "n.note_en FROM camera c JOIN spot s ON s.id = c.spot LEFT JOIN township t ON t.code = "     \
    "s.township LEFT JOIN spot_now n ON n.spot = s.id ORDER BY s.kind = 'road', c.sort, c.id"

static struct spot read_spot(struct spots *s, const struct query *q)
{
    return (struct spot){ .id = query_col_int(q, 5),
                          .road = strcmp(query_col_text(q, 6), "road") == 0,
                          .name = picked(s, q, 7),
                          .township = query_col_int(q, 9),
                          .township_name = picked(s, q, 10),
                          .grade = query_col_dup(q, 12, &s->arena),
                          .hours = picked(s, q, 13),
                          .way = picked(s, q, 15),
                          .phone = query_col_dup(q, 17, &s->arena),
                          .visitors_max = number(q, 18),
                          .vehicles_max = number(q, 19),
                          .has_now = !query_col_null(q, 20),
                          .now = { .day = number(q, 20),
                                   .at_min = number(q, 21),
                                   .visitors = number(q, 22),
                                   .vehicles = number(q, 23),
                                   .level = (int)query_col_int(q, 24),
                                   .note = picked(s, q, 25) } };
}

enum err spots_load(struct spots *s, struct store *store)
{
    arena_reset(&s->arena);
    s->count = s->scenic = 0;
    s->row = arena_array(&s->arena, struct camera_row, ROWS_MAX);
    if (!s->row)
        return ERR_NOMEM;
    struct query *q = store_query(store, "SELECT " COLUMNS);
    while (s->count < ROWS_MAX && query_step(q)) {
        struct camera_row *r = &s->row[s->count++];
        *r = (struct camera_row){ .id = query_col_int(q, 0),
                                  .name = picked(s, q, 1),
                                  .urls = query_col_dup(q, 3, &s->arena),
                                  .hosts = query_col_dup(q, 4, &s->arena),
                                  .spot = read_spot(s, q) };
        s->scenic += !r->spot.road;
    }
    return query_done(q);
}

enum err spots_load_counts(struct spots *s, struct store *store)
{
    arena_reset(&s->arena);
    s->row = NULL;
    struct query *q = store_query(store, "SELECT count(*) FROM camera");
    s->count = query_step(q) ? (int)query_col_int(q, 0) : 0;
    return query_done(q);
}

const struct camera_row *spots_find(const struct spots *s, int64_t camera)
{
    for (int i = 0; s->row && i < s->count; i++)
        if (s->row[i].id == camera)
            return &s->row[i];
    return NULL;
}
