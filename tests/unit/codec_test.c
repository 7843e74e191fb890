/* codec_test.c - characters, digits and days of cards; records taken apart; broken bytes too. */
#include "hal/base/clock.h"
#include "hal/codec.h"
#include "hal/tlv.h"

#include <string.h>

#include "tests/test.h"

TEST(gbk_becomes_utf8_and_what_is_no_gbk_becomes_a_mark)
{
    char out[64];
    CHECK_ERR(codec_gbk("\xd5\xc5\xb9\xf0\xc0\xbc", 6, out, sizeof out), OK);
    CHECK_STR(out, "张桂兰");
    CHECK_ERR(codec_gbk("\xb0\xb7\xff\xd5\xc5", 5, out, sizeof out), OK);
    CHECK_STR(out, "胺\xef\xbf\xbd张");
    CHECK_ERR(codec_gbk("A\xd5", 2, out, sizeof out), OK);
    CHECK_STR(out, "A\xef\xbf\xbd");
    CHECK_ERR(codec_gbk("A\0B\n", 4, out, sizeof out), OK);
    CHECK_STR(out, "A\xef\xbf\xbd"
                   "B\xef\xbf\xbd");
    CHECK_ERR(codec_gbk("", 0, out, sizeof out), OK);
    CHECK_STR(out, "");
}

TEST(a_control_character_of_four_bytes_becomes_a_mark)
{
    char out[16];
    CHECK_ERR(codec_gbk("A\x81\x30\x81\x30\xd5\xc5\x81\x30\x84\x31", 11, out, sizeof out), OK);
    CHECK_STR(out, "A\xef\xbf\xbd张\xef\xbf\xbd");
    CHECK_ERR(codec_gbk("\x81\x30\x84\x32", 4, out, sizeof out), OK);
    CHECK_STR(out, "\xc2\xa0"); /* the first that is none */
    CHECK_ERR(codec_gbk("\x81\x30\x81\x30", 4, out, 4), OK);
    CHECK_ERR(codec_gbk("\x81\x30\x81\x30", 4, out, 3), ERR_TOO_BIG);
    CHECK_EQ(out[0], 0);
}

TEST(gbk_that_does_not_fit_is_refused_whole)
{
    char out[9];
    CHECK_ERR(codec_gbk("\xd5\xc5\xb9\xf0\xc0\xbc", 6, out, 9), ERR_TOO_BIG);
    CHECK_EQ(out[0], 0);
    CHECK_ERR(codec_gbk("\xff\xff\xff", 3, out, 9), ERR_TOO_BIG);
    CHECK_ERR(codec_gbk("\xd5\xc5\xb9\xf0", 4, out, 7), OK);
}

TEST(gb18030_takes_every_character_there_is)
{
    unsigned char out[16];
    size_t n = 0;
    CHECK_ERR(codec_gb18030("张€\xf0\xa0\x80\x80", out, sizeof out, &n), OK);
    CHECK_EQ(n, 2 + 2 + 4);
    CHECK(memcmp(out, "\xd5\xc5\xa2\xe3\x95\x32\x82\x36", 8) == 0);
    CHECK_ERR(codec_gb18030("张张", out, 3, &n), ERR_TOO_BIG);
    CHECK_ERR(codec_gb18030("\xff", out, sizeof out, &n), ERR_FORMAT);
}

TEST(padding_of_any_kind_is_taken_off_the_right)
{
    CHECK_EQ(codec_unpadded((const unsigned char *)"A \0\xff \0", 6), 1);
    CHECK_EQ(codec_unpadded((const unsigned char *)" A", 2), 2);
    CHECK_EQ(codec_unpadded((const unsigned char *)"\0\0", 2), 0);
}

TEST(bcd_ends_at_f_and_knows_no_letters)
{
    char out[9];
    CHECK_ERR(codec_bcd((const unsigned char *)"\x42\x05\x06", 3, out), OK);
    CHECK_STR(out, "420506");
    CHECK_ERR(codec_bcd((const unsigned char *)"\x42\x0f\x12", 3, out), OK);
    CHECK_STR(out, "420");
    CHECK_ERR(codec_bcd((const unsigned char *)"\x4a", 1, out), ERR_FORMAT);
}

TEST(a_day_in_bcd_exists_or_is_none)
{
    int day = 7;
    CHECK(codec_bcd_day((const unsigned char *)"\x20\x24\x02\x29", &day));
    CHECK_EQ(day, clock_day_from_civil(2024, 2, 29));
    CHECK(!codec_bcd_day((const unsigned char *)"\x20\x23\x02\x29", &day));
    CHECK(!codec_bcd_day((const unsigned char *)"\xff\xff\xff\xff", &day));
    CHECK(!codec_bcd_day((const unsigned char *)"\0\0\0\0", &day));
    CHECK_EQ(day, clock_day_from_civil(2024, 2, 29));
}

TEST(a_simple_record_never_reaches_beyond_its_bytes)
{
    const unsigned char b[] = { 0, 0xff, 7, 2, 'A', 'B', 0, 8, 3, 'C', 'D' };
    struct tlv t;
    size_t at = 0;
    CHECK(tlv_simple_next(b, sizeof b, &at, &t));
    CHECK_EQ(t.tag, 7);
    CHECK_EQ(t.n, 2);
    CHECK_EQ(t.value[1], 'B');
    CHECK(!tlv_simple_next(b, sizeof b, &at, &t)); /* three promised, two there */
    at = 10;
    CHECK(!tlv_simple_next(b, sizeof b, &at, &t));
}

TEST(a_ber_record_is_found_inside_others)
{
    const unsigned char b[] = {
        0x6f, 0x0b, 0x84, 1, 'x', 0xa5, 6, 0x9f, 0x0c, 3, 0x42, 0x05, 0x06
    };
    struct tlv t;
    CHECK(tlv_ber_find(b, sizeof b, 0x9f0c, &t));
    CHECK_EQ(t.n, 3);
    CHECK_EQ(t.value[2], 6);
    CHECK(tlv_ber_find(b, sizeof b, 0x84, &t));
    CHECK(!tlv_ber_find(b, sizeof b, 0x88, &t));
    for (size_t n = 0; n < sizeof b; n++)
        CHECK(!tlv_ber_find(b, n, 0x9f0c, &t));
}

TEST(ber_lengths_of_two_bytes_are_read_and_endless_ones_refused)
{
    unsigned char b[300] = { 0x84, 0x82, 0x01, 0x20 };
    struct tlv t;
    size_t at = 0;
    CHECK(tlv_ber_next(b, sizeof b, &at, &t));
    CHECK_EQ(t.n, 0x120);
    CHECK_EQ(at, 0x124);
    b[1] = 0x80;
    at = 0;
    CHECK(!tlv_ber_next(b, sizeof b, &at, &t));
    b[1] = 0x84;
    CHECK(!tlv_ber_next(b, sizeof b, &at, &t));
}
