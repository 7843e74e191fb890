/* rotation_test.c - keys are replaced while terminals sleep, and thieves of one key stay outside.
 */
#include "tests/unit/fleet_kit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hal/base/clock.h"
#include "hal/crypto.h"
#include "platform/ceremony.h"
#include "platform/files.h"
#include "platform/keys.h"
#include "tests/test.h"
#include "tests/unit/db_kit.h"

static struct fleet f;

static const char *sets(void)
{
    return fleet_value(&f, "SELECT count(*) FROM meta WHERE key GLOB 'keyset.*'");
}

TEST_BOTH(two_of_three_root_keys_change_what_is_trusted_and_one_does_not)
{
    CHECK(fleet_three_roots(&f, true));
    CHECK_ERR(fleet_sync(&f), OK);
    CHECK_STR(sets(), "2");
    CHECK_ERR(fleet_keys(&f, "feed drop-root=none", "r1"), ERR_SIGNATURE);
    CHECK_ERR(fleet_keys(&f, "", "r1"), ERR_SIGNATURE); /* twice is once */
    CHECK_ERR(fleet_keys(&f, "", "r3"), OK);
    CHECK_ERR(fleet_sync(&f), OK);
    CHECK_STR(sets(), "3");
    fleet_finish(&f);
}

/* Set n + 1 behind the newest, put into the feed as a thief would, signed by these. */
static void forge(const char *roots)
{
    struct draft *d = arena_new(&f.arena, struct draft);
    struct wire_key by;
    const char *why = "", *change = "threshold=1";
    char *path = draft_path(&f.arena, &f.conf), *copy = arena_strdup(&f.arena, roots), *rest = NULL;
    CHECK_ERR(draft_change(&f.arena, &f.conf, &change, 1, d, &why), OK);
    for (char *r = strtok_r(copy, " ", &rest); r; r = strtok_r(NULL, " ", &rest))
        CHECK_ERR(
            draft_sign(&f.arena, path, fleet_path(&f, arena_printf(&f.arena, "%s.key", r)), d, &by),
            OK);
    char *to = arena_printf(&f.arena, "%s/root/%d", f.conf.feed, d->set.n);
    CHECK_ERR(file_write(to, d->text, strlen(d->text), 0644), OK);
    (void)unlink(path);
}

/* The feed's index as it is, signed by a key of nobody's: terminals look for the next key set. */
static void unknown_signer(void)
{
    static struct wire_index x;
    unsigned char pub[32], secret[1][64];
    char *json = NULL, *text = NULL;
    const char *kid = "thief";
    fleet_index(&f, &x);
    x.n++;
    x.root++;
    snprintf(x.kid, sizeof x.kid, "%s", kid);
    crypto_keypair(pub, secret[0]);
    CHECK_ERR(wire_index_write(&f.arena, &x, &json), OK);
    CHECK_ERR(wire_sign_text(&f.arena, json, &kid, (const unsigned char(*)[64])secret, 1, &text),
              OK);
    CHECK_ERR(file_write(arena_printf(&f.arena, "%s/420506/index", f.conf.feed), text, strlen(text),
                         0644),
              OK);
}

TEST(a_root_key_that_was_taken_out_signs_nothing_any_more)
{
    CHECK(fleet_three_roots(&f, true));
    CHECK_ERR(fleet_keys(&f, "drop-root=r1", "r2 r3"), OK);
    fleet_pair(&f, "root", "r4");
    CHECK_ERR(fleet_keys(&f, "add-root=@/r4.pub", "r1 r2"), ERR_SIGNATURE);
    (void)unlink(draft_path(&f.arena, &f.conf));
    CHECK_ERR(fleet_sync(&f), OK);
    CHECK_STR(sets(), "3");
    forge("r1 keys/root r2");
    unknown_signer();
    CHECK_ERR(fleet_sync(&f), ERR_SIGNATURE);
    CHECK_STR(sets(), "3");
    forge("r2 r3");
    CHECK_ERR(fleet_sync(&f), ERR_SIGNATURE); /* the set is good, the index is not */
    CHECK_STR(sets(), "4");
    fleet_finish(&f);
}

TEST_BOTH(a_set_that_its_own_roots_have_not_signed_is_refused)
{
    CHECK(fleet_three_roots(&f, true));
    fleet_pair(&f, "root", "r5");
    CHECK_ERR(fleet_keys(&f, "add-root=@/r5.pub drop-root=r2 threshold=3", "r1 r2 r3"),
              ERR_SIGNATURE);
    CHECK_ERR(fleet_keys(&f, "threshold=2", "r1 r2 r3"), OK);
    CHECK_ERR(fleet_sync(&f), OK);
    CHECK_STR(sets(), "3");
    fleet_finish(&f);
}

TEST(a_terminal_that_slept_through_many_key_sets_walks_them_all)
{
    CHECK(fleet_three_roots(&f, true));
    for (int i = 0; i < 6; i++)
        CHECK_ERR(fleet_keys(&f, i % 2 ? "feed seal" : "feed", i % 3 ? "r1 r3" : "r2 r3"), OK);
    fleet_put(&f, "prices.csv", "day,place,good,yuan\n2026-11-24,3,1,5.55\n");
    CHECK_ERR(fleet_publish(&f, false), OK);
    CHECK_STR(sets(), "1");
    CHECK_ERR(fleet_sync(&f), OK);
    CHECK_STR(sets(), "8");
    CHECK_STR(fleet_value(&f, "SELECT max(fen) FROM price"), "555");
    fleet_finish(&f);
}

TEST(a_new_terminal_may_begin_with_the_root_keys_of_today)
{
    CHECK(fleet_three_roots(&f, true));
    CHECK_ERR(fleet_keys(&f, "feed", "r1 r2"), OK);
    snprintf(f.config.feed_root, sizeof f.config.feed_root, "%.200s/keys/root-2.pub", f.dir);
    snprintf(f.config.data_dir, sizeof f.config.data_dir, "%.200s/new", f.dir);
    CHECK_ERR(fleet_sync(&f), OK);
    CHECK_STR(sets(), "2");
    CHECK_STR(fleet_value(&f, "SELECT count(*) FROM meta WHERE key = 'keyset.1'"), "0");
    CHECK_ERR(fleet_publish(&f, true), OK);
    CHECK_ERR(fleet_sync(&f), OK);
    fleet_finish(&f);
}

/* A platform that never had a root key on it. */
TEST_BOTH(a_platform_without_a_root_key_publishes_and_rotates_by_ceremony)
{
    fleet_init(&f, test_dir());
    for (int i = 1; i <= 3; i++)
        fleet_pair(&f, "root", arena_printf(&f.arena, "r%d", i));
    CHECK_ERR(fleet_keys(&f,
                         "feed seal add-root=@/r1.pub add-root=@/r2.pub add-root=@/r3.pub"
                         " threshold=2",
                         "r1 r3"),
              OK);
    CHECK(access(fleet_path(&f, "keys/root.key"), F_OK) != 0);
    CHECK_ERR(fleet_publish(&f, false), OK);
    snprintf(f.config.feed_root, sizeof f.config.feed_root, "%.200s/keys/root-1.pub", f.dir);
    CHECK_ERR(fleet_sync(&f), OK);
    CHECK_ERR(fleet_keys(&f, "seal", "r2 r3"), OK);
    CHECK_ERR(fleet_sync(&f), OK);
    CHECK_STR(sets(), "2");
    fleet_finish(&f);
}

TEST(what_was_sealed_to_the_key_before_is_still_opened)
{
    struct keys old, now;
    unsigned char box[4 + CRYPTO_SEAL_EXTRA], plain[4];
    fleet_init(&f, test_dir());
    CHECK_ERR(fleet_publish(&f, false), OK);
    CHECK_ERR(keys_load(f.conf.keys, &old), OK);
    CHECK_ERR(crypto_seal("item", 4, old.seal.pub, box), OK);
    for (int i = 0; i < 2; i++)
        CHECK_ERR(fleet_keys(&f, "seal", "keys/root"), OK);
    CHECK_ERR(keys_load(f.conf.keys, &now), OK);
    CHECK_EQ(now.old_count, 2);
    CHECK(strcmp(now.seal.kid, old.seal.kid) != 0);
    CHECK_ERR(keys_open(&now, now.seal.kid, box, sizeof box, plain), ERR_SIGNATURE);
    CHECK_ERR(keys_open(&now, "nobody", box, sizeof box, plain), ERR_NO_KEY);
    CHECK(keys_opens(&now, old.seal.kid) && !keys_opens(&now, "nobody"));
    CHECK_ERR(keys_open(&now, old.seal.kid, box, sizeof box, plain), OK);
    CHECK(memcmp(plain, "item", 4) == 0);
    fleet_finish(&f);
}

/* With the stolen feed key: the highest number, in a year that is far away. */
TEST(a_number_nobody_can_go_beyond_ends_with_the_key_that_signed_it)
{
    static struct wire_index x;
    struct keys keys;
    char *json = NULL, *text = NULL;
    fleet_init(&f, test_dir());
    CHECK_ERR(fleet_publish(&f, false), OK);
    CHECK_ERR(keys_load(f.conf.keys, &keys), OK);
    fleet_index(&f, &x);
    x.n = WIRE_NUMBER_MAX;
    x.issued_ms = clock_wall_ms() + 86400000LL * 9999;
    x.expires_ms = x.issued_ms + 1000;
    const char *kid = keys.feed.kid;
    CHECK_ERR(wire_index_write(&f.arena, &x, &json), OK);
    CHECK_ERR(wire_sign_text(&f.arena, json, &kid, (const unsigned char(*)[64])keys.feed_secret, 1,
                             &text),
              OK);
    char *path = arena_printf(&f.arena, "%s/420506/index", f.conf.feed);
    CHECK_ERR(file_write(path, text, strlen(text), 0644), OK);
    CHECK_ERR(fleet_sync(&f), OK);
    CHECK_ERR(fleet_publish(&f, true), OK);
    (void)fleet_sync(&f);
    CHECK_STR(fleet_value(&f, "SELECT value FROM meta WHERE key = 'index_n'"), "9007199254740991");
    char *change = arena_printf(&f.arena, "feed drop-feed=%s", keys.feed.kid);
    CHECK_ERR(fleet_keys(&f, change, "keys/root"), OK);
    CHECK_ERR(fleet_sync(&f), OK);
    CHECK_STR(fleet_value(&f, "SELECT value FROM meta WHERE key = 'index_n'"), "3");
    fleet_finish(&f);
}
