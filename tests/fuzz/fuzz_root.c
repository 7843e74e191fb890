/* fuzz_root.c - any bytes as a root file and as a key set, signed and unsigned. */
#include "hal/crypto.h"
#include "hal/wire.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct wire_key root;
static unsigned char secret[1][64];

static void make_key(void)
{
    if (crypto_init() != OK)
        abort();
    crypto_keypair(root.pub, secret[0]);
    memcpy(root.kid, "r1", 3);
}

static void check(const struct wire_keyset *k)
{
    if (k->threshold < 1 || k->threshold > k->root_count || k->root_count > WIRE_KEYS ||
        k->feed_count < 1 || k->feed_count > WIRE_KEYS || k->seal_count < 0 ||
        k->seal_count > WIRE_KEYS)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct wire_key roots[WIRE_KEYS];
    struct wire_keyset k;
    const char *kid = "r1";
    char *file = NULL;
    int count = 0;
    struct arena a;
    if (!root.kid[0])
        make_key();
    arena_init(&a, 65536, 4 << 20);
    char *text = arena_strndup(&a, (const char *)data, n);
    if (!text || (wire_root_read(text, roots, &count) == OK && (count < 1 || count > WIRE_KEYS)))
        abort();
    if (wire_keyset_read(data, n, &root, 1, 1, &k) == OK)
        check(&k);
    if (wire_sign_text(&a, text, &kid, (const unsigned char(*)[64])secret, 1, &file) == OK &&
        wire_keyset_read(file, strlen(file), &root, 1, 1, &k) == OK)
        check(&k);
    arena_finish(&a);
    return 0;
}
