/* db_sqlite.c - the platform's memory in one SQLite file. */
#include "platform/db_sqlite_part.h"

#include "hal/base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum statement {
    META_GET,
    META_SET,
    ROW_GET,
    ROW_PUT,
    ROW_DELETE,
    ROW_COUNT,
    ROW_WALK,
    CHANNELS,
    CHANNEL_PUT,
    OBJECTS,
    BASE_DROP,
    OBJECT_ADD,
    SEGMENTS_DROP,
    STATEMENTS
};

static const char *const sql[STATEMENTS] = {
    [META_GET] = "SELECT value FROM meta WHERE key = ?1",
    [META_SET] = "INSERT INTO meta VALUES(?1, ?2) ON CONFLICT(key) DO UPDATE SET value = ?2",
    [ROW_GET] = "SELECT val FROM row WHERE tbl = ?1 AND key = ?2",
    [ROW_PUT] = "INSERT OR REPLACE INTO row VALUES(?1, ?2, ?3)",
    [ROW_DELETE] = "DELETE FROM row WHERE tbl = ?1 AND key = ?2",
    [ROW_COUNT] = "SELECT count(*) FROM row WHERE tbl BETWEEN ?1 AND ?2",
    [ROW_WALK] = "SELECT val FROM row WHERE tbl BETWEEN ?1 AND ?2 ORDER BY tbl, key",
    [CHANNELS] = "SELECT name, epoch, schema, head, rows FROM channel ORDER BY name",
    [CHANNEL_PUT] = "INSERT OR REPLACE INTO channel VALUES(?1, ?2, ?3, ?4, ?5)",
    [OBJECTS] = "SELECT base, from_seq, to_seq, hash, size, raw FROM object WHERE ch = ?1"
                " ORDER BY base, to_seq",
    [BASE_DROP] = "DELETE FROM object WHERE ch = ?1 AND base = 1",
    [OBJECT_ADD] = "INSERT INTO object VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [SEGMENTS_DROP] = "DELETE FROM object WHERE ch = ?1 AND base = 0 AND to_seq <= ?2",
};

_Static_assert((int)STATEMENTS <= (int)DB_FIXED, "db_sqlite_part.h has room for fewer");

enum err db_rc(struct db *db, int rc)
{
    if (rc == SQLITE_OK || rc == SQLITE_DONE || rc == SQLITE_ROW)
        return OK;
    log_error("platform_db", "rc=%d text=%s", rc, sqlite3_errmsg(db->sq));
    switch (rc & 0xff) {
    case SQLITE_BUSY:
        return ERR_BUSY;
    case SQLITE_FULL:
        return ERR_FULL;
    case SQLITE_NOMEM:
        return ERR_NOMEM;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
        return ERR_READONLY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ERR_CORRUPT;
    default:
        return ERR_IO;
    }
}

enum err db_script(struct db *db, const char *text)
{
    return db_rc(db, sqlite3_exec(db->sq, text, NULL, NULL, NULL));
}

enum err db_open(const char *path, struct db **out)
{
    struct db *db = calloc(1, sizeof *db);
    if (!db)
        return ERR_NOMEM;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    enum err e = db_rc(db, sqlite3_open_v2(path, &db->sq, flags, NULL));
    if (e == OK) {
        sqlite3_busy_timeout(db->sq, 10000);
        e = db_script(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                          "PRAGMA cache_size = -65536;");
    }
    if (e == OK)
        e = db_migrate(db);
    for (int i = 0; i < STATEMENTS && e == OK; i++)
        e = db_rc(db, sqlite3_prepare_v3(db->sq, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &db->st[i],
                                         NULL));
    if (e != OK) {
        db_close(db);
        return e;
    }
    *out = db;
    return OK;
}

void db_close(struct db *db)
{
    if (!db)
        return;
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(db->st[i]);
    for (int i = 0; i < db->kept_count; i++)
        sqlite3_finalize(db->kept[i].st);
    sqlite3_close(db->sq);
    free(db);
}

/* A row that was looked at keeps the database as it was then: a writer after another program's
 * change would be refused at once. */
static void let_go(struct db *db)
{
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_reset(db->st[i]);
    for (int i = 0; i < db->kept_count; i++)
        sqlite3_reset(db->kept[i].st);
}

enum err db_begin(struct db *db)
{
    let_go(db);
    return db_script(db, "BEGIN IMMEDIATE");
}

/* SQLite ends a transaction by itself on some errors; a commit after that would lie. */
enum err db_commit(struct db *db)
{
    let_go(db);
    return sqlite3_get_autocommit(db->sq) ? ERR_IO : db_script(db, "COMMIT");
}

void db_rollback(struct db *db)
{
    if (!sqlite3_get_autocommit(db->sq))
        sqlite3_exec(db->sq, "ROLLBACK", NULL, NULL, NULL);
}

/* Text stays the caller's until the statement has run. */
static sqlite3_stmt *with(struct db *db, enum statement s)
{
    sqlite3_reset(db->st[s]);
    return db->st[s];
}

static void text(sqlite3_stmt *st, int i, const char *value)
{
    sqlite3_bind_text(st, i, value, -1, SQLITE_STATIC);
}

static enum err finish(struct db *db, sqlite3_stmt *st)
{
    int rc = sqlite3_step(st);
    enum err e = db_rc(db, rc);
    sqlite3_reset(st);
    return e;
}

enum err db_meta_get(struct db *db, struct arena *a, const char *key, char **out)
{
    sqlite3_stmt *st = with(db, META_GET);
    text(st, 1, key);
    int rc = sqlite3_step(st);
    if (rc != SQLITE_ROW) {
        sqlite3_reset(st);
        return rc == SQLITE_DONE ? ERR_NOT_FOUND : db_rc(db, rc);
    }
    char *copy = arena_strdup(a, (const char *)sqlite3_column_text(st, 0));
    sqlite3_reset(st);
    if (!copy)
        return ERR_NOMEM;
    *out = copy;
    return OK;
}

enum err db_meta_set(struct db *db, const char *key, const char *value)
{
    sqlite3_stmt *st = with(db, META_SET);
    text(st, 1, key);
    text(st, 2, value);
    return finish(db, st);
}

enum err db_row_get(struct db *db, int table, const char *key, const char **out_line)
{
    sqlite3_stmt *st = with(db, ROW_GET);
    sqlite3_bind_int(st, 1, table);
    text(st, 2, key);
    int rc = sqlite3_step(st);
    if (rc != SQLITE_ROW)
        return rc == SQLITE_DONE ? ERR_NOT_FOUND : db_rc(db, rc);
    *out_line = (const char *)sqlite3_column_text(st, 0);
    return OK;
}

void db_row_done(struct db *db)
{
    sqlite3_reset(db->st[ROW_GET]);
}

/* A statement left on its row would keep a read open: row_get's is closed before writing. */
static enum err row_write(struct db *db, enum statement s, int table, const char *key,
                          const char *line)
{
    sqlite3_reset(db->st[ROW_GET]);
    sqlite3_stmt *st = with(db, s);
    sqlite3_bind_int(st, 1, table);
    text(st, 2, key);
    if (line)
        text(st, 3, line);
    return finish(db, st);
}

enum err db_row_put(struct db *db, int table, const char *key, const char *line)
{
    return row_write(db, ROW_PUT, table, key, line);
}

enum err db_row_delete(struct db *db, int table, const char *key)
{
    return row_write(db, ROW_DELETE, table, key, NULL);
}

enum err db_row_count(struct db *db, int first_table, int last_table, int64_t *out)
{
    sqlite3_stmt *st = with(db, ROW_COUNT);
    sqlite3_bind_int(st, 1, first_table);
    sqlite3_bind_int(st, 2, last_table);
    int rc = sqlite3_step(st);
    if (rc == SQLITE_ROW)
        *out = sqlite3_column_int64(st, 0);
    sqlite3_reset(st);
    return db_rc(db, rc);
}

enum err db_row_walk(struct db *db, int first_table, int last_table, db_row_visit *visit, void *ctx)
{
    sqlite3_stmt *st = with(db, ROW_WALK);
    sqlite3_bind_int(st, 1, first_table);
    sqlite3_bind_int(st, 2, last_table);
    enum err e = OK;
    int rc;
    while (e == OK && (rc = sqlite3_step(st)) != SQLITE_DONE)
        e = rc == SQLITE_ROW ? visit(ctx, (const char *)sqlite3_column_text(st, 0)) : db_rc(db, rc);
    sqlite3_reset(st);
    return e;
}

static void read_object(sqlite3_stmt *st, struct wire_object *o)
{
    o->from = sqlite3_column_int64(st, 1);
    o->to = sqlite3_column_int64(st, 2);
    snprintf(o->hash, sizeof o->hash, "%s", (const char *)sqlite3_column_text(st, 3));
    o->size = sqlite3_column_int64(st, 4);
    o->raw = sqlite3_column_int64(st, 5);
}

static enum err read_objects(struct db *db, struct arena *a, struct wire_channel *ch)
{
    sqlite3_stmt *st = with(db, OBJECTS);
    text(st, 1, ch->name);
    ch->seg = arena_array(a, struct wire_object, WIRE_SEGMENTS);
    if (!ch->seg)
        return ERR_NOMEM;
    int rc;
    while ((rc = sqlite3_step(st)) == SQLITE_ROW && ch->seg_count < WIRE_SEGMENTS) {
        bool base = sqlite3_column_int(st, 0) != 0;
        ch->has_base = ch->has_base || base;
        read_object(st, base ? &ch->base : &ch->seg[ch->seg_count]);
        ch->seg_count += !base;
    }
    sqlite3_reset(st);
    return rc == SQLITE_ROW ? ERR_TOO_BIG : db_rc(db, rc);
}

enum err db_channels(struct db *db, struct arena *a, struct wire_channel *out, int max, int *out_n)
{
    sqlite3_stmt *st = with(db, CHANNELS);
    int n = 0, rc;
    while ((rc = sqlite3_step(st)) == SQLITE_ROW && n < max) {
        struct wire_channel *ch = &out[n++];
        *ch = (struct wire_channel){ .schema = sqlite3_column_int(st, 2),
                                     .head = sqlite3_column_int64(st, 3),
                                     .rows = sqlite3_column_int64(st, 4) };
        snprintf(ch->name, sizeof ch->name, "%s", (const char *)sqlite3_column_text(st, 0));
        snprintf(ch->epoch, sizeof ch->epoch, "%s", (const char *)sqlite3_column_text(st, 1));
    }
    sqlite3_reset(st);
    enum err e = rc == SQLITE_ROW ? ERR_TOO_BIG : db_rc(db, rc);
    for (int i = 0; i < n && e == OK; i++)
        e = read_objects(db, a, &out[i]);
    *out_n = n;
    return e;
}

enum err db_channel_put(struct db *db, const struct wire_channel *ch)
{
    sqlite3_stmt *st = with(db, CHANNEL_PUT);
    text(st, 1, ch->name);
    text(st, 2, ch->epoch);
    sqlite3_bind_int(st, 3, ch->schema);
    sqlite3_bind_int64(st, 4, ch->head);
    sqlite3_bind_int64(st, 5, ch->rows);
    return finish(db, st);
}

enum err db_object_add(struct db *db, const char *channel, bool base, const struct wire_object *o)
{
    if (base) {
        sqlite3_stmt *drop = with(db, BASE_DROP);
        text(drop, 1, channel);
        enum err e = finish(db, drop);
        if (e != OK)
            return e;
    }
    sqlite3_stmt *st = with(db, OBJECT_ADD);
    text(st, 1, channel);
    sqlite3_bind_int(st, 2, base);
    sqlite3_bind_int64(st, 3, o->from);
    sqlite3_bind_int64(st, 4, o->to);
    text(st, 5, o->hash);
    sqlite3_bind_int64(st, 6, o->size);
    sqlite3_bind_int64(st, 7, o->raw);
    return finish(db, st);
}

enum err db_segments_drop(struct db *db, const char *channel, int64_t seq)
{
    sqlite3_stmt *st = with(db, SEGMENTS_DROP);
    text(st, 1, channel);
    sqlite3_bind_int64(st, 2, seq);
    return finish(db, st);
}
