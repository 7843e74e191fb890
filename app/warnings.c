/* warnings.c - loads the warnings of here and now from the cache. */
#include "app/warnings.h"

#include "app/i18n.h"
#include "hal/base/clock.h"

#include <stdlib.h>

enum { ARENA_BLOCK = 8 * 1024, ARENA_CAP = 128 * 1024 };

struct warnings *warnings_create(void)
{
    struct warnings *w = calloc(1, sizeof *w);
    if (w)
        arena_init(&w->arena, ARENA_BLOCK, ARENA_CAP);
    return w;
}

void warnings_destroy(struct warnings *w)
{
    if (!w)
        return;
    arena_finish(&w->arena);
    free(w);
}

static const char *picked(struct warnings *w, const struct query *q, int col)
{
    const char *en = query_col_null(q, col + 1) ? NULL : query_col_text(q, col + 1);
    const char *text = arena_strdup(&w->arena, i18n_pick(query_col_text(q, col), en));
    return text ? text : ""; /* the arena is full */
}

enum err warnings_load(struct warnings *w, struct store *s, int64_t township, int today)
{
    arena_reset(&w->arena);
    w->count = 0;
    w->row = arena_array(&w->arena, struct warning, WARNINGS_MAX);
    if (!w->row)
        return ERR_NOMEM;
    struct query *q = store_query(
        s, "SELECT id, level, kind, title, title_en, text, text_en, sender, sender_en, "
           "from_day, from_min, until_day, until_min FROM warning WHERE until_day >= ?1 "
           "AND (township IS NULL OR township = ?2) ORDER BY level DESC, from_day DESC, id");
    query_int(q, 1, today);
    query_int(q, 2, township);
    while (w->count < WARNINGS_MAX && query_step(q))
        w->row[w->count++] = (struct warning){ .id = query_col_int(q, 0),
                                               .level = (int)query_col_int(q, 1),
                                               .kind = query_col_dup(q, 2, &w->arena),
                                               .title = picked(w, q, 3),
                                               .text = picked(w, q, 5),
                                               .sender = picked(w, q, 7),
                                               .from_day = (int)query_col_int(q, 9),
                                               .from_min = (int)query_col_int(q, 10),
                                               .until_day = (int)query_col_int(q, 11),
                                               .until_min = (int)query_col_int(q, 12) };
    return query_done(q);
}

bool warning_holds(const struct warning *w, int64_t now_ms)
{
    struct civil c = clock_civil(now_ms);
    int day = clock_day_of(now_ms), at = c.hour * 60 + c.minute;
    bool begun = w->from_day < day || (w->from_day == day && w->from_min <= at);
    return begun && (w->until_day > day || (w->until_day == day && w->until_min > at));
}

const struct warning *warnings_first(const struct warnings *w, int64_t now_ms, int *out_more)
{
    const struct warning *first = NULL;
    *out_more = 0;
    for (int i = 0; i < w->count; i++)
        if (warning_holds(&w->row[i], now_ms)) {
            *out_more += first != NULL;
            first = first ? first : &w->row[i];
        }
    return first;
}

const struct warning *warnings_find(const struct warnings *w, int64_t id)
{
    for (int i = 0; i < w->count; i++)
        if (w->row[i].id == id)
            return &w->row[i];
    return NULL;
}
