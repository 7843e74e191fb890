/* wire_test.c - index, key set, segment head and row: what is believed and what is not. */
#include "hal/wire.h"

#include <stdio.h>
#include <string.h>

#include "hal/crypto.h"
#include "tests/test.h"

#define HASH "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define HEAD                                                                                 \
    "{\"v\":1,\"area\":\"420506\",\"n\":8,\"issued\":1,\"expires\":2,\"suite\":\"ed25519\"," \
    "\"kid\":\"f1\",\"root\":1,\"ch\":{"
#define SEG(from, to) "{\"from\":" from ",\"to\":" to ",\"h\":\"" HASH "\",\"size\":10,\"raw\":20}"
#define CHANNEL(head, rest) \
    "\"price\":{\"epoch\":\"e1\",\"schema\":1,\"head\":" head ",\"rows\":3," rest "}}}"

/* A root key, a feed key, and an arena; made anew by each test. */
static struct arena arena;
static struct wire_keyset keys;
static unsigned char root_secret[2][64], feed_secret[1][64];
static struct wire_key root[2];

static void make_keys(void)
{
    arena_finish(&arena);
    arena_init(&arena, 4096, 1 << 20);
    memset(&keys, 0, sizeof keys);
    bool ready = crypto_init() == OK;
    for (int i = 0; i < 2 && ready; i++) {
        crypto_keypair(root[i].pub, root_secret[i]);
        snprintf(root[i].kid, sizeof root[i].kid, "r%d", i);
    }
    crypto_keypair(keys.feed[0].pub, feed_secret[0]);
    snprintf(keys.feed[0].kid, sizeof keys.feed[0].kid, "f1");
    keys.feed_count = 1;
}

static enum err read_index(const char *json, struct wire_index *out)
{
    const char *kid = "f1";
    char *text = NULL;
    enum err e =
        wire_sign_text(&arena, json, &kid, (const unsigned char(*)[64])feed_secret, 1, &text);
    return e == OK ? wire_index_read(&arena, text, strlen(text), &keys, out) : e;
}

TEST(an_index_is_read_as_it_was_written)
{
    static struct wire_index in, out;
    char *json = NULL;
    make_keys();
    CHECK_ERR(read_index(HEAD CHANNEL("30", "\"base\":{\"seq\":20,\"h\":\"" HASH
                                            "\",\"size\":100,\"raw\":900},\"seg\":[" SEG(
                                                "10", "20") "," SEG("20", "30") "]"),
                         &in),
              OK);
    CHECK_ERR(wire_index_write(&arena, &in, &json), OK);
    CHECK_ERR(read_index(json, &out), OK);
    CHECK_STR(out.area, "420506");
    CHECK_EQ(out.n, 8);
    CHECK_EQ(out.channel_count, 1);
    CHECK_STR(out.channel[0].name, "price");
    CHECK(out.channel[0].has_base);
    CHECK_EQ(out.channel[0].base.to, 20);
    CHECK_EQ(out.channel[0].base.from, 0);
    CHECK_EQ(out.channel[0].seg_count, 2);
    CHECK_EQ(out.channel[0].seg[1].to, 30);
    CHECK_STR(out.channel[0].seg[1].hash, HASH);
}

TEST(an_index_changed_by_one_byte_is_refused)
{
    static struct wire_index out;
    const char *kid = "f1";
    char *text = NULL;
    make_keys();
    CHECK_ERR(
        wire_sign_text(&arena, HEAD "}}", &kid, (const unsigned char(*)[64])feed_secret, 1, &text),
        OK);
    CHECK_ERR(wire_index_read(&arena, text, strlen(text), &keys, &out), OK);
    *strchr(text, '8') = '9';
    CHECK_ERR(wire_index_read(&arena, text, strlen(text), &keys, &out), ERR_SIGNATURE);
}

TEST(an_index_without_signature_or_by_a_stranger_is_refused)
{
    static struct wire_index out;
    const char *kid = "f1", *other = "f2";
    char *text = NULL;
    make_keys();
    CHECK_ERR(wire_index_read(&arena, HEAD "}}\n", strlen(HEAD "}}\n"), &keys, &out),
              ERR_SIGNATURE);
    CHECK_ERR(wire_index_read(&arena, HEAD "}}", strlen(HEAD "}}"), &keys, &out), ERR_FORMAT);
    CHECK_ERR(
        wire_sign_text(&arena, HEAD "}}", &kid, (const unsigned char(*)[64])root_secret, 1, &text),
        OK);
    CHECK_ERR(wire_index_read(&arena, text, strlen(text), &keys, &out), ERR_SIGNATURE);
    CHECK_ERR(wire_sign_text(&arena, HEAD "}}", &other, (const unsigned char(*)[64])feed_secret, 1,
                             &text),
              OK);
    CHECK_ERR(wire_index_read(&arena, text, strlen(text), &keys, &out), ERR_SIGNATURE);
}

TEST(an_index_with_a_gap_in_its_chain_is_refused)
{
    static struct wire_index out;
    make_keys();
    CHECK_ERR(
        read_index(HEAD CHANNEL("20", "\"seg\":[" SEG("0", "10") "," SEG("10", "20") "]"), &out),
        OK);
    CHECK_ERR(
        read_index(HEAD CHANNEL("20", "\"seg\":[" SEG("0", "10") "," SEG("11", "20") "]"), &out),
        ERR_FORMAT);
    CHECK_ERR(read_index(HEAD CHANNEL("21", "\"seg\":[" SEG("0", "20") "]"), &out), ERR_FORMAT);
    CHECK_ERR(read_index(HEAD CHANNEL("20", "\"seg\":[" SEG("5", "20") "]"), &out), ERR_FORMAT);
    CHECK_ERR(read_index(HEAD CHANNEL("20", "\"seg\":[" SEG("20", "20") "]"), &out), ERR_FORMAT);
    CHECK_ERR(read_index(HEAD CHANNEL("0", "\"seg\":[]"), &out), OK);
    CHECK_ERR(read_index(HEAD CHANNEL("5", "\"seg\":[]"), &out), ERR_FORMAT);
}

TEST(an_index_of_wrong_types_or_beyond_the_limits_is_refused)
{
    static struct wire_index out;
    static char big[WIRE_INDEX_MAX + 2];
    make_keys();
    CHECK_ERR(read_index("[1]", &out), ERR_TYPE);
    CHECK_ERR(read_index("{\"v\":1}", &out), ERR_TYPE);
    CHECK_ERR(read_index(HEAD CHANNEL("\"5\"", "\"seg\":[]"), &out), ERR_TYPE);
    CHECK_ERR(read_index(HEAD CHANNEL("0", "\"seg\":{}"), &out), ERR_TYPE);
    CHECK_ERR(read_index(HEAD CHANNEL("9", "\"seg\":[{\"from\":0,\"to\":9,\"h\":\"" HASH
                                           "\",\"size\":99999999999,\"raw\":1}]"),
                         &out),
              ERR_TOO_BIG);
    CHECK_ERR(read_index(HEAD CHANNEL("9", "\"seg\":[{\"from\":0,\"to\":9,\"h\":\"../x\","
                                           "\"size\":9,\"raw\":1}]"),
                         &out),
              ERR_FORMAT);
    memset(big, ' ', sizeof big - 1);
    CHECK_ERR(wire_index_read(&arena, big, sizeof big - 1, &keys, &out), ERR_TOO_BIG);
}

static enum err sign_and_read(const struct wire_keyset *in, int signers, bool same_twice,
                              int threshold, struct wire_keyset *out)
{
    const char *kids[2] = { "r0", same_twice ? "r0" : "r1" };
    unsigned char secrets[2][64];
    char *json = NULL, *text = NULL;
    memcpy(secrets[0], root_secret[0], 64);
    memcpy(secrets[1], root_secret[same_twice ? 0 : 1], 64);
    enum err e = wire_keyset_write(&arena, in, &json);
    if (e == OK)
        e = wire_sign_text(&arena, json, kids, (const unsigned char(*)[64])secrets, signers, &text);
    return e == OK ? wire_keyset_read(text, strlen(text), root, 2, threshold, out) : e;
}

TEST(a_key_set_needs_as_many_different_roots_as_the_threshold)
{
    struct wire_keyset in = { .version = 1,
                              .n = 2,
                              .threshold = 2,
                              .expires_ms = 5,
                              .suite = "ed25519",
                              .root_count = 2,
                              .feed_count = 1 };
    struct wire_keyset out = { 0 };
    make_keys();
    memcpy(in.root, root, sizeof root);
    in.feed[0] = keys.feed[0];
    CHECK_ERR(sign_and_read(&in, 1, false, 2, &out), ERR_SIGNATURE);
    CHECK_ERR(sign_and_read(&in, 2, true, 2, &out), ERR_SIGNATURE);
    CHECK_ERR(sign_and_read(&in, 1, false, 1, &out), ERR_SIGNATURE); /* its own keys want two */
    CHECK_EQ(out.n, 0);
    CHECK_ERR(sign_and_read(&in, 2, false, 2, &out), OK);
    CHECK_EQ(out.n, 2);
    CHECK_EQ(out.root_count, 2);
    CHECK(memcmp(&out.feed[0], &keys.feed[0], sizeof out.feed[0]) == 0);
    in.threshold = 3;
    CHECK_ERR(sign_and_read(&in, 2, false, 2, &out), ERR_FORMAT);
}

TEST(one_root_key_under_two_names_counts_once)
{
    struct wire_keyset in = {
        .version = 1, .n = 1, .threshold = 1, .suite = "ed25519", .root_count = 1, .feed_count = 1
    };
    struct wire_keyset out;
    make_keys();
    in.root[0] = root[0];
    in.feed[0] = keys.feed[0];
    root[1] = root[0];
    snprintf(root[1].kid, sizeof root[1].kid, "r1");
    memcpy(root_secret[1], root_secret[0], 64);
    CHECK_ERR(sign_and_read(&in, 2, false, 2, &out), ERR_SIGNATURE);
}

TEST(a_root_file_gives_its_keys_and_nothing_else)
{
    struct wire_key got[WIRE_KEYS];
    char b64[64], text[256];
    int count = 0;
    make_keys();
    crypto_base64(root[0].pub, 32, b64, sizeof b64);
    snprintf(text, sizeof text, "# TEST\n\n  root r0 %s\n", b64);
    CHECK_ERR(wire_root_read(text, got, &count), OK);
    CHECK_EQ(count, 1);
    CHECK(memcmp(got[0].pub, root[0].pub, 32) == 0);
    CHECK_EQ(wire_root_first(text), 1);
    snprintf(text, sizeof text, "set 12\nroot r0 %s\n", b64);
    CHECK_ERR(wire_root_read(text, got, &count), OK);
    CHECK_EQ(count, 1);
    CHECK_EQ(wire_root_first(text), 12);
    CHECK_ERR(wire_root_read("set x\n", got, &count), ERR_FORMAT);
    CHECK_ERR(wire_root_read("root r0 abcd\n", got, &count), ERR_FORMAT);
    CHECK_ERR(wire_root_read("key r0 abcd\n", got, &count), ERR_FORMAT);
    CHECK_ERR(wire_root_read("# nothing\n", got, &count), ERR_FORMAT);
}

TEST(a_segment_head_is_read_as_it_was_written)
{
    struct wire_segment_head in = { .channel = "price",
                                    .epoch = "e1",
                                    .schema = 1,
                                    .from = 10,
                                    .to = 12,
                                    .rows = 2,
                                    .prev = HASH };
    struct wire_segment_head out = { 0 };
    char *line = NULL;
    make_keys();
    CHECK_ERR(wire_segment_head_write(&arena, &in, &line), OK);
    CHECK_ERR(wire_segment_head_read(line, strlen(line), &out), OK);
    CHECK_STR(out.channel, "price");
    CHECK_EQ(out.from, 10);
    CHECK_EQ(out.to, 12);
    CHECK_EQ(out.rows, 2);
    CHECK_STR(out.prev, HASH);
    CHECK_ERR(wire_segment_head_read("[]", 2, &out), ERR_TYPE);
    CHECK_ERR(wire_segment_head_read("{", 1, &out), ERR_FORMAT);
    strstr(line, "\"to\":12")[5] = '0'; /* a number may not begin with 0 */
    CHECK_ERR(wire_segment_head_read(line, strlen(line), &out), ERR_FORMAT);
}

static enum err peek(const char *line, struct wire_row_peek *out)
{
    return wire_row_peek(line, strlen(line), out);
}

TEST(a_row_tells_what_it_is_by_its_first_two_elements)
{
    struct wire_row_peek r = { 0 };
    CHECK_ERR(peek("[\"p\",\"price\",20780,12,3,498]", &r), OK);
    CHECK(r.put);
    CHECK_STR(r.table, "price");
    CHECK_ERR(peek("[\"d\",\"good\",5]", &r), OK);
    CHECK(!r.put);
    CHECK_STR(r.table, "good");
    CHECK_ERR(peek("[\"x\",\"good\",5]", &r), ERR_FORMAT);
    CHECK_ERR(peek("[\"p\",\"go'od\",5]", &r), ERR_FORMAT);
    CHECK_ERR(peek("[\"p\",\"\",5]", &r), ERR_FORMAT);
    CHECK_ERR(peek("[\"p\",\"good\"]", &r), ERR_FORMAT);
    CHECK_ERR(peek("[\"p\",\"good\",5", &r), ERR_FORMAT);
    CHECK_ERR(peek("", &r), ERR_FORMAT);
    CHECK_ERR(peek("[\"p\",\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",1]", &r), ERR_FORMAT);
    CHECK_STR(r.table, "good");
}

TEST(a_key_set_names_keys_to_seal_to_and_an_old_one_names_none)
{
    struct wire_keyset in = {
        .version = 1, .n = 1, .threshold = 1, .suite = "ed25519", .root_count = 1, .feed_count = 1
    };
    struct wire_keyset out = { 0 };
    char *json = NULL;
    make_keys();
    in.root[0] = root[0];
    in.feed[0] = keys.feed[0];
    CHECK_ERR(wire_keyset_write(&arena, &in, &json), OK);
    CHECK(strstr(json, "seal") == NULL);
    CHECK_ERR(sign_and_read(&in, 1, false, 1, &out), OK);
    CHECK_EQ(out.seal_count, 0);
    in.seal_count = 2;
    memset(in.seal[1].pub, 7, sizeof in.seal[1].pub);
    snprintf(in.seal[0].kid, sizeof in.seal[0].kid, "p1");
    snprintf(in.seal[1].kid, sizeof in.seal[1].kid, "p2");
    CHECK_ERR(sign_and_read(&in, 1, false, 1, &out), OK);
    CHECK_EQ(out.seal_count, 2);
    CHECK(memcmp(out.seal, in.seal, sizeof in.seal[0] * 2) == 0);
}
