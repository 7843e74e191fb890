/* keys_test.c - the platform's key files: made once, added to, and told to the terminals. */
#include "platform/keys.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/files.h"
#include "platform/publish.h"
#include "tests/test.h"

static struct conf conf;
static struct arena arena;

static void start(void)
{
    arena_finish(&arena);
    arena_init(&arena, 65536, 16 << 20);
    conf_default(&conf);
    snprintf(conf.db, sizeof conf.db, "%s/p.db", test_dir());
    snprintf(conf.keys, sizeof conf.keys, "%s/keys", test_dir());
    snprintf(conf.feed, sizeof conf.feed, "%s/feed", test_dir());
    char *input = arena_printf(&arena, "%s/in", test_dir());
    char *csv = arena_printf(&arena, "%s/in/categories.csv", test_dir());
    const char *text = "id,name,sort\nmeat,肉蛋禽,1\n";
    test_check(__FILE__, __LINE__,
               crypto_init() == OK && dir_make(input) == OK &&
                   file_write(csv, text, strlen(text), 0600) == OK,
               "start");
}

static char *in(const char *name)
{
    return arena_printf(&arena, "%s/%s", test_dir(), name);
}

static enum err publish_now(struct publish_result *out)
{
    return publish(&conf, in("in"), false, out);
}

/* Key set n, read as a terminal that knows root.pub. */
static enum err key_set(int n, struct wire_keyset *out)
{
    struct wire_key root[WIRE_KEYS];
    char *pub = NULL, *set = NULL;
    size_t size;
    int count = 0;
    char *name = arena_printf(&arena, "%s/root/%d", conf.feed, n);
    enum err e = file_read(&arena, in("keys/root.pub"), 4096, &pub, &size);
    if (e == OK)
        e = wire_root_read(pub, root, &count);
    if (e == OK)
        e = file_read(&arena, name, WIRE_ROOT_MAX, &set, &size);
    return e == OK ? wire_keyset_read(set, size, root, count, 1, out) : e;
}

TEST(all_keys_are_made_once_and_read_again)
{
    struct keys first, again;
    struct stat st;
    char *pub = NULL, *want = NULL, b64[64];
    size_t n;
    start();
    CHECK_ERR(keys_load(conf.keys, &first), OK);
    CHECK_ERR(keys_load(conf.keys, &again), OK);
    CHECK(memcmp(first.seal_secret, again.seal_secret, sizeof first.seal_secret) == 0);
    CHECK(memcmp(first.person, again.person, sizeof first.person) == 0);
    CHECK(memcmp(first.root_secret, again.root_secret, sizeof first.root_secret) == 0);
    CHECK_EQ(stat(in("keys/seal.key"), &st), 0);
    CHECK_EQ(st.st_mode & 0777, 0600);
    CHECK(memcmp(first.ecard, again.ecard, sizeof first.ecard) == 0);
    CHECK(memcmp(first.ecard, first.person, sizeof first.ecard) != 0);
    CHECK_EQ(stat(in("keys/person.key"), &st), 0);
    CHECK_EQ(st.st_mode & 0777, 0600);
    CHECK_EQ(stat(in("keys/card.keys"), &st), 0);
    CHECK_EQ(st.st_mode & 0777, 0600);
    CHECK_ERR(file_read(&arena, in("keys/seal.pub"), 4096, &pub, &n), OK);
    crypto_base64(first.seal.pub, sizeof first.seal.pub, b64, sizeof b64);
    want = arena_printf(&arena, "\nseal %s %s\n", first.seal.kid, b64);
    CHECK(strstr(pub, want) != NULL);
    CHECK(strncmp(pub, "# TEST", 6) == 0);
}

TEST(a_directory_of_three_keys_gets_the_new_ones_and_keeps_the_old)
{
    struct keys old, now;
    start();
    CHECK_ERR(keys_load(conf.keys, &old), OK);
    CHECK_EQ(unlink(in("keys/seal.key")) | unlink(in("keys/seal.pub")), 0);
    CHECK_EQ(unlink(in("keys/person.key")) | unlink(in("keys/ecard.key")), 0);
    CHECK_EQ(unlink(in("keys/card.keys")), 0);
    CHECK_ERR(keys_load(conf.keys, &now), OK);
    CHECK(memcmp(old.feed_secret, now.feed_secret, sizeof old.feed_secret) == 0);
    CHECK(memcmp(old.seal_secret, now.seal_secret, sizeof old.seal_secret) != 0);
    CHECK_EQ(access(in("keys/seal.pub"), F_OK), 0);
    CHECK_EQ(access(in("keys/ecard.key"), F_OK) | access(in("keys/card.keys"), F_OK), 0);
}

TEST(a_seal_key_whose_halves_do_not_belong_together_is_refused)
{
    struct keys k;
    char *text = NULL, b64[128];
    unsigned char both[64];
    size_t n;
    start();
    CHECK_ERR(keys_load(conf.keys, &k), OK);
    CHECK_ERR(file_read(&arena, in("keys/seal.key"), 4096, &text, &n), OK);
    memcpy(both, k.seal_secret, 32);
    memcpy(both + 32, k.feed.pub, 32);
    crypto_base64(both, sizeof both, b64, sizeof b64);
    text = arena_printf(&arena, "secret x %s\n", b64);
    CHECK_ERR(file_write(in("keys/seal.key"), text, strlen(text), 0600), OK);
    CHECK_ERR(keys_load(conf.keys, &k), ERR_FORMAT);
    CHECK_ERR(file_write(in("keys/seal.key"), "secret x AAAA\n", 14, 0600), OK);
    CHECK_ERR(keys_load(conf.keys, &k), ERR_FORMAT);
}

TEST(the_key_set_names_the_key_to_seal_to)
{
    struct publish_result r;
    struct wire_keyset set;
    struct keys k;
    start();
    CHECK_ERR(publish_now(&r), OK);
    CHECK_ERR(keys_load(conf.keys, &k), OK);
    CHECK_ERR(key_set(1, &set), OK);
    CHECK_EQ(set.seal_count, 1);
    CHECK(memcmp(&set.seal[0], &k.seal, sizeof k.seal) == 0);
    CHECK_ERR(key_set(2, &set), ERR_NOT_FOUND);
}

TEST(another_seal_key_makes_the_next_key_set_and_an_index_that_names_it)
{
    struct publish_result r;
    struct wire_keyset set;
    static struct wire_index x;
    char *index = NULL;
    size_t n;
    start();
    CHECK_ERR(publish_now(&r), OK);
    CHECK_EQ(unlink(in("keys/seal.key")), 0);
    CHECK_ERR(publish_now(&r), OK);
    CHECK(r.issued);
    CHECK_ERR(key_set(2, &set), OK);
    CHECK_EQ(set.n, 2);
    CHECK_EQ(set.seal_count, 2);
    CHECK(memcmp(set.seal[0].pub, set.seal[1].pub, 32) != 0);
    CHECK_ERR(file_read(&arena, in("feed/420506/index"), 8192, &index, &n), OK);
    CHECK_ERR(wire_index_read(&arena, index, n, &set, &x), OK);
    CHECK_EQ(x.root, 2);
    CHECK_ERR(publish_now(&r), OK);
    CHECK(!r.issued);
}
