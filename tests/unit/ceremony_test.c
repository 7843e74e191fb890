/* ceremony_test.c - "keys" as it is typed: what is said, and what is left when it is refused. */
#include "tests/unit/fleet_kit.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "platform/ca.h"
#include "platform/ceremony.h"
#include "platform/files.h"
#include "platform/keys.h"
#include "platform/verbs.h"
#include "tests/test.h"
#include "tests/unit/db_kit.h"

static struct fleet f;
static char *said; /* by the last order, on both streams */

static int order(const char *first, const char *second)
{
    struct verb_order o = { .verb = "keys", .word = { first, second }, .words = second ? 2 : 1 };
    size_t n = 0;
    int keep[2] = { dup(STDOUT_FILENO), dup(STDERR_FILENO) };
    int fd = open(fleet_path(&f, "said"), O_CREAT | O_TRUNC | O_RDWR | O_APPEND | O_CLOEXEC, 0600);
    fflush(stdout);
    dup2(fd, STDOUT_FILENO);
    dup2(fd, STDERR_FILENO);
    int code = verb_keys(&o, &f.conf);
    fflush(stdout);
    for (int i = 0; i < 2; i++) {
        dup2(keep[i], STDOUT_FILENO + i);
        close(keep[i]);
    }
    close(fd);
    return file_read(&f.arena, fleet_path(&f, "said"), 1 << 20, &said, &n) == OK ? code : -1;
}

static bool is_there(const char *name)
{
    return access(fleet_path(&f, name), F_OK) == 0;
}

TEST_BOTH(a_root_key_at_hand_rotates_in_one_step)
{
    fleet_init(&f, test_dir());
    CHECK_EQ(order("list", NULL), 0);
    CHECK(strstr(said, "no key set yet") != NULL);
    CHECK_ERR(fleet_publish(&f, false), OK);
    CHECK_EQ(order("list", NULL), 0);
    CHECK(strstr(said, "key set 1: 1 of 1 root keys") != NULL);
    CHECK_EQ(order("rotate", "feed"), 0);
    CHECK(strstr(said, "key set 2 is published") != NULL);
    CHECK(!is_there("keys/draft") && !is_there("keys/new-feed.key"));
    fleet_finish(&f);
}

TEST(a_rotation_without_enough_root_keys_here_begins_nothing)
{
    CHECK(fleet_three_roots(&f, false));
    CHECK_EQ(order("rotate", "feed"), 1); /* the TEST root key is here, and signs nothing more */
    CHECK(strstr(said, "the root keys are not here: keys draft feed") != NULL);
    CHECK_EQ(unlink(fleet_path(&f, "keys/root.key")), 0);
    CHECK_EQ(order("rotate", "seal"), 1);
    CHECK(strstr(said, "the root keys are not here: keys draft seal") != NULL);
    CHECK(!is_there("keys/draft"));
    CHECK(!is_there("keys/new-feed.key") && !is_there("keys/new-seal.key"));
    fleet_finish(&f);
}

TEST(a_draft_that_was_there_is_said_and_can_be_thrown_away)
{
    fleet_init(&f, test_dir());
    CHECK_ERR(fleet_publish(&f, false), OK);
    CHECK_EQ(order("draft", "none"), 0);
    CHECK(strstr(said, "there is no draft") != NULL);
    CHECK_EQ(order("draft", "feed"), 0);
    CHECK(strstr(said, "goes on with") == NULL);
    CHECK_EQ(order("draft", "seal"), 0);
    CHECK(strstr(said, "goes on with the draft that was there") != NULL);
    CHECK_EQ(order("rotate", "feed"), 2);
    CHECK(strstr(said, "keys draft none") != NULL);
    CHECK(is_there("keys/new-feed.key") && is_there("keys/new-seal.key"));
    CHECK_EQ(order("draft", "none"), 0);
    CHECK(strstr(said, "thrown away") != NULL);
    CHECK(!is_there("keys/draft") && !is_there("keys/new-feed.pub"));
    CHECK(!is_there("keys/new-feed.key") && !is_there("keys/new-seal.key"));
    CHECK_EQ(order("rotate", "feed"), 0);
    fleet_finish(&f);
}

/* Cut short between the database and the key files: these pairs are in use. */
TEST(a_draft_that_is_published_but_not_finished_is_not_thrown_away)
{
    struct draft d;
    fleet_init(&f, test_dir());
    CHECK_ERR(fleet_publish(&f, false), OK);
    CHECK_ERR(fleet_keys(&f, "feed", "keys/root"), OK);
    CHECK_EQ(rename(fleet_path(&f, "keys/feed.key"), fleet_path(&f, "keys/new-feed.key")), 0);
    CHECK_ERR(draft_drop(&f.arena, &f.conf), ERR_BUSY);
    CHECK(is_there("keys/new-feed.key"));
    CHECK_ERR(draft_there(&f.arena, &f.conf, &d), ERR_NOT_FOUND);
    fleet_finish(&f);
}

TEST_BOTH(signatures_that_are_missing_are_counted)
{
    CHECK(fleet_three_roots(&f, false));
    CHECK_EQ(order("draft", "feed"), 0);
    CHECK_EQ(order("publish", NULL), 1);
    CHECK(strstr(said, "not enough signatures yet: 2 more root keys of set 2, "
                       "2 more root keys of set 3\n") != NULL);
    CHECK_ERR(fleet_keys(&f, "", "r3"), ERR_SIGNATURE);
    CHECK_EQ(order("publish", NULL), 1);
    CHECK(strstr(said, "1 more root key of set 2, 1 more root key of set 3\n") != NULL);
    CHECK_ERR(fleet_keys(&f, "", "r1"), OK);
    fleet_finish(&f);
}

TEST(new_terminals_are_told_the_root_keys_of_today)
{
    char *roots = NULL, *ca = NULL;
    struct wire_key key[WIRE_KEYS];
    struct keys first;
    int count = 0;
    fleet_init(&f, test_dir());
    CHECK_ERR(fleet_publish(&f, false), OK);
    CHECK_ERR(ca_make(f.conf.keys, "platform.example.cn", 1764400000000), OK);
    CHECK_ERR(keys_load(f.conf.keys, &first), OK);
    CHECK_ERR(ca_anchors(&f.arena, f.conf.keys, &roots, &ca), OK);
    CHECK(strstr(roots, first.root.kid) != NULL);
    for (int i = 1; i <= 3; i++)
        fleet_pair(&f, "root", arena_printf(&f.arena, "r%d", i));
    char *drop = arena_printf(&f.arena, "add-root=@/r1.pub drop-root=%s", first.root.kid);
    CHECK_ERR(fleet_keys(&f, drop, "keys/root r1"), OK);
    for (int i = 0; i < 8; i++) /* beyond root-9: numbers, not letters */
        CHECK_ERR(fleet_keys(&f, "feed", "r1"), OK);
    CHECK_ERR(fleet_keys(&f, "add-root=@/r2.pub drop-root=r1", "r1 r2"), OK);
    CHECK(is_there("keys/root-9.pub") && is_there("keys/root-11.pub"));
    CHECK_ERR(ca_anchors(&f.arena, f.conf.keys, &roots, &ca), OK);
    CHECK_ERR(wire_root_read(roots, key, &count), OK);
    CHECK_EQ(count, 1);
    CHECK_STR(key[0].kid, "r2");
    fleet_finish(&f);
}
