/* fuzz_atr.c - any bytes as the first words of a card, and as the hex a maintainer types. */
#include "hal/atr.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct atr a;
    enum atr_fault f = atr_read(data, size, &a);
    assert(f < ATR_FAULTS && a.historical_n <= ATR_HISTORICAL);
    assert(a.historical >= data && a.historical + a.historical_n <= data + size);
    char text[256];
    unsigned char b[64];
    size_t n = 0, k = size < sizeof text - 1 ? size : sizeof text - 1;
    memcpy(text, data, k);
    text[k] = '\0';
    if (atr_hex(text, b, sizeof b, &n))
        assert(n > 0 && n <= sizeof b);
    return 0;
}
