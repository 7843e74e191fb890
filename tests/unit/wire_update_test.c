/* wire_update_test.c - the head of a bundle: one way to write it, every other is refused. */
#include "hal/wire_update.h"

#include <stdio.h>
#include <string.h>

#include "tests/test.h"
#include "tests/unit/update_kit.h"

static unsigned char head[WIRE_UPDATE_HEAD + 8];
static struct wire_update said, got;
static size_t head_n;

static void begin(void)
{
    memset(head, 0, sizeof head);
    head_n = update_kit_head(7, head, &said);
}

/* The manifest with one text put in place of another, signed anew by a key of its own. */
static enum err changed(const char *from, const char *to)
{
    unsigned char pub[CRYPTO_PUB], secret[CRYPTO_SECRET], b[WIRE_UPDATE_HEAD * 2];
    char text[WIRE_UPDATE_TEXT * 2];
    int len = head[8] | head[9] << 8;
    const char *manifest = (const char *)head + WIRE_UPDATE_START;
    const char *at = memmem(manifest, (size_t)len, from, strlen(from));
    if (!at)
        return ERR_NOT_FOUND;
    size_t n = (size_t)snprintf(text, sizeof text, "%.*s%s%.*s", (int)(at - manifest), manifest, to,
                                len - (int)(at - manifest) - (int)strlen(from), at + strlen(from));
    crypto_keypair(pub, secret);
    memcpy(b, WIRE_UPDATE_MAGIC, 8);
    for (int i = 0; i < 4; i++)
        b[8 + i] = (unsigned char)(n >> 8 * i);
    memcpy(b + WIRE_UPDATE_START, text, n);
    crypto_sign_text(text, n, secret, b + WIRE_UPDATE_START + n);
    return wire_update_read(b, WIRE_UPDATE_START + n + CRYPTO_SIG, pub, &got);
}

TEST(a_head_of_an_update_is_read_as_it_was_written)
{
    begin();
    CHECK_ERR(wire_update_read(head, head_n, update_kit_pub(), &got), OK);
    CHECK_EQ(got.version, 7);
    CHECK_EQ(got.uki_size, KIT_UKI);
    CHECK_EQ(got.root_size, KIT_ROOT);
    CHECK_EQ(got.head_size, (int64_t)head_n);
    CHECK_EQ(got.issued_ms, said.issued_ms);
    CHECK_STR(got.root_hash, said.root_hash);
    CHECK_EQ(wire_update_size(&got), (int64_t)head_n + KIT_UKI + KIT_ROOT);
    CHECK(memmem(head, head_n, "issued = 2026-11-29T00:00:00Z\n", 30) != NULL);
}

TEST(a_head_of_an_update_that_is_cut_goes_on_later)
{
    begin();
    for (size_t n = 0; n < head_n; n++)
        CHECK_ERR(wire_update_read(head, n, update_kit_pub(), &got), ERR_CUT);
}

TEST(every_flipped_bit_of_the_head_of_an_update_is_refused)
{
    begin();
    for (size_t i = 0; i < head_n; i++) {
        head[i] ^= 1 << i % 8;
        CHECK(wire_update_read(head, head_n, update_kit_pub(), &got) != OK);
        head[i] ^= 1 << i % 8;
    }
    unsigned char other[CRYPTO_PUB], secret[CRYPTO_SECRET];
    crypto_keypair(other, secret);
    CHECK_ERR(wire_update_read(head, head_n, other, &got), ERR_SIGNATURE);
    CHECK_ERR(wire_update_read(head, head_n, NULL, &got), OK); /* only its form */
}

TEST(there_is_one_way_to_write_a_manifest)
{
    begin();
    CHECK_ERR(changed("version = 7\n", "version = 7\n"), OK);
    CHECK_ERR(changed("version = 7\n", "version = 999999999\n"), OK);
    static const char *const bad[][2] = {
        { "huimin-update 1\n", "huimin-update 2\n" },
        { "huimin-update 1\n", "huimin-setup 1\n" },
        { "huimin-update 1\n", "" },
        { "version = 7\n", "version = 0\n" },
        { "version = 7\n", "version = -7\n" },
        { "version = 7\n", "version = 07\n" },
        { "version = 7\n", "version = 7 \n" },
        { "version = 7\n", "version=7\n" },
        { "version = 7\n", "version = \n" },
        { "version = 7\n", "" },
        { "version = 7\n", "version = 7\nversion = 8\n" },
        { "version = 7\n", "version = 1000000000\n" },
        { "version = 7\n", "version = 99999999999999999999\n" },
        { "version = 7\n", "version = 7\r\n" },
        { "T00:00:00Z", "T00:00:00+08:00" },
        { "T00:00:00Z", "" },
        { "2026-11-29", "2026-11-31" },
        { "uki.size = 70000", "uki.size = 0" },
        { "uki.size = 70000", "uki.size = 67108865" },
        { "root.size = 600005", "root.size = 1073741825" },
        { "root.sha256 = ", "root.sha256 = 0" },
        { "root.sha256 = ", "root.sha256 = A" },
        { "root.size", "root.size = 5\nroot.size" },
        { "uki.size", "extra = 1\nuki.size" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (changed(bad[i][0], bad[i][1]) != ERR_FORMAT)
            test_fail(__FILE__, __LINE__, "\"%s\" was taken for \"%s\"", bad[i][1], bad[i][0]);
}

TEST(a_manifest_behind_which_something_stands_is_refused)
{
    begin();
    char end[80];
    snprintf(end, sizeof end, "%s\n", said.root_hash);
    CHECK_ERR(changed(end, end), OK);
    char more[100];
    snprintf(more, sizeof more, "%sx = 1\n", end);
    CHECK_ERR(changed(end, more), ERR_FORMAT);
    snprintf(more, sizeof more, "%s", said.root_hash); /* no LF */
    CHECK_ERR(changed(end, more), ERR_FORMAT);
}

TEST(numbers_out_of_bounds_are_not_signed)
{
    unsigned char b[WIRE_UPDATE_HEAD], pub[CRYPTO_PUB], secret[CRYPTO_SECRET];
    size_t n = 0;
    begin();
    crypto_keypair(pub, secret);
    struct wire_update u = said;
    u.version = 0;
    CHECK_ERR(wire_update_write(&u, secret, b, &n), ERR_ARG);
    u = said;
    u.uki_size = WIRE_UPDATE_UKI + 1;
    CHECK_ERR(wire_update_write(&u, secret, b, &n), ERR_ARG);
    u = said;
    u.root_size = 0;
    CHECK_ERR(wire_update_write(&u, secret, b, &n), ERR_ARG);
}

TEST(a_key_file_has_one_line_of_digits)
{
    char hex[2 * CRYPTO_PUB + 1], text[400];
    unsigned char key[CRYPTO_PUB];
    crypto_hex(update_kit_pub(), CRYPTO_PUB, hex);
    snprintf(text, sizeof text, "# whose\n\n  %s\n%s \r\n# end\n", "", hex);
    CHECK_ERR(wire_update_key(text, strlen(text), key, sizeof key), OK);
    CHECK(memcmp(key, update_kit_pub(), sizeof key) == 0);
    CHECK_ERR(wire_update_key(hex, strlen(hex), key, sizeof key), OK);
    CHECK_ERR(wire_update_key(hex, strlen(hex) - 1, key, sizeof key), ERR_FORMAT);
    CHECK_ERR(wire_update_key("# nothing\n", 10, key, sizeof key), ERR_FORMAT);
    CHECK_ERR(wire_update_key("", 0, key, sizeof key), ERR_FORMAT);
    hex[3] = 'g';
    CHECK_ERR(wire_update_key(hex, strlen(hex), key, sizeof key), ERR_FORMAT);
}
