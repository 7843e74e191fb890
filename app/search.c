/* search.c - looks through goods, places and screens in memory, and through notices by the index.
 */
#include "app/search.h"

#include "app/i18n.h"
#include "app/notices.h"
#include "app/pinyin.h"
#include "app/search_fts.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA_BLOCK = 16 * 1024, ARENA_CAP = 256 * 1024 };

struct search *search_create(void)
{
    struct search *f = calloc(1, sizeof *f);
    if (f)
        arena_init(&f->arena, ARENA_BLOCK, ARENA_CAP);
    return f;
}

void search_destroy(struct search *f)
{
    if (!f)
        return;
    arena_finish(&f->arena);
    free(f);
}

/* Where a hit of this sureness goes; the list stays sorted, the weakest falls off. NULL: not in. */
static struct search_hit *slot(struct search_hits *g, int sure)
{
    g->total++;
    int at = g->count;
    while (at > 0 && g->hit[at - 1].sure < sure)
        at--;
    if (at == SEARCH_HITS)
        return NULL;
    int moved = (g->count < SEARCH_HITS ? g->count : SEARCH_HITS - 1) - at;
    memmove(&g->hit[at + 1], &g->hit[at], sizeof g->hit[0] * (size_t)moved);
    if (g->count < SEARCH_HITS)
        g->count++;
    return &g->hit[at];
}

static const char *picked(struct search *f, const struct query *q, int col)
{
    const char *en = query_col_null(q, col + 1) ? NULL : query_col_text(q, col + 1);
    const char *s = arena_strdup(&f->arena, i18n_pick(query_col_text(q, col), en));
    return s ? s : "";
}

static int surest(const char *a, const char *b, const char *weak, const char *typed)
{
    int best = pinyin_match(a, typed), other = pinyin_match(b, typed);
    best = other > best ? other : best;
    return best ? best : pinyin_match(weak, typed) ? 1 : 0;
}

/* Rows of (id, name, name_en, note, note_en, words). */
static enum err look_through(struct search *f, struct store *s, enum search_group group,
                             const char *sql, const char *typed)
{
    struct query *q = store_query(s, sql);
    while (query_step(q)) {
        int sure = surest(query_col_text(q, 1), query_col_text(q, 2), query_col_text(q, 5), typed);
        struct search_hit *h = sure ? slot(&f->group[group], sure) : NULL;
        if (h)
            *h = (struct search_hit){ query_col_int(q, 0), sure, picked(f, q, 1), picked(f, q, 3) };
    }
    return query_done(q);
}

static enum err look_for_notices(struct search *f, struct store *s, const char *typed)
{
    struct search_hits *g = &f->group[SEARCH_NOTICE];
    int64_t id[SEARCH_HITS];
    int count = 0, total = 0;
    enum err e = search_notices(s, typed, id, SEARCH_HITS, &count, &total);
    for (int i = 0; e == OK && i < count; i++) {
        struct query *q = store_query(
            s, "SELECT id, title, title_en, sender, sender_en FROM notice WHERE id = ?");
        query_int(q, 1, id[i]);
        if (query_step(q))
            g->hit[g->count++] =
                (struct search_hit){ query_col_int(q, 0), 8, picked(f, q, 1), picked(f, q, 3) };
        e = query_done(q);
    }
    g->total = total;
    return e;
}

static void look_for_screens(struct search *f, const char *typed,
                             const struct search_target *targets, int target_count)
{
    for (int i = 0; i < target_count; i++) {
        int sure = surest(targets[i].name, "", targets[i].words, typed);
        struct search_hit *h = sure ? slot(&f->group[SEARCH_SCREEN], sure) : NULL;
        if (h)
            *h = (struct search_hit){ i, sure, targets[i].name, NULL };
    }
}

static void look_for_services(struct search *f, const struct services *s, const char *typed)
{
    for (int i = 0; s && i < s->count; i++) {
        const struct service_line *l = &s->line[i];
        int sure = surest(l->plain_name, l->name, l->keywords, typed);
        if (!sure)
            sure = service_in_english(l->name_en, typed);
        struct search_hit *h = sure ? slot(&f->group[SEARCH_SERVICE], sure) : NULL;
        if (h)
            *h = (struct search_hit){
                l->key, sure, arena_strdup(&f->arena, service_called(l->plain_name, l->name_en)),
                arena_strdup(&f->arena, l->department)
            };
    }
}

enum err search_run(struct search *f, struct store *s, const struct services *services,
                    const char *typed, const struct search_target *targets, int target_count)
{
    arena_reset(&f->arena);
    memset(f->group, 0, sizeof f->group);
    if (!*typed)
        return OK;
    look_for_screens(f, typed, targets, target_count);
    look_for_services(f, services, typed);
    enum err e = look_through(f, s, SEARCH_GOOD,
                              "SELECT id, name, name_en, spec, spec_en, coalesce(keywords, '') "
                              "FROM good ORDER BY category, sort, id",
                              typed);
    if (e == OK)
        e = look_through(f, s, SEARCH_PLACE,
                         "SELECT p.id, p.name, p.name_en, coalesce(t.name, ''), t.name_en, "
                         "p.address FROM place p LEFT JOIN township t ON t.code = p.township "
                         "ORDER BY p.id",
                         typed);
    return e == OK ? look_for_notices(f, s, typed) : e;
}
