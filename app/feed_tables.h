/* feed_tables.h - the tables a feed may fill: one descriptor each, and the schema of cache.db. */
#ifndef APP_FEED_TABLES_H
#define APP_FEED_TABLES_H

#include "app/store.h"
#include "hal/base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* FEED_SCHEMA: how rows travel. CACHE_VERSION: how they are laid out here; a cache of another
 * version is fetched again. */
enum {
    FEED_COLUMNS = 16,
    FEED_SCHEMA = 1,
    CACHE_VERSION = 3,
    FEED_SQL_MAX = 3072,
    FEED_MANY = 128
};

/* A column as it travels in a row line and stands in cache.db, in this order. */
struct feed_column {
    const char *name;
    char type; /* i = integer, t = text, j = a JSON object, kept as its text */
    bool null; /* may be null */
};

/* One table. The SQL is made from the columns by feed_tables_sql; ?1 is a JSON array of row lines.
 * Wrong types and missing values become a blob, which a STRICT table refuses (ERR_TYPE): nothing is
 * ever converted silently. The hooks keep an index beside the table: before and after run with the
 * same ?1 around a small change, rebuild replaces both after a big one; forget empties the
 * index until then. */
struct feed_table {
    const char *channel;
    const char *name;
    int keys; /* the first columns are the primary key */
    struct feed_column column[FEED_COLUMNS];
    const char *extra; /* more of CREATE TABLE: generated columns, checks */
    const char *before, *after, *rebuild, *forget;
    bool numbers; /* only integers: rows may be bound one by one without a JSON parser */
};

extern const struct feed_table feed_tables[];
extern const int feed_table_count;

/* [any] NULL when unknown: such rows are passed over. */
const struct feed_table *feed_table_find(const char *channel, const char *table);
bool feed_channel_known(const char *channel, int schema);
int feed_table_columns(const struct feed_table *t);

/* [any] The statements of a table; text in static storage, made once. */
struct feed_sql {
    char put[FEED_SQL_MAX];      /* many rows from ?1 */
    char put_one[256];           /* one row, ?1 … ?n */
    char put_many[FEED_SQL_MAX]; /* FEED_MANY rows of numbers, row after row; "" for others */
    char drop[FEED_SQL_MAX];     /* delete many by key from ?1 */
    char clear[64];
};
const struct feed_sql *feed_table_sql(const struct feed_table *t);

/* [owner] Makes every table in an empty database; ERR_FORMAT when another version stands there. */
MUST_CHECK enum err feed_schema_ensure(struct store *s);
/* [owner] It is laid out as this program reads it. */
bool feed_cache_current(struct store *s);

#endif
