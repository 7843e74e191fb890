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
        k->seal_count > WIRE_KEYS || k->publisher_count < 0 || k->publisher_count > WIRE_PUBLISHERS)
        abort();
}

/* What was believed is written and read as the same; nobody else's signature makes it. */
static void again(struct arena *a, const struct wire_keyset *k)
{
    static struct wire_keyset back;
    char *json = NULL, *file = NULL;
    if (wire_keyset_write(a, k, &json) != OK)
        abort();
    file = arena_printf(a, "%s\n", json);
    if (!file || strlen(file) > WIRE_ROOT_MAX)
        return;
    if (wire_keyset_peek(file, strlen(file), &back) != OK || back.n != k->n ||
        memcmp(back.publisher, k->publisher, sizeof back.publisher) != 0 ||
        memcmp(back.root, k->root, sizeof back.root) != 0)
        abort();
    if (wire_keyset_read(file, strlen(file), &root, 1, 1, &back) == OK)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct wire_key roots[WIRE_KEYS];
    static struct wire_keyset k;
    const char *kid = "r1";
    char *file = NULL;
    int count = 0;
    struct arena a;
    if (!root.kid[0])
        make_key();
    arena_init(&a, 65536, 4 << 20);
    char *text = arena_strndup(&a, (const char *)data, n);
    if (text && wire_root_first(text) < 1)
        abort();
    if (!text || (wire_root_read(text, roots, &count) == OK && (count < 1 || count > WIRE_KEYS)))
        abort();
    if (wire_keyset_read(data, n, &root, 1, 1, &k) == OK)
        check(&k);
    if (wire_sign_text(&a, text, &kid, (const unsigned char(*)[64])secret, 1, &file) == OK &&
        wire_keyset_read(file, strlen(file), &root, 1, 1, &k) == OK)
        check(&k);
    char *line = arena_printf(&a, "%s\n", text);
    if (!line)
        abort();
    if (wire_keyset_peek(line, strlen(line), &k) == OK) {
        check(&k);
        again(&a, &k);
    }
    arena_finish(&a);
    return 0;
}
