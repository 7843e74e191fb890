/* office_part.h - what the files of the office share; nobody else includes it. */
#ifndef PLATFORM_OFFICE_PART_H
#define PLATFORM_OFFICE_PART_H

#include "platform/account.h"
#include "platform/application.h"
#include "platform/conf.h"
#include "platform/db_case.h"
#include "platform/keys.h"
#include "platform/office.h"

/* Owner: office_create's caller; one thread. */
struct office {
    struct conf conf;
    struct keys keys;
    struct db *db;
    bool open;
    struct arena secret; /* opened boxes; locked, wiped after each */
};

/* One request on its way through. */
struct asking {
    struct office *office;
    struct arena *arena; /* of the reply */
    const struct office_request *q;
    struct terminal terminal; /* whose line key signed it */
    int64_t now_ms;
    char nonce[33];
    int64_t time_ms;
    struct office_reply *reply;
};

/* The reply. code: one of PROTOCOL.md's. */
void office_error(struct asking *k, int status, const char *code);
void office_fault(struct asking *k, enum err e); /* ours, or the body's */
/* The nonce, inside the transaction that is open. False: answered (replayed, or a fault). */
bool office_first_time(struct asking *k);

void office_post(struct asking *k);
void office_status(struct asking *k, int64_t since);
void office_query(struct asking *k);
/* "account": one part of this citizen's account, or null; into an object that is open. */
enum err office_account_put(struct office *o, const struct account *p, enum account_part part,
                            struct json_out *w, int *out_rows);
/* "proof": the code of a proof that they are insured, or null; noted under a number of its own. */
enum err office_proof_put(struct office *o, const struct account *p, enum account_part part,
                          const char *purpose, const char *idno, struct json_out *w);

#endif
