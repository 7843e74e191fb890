/* protocol_test.c - the worked example of platform/PROTOCOL.md is what this code does. */
#include <stdio.h>
#include <string.h>

#include "hal/wire_blob.h"
#include "hal/wire_carry.h"
#include "hal/wire_item.h"
#include "platform/files.h"
#include "tests/test.h"

static const char id[] = "00112233445566778899aabbccddeeff";
static const int64_t at = 1795400000000;
static struct arena arena;

/* The word after `label` in the page, which runs from the root of the tree; "" when it is not
 * there. */
static const char *page_word(const char *label)
{
    static char *page;
    static char word[256];
    size_t n = 0;
    if (!page) {
        arena_init(&arena, 65536, 1 << 20);
        if (file_read(&arena, "platform/PROTOCOL.md", 1 << 20, &page, &n) != OK)
            return "";
    }
    const char *found = strstr(page, "## Worked example");
    found = found ? strstr(found, label) : NULL;
    word[0] = '\0';
    if (found)
        (void)sscanf(found + strlen(label), " %255s", word);
    return word;
}

static bool key(const char *label, unsigned char out[32])
{
    size_t n = 0;
    return crypto_unbase64(page_word(label), out, 32, &n) == OK && n == 32;
}

static bool sig(const char *label, unsigned char out[CRYPTO_SIG])
{
    size_t n = 0;
    return crypto_unbase64(page_word(label), out, CRYPTO_SIG, &n) == OK && n == CRYPTO_SIG;
}

static bool box(unsigned char out[64], size_t *n)
{
    return crypto_unbase64(page_word("box (opens to {\"v\":1}):"), out, 64, n) == OK;
}

TEST(the_request_of_the_page_is_signed_as_it_says)
{
    unsigned char pub[32], s[CRYPTO_SIG];
    struct wire_request r = { .method = "GET", .path = "/v1/status?since=0", .time_ms = at };
    memcpy(r.nonce, id, sizeof r.nonce);
    CHECK_ERR(crypto_init(), OK);
    CHECK(key("    line  ", pub));
    CHECK(sig("nonce 00112233445566778899aabbccddeeff:", s));
    CHECK_ERR(wire_request_verify(&r, pub, s), OK);
}

TEST(the_box_of_the_page_opens)
{
    unsigned char pub[32], secret[32], b[64], plain[16] = "";
    char hash[65];
    size_t n = 0;
    memset(secret, 3, sizeof secret);
    CHECK_ERR(crypto_init(), OK);
    CHECK(key("\nseal  ", pub));
    CHECK(box(b, &n));
    CHECK_ERR(crypto_open(b, n, pub, secret, plain), OK);
    CHECK_STR((char *)plain, "{\"v\":1}");
    crypto_hash_of(b, n, hash);
    CHECK_STR(hash, page_word("its sha256hex:"));
}

TEST(the_item_the_ack_and_the_question_of_the_page_are_signed_as_it_says)
{
    unsigned char pub[32], b[64], s[CRYPTO_SIG];
    struct wire_item item = {
        .n = 1, .kind = "apply", .at_ms = at, .suite = "x25519", .kid = "p1", .box = b
    };
    struct wire_ack ack = {
        .outcome = WIRE_ACCEPTED, .ref = "2026-000001", .at_ms = at, .kid = "f"
    };
    struct wire_keyset keys = { .feed_count = 1, .feed = { { .kid = "f" } } };
    char hash[65];
    memcpy(item.id, id, sizeof item.id);
    memcpy(ack.id, id, sizeof ack.id);
    CHECK(box(b, &item.box_n));
    CHECK(key("\nitem  ", pub));
    CHECK(sig("x25519, kid p1:", item.sig));
    CHECK_ERR(wire_item_verify(&item, pub), OK);
    CHECK(key("    feed  ", keys.feed[0].pub));
    CHECK(sig("why empty, at 1795400000000:", ack.sig));
    crypto_hash_of(b, item.box_n, hash);
    CHECK_ERR(wire_ack_verify(&ack, hash, &keys), OK);
    CHECK(sig("the same box:", s));
    CHECK_ERR(wire_query_verify("p1", b, item.box_n, pub, s), OK);
}

TEST(the_receipt_of_the_page_is_that_of_its_id)
{
    unsigned char pub[32];
    char receipt[WIRE_RECEIPT + 1], want[32];
    struct wire_qr qr;
    wire_receipt(id, receipt);
    snprintf(want, sizeof want, "%s;", receipt);
    CHECK_STR(page_word("receipt"), want);
    CHECK(key("\nitem  ", pub));
    CHECK_ERR(wire_qr_read(page_word("QR at 1795400000:"), &qr), OK);
    CHECK_STR(qr.receipt, receipt);
    CHECK_EQ(qr.at_s, at / 1000);
    CHECK_ERR(wire_qr_verify(&qr, pub), OK);
}

/* The secret half of an Ed25519 key of this page: its seed, then its public half. */
static bool secret_of(const char *label, int seed, unsigned char out[CRYPTO_SECRET])
{
    memset(out, seed, CRYPTO_SECRET);
    return key(label, out + 32);
}

/* What stands last on the line before the last of a signed text. */
static bool signed_with(const char *text, const char *label)
{
    const char *last = strrchr(text, ' ');
    size_t n = last ? strcspn(last + 1, "\n") : 0;
    const char *want = page_word(label);
    return n > 0 && n == strlen(want) && strncmp(last + 1, want, n) == 0;
}

TEST(the_queue_of_the_page_is_written_and_signed_as_it_says)
{
    static struct wire_carry c = { .at_ms = at, .part_count = 1 };
    static const char states[] =
        "{\"v\":1,\"seq\":1,\"more\":false,\"rows\":[["
        "\"00112233445566778899aabbccddeeff\",\"received\",1795400000000]]}";
    unsigned char secret[CRYPTO_SECRET], b[64];
    char ids[1][WIRE_ID + 1], key8[WIRE_CARRY_KEY + 1], want[16], *body = NULL, *text = NULL;
    struct wire_item item = {
        .n = 1, .kind = "apply", .at_ms = at, .suite = "x25519", .kid = "p1", .box = b
    };
    memcpy(item.id, id, sizeof item.id);
    memcpy(ids[0], id, sizeof ids[0]);
    CHECK(box(b, &item.box_n));
    CHECK(sig("x25519, kid p1:", item.sig));
    CHECK_ERR(wire_post_write(&arena, &item, 1, &body), OK);
    c.part[0].size = (int64_t)strlen(body);
    c.part[0].count = 1;
    c.part[0].id = ids;
    crypto_hash_of(body, strlen(body), c.part[0].hash);
    CHECK_EQ(c.part[0].size, 309);
    CHECK_STR(c.part[0].hash, page_word("309 bytes, its sha256hex:"));
    CHECK(secret_of("    line  ", 2, secret));
    memcpy(c.line, secret + 32, sizeof c.line);
    wire_carry_key(c.line, key8);
    snprintf(want, sizeof want, "%s:", key8);
    CHECK_STR(page_word("KEY8"), want);
    CHECK_ERR(wire_carry_write(&arena, &c, secret, &text), OK);
    CHECK(signed_with(text, "KEY8 6a3803d5:"));
    CHECK(secret_of("    feed  ", 4, secret));
    CHECK_ERR(wire_states_seal(&arena, states, "f1", c.line, 0, secret, &text), OK);
    CHECK(signed_with(text, "1795400000000]]}, since 0:"));
}

TEST(the_paper_of_the_page_is_sent_and_acknowledged_as_it_says)
{
    unsigned char pub[32], b[64], s[CRYPTO_SIG];
    char path[WIRE_BLOB_PATH];
    struct wire_blob_ack ack = { .at_ms = at, .kid = "f1" };
    struct wire_keyset keys = { .feed_count = 1, .feed = { { .kid = "f1" } } };
    struct wire_request r = { .method = "PUT", .path = path, .body = b, .time_ms = at };
    memcpy(r.nonce, id, sizeof r.nonce);
    CHECK(box(b, &r.body_n));
    crypto_hash_of(b, r.body_n, ack.hash);
    wire_blob_path(ack.hash, 0, path);
    CHECK(key("    line  ", pub));
    CHECK(sig("of that box, time and nonce as above:", s));
    CHECK_ERR(wire_request_verify(&r, pub, s), OK);
    ack.bytes = (int64_t)r.body_n;
    CHECK(key("    feed  ", keys.feed[0].pub));
    CHECK(sig("its blob-ack, bytes 55, at 1795400000000, kid f1:", ack.sig));
    CHECK_ERR(wire_blob_verify(&ack, &keys), OK);
}
