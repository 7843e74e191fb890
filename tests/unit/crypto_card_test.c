/* crypto_card_test.c - the ciphers of cards give the published answers, and those of `openssl enc`.
 */
#include "hal/crypto_card.h"

#include <string.h>

#include "hal/crypto.h"
#include "tests/test.h"

static bool gives(const char *hex, const unsigned char *got, size_t n)
{
    char text[65];
    crypto_hex(got, n, text);
    return test_check_str(__FILE__, __LINE__, text, hex, "the answer");
}

static void bytes(const char *hex, unsigned char *out, size_t n)
{
    test_check_err(__FILE__, __LINE__, crypto_unhex(hex, out, n), OK, hex);
}

static bool diversified(enum crypto_card_alg alg, const char *key, const char *d, const char *want)
{
    unsigned char k[16], factor[8];
    bytes(key, k, sizeof k);
    bytes(d, factor, sizeof factor);
    return test_check_err(__FILE__, __LINE__, crypto_card_diversify(alg, k, factor, k), OK, key) &&
           gives(want, k, sizeof k);
}

/* GB/T 32907-2016, appendix A.1: its plain text happens to be d | ~d. */
TEST(sm4_gives_the_answer_of_its_standard)
{
    CHECK(diversified(CRYPTO_CARD_SM4, "0123456789abcdeffedcba9876543210", "0123456789abcdef",
                      "681edf34d206965e86b3e94f536e4246"));
}

/* "Now is t" of FIPS 81, table B1, under the same key twice: single DES; then two keys. */
TEST(des_and_3des_give_the_published_answers)
{
    CHECK(diversified(CRYPTO_CARD_DES3, "0123456789abcdef0123456789abcdef", "4e6f772069732074",
                      "3fa40e8a984d48154f16d19fcab1db3b"));
    CHECK(diversified(CRYPTO_CARD_DES3, "0123456789abcdeffedcba9876543210", "0123456789abcde7",
                      "7f1d0a77826b8aff6e4897b4a0d49555"));
}

static bool authenticated(enum crypto_card_alg alg, const char *key, const char *want)
{
    unsigned char k[16], factor[8], orig[8], out[8];
    bytes(key, k, sizeof k);
    bytes("1021324354657687", factor, sizeof factor);
    bytes("98a9bacbdcedfe0f", orig, sizeof orig);
    return test_check_err(__FILE__, __LINE__, crypto_card_auth(alg, k, factor, orig, out), OK,
                          key) &&
           gives(want, out, sizeof out);
}

/* Computed step by step with `openssl enc -des-ede -nopad` and `-sm4-ecb -nopad`. */
TEST(an_authentication_code_is_that_of_the_command_line)
{
    CHECK(authenticated(CRYPTO_CARD_DES3, "00112233445566778899aabbccddeeff", "bbb74ea6118e11f6"));
    CHECK(authenticated(CRYPTO_CARD_SM4, "0f1e2d3c4b5a69788796a5b4c3d2e1f0", "cdc80432017ff0f1"));
}

TEST(a_cipher_that_is_not_ours_is_refused_and_writes_nothing)
{
    static const unsigned char key[16] = { 1 }, zero[16] = { 0 }, d[8] = { 2 };
    unsigned char out[16] = { 0 };
    CHECK_ERR(crypto_card_diversify((enum crypto_card_alg)2, key, d, out), ERR_ARG);
    CHECK_ERR(crypto_card_auth((enum crypto_card_alg)2, key, d, d, out), ERR_ARG);
    CHECK_ERR(crypto_card_auth((enum crypto_card_alg)0, key, d, d, out), ERR_ARG);
    CHECK(memcmp(out, zero, sizeof out) == 0);
}
