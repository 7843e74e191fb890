/* trust_test.c - the terminal's own keys, and whose keys it believes. */
#include "app/trust.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/feed.h"
#include "app/feed_tables.h"
#include "app/keys.h"
#include "tests/test.h"

static struct arena arena;
static struct config config;
static struct store *store;
static struct feed feed;
static struct wire_keyset set;
static unsigned char secret[2][64];

static const char *in(const char *name)
{
    return arena_printf(&arena, "%s/%s", test_dir(), name);
}

static bool leave(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    close(fd);
    return ok;
}

/* Root key i in feed.root. */
static bool write_root(int i, const struct wire_key *key)
{
    char b64[64];
    crypto_base64(key->pub, 32, b64, sizeof b64);
    snprintf(config.feed_root, sizeof config.feed_root, "%.200s/root%d.pub", test_dir(), i);
    return leave(config.feed_root, arena_printf(&arena, "root %s %s\n", key->kid, b64));
}

static bool start(void)
{
    arena_finish(&arena);
    arena_init(&arena, 65536, 4 << 20);
    config_init(&config);
    bool ok = crypto_init() == OK;
    set = (struct wire_keyset){
        .version = 1, .n = 1, .threshold = 1, .suite = "ed25519", .root_count = 1, .feed_count = 1
    };
    crypto_keypair(set.root[0].pub, secret[0]);
    crypto_keypair(set.feed[0].pub, secret[1]);
    memcpy(set.root[0].kid, "r1", 3);
    memcpy(set.feed[0].kid, "f1", 3);
    return ok && write_root(1, &set.root[0]) &&
           store_open(in("cache.db"), STORE_WRITE, &store) == OK &&
           feed_schema_ensure(store) == OK && feed_start(&feed, store, &config) == OK;
}

static void finish(void)
{
    feed_finish(&feed);
    store_close(store);
    store = NULL;
}

static char *signed_set(int by)
{
    const char *kid = "r1";
    char *json = NULL, *text = NULL;
    enum err e = wire_keyset_write(&arena, &set, &json);
    if (e == OK)
        e = wire_sign_text(&arena, json, &kid, (const unsigned char(*)[64])secret[by], 1, &text);
    return e == OK ? text : NULL;
}

static enum err publish(void)
{
    char *text = signed_set(0);
    return text ? feed_take_root(&feed, text, strlen(text)) : ERR_NOMEM;
}

static void add_seal(const char *kid, int byte)
{
    struct wire_key *k = &set.seal[set.seal_count++];
    snprintf(k->kid, sizeof k->kid, "%s", kid);
    memset(k->pub, byte, sizeof k->pub);
}

TEST(the_newest_key_to_seal_to_is_found_along_the_chain)
{
    struct wire_key key;
    struct wire_keyset keys;
    CHECK(start());
    CHECK_ERR(trust_keys(store, &config, &keys), ERR_NOT_FOUND);
    CHECK_ERR(publish(), OK);
    CHECK_ERR(trust_keys(store, &config, &keys), OK);
    CHECK_ERR(trust_seal_key(store, &config, &key), ERR_NO_KEY);
    set.n = 2;
    add_seal("p1", 1);
    CHECK_ERR(publish(), OK);
    CHECK_ERR(trust_seal_key(store, &config, &key), OK);
    CHECK_STR(key.kid, "p1");
    set.n = 3;
    add_seal("p2", 2);
    CHECK_ERR(publish(), OK);
    CHECK_ERR(trust_seal_key(store, &config, &key), OK);
    CHECK_STR(key.kid, "p2");
    CHECK_ERR(trust_keys(store, &config, &keys), OK);
    CHECK_EQ(keys.n, 3);
    CHECK_EQ(keys.seal_count, 2);
    finish();
}

static enum err put_raw(int n, const char *text)
{
    char b64[WIRE_ROOT_MAX * 2];
    crypto_base64(text, strlen(text), b64, sizeof b64);
    return store_exec(store, arena_printf(&arena,
                                          "INSERT OR REPLACE INTO meta VALUES('keyset.%d',"
                                          " '%s')",
                                          n, b64));
}

TEST(a_key_set_that_somebody_wrote_into_the_cache_is_not_believed)
{
    struct wire_key key = { .kid = "none" };
    CHECK(start());
    CHECK_ERR(publish(), OK);
    set.n = 2;
    add_seal("thief", 3);
    CHECK_ERR(put_raw(2, signed_set(1)), OK);
    CHECK_ERR(trust_seal_key(store, &config, &key), ERR_SIGNATURE);
    CHECK_ERR(put_raw(2, signed_set(0)), OK);
    CHECK_ERR(trust_seal_key(store, &config, &key), OK);
    set.n = 3; /* an old or skipped number */
    CHECK_ERR(put_raw(2, signed_set(0)), OK);
    CHECK_ERR(trust_seal_key(store, &config, &key), ERR_SIGNATURE);
    CHECK_ERR(store_exec(store, "UPDATE meta SET value = '!' WHERE key = 'keyset.2'"), OK);
    CHECK_ERR(trust_seal_key(store, &config, &key), ERR_FORMAT);
    CHECK_STR(key.kid, "thief");
    finish();
}

TEST(another_root_file_begins_another_chain)
{
    struct wire_keyset keys;
    CHECK(start());
    CHECK_ERR(publish(), OK);
    set.n = 2;
    CHECK_ERR(publish(), OK);
    feed_finish(&feed);
    set.n = 1;
    crypto_keypair(set.root[0].pub, secret[0]);
    CHECK(write_root(2, &set.root[0]));
    CHECK_ERR(trust_keys(store, &config, &keys), ERR_SIGNATURE);
    CHECK_ERR(feed_start(&feed, store, &config), OK);
    CHECK_ERR(publish(), OK);
    CHECK_ERR(trust_keys(store, &config, &keys), OK);
    CHECK_EQ(keys.n, 1);
    snprintf(config.feed_root, sizeof config.feed_root, "/nonexistent");
    CHECK_ERR(trust_keys(store, &config, &keys), ERR_CONFIG);
    finish();
}

static const char *text_of(const char *name)
{
    char *text = arena_alloc(&arena, 1024);
    int fd = open(in(name), O_RDONLY);
    ssize_t n = fd >= 0 ? read(fd, text, 1023) : -1;
    if (fd >= 0)
        close(fd);
    return n >= 0 ? text : NULL;
}

TEST(each_program_makes_its_key_and_the_second_tells_both)
{
    struct terminal_key item, line, again;
    struct stat st;
    char a[64], b[64];
    arena_finish(&arena);
    arena_init(&arena, 65536, 1 << 20);
    CHECK_ERR(key_load_line(test_dir(), &line), OK);
    CHECK(text_of("terminal.pub") == NULL);
    CHECK_ERR(key_load_item(test_dir(), &item), OK);
    crypto_base64(item.pub, 32, a, sizeof a);
    crypto_base64(line.pub, 32, b, sizeof b);
    CHECK_STR(text_of("terminal.pub"), arena_printf(&arena, "item = %s\nline = %s\n", a, b));
    CHECK_STR(text_of("item.pub"), arena_printf(&arena, "%s\n", a));
    CHECK_EQ(stat(in("item.key"), &st), 0);
    CHECK_EQ(st.st_mode & 0777, 0600);
    CHECK_ERR(key_load_item(test_dir(), &again), OK);
    CHECK(memcmp(&item, &again, sizeof item) == 0);
}

TEST(a_damaged_key_is_told_and_never_replaced)
{
    struct terminal_key key;
    arena_finish(&arena);
    arena_init(&arena, 65536, 1 << 20);
    CHECK(leave(in("item.key"), "ed25519 AAAA\n"));
    CHECK_ERR(key_load_item(test_dir(), &key), ERR_FORMAT);
    CHECK_STR(text_of("item.key"), "ed25519 AAAA\n");
    CHECK(leave(in("line.key"), ""));
    CHECK_ERR(key_load_line(test_dir(), &key), ERR_FORMAT);
    CHECK_ERR(key_load_item("/nonexistent/dir", &key), ERR_IO);
}
