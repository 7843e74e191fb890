/* wire_item_test.c - what is signed, to the letter, and what is refused of what comes in. */
#include "hal/wire_item.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/test.h"

/* Key of RFC 8032, 7.1, test 1. The signatures below were made by another program (openssl) over
 * the texts PROTOCOL.md gives. */
#define SEED "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
#define PUB  "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
#define ID   "00112233445566778899aabbccddeeff"
#define SIG64                                                                                \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" \
    "=="
#define ITEM(id, rest) "{\"id\":\"" id "\",\"n\":1,\"kind\":\"apply\",\"at\":5," rest "}"
#define REST           "\"suite\":\"x25519\",\"kid\":\"p1\",\"box\":\"AAAA\",\"sig\":\"" SIG64 "\""
#define POST(items)    "{\"v\":1,\"items\":[" items "]}"

static unsigned char secret[CRYPTO_SECRET], pub[CRYPTO_PUB];
static struct arena arena;

static void start(void)
{
    arena_finish(&arena);
    arena_init(&arena, 65536, 4 << 20);
    bool ok = crypto_init() == OK && crypto_unhex(SEED, secret, 32) == OK &&
              crypto_unhex(PUB, pub, 32) == OK;
    memcpy(secret + 32, pub, 32);
    test_check(__FILE__, __LINE__, ok, "keys");
}

static const char *b64(const unsigned char sig[CRYPTO_SIG])
{
    static char text[96];
    crypto_base64(sig, CRYPTO_SIG, text, sizeof text);
    return text;
}

static struct wire_item sample(void)
{
    return (struct wire_item){ .id = ID,
                               .n = 417,
                               .kind = "apply",
                               .at_ms = 1795394400123,
                               .suite = "x25519",
                               .kid = "p7",
                               .box = (const unsigned char *)"sealed bytes",
                               .box_n = 12 };
}

TEST(an_item_is_signed_over_the_text_of_the_contract)
{
    struct wire_item item = sample();
    start();
    wire_item_sign(&item, secret);
    CHECK_STR(b64(item.sig), "hoU+HEL47AxYmJs1GWZ/Mm9WtyxI1KCoY96SfTU8OJe996URO0OyH91xLbFPBNjODild"
                             "haShHGnWW+uoavlYBg==");
    CHECK_ERR(wire_item_verify(&item, pub), OK);
    item.n++;
    CHECK_ERR(wire_item_verify(&item, pub), ERR_SIGNATURE);
    item = sample();
    item.box_n--;
    CHECK_ERR(wire_item_verify(&item, pub), ERR_SIGNATURE);
}

TEST(an_acknowledgement_is_signed_over_the_box_it_speaks_of)
{
    struct wire_ack ack = { .id = ID,
                            .outcome = WIRE_ACCEPTED,
                            .ref = "A-2026-000417",
                            .at_ms = 1795394401000,
                            .kid = "f1" };
    struct wire_keyset keys = { .feed_count = 2, .feed = { { .kid = "f0" }, { .kid = "f1" } } };
    char hash[65];
    start();
    memcpy(keys.feed[1].pub, pub, sizeof pub);
    crypto_hash_of("sealed bytes", 12, hash);
    wire_ack_sign(&ack, hash, secret);
    CHECK_STR(b64(ack.sig), "CiLvkFLOGmGuEhIY6yRhwG5QoGIqL2QikERO2OIHy6qoPQ8IPN5RoC8+REivzx/IwCt97"
                            "V9O4Vzis5PbIvRiDQ==");
    CHECK_ERR(wire_ack_verify(&ack, hash, &keys), OK);
    ack.outcome = WIRE_REJECTED;
    CHECK_ERR(wire_ack_verify(&ack, hash, &keys), ERR_SIGNATURE);
    ack.outcome = WIRE_ACCEPTED;
    hash[0] ^= 1;
    CHECK_ERR(wire_ack_verify(&ack, hash, &keys), ERR_SIGNATURE);
    hash[0] ^= 1;
    snprintf(ack.kid, sizeof ack.kid, "f0");
    CHECK_ERR(wire_ack_verify(&ack, hash, &keys), ERR_SIGNATURE);
}

TEST(a_request_is_signed_over_method_path_body_time_and_nonce)
{
    struct wire_request r = { .method = "POST",
                              .path = "/v1/outbox?x=1",
                              .body = "{}",
                              .body_n = 2,
                              .time_ms = 1795394402000,
                              .nonce = "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f" };
    unsigned char sig[CRYPTO_SIG];
    start();
    wire_request_sign(&r, secret, sig);
    CHECK_STR(b64(sig), "20mDRunkUbDIizYiC9+VcRN4WNToVnlyq615xGgdqOUt1QKawA36zuWjnnP9MeMc6lmJ8L97mM"
                        "jW8ldYlAc2DA==");
    CHECK_ERR(wire_request_verify(&r, pub, sig), OK);
    r.path = "/v1/outbox?x=2";
    CHECK_ERR(wire_request_verify(&r, pub, sig), ERR_SIGNATURE);
    struct wire_request get = r;
    get.method = "GET";
    get.path = "/v1/status?since=0";
    get.body = NULL;
    get.body_n = 0;
    wire_request_sign(&get, secret, sig);
    CHECK_STR(b64(sig), "bGATcOUz5LrW0FhXSCBP1t70wKXf596iJE+yzhX1qkMJu1AqCt9k3yKrru5hYdMXo0xjHBwjwn"
                        "+wYy10ey34Bw==");
}

TEST(a_request_whose_path_could_hide_a_line_or_has_no_end_is_not_signed)
{
    static char path[2000];
    unsigned char sig[CRYPTO_SIG], none[CRYPTO_SIG] = { 0 };
    struct wire_request r = { .method = "GET", .path = "/v1/status\n0\n", .nonce = "00" };
    start();
    wire_request_sign(&r, secret, sig);
    CHECK(memcmp(sig, none, sizeof sig) == 0);
    CHECK_ERR(wire_request_verify(&r, pub, sig), ERR_TOO_BIG);
    memset(path, 'a', sizeof path - 1);
    r.path = path;
    wire_request_sign(&r, secret, sig);
    CHECK(memcmp(sig, none, sizeof sig) == 0);
    CHECK_ERR(wire_request_verify(&r, pub, sig), ERR_TOO_BIG);
}

TEST(a_question_is_signed_over_its_key_and_box)
{
    unsigned char sig[CRYPTO_SIG];
    start();
    wire_query_sign("p7", "sealed bytes", 12, secret, sig);
    CHECK_STR(b64(sig),
              "Tu/mDRi99ildSENwY/H6vLRrcNsFpO4dKxSuArXPy7w8CysBJYBRoTfIVPV0N6XRAlg7Y20fpcn"
              "B1sYmhCM8CQ==");
    CHECK_ERR(wire_query_verify("p7", "sealed bytes", 12, pub, sig), OK);
    CHECK_ERR(wire_query_verify("p8", "sealed bytes", 12, pub, sig), ERR_SIGNATURE);
    CHECK_ERR(wire_query_verify("p7", "sealed bytez", 12, pub, sig), ERR_SIGNATURE);
}

TEST(a_post_is_read_as_it_was_written)
{
    struct wire_item in[2] = { sample(), sample() }, *out = NULL;
    char *text = NULL;
    int count = 0;
    start();
    in[1].id[0] = 'f';
    in[1].n = WIRE_NUMBER_MAX;
    wire_item_sign(&in[0], secret);
    wire_item_sign(&in[1], secret);
    CHECK_ERR(wire_post_write(&arena, in, 2, &text), OK);
    CHECK_ERR(wire_post_read(&arena, text, strlen(text), &out, &count), OK);
    CHECK_EQ(count, 2);
    CHECK_EQ(out[1].n, WIRE_NUMBER_MAX);
    CHECK_STR(out[0].id, ID);
    CHECK_EQ(out[0].box_n, 12);
    CHECK(memcmp(out[0].box, "sealed bytes", 12) == 0);
    CHECK_ERR(wire_item_verify(&out[0], pub), OK);
    CHECK_ERR(wire_item_verify(&out[1], pub), OK);
}

/* A POST to the letter is read without a tree; a space in front of everything sends it to the tree.
 * Both say the same of whatever a stranger makes of it. */
TEST(a_post_is_read_alike_with_and_without_a_tree)
{
    static const char other[] = "0123456789abcdef\"\\{}[]:,/+=.-_ nA\x01\xe4";
    char *written = NULL, text[2000], both[2][2048];
    struct wire_item in[2] = { sample(), sample() };
    uint32_t seed = 7;
    int read = 0;
    start();
    in[1].id[0] = 'f';
    wire_item_sign(&in[0], secret);
    wire_item_sign(&in[1], secret);
    CHECK_ERR(wire_post_write(&arena, in, 2, &written), OK);
    size_t n = strlen(written);
    CHECK(n < sizeof text);
    memcpy(text, written, n + 1);
    for (int i = 0; i < 4000; i++) {
        struct wire_item *out[2] = { NULL, NULL };
        int count[2] = { 0, 0 };
        enum err e[2];
        arena_reset(&arena);
        seed = seed * 1664525u + 1013904223u;
        memcpy(both[0], text, n + 1);
        if (i > 0)
            both[0][(seed >> 8) % n] = other[(seed >> 24) % (sizeof other - 1)];
        snprintf(both[1], sizeof both[1], "{ %.*s", (int)n - 1, both[0] + 1);
        if (both[0][0] != '{')
            continue;
        for (int k = 0; k < 2; k++)
            e[k] = wire_post_read(&arena, both[k], strlen(both[k]), &out[k], &count[k]);
        CHECK_ERR(e[0], e[1]);
        CHECK_EQ(count[0], count[1]);
        read += e[0] == OK;
        for (int k = 0; k < count[0]; k++) {
            CHECK_EQ(out[0][k].box_n, out[1][k].box_n);
            CHECK(memcmp(out[0][k].box, out[1][k].box, out[0][k].box_n) == 0);
            CHECK(memcmp(out[0][k].sig, out[1][k].sig, CRYPTO_SIG) == 0);
            CHECK(out[0][k].n == out[1][k].n && out[0][k].at_ms == out[1][k].at_ms);
            CHECK_STR(out[0][k].id, out[1][k].id);
            CHECK_STR(out[0][k].kind, out[1][k].kind);
            CHECK_STR(out[0][k].suite, out[1][k].suite);
            CHECK_STR(out[0][k].kid, out[1][k].kid);
        }
    }
    CHECK(read > 500 && read < 3500); /* both kinds were among them */
}

static enum err read_post(const char *text)
{
    struct wire_item *items = NULL;
    int count = 77;
    enum err e = wire_post_read(&arena, text, strlen(text), &items, &count);
    test_check(__FILE__, __LINE__, e == OK || (count == 77 && !items), "out is untouched");
    return e;
}

TEST(a_post_of_wrong_types_or_senseless_values_is_refused)
{
    start();
    CHECK_ERR(read_post(POST(ITEM(ID, REST))), OK);
    CHECK_ERR(read_post(POST("")), OK);
    CHECK_ERR(read_post(""), ERR_FORMAT);
    CHECK_ERR(read_post("[]"), ERR_TYPE);
    CHECK_ERR(read_post("{\"v\":2,\"items\":[]}"), ERR_FORMAT);
    CHECK_ERR(read_post("{\"v\":1,\"items\":{}}"), ERR_TYPE);
    CHECK_ERR(read_post(POST("1")), ERR_TYPE);
    CHECK_ERR(read_post(POST(ITEM("00112233445566778899AABBCCDDEEFF", REST))), ERR_FORMAT);
    CHECK_ERR(read_post(POST(ITEM("001122", REST))), ERR_FORMAT);
    CHECK_ERR(read_post(POST("{\"id\":7," REST "}")), ERR_TYPE);
    CHECK_ERR(read_post(POST("{\"id\":\"" ID "\",\"n\":99999999999999999999999,\"kind\":\"apply\","
                             "\"at\":5," REST "}")),
              ERR_FORMAT);
    CHECK_ERR(read_post(POST("{\"id\":\"" ID "\",\"n\":1e3,\"kind\":\"apply\",\"at\":5," REST "}")),
              ERR_TYPE);
    CHECK_ERR(read_post(POST("{\"id\":\"" ID "\",\"n\":0,\"kind\":\"apply\",\"at\":5," REST "}")),
              ERR_FORMAT);
    CHECK_ERR(
        read_post(POST("{\"id\":\"" ID "\",\"n\":1,\"kind\":\"app\\nly\",\"at\":5," REST "}")),
        ERR_FORMAT);
}

#define BOX(box, sig) "\"suite\":\"x25519\",\"kid\":\"p1\",\"box\":\"" box "\",\"sig\":\"" sig "\""

TEST(a_post_with_a_broken_box_or_signature_is_refused)
{
    start();
    CHECK_ERR(read_post(POST(ITEM(ID, BOX("AA!A", SIG64)))), ERR_FORMAT);
    CHECK_ERR(read_post(POST(ITEM(ID, BOX("AAA", SIG64)))), ERR_FORMAT);
    CHECK_ERR(read_post(POST(ITEM(ID, BOX("", SIG64)))), ERR_FORMAT);
    CHECK_ERR(read_post(POST(ITEM(ID, BOX("AAAA", "AAAA")))), ERR_FORMAT);
    CHECK_ERR(read_post(POST(ITEM(ID, BOX("AAAA", SIG64 "AAAA")))), ERR_FORMAT);
    CHECK_ERR(read_post(POST(ITEM(ID, "\"suite\":\"x25519\",\"kid\":\"p1\",\"box\":null,\"sig\":"
                                      "\"" SIG64 "\""))),
              ERR_TYPE);
}

TEST(one_id_twice_in_a_post_is_refused)
{
    start();
    CHECK_ERR(read_post(POST(ITEM(ID, REST) "," ITEM(ID, REST))), ERR_FORMAT);
    CHECK_ERR(read_post(POST(ITEM(ID, REST) "," ITEM("00112233445566778899aabbccddeefe", REST))),
              OK);
}

/* count items with different ids, boxes of box_n bytes. */
static enum err write_many(int count, size_t box_n, char **out)
{
    struct wire_item items[WIRE_POST_ITEMS + 1];
    unsigned char *box = arena_alloc(&arena, box_n);
    for (int i = 0; i < count; i++) {
        items[i] = sample();
        items[i].id[0] = "0123456789abcdef"[i / 16];
        items[i].id[1] = "0123456789abcdef"[i % 16];
        items[i].box = box;
        items[i].box_n = box_n;
    }
    return wire_post_write(&arena, items, count, out);
}

TEST(a_post_beyond_the_limits_is_neither_written_nor_read)
{
    char *text = NULL, *more = NULL;
    start();
    CHECK_ERR(write_many(WIRE_POST_ITEMS, 100, &text), OK);
    CHECK_ERR(read_post(text), OK);
    CHECK_ERR(write_many(WIRE_POST_ITEMS + 1, 100, &more), ERR_TOO_BIG);
    more = arena_printf(&arena, "%.*s,%s", (int)strlen(text) - 2, text, ITEM(ID, REST) "]}");
    CHECK_ERR(read_post(more), ERR_TOO_BIG);
    CHECK_ERR(write_many(1, WIRE_BOX_MAX, &text), OK);
    CHECK_ERR(read_post(text), OK);
    CHECK_ERR(write_many(1, WIRE_BOX_MAX + 1, &more), ERR_TOO_BIG);
    CHECK_ERR(write_many(2, WIRE_BOX_MAX, &more), ERR_TOO_BIG);
    char *box = strstr(text, "\"box\":\"") + 7;
    more = arena_printf(&arena, "%.*sAAAA%s", (int)(box - text), text, box);
    CHECK_ERR(read_post(more), ERR_TOO_BIG);
    char *space = arena_alloc(&arena, WIRE_POST_MAX + 2);
    memset(space, ' ', WIRE_POST_MAX + 1);
    CHECK_ERR(read_post(space), ERR_TOO_BIG);
}

static enum err read_acks(const char *text, struct wire_ack **out, int *count)
{
    return wire_acks_read(&arena, text, strlen(text), out, count);
}

TEST(acknowledgements_are_read_as_they_were_written)
{
    struct wire_ack in[WIRE_OUTCOMES], *out = NULL;
    char *text = NULL;
    int count = 0;
    start();
    for (int i = 0; i < WIRE_OUTCOMES; i++)
        in[i] = (struct wire_ack){ .id = ID,
                                   .outcome = (enum wire_outcome)i,
                                   .ref = "C-1",
                                   .why = "id_reuse",
                                   .at_ms = 9,
                                   .kid = "f1",
                                   .sig = { 7 } };
    in[0].why[0] = in[3].ref[0] = '\0';
    CHECK_ERR(wire_acks_write(&arena, in, WIRE_OUTCOMES, &text), OK);
    CHECK_ERR(read_acks(text, &out, &count), OK);
    CHECK_EQ(count, WIRE_OUTCOMES);
    for (int i = 0; i < WIRE_OUTCOMES; i++)
        CHECK(out[i].outcome == in[i].outcome && out[i].at_ms == 9 && out[i].sig[0] == 7 &&
              strcmp(out[i].id, ID) == 0 && strcmp(out[i].ref, in[i].ref) == 0 &&
              strcmp(out[i].why, in[i].why) == 0 && strcmp(out[i].kid, "f1") == 0);
}

#define ACK(outcome, why)                                          \
    "{\"v\":1,\"acks\":[{\"id\":\"" ID "\",\"outcome\":\"" outcome \
    "\",\"ref\":\"\",\"why\":\"" why "\",\"at\":1,\"kid\":\"f1\",\"sig\":\"" SIG64 "\"}]}"

TEST(acknowledgements_with_unknown_outcomes_or_odd_codes_are_refused)
{
    struct wire_ack *out = NULL;
    int count = 0;
    start();
    CHECK_ERR(read_acks(ACK("rejected", "id_reuse"), &out, &count), OK);
    CHECK_ERR(read_acks(ACK("perhaps", ""), &out, &count), ERR_FORMAT);
    CHECK_ERR(read_acks(ACK("rejected", "a\\nb"), &out, &count), ERR_FORMAT);
    CHECK_ERR(read_acks("{\"v\":1,\"acks\":[null]}", &out, &count), ERR_TYPE);
    CHECK_ERR(read_acks("{\"v\":1}", &out, &count), ERR_TYPE);
}

static enum err read_rows(const char *rows)
{
    struct wire_status *out = NULL;
    int64_t seq = 0;
    bool more = false;
    int count = 0;
    const char *text =
        arena_printf(&arena, "{\"v\":1,\"seq\":4,\"more\":true,\"rows\":[%s]}", rows);
    return wire_statuses_read(&arena, text, strlen(text), &seq, &more, &out, &count);
}

TEST(statuses_are_read_as_they_were_written)
{
    struct wire_status in[2] = { { ID, "received", 5 }, { ID, "accepted", 6 } }, *out = NULL;
    char *text = NULL;
    int64_t seq = 0;
    bool more = false;
    int count = 0;
    start();
    CHECK_ERR(wire_statuses_write(&arena, 12, true, in, 2, &text), OK);
    CHECK_STR(text, "{\"v\":1,\"seq\":12,\"more\":true,\"rows\":[[\"" ID "\",\"received\",5],[\"" ID
                    "\",\"accepted\",6]]}");
    CHECK_ERR(wire_statuses_read(&arena, text, strlen(text), &seq, &more, &out, &count), OK);
    CHECK_EQ(seq, 12);
    CHECK(more);
    CHECK_EQ(count, 2);
    CHECK_STR(out[1].state, "accepted");
    CHECK_EQ(out[1].at_ms, 6);
    CHECK_ERR(read_rows("[\"" ID "\",\"accepted\",6]"), OK);
    CHECK_ERR(read_rows("[\"" ID "\",\"accepted\"]"), ERR_TYPE);
    CHECK_ERR(read_rows("[\"" ID "\",\"accepted\",\"6\"]"), ERR_TYPE);
    CHECK_ERR(read_rows("[\"" ID "\",\"accepted\",-6]"), ERR_FORMAT);
    CHECK_ERR(read_rows("[\"" ID "\",\"\",6]"), ERR_FORMAT);
    CHECK_ERR(read_rows("[\"..\",\"accepted\",6]"), ERR_FORMAT);
    CHECK_ERR(read_rows("{}"), ERR_TYPE);
}
