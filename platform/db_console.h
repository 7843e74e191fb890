/* db_console.h - what is remembered for the clerks' page: accounts, sessions, tries. */
#ifndef PLATFORM_DB_CONSOLE_H
#define PLATFORM_DB_CONSOLE_H

#include "hal/crypto.h"
#include "platform/db.h"

/* Writing belongs between db_begin and db_commit. */

enum { CLERK_NAME = 32 };
/* roles: bits of clerk.h. hash: of the password (argon2id). */
struct clerk {
    char name[CLERK_NAME], hash[CRYPTO_PASSWORD];
    int roles;
    bool locked;
    int64_t added_ms, changed_ms;
};
typedef enum err db_clerk_visit(void *ctx, const struct clerk *c);
MUST_CHECK enum err db_clerk_get(struct db *db, const char *name, struct clerk *out);
MUST_CHECK enum err db_clerk_put(struct db *db, const struct clerk *c); /* new, or in its place */
MUST_CHECK enum err db_clerks(struct db *db, db_clerk_visit *visit, void *ctx);

/* A session is known by the hash of what the browser holds: who reads the table gets in nowhere. */
struct console_session {
    char hash[65], clerk[CLERK_NAME];
    int64_t begun_ms, used_ms;
};
MUST_CHECK enum err db_session_add(struct db *db, const struct console_session *s);
MUST_CHECK enum err db_session_get(struct db *db, const char *hash, struct console_session *out);
MUST_CHECK enum err db_session_used(struct db *db, const char *hash, int64_t now_ms);
MUST_CHECK enum err db_session_end(struct db *db, const char *hash);
MUST_CHECK enum err db_sessions_end(struct db *db, const char *clerk); /* all of theirs */
/* Those begun or used last before these times. */
MUST_CHECK enum err db_sessions_forget(struct db *db, int64_t begun_ms, int64_t used_ms);

/* Failed logins of an account or an address. Nothing known: 0 fails. */
struct console_try {
    int64_t fails, last_ms;
};
MUST_CHECK enum err db_try_get(struct db *db, const char *key, struct console_try *out);
MUST_CHECK enum err db_try_put(struct db *db, const char *key, const struct console_try *t);
MUST_CHECK enum err db_tries_forget(struct db *db, int64_t before_ms);

/* The last day of a notice; 0: it stays. */
MUST_CHECK enum err db_notice_until_put(struct db *db, int64_t id, int64_t day);
MUST_CHECK enum err db_notice_until_get(struct db *db, int64_t id, int64_t *out_day);
MUST_CHECK enum err db_notice_until_drop(struct db *db, int64_t id);
/* Those whose last day is before this one, at most max. */
MUST_CHECK enum err db_notices_over(struct db *db, int64_t today, int64_t *out_ids, int max,
                                    int *out_n);

#endif
