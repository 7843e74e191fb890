/* fuzz_gbk.c - any bytes as the text, the digits and the dates of a card. */
#include "hal/base/clock.h"
#include "hal/base/utf8.h"
#include "hal/codec.h"
#include "tests/fuzz/lib/card.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *room_for(size_t n)
{
    char *p = malloc(n ? n : 1); /* a block of its own: one byte beyond it is seen */
    assert(p);
    memset(p, 0x5a, n);
    return p;
}

/* A buffer of this size holds the text, or there is no text at all. */
static void into(const uint8_t *data, size_t size, const char *text, size_t cap)
{
    char *out = room_for(cap);
    enum err e = codec_gbk(data, size, out, cap);
    assert(e == (strlen(text) < cap ? OK : ERR_TOO_BIG));
    if (e == OK)
        assert(strcmp(out, text) == 0);
    for (size_t i = 0; e != OK && i < cap; i++)
        assert(out[i] == 0);
    free(out);
}

/* To the printer's bytes and back: the same text. */
static void there_and_back(const char *text)
{
    size_t len = strlen(text), n = 0, most = 4 * len;
    char *bytes = room_for(most), *again = room_for(len + 1);
    assert(codec_gb18030(text, bytes, most, &n) == OK && n <= most);
    assert(codec_gbk(bytes, n, again, len + 1) == OK && strcmp(again, text) == 0);
    size_t untouched = 77;
    if (n > 0)
        assert(codec_gb18030(text, bytes, n - 1, &untouched) == ERR_TOO_BIG && untouched == 77);
    assert(codec_gb18030(text, bytes, n, &untouched) == OK && untouched == n);
    free(bytes);
    free(again);
}

static void as_text(const uint8_t *data, size_t size, size_t cap)
{
    char *text = room_for(3 * size + 1);
    assert(codec_gbk(data, size, text, 3 * size + 1) == OK);
    assert(utf8_valid(text, strlen(text)));
    const char *p = text;
    for (uint32_t cp; (cp = utf8_next(&p)) != 0;)
        assert(cp >= 0x20 && (cp < 0x7f || cp > 0x9f)); /* nothing that steers a screen */
    into(data, size, text, cap);
    into(data, size, text, strlen(text) + 1);
    there_and_back(text);
    free(text);
}

/* The same bytes as UTF-8: what is none is refused, all else has a place in GB18030. */
static void as_utf8(const uint8_t *data, size_t size)
{
    char *text = room_for(size + 1), *out = room_for(4 * size);
    memcpy(text, data, size);
    text[size] = '\0';
    size_t n = 77;
    enum err e = codec_gb18030(text, out, 4 * size, &n);
    assert(e == (utf8_valid(text, strlen(text)) ? OK : ERR_FORMAT));
    assert(e == OK ? n <= 4 * size : n == 77);
    free(text);
    free(out);
}

static void as_digits(const uint8_t *data, size_t size)
{
    char *out = room_for(2 * size + 1), *want = room_for(2 * size + 3);
    size_t end = 0;
    for (size_t i = 0; i < size; i++)
        snprintf(want + 2 * i, 3, "%02X", data[i]);
    want[2 * size] = '\0';
    end = strcspn(want, "ABCDEF");
    enum err e = codec_bcd(data, size, out);
    assert(e == (want[end] && want[end] != 'F' ? ERR_FORMAT : OK));
    want[end] = '\0';
    assert(strcmp(out, e == OK ? want : "") == 0);
    free(out);
    free(want);
}

static void as_day(const uint8_t p[4])
{
    char digits[9] = "", want[16];
    int day = -77;
    if (!codec_bcd_day(p, &day)) {
        assert(day == -77);
        return;
    }
    struct civil c = clock_civil_of_day(day);
    snprintf(want, sizeof want, "%04d%02d%02d", c.year, c.month, c.day);
    assert(c.year >= 1900 && codec_bcd(p, 4, digits) == OK && strcmp(digits, want) == 0);
}

static bool is_pad(uint8_t b)
{
    return b == 0x00 || b == 0x20 || b == 0xff;
}

static void as_field(const uint8_t *data, size_t size)
{
    size_t n = codec_unpadded(data, size);
    assert(n <= size && (n == 0 || !is_pad(data[n - 1])));
    while (n < size)
        assert(is_pad(data[n++]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    fuzz_hold_tables();
    size_t cap = *data++;
    size--;
    as_text(data, size, cap);
    as_utf8(data, size);
    as_digits(data, size);
    for (size_t at = 0; at + 4 <= size; at += 4)
        as_day(data + at);
    as_field(data, size);
    return 0;
}
