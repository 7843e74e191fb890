/* db_proof.c - the proofs of insurance that were given, each under its number. */
#include "hal/base/clock.h"
#include "hal/wire_proof.h"
#include "platform/db_account.h"
#include "platform/db_part.h"

#include <stdio.h>

#define MAC (size_t) CRYPTO_MAC

/* An answer that was lost on its way costs no second number. */
static enum err same_of_today(struct db *db, const struct account *p, struct wire_proof *proof)
{
    struct db_rows *st =
        db_ask(db,
               "SELECT number FROM proof WHERE person = ?1 AND day = ?2 AND part = ?3"
               " AND purpose = ?4 AND scheme = ?5 AND state = ?6 AND since = ?7 AND months = ?8",
               "bittttii", p->person, MAC, (int64_t)proof->from, proof->part, proof->purpose,
               proof->scheme, proof->state, (int64_t)proof->since, (int64_t)proof->months);
    enum err e = db_next(db, st);
    if (e != OK)
        return e;
    db_text(st, 0, proof->number, sizeof proof->number);
    db_end(st);
    return OK;
}

static enum err next_number(struct db *db, struct wire_proof *proof, int64_t *out_no)
{
    struct db_rows *st = db_ask(db, "SELECT coalesce(max(no), 0) + 1 FROM proof", "");
    enum err e = db_next(db, st);
    if (e != OK)
        return e;
    *out_no = db_int(st, 0);
    db_end(st);
    snprintf(proof->number, sizeof proof->number, "%d-%06lld", clock_civil_of_day(proof->from).year,
             (long long)*out_no);
    return OK;
}

enum err db_proof_issue(struct db *db, const struct account *p, struct wire_proof *proof)
{
    int64_t no = 0;
    enum err e = same_of_today(db, p, proof);
    if (e != ERR_NOT_FOUND)
        return e;
    e = next_number(db, proof, &no);
    if (e != OK)
        return e;
    return db_do(db,
                 "INSERT INTO proof(no, number, person, part, purpose, day, scheme, state, since, "
                 "months) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                 "itbttittii", no, proof->number, p->person, MAC, proof->part, proof->purpose,
                 (int64_t)proof->from, proof->scheme, proof->state, (int64_t)proof->since,
                 (int64_t)proof->months);
}
