/* scan_test.c - what a scanned code is taken for. */
#include "app/scan.h"

#include "tests/test.h"

#include <string.h>

static const char receipt_code[] =
    "HM1/008J-4CT4-ANK0/6b038b60/21fe31df/VXfC9eDJ1WEnOV_e-Z-ectdjWkkPI5_T31c3AZF1y2QRXbFS_ogtXD1c"
    "KgHK4bByurQ8MgOhLsX_zrYi3u7FCw";

static char number[WIRE_RECEIPT + 1];

static const char *kind(const char *text)
{
    number[0] = '\0';
    return scan_kind_name(scan_kind_of(text, number));
}

TEST(a_receipt_is_known_by_its_code_and_by_its_number)
{
    CHECK_STR(kind(receipt_code), "receipt");
    CHECK_STR(number, "008J-4CT4-ANK0");
    CHECK_STR(kind("008j4ct4ank0"), "receipt");
    CHECK_STR(number, "008J-4CT4-ANK0");
    CHECK_STR(kind("008J-4CT4-ANK1"), "other"); /* one character is wrong */
    CHECK_STR(number, "");
}

TEST(what_is_ours_and_not_whole_is_scanned_again)
{
    char part[sizeof receipt_code];
    for (size_t n = 4; n < sizeof receipt_code - 1; n++) {
        memcpy(part, receipt_code, n);
        part[n] = '\0';
        CHECK_STR(kind(part), "torn");
        CHECK_STR(number, "");
    }
    CHECK_STR(kind(""), "torn");
    CHECK_STR(kind("HMP1/2026-000001/20780"), "torn");
}

TEST(a_proof_is_told_as_one)
{
    CHECK_STR(kind("HMP1/2026-000001/20780/20810/pension/resident/drawing/1994/132"
                   "/loan/0123456789abcdef/f1/"
                   "HRWSDNS51qdfB1czBoANwdJmg0vD1AKkM-pUv4K9pA9lqVYYjX2sweVw1jnUX2VeRdutTCkmYo3CP7_"
                   "XyRMwDQ"),
              "proof");
}

TEST(a_card_kept_in_a_phone_is_one_long_word)
{
    CHECK_STR(kind("420500D156000005AB12CD34EF567890A1B2C3D4"), "ecard");
    CHECK_STR(kind("9f86d081884c7d659a2feaa0c55ad015:1:A3BF4F1B2B0B822CD15D6C15B0F00A08"), "ecard");
    CHECK_STR(kind("dGhpcyBpcyBub3QgYSBjYXJk+/8="), "ecard");
    static char endless[2000];
    memset(endless, '7', sizeof endless - 1);
    CHECK_STR(kind(endless), "other");
}

TEST(goods_addresses_and_sentences_are_none_of_these)
{
    static const char *const texts[] = { "6901234567892",
                                         "https://www.example.com/menu?id=5",
                                         "weixin://wxpay/bizpayurl?pr=AbCdEf12",
                                         "www.example.com/0123456789",
                                         "four hundred and twenty 5",
                                         "onlyletterswithoutanynumber",
                                         "x",
                                         "\xE6\x83\xA0\xE6\xB0\x91 12345678901234567" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        CHECK_STR(kind(texts[i]), "other");
}
