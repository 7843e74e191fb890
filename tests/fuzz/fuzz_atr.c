/* fuzz_atr.c - any bytes as the first words of a card, and as the hex a maintainer types. */
#include "hal/apdu.h"
#include "hal/atr.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void as_atr(const uint8_t *data, size_t size)
{
    struct atr a;
    enum atr_fault f = atr_read(data, size, &a);
    assert((unsigned)f < ATR_FAULTS && strcmp(atr_fault_name(f), "unknown") != 0);
    assert(a.historical_n <= ATR_HISTORICAL);
    assert(a.historical >= data && a.historical + a.historical_n <= data + size);
    if (f == ATR_TS || size < 2)
        assert(a.historical_n == 0 && !a.contactless && f != ATR_OK);
    else if (f != ATR_SHORT)
        assert(a.historical_n == (data[1] & 0x0f) && a.historical >= data + 2);
    if (f == ATR_OK && size > 2) { /* one byte fewer is no whole one */
        struct atr cut;
        assert(atr_read(data, size - 1, &cut) != ATR_OK);
    }
}

static void as_channel(const uint8_t *data, size_t size)
{
    struct apdu_channel ch = { 0 };
    apdu_channel_atr(&ch, data, size, size & 1);
    assert(ch.atr_n == (size < APDU_ATR ? size : APDU_ATR) && ch.le == (size & 1));
    assert(ch.atr_n == 0 || memcmp(ch.atr, data, ch.atr_n) == 0);
}

static void as_typed(const uint8_t *data, size_t size)
{
    char text[256];
    unsigned char b[64];
    size_t n = 77, k = size < sizeof text - 1 ? size : sizeof text - 1;
    memcpy(text, data, k);
    text[k] = '\0';
    if (atr_hex(text, b, sizeof b, &n))
        assert(n > 0 && n <= sizeof b && 2 * n <= strlen(text));
}

/* Written as hex, with blanks where a bit says so, it is read back alike. */
static void as_hex(const uint8_t *data, size_t size)
{
    char text[4 * ATR_MAX + 1];
    unsigned char *b = malloc(size ? size : 1);
    size_t n = 0, at = 0;
    for (size_t i = 0; i < size; i++)
        at +=
            (size_t)snprintf(text + at, sizeof text - at, data[i] & 1 ? "%02X" : "%02x ", data[i]);
    text[at] = '\0';
    assert(b && atr_hex(text, b, size, &n) == (size > 0));
    assert(size == 0 || (n == size && memcmp(b, data, n) == 0));
    if (size > 1)
        assert(!atr_hex(text, b, size - 1, &n));
    free(b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    as_atr(data, size);
    as_channel(data, size);
    as_typed(data, size);
    if (size <= ATR_MAX)
        as_hex(data, size);
    return 0;
}
