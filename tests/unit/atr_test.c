/* atr_test.c - the first words of a card: whole, cut off, with a wrong check byte. */
#include "hal/atr.h"

#include <stdio.h>
#include <string.h>

#include "tests/test.h"

static enum atr_fault judged(const char *hex, struct atr *out, unsigned char b[64])
{
    size_t n = 0;
    struct atr own;
    unsigned char bytes[64];
    unsigned char *at = b ? b : bytes;
    return atr_hex(hex, at, 64, &n) ? atr_read(at, n, out ? out : &own) : ATR_FAULTS;
}

TEST(whole_atrs_are_ok_and_tell_their_history)
{
    unsigned char b[64];
    struct atr a;
    CHECK_EQ(judged("3B 6D 00 00 00 81 01 31 20 42 05 00 00 00 00 00 01", &a, b), ATR_OK);
    CHECK_EQ(a.historical_n, 13);
    CHECK(a.historical == b + 4);
    CHECK(!a.contactless);
    CHECK_EQ(judged("3B00", &a, b), ATR_OK); /* nothing but two bytes */
    CHECK_EQ(a.historical_n, 0);
    CHECK_EQ(judged("3F028000", NULL, NULL), ATR_OK);
}

TEST(another_protocol_asks_for_a_check_byte)
{
    struct atr a;
    unsigned char b[64];
    CHECK_EQ(judged("3B 8F 80 01 80 4F 0C A0 00 00 03 06 03 00 01 00 00 00 00 6A", &a, b), ATR_OK);
    CHECK(a.contactless);
    CHECK_EQ(a.historical_n, 15);
    CHECK_EQ(judged("3B 8F 80 01 80 4F 0C A0 00 00 03 06 03 00 01 00 00 00 00 6B", NULL, NULL),
             ATR_TCK);
    CHECK_EQ(judged("3B 8F 80 01 80 4F 0C A0 00 00 03 06 03 00 01 00 00 00 00", NULL, NULL),
             ATR_NO_TCK);
    CHECK_EQ(judged("3B 8F 80 01 80 4F 0C A0 00 00 03 06 03 00 01 00 00 00 00 6A 00", NULL, NULL),
             ATR_TRAILING);
}

TEST(what_is_cut_off_is_short_and_never_read_beyond)
{
    static const char whole[] = "3B8F8001804F0CA0000003060300010000000068";
    char part[sizeof whole];
    for (size_t n = 2; n < sizeof whole - 3; n += 2) {
        snprintf(part, sizeof part, "%.*s", (int)n, whole);
        CHECK_EQ(judged(part, NULL, NULL), ATR_SHORT);
    }
    CHECK_EQ(judged("3B F0", NULL, NULL), ATR_SHORT);
    CHECK_EQ(judged("3B 80 80 80 80", NULL, NULL), ATR_SHORT); /* promises for ever */
    CHECK_EQ(judged("3B 02 10 50 00", NULL, NULL), ATR_TRAILING);
    CHECK_EQ(judged("00 00", NULL, NULL), ATR_TS);
}

TEST(only_hex_is_hex)
{
    unsigned char b[2];
    size_t n = 0;
    CHECK(atr_hex("3b:0F", b, 2, &n));
    CHECK_EQ(n, 2);
    CHECK(!atr_hex("3B0", b, 2, &n));
    CHECK(!atr_hex("", b, 2, &n));
    CHECK(!atr_hex("3B 00 00", b, 2, &n));
    CHECK(!atr_hex("3G", b, 2, &n));
    for (int f = 0; f < ATR_FAULTS; f++)
        CHECK(strcmp(atr_fault_name((enum atr_fault)f), "unknown") != 0);
}
