/* db.c - one way to ask, whichever back end keeps the rows. */
#include "platform/db_driver.h"

#include "hal/base/log.h"
#include "platform/db_copy.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool db_is_file(const char *path)
{
    return strncmp(path, "postgres://", 11) != 0 && strncmp(path, "postgresql://", 13) != 0;
}

static enum err open_with(const char *path, bool reading, struct db **out)
{
    const struct db_driver *driver = db_is_file(path) ? &db_sqlite : &db_postgres;
    return driver->open(path, reading, out);
}

enum err db_open(const char *path, struct db **out)
{
    struct db *db = NULL;
    enum err e = open_with(path, false, &db);
    if (e == OK)
        e = db_migrate(db);
    if (e != OK) {
        db_close(db);
        return e;
    }
    *out = db;
    return OK;
}

enum err db_open_read(const char *path, struct db **out)
{
    return open_with(path, true, out);
}

void db_close(struct db *db)
{
    if (!db)
        return;
    for (int i = 0; i < DB_KEPT; i++)
        if (db->kept[i])
            db->driver->drop(db->kept[i]);
    db->driver->close(db);
}

/* --- transactions ----------------------------------------------------------------------------- */

/* What was numbered is known for as long as nobody else can number: within one transaction. */
static void forget_numbers(struct db *db)
{
    db->numbers = (struct db_numbers){ .known = false };
}

enum err db_numbers_read(struct db *db)
{
    struct db_numbers *n = &db->numbers;
    if (n->known && db->inside)
        return OK;
    struct db_rows *r = db_ask(db,
                               "SELECT " DB_NO_NEWEST ","
                               " " DB_SEQ_NEWEST ","
                               " (SELECT coalesce(max(n), 0) FROM audit),"
                               " (SELECT hash FROM audit ORDER BY n DESC LIMIT 1)",
                               "");
    enum err e = db_next(db, r);
    if (e != OK)
        return e;
    *n = (struct db_numbers){ true, db_int(r, 0), db_int(r, 1), db_int(r, 2), "" };
    db_text(r, 3, n->hash, sizeof n->hash);
    db_end(r);
    return OK;
}

struct db_numbers *db_numbers(struct db *db)
{
    return &db->numbers;
}

enum err db_begin(struct db *db)
{
    forget_numbers(db);
    enum err e = db->driver->begin(db);
    db->inside = e == OK;
    return e;
}

enum err db_commit(struct db *db)
{
    db->inside = false;
    return db->driver->commit(db);
}

void db_rollback(struct db *db)
{
    forget_numbers(db);
    db->inside = false;
    db->driver->rollback(db);
}

enum err db_save(struct db *db)
{
    return db_script(db, "SAVEPOINT part");
}

enum err db_save_keep(struct db *db)
{
    return db_script(db, "RELEASE SAVEPOINT part");
}

enum err db_save_undo(struct db *db)
{
    forget_numbers(db);
    return db_script(db, "ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part");
}

/* --- statements ------------------------------------------------------------------------------- */

static int read_values(const char *kinds, va_list ap, struct db_value *v)
{
    int n = 0;
    for (; kinds[n]; n++) {
        v[n] = (struct db_value){ .kind = kinds[n] };
        if (kinds[n] == 'i') {
            v[n].i = va_arg(ap, int64_t);
        } else if (kinds[n] == 't') {
            v[n].p = va_arg(ap, const char *);
            v[n].null = !v[n].p;
            v[n].n = v[n].p ? strlen(v[n].p) : 0;
        } else {
            v[n].p = va_arg(ap, const void *);
            v[n].null = !v[n].p;
            v[n].n = va_arg(ap, size_t);
        }
    }
    return n;
}

static struct db_rows *kept(struct db *db, const char *sql, enum db_use use,
                            const struct db_value *v, int n)
{
    size_t at = ((uintptr_t)sql * 0x9e3779b97f4a7c15u) >> 32;
    for (at %= DB_KEPT; db->kept[at]; at = (at + 1) % DB_KEPT)
        if (db->kept[at]->sql == sql)
            return db->kept[at];
    if (db->kept_count == DB_KEPT / 2) {
        log_error("platform_db", "text=too_many_statements");
        return NULL;
    }
    struct db_rows *r = db->driver->make(db, sql, use, v, n);
    if (r) {
        db->kept[at] = r;
        db->kept_count++;
    }
    return r;
}

struct db_rows *db_ask_values(struct db *db, const char *sql, enum db_use use,
                              const struct db_value *v, int n)
{
    struct db_rows *r = kept(db, sql, use, v, n);
    return r && db->driver->bind(r, v, n) == OK ? r : NULL;
}

enum err db_put_values(struct db *db, const char *sql, const struct db_value *v, int n)
{
    struct db_rows *r = kept(db, sql, DB_PUT, v, n);
    return r ? db->driver->put(r, v, n) : ERR_IO;
}

struct db_rows *db_ask(struct db *db, const char *sql, const char *kinds, ...)
{
    struct db_value v[DB_VALUES];
    va_list ap;
    va_start(ap, kinds);
    int n = read_values(kinds, ap, v);
    va_end(ap);
    return db_ask_values(db, sql, DB_FEW, v, n);
}

struct db_rows *db_walk(struct db *db, const char *sql, const char *kinds, ...)
{
    struct db_value v[DB_VALUES];
    va_list ap;
    va_start(ap, kinds);
    int n = read_values(kinds, ap, v);
    va_end(ap);
    return db_ask_values(db, sql, DB_MANY, v, n);
}

enum err db_put(struct db *db, const char *sql, const char *kinds, ...)
{
    struct db_value v[DB_VALUES];
    va_list ap;
    va_start(ap, kinds);
    int n = read_values(kinds, ap, v);
    va_end(ap);
    return db_put_values(db, sql, v, n);
}

enum err db_do(struct db *db, const char *sql, const char *kinds, ...)
{
    struct db_value v[DB_VALUES];
    va_list ap;
    va_start(ap, kinds);
    int n = read_values(kinds, ap, v);
    va_end(ap);
    struct db_rows *r = db_ask_values(db, sql, DB_FEW, v, n);
    enum err e = db_next(db, r);
    if (e == OK)
        db_end(r);
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err db_next(struct db *db, struct db_rows *r)
{
    return r ? db->driver->next(r) : ERR_IO;
}

void db_end(struct db_rows *r)
{
    if (r)
        r->db->driver->end(r);
}

int db_changed(struct db *db)
{
    return db->driver->changed(db);
}

enum err db_script(struct db *db, const char *text)
{
    return db->driver->script(db, text);
}

/* --- columns ---------------------------------------------------------------------------------- */

int64_t db_int(struct db_rows *r, int column)
{
    return r->db->driver->integer(r, column);
}

const char *db_str(struct db_rows *r, int column)
{
    return r->db->driver->str(r, column);
}

const void *db_bytes(struct db_rows *r, int column, size_t *out_n)
{
    return r->db->driver->bytes(r, column, out_n);
}

bool db_null(struct db_rows *r, int column)
{
    return r->db->driver->null(r, column);
}

void db_text(struct db_rows *r, int column, char *out, size_t cap)
{
    const char *s = db_str(r, column);
    snprintf(out, cap, "%s", s ? s : "");
}

bool db_blob(struct db_rows *r, int column, void *out, size_t n)
{
    size_t have = 0;
    const void *data = db_bytes(r, column, &have);
    if (!data || have != n)
        return false;
    memcpy(out, data, n);
    return true;
}

/* --- the whole -------------------------------------------------------------------------------- */

enum err db_version(struct db *db, int *out)
{
    return db->driver->version(db, out);
}

enum err db_version_set(struct db *db, int version)
{
    return db->driver->version_set(db, version);
}
