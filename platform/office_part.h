/* office_part.h - what the files of the office share; nobody else includes it. */
#ifndef PLATFORM_OFFICE_PART_H
#define PLATFORM_OFFICE_PART_H

#include "platform/account.h"
#include "platform/application.h"
#include "platform/conf.h"
#include "platform/db_case.h"
#include "platform/deadline.h"
#include "platform/hsm.h"
#include "platform/keys.h"
#include "platform/office.h"

#include <time.h>

/* What was promised of a service, as long as nothing is published and the day is the same. */
struct due {
    char service[64];
    int day;
    struct deadline deadline;
};
enum { DUES = 4096, MET = 64 };

/* Owner: office_create's caller; one thread. */
struct office {
    struct conf conf;
    struct keys keys;
    struct timespec keys_at; /* when the directory of them was last changed */
    struct hsm hsm;
    struct db *db;
    bool open;
    struct arena secret;  /* opened boxes; locked, wiped after each */
    struct arena scratch; /* of one transaction */
    int64_t forgot_ms;    /* when old nonces were last dropped */
    char published[24];   /* the number of the index that `due` was made by */
    struct due *due;
    struct terminal met[MET]; /* by their line keys: who is not revoked, as last read */
};

/* What is noted of a question that was answered: nothing personal. */
struct noted {
    const char *kind, *refused; /* NULL: none was; the card was not */
    int rows;
    char text[96];
};

/* One request on its way through. Owner: whoever has it at the moment, see office.h. */
struct posted;
struct desk;
struct asking {
    struct office *office; /* whose turn it is */
    const struct desk *desk;
    struct arena *arena; /* of the reply */
    const struct office_request *q;
    struct terminal terminal; /* whose line key signed it */
    int64_t now_ms;
    char nonce[33];
    int64_t time_ms;
    struct office_reply *reply;
    bool answered;       /* there is nothing more to be done */
    struct posted *post; /* NULL: it is another kind of request */
    struct noted noted;
};

/* Opens keys and database, once. ERR_NO_KEY: nothing was published yet. */
MUST_CHECK enum err office_open(struct office *o);

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

/* How the request came: by the certificate of the line key that signed it. False: answered. */
bool office_peer(struct asking *k);
/* Of terminals that are not known yet: answered at once, beside what the others write. */
void office_anchors(struct asking *k);
void office_enrol(struct asking *k);

/* A POST: judged, or answered. Then all of them, in the transaction that is open; then each alone.
 */
void office_post_judge(struct asking *k);
MUST_CHECK enum err office_take(struct office *o, struct asking *const *tasks, int n);
void office_post_finish(struct asking *k);
/* In the transaction that is open, which is given up when this is not OK. */
MUST_CHECK enum err office_status(struct asking *k);
MUST_CHECK enum err office_report(struct asking *k);
MUST_CHECK enum err office_renew(struct asking *k);
/* A photographed paper: its next part (PUT), or how far it is (GET). */
MUST_CHECK enum err office_blob(struct asking *k);
MUST_CHECK enum err office_query(struct asking *k);
void office_query_finish(struct asking *k);
/* At the beginning of a transaction: which publication counts. Then deadline_of, remembered. */
MUST_CHECK enum err office_know_index(struct office *o);
MUST_CHECK enum err office_due(struct office *o, const char *service, int day,
                               struct deadline *out);
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
