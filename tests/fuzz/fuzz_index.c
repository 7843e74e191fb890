/* fuzz_index.c - any bytes as an index: once as they come, once signed, so that the parser is met.
 */
#include "hal/crypto.h"
#include "hal/wire.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct wire_keyset keys = { .feed_count = 1 };
static unsigned char secret[1][64];

static void make_key(void)
{
    if (crypto_init() != OK)
        abort();
    crypto_keypair(keys.feed[0].pub, secret[0]);
    memcpy(keys.feed[0].kid, "f1", 3);
}

/* What was believed must be writable and readable again. */
static void again(struct arena *a, const struct wire_index *x)
{
    static struct wire_index y;
    const char *kid = "f1";
    char *json = NULL, *text = NULL;
    if (wire_index_write(a, x, &json) != OK ||
        wire_sign_text(a, json, &kid, (const unsigned char(*)[64])secret, 1, &text) != OK)
        abort();
    if (strlen(text) <= WIRE_INDEX_MAX &&
        (wire_index_read(a, text, strlen(text), &keys, &y) != OK || y.n != x->n))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct wire_index x;
    const char *kid = "f1";
    char *text = NULL;
    struct arena a;
    if (!keys.feed[0].kid[0])
        make_key();
    arena_init(&a, 65536, 4 << 20);
    if (wire_index_read(&a, data, n, &keys, &x) == OK)
        again(&a, &x);
    char *json = n < WIRE_INDEX_MAX ? arena_strndup(&a, (const char *)data, n) : NULL;
    if (json &&
        wire_sign_text(&a, json, &kid, (const unsigned char(*)[64])secret, 1, &text) == OK &&
        wire_index_read(&a, text, strlen(text), &keys, &x) == OK)
        again(&a, &x);
    arena_finish(&a);
    return 0;
}
