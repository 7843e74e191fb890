/* wire_proof.h - 参保证明: what a printed proof of insurance says in its code, and who signed it.
 *
 * Pure functions, [any] thread; the text of the contract is platform/PROTOCOL.md. */
#ifndef HAL_WIRE_PROOF_H
#define HAL_WIRE_PROOF_H

#include "hal/base/err.h"
#include "hal/crypto.h"
#include "hal/wire.h"

#include <stdbool.h>

enum {
    WIRE_PROOF = 256,      /* the text of a code, its NUL included */
    WIRE_PROOF_WORD = 16,  /* "unemployment" */
    WIRE_PROOF_WHO = 16,   /* hex digits */
    WIRE_PROOF_VALID = 30, /* days */
};

/* The code of a proof:
 *   "HMP1/" number "/" from "/" until "/" part "/" scheme "/" state "/" since "/" months "/"
 * purpose
 *   "/" who "/" kid "/" base64url(sig)
 * sig: feed key `kid` over "huimin-proof-1\n" and everything before the signature and "\n". No name
 * and no number of a person stand in it: who they are is written beside it, and `who` binds both.
 */
struct wire_proof {
    char number[WIRE_NAME_MAX]; /* "2026-000001" */
    int from, until;            /* days since 1970-01-01; valid on both */
    char part[WIRE_PROOF_WORD], scheme[WIRE_PROOF_WORD], state[WIRE_PROOF_WORD];
    int since, months; /* first year; months paid for in all */
    char purpose[WIRE_PROOF_WORD];
    char who[WIRE_PROOF_WHO + 1];
    char kid[WIRE_NAME_MAX];
    unsigned char sig[CRYPTO_SIG];
};
/* The first digits of sha256hex("huimin-proof-who-1\n" number "\n" idno "\n"). */
void wire_proof_who(const char *number, const char *idno, char out[WIRE_PROOF_WHO + 1]);
/* Signs and writes. ERR_TOO_BIG: a word has something else than a-z in it, or is too long. */
MUST_CHECK enum err wire_proof_write(struct wire_proof *p,
                                     const unsigned char secret[CRYPTO_SECRET],
                                     char out[WIRE_PROOF]);
MUST_CHECK enum err wire_proof_read(const char *text, struct wire_proof *out); /* ERR_FORMAT */
MUST_CHECK enum err wire_proof_verify(const struct wire_proof *p, const struct wire_keyset *keys);
/* What for: "loan", "school" …; NULL beyond the last one. */
const char *wire_proof_purpose(int i);
bool wire_proof_known_purpose(const char *word);

#endif
