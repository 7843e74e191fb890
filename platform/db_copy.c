/* db_copy.c - the database looked at from outside, and begun again. */
#include "platform/db_copy.h"
#include "platform/db_part.h"

#include <stdio.h>

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
    enum err e = row_of(db, "SELECT total(revoked = 0), total(revoked <> 0) FROM terminal",
                        (int64_t *[]){ &f.known, &f.revoked }, 2);
    if (e == OK)
        e = row_of(db,
                   "SELECT total(state = 'received'), total(state = 'accepted'),"
                   " total(state = 'returned') FROM cases",
                   (int64_t *[]){ &f.received, &f.accepted, &f.returned }, 3);
    if (e == OK)
        e = row_of(db,
                   "SELECT (SELECT count(*) FROM inbox), (SELECT coalesce(max(n), 0) FROM audit),"
                   " coalesce((SELECT value FROM meta WHERE key = 'index_n'), 0),"
                   " coalesce((SELECT value FROM meta WHERE key = 'backup_at'), 0)",
                   (int64_t *[]){ &f.items, &f.audit_n, &f.index_n, &f.backup_ms }, 4);
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

enum err db_begin_again(struct db *db, int64_t ahead, const char *epoch)
{
    enum err e = states_ahead(db, ahead);
    if (e == OK)
        e = db_do(db, "UPDATE meta SET value = value + ?1 WHERE key = 'index_n'", "i", ahead);
    if (e == OK)
        e = db_do(db, "UPDATE meta SET value = ?1 WHERE key = 'epoch'", "t", epoch);
    if (e == OK)
        e = db_do(db, "UPDATE channel SET epoch = ?1", "t", epoch);
    return e == OK ? db_script(db, "DELETE FROM object; DELETE FROM challenge; DELETE FROM token;"
                                   "DELETE FROM meta WHERE key IN ('index', 'backup_at');")
                   : e;
}
