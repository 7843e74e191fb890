/* wire_item.h - what goes up: sealed items, their acknowledgements, signed requests, receipts.
 *
 * Pure functions, [any] thread; the text of the contract is platform/PROTOCOL.md. Times are ms. */
#ifndef HAL_WIRE_ITEM_H
#define HAL_WIRE_ITEM_H

#include "hal/base/arena.h"
#include "hal/base/err.h"
#include "hal/crypto.h"
#include "hal/wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WIRE_ID = 32,      /* hex digits of an item's id (128 random bits) */
    WIRE_RECEIPT = 14, /* "7KQ3-M2XD-94TF": 11 of base32, one check character */
    WIRE_POST_MAX = 256 * 1024,
    WIRE_POST_ITEMS = 50,
    WIRE_BOX_MAX = 128 * 1024,
    WIRE_WHY = 64,
};

/* An item as it lies in the outbox and travels. box is sealed to seal key `kid`. sig: item key over
 *   "huimin-item-1\n" id "\n" n "\n" kind "\n" at_ms "\n" suite "\n" kid "\n" sha256hex(box) "\n"
 */
struct wire_item {
    char id[WIRE_ID + 1];
    int64_t n;                /* 1, 2, 3 … of this terminal, without gaps */
    char kind[WIRE_NAME_MAX]; /* "apply" */
    int64_t at_ms;
    char suite[WIRE_NAME_MAX]; /* "x25519" */
    char kid[WIRE_NAME_MAX];
    const unsigned char *box;
    size_t box_n;
    unsigned char sig[CRYPTO_SIG];
};
void wire_item_sign(struct wire_item *item, const unsigned char secret[CRYPTO_SECRET]);
MUST_CHECK enum err wire_item_verify(const struct wire_item *item,
                                     const unsigned char pub[CRYPTO_PUB]);
/* The same with the hash of the box, which was made already. */
MUST_CHECK enum err wire_item_verify_of(const struct wire_item *item, const char *box_hash,
                                        const unsigned char pub[CRYPTO_PUB]);
/* {"v":1,"items":[{"id","n","kind","at","suite","kid","box","sig"},…]}; text in the arena.
 * Reading: ERR_FORMAT, ERR_TYPE, ERR_TOO_BIG (items, box); what it returns lives in the arena. */
MUST_CHECK enum err wire_post_write(struct arena *a, const struct wire_item *items, int count,
                                    char **out_json);
MUST_CHECK enum err wire_post_read(struct arena *a, const void *bytes, size_t n,
                                   struct wire_item **out_items, int *out_count);

/* What the platform answers for one item. accepted, duplicate: it has it (ref = case number) and
 * the box may be emptied. rejected: never send it again (why). retry: later. sig: feed key over
 *   "huimin-ack-1\n" id "\n" sha256hex(box) "\n" outcome "\n" ref "\n" why "\n" at_ms "\n" */
enum wire_outcome { WIRE_ACCEPTED, WIRE_DUPLICATE, WIRE_REJECTED, WIRE_RETRY, WIRE_OUTCOMES };
struct wire_ack {
    char id[WIRE_ID + 1];
    enum wire_outcome outcome;
    char ref[WIRE_NAME_MAX]; /* "" when there is no case */
    char why[WIRE_WHY];      /* a code: "id_reuse", "bad_signature", "cannot_open", "again" … */
    int64_t at_ms;
    char kid[WIRE_NAME_MAX]; /* of the feed key */
    unsigned char sig[CRYPTO_SIG];
};
const char *wire_outcome_name(enum wire_outcome o);
void wire_ack_sign(struct wire_ack *ack, const char *box_hash,
                   const unsigned char secret[CRYPTO_SECRET]);
MUST_CHECK enum err wire_ack_verify(const struct wire_ack *ack, const char *box_hash,
                                    const struct wire_keyset *keys);
/* {"v":1,"acks":[{"id","outcome","ref","why","at","kid","sig"},…]} */
MUST_CHECK enum err wire_acks_write(struct arena *a, const struct wire_ack *acks, int count,
                                    char **out_json);
MUST_CHECK enum err wire_acks_read(struct arena *a, const void *bytes, size_t n,
                                   struct wire_ack **out_acks, int *out_count);

/* Status of this terminal's items: [id, state, at] rows; state is "received", "accepted",
 * "returned". {"v":1,"seq":N,"more":BOOL,"rows":[["id","accepted",MS],…]} */
struct wire_status {
    char id[WIRE_ID + 1];
    char state[WIRE_NAME_MAX];
    int64_t at_ms;
};
MUST_CHECK enum err wire_statuses_write(struct arena *a, int64_t seq, bool more,
                                        const struct wire_status *rows, int count, char **out_json);
MUST_CHECK enum err wire_statuses_read(struct arena *a, const void *bytes, size_t n,
                                       int64_t *out_seq, bool *out_more,
                                       struct wire_status **out_rows, int *out_count);

/* A request of a terminal. Headers:
 *   Huimin-Line: base64 of the line key's public half
 *   Huimin-Time: ms     Huimin-Nonce: 32 hex digits     Huimin-Signature: base64
 * over "huimin-request-1\n" METHOD "\n" PATH-WITH-QUERY "\n" sha256hex(body) "\n" TIME "\n" NONCE
 * "\n" */
struct wire_request {
    const char *method, *path;
    const void *body;
    size_t body_n;
    int64_t time_ms;
    char nonce[33];
};
enum { WIRE_CLOCK_MS = 300000 /* a request's time may be off by this much */ };
void wire_request_sign(const struct wire_request *r, const unsigned char secret[CRYPTO_SECRET],
                       unsigned char out_sig[CRYPTO_SIG]);
MUST_CHECK enum err wire_request_verify(const struct wire_request *r,
                                        const unsigned char pub[CRYPTO_PUB],
                                        const unsigned char sig[CRYPTO_SIG]);

/* Receipt number: the first 55 bits of the id in Crockford's base32 (0-9 A-Z without I L O U) and a
 * check character (weighted sum over GF(32)): one wrong character or two swapped are noticed. */
void wire_receipt(const char id[WIRE_ID + 1], char out[WIRE_RECEIPT + 1]);
/* What people type: spaces, dashes and case do not matter, O is 0, I and L are 1. ERR_FORMAT (not
 * 12 characters), ERR_HASH (the check character says it is mistyped). */
MUST_CHECK enum err wire_receipt_clean(const char *typed, char out[WIRE_RECEIPT + 1]);

/* A signature as it stands in a code: base64url without padding. ERR_FORMAT. */
enum { WIRE_QR_SIG = 86 };
void wire_qr_sig_write(const unsigned char sig[CRYPTO_SIG], char out[WIRE_QR_SIG + 1]);
MUST_CHECK enum err wire_qr_sig_read(const char *text, unsigned char out[CRYPTO_SIG]);

/* The QR of a receipt: "HM1/" receipt "/" at_s(hex) "/" key(first 8 hex of sha256 of item pub) "/"
 * base64url(sig) where sig: item key over "huimin-receipt-1\n" receipt "\n" at_s "\n". */
enum { WIRE_QR = 192 };
struct wire_qr {
    char receipt[WIRE_RECEIPT + 1];
    int64_t at_s;
    char key[9];
    unsigned char sig[CRYPTO_SIG];
};
void wire_qr_write(const char *receipt, int64_t at_s, const unsigned char pub[CRYPTO_PUB],
                   const unsigned char secret[CRYPTO_SECRET], char out[WIRE_QR]);
MUST_CHECK enum err wire_qr_read(const char *text, struct wire_qr *out);
MUST_CHECK enum err wire_qr_verify(const struct wire_qr *qr, const unsigned char pub[CRYPTO_PUB]);

/* A personal question and its answer. Both sealed; the question's plain text is JSON
 *   {"v":1,"ask":"cases"|"receipt","at":MS,"id":…,"card":…,"receipt":…,"reply":BASE64(pub)}
 * POST /v1/query {"v":1,"kid":"p1","box":BASE64,"sig":BASE64} -> {"v":1,"box":BASE64} sealed to
 * `reply`. sig: item key over "huimin-query-1\n" kid "\n" sha256hex(box) "\n". */
void wire_query_sign(const char *kid, const void *box, size_t n,
                     const unsigned char secret[CRYPTO_SECRET], unsigned char out_sig[CRYPTO_SIG]);
MUST_CHECK enum err wire_query_verify(const char *kid, const void *box, size_t n,
                                      const unsigned char pub[CRYPTO_PUB],
                                      const unsigned char sig[CRYPTO_SIG]);

#endif
