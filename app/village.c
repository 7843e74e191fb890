/* village.c - loads one village from the cache, and the lists to choose another from. */
#include "app/village.h"

#include "app/i18n.h"
#include "app/services.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA_BLOCK = 32 * 1024, ARENA_CAP = 512 * 1024 };

struct village *village_create(void)
{
    struct village *v = calloc(1, sizeof *v);
    if (v)
        arena_init(&v->arena, ARENA_BLOCK, ARENA_CAP);
    return v;
}

void village_destroy(struct village *v)
{
    if (!v)
        return;
    arena_finish(&v->arena);
    free(v);
}

static void forget(struct village *v)
{
    enum village_tab tab = v->tab;
    arena_reset(&v->arena);
    struct arena arena = v->arena;
    *v = (struct village){ .arena = arena, .tab = tab };
}

/* A text that must be there; "" when the arena is full. */
static const char *kept(struct village *v, const struct query *q, int col)
{
    const char *text = query_col_dup(q, col, &v->arena);
    return text ? text : "";
}

static const char *kept_in(struct village *v, const char *zh, const char *en)
{
    const char *text = arena_strdup(&v->arena, i18n_pick(zh, en));
    return text ? text : "";
}

/* 许家冲村村民委员会 is the village 许家冲村, 东湖社区居民委员会 the community 东湖社区. */
#define SHORT(column)                                                    \
    "replace(replace(replace(replace(" column                            \
    ", '居民委员会', ''), '居委会', ''), '村村民委员会', " \
    "'村'), '村民委员会', '村')"

static enum err load_name(struct village *v, struct store *s)
{
    struct query *q = store_query(
        s,
        "SELECT " SHORT("v.name") ", t.name, t.name_en FROM village v "
                                  "LEFT JOIN township t ON t.code = v.township WHERE v.code = ?");
    query_int(q, 1, v->code);
    v->found = query_step(q);
    if (v->found) {
        const char *en = query_col_null(q, 2) ? NULL : query_col_text(q, 2);
        v->name = kept(v, q, 0);
        v->township = kept_in(v, query_col_text(q, 1), en);
    }
    return query_done(q);
}

static enum err load_posts(struct village *v, struct store *s)
{
    struct query *q = store_query(s, "SELECT kind, day, title, text, who, phone FROM post WHERE "
                                     "village = ? ORDER BY day DESC, id LIMIT 60");
    query_int(q, 1, v->code);
    while (v->post_count < VILLAGE_POSTS && query_step(q))
        v->post[v->post_count++] = (struct village_post){ .kind = kept(v, q, 0),
                                                          .day = (int)query_col_int(q, 1),
                                                          .title = kept(v, q, 2),
                                                          .text = query_col_dup(q, 3, &v->arena),
                                                          .who = query_col_dup(q, 4, &v->arena),
                                                          .phone = query_col_dup(q, 5, &v->arena) };
    return query_done(q);
}

static enum err load_lines(struct village *v, struct store *s, int64_t id)
{
    struct village_book *b = v->book;
    struct village_line *line = arena_array(&v->arena, struct village_line, VILLAGE_LINES);
    if (!line)
        return ERR_NOMEM;
    b->line = line;
    struct query *q = store_query(s, "SELECT side, text, fen FROM book_line WHERE village = ? AND "
                                     "book = ? ORDER BY side, no");
    query_int(q, 1, v->code);
    query_int(q, 2, id);
    while (query_step(q)) {
        bool out = strcmp(query_col_text(q, 0), "out") == 0;
        *(out ? &b->out : &b->in) += query_col_int(q, 2);
        if (b->line_count < VILLAGE_LINES)
            line[b->line_count++] =
                (struct village_line){ out, kept(v, q, 1), query_col_int(q, 2) };
    }
    return query_done(q);
}

static enum err load_book(struct village *v, struct store *s)
{
    struct query *q = store_query(s, "SELECT id, from_day, to_day, opening, closing, signed, "
                                     "object_day FROM book WHERE village = ? ORDER BY to_day DESC");
    query_int(q, 1, v->code);
    int64_t id = -1;
    if (query_step(q)) {
        v->book = arena_new(&v->arena, struct village_book);
        if (v->book)
            *v->book = (struct village_book){ .from_day = (int)query_col_int(q, 1),
                                              .to_day = (int)query_col_int(q, 2),
                                              .opening = query_col_int(q, 3),
                                              .closing = query_col_int(q, 4),
                                              .signed_by = kept(v, q, 5),
                                              .object_day = (int)query_col_int(q, 6) };
        id = query_col_int(q, 0);
    }
    enum err e = query_done(q);
    if (e == OK && id >= 0 && !v->book)
        return ERR_NOMEM;
    return e == OK && v->book ? load_lines(v, s, id) : e;
}

static enum err load_subsidies(struct village *v, struct store *s)
{
    struct query *q = store_query(s, "SELECT title, name, day, fen FROM subsidy WHERE village = ? "
                                     "ORDER BY day DESC, title, id");
    query_int(q, 1, v->code);
    while (v->subsidy_count < VILLAGE_SUBSIDIES && query_step(q))
        v->subsidy[v->subsidy_count++] = (struct village_subsidy){ .title = kept(v, q, 0),
                                                                   .name = kept(v, q, 1),
                                                                   .day = (int)query_col_int(q, 2),
                                                                   .fen = query_col_int(q, 3) };
    return query_done(q);
}

static enum err load_grids(struct village *v, struct store *s)
{
    struct query *q =
        store_query(s, "SELECT name, worker, phone FROM grid WHERE village = ? ORDER BY id");
    query_int(q, 1, v->code);
    while (v->grid_count < VILLAGE_GRIDS && query_step(q))
        v->grid[v->grid_count++] =
            (struct village_grid){ kept(v, q, 0), kept(v, q, 1), kept(v, q, 2) };
    return query_done(q);
}

static enum village_tab tab_named(const char *name)
{
    static const char *const names[VILLAGE_TABS] = { "party", "affairs", "services", "trade" };
    for (int i = 0; i < VILLAGE_TABS; i++)
        if (strcmp(names[i], name) == 0)
            return (enum village_tab)i;
    return VILLAGE_SERVICES;
}

static enum err load_actions(struct village *v, struct store *s)
{
    struct query *q = store_query(
        s, "SELECT id, json_extract(json, '$.village_tab'), coalesce(json_extract(json, "
           "'$.plain_name'), json_extract(json, '$.name')) FROM service WHERE instr(json, "
           "'\"village_tab\":') ORDER BY id");
    while (v->action_count < VILLAGE_ACTIONS && query_step(q))
        v->action[v->action_count++] =
            (struct village_action){ .service = service_key(query_col_text(q, 0)),
                                     .tab = tab_named(query_col_text(q, 1)),
                                     .name = kept(v, q, 2) };
    return query_done(q);
}

enum err village_load(struct village *v, struct store *s, int64_t code)
{
    static enum err (*const part[])(struct village *,
                                    struct store *) = { load_name,      load_posts, load_book,
                                                        load_subsidies, load_grids, load_actions };
    forget(v);
    v->code = code;
    v->post = arena_array(&v->arena, struct village_post, VILLAGE_POSTS);
    v->subsidy = arena_array(&v->arena, struct village_subsidy, VILLAGE_SUBSIDIES);
    v->grid = arena_array(&v->arena, struct village_grid, VILLAGE_GRIDS);
    v->action = arena_array(&v->arena, struct village_action, VILLAGE_ACTIONS);
    if (!v->post || !v->subsidy || !v->grid || !v->action)
        return ERR_NOMEM;
    enum err e = OK;
    for (size_t i = 0; i < sizeof part / sizeof *part && e == OK; i++)
        e = part[i](v, s);
    return e;
}

enum err village_load_choices(struct village *v, struct store *s, int64_t township)
{
    forget(v);
    v->choice = arena_array(&v->arena, struct village_choice, VILLAGE_CHOICES);
    if (!v->choice)
        return ERR_NOMEM;
    struct query *q =
        township ? store_query(s, "SELECT code, " SHORT("name") ", NULL FROM village WHERE "
                                                                "township = ? ORDER BY code")
                 : store_query(s, "SELECT code, name, name_en FROM township ORDER BY code");
    if (township)
        query_int(q, 1, township);
    while (v->choice_count < VILLAGE_CHOICES && query_step(q)) {
        const char *en = query_col_null(q, 2) ? NULL : query_col_text(q, 2);
        v->choice[v->choice_count++] =
            (struct village_choice){ query_col_int(q, 0),
                                     arena_strdup(&v->arena, i18n_pick(query_col_text(q, 1), en)) };
    }
    return query_done(q);
}
