/* crypto_test.c - hashes, signatures and base64 against what other people publish. */
#include "hal/crypto.h"

#include <stdio.h>
#include <string.h>

#include "tests/test.h"

TEST(the_hash_of_abc_is_the_one_in_the_standard) /* FIPS 180-2, appendix B.1 */
{
    char hex[65];
    CHECK_EQ(crypto_init(), OK);
    crypto_hash_of("abc", 3, hex);
    CHECK_STR(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(a_hash_in_pieces_is_the_hash_of_the_whole)
{
    char whole[65], pieces[65];
    struct crypto_hash h;
    crypto_hash_of("abcdefgh", 8, whole);
    crypto_hash_start(&h);
    crypto_hash_add(&h, "abc", 3);
    crypto_hash_add(&h, "defgh", 5);
    crypto_hash_hex(&h, pieces);
    CHECK_STR(pieces, whole);
}

TEST(a_signature_holds_until_one_bit_changes)
{
    unsigned char pub[CRYPTO_PUB], secret[CRYPTO_SECRET], sig[CRYPTO_SIG];
    char text[] = "eggs 4.98";
    CHECK_EQ(crypto_init(), OK);
    crypto_keypair(pub, secret);
    crypto_sign_text(text, strlen(text), secret, sig);
    CHECK_ERR(crypto_verify(text, strlen(text), pub, sig), OK);
    text[5] ^= 1;
    CHECK_ERR(crypto_verify(text, strlen(text), pub, sig), ERR_SIGNATURE);
    text[5] ^= 1;
    pub[0] ^= 1;
    CHECK_ERR(crypto_verify(text, strlen(text), pub, sig), ERR_SIGNATURE);
}

TEST(base64_is_the_one_of_rfc_4648)
{
    char text[16], back[16];
    size_t n = 0;
    crypto_base64("foob", 4, text, sizeof text);
    CHECK_STR(text, "Zm9vYg==");
    CHECK_ERR(crypto_unbase64(text, back, sizeof back, &n), OK);
    CHECK_EQ(n, 4);
    CHECK(memcmp(back, "foob", 4) == 0);
}

TEST(base64_refuses_what_is_not_base64)
{
    char back[4];
    size_t n = 77;
    CHECK_ERR(crypto_unbase64("Zm9v!", back, sizeof back, &n), ERR_FORMAT);
    CHECK_ERR(crypto_unbase64("Zg", back, sizeof back, &n), ERR_FORMAT);
    CHECK_ERR(crypto_unbase64("Zm9vYmFyZm9vYmFy", back, sizeof back, &n), ERR_TOO_BIG);
    CHECK_EQ(n, 77);
}

TEST(base64_into_too_little_room_writes_nothing)
{
    char text[4] = "xxx";
    crypto_base64("foobar", 6, text, sizeof text);
    CHECK_STR(text, "");
}
