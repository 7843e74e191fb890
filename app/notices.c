/* notices.c - loads notices from the cache, a window at a time. */
#include "app/notices.h"

#include "app/i18n.h"
#include "app/search_fts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_BLOCK = 32 * 1024, ARENA_CAP = 1024 * 1024 };

#define HEAD_COLUMNS \
    "id, day, at_min, kind, pinned, sender, sender_en, title, title_en FROM notice "

struct notices *notices_create(void)
{
    struct notices *n = calloc(1, sizeof *n);
    if (n)
        arena_init(&n->arena, ARENA_BLOCK, ARENA_CAP);
    return n;
}

void notices_destroy(struct notices *n)
{
    if (!n)
        return;
    arena_finish(&n->arena);
    free(n);
}

static enum err forget(struct notices *n)
{
    arena_reset(&n->arena);
    n->count = n->first = n->total = 0;
    n->searched = n->found = false;
    n->one = (struct notice_head){ 0 };
    n->body = "";
    n->older = n->newer = 0;
    n->head = arena_array(&n->arena, struct notice_head, NOTICES_WINDOW);
    return n->head ? OK : ERR_NOMEM;
}

static const char *picked(struct notices *n, const struct query *q, int col)
{
    const char *en = query_col_null(q, col + 1) ? NULL : query_col_text(q, col + 1);
    const char *s = arena_strdup(&n->arena, i18n_pick(query_col_text(q, col), en));
    return s ? s : "";
}

static struct notice_head read_head(struct notices *n, const struct query *q)
{
    struct notice_head h = { .id = query_col_int(q, 0),
                             .day = (int)query_col_int(q, 1),
                             .at_min = (int)query_col_int(q, 2),
                             .pinned = query_col_int(q, 4) != 0,
                             .sender = picked(n, q, 5),
                             .title = picked(n, q, 7) };
    const char *kind = arena_strdup(&n->arena, query_col_text(q, 3));
    h.kind = kind ? kind : "";
    return h;
}

static enum err load_body(struct notices *n, struct store *s, int64_t id)
{
    struct query *q = store_query(s, "SELECT body, body_en FROM notice WHERE id = ?");
    query_int(q, 1, id);
    if (query_step(q))
        n->body = picked(n, q, 0);
    return query_done(q);
}

static enum err count_all(struct notices *n, struct store *s)
{
    struct query *q = store_query(s, "SELECT count(*) FROM notice");
    if (query_step(q))
        n->total = (int)query_col_int(q, 0);
    return query_done(q);
}

static enum err read_heads(struct notices *n, struct query *q)
{
    while (n->count < NOTICES_WINDOW && query_step(q))
        n->head[n->count++] = read_head(n, q);
    return query_done(q);
}

enum err notices_load_home(struct notices *n, struct store *s)
{
    enum err e = forget(n);
    if (e != OK)
        return e;
    struct query *q =
        store_query(s, "SELECT " HEAD_COLUMNS "WHERE pinned <> 0 ORDER BY ord DESC LIMIT 1");
    e = read_heads(n, q);
    int64_t first = n->count ? n->head[0].id : 0;
    if (e != OK)
        return e;
    q = store_query(s, "SELECT " HEAD_COLUMNS "WHERE id <> ? ORDER BY ord DESC LIMIT ?");
    query_int(q, 1, first);
    query_int(q, 2, NOTICES_HOME - n->count);
    e = read_heads(n, q);
    if (e == OK && n->count)
        e = load_body(n, s, n->head[0].id);
    return e == OK ? count_all(n, s) : e;
}

static enum err load_kinds(struct notices *n, struct store *s)
{
    struct query *q = store_query(
        s, "SELECT kind, count(*) AS c FROM notice GROUP BY kind ORDER BY c DESC, kind");
    n->kind_count = 0;
    while (n->kind_count < NOTICES_KINDS && query_step(q)) {
        struct notice_kind *k = &n->kinds[n->kind_count++];
        snprintf(k->key, sizeof k->key, "%s", query_col_text(q, 0));
        k->count = (int)query_col_int(q, 1);
        if (strcmp(n->kind, k->key) == 0)
            n->total = k->count;
    }
    return query_done(q);
}

static enum err load_hits(struct notices *n, struct store *s, const char *typed)
{
    int64_t id[NOTICES_WINDOW];
    int count = 0, total = 0;
    enum err e = search_notices(s, typed, id, NOTICES_WINDOW, &count, &total);
    if (e != OK)
        return e;
    n->searched = true;
    n->total = total;
    for (int i = 0; i < count && e == OK; i++) {
        struct query *q = store_query(s, "SELECT " HEAD_COLUMNS "WHERE id = ?");
        query_int(q, 1, id[i]);
        e = read_heads(n, q);
    }
    return e;
}

enum err notices_load_list(struct notices *n, struct store *s, const char *typed, int first)
{
    enum err e = forget(n);
    if (e != OK)
        return e;
    if (*typed)
        return load_hits(n, s, typed);
    e = count_all(n, s);
    if (e == OK)
        e = load_kinds(n, s);
    if (e != OK)
        return e;
    n->first = first > 0 && first < n->total ? first : 0;
    struct query *q =
        *n->kind ? store_query(s, "SELECT " HEAD_COLUMNS
                                  "WHERE kind = ?3 ORDER BY ord DESC LIMIT ?1 OFFSET ?2")
                 : store_query(s, "SELECT " HEAD_COLUMNS "ORDER BY ord DESC LIMIT ?1 OFFSET ?2");
    query_int(q, 1, NOTICES_WINDOW);
    query_int(q, 2, n->first);
    if (*n->kind)
        query_text(q, 3, n->kind);
    return read_heads(n, q);
}

static enum err neighbour(struct store *s, const char *sql, int64_t id, int64_t *out_id)
{
    struct query *q = store_query(s, sql);
    query_int(q, 1, id);
    if (query_step(q))
        *out_id = query_col_int(q, 0);
    return query_done(q);
}

enum err notices_load_one(struct notices *n, struct store *s, int64_t id)
{
    enum err e = forget(n);
    if (e != OK)
        return e;
    struct query *q = store_query(s, "SELECT " HEAD_COLUMNS "WHERE id = ?");
    query_int(q, 1, id);
    n->found = query_step(q);
    if (n->found)
        n->one = read_head(n, q);
    e = query_done(q);
    if (e != OK || !n->found)
        return e;
    e = load_body(n, s, id);
    if (e == OK)
        e = neighbour(s,
                      "SELECT id FROM notice WHERE ord < (SELECT ord FROM notice WHERE id = ?) "
                      "ORDER BY ord DESC LIMIT 1",
                      id, &n->older);
    if (e == OK)
        e = neighbour(s,
                      "SELECT id FROM notice WHERE ord > (SELECT ord FROM notice WHERE id = ?) "
                      "ORDER BY ord LIMIT 1",
                      id, &n->newer);
    return e;
}
