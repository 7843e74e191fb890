/* db_group.h - what many requests need to know of the database, asked at once. */
#ifndef PLATFORM_DB_GROUP_H
#define PLATFORM_DB_GROUP_H

#include "platform/db_case.h"

/* Arrays of `count` in, arrays of `count` out; within the transaction that is open. */

/* What a terminal named: the id of an item, or a nonce. */
struct db_pair {
    const char *terminal, *id;
};
MUST_CHECK enum err db_nonces_known(struct db *db, const struct db_pair *p, int count, bool *out);
/* One that is not known. */
MUST_CHECK enum err db_nonce_put(struct db *db, const struct db_pair *p, int64_t at_ms);
/* Forgets those that are older. */
MUST_CHECK enum err db_nonces_forget(struct db *db, int64_t before_ms);
/* box_hash is empty where the item is not known. */
MUST_CHECK enum err db_inbox_known(struct db *db, const struct db_pair *p, int count,
                                   struct inbox_row *out);

/* person NULL: nobody. The oldest undecided case of this person in this service; else untouched. */
struct db_wish {
    const unsigned char *person;
    const char *service;
};
MUST_CHECK enum err db_cases_open(struct db *db, const struct db_wish *w, int count,
                                  char (*out_ref)[WIRE_NAME_MAX]);

/* A terminal as it is now. */
struct db_seen {
    const char *name;
    bool revoked;
    int64_t last_n;
};
MUST_CHECK enum err db_terminals_seen(struct db *db, struct db_seen *const *t, int count);
/* Keeps their last_n. */
MUST_CHECK enum err db_terminals_saw(struct db *db, struct db_seen *const *t, int count);

#endif
