/* db_case.h - what the platform remembers of terminals, their items, the cases made of them. */
#ifndef PLATFORM_DB_CASE_H
#define PLATFORM_DB_CASE_H

#include "hal/crypto.h"
#include "hal/wire_item.h"
#include "platform/db.h"

/* Writing belongs between db_begin and db_commit. A visitor's row lives until it returns. */

/* --- terminals ------------------------------------------------------------------------------ */
struct terminal {
    char name[WIRE_NAME_MAX];
    unsigned char item[CRYPTO_PUB], line[CRYPTO_PUB];
    bool revoked;
    int64_t added_ms, last_n; /* the highest item number seen */
};
typedef enum err db_terminal_visit(void *ctx, const struct terminal *t);
/* ERR_BUSY: the name or one of the keys is taken. */
MUST_CHECK enum err db_terminal_add(struct db *db, const struct terminal *t);
MUST_CHECK enum err db_terminal_of_line(struct db *db, const unsigned char line[CRYPTO_PUB],
                                        struct terminal *out);
MUST_CHECK enum err db_terminal_find(struct db *db, const char *name, struct terminal *out);
MUST_CHECK enum err db_terminal_revoke(struct db *db, const char *name);
MUST_CHECK enum err db_terminals(struct db *db, db_terminal_visit *visit, void *ctx);

/* Remembers a nonce and forgets those older than `forget`. ERR_REPLAYED. */
MUST_CHECK enum err db_nonce_add(struct db *db, const char *terminal, const char *nonce,
                                 int64_t at_ms, int64_t forget_ms);

/* --- items ------------------------------------------------------------------------------------ */
struct inbox_row {
    char box_hash[WIRE_HASH_HEX + 1], ref[WIRE_NAME_MAX], why[WIRE_WHY];
};
MUST_CHECK enum err db_inbox_add(struct db *db, const char *terminal, const struct wire_item *item,
                                 const struct inbox_row *row, int64_t received_ms);
/* The sealed box, in the arena. */
MUST_CHECK enum err db_inbox_box(struct db *db, struct arena *a, const char *terminal,
                                 const char *id, unsigned char **out_box, size_t *out_n);

/* --- cases ------------------------------------------------------------------------------------ */
/* state: received, accepted, returned. person, card: keyed hashes, so that equal is seen. */
struct case_row {
    int64_t no;
    char ref[WIRE_NAME_MAX]; /* "2026-000012" */
    char terminal[WIRE_NAME_MAX], id[WIRE_ID + 1], receipt[WIRE_RECEIPT + 1];
    char service[64], service_name[192], identity[8], state[16], reason[768];
    char duplicate_of[WIRE_NAME_MAX];
    bool has_person, has_card;
    unsigned char person[CRYPTO_MAC], card[CRYPTO_MAC];
    int64_t at_ms, received_ms, decided_ms, seq;
};
typedef enum err db_case_visit(void *ctx, const struct case_row *c);
/* Gives no, ref and seq. */
MUST_CHECK enum err db_case_add(struct db *db, struct case_row *c);
/* By case number or receipt number (the oldest of that receipt). */
MUST_CHECK enum err db_case_find(struct db *db, const char *ref_or_receipt, struct case_row *out);
MUST_CHECK enum err db_case_decide(struct db *db, const char *ref, const char *state,
                                   const char *reason, int64_t now_ms);
/* A paper was seen: the status goes on. ERR_REPLAYED: it was ticked before. */
MUST_CHECK enum err db_case_tick(struct db *db, const char *ref, const char *material,
                                 int64_t now_ms);
MUST_CHECK enum err db_case_ticked(struct db *db, const char *ref, const char *material, bool *out);
MUST_CHECK enum err db_cases(struct db *db, db_case_visit *visit, void *ctx);
/* Of a person: those handed in with this card, and those without any; newest first, at most max.
 * card NULL: only those without any. */
MUST_CHECK enum err db_cases_of(struct db *db, const unsigned char person[CRYPTO_MAC],
                                const unsigned char *card, int max, db_case_visit *visit,
                                void *ctx);
/* The highest number of a state that was given, here or by what a backup was made of. */
MUST_CHECK enum err db_seq_newest(struct db *db, int64_t *out);
/* States of a terminal's cases beyond since, in order. out_seq: where to go on. A since that is
 * beyond all there is (the platform was restored from a backup) begins again at 0. */
MUST_CHECK enum err db_status(struct db *db, const char *terminal, int64_t since,
                              struct wire_status *out, int max, int *out_count, int64_t *out_seq,
                              bool *out_more);

/* --- audit ------------------------------------------------------------------------------------ */
/* A chain: each line's hash is over the line and the hash before it. No personal data in it. */
MUST_CHECK enum err db_audit_add(struct db *db, int64_t at_ms, const char *who, const char *fmt,
                                 ...) __attribute__((format(printf, 4, 5)));
/* ERR_HASH: line out_n was changed, or one before it is missing. Else out_n lines, and the last
 * hash, which can be written down elsewhere. */
MUST_CHECK enum err db_audit_verify(struct db *db, int64_t *out_n, char out_hash[65]);

#endif
