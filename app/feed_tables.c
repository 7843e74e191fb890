/* feed_tables.c - the tables a feed may fill: one descriptor each, and the schema of cache.db. */
#include "app/feed_tables.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define IDS "SELECT json_extract(value, '$[2]') FROM json_each(?1)"
#define DOC "title, body, title_en, body_en"

/* clang-format off */
const struct feed_table feed_tables[] = {
    { .channel = "price", .name = "category", .keys = 1,
      .column = { { "id", 't', 0 }, { "name", 't', 0 }, { "name_en", 't', 1 }, { "sort", 'i', 0 } } },
    { .channel = "price", .name = "good", .keys = 1,
      .column = { { "id", 'i', 0 }, { "name", 't', 0 }, { "name_en", 't', 1 }, { "spec", 't', 0 },
        { "spec_en", 't', 1 }, { "unit", 't', 0 }, { "unit_en", 't', 1 }, { "category", 't', 0 },
        { "sort", 'i', 0 }, { "max_age_days", 'i', 1 }, { "keywords", 't', 1 } } },
    { .channel = "price", .name = "sheet", .keys = 2,
      .column = { { "day", 'i', 0 }, { "place", 'i', 0 }, { "taken_min", 'i', 0 }, { "source", 't', 0 },
        { "source_en", 't', 1 } } },
    { .channel = "price", .name = "price", .keys = 3,
      .column = { { "day", 'i', 0 }, { "good", 'i', 0 }, { "place", 'i', 0 }, { "fen", 'i', 1 } },
      .numbers = true },
    { .channel = "place", .name = "township", .keys = 1,
      .column = { { "code", 'i', 0 }, { "name", 't', 0 }, { "name_en", 't', 1 } } },
    { .channel = "place", .name = "village", .keys = 1,
      .column = { { "code", 'i', 0 }, { "name", 't', 0 }, { "township", 'i', 0 } } },
    { .channel = "place", .name = "place", .keys = 1,
      .column = { { "id", 'i', 0 }, { "kind", 't', 0 }, { "name", 't', 0 }, { "name_en", 't', 1 },
        { "township", 'i', 0 }, { "address", 't', 0 }, { "address_en", 't', 1 },
        { "phone", 't', 1 }, { "hours", 't', 1 }, { "hours_en", 't', 1 } } },
    { .channel = "place", .name = "contact", .keys = 1,
      .column = { { "id", 'i', 0 }, { "role", 't', 0 }, { "name", 't', 0 }, { "name_en", 't', 1 },
        { "phone", 't', 0 }, { "note", 't', 1 }, { "note_en", 't', 1 }, { "from_day", 'i', 1 },
        { "to_day", 'i', 1 }, { "sort", 'i', 0 } } },
    { .channel = "notice", .name = "notice", .keys = 1,
      .column = { { "id", 'i', 0 }, { "day", 'i', 0 }, { "at_min", 'i', 0 }, { "sender", 't', 0 },
        { "sender_en", 't', 1 }, { "title", 't', 0 }, { "title_en", 't', 1 }, { "body", 't', 0 },
        { "body_en", 't', 1 }, { "kind", 't', 0 }, { "pinned", 'i', 0 } },
      .extra = ", ord INTEGER GENERATED ALWAYS AS (day << 32 | id) VIRTUAL"
               ", CHECK (id > 0 AND id < 4294967296 AND day >= 0 AND day < 2147483648)",
      .before = "INSERT INTO notice_fts(notice_fts, rowid, " DOC ") SELECT 'delete', ord, " DOC
                " FROM notice WHERE id IN (" IDS ")",
      .after = "INSERT INTO notice_fts(rowid, " DOC ") SELECT ord, " DOC
               " FROM notice WHERE id IN (" IDS ")",
      .rebuild = "INSERT INTO notice_fts(notice_fts) VALUES('rebuild')",
      .forget = "INSERT INTO notice_fts(notice_fts) VALUES('delete-all')" },
    { .channel = "service", .name = "service", .keys = 1,
      .column = { { "id", 't', 0 }, { "json", 'j', 0 } } },
    { .channel = "service", .name = "department", .keys = 1,
      .column = { { "name", 't', 0 }, { "phone", 't', 0 }, { "complaint", 't', 0 },
        { "hotline", 't', 1 }, { "address", 't', 1 }, { "hours", 't', 1 }, { "sort", 'i', 0 } } },
    { .channel = "service", .name = "holiday", .keys = 1,
      .column = { { "day", 'i', 0 }, { "work", 'i', 0 }, { "name", 't', 0 } } },
    { .channel = "service", .name = "rule", .keys = 1,
      .column = { { "id", 't', 0 }, { "json", 'j', 0 } } },

    { .channel = "camera", .name = "spot", .keys = 1,
      .column = { { "id", 'i', 0 }, { "kind", 't', 0 }, { "name", 't', 0 }, { "name_en", 't', 1 },
        { "township", 'i', 0 }, { "grade", 't', 1 }, { "hours", 't', 1 }, { "hours_en", 't', 1 },
        { "way", 't', 1 }, { "way_en", 't', 1 }, { "visitors_max", 'i', 1 },
        { "vehicles_max", 'i', 1 }, { "phone", 't', 1 }, { "sort", 'i', 0 } } },
    { .channel = "camera", .name = "camera", .keys = 1,
      .column = { { "id", 'i', 0 }, { "spot", 'i', 0 }, { "name", 't', 0 }, { "name_en", 't', 1 },
        { "urls", 't', 0 }, { "hosts", 't', 0 }, { "sort", 'i', 0 } } },
    { .channel = "camera", .name = "spot_now", .keys = 1,
      .column = { { "spot", 'i', 0 }, { "day", 'i', 0 }, { "at_min", 'i', 0 }, { "visitors", 'i', 1 },
        { "vehicles", 'i', 1 }, { "level", 'i', 0 }, { "note", 't', 1 }, { "note_en", 't', 1 } } },
    { .channel = "service", .name = "rating", .keys = 1,
      .column = { { "key", 't', 0 }, { "text", 't', 0 }, { "text_en", 't', 1 } } },
    { .channel = "service", .name = "reason", .keys = 1,
      .column = { { "key", 't', 0 }, { "text", 't', 0 }, { "text_en", 't', 1 }, { "sort", 'i', 0 } } },
    { .channel = "service", .name = "slot", .keys = 2,
      .column = { { "place", 'i', 0 }, { "from_min", 'i', 0 }, { "to_min", 'i', 0 },
        { "minutes", 'i', 0 }, { "capacity", 'i', 0 } } },
    { .channel = "village", .name = "grid", .keys = 1,
      .column = { { "id", 'i', 0 }, { "village", 'i', 0 }, { "name", 't', 0 }, { "worker", 't', 0 },
        { "phone", 't', 0 } } },
    { .channel = "village", .name = "post", .keys = 2,
      .column = { { "village", 'i', 0 }, { "id", 'i', 0 }, { "kind", 't', 0 }, { "day", 'i', 0 },
        { "title", 't', 0 }, { "text", 't', 1 }, { "who", 't', 1 }, { "phone", 't', 1 } } },
    { .channel = "village", .name = "book", .keys = 2,
      .column = { { "village", 'i', 0 }, { "id", 'i', 0 }, { "from_day", 'i', 0 }, { "to_day", 'i', 0 },
        { "opening", 'i', 0 }, { "closing", 'i', 0 }, { "signed", 't', 0 }, { "object_day", 'i', 0 } } },
    { .channel = "village", .name = "book_line", .keys = 3,
      .column = { { "village", 'i', 0 }, { "book", 'i', 0 }, { "no", 'i', 0 }, { "side", 't', 0 },
        { "text", 't', 0 }, { "fen", 'i', 0 } } },
    { .channel = "village", .name = "subsidy", .keys = 2,
      .column = { { "village", 'i', 0 }, { "id", 'i', 0 }, { "title", 't', 0 }, { "day", 'i', 0 },
        { "name", 't', 0 }, { "fen", 'i', 0 } } },
    { .channel = "around", .name = "air_level", .keys = 1,
      .column = { { "least", 'i', 0 }, { "word", 't', 0 }, { "word_en", 't', 1 }, { "advice", 't', 0 },
        { "advice_en", 't', 1 }, { "tone", 'i', 0 } } },
    { .channel = "around", .name = "air", .keys = 1,
      .column = { { "id", 'i', 0 }, { "name", 't', 0 }, { "name_en", 't', 1 }, { "township", 'i', 0 },
        { "day", 'i', 0 }, { "at_min", 'i', 0 }, { "aqi", 'i', 0 }, { "pollutant", 't', 1 },
        { "standard", 't', 0 } } },
    { .channel = "around", .name = "water", .keys = 1,
      .column = { { "id", 'i', 0 }, { "name", 't', 0 }, { "name_en", 't', 1 }, { "day", 'i', 0 },
        { "class", 'i', 0 }, { "wanted", 'i', 0 }, { "standard", 't', 0 } } },
    { .channel = "around", .name = "river", .keys = 1,
      .column = { { "id", 'i', 0 }, { "name", 't', 0 }, { "name_en", 't', 1 }, { "day", 'i', 0 },
        { "at_min", 'i', 0 }, { "level_cm", 'i', 0 }, { "warn_cm", 'i', 0 }, { "flow", 'i', 1 } } },
    { .channel = "around", .name = "warning", .keys = 1,
      .column = { { "id", 'i', 0 }, { "kind", 't', 0 }, { "level", 'i', 0 }, { "title", 't', 0 },
        { "title_en", 't', 1 }, { "text", 't', 0 }, { "text_en", 't', 1 }, { "sender", 't', 0 },
        { "sender_en", 't', 1 }, { "from_day", 'i', 0 }, { "from_min", 'i', 0 }, { "until_day", 'i', 0 },
        { "until_min", 'i', 0 }, { "township", 'i', 1 } } },
    { .channel = "food", .name = "food", .keys = 1,
      .column = { { "id", 'i', 0 }, { "day", 'i', 0 }, { "name", 't', 0 }, { "name_en", 't', 1 },
        { "seller", 't', 0 }, { "seller_en", 't', 1 }, { "township", 'i', 0 }, { "producer", 't', 1 },
        { "batch", 'i', 1 }, { "result", 't', 0 }, { "wrong", 't', 1 }, { "wrong_en", 't', 1 },
        { "source", 't', 0 }, { "source_en", 't', 1 } } },
    { .channel = "map", .name = "map_cell", .keys = 2,
      .column = { { "row", 'i', 0 }, { "col", 'i', 0 }, { "township", 'i', 1 }, { "word", 't', 1 },
        { "word_en", 't', 1 } } },
};
/* clang-format on */
enum { TABLES = sizeof feed_tables / sizeof *feed_tables };
const int feed_table_count = TABLES;

const struct feed_table *feed_table_find(const char *channel, const char *table)
{
    for (int i = 0; i < TABLES; i++)
        if (strcmp(feed_tables[i].name, table) == 0 && strcmp(feed_tables[i].channel, channel) == 0)
            return &feed_tables[i];
    return NULL;
}

bool feed_channel_known(const char *channel, int schema)
{
    for (int i = 0; i < TABLES; i++)
        if (strcmp(feed_tables[i].channel, channel) == 0)
            return schema == FEED_SCHEMA;
    return false;
}

int feed_table_columns(const struct feed_table *t)
{
    int n = 0;
    while (n < FEED_COLUMNS && t->column[n].name)
        n++;
    return n;
}

/* Appends to a statement; the unit tests prove that none is cut off. */
__attribute__((format(printf, 3, 4))) static void add(char *sql, size_t cap, const char *fmt, ...)
{
    size_t n = strlen(sql);
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(sql + n, cap - n, fmt, ap);
    va_end(ap);
}

/* The value of column i out of a row line, or what refuses it. */
static void add_value(char *sql, size_t cap, const struct feed_column *c, int i, const char *refuse)
{
    const char *type = c->type == 'i' ? "integer" : c->type == 't' ? "text" : "object";
    add(sql, cap, "%sCASE json_type(value, '$[%d]') WHEN '%s' THEN json_extract(value, '$[%d]')",
        i ? ", " : "", i + 2, type, i + 2);
    add(sql, cap, "%s ELSE %s END", c->null ? " WHEN 'null' THEN NULL" : "", refuse);
}

static void add_names(char *sql, size_t cap, const struct feed_table *t, int n)
{
    for (int i = 0; i < n; i++)
        add(sql, cap, "%s%s", i ? ", " : "", t->column[i].name);
}

static void add_rows(char *sql, size_t cap, const struct feed_table *t, int rows)
{
    int n = feed_table_columns(t);
    add(sql, cap, "INSERT OR REPLACE INTO %s(", t->name);
    add_names(sql, cap, t, n);
    add(sql, cap, ") VALUES");
    for (int i = 0; i < rows; i++)
        for (int c = 0; c < n; c++)
            add(sql, cap, "%s?%s", c ? "," : i ? ",(" : "(", c + 1 < n ? "" : ")");
}

static void make_sql(const struct feed_table *t, struct feed_sql *s)
{
    int n = feed_table_columns(t);
    add(s->put, sizeof s->put, "INSERT OR REPLACE INTO %s(", t->name);
    add_names(s->put, sizeof s->put, t, n);
    add(s->put, sizeof s->put, ") SELECT ");
    for (int i = 0; i < n; i++)
        add_value(s->put, sizeof s->put, &t->column[i], i, "x'00'");
    add(s->put, sizeof s->put, " FROM json_each(?1)");

    add_rows(s->put_one, sizeof s->put_one, t, 1);
    if (t->numbers)
        add_rows(s->put_many, sizeof s->put_many, t, FEED_MANY);

    add(s->drop, sizeof s->drop, "DELETE FROM %s WHERE (", t->name);
    add_names(s->drop, sizeof s->drop, t, t->keys);
    add(s->drop, sizeof s->drop, ") IN (SELECT ");
    for (int i = 0; i < t->keys; i++)
        add_value(s->drop, sizeof s->drop, &t->column[i], i, "json('a key of another type')");
    add(s->drop, sizeof s->drop, " FROM json_each(?1))");
    add(s->clear, sizeof s->clear, "DELETE FROM %s", t->name);
}

const struct feed_sql *feed_table_sql(const struct feed_table *t)
{
    static struct feed_sql sql[TABLES];
    struct feed_sql *s = &sql[t - feed_tables];
    if (!s->put[0])
        make_sql(t, s);
    return s;
}

static enum err create_table(struct store *s, const struct feed_table *t)
{
    char sql[2048] = "";
    bool rowid = t->keys == 1 && t->column[0].type == 'i';
    int n = feed_table_columns(t);
    add(sql, sizeof sql, "CREATE TABLE %s(", t->name);
    for (int i = 0; i < n; i++)
        add(sql, sizeof sql, "%s%s %s%s%s", i ? ", " : "", t->column[i].name,
            t->column[i].type == 'i' ? "INTEGER" : "TEXT", t->column[i].null ? "" : " NOT NULL",
            i == 0 && rowid ? " PRIMARY KEY" : "");
    add(sql, sizeof sql, "%s", t->extra ? t->extra : "");
    if (!rowid) {
        add(sql, sizeof sql, ", PRIMARY KEY(");
        add_names(sql, sizeof sql, t, t->keys);
        add(sql, sizeof sql, ")");
    }
    add(sql, sizeof sql, ") STRICT%s", rowid ? "" : ", WITHOUT ROWID");
    return store_exec(s, sql);
}

/* What huimin-sync keeps beside the feed's own tables. */
static const char own_tables[] =
    "CREATE UNIQUE INDEX notice_ord ON notice(ord);"
    "CREATE INDEX notice_kind ON notice(kind, ord);"
    "CREATE VIRTUAL TABLE notice_fts USING fts5(title, body, title_en, body_en, content='notice',"
    " content_rowid='ord', tokenize='bigram');"
    "CREATE TABLE latest(good INTEGER NOT NULL, place INTEGER NOT NULL, day INTEGER NOT NULL,"
    " fen INTEGER, quote_day INTEGER, quote_fen INTEGER, PRIMARY KEY(good, place))"
    " STRICT, WITHOUT ROWID;"
    "CREATE TABLE channel(name TEXT PRIMARY KEY NOT NULL, epoch TEXT NOT NULL,"
    " schema INTEGER NOT NULL, seq INTEGER NOT NULL, as_of INTEGER NOT NULL,"
    " idx INTEGER NOT NULL) STRICT;"
    "CREATE TABLE meta(key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT;"
    "PRAGMA user_version=3";

static enum err create_all(struct store *s)
{
    enum err e = store_begin(s);
    for (int i = 0; i < TABLES && e == OK; i++)
        e = create_table(s, &feed_tables[i]);
    if (e == OK)
        e = store_exec(s, own_tables);
    if (e == OK)
        return store_commit(s);
    store_rollback(s);
    return e;
}

static enum err is_there(struct store *s, const char *table, bool *out)
{
    struct query *q = store_query(s, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name=?");
    query_text(q, 1, table);
    bool found = query_step(q);
    enum err e = query_done(q);
    if (e == OK)
        *out = found;
    return e;
}

/* The channel's rows were passed over while nobody knew the table: it is fetched from its base. */
static enum err add_one(struct store *s, const struct feed_table *t)
{
    enum err e = create_table(s, t);
    struct query *q = store_query(s, "DELETE FROM channel WHERE name = ?");
    query_text(q, 1, t->channel);
    (void)query_step(q);
    enum err gone = query_done(q);
    return e == OK ? gone : e;
}

/* Tables that came with a newer program. */
static enum err add_missing(struct store *s)
{
    enum err e = store_begin(s);
    for (int i = 0; i < TABLES && e == OK; i++) {
        bool there = true;
        e = is_there(s, feed_tables[i].name, &there);
        if (e == OK && !there)
            e = add_one(s, &feed_tables[i]);
    }
    if (e == OK)
        e = store_exec(s, "CREATE INDEX IF NOT EXISTS notice_kind ON notice(kind, ord)");
    if (e == OK)
        return store_commit(s);
    store_rollback(s);
    return e;
}

enum err feed_schema_ensure(struct store *s)
{
    struct query *q = store_query(s, "SELECT user_version, (SELECT count(*) FROM sqlite_schema)"
                                     " FROM pragma_user_version");
    int64_t version = -1, things = 0;
    if (query_step(q)) {
        version = query_col_int(q, 0);
        things = query_col_int(q, 1);
    }
    enum err e = query_done(q);
    if (e != OK)
        return e;
    if (version == CACHE_VERSION)
        return add_missing(s);
    return version == 0 && things == 0 ? create_all(s) : ERR_FORMAT;
}

bool feed_cache_current(struct store *s)
{
    struct query *q = store_query(s, "SELECT user_version FROM pragma_user_version");
    int64_t version = query_step(q) ? query_col_int(q, 0) : -1;
    bool whole = query_done(q) == OK && version == CACHE_VERSION;
    for (int i = 0; i < TABLES && whole; i++)
        whole = is_there(s, feed_tables[i].name, &whole) == OK && whole;
    return whole;
}
