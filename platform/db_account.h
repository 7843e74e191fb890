/* db_account.h - what the platform remembers of citizens' accounts, and the rules they follow. */
#ifndef PLATFORM_DB_ACCOUNT_H
#define PLATFORM_DB_ACCOUNT_H

#include "platform/account.h"
#include "platform/db.h"

/* Writing belongs between db_begin and db_commit. A person is a keyed hash, never a number. */
MUST_CHECK enum err db_account_forget(struct db *db); /* everybody, their cards, and the rules */
MUST_CHECK enum err db_account_rules_put(struct db *db, const struct account_rules *rules);
/* Texts in the arena. */
MUST_CHECK enum err db_account_rules(struct db *db, struct arena *a, struct account_rules *out);
MUST_CHECK enum err db_account_put(struct db *db, const struct account *p);
MUST_CHECK enum err db_account_sheet_put(struct db *db, const struct account *p,
                                         const struct account_sheet *s);
/* card NULL: who has proved their number needs none. ERR_NOT_FOUND: nobody with this number, or not
 * with this card. */
MUST_CHECK enum err db_account_find(struct db *db, const unsigned char person[CRYPTO_MAC],
                                    const unsigned char *card, struct account *out);
/* A case of this service was accepted: if the rules say that it certifies, they were seen alive on
 * that day. */
MUST_CHECK enum err db_account_certify(struct db *db, const unsigned char person[CRYPTO_MAC],
                                       const char *service, int day);
/* ERR_NOT_FOUND: no such insurance. */
MUST_CHECK enum err db_account_sheet(struct db *db, const struct account *p, enum account_part part,
                                     struct account_sheet *out);
/* Gives the proof its number: that of the same proof of the same day, else the next one. */
struct wire_proof;
MUST_CHECK enum err db_proof_issue(struct db *db, const struct account *p,
                                   struct wire_proof *proof);
typedef enum err db_account_visit(void *ctx, const struct account *p);
MUST_CHECK enum err db_accounts(struct db *db, db_account_visit *visit, void *ctx);

#endif
