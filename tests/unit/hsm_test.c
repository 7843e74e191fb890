/* hsm_test.c - the key file of cards is made once and read strictly; whole chains of keys by area.
 */
#include "platform/hsm.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "hal/crypto.h"
#include "platform/files.h"
#include "tests/test.h"

#define DES "00112233445566778899aabbccddeeff"
#define SM4 "0f1e2d3c4b5a69788796a5b4c3d2e1f0"

static struct arena arena;

static const char *keys_path(void)
{
    arena_finish(&arena);
    arena_init(&arena, 65536, 1 << 20);
    return arena_printf(&arena, "%s/card.keys", test_dir());
}

static bool written(const char *text)
{
    return test_check_err(__FILE__, __LINE__, file_write(keys_path(), text, strlen(text), 0600), OK,
                          "written");
}

TEST(keys_of_cards_are_made_once_marked_test_and_for_nobody_else_to_read)
{
    struct hsm first, again;
    struct stat st;
    char *text = NULL;
    size_t n = 0;
    CHECK_ERR(crypto_init(), OK);
    CHECK_ERR(hsm_load(test_dir(), &first), ERR_NOT_FOUND);
    CHECK_ERR(hsm_make(test_dir()), OK);
    CHECK_ERR(hsm_load(test_dir(), &first), OK);
    CHECK_ERR(hsm_make(test_dir()), OK);
    CHECK_ERR(hsm_load(test_dir(), &again), OK);
    CHECK(memcmp(&first, &again, sizeof first) == 0);
    CHECK(memcmp(first.des[HSM_INTERNAL], first.des[HSM_EXTERNAL], CRYPTO_CARD_KEY) != 0);
    CHECK_EQ(stat(keys_path(), &st), 0);
    CHECK_EQ(st.st_mode & 0777, 0600);
    CHECK_ERR(file_read(&arena, keys_path(), 4096, &text, &n), OK);
    CHECK(strncmp(text, "# TEST", 6) == 0);
    CHECK(strstr(text, "\ndes_internal ") && strstr(text, "\nsm4_external "));
}

TEST(a_key_file_that_is_not_whole_is_refused)
{
    static const char *const bad[] = {
        "", "des_internal " DES "\ndes_external " DES "\nsm4_internal " SM4 "\n",
        "des_internal " DES "\ndes_external " DES "\nsm4_internal " SM4 "\nsm4_external 00\n",
        "des_internal " DES "\ndes_external " DES "\nsm4_internal " SM4 "\nsm4_external " SM4
        "\nrsa " DES "\n",
        "des_internal " DES "\ndes_external " DES "\nsm4_internal " SM4
        "\nsm4_external 0f1e2d3c4b5a69788796a5b4c3d2e1fx\n"
    };
    struct hsm h;
    CHECK_ERR(crypto_init(), OK);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK(written(bad[i]));
        CHECK_ERR(hsm_load(test_dir(), &h), ERR_FORMAT);
    }
}

/* Each worked out beforehand, step by step, with `openssl enc`. */
static const struct {
    const char *area, *hist, *want;
    int alg;
    enum hsm_use use;
} chains[] = {
    { "420506", "4205000000000001", "11b5efa0d102811a", 1, HSM_INTERNAL },
    { "420506", "4205000000000001", "11b5efa0d102811a", 0, HSM_INTERNAL },
    { "330106", "3301000000000001", "42afb6e44105622a", 1, HSM_INTERNAL },
    { "330199", "3301000000000001", "42afb6e44105622a", 1, HSM_INTERNAL }, /* four digits count */
    { "420506", "4205000000000001", "ead65337566047fc", 3, HSM_EXTERNAL },
    { "330106", "3301000000000001", "43052eb720d9a059", 3, HSM_EXTERNAL },
};

static bool proved(const struct hsm *h, int i, bool *same)
{
    static const unsigned char factor[8] = { 0x10, 0x21, 0x32, 0x43, 0x54, 0x65, 0x76, 0x87 };
    static const unsigned char orig[8] = { 0x98, 0xa9, 0xba, 0xcb, 0xdc, 0xed, 0xfe, 0x0f };
    struct hsm_chip c = { .alg = chains[i].alg };
    unsigned char out[8];
    char hex[17];
    snprintf(c.area, sizeof c.area, "%s", chains[i].area);
    bool ok = crypto_unhex(chains[i].hist, c.hist, sizeof c.hist) == OK &&
              hsm_auth(h, chains[i].use, &c, factor, orig, out) == OK;
    crypto_hex(out, sizeof out, hex);
    *same = strcmp(hex, chains[i].want) == 0;
    return ok;
}

TEST(the_chain_of_keys_of_a_card_is_that_of_the_command_line)
{
    static const char text[] = "# some\ndes_internal " DES "\ndes_external " SM4
                               "\n\nsm4_internal " DES "\nsm4_external " SM4 "\n";
    struct hsm h;
    bool same = false;
    CHECK_ERR(crypto_init(), OK);
    CHECK(written(text));
    CHECK_ERR(hsm_load(test_dir(), &h), OK);
    for (int i = 0; i < (int)(sizeof chains / sizeof *chains); i++) {
        CHECK(proved(&h, i, &same));
        CHECK(same);
    }
}

TEST(an_unpublished_cipher_cannot_be_proved_here)
{
    static const struct hsm h = { 0 };
    static const unsigned char zero[8] = { 0 };
    struct hsm_chip c = { .area = "110101", .alg = 0 };
    unsigned char out[8];
    CHECK(!hsm_can(&c));
    CHECK_ERR(hsm_auth(&h, HSM_INTERNAL, &c, zero, zero, out), ERR_ARG);
    c.alg = 1;
    CHECK(hsm_can(&c));
    c = (struct hsm_chip){ .area = "420506", .alg = 2 };
    CHECK(!hsm_can(&c));
    CHECK_ERR(hsm_auth(&h, HSM_INTERNAL, &c, zero, zero, out), ERR_ARG);
}
