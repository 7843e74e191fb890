/* tables.h - what a feed carries: the tables, their columns, and how a row becomes a line. */
#ifndef PLATFORM_TABLES_H
#define PLATFORM_TABLES_H

#include "hal/base/arena.h"
#include "hal/base/err.h"

#include <stdbool.h>

enum { TABLE_COLUMNS = 16, TABLE_SCHEMA = 1 };

/* kind: i integer, t text, d a day (2026-11-23 or a number), m a minute (08:40 or a number),
 * j JSON as it is. empty: ! a fault, n null, 0 zero. refers: the table whose key it must be. */
struct table_column {
    const char *name;
    char kind, empty;
    const char *refers;
};

/* One table. Invariant: the list is sorted by id, and the tables of a channel stand together. */
struct table_def {
    int id; /* stands in the database: never give it to another table */
    const char *channel, *name;
    const char *file; /* in INPUT_DIR; NULL when another reader makes its rows */
    int keys;
    struct table_column column[TABLE_COLUMNS];
};
extern const struct table_def tables[];
extern const int table_count;

const struct table_def *table_find(const char *name); /* NULL */
int table_columns(const struct table_def *t);

/* A key that must exist, as found in a row. */
struct row_ref {
    const struct table_def *table; /* NULL: none */
    const char *key;
};

/* One row of the input. All text in the input's arena. */
struct row {
    const struct table_def *table;
    const char *key;  /* sorts by strcmp as the columns sort */
    const char *line; /* ["p",… or ["d",… */
    const char *file;
    int line_no;
    int order; /* of arrival: the later of two wins */
    bool weak; /* only when the key is not there yet */
    struct row_ref ref[2];
};

/* Makes the row of values (table_columns() of them, NULL = empty; keys only for a delete). On
 * ERR_FORMAT out_why is "column: why" in the arena. */
MUST_CHECK enum err table_row(struct arena *a, const struct table_def *t, char *const *values,
                              bool put, struct row *out, const char **out_why);
/* The key of an integer, appended to a buffer of at least 24 bytes; returns its length. */
int table_key_int(char *buf, long long v);

#endif
