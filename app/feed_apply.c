/* feed_apply.c - puts one unpacked object of the feed into cache.db, whole or not at all. */
#include "app/feed_apply.h"

#include "app/feed_latest.h"
#include "app/feed_row.h"
#include "app/feed_signed.h"
#include "app/feed_tables.h"
#include "hal/base/utf8.h"
#include "hal/zstd.h"

#include <stdio.h>
#include <string.h>

enum { BATCH = 256 * 1024, BIG_ROWS = 2000, NUMBERS = 8 };

/* One object on its way in. Lines of one table and one kind that follow each other are a run; a
 * run goes in by batches (a JSON array of lines), rows of numbers FEED_MANY at a time:
 * one statement for many rows keeps its place at the end of the table. Invariant: only one of batch
 * and many is not empty. */
struct applier {
    struct store *store;
    const struct feed_order *order;
    struct arena *arena;
    bool big;                       /* hooks are replaced by one rebuild at the end */
    const struct feed_table *table; /* of the run; NULL: unknown, passed over */
    struct wire_row_peek run;
    char prefix[WIRE_NAME_MAX + 16]; /* how a line of the run begins */
    size_t prefix_len;
    char *batch;
    size_t len, cap;
    int many_count;
    int64_t (*many)[NUMBERS];
    bool (*many_null)[NUMBERS];
    int64_t rows;
    bool rebuild[32]; /* by table */
    bool index_due;   /* the search index is made after the rows: they are seen that much earlier */
    char *text;       /* BATCH bytes: texts of one row, without their escapes */
    struct latest latest;
    struct signed_rows signs;
};

static enum err run_on_batch(struct applier *a, const char *sql)
{
    if (!sql)
        return OK;
    struct query *q = store_query(a->store, sql);
    query_bytes(q, 1, a->batch, a->len);
    query_step(q);
    return query_done(q);
}

static enum err put_rows(struct applier *a, const char *sql, int first, int count)
{
    struct query *q = store_query(a->store, sql);
    int columns = feed_table_columns(a->table), at = 1;
    for (int i = first; i < first + count; i++)
        for (int c = 0; c < columns; c++, at++)
            a->many_null[i][c] ? query_null(q, at) : query_int(q, at, a->many[i][c]);
    query_step(q);
    return query_done(q);
}

static enum err flush_many(struct applier *a)
{
    enum err e = OK;
    const struct feed_sql *sql = feed_table_sql(a->table);
    if (a->many_count == FEED_MANY)
        e = put_rows(a, sql->put_many, 0, FEED_MANY);
    else
        for (int i = 0; i < a->many_count && e == OK; i++)
            e = put_rows(a, sql->put_one, i, 1);
    a->many_count = 0;
    return e;
}

static enum err flush_batch(struct applier *a)
{
    const struct feed_table *t = a->table;
    const struct feed_sql *sql = feed_table_sql(t);
    a->batch[a->len - 1] = ']';
    bool hooks = !a->big && !a->index_due;
    enum err e = hooks ? run_on_batch(a, t->before) : OK;
    if (e == OK)
        e = run_on_batch(a, a->run.put ? sql->put : sql->drop);
    if (e == OK && a->run.put && hooks)
        e = run_on_batch(a, t->after);
    if (a->big)
        a->rebuild[t - feed_tables] = true;
    a->len = 0;
    return e;
}

static enum err flush(struct applier *a)
{
    enum err e = a->many_count ? flush_many(a) : OK;
    return e == OK && a->len ? flush_batch(a) : e;
}

static enum err to_batch(struct applier *a, const char *line, size_t n)
{
    if (a->many_count || a->len + n + 2 > a->cap) {
        enum err e = flush(a);
        if (e != OK)
            return e;
    }
    if (n + 2 > a->cap) { /* one very long line */
        a->cap = n + 2;
        a->batch = arena_alloc(a->arena, a->cap);
        if (!a->batch)
            return ERR_NOMEM;
    }
    if (!utf8_valid(line, n))
        return ERR_FORMAT;
    if (a->len == 0)
        a->batch[a->len++] = '[';
    memcpy(a->batch + a->len, line, n);
    a->len += n;
    a->batch[a->len++] = ',';
    return OK;
}

/* Values as the table wants them, in plain spelling; false: the JSON parser judges. */
static bool scan_row(struct applier *a, const char *line, size_t n, int count,
                     struct feed_value v[FEED_COLUMNS])
{
    const struct feed_column *c = a->table->column;
    if (n > BATCH || n <= a->prefix_len || memcmp(line, a->prefix, a->prefix_len) != 0 ||
        !feed_row_scan(line + a->prefix_len, line + n, count, v, a->text))
        return false;
    for (int i = 0; i < count; i++)
        if (v[i].kind == FEED_NULL ? !c[i].null : c[i].type != (v[i].kind == FEED_TEXT ? 't' : 'i'))
            return false;
    return true;
}

/* Rows of numbers: price. They are nearly all of a feed, so they go past the JSON parser. */
static enum err number_line(struct applier *a, const char *line, size_t n)
{
    struct feed_value v[FEED_COLUMNS];
    int count = a->run.put ? feed_table_columns(a->table) : a->table->keys;
    bool plain = scan_row(a, line, n, count, v);
    if (!plain || (!a->run.put && count != 3)) {
        latest_give_up(&a->latest);
        return to_batch(a, line, n);
    }
    if (!a->run.put) {
        latest_drop(&a->latest, v[0].n, v[1].n, v[2].n);
        return to_batch(a, line, n);
    }
    latest_put(&a->latest, v[0].n, v[1].n, v[2].n, v[3].kind == FEED_NULL ? NULL : &v[3].n);
    for (int i = 0; i < count; i++) {
        a->many[a->many_count][i] = v[i].n;
        a->many_null[a->many_count][i] = v[i].kind == FEED_NULL;
    }
    enum err e = a->len ? flush_batch(a) : OK; /* what came before stays before */
    if (e != OK)
        return e;
    return ++a->many_count == FEED_MANY ? flush_many(a) : OK;
}

static enum err put_plain(struct applier *a, const struct feed_value *v, int count)
{
    struct query *q = store_query(a->store, feed_table_sql(a->table)->put_one);
    for (int i = 0; i < count; i++) {
        if (v[i].kind == FEED_TEXT)
            query_bytes(q, i + 1, v[i].s, v[i].len);
        else if (v[i].kind == FEED_NUMBER)
            query_int(q, i + 1, v[i].n);
        else
            query_null(q, i + 1);
    }
    query_step(q);
    return query_done(q);
}

/* Rows with texts, in bulk: one by one without a parser is three times as fast as the parser. */
static enum err text_line(struct applier *a, const char *line, size_t n)
{
    struct feed_value v[FEED_COLUMNS];
    int count = feed_table_columns(a->table);
    if (!a->run.put || !a->big || !utf8_valid(line, n) || !scan_row(a, line, n, count, v))
        return to_batch(a, line, n);
    a->rebuild[a->table - feed_tables] = true;
    enum err e = flush(a);
    return e == OK ? put_plain(a, v, count) : e;
}

static enum err start_run(struct applier *a, const char *line, size_t n)
{
    struct wire_row_peek peek;
    enum err e = wire_row_peek(line, n, &peek);
    if (e != OK)
        return e;
    if (peek.put == a->run.put && strcmp(peek.table, a->run.table) == 0)
        return OK; /* the same run in another spelling */
    e = flush(a);
    a->run = peek;
    a->table = feed_table_find(a->order->channel->name, peek.table);
    a->prefix_len = (size_t)snprintf(a->prefix, sizeof a->prefix, "[\"%s\",\"%s\",",
                                     peek.put ? "p" : "d", peek.table);
    return e;
}

static enum err one_line(struct applier *a, const char *line, size_t n)
{
    a->rows++;
    enum err signed_by = signed_line(&a->signs, line, n);
    if (signed_by != OK)
        return signed_by;
    if (a->prefix_len == 0 || n < a->prefix_len || memcmp(line, a->prefix, a->prefix_len) != 0) {
        enum err e = start_run(a, line, n);
        if (e != OK)
            return e;
    }
    if (!a->table)
        return OK;
    return a->table->numbers ? number_line(a, line, n) : text_line(a, line, n);
}

static enum err check_head(const struct feed_order *o, const struct wire_segment_head *h)
{
    bool same = strcmp(h->channel, o->channel->name) == 0 &&
                strcmp(h->epoch, o->channel->epoch) == 0 && h->schema == o->channel->schema &&
                h->from == o->object->from && h->to == o->object->to;
    return same ? OK : ERR_FORMAT;
}

static enum err clear(struct applier *a)
{
    enum err e = OK;
    for (int i = 0; i < feed_table_count && e == OK; i++) {
        if (strcmp(feed_tables[i].channel, a->order->channel->name) != 0)
            continue;
        e = store_exec(a->store, feed_table_sql(&feed_tables[i])->clear);
        a->rebuild[i] = true;
    }
    if (e == OK && strcmp(a->order->channel->name, "price") == 0)
        e = store_exec(a->store, "DELETE FROM latest");
    return e;
}

static enum err all_lines(struct applier *a, struct zstd_lines *z, int64_t rows)
{
    const char *line;
    size_t n;
    enum err e;
    while ((e = zstd_lines_next(z, &line, &n)) == OK && line) {
        e = one_line(a, line, n);
        if (e != OK)
            return e;
    }
    if (e == OK)
        e = flush(a);
    if (e == OK && a->rows != rows)
        e = ERR_FORMAT;
    return e == OK ? signed_finish(&a->signs) : e;
}

/* A base: its rows are seen first, a second before they can be searched for. */
static enum err index_later(struct applier *a, const struct feed_table *t)
{
    enum err e = a->index_due ? OK : store_exec(a->store, t->forget);
    a->index_due = true;
    return e == OK ? store_exec(a->store, "INSERT OR REPLACE INTO meta VALUES('index_due', '1')")
                   : e;
}

static enum err finish_indexes(struct applier *a)
{
    enum err e = OK;
    for (int i = 0; i < feed_table_count && e == OK; i++) {
        const struct feed_table *t = &feed_tables[i];
        if (!a->rebuild[i] || !t->rebuild)
            continue;
        e = a->order->fresh || a->index_due ? index_later(a, t) : store_exec(a->store, t->rebuild);
    }
    if (e == OK && strcmp(a->order->channel->name, "price") == 0)
        e = latest_finish(&a->latest, a->store, a->order->fresh);
    return e;
}

static enum err index_is_due(struct store *s, bool *out)
{
    struct query *q = store_query(s, "SELECT 1 FROM meta WHERE key = 'index_due'");
    bool due = query_step(q);
    *out = due;
    return query_done(q);
}

enum err feed_apply_index(struct store *s, bool *out_made)
{
    *out_made = false;
    bool due = false;
    enum err e = index_is_due(s, &due);
    if (e != OK || !due)
        return e;
    e = store_begin(s);
    for (int i = 0; i < feed_table_count && e == OK; i++)
        if (feed_tables[i].rebuild)
            e = store_exec(s, feed_tables[i].rebuild);
    if (e == OK)
        e = store_exec(s, "DELETE FROM meta WHERE key = 'index_due'");
    *out_made = e == OK;
    if (e == OK)
        return store_commit(s);
    store_rollback(s);
    return e;
}

static enum err check_watermark(struct applier *a)
{
    char epoch[WIRE_NAME_MAX];
    int64_t seq;
    enum err e = feed_watermark(a->store, a->order->channel->name, epoch, &seq);
    if (e == OK)
        e = index_is_due(a->store, &a->index_due);
    if (e != OK || a->order->fresh)
        return e;
    bool joins =
        seq == a->order->object->from && (seq == 0 || strcmp(epoch, a->order->channel->epoch) == 0);
    return joins ? OK : ERR_GAP;
}

static enum err write_watermark(struct applier *a)
{
    const struct wire_channel *ch = a->order->channel;
    if (!store_in_transaction(a->store)) /* SQLite rolled back by itself (disk full) */
        return ERR_FULL;
    struct query *q =
        store_query(a->store, "INSERT OR REPLACE INTO channel(name, epoch, schema, seq, as_of, idx)"
                              " VALUES(?1, ?2, ?3, ?4, ?5, ?6)");
    query_text(q, 1, ch->name);
    query_text(q, 2, ch->epoch);
    query_int(q, 3, ch->schema);
    query_int(q, 4, a->order->object->to);
    query_int(q, 5, a->order->as_of_ms);
    query_int(q, 6, a->order->index_n);
    query_step(q);
    return query_done(q);
}

static enum err in_transaction(struct applier *a, struct zstd_lines *z,
                               const struct wire_segment_head *head)
{
    enum err e = check_watermark(a);
    if (e == OK && a->order->fresh)
        e = clear(a);
    if (e == OK)
        e = all_lines(a, z, head->rows);
    if (e == OK)
        e = finish_indexes(a);
    if (e == OK)
        e = write_watermark(a);
    return e;
}

static enum err apply_lines(struct applier *a, struct zstd_lines *z)
{
    struct wire_segment_head head;
    const char *line;
    size_t n;
    enum err e = zstd_lines_next(z, &line, &n);
    if (e == OK)
        e = line ? wire_segment_head_read(line, n, &head) : ERR_FORMAT;
    if (e == OK)
        e = check_head(a->order, &head);
    if (e == OK)
        e = store_begin(a->store);
    if (e != OK)
        return e;
    a->big = a->order->fresh || head.rows > BIG_ROWS;
    e = in_transaction(a, z, &head);
    if (e == OK)
        return store_commit(a->store);
    store_rollback(a->store);
    return e;
}

enum err feed_apply(struct store *s, struct arena *scratch, const struct feed_order *order)
{
    struct applier a = { .store = s, .order = order, .arena = scratch, .cap = BATCH };
    struct zstd_lines *z;
    arena_reset(scratch);
    latest_start(&a.latest, scratch);
    signed_start(&a.signs, s, order);
    a.batch = arena_alloc(scratch, a.cap);
    a.many = arena_alloc(scratch, FEED_MANY * sizeof *a.many);
    a.many_null = arena_alloc(scratch, FEED_MANY * sizeof *a.many_null);
    a.text = arena_alloc(scratch, BATCH);
    if (!a.batch || !a.text || !a.many || !a.many_null)
        return ERR_NOMEM;
    enum err e = zstd_lines_open(order->path, (size_t)order->object->raw, &z);
    if (e != OK)
        return e;
    e = apply_lines(&a, z);
    zstd_lines_close(z);
    arena_reset(scratch);
    return e;
}

enum err feed_watermark(struct store *s, const char *channel, char out_epoch[WIRE_NAME_MAX],
                        int64_t *out_seq)
{
    struct query *q = store_query(s, "SELECT epoch, seq FROM channel WHERE name = ?1");
    query_text(q, 1, channel);
    bool there = query_step(q);
    snprintf(out_epoch, WIRE_NAME_MAX, "%s", there ? query_col_text(q, 0) : "");
    *out_seq = there ? query_col_int(q, 1) : 0;
    return query_done(q);
}
