/* wire_carry.h - the queue carried by a stick: what stands in its directory beside the items.
 *
 * Pure functions, [any] thread; the text of the contract is platform/PROTOCOL.md, "The queue on a
 * stick". The items are in files that are bodies of POST /v1/outbox, the acknowledgements in files
 * that are its answers. */
#ifndef HAL_WIRE_CARRY_H
#define HAL_WIRE_CARRY_H

#include "hal/wire_item.h"

enum { WIRE_CARRY_PARTS = 128, WIRE_CARRY_MAX = 256 * 1024, WIRE_CARRY_KEY = 8 };
#define WIRE_CARRY_PREFIX "huimin-queue-"

/* The file items-K: its hash and size, and the ids of what is in it. */
struct wire_carry_part {
    char hash[WIRE_HASH_HEX + 1];
    int64_t size;
    int count;
    char (*id)[WIRE_ID + 1];
};
/* The manifest: one line of JSON, signed with the line key it names. since: how far the terminal
 * has asked for states. */
struct wire_carry {
    unsigned char line[CRYPTO_PUB];
    int64_t at_ms, since;
    int part_count;
    struct wire_carry_part part[WIRE_CARRY_PARTS];
};
MUST_CHECK enum err wire_carry_write(struct arena *a, const struct wire_carry *c,
                                     const unsigned char secret[CRYPTO_SECRET], char **out_text);
/* ERR_SIGNATURE: not signed by the key it names, or changed since. In the arena. */
MUST_CHECK enum err wire_carry_read(struct arena *a, const void *bytes, size_t n,
                                    struct wire_carry **out);

/* The first digits of sha256hex(line key): stands in the directory's name. */
void wire_carry_key(const unsigned char line[CRYPTO_PUB], char out[WIRE_CARRY_KEY + 1]);

/* The file `states`: an answer of GET /v1/status?since=, signed by feed key kid for this terminal.
 */
MUST_CHECK enum err wire_states_seal(struct arena *a, const char *json, const char *kid,
                                     const unsigned char line[CRYPTO_PUB], int64_t since,
                                     const unsigned char secret[CRYPTO_SECRET], char **out_text);
/* The JSON of it, for wire_statuses_read; points into bytes. */
MUST_CHECK enum err wire_states_open(const void *bytes, size_t n, const struct wire_keyset *keys,
                                     const unsigned char line[CRYPTO_PUB], int64_t since,
                                     const char **out_json, size_t *out_n);

#endif
