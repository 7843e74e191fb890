/* office_part.h - what the files of the office share; nobody else includes it. */
#ifndef PLATFORM_OFFICE_PART_H
#define PLATFORM_OFFICE_PART_H

#include "platform/account.h"
#include "platform/application.h"
#include "platform/conf.h"
#include "platform/db_case.h"
#include "platform/hsm.h"
#include "platform/keys.h"
#include "platform/office.h"

/* Owner: office_create's caller; one thread. */
struct office {
    struct conf conf;
    struct keys keys;
    struct hsm hsm;
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

/* A question; its texts live as long as the parsed text of root. */
struct kind;
struct question {
    const struct kind *kind;
    const struct json *root;
    int64_t at_ms;
    const char *id, *card, *receipt, *part, *purpose;
    unsigned char reply[CRYPTO_SEAL_PUB];
};
struct answer {
    struct json_out w; /* an object that is open */
    struct db *db;
    const unsigned char *key; /* of the hashes */
    bool full;                /* a receipt's answer has no service and no reason */
    int rows;
    const char *refused; /* NULL, or why the card was */
    char note[96];       /* for the audit and the log: nothing personal */
};

void office_post(struct asking *k);
void office_status(struct asking *k, int64_t since);
void office_query(struct asking *k);
/* A photographed paper: its next part (off), or how far it is (off -1). */
void office_blob(struct asking *k, const char *hash, int64_t off);
/* Each kind of question, into the open object. ERR_FORMAT: it is not what PROTOCOL.md says. */
enum err office_put_cases(struct asking *k, const struct question *q, struct answer *a);
enum err office_put_receipt(struct asking *k, const struct question *q, struct answer *a);
enum err office_put_challenge(struct asking *k, const struct question *q, struct answer *a);
enum err office_put_verdict(struct asking *k, const struct question *q, struct answer *a);
enum err office_put_ecard(struct asking *k, const struct question *q, struct answer *a);
/* What is said of a card. word: genuine, unproved, refused. */
struct office_verdict {
    const char *word, *why;
};
void office_note_verdict(const struct office_verdict *v, struct answer *a);
/* "verdict", "why", and unless refused a token for this visitor: of that person, or (NULL) of whom
 * they ask about first. */
struct visitor;
enum err office_put_verdict_of(struct asking *k, const struct visitor *visitor,
                               const struct office_verdict *v, const unsigned char *person,
                               struct answer *a);
/* "account": one part of this citizen's account, or null; into an object that is open. */
enum err office_account_put(struct office *o, const struct account *p, enum account_part part,
                            struct json_out *w, int *out_rows);
/* "proof": the code of a proof that they are insured, or null; noted under a number of its own. */
enum err office_proof_put(struct office *o, const struct account *p, enum account_part part,
                          const char *purpose, const char *idno, struct json_out *w);

#endif
