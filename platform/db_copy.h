/* db_copy.h - the platform's database looked at from outside, copied whole, and begun again. */
#ifndef PLATFORM_DB_COPY_H
#define PLATFORM_DB_COPY_H

#include "platform/db_case.h"

/* For reading alone: makes nothing, brings nothing forward. Waits 1 s for others at most. */
MUST_CHECK enum err db_open_read(const char *path, struct db **out);

/* How much of everything there is. backup_ms: when this copy was begun, 0: it is none. */
struct db_facts {
    int64_t known, revoked;                                       /* terminals */
    int64_t cases, received, asked, accepted, returned, finished; /* all of them; by state */
    int64_t items, audit_n, index_n, backup_ms;
    int64_t bytes; /* with what is in the log of its writers */
};
MUST_CHECK enum err db_facts_read(struct db *db, struct db_facts *out);

/* ERR_CORRUPT: SQLite finds it damaged. ERR_TYPE: from a newer program, or no platform's database.
 */
MUST_CHECK enum err db_sound(struct db *db);
/* The database as it is at one moment, while others write, into an empty file; then on the disk. */
MUST_CHECK enum err db_copy(struct db *db, const char *path);
/* Every row of an SQLite file into a database that is empty (else ERR_BUSY), in the transaction
 * that is open there. The arena lives as long as both. */
MUST_CHECK enum err db_fill(struct db *to, struct db *from, struct arena *a);
/* In the transaction that is open: a copy becomes the database. Whatever was numbered by the lost
 * one after the copy was begun must not be numbered again: states and index go on `ahead`, the feed
 * in another epoch with bases of its own; challenges and tokens of visits are over. */
MUST_CHECK enum err db_begin_again(struct db *db, int64_t ahead, const char *epoch);

#endif
