/* crypto_seal_test.c - sealed boxes, keyed hashes, PINs and hex. */
#include "hal/crypto.h"

#include <string.h>

#include "tests/test.h"

TEST(a_box_opens_for_its_key_and_for_no_other)
{
    unsigned char pub[2][CRYPTO_SEAL_PUB], secret[2][CRYPTO_SEAL_SECRET];
    unsigned char box[5 + CRYPTO_SEAL_EXTRA], again[5 + CRYPTO_SEAL_EXTRA], msg[5];
    CHECK_ERR(crypto_init(), OK);
    crypto_seal_keypair(pub[0], secret[0]);
    crypto_seal_keypair(pub[1], secret[1]);
    CHECK_ERR(crypto_seal("hello", 5, pub[0], box), OK);
    CHECK_ERR(crypto_open(box, sizeof box, pub[0], secret[0], msg), OK);
    CHECK(memcmp(msg, "hello", 5) == 0);
    CHECK_ERR(crypto_open(box, sizeof box, pub[1], secret[1], msg), ERR_SIGNATURE);
    CHECK_ERR(crypto_open(box, sizeof box, pub[0], secret[1], msg), ERR_SIGNATURE);
    CHECK_ERR(crypto_seal("hello", 5, pub[0], again), OK);
    CHECK(memcmp(box, again, sizeof box) != 0);
}

TEST(a_box_that_was_changed_or_cut_does_not_open)
{
    unsigned char pub[CRYPTO_SEAL_PUB], secret[CRYPTO_SEAL_SECRET];
    unsigned char box[5 + CRYPTO_SEAL_EXTRA], msg[5];
    CHECK_ERR(crypto_init(), OK);
    crypto_seal_keypair(pub, secret);
    CHECK_ERR(crypto_seal("hello", 5, pub, box), OK);
    for (size_t i = 0; i < sizeof box; i++) {
        box[i] ^= 4;
        CHECK_ERR(crypto_open(box, sizeof box, pub, secret, msg), ERR_SIGNATURE);
        box[i] ^= 4;
    }
    CHECK_ERR(crypto_open(box, sizeof box - 1, pub, secret, msg), ERR_SIGNATURE);
    CHECK_ERR(crypto_open(box, CRYPTO_SEAL_EXTRA - 1, pub, secret, msg), ERR_SIGNATURE);
    CHECK_ERR(crypto_open(box, 0, pub, secret, msg), ERR_SIGNATURE);
}

TEST(nothing_is_sealed_to_a_key_that_hides_nothing)
{
    unsigned char zero[CRYPTO_SEAL_PUB] = { 0 }, box[5 + CRYPTO_SEAL_EXTRA];
    CHECK_ERR(crypto_init(), OK);
    CHECK_ERR(crypto_seal("hello", 5, zero, box), ERR_NO_KEY);
}

/* hashlib.blake2b(b"420506", key=bytes(range(32)), digest_size=32) */
TEST(a_keyed_hash_is_keyed_blake2b)
{
    unsigned char key[CRYPTO_MAC_KEY], mac[CRYPTO_MAC];
    char hex[2 * CRYPTO_MAC + 1];
    for (int i = 0; i < CRYPTO_MAC_KEY; i++)
        key[i] = (unsigned char)i;
    CHECK_ERR(crypto_init(), OK);
    crypto_mac("420506", 6, key, mac);
    crypto_hex(mac, sizeof mac, hex);
    CHECK_STR(hex, "1ef8cba97bf5820d5aea16e2b55bdf2af723d5574bd32c34b640f5e27be378cc");
}

TEST(a_pin_is_known_again_and_another_is_not)
{
    char hash[CRYPTO_PASSWORD], other[CRYPTO_PASSWORD];
    CHECK_ERR(crypto_init(), OK);
    CHECK_ERR(crypto_password_hash("735182", hash), OK);
    CHECK_ERR(crypto_password_hash("735182", other), OK);
    CHECK(strcmp(hash, other) != 0);
    CHECK(strncmp(hash, "$argon2id$", 10) == 0);
    CHECK_ERR(crypto_password_check(hash, "735182"), OK);
    CHECK_ERR(crypto_password_check(hash, "735183"), ERR_REFUSED);
    CHECK_ERR(crypto_password_check("", "735182"), ERR_REFUSED);
    CHECK_ERR(crypto_password_check("$argon2id$nonsense", ""), ERR_REFUSED);
}

TEST(hex_is_lower_case_and_of_exactly_the_length_asked)
{
    unsigned char back[3] = { 9, 9, 9 };
    char text[7];
    crypto_hex("\x00\xab\xff", 3, text);
    CHECK_STR(text, "00abff");
    CHECK_ERR(crypto_unhex("00abff", back, 3), OK);
    CHECK_EQ(back[1], 0xab);
    CHECK_ERR(crypto_unhex("00ABFF", back, 3), ERR_FORMAT);
    CHECK_ERR(crypto_unhex("00abf", back, 3), ERR_FORMAT);
    CHECK_ERR(crypto_unhex("00abff00", back, 3), ERR_FORMAT);
    CHECK_ERR(crypto_unhex("00abfg", back, 3), ERR_FORMAT);
}
