/* wire_blob.h - a photographed paper on its way up: sealed bytes in parts, and the word that they
 * are all there.
 *
 * Pure functions, [any] thread; the text of the contract is platform/PROTOCOL.md, "Papers". */
#ifndef HAL_WIRE_BLOB_H
#define HAL_WIRE_BLOB_H

#include "hal/base/arena.h"
#include "hal/base/err.h"
#include "hal/crypto.h"
#include "hal/wire.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    WIRE_BLOB_MAX = 1 << 20,    /* sealed bytes of one page */
    WIRE_BLOB_PART = 64 * 1024, /* of one request */
    WIRE_BLOB_PAGES = 32,       /* of one application */
    WIRE_BLOB_PATH = 128
};

/* One page as an application names it: hash of the sealed bytes, how many, to which seal key. */
struct wire_page {
    char hash[WIRE_HASH_HEX + 1];
    int64_t bytes;
    char kid[WIRE_NAME_MAX];
};

/* "/v1/blob/HASH/OFF", or without OFF when off is -1. Reading: false, it is no such path. */
void wire_blob_path(const char *hash, int64_t off, char out[WIRE_BLOB_PATH]);
bool wire_blob_path_read(const char *path, char out_hash[WIRE_HASH_HEX + 1], int64_t *out_off);

/* All of it came and its hash is right. sig: feed key over
 *   "huimin-blob-1\n" hash "\n" bytes "\n" at_ms "\n" */
struct wire_blob_ack {
    char hash[WIRE_HASH_HEX + 1];
    int64_t bytes, at_ms;
    char kid[WIRE_NAME_MAX]; /* of the feed key */
    unsigned char sig[CRYPTO_SIG];
};
void wire_blob_sign(struct wire_blob_ack *ack, const unsigned char secret[CRYPTO_SECRET]);
MUST_CHECK enum err wire_blob_verify(const struct wire_blob_ack *ack,
                                     const struct wire_keyset *keys);

/* How far it is: {"v":1,"have":N}, with "ack":{…} when whole, and "error":CODE when the part was
 * not taken. Text in the arena. Reading: whole is false without an acknowledgement. */
struct wire_blob_state {
    int64_t have;
    bool whole;
    struct wire_blob_ack ack;
};
MUST_CHECK enum err wire_blob_write(struct arena *a, const struct wire_blob_state *s,
                                    const char *error, char **out_json);
MUST_CHECK enum err wire_blob_read(const void *bytes, size_t n, struct wire_blob_state *out);

#endif
