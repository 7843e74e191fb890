/* prices.c - loads prices from the cache: who is cheapest, what is old, what is missing. */
#include "app/prices.h"

#include "app/i18n.h"
#include "app/pinyin.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA_BLOCK = 64 * 1024, ARENA_CAP = 2 * 1024 * 1024, GOODS_MAX = 400, PLACES_MAX = 200 };

#define GOOD_COLUMNS                                                                          \
    "g.id, g.name, g.name_en, g.spec, g.spec_en, g.unit, g.unit_en, g.category, "             \
    "coalesce(g.max_age_days, 7), coalesce(g.keywords, '') FROM good g LEFT JOIN category c " \
    "ON c.id = g.category "

struct prices *prices_create(void)
{
    struct prices *p = calloc(1, sizeof *p);
    if (p)
        arena_init(&p->arena, ARENA_BLOCK, ARENA_CAP);
    return p;
}

void prices_destroy(struct prices *p)
{
    if (!p)
        return;
    arena_finish(&p->arena);
    free(p);
}

static void forget(struct prices *p)
{
    arena_reset(&p->arena);
    p->category = NULL;
    p->row = NULL;
    p->quote = NULL;
    p->category_count = p->row_count = p->quote_count = p->places = p->goods = 0;
    p->chosen = -1;
    p->found = false;
    p->good = (struct good_row){ 0 };
    p->plot_high = -1;
    memset(p->plot, 0, sizeof p->plot);
}

/* The column in the language of the screen, kept in the arena; zh at `col`, English beside it. */
static const char *picked(struct prices *p, const struct query *q, int col)
{
    const char *en = query_col_null(q, col + 1) ? NULL : query_col_text(q, col + 1);
    const char *s = arena_strdup(&p->arena, i18n_pick(query_col_text(q, col), en));
    return s ? s : "";
}

static const char *kept(struct prices *p, const char *s)
{
    const char *out = arena_strdup(&p->arena, s);
    return out ? out : "";
}

static void read_good(struct prices *p, const struct query *q, struct good_row *out)
{
    *out = (struct good_row){ .id = query_col_int(q, 0),
                              .name = picked(p, q, 1),
                              .spec = picked(p, q, 3),
                              .unit = picked(p, q, 5),
                              .category = kept(p, query_col_text(q, 7)),
                              .max_age_days = (int)query_col_int(q, 8),
                              .best_taken_min = -1 };
}

/* --- comparing ---------------------------------------------------------------------------- */

static enum err load_taken(struct store *s, int day, int64_t place, int *out_min)
{
    struct query *q = store_query(s, "SELECT taken_min FROM sheet WHERE day = ? AND place = ?");
    query_int(q, 1, day);
    query_int(q, 2, place);
    if (query_step(q))
        *out_min = (int)query_col_int(q, 0);
    return query_done(q);
}

static enum err fen_on(struct store *s, int day, int64_t good, int64_t place, bool *out_has,
                       int *out_fen)
{
    struct query *q = store_query(
        s, "SELECT fen FROM price WHERE day = ? AND good = ? AND place = ? AND fen IS NOT NULL");
    query_int(q, 1, day);
    query_int(q, 2, good);
    query_int(q, 3, place);
    *out_has = query_step(q);
    if (*out_has)
        *out_fen = (int)query_col_int(q, 0);
    return query_done(q);
}

/* Days back in the order of how near they are to a week. */
static const int week_order[] = { 7, 8, 6, 9, 5, 10, 4, 11, 12, 13, 14 };

static enum err load_change(struct store *s, struct good_row *g)
{
    for (size_t i = 0; i < sizeof week_order / sizeof *week_order; i++) {
        bool has = false;
        int fen = 0;
        enum err e = fen_on(s, g->best_day - week_order[i], g->id, g->best_place, &has, &fen);
        if (e != OK)
            return e;
        if (!has)
            continue;
        g->has_change = true;
        g->change_fen = g->best_fen - fen;
        return OK;
    }
    return OK;
}

/* One place's last visit goes into the sum of its good. Of equal prices the newest is named. */
static void count_quote(struct prices *p, struct good_row *g, const struct query *q, int today)
{
    bool missing = query_col_null(q, 1), known = !query_col_null(q, 3);
    int day = (int)query_col_int(q, 2), fen = (int)query_col_int(q, 3);
    g->places++;
    if (!known)
        return;
    if (!g->has_last || day > g->last_day) {
        g->has_last = true;
        g->last_fen = fen;
        g->last_day = day;
    }
    if (missing || today - day > g->max_age_days)
        return;
    g->ranked++;
    if (g->has_best && fen == g->best_fen)
        g->best_shared++;
    if (g->has_best && (fen > g->best_fen || (fen == g->best_fen && day <= g->best_day)))
        return;
    if (!g->has_best || fen < g->best_fen)
        g->best_shared = 1;
    g->has_best = true;
    g->best_fen = fen;
    g->best_day = day;
    g->best_place = query_col_int(q, 0);
    g->best_name = picked(p, q, 4);
}

static enum err sum_up(struct prices *p, struct store *s, struct good_row *g, int today)
{
    struct query *q = store_query(
        s, "SELECT l.place, l.fen, l.quote_day, l.quote_fen, pl.name, pl.name_en FROM latest l "
           "JOIN place pl ON pl.id = l.place WHERE l.good = ?");
    query_int(q, 1, g->id);
    while (query_step(q))
        count_quote(p, g, q, today);
    enum err e = query_done(q);
    if (e == OK && g->has_best)
        e = load_taken(s, g->best_day, g->best_place, &g->best_taken_min);
    if (e == OK && g->has_best)
        e = load_change(s, g);
    return e;
}

static enum err sum_up_all(struct prices *p, struct store *s, int today)
{
    for (int i = 0; i < p->row_count; i++) {
        enum err e = sum_up(p, s, &p->row[i], today);
        if (e != OK)
            return e;
    }
    return OK;
}

/* --- lists -------------------------------------------------------------------------------- */

static enum err load_counts(struct prices *p, struct store *s)
{
    struct query *q = store_query(
        s, "SELECT (SELECT count(*) FROM good), (SELECT count(DISTINCT place) FROM latest)");
    if (query_step(q)) {
        p->goods = (int)query_col_int(q, 0);
        p->places = (int)query_col_int(q, 1);
    }
    return query_done(q);
}

static enum err load_categories(struct prices *p, struct store *s)
{
    enum { CATEGORIES_MAX = 24 };
    p->category = arena_array(&p->arena, struct price_category, CATEGORIES_MAX);
    if (!p->category)
        return ERR_NOMEM;
    struct query *q =
        store_query(s, "SELECT id, name, name_en FROM category c WHERE EXISTS "
                       "(SELECT 1 FROM good WHERE category = c.id) ORDER BY sort, id");
    while (p->category_count < CATEGORIES_MAX && query_step(q)) {
        struct price_category *c = &p->category[p->category_count++];
        c->id = kept(p, query_col_text(q, 0));
        c->name = picked(p, q, 1);
        if (strcmp(c->id, p->kept) == 0)
            p->chosen = p->category_count - 1;
    }
    if (p->chosen < 0 && p->category_count)
        prices_choose(p, 0);
    return query_done(q);
}

void prices_choose(struct prices *p, int category)
{
    if (category < 0 || category >= p->category_count)
        return;
    p->chosen = category;
    size_t n = strnlen(p->category[category].id, sizeof p->kept - 1);
    memcpy(p->kept, p->category[category].id, n);
    p->kept[n] = '\0';
}

static int best_match(const struct query *q, const char *typed)
{
    static const int column[] = { 1, 2, 9 }; /* name, name_en, keywords */
    int best = 0;
    for (size_t i = 0; i < sizeof column / sizeof *column; i++) {
        int sure = pinyin_match(query_col_text(q, column[i]), typed);
        if (i == 2 && sure)
            sure = 1; /* a word people use for it counts, but less than its name */
        best = sure > best ? sure : best;
    }
    return best;
}

/* Surest first, the order of the feed kept among equals. */
static void sort_by_sureness(struct good_row *row, int *sure, int count)
{
    for (int i = 1; i < count; i++) {
        struct good_row r = row[i];
        int s = sure[i], at = i;
        for (; at > 0 && sure[at - 1] < s; at--) {
            row[at] = row[at - 1];
            sure[at] = sure[at - 1];
        }
        row[at] = r;
        sure[at] = s;
    }
}

static enum err load_matching(struct prices *p, struct store *s, const char *typed)
{
    int sure[GOODS_MAX];
    struct query *q = store_query(s, "SELECT " GOOD_COLUMNS "ORDER BY c.sort, g.sort, g.id");
    while (p->row_count < GOODS_MAX && query_step(q)) {
        int m = best_match(q, typed);
        if (!m)
            continue;
        sure[p->row_count] = m;
        read_good(p, q, &p->row[p->row_count++]);
    }
    enum err e = query_done(q);
    sort_by_sureness(p->row, sure, p->row_count);
    return e;
}

static enum err load_category(struct prices *p, struct store *s)
{
    if (p->chosen < 0)
        return OK;
    struct query *q =
        store_query(s, "SELECT " GOOD_COLUMNS "WHERE g.category = ? ORDER BY g.sort, g.id");
    query_text(q, 1, p->category[p->chosen].id);
    while (p->row_count < GOODS_MAX && query_step(q))
        read_good(p, q, &p->row[p->row_count++]);
    return query_done(q);
}

static enum err new_rows(struct prices *p)
{
    p->row = arena_array(&p->arena, struct good_row, GOODS_MAX);
    return p->row ? OK : ERR_NOMEM;
}

enum err prices_load_list(struct prices *p, struct store *s, const char *typed, int today)
{
    forget(p);
    enum err e = new_rows(p);
    if (e == OK)
        e = load_counts(p, s);
    if (e == OK)
        e = load_categories(p, s);
    if (e == OK)
        e = *typed ? load_matching(p, s, typed) : load_category(p, s);
    if (e == OK && *typed)
        p->chosen = -1;
    return e == OK ? sum_up_all(p, s, today) : e;
}

enum err prices_load_place(struct prices *p, struct store *s, int64_t place, int today)
{
    forget(p);
    enum err e = new_rows(p);
    if (e != OK)
        return e;
    struct query *q =
        store_query(s, "SELECT " GOOD_COLUMNS "JOIN latest l ON l.good = g.id AND l.place = ? "
                       "WHERE l.quote_day IS NOT NULL ORDER BY c.sort, g.sort, g.id");
    query_int(q, 1, place);
    while (p->row_count < GOODS_MAX && query_step(q))
        read_good(p, q, &p->row[p->row_count++]);
    e = query_done(q);
    for (int i = 0; e == OK && i < p->row_count; i++) {
        struct good_row *g = &p->row[i];
        q = store_query(s, "SELECT quote_day, quote_fen FROM latest WHERE good = ? AND place = ?");
        query_int(q, 1, g->id);
        query_int(q, 2, place);
        if (query_step(q)) {
            g->best_day = (int)query_col_int(q, 0);
            g->best_fen = (int)query_col_int(q, 1);
            g->best_place = place;
            g->has_best = today - g->best_day <= g->max_age_days;
        }
        e = query_done(q);
    }
    return e;
}

/* --- one good ----------------------------------------------------------------------------- */

static enum quote_state state_of(const struct good_row *g, bool missing, int day, int today)
{
    if (missing)
        return QUOTE_MISSING;
    return today - day > g->max_age_days ? QUOTE_OLD : QUOTE_FRESH;
}

static void read_quote(struct prices *p, const struct query *q, struct quote *out, int today)
{
    *out = (struct quote){ .place = query_col_int(q, 0),
                           .name = picked(p, q, 1),
                           .kind = kept(p, query_col_text(q, 3)),
                           .has_price = !query_col_null(q, 6),
                           .day = (int)query_col_int(q, 5),
                           .fen = (int)query_col_int(q, 6),
                           .taken_min = query_col_null(q, 7) ? -1 : (int)query_col_int(q, 7) };
    if (!query_col_null(q, 8))
        out->source = picked(p, q, 8);
    out->state = state_of(&p->good, query_col_null(q, 4) || !out->has_price, out->day, today);
}

static int by_rank(const void *va, const void *vb)
{
    const struct quote *a = va, *b = vb;
    if (a->state != b->state)
        return (int)a->state - (int)b->state;
    if (a->state == QUOTE_MISSING || a->fen == b->fen)
        return a->day != b->day ? b->day - a->day : a->place < b->place ? -1 : 1;
    return a->fen - b->fen;
}

static enum err load_quotes(struct prices *p, struct store *s, int today)
{
    p->quote = arena_array(&p->arena, struct quote, PLACES_MAX);
    if (!p->quote)
        return ERR_NOMEM;
    struct query *q = store_query(
        s, "SELECT l.place, pl.name, pl.name_en, pl.kind, l.fen, l.quote_day, l.quote_fen, "
           "sh.taken_min, sh.source, sh.source_en FROM latest l JOIN place pl ON pl.id = l.place "
           "LEFT JOIN sheet sh ON sh.day = l.quote_day AND sh.place = l.place WHERE l.good = ?");
    query_int(q, 1, p->good.id);
    while (p->quote_count < PLACES_MAX && query_step(q))
        read_quote(p, q, &p->quote[p->quote_count++], today);
    qsort(p->quote, (size_t)p->quote_count, sizeof *p->quote, by_rank);
    for (int i = 0; i < p->quote_count && p->quote[i].state == QUOTE_FRESH; i++) {
        p->quote[i].dearer_fen = p->quote[i].fen - p->quote[0].fen;
        p->quote[i].cheapest = p->quote[i].dearer_fen == 0;
    }
    return query_done(q);
}

static enum err load_plot(struct prices *p, struct store *s, int today)
{
    for (int i = 0; i < PRICE_PLOT_DAYS; i++) {
        struct price_day *d = &p->plot[i];
        d->day = today - PRICE_PLOT_DAYS + 1 + i;
        struct query *q = store_query(s, "SELECT min(fen) FROM price WHERE day = ? AND good = ?");
        query_int(q, 1, d->day);
        query_int(q, 2, p->good.id);
        d->has = query_step(q) && !query_col_null(q, 0);
        d->fen = d->has ? (int)query_col_int(q, 0) : 0;
        if (d->has && (p->plot_high < 0 || d->fen > p->plot[p->plot_high].fen))
            p->plot_high = i;
        enum err e = query_done(q);
        if (e != OK)
            return e;
    }
    return OK;
}

enum err prices_load_good(struct prices *p, struct store *s, int64_t good, int today)
{
    forget(p);
    struct query *q = store_query(s, "SELECT " GOOD_COLUMNS "WHERE g.id = ?");
    query_int(q, 1, good);
    p->found = query_step(q);
    if (p->found)
        read_good(p, q, &p->good);
    enum err e = query_done(q);
    if (e != OK || !p->found)
        return e;
    e = sum_up(p, s, &p->good, today);
    if (e == OK)
        e = load_quotes(p, s, today);
    return e == OK ? load_plot(p, s, today) : e;
}
