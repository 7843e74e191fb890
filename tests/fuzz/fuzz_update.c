/* fuzz_update.c - any bytes as the head of a bundle, and as the file of a key. */
#include "hal/wire_update.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Who says of a manifest that it is one, signs the very same bytes when he writes it. */
static void same_again(const uint8_t *data, const struct wire_update *u)
{
    static const unsigned char secret[CRYPTO_SECRET];
    unsigned char again[WIRE_UPDATE_HEAD];
    size_t n = 0;
    if (wire_update_write(u, secret, again, &n) != OK || (int64_t)n != u->head_size ||
        memcmp(again, data, n - CRYPTO_SIG) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const unsigned char nobody[CRYPTO_PUB] = { 1 };
    unsigned char key[CRYPTO_PUB];
    struct wire_update u;
    enum err e = wire_update_read(data, n, NULL, &u);
    if (e == OK) {
        if (u.head_size > (int64_t)n || u.version < 1 || u.uki_size < 1 ||
            u.uki_size > WIRE_UPDATE_UKI || u.root_size < 1 || u.root_size > WIRE_UPDATE_ROOT)
            abort();
        same_again(data, &u);
    }
    if (wire_update_read(data, n, nobody, &u) == OK)
        abort();
    (void)!wire_update_key((const char *)data, n, key, sizeof key);
    return 0;
}
