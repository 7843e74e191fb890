/* db.h - what the platform remembers: current rows, objects made of them, the last index. */
#ifndef PLATFORM_DB_H
#define PLATFORM_DB_H

#include "hal/base/arena.h"
#include "hal/base/err.h"
#include "hal/wire.h"

#include <stdbool.h>
#include <stdint.h>

/* One database, one thread: a file (SQLite), or postgres://… (PostgreSQL). */
struct db;

bool db_is_file(const char *path);
MUST_CHECK enum err db_open(const char *path, struct db **out);
void db_close(struct db *db); /* accepts NULL; rolls back what is open */

/* A writing transaction: one at a time, ERR_BUSY after 10 s. */
MUST_CHECK enum err db_begin(struct db *db);
MUST_CHECK enum err db_commit(struct db *db);
void db_rollback(struct db *db);

/* Small facts by name. ERR_NOT_FOUND. */
MUST_CHECK enum err db_meta_get(struct db *db, struct arena *a, const char *key, char **out);
MUST_CHECK enum err db_meta_set(struct db *db, const char *key, const char *value);

/* Current rows: (table id, key) -> line. A line lives until the visitor returns. */
typedef enum err db_row_visit(void *ctx, const char *line);
/* visit NULL: is it there? ERR_NOT_FOUND. */
MUST_CHECK enum err db_row_get(struct db *db, int table, const char *key, db_row_visit *visit,
                               void *ctx);
MUST_CHECK enum err db_row_put(struct db *db, int table, const char *key, const char *line);
MUST_CHECK enum err db_row_delete(struct db *db, int table, const char *key);
MUST_CHECK enum err db_row_count(struct db *db, int first_table, int last_table, int64_t *out);
/* Every row of the tables in order of table and key. */
MUST_CHECK enum err db_row_walk(struct db *db, int first_table, int last_table, db_row_visit *visit,
                                void *ctx);

/* Channels with their head, base and segments, all in the arena, by name. */
MUST_CHECK enum err db_channels(struct db *db, struct arena *a, struct wire_channel *out, int max,
                                int *out_n);
/* Stores head, rows and epoch of one channel. */
MUST_CHECK enum err db_channel_put(struct db *db, const struct wire_channel *ch);
/* Adds a segment, or (base) replaces the base. */
MUST_CHECK enum err db_object_add(struct db *db, const char *channel, bool base,
                                  const struct wire_object *o);
/* Forgets the segments that end at seq or before. */
MUST_CHECK enum err db_segments_drop(struct db *db, const char *channel, int64_t seq);

#endif
