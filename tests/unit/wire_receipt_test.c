/* wire_receipt_test.c - the receipt number: read aloud, mistyped, forged. */
#include "hal/wire_item.h"

#include <stdio.h>
#include <string.h>

#include "tests/test.h"

#define SEED                                                                            \
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60" /* RFC 8032, 7.1 \
                                                                        */
#define PUB "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"

static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

TEST(a_receipt_is_the_head_of_the_id_and_a_check_character)
{
    char r[WIRE_RECEIPT + 1];
    wire_receipt("00112233445566778899aabbccddeeff", r);
    CHECK_STR(r, "008J-4CT4-ANK0");
    wire_receipt("ffffffffffffffffffffffffffffffff", r);
    CHECK_STR(r, "ZZZZ-ZZZZ-ZZZK");
    wire_receipt("80000000000000000000000000000000", r);
    CHECK_STR(r, "G000-0000-0005");
}

TEST(a_receipt_may_be_typed_as_people_type)
{
    char r[WIRE_RECEIPT + 1];
    CHECK_ERR(wire_receipt_clean("oo8j4ct4ank0", r), OK);
    CHECK_STR(r, "008J-4CT4-ANK0");
    CHECK_ERR(wire_receipt_clean(" 008J 4CT4-ANKo ", r), OK);
    CHECK_STR(r, "008J-4CT4-ANK0");
    snprintf(r, sizeof r, "x");
    CHECK_ERR(wire_receipt_clean("008J-4CT4-ANK", r), ERR_FORMAT);
    CHECK_ERR(wire_receipt_clean("008J-4CT4-ANK00", r), ERR_FORMAT);
    CHECK_ERR(wire_receipt_clean("008J-4CT4-ANKU", r), ERR_FORMAT);
    CHECK_ERR(wire_receipt_clean("", r), ERR_FORMAT);
    CHECK_ERR(wire_receipt_clean("008J-4CT4-ANK1", r), ERR_HASH);
    CHECK_STR(r, "x");
}

TEST(i_and_l_are_read_as_one)
{
    char id[WIRE_ID + 1], r[WIRE_RECEIPT + 1], typed[WIRE_RECEIPT + 1], back[WIRE_RECEIPT + 1];
    memset(id, '0', WIRE_ID);
    id[WIRE_ID] = '\0';
    id[1] = '8'; /* 00001 000… */
    wire_receipt(id, r);
    CHECK_EQ(r[0], '1');
    for (const char *one = "IiLl"; *one; one++) {
        memcpy(typed, r, sizeof typed);
        typed[0] = *one;
        CHECK_ERR(wire_receipt_clean(typed, back), OK);
        CHECK_STR(back, r);
    }
}

/* Every other character at every place. */
static bool substitutions_noticed(const char *r)
{
    char wrong[WIRE_RECEIPT + 1], back[WIRE_RECEIPT + 1];
    for (int i = 0; i < WIRE_RECEIPT; i++)
        for (const char *c = letters; *c && r[i] != '-'; c++) {
            memcpy(wrong, r, sizeof wrong);
            wrong[i] = *c;
            if (*c != r[i] && wire_receipt_clean(wrong, back) != ERR_HASH)
                return false;
        }
    return true;
}

static bool swaps_noticed(const char *r)
{
    char wrong[WIRE_RECEIPT + 1], back[WIRE_RECEIPT + 1];
    for (int i = 0; i < WIRE_RECEIPT; i++)
        for (int k = i + 1; k < WIRE_RECEIPT; k++) {
            memcpy(wrong, r, sizeof wrong);
            wrong[i] = r[k];
            wrong[k] = r[i];
            if (r[i] != r[k] && r[i] != '-' && r[k] != '-' &&
                wire_receipt_clean(wrong, back) != ERR_HASH)
                return false;
        }
    return true;
}

TEST(every_wrong_character_and_every_swap_is_noticed)
{
    CHECK_ERR(crypto_init(), OK);
    for (int i = 0; i < 200; i++) {
        unsigned char bytes[WIRE_ID / 2];
        char id[WIRE_ID + 1], r[WIRE_RECEIPT + 1], back[WIRE_RECEIPT + 1];
        crypto_random(bytes, sizeof bytes);
        crypto_hex(bytes, sizeof bytes, id);
        wire_receipt(id, r);
        CHECK_ERR(wire_receipt_clean(r, back), OK);
        CHECK_STR(back, r);
        CHECK(substitutions_noticed(r));
        CHECK(swaps_noticed(r));
    }
}

static const char qr_sample[] =
    "HM1/008J-4CT4-ANK0/6b038b60/21fe31df/VXfC9eDJ1WEnOV_e-Z-ectdjWkkPI5_T31c3AZF1y2QRXbFS_ogtXD1c"
    "KgHK4bByurQ8MgOhLsX_zrYi3u7FCw";

static void keys(unsigned char pub[CRYPTO_PUB], unsigned char secret[CRYPTO_SECRET])
{
    bool ok = crypto_init() == OK && crypto_unhex(SEED, secret, 32) == OK &&
              crypto_unhex(PUB, pub, 32) == OK;
    memcpy(secret + 32, pub, 32);
    test_check(__FILE__, __LINE__, ok, "keys");
}

TEST(the_qr_of_a_receipt_is_the_one_of_the_contract)
{
    unsigned char pub[CRYPTO_PUB], secret[CRYPTO_SECRET];
    char text[WIRE_QR];
    struct wire_qr qr;
    keys(pub, secret);
    wire_qr_write("008J-4CT4-ANK0", 1795394400, pub, secret, text);
    CHECK_STR(text, qr_sample);
    CHECK_ERR(wire_qr_read(text, &qr), OK);
    CHECK_STR(qr.receipt, "008J-4CT4-ANK0");
    CHECK_EQ(qr.at_s, 1795394400);
    CHECK_ERR(wire_qr_verify(&qr, pub), OK);
    qr.at_s++;
    CHECK_ERR(wire_qr_verify(&qr, pub), ERR_SIGNATURE);
    qr.at_s--;
    pub[0] ^= 1;
    CHECK_ERR(wire_qr_verify(&qr, pub), ERR_SIGNATURE);
}

/* qr_sample with one character changed. */
static enum err with(int at, char c)
{
    char text[WIRE_QR];
    struct wire_qr qr;
    snprintf(text, sizeof text, "%s", qr_sample);
    text[at] = c;
    return wire_qr_read(text, &qr);
}

TEST(a_qr_that_is_not_whole_is_refused)
{
    struct wire_qr qr;
    char text[WIRE_QR];
    snprintf(text, sizeof text, "%sA", qr_sample);
    CHECK_ERR(wire_qr_read(text, &qr), ERR_FORMAT);
    text[strlen(qr_sample) - 1] = '\0';
    CHECK_ERR(wire_qr_read(text, &qr), ERR_FORMAT);
    CHECK_ERR(wire_qr_read("", &qr), ERR_FORMAT);
    CHECK_ERR(wire_qr_read("https://example.com/", &qr), ERR_FORMAT);
    CHECK_ERR(with(2, '2'), ERR_FORMAT);
    CHECK_ERR(with(4, '1'), ERR_HASH);
    CHECK_ERR(with(7, 'j'), ERR_FORMAT);
    CHECK_ERR(with(20, 'G'), ERR_FORMAT);
    CHECK_ERR(with(50, '+'), ERR_FORMAT);
    CHECK_ERR(with(50, '\0'), ERR_FORMAT);
}
