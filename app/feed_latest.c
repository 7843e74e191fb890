/* feed_latest.c - keeps the table of last visits and last quotes in step with the prices. */
#include "app/feed_latest.h"

#include <string.h>

enum { CELLS_FIRST = 1024, PAIRS_MAX = 16384 };
#define NEVER INT64_MIN

/* A span of days touched in one way; empty when low > high. */
struct span {
    int64_t low, high;
};

struct latest_cell {
    bool taken;
    int64_t good, place;
    int64_t day, quote_day; /* the last visit and the last quote said here; NEVER */
    int64_t fen, quote_fen;
    bool has_fen;
    struct span nulls, drops;
};

static void widen(struct span *s, int64_t day)
{
    if (day < s->low)
        s->low = day;
    if (day > s->high)
        s->high = day;
}

static bool within(const struct span *s, int64_t day)
{
    return day != NEVER && day >= s->low && day <= s->high;
}

static size_t slot(const struct latest *l, int64_t good, int64_t place)
{
    uint64_t h = ((uint64_t)good * 0x9E3779B97F4A7C15u) ^ ((uint64_t)place * 0xC2B2AE3D27D4EB4Fu);
    size_t i = (size_t)(h >> 32) & (l->cap - 1);
    while (l->cell[i].taken && (l->cell[i].good != good || l->cell[i].place != place))
        i = (i + 1) & (l->cap - 1);
    return i;
}

static bool grow(struct latest *l)
{
    struct latest old = *l;
    if (l->used >= PAIRS_MAX)
        return false;
    l->cap = old.cap ? old.cap * 2 : CELLS_FIRST;
    l->cell = arena_array(l->arena, struct latest_cell, l->cap);
    if (!l->cell)
        return false;
    for (size_t i = 0; i < old.cap; i++)
        if (old.cell[i].taken)
            l->cell[slot(l, old.cell[i].good, old.cell[i].place)] = old.cell[i];
    return true;
}

void latest_start(struct latest *l, struct arena *a)
{
    *l = (struct latest){ .arena = a, .whole = true };
}

void latest_give_up(struct latest *l)
{
    l->whole = false;
}

static struct latest_cell *cell_of(struct latest *l, int64_t good, int64_t place)
{
    if (l->whole && l->used * 2 >= l->cap)
        l->whole = grow(l);
    if (!l->whole)
        return NULL;
    struct latest_cell *c = &l->cell[slot(l, good, place)];
    if (!c->taken) {
        *c = (struct latest_cell){ .taken = true,
                                   .good = good,
                                   .place = place,
                                   .day = NEVER,
                                   .quote_day = NEVER,
                                   .nulls = { INT64_MAX, INT64_MIN },
                                   .drops = { INT64_MAX, INT64_MIN } };
        l->used++;
    }
    return c;
}

void latest_put(struct latest *l, int64_t day, int64_t good, int64_t place, const int64_t *fen)
{
    struct latest_cell *c = cell_of(l, good, place);
    if (!c)
        return;
    if (day >= c->day) {
        c->day = day;
        c->has_fen = fen != NULL;
        c->fen = fen ? *fen : 0;
    }
    if (!fen) {
        widen(&c->nulls, day);
    } else if (day >= c->quote_day) {
        c->quote_day = day;
        c->quote_fen = *fen;
    }
}

void latest_drop(struct latest *l, int64_t day, int64_t good, int64_t place)
{
    struct latest_cell *c = cell_of(l, good, place);
    if (c)
        widen(&c->drops, day);
}

static enum err write_cell(struct store *s, const struct latest_cell *c)
{
    struct query *q = store_query(s, "INSERT OR REPLACE INTO latest(good, place, day, fen,"
                                     " quote_day, quote_fen) VALUES(?1, ?2, ?3, ?4, ?5, ?6)");
    query_int(q, 1, c->good);
    query_int(q, 2, c->place);
    query_int(q, 3, c->day);
    c->has_fen ? query_int(q, 4, c->fen) : query_null(q, 4);
    c->quote_day != NEVER ? query_int(q, 5, c->quote_day) : query_null(q, 5);
    c->quote_day != NEVER ? query_int(q, 6, c->quote_fen) : query_null(q, 6);
    query_step(q);
    return query_done(q);
}

static enum err read_old(struct store *s, const struct latest_cell *c, struct latest_cell *out)
{
    *out = (struct latest_cell){ .day = NEVER, .quote_day = NEVER };
    struct query *q = store_query(s, "SELECT day, fen, quote_day, quote_fen FROM latest"
                                     " WHERE good = ?1 AND place = ?2");
    query_int(q, 1, c->good);
    query_int(q, 2, c->place);
    if (query_step(q)) {
        out->day = query_col_int(q, 0);
        out->has_fen = !query_col_null(q, 1);
        out->fen = query_col_int(q, 1);
        out->quote_day = query_col_null(q, 2) ? NEVER : query_col_int(q, 2);
        out->quote_fen = query_col_int(q, 3);
    }
    return query_done(q);
}

/* The last day with any price before `day`; NEVER when there is none. */
static enum err day_before(struct store *s, int64_t day, int64_t *out)
{
    struct query *q = store_query(s, "SELECT max(day) FROM price WHERE day < ?1");
    query_int(q, 1, day);
    *out = query_step(q) && !query_col_null(q, 0) ? query_col_int(q, 0) : NEVER;
    return query_done(q);
}

static enum err look_at_day(struct store *s, int64_t day, struct latest_cell *c)
{
    struct query *q =
        store_query(s, "SELECT fen FROM price WHERE day = ?1 AND good = ?2 AND place = ?3");
    query_int(q, 1, day);
    query_int(q, 2, c->good);
    query_int(q, 3, c->place);
    if (query_step(q)) {
        bool has_fen = !query_col_null(q, 0);
        int64_t fen = query_col_int(q, 0);
        if (c->day == NEVER) {
            c->day = day;
            c->has_fen = has_fen;
            c->fen = fen;
        }
        if (has_fen) {
            c->quote_day = day;
            c->quote_fen = fen;
        }
    }
    return query_done(q);
}

/* The last visit or quote was taken back: walk back through the days, one short seek each. */
static enum err recompute(struct store *s, struct latest_cell *c)
{
    c->day = c->quote_day = NEVER;
    int64_t day = INT64_MAX;
    enum err e = day_before(s, day, &day);
    while (e == OK && day != NEVER && c->quote_day == NEVER) {
        e = look_at_day(s, day, c);
        if (e == OK)
            e = day_before(s, day, &day);
    }
    if (e != OK || c->day != NEVER)
        return e != OK ? e : write_cell(s, c);
    struct query *q = store_query(s, "DELETE FROM latest WHERE good = ?1 AND place = ?2");
    query_int(q, 1, c->good);
    query_int(q, 2, c->place);
    query_step(q);
    return query_done(q);
}

static enum err finish_cell(struct store *s, struct latest_cell *c, bool cleared)
{
    struct latest_cell old = { .day = NEVER, .quote_day = NEVER };
    enum err e = cleared ? OK : read_old(s, c, &old);
    if (e != OK)
        return e;
    if (within(&c->drops, old.day) || within(&c->drops, old.quote_day) ||
        within(&c->nulls, old.quote_day) || within(&c->drops, c->day))
        return recompute(s, c);
    if (c->day == NEVER)
        return OK;
    if (old.day > c->day) {
        c->day = old.day;
        c->has_fen = old.has_fen;
        c->fen = old.fen;
    }
    if (old.quote_day > c->quote_day) {
        c->quote_day = old.quote_day;
        c->quote_fen = old.quote_fen;
    }
    return write_cell(s, c);
}

static enum err rebuild(struct store *s)
{
    return store_exec(
        s, "DELETE FROM latest;"
           "INSERT INTO latest(good, place, day, fen)"
           " SELECT good, place, max(day), fen FROM price GROUP BY good, place;"
           "UPDATE latest SET quote_day = q.day, quote_fen = q.fen FROM"
           " (SELECT good, place, max(day) AS day, fen FROM price WHERE fen IS NOT NULL"
           " GROUP BY good, place) AS q WHERE q.good = latest.good AND q.place = latest.place");
}

enum err latest_finish(struct latest *l, struct store *s, bool cleared)
{
    if (!l->whole)
        return rebuild(s);
    enum err e = OK;
    for (size_t i = 0; i < l->cap && e == OK; i++)
        if (l->cell[i].taken)
            e = finish_cell(s, &l->cell[i], cleared);
    return e;
}
