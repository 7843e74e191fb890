/* food.c - loads food inspection results from the cache. */
#include "app/food.h"

#include "app/i18n.h"
#include "app/pinyin.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA_BLOCK = 64 * 1024, ARENA_CAP = 2 * 1024 * 1024 };

struct food *food_create(void)
{
    struct food *f = calloc(1, sizeof *f);
    if (f)
        arena_init(&f->arena, ARENA_BLOCK, ARENA_CAP);
    return f;
}

void food_destroy(struct food *f)
{
    if (!f)
        return;
    arena_finish(&f->arena);
    free(f);
}

static void forget(struct food *f)
{
    struct arena arena = f->arena;
    bool bad_only = f->bad_only;
    arena_reset(&arena);
    *f = (struct food){ .arena = arena, .bad_only = bad_only, .batch_day = INT32_MIN };
}

static const char *picked(struct food *f, const struct query *q, int col)
{
    if (query_col_null(q, col))
        return NULL;
    const char *en = query_col_null(q, col + 1) ? NULL : query_col_text(q, col + 1);
    const char *text = arena_strdup(&f->arena, i18n_pick(query_col_text(q, col), en));
    return text ? text : ""; /* the arena is full */
}

#define ROW "f.id, f.day, f.result, f.name, f.name_en, f.seller, f.seller_en, f.wrong, f.wrong_en"

static struct food_row read_row(struct food *f, const struct query *q)
{
    return (struct food_row){ .id = query_col_int(q, 0),
                              .day = (int)query_col_int(q, 1),
                              .bad = strcmp(query_col_text(q, 2), "bad") == 0,
                              .name = picked(f, q, 3),
                              .seller = picked(f, q, 5),
                              .wrong = picked(f, q, 7) };
}

enum err food_load(struct food *f, struct store *s)
{
    forget(f);
    f->row = arena_array(&f->arena, struct food_row, FOOD_ROWS);
    f->shown = arena_array(&f->arena, int, FOOD_SHOWN);
    if (!f->row || !f->shown)
        return ERR_NOMEM;
    struct query *q =
        store_query(s, "SELECT " ROW " FROM food f ORDER BY f.day DESC, f.id DESC LIMIT 1000");
    while (f->count < FOOD_ROWS && query_step(q)) {
        f->row[f->count] = read_row(f, q);
        f->bad += f->row[f->count++].bad;
    }
    food_show(f, "");
    return query_done(q);
}

void food_show(struct food *f, const char *typed)
{
    f->shown_count = 0;
    f->more = false;
    for (int i = 0; i < f->count; i++) {
        const struct food_row *r = &f->row[i];
        bool fits = !*typed || (r->name && pinyin_match(r->name, typed)) ||
                    (r->seller && pinyin_match(r->seller, typed));
        if (!fits || (!r->bad && f->bad_only))
            continue;
        if (f->shown_count == FOOD_SHOWN)
            f->more = true;
        else
            f->shown[f->shown_count++] = i;
    }
}

enum err food_load_one(struct food *f, struct store *s, int64_t id)
{
    forget(f);
    struct query *q = store_query(s, "SELECT " ROW ", f.producer, f.source, f.source_en, t.name, "
                                     "t.name_en, f.batch FROM food f LEFT JOIN township t ON "
                                     "t.code = f.township WHERE f.id = ?");
    query_int(q, 1, id);
    f->found = query_step(q);
    if (f->found) {
        f->one = read_row(f, q);
        f->producer = query_col_dup(q, 9, &f->arena);
        f->source = picked(f, q, 10);
        f->township = picked(f, q, 12);
        f->batch_day = query_col_null(q, 14) ? INT32_MIN : (int)query_col_int(q, 14);
    }
    return query_done(q);
}
