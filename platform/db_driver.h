/* db_driver.h - what one back end of the database layer is; only db.c and the back ends see it. */
#ifndef PLATFORM_DB_DRIVER_H
#define PLATFORM_DB_DRIVER_H

#include "platform/db_part.h"

enum { DB_KEPT = 512 };

/* First member of a back end's rows. Owner: its database, from the first question to the end. */
struct db_rows {
    struct db *db;
    const char *sql; /* a literal: known by its address */
};

/* Everything is called by the thread that has the database. The words of db.h and db_part.h hold
 * for the functions of the same name. */
struct db_driver {
    enum err (*open)(const char *path, bool reading, struct db **out);
    void (*close)(struct db *db);
    /* Free memory that make() made. */
    void (*drop)(struct db_rows *r);
    enum err (*begin)(struct db *db), (*commit)(struct db *db);
    /* For reading everything as it is at one moment, while others write; then db_rollback. */
    enum err (*snapshot)(struct db *db);
    void (*rollback)(struct db *db);
    enum err (*script)(struct db *db, const char *text);
    /* A statement, made once; NULL: logged. */
    struct db_rows *(*make)(struct db *db, const char *sql, enum db_use use,
                            const struct db_value *v, int n);
    enum err (*bind)(struct db_rows *r, const struct db_value *v, int n);
    enum err (*put)(struct db_rows *r, const struct db_value *v, int n);
    enum err (*next)(struct db_rows *r);
    void (*end)(struct db_rows *r);
    int (*changed)(struct db *db);
    int64_t (*integer)(struct db_rows *r, int column);
    const char *(*str)(struct db_rows *r, int column);
    const void *(*bytes)(struct db_rows *r, int column, size_t *out_n);
    bool (*null)(struct db_rows *r, int column);
    enum err (*version)(struct db *db, int *out);
    enum err (*version_set)(struct db *db, int version);
    /* ERR_CORRUPT: the back end itself finds it damaged. */
    enum err (*undamaged)(struct db *db);
    int64_t (*size)(struct db *db); /* bytes; 0 when it cannot be told */
    /* db_copy, for a back end that has a quicker way than row by row; else NULL. */
    enum err (*copy)(struct db *db, const char *path);
};

/* First member of a back end's database. Owner: db_open's caller; one thread. */
struct db {
    const struct db_driver *driver;
    struct db_rows *kept[DB_KEPT]; /* open addressing by the literal's address */
    int kept_count;
    struct db_numbers numbers;
    bool inside; /* a transaction of ours: nobody else numbers */
};

extern const struct db_driver db_sqlite, db_postgres;

#endif
