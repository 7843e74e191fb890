/* db_feed.c - small facts, current rows, and the channels with their objects. */
#include "platform/db_part.h"

#include <stdio.h>

enum err db_meta_get(struct db *db, struct arena *a, const char *key, char **out)
{
    struct db_rows *r = db_ask(db, "SELECT value FROM meta WHERE key = ?1", "t", key);
    enum err e = db_next(db, r);
    if (e != OK)
        return e;
    char *copy = arena_strdup(a, db_str(r, 0));
    db_end(r);
    if (!copy)
        return ERR_NOMEM;
    *out = copy;
    return OK;
}

enum err db_meta_set(struct db *db, const char *key, const char *value)
{
    return db_do(
        db, "INSERT INTO meta(key, value) VALUES(?1, ?2) ON CONFLICT(key) DO UPDATE SET value = ?2",
        "tt", key, value);
}

/* --- rows ---------------------------------------------------------------------------------------
 */

enum err db_row_get(struct db *db, int table, const char *key, db_row_visit *visit, void *ctx)
{
    struct db_rows *r =
        db_ask(db, "SELECT val FROM row WHERE tbl = ?1 AND key = ?2", "it", (int64_t)table, key);
    enum err e = db_next(db, r);
    if (e != OK)
        return e;
    e = visit ? visit(ctx, db_str(r, 0)) : OK;
    db_end(r);
    return e;
}

enum err db_row_put(struct db *db, int table, const char *key, const char *line)
{
    return db_do(db,
                 "INSERT INTO row(tbl, key, val) VALUES(?1, ?2, ?3) ON CONFLICT(tbl, key) DO "
                 "UPDATE SET val = ?3",
                 "itt", (int64_t)table, key, line);
}

enum err db_row_delete(struct db *db, int table, const char *key)
{
    return db_do(db, "DELETE FROM row WHERE tbl = ?1 AND key = ?2", "it", (int64_t)table, key);
}

enum err db_row_count(struct db *db, int first_table, int last_table, int64_t *out)
{
    struct db_rows *r = db_ask(db, "SELECT count(*) FROM row WHERE tbl BETWEEN ?1 AND ?2", "ii",
                               (int64_t)first_table, (int64_t)last_table);
    enum err e = db_next(db, r);
    if (e == OK)
        *out = db_int(r, 0);
    db_end(r);
    return e;
}

enum err db_row_walk(struct db *db, int first_table, int last_table, db_row_visit *visit, void *ctx)
{
    struct db_rows *r =
        db_walk(db, "SELECT val FROM row WHERE tbl BETWEEN ?1 AND ?2 ORDER BY tbl, key", "ii",
                (int64_t)first_table, (int64_t)last_table);
    enum err e = OK;
    while (e == OK && (e = db_next(db, r)) == OK)
        e = visit(ctx, db_str(r, 0));
    db_end(r);
    return e == ERR_NOT_FOUND ? OK : e;
}

/* --- channels -----------------------------------------------------------------------------------
 */

static void read_object(struct db_rows *r, struct wire_object *o)
{
    o->from = db_int(r, 1);
    o->to = db_int(r, 2);
    db_text(r, 3, o->hash, sizeof o->hash);
    o->size = db_int(r, 4);
    o->raw = db_int(r, 5);
}

static enum err read_objects(struct db *db, struct arena *a, struct wire_channel *ch)
{
    ch->seg = arena_array(a, struct wire_object, WIRE_SEGMENTS);
    if (!ch->seg)
        return ERR_NOMEM;
    struct db_rows *r = db_ask(db,
                               "SELECT base, from_seq, to_seq, hash, size, raw FROM object"
                               " WHERE ch = ?1 ORDER BY base, to_seq",
                               "t", ch->name);
    enum err e;
    while ((e = db_next(db, r)) == OK && ch->seg_count < WIRE_SEGMENTS) {
        bool base = db_int(r, 0) != 0;
        ch->has_base = ch->has_base || base;
        read_object(r, base ? &ch->base : &ch->seg[ch->seg_count]);
        ch->seg_count += !base;
    }
    db_end(r);
    return e == OK ? ERR_TOO_BIG : e == ERR_NOT_FOUND ? OK : e;
}

enum err db_channels(struct db *db, struct arena *a, struct wire_channel *out, int max, int *out_n)
{
    struct db_rows *r =
        db_ask(db, "SELECT name, epoch, schema, head, rows FROM channel ORDER BY name", "");
    int n = 0;
    enum err e;
    while ((e = db_next(db, r)) == OK && n < max) {
        struct wire_channel *ch = &out[n++];
        *ch = (struct wire_channel){ .schema = (int)db_int(r, 2),
                                     .head = db_int(r, 3),
                                     .rows = db_int(r, 4) };
        db_text(r, 0, ch->name, sizeof ch->name);
        db_text(r, 1, ch->epoch, sizeof ch->epoch);
    }
    db_end(r);
    e = e == OK ? ERR_TOO_BIG : e == ERR_NOT_FOUND ? OK : e;
    for (int i = 0; i < n && e == OK; i++)
        e = read_objects(db, a, &out[i]);
    *out_n = n;
    return e;
}

enum err db_channel_put(struct db *db, const struct wire_channel *ch)
{
    return db_do(db,
                 "INSERT INTO channel(name, epoch, schema, head, rows) VALUES(?1, ?2, ?3, ?4, ?5) "
                 "ON CONFLICT(name) DO UPDATE SET"
                 " epoch = ?2, schema = ?3, head = ?4, rows = ?5",
                 "ttiii", ch->name, ch->epoch, (int64_t)ch->schema, ch->head, ch->rows);
}

enum err db_object_add(struct db *db, const char *channel, bool base, const struct wire_object *o)
{
    enum err e =
        base ? db_do(db, "DELETE FROM object WHERE ch = ?1 AND base = 1", "t", channel) : OK;
    if (e != OK)
        return e;
    return db_do(db,
                 "INSERT INTO object(ch, base, from_seq, to_seq, hash, size, raw) VALUES(?1, ?2, "
                 "?3, ?4, ?5, ?6, ?7)",
                 "tiiitii", channel, (int64_t)base, o->from, o->to, o->hash, o->size, o->raw);
}

enum err db_segments_drop(struct db *db, const char *channel, int64_t seq)
{
    return db_do(db, "DELETE FROM object WHERE ch = ?1 AND base = 0 AND to_seq <= ?2", "ti",
                 channel, seq);
}
