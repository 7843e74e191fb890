/* db_copy.c - the database looked at from outside, copied row by row, and begun again. */
#include "platform/db_copy.h"
#include "platform/db_driver.h"

#include <stdio.h>
#include <string.h>

enum { COLUMNS = 40, NAME = 64, TABLES = 64, CASES_AHEAD = 10000 };

/* One table, as the SQLite side describes it. */
struct copied {
    char name[NAME], column[COLUMNS][NAME], kind[COLUMNS];
    int columns;
};

static enum err row_of(struct db *db, const char *sql, int64_t *const *out, int count)
{
    struct db_rows *st = db_ask(db, sql, "");
    enum err e = db_next(db, st);
    if (e != OK)
        return e;
    for (int i = 0; i < count; i++)
        *out[i] = db_int(st, i);
    db_end(st);
    return OK;
}

enum err db_facts_read(struct db *db, struct db_facts *out)
{
    struct db_facts f;
    enum err e = row_of(db,
                        "SELECT count(CASE revoked WHEN 0 THEN 1 END),"
                        " count(CASE revoked WHEN 0 THEN NULL ELSE 1 END) FROM terminal",
                        (int64_t *[]){ &f.known, &f.revoked }, 2);
    if (e == OK)
        e = row_of(
            db,
            "SELECT count(*), count(CASE state WHEN 'received' THEN 1 END),"
            " count(CASE state WHEN 'asked' THEN 1 END),"
            " count(CASE state WHEN 'accepted' THEN 1 END),"
            " count(CASE state WHEN 'returned' THEN 1 END),"
            " count(CASE state WHEN 'finished' THEN 1 END) FROM cases",
            (int64_t *[]){ &f.cases, &f.received, &f.asked, &f.accepted, &f.returned, &f.finished },
            6);
    if (e == OK)
        e = row_of(
            db,
            "SELECT (SELECT count(*) FROM inbox), (SELECT coalesce(max(n), 0) FROM audit),"
            " coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'index_n'), 0),"
            " coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'backup_at'), 0)",
            (int64_t *[]){ &f.items, &f.audit_n, &f.index_n, &f.backup_ms }, 4);
    f.bytes = e == OK ? db->driver->size(db) : 0;
    if (e == OK)
        *out = f;
    return e;
}

/* By more than all of them span, so that no number meets another on its way. */
static enum err states_ahead(struct db *db, int64_t ahead)
{
    int64_t newest = 0;
    char floor[24];
    enum err e = db_seq_newest(db, &newest);
    snprintf(floor, sizeof floor, "%lld", (long long)(newest + ahead));
    if (e == OK)
        e = db_do(db, "UPDATE cases SET seq = seq + ?1", "i", newest + ahead);
    return e == OK ? db_meta_set(db, "seq_floor", floor) : e;
}

/* A citizen may hold a number that the backup does not know: nobody else is given it. */
static enum err cases_ahead(struct db *db)
{
    int64_t newest = 0;
    char floor[24];
    enum err e = row_of(db, "SELECT " DB_NO_NEWEST, (int64_t *[]){ &newest }, 1);
    snprintf(floor, sizeof floor, "%lld", (long long)(newest + CASES_AHEAD));
    return e == OK ? db_meta_set(db, "no_floor", floor) : e;
}

enum err db_begin_again(struct db *db, int64_t ahead, const char *epoch)
{
    enum err e = states_ahead(db, ahead);
    if (e == OK)
        e = cases_ahead(db);
    if (e == OK)
        e = db_do(db,
                  "UPDATE meta SET value = CAST(CAST(value AS INTEGER) + ?1 AS TEXT)"
                  " WHERE key = 'index_n'",
                  "i", ahead);
    if (e == OK)
        e = db_do(db, "UPDATE meta SET value = ?1 WHERE key = 'epoch'", "t", epoch);
    if (e == OK)
        e = db_do(db, "UPDATE channel SET epoch = ?1", "t", epoch);
    return e == OK ? db_script(db, "DELETE FROM object; DELETE FROM challenge; DELETE FROM token;"
                                   "DELETE FROM meta WHERE key IN ('index', 'backup_at');")
                   : e;
}

enum err db_sound(struct db *db)
{
    int have = 0;
    enum err e = db_version(db, &have);
    if (e == OK && (have < 1 || have > db_newest()))
        e = ERR_TYPE; /* what is not known here would be lost on the way */
    return e == OK ? db->driver->undamaged(db) : e;
}

/* --- row by row ------------------------------------------------------------------------------- */

static enum err read_tables(struct db *sqlite, struct copied *out, int *out_n)
{
    struct db_rows *r = db_ask(sqlite,
                               "SELECT m.name, p.name, p.type FROM sqlite_master m,"
                               " pragma_table_info(m.name) p WHERE m.type = 'table'"
                               " AND m.name NOT LIKE 'sqlite%' ORDER BY m.name, p.cid",
                               "");
    int n = 0;
    enum err e;
    while ((e = db_next(sqlite, r)) == OK) {
        char name[NAME];
        db_text(r, 0, name, sizeof name);
        if (n == 0 || strcmp(out[n - 1].name, name) != 0) {
            if (n == TABLES)
                break;
            memcpy(out[n].name, name, sizeof name);
            out[n++].columns = 0;
        }
        struct copied *t = &out[n - 1];
        if (t->columns == COLUMNS)
            break;
        db_text(r, 1, t->column[t->columns], NAME);
        const char *type = db_str(r, 2);
        t->kind[t->columns++] = type && *type == 'I' ? 'i' : type && *type == 'B' ? 'b' : 't';
    }
    db_end(r);
    *out_n = n;
    return e == ERR_NOT_FOUND ? OK : e == OK ? ERR_TOO_BIG : e;
}

/* The two statements of a table. */
static bool write_texts(struct arena *a, const struct copied *t, const char **out_select,
                        const char **out_insert)
{
    const char *names = "", *values = "";
    for (int i = 0; names && values && i < t->columns; i++) {
        names = arena_printf(a, "%s%s%s", names, i ? ", " : "", t->column[i]);
        values = arena_printf(a, "%s%s?%d", values, i ? ", " : "", i + 1);
    }
    *out_select = arena_printf(a, "SELECT %s FROM %s", names, t->name);
    *out_insert = arena_printf(a, "INSERT INTO %s(%s) VALUES(%s)", t->name, names, values);
    return *out_select && *out_insert;
}

static void read_row(struct db_rows *r, const struct copied *t, struct db_value *v)
{
    for (int i = 0; i < t->columns; i++) {
        v[i] = (struct db_value){ .kind = t->kind[i], .null = db_null(r, i) };
        if (v[i].kind == 'i')
            v[i].i = db_int(r, i);
        else
            v[i].p = db_bytes(r, i, &v[i].n);
        if (!v[i].null && !v[i].p && v[i].kind != 'i')
            v[i].p = ""; /* SQLite has no address for nothing */
    }
}

static enum err copy_table(struct db *to, struct db *from, struct arena *a, const struct copied *t)
{
    const char *select = NULL, *insert = NULL;
    struct db_value v[COLUMNS];
    const char *clear = arena_printf(a, "DELETE FROM %s", t->name);
    enum err e = write_texts(a, t, &select, &insert) && clear ? db_script(to, clear) : ERR_NOMEM;
    if (e != OK)
        return e;
    struct db_rows *r = db_ask_values(from, select, DB_MANY, NULL, 0);
    while (e == OK && (e = db_next(from, r)) == OK) {
        read_row(r, t, v);
        e = db_put_values(to, insert, v, t->columns);
    }
    db_end(r);
    return e == ERR_NOT_FOUND ? OK : e;
}

/* sqlite: which of the two describes the tables. */
static enum err copy_rows(struct db *to, struct db *from, struct db *sqlite, struct arena *a)
{
    struct copied *t = arena_array(a, struct copied, TABLES);
    int n = 0;
    enum err e = t ? read_tables(sqlite, t, &n) : ERR_NOMEM;
    for (int i = 0; i < n && e == OK; i++)
        e = copy_table(to, from, a, &t[i]);
    return e;
}

/* The statements' texts live as long as the database that is made. */
static enum err copy_into(struct db *to, struct db *from, struct arena *a)
{
    enum err e = from->driver->snapshot(from);
    if (e != OK)
        return e;
    e = db_begin(to);
    if (e == OK)
        e = copy_rows(to, from, to, a);
    if (e == OK)
        e = db_commit(to);
    if (e != OK)
        db_rollback(to);
    db_rollback(from);
    return e;
}

enum err db_copy(struct db *db, const char *path)
{
    struct db *to = NULL;
    struct arena a;
    if (db->driver->copy)
        return db->driver->copy(db, path);
    enum err e = db_sound(db);
    if (e == OK)
        e = db_open(path, &to);
    if (e != OK)
        return e;
    arena_init(&a, 65536, 1 << 20);
    e = copy_into(to, db, &a);
    db_close(to);
    arena_finish(&a);
    return e;
}

enum err db_fill(struct db *to, struct db *from, struct arena *a)
{
    int64_t there = 0;
    enum err e = row_of(to,
                        "SELECT (SELECT count(*) FROM audit) + (SELECT count(*) FROM row)"
                        " + (SELECT count(*) FROM terminal)",
                        (int64_t *[]){ &there }, 1);
    if (e == OK && there > 0)
        e = ERR_BUSY;
    return e == OK ? copy_rows(to, from, from, a) : e;
}
