/* db_sqlite_catalogue.c - what cases were promised, how they were rated, what was booked. */
#include "platform/db_sqlite_part.h"
#include "platform/deadline.h"

enum err db_deadline_put(struct db *db, const char *ref, const struct deadline *d)
{
    return db_do(db, "INSERT OR REPLACE INTO case_day VALUES(?1, ?2, ?3, ?4)", "tiii", ref,
                 (int64_t)d->promised_day, (int64_t)d->legal_day, (int64_t)d->working);
}

enum err db_deadline_get(struct db *db, const char *ref, struct deadline *out)
{
    sqlite3_stmt *st =
        db_ask(db, "SELECT promised, legal, working FROM case_day WHERE ref = ?1", "t", ref);
    enum err e = db_next(db, st);
    struct deadline d = { .promised_day = 0 };
    if (e == OK) {
        d = (struct deadline){ sqlite3_column_int(st, 0), sqlite3_column_int(st, 1),
                               sqlite3_column_int(st, 2) != 0 };
        sqlite3_reset(st);
    }
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    *out = d;
    return OK;
}
