/* fuzz_atr.c - any bytes as the first words of a card, and as the hex a maintainer types. */
#include "hal/apdu.h"
#include "hal/atr.h"

#include <assert.h>
#include <stdbool.h>
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

/* The bytes as a plan: interface bytes as their first bits say, history, the check byte. Returns
 * the length. */
static size_t write_atr(const uint8_t *plan, size_t n, uint8_t *out, bool *out_tck)
{
    size_t at = 0, used = 1;
    unsigned y = plan[0] >> 4, history = plan[0] & 0x0f, sum = 0;
    out[at++] = n & 1 ? 0x3b : 0x3f;
    out[at++] = plan[0];
    *out_tck = false;
    for (int level = 0; y; level++) {
        uint8_t td = 0;
        for (unsigned bit = 1; bit <= 8; bit <<= 1)
            if (y & bit)
                out[at++] = td = used < n ? plan[used++] : 0;
        if (!(y & 8))
            break;
        if (level == 3) /* as many as there is room for */
            td = out[at - 1] &= 0x0f;
        *out_tck |= (td & 0x0f) != 0;
        y = td >> 4;
    }
    for (; history > 0; history--)
        out[at++] = used < n ? plan[used++] : 0;
    for (size_t i = 1; i < at; i++)
        sum ^= out[i];
    if (*out_tck)
        out[at++] = (uint8_t)sum;
    return at;
}

/* What is written by the book is whole; one byte more, one fewer, one bit wrong, and it is not. */
static void as_written(const uint8_t *plan, size_t n)
{
    uint8_t b[64];
    struct atr a;
    bool tck = false;
    size_t size = write_atr(plan, n, b, &tck);
    assert(atr_read(b, size, &a) == ATR_OK && a.historical_n == (b[1] & 0x0f));
    assert(a.historical == b + size - tck - a.historical_n);
    assert(atr_read(b, size - 1, &a) == (tck ? ATR_NO_TCK : ATR_SHORT));
    b[size] = 0x5a;
    assert(atr_read(b, size + 1, &a) == ATR_TRAILING);
    b[size - 1] ^= 0x10;
    assert(!tck || atr_read(b, size, &a) == ATR_TCK);
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
    if (size > 0)
        as_written(data, size);
    as_channel(data, size);
    as_typed(data, size);
    if (size <= ATR_MAX)
        as_hex(data, size);
    return 0;
}
