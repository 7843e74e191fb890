/* kit.h - the terminals of a fleet: their keys, what they hand in, how they sign and check. */
#ifndef TESTS_BENCH_FLEET_KIT_H
#define TESTS_BENCH_FLEET_KIT_H

#include "hal/base/arena.h"
#include "hal/wire_item.h"

#include <stdbool.h>

struct terminal {
    char name[WIRE_NAME_MAX];
    unsigned char item[CRYPTO_PUB], line[CRYPTO_PUB];
    unsigned char item_secret[CRYPTO_SECRET], line_secret[CRYPTO_SECRET];
};
/* What tells the acknowledgement of one item from that of another. */
struct handed {
    char id[WIRE_ID + 1], hash[WIRE_HASH_HEX + 1];
};

/* The platform they speak to: its name in requests, whose answers are believed, who opens. */
struct kit {
    char host[80];
    struct wire_keyset keys;
    struct terminal *terminal;
    int count;
};
/* Makes keys for so many terminals: FILE (theirs, 0600) and FILE.list, for `terminal import`. */
bool kit_make_keys(const char *file, int count);
/* Reads FILE; url and root.pub say whom to ask and to believe: the key sets are fetched. */
bool kit_start(struct kit *k, const char *file, const char *url, const char *root_pub);
void kit_finish(struct kit *k);

/* An application of a person of its own, sealed and signed; its box lives in the arena. */
bool kit_item(const struct kit *k, struct arena *a, const struct terminal *t, int64_t n,
              struct wire_item *out, struct handed *out_handed);
/* A whole signed request in the arena; body NULL: GET. */
char *kit_request(const struct kit *k, struct arena *a, const struct terminal *t, const char *path,
                  const char *body, size_t *out_n);
/* How many of these were accepted, or were before: acknowledged, in order, by a signature we
 * believe. */
int kit_accepted(const struct kit *k, struct arena *a, const char *json, size_t n,
                 const struct handed *handed, int count);

int kit_by_size(const void *a, const void *b); /* for qsort of int64_t */

#endif
