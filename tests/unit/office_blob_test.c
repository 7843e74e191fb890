/* office_blob_test.c - photographed papers at the platform: parts, resuming, what is refused. */
#include <stdio.h>
#include <string.h>

#include "hal/base/clock.h"
#include "hal/wire_blob.h"
#include "platform/db_part.h"
#include "platform/paper.h"
#include "tests/unit/db_kit.h"
#include "tests/unit/office_kit.h"

enum { PICTURE = 150000, SEALED = PICTURE + CRYPTO_SEAL_EXTRA };

static unsigned char picture[PICTURE], sealed[SEALED];
static char hash[65];
static struct office_kit *k;
static struct wire_blob_state state;

static void must(bool good, const char *what)
{
    (void)test_check("office_blob_test.c", 0, good, what);
}

static void make_picture(void)
{
    for (int i = 0; i < PICTURE; i++)
        picture[i] = (unsigned char)(i * 7 + i / 251);
    CHECK_ERR(crypto_seal(picture, PICTURE, k->keys.seal.pub, sealed), OK);
    crypto_hash_of(sealed, SEALED, hash);
}

/* An application with one paper of one page; its case number. */
static const char *hand_in(const char *with)
{
    struct wire_ack *acks = NULL;
    struct wire_item item = kit_item(k, KIT_IDNO, NULL);
    char *text = kit_application(k, item.id, KIT_IDNO);
    char *tail = strstr(text, "\"show\":true}]}");
    must(tail != NULL, "an application");
    *tail = '\0';
    text = arena_printf(&k->arena,
                        "%s\"show\":false,\"pages\":[{\"blob\":\"%s\",\"bytes\":%d,"
                        "\"kid\":\"%s\"}]}]}",
                        text, with, (int)SEALED, k->keys.seal.kid);
    kit_reseal(k, &item, text);
    must(kit_post(k, &item, 1, &acks) == 200 && acks[0].outcome == WIRE_ACCEPTED, "accepted");
    return acks[0].ref;
}

static int ask(const char *method, const char *path, const void *body, size_t n)
{
    struct office_reply reply;
    unsigned char nonce[16], sig[CRYPTO_SIG];
    char line[64], time[24], s64[128];
    struct wire_request r = {
        .method = method, .path = path, .body = body, .body_n = n, .time_ms = k->now
    };
    crypto_random(nonce, sizeof nonce);
    crypto_hex(nonce, sizeof nonce, r.nonce);
    wire_request_sign(&r, k->line_secret, sig);
    crypto_base64(k->terminal.line, CRYPTO_PUB, line, sizeof line);
    crypto_base64(sig, sizeof sig, s64, sizeof s64);
    snprintf(time, sizeof time, "%lld", (long long)k->now);
    struct office_request q = { .method = method,
                                .path = path,
                                .line = line,
                                .time = time,
                                .nonce = r.nonce,
                                .signature = s64,
                                .body = body,
                                .body_n = n };
    office_answer(k->office, &k->arena, &q, &reply);
    memset(&state, 0, sizeof state);
    if (reply.body && strstr(reply.body, "\"have\""))
        must(wire_blob_read(reply.body, strlen(reply.body), &state) == OK, "an answer");
    return reply.status;
}

static int put(const char *name, int64_t off, const unsigned char *from, size_t n)
{
    char path[WIRE_BLOB_PATH];
    wire_blob_path(name, off, path);
    return ask("PUT", path, from, n);
}

static int get(const char *name)
{
    char path[WIRE_BLOB_PATH];
    wire_blob_path(name, -1, path);
    return ask("GET", path, "", 0);
}

static int put_all(const unsigned char *from)
{
    int status = 200;
    for (int64_t off = 0; off < SEALED && status == 200; off += 60000)
        status = put(hash, off, from + off,
                     SEALED - off < 60000 ? (size_t)(SEALED - off) : (size_t)60000);
    return status;
}

static enum err open_page(const char *ref, int64_t no, unsigned char **out, size_t *out_n)
{
    return paper_open(kit_db(k), &k->keys, ref, no, "test", k->now, &k->arena, out, out_n);
}

TEST_BOTH(a_paper_comes_in_parts_and_the_clerk_sees_the_picture_that_was_taken)
{
    struct wire_keyset set = { .feed_count = 1 };
    unsigned char *got = NULL;
    size_t n = 0;
    struct paper_count count;
    k = kit_start();
    make_picture();
    const char *ref = hand_in(hash);
    set.feed[0] = k->keys.feed;
    CHECK_EQ(get(hash), 200);
    CHECK_EQ(state.have, 0);
    CHECK_EQ(put(hash, 0, sealed, 60000), 200);
    CHECK(state.have == 60000 && !state.whole);
    CHECK_ERR(open_page(ref, 1, &got, &n), ERR_GAP);
    CHECK_EQ(put(hash, 0, sealed, 60000), 409); /* the answer was lost: it says where to go on */
    CHECK_EQ(state.have, 60000);
    CHECK_EQ(put(hash, 60000, sealed + 60000, 60000), 200);
    CHECK_EQ(put(hash, 120000, sealed + 120000, SEALED - 120000), 200);
    CHECK(state.whole && state.have == SEALED);
    CHECK_STR(state.ack.hash, hash);
    CHECK_ERR(wire_blob_verify(&state.ack, &set), OK);
    state.ack.bytes++;
    CHECK_ERR(wire_blob_verify(&state.ack, &set), ERR_SIGNATURE);
    CHECK_EQ(put(hash, 0, sealed, 60000), 200); /* once more: the same word again */
    CHECK(state.whole);
    CHECK_ERR(paper_counts(kit_db(k), ref, &count), OK);
    CHECK(count.pages == 1 && count.whole == 1);
    CHECK_ERR(open_page(ref, 1, &got, &n), OK);
    CHECK(n == PICTURE && memcmp(got, picture, PICTURE) == 0);
    CHECK_ERR(open_page(ref, 2, &got, &n), ERR_NOT_FOUND);
}

TEST_BOTH(a_paper_with_another_hash_is_thrown_away_and_said_so)
{
    k = kit_start();
    make_picture();
    hand_in(hash);
    sealed[70000] ^= 1;
    CHECK_EQ(put_all(sealed), 422);
    CHECK(state.have == 0 && !state.whole);
    CHECK_EQ(get(hash), 200);
    CHECK(state.have == 0 && !state.whole);
    sealed[70000] ^= 1;
    CHECK_EQ(put_all(sealed), 200);
    CHECK(state.whole);
}

TEST_BOTH(only_pages_that_a_case_of_this_terminal_names_are_taken)
{
    struct db *db;
    char other[65];
    k = kit_start();
    make_picture();
    crypto_hash_of("other", 5, other);
    hand_in(hash);
    CHECK_EQ(put(other, 0, sealed, 100), 404);
    CHECK_EQ(get(other), 404);
    CHECK_EQ(put(hash, 0, sealed, WIRE_BLOB_PART + 1), 413);
    CHECK_EQ(put(hash, 0, sealed, 0), 400);
    CHECK_EQ(ask("PUT", "/v1/blob/../x", "", 0), 404);
    CHECK_EQ(ask("PUT", "/v1/blob/0", "", 0), 404);
    db = kit_db(k);
    CHECK_ERR(db_begin(db), OK);
    CHECK_ERR(db_terminal_revoke(db, k->terminal.name), OK);
    CHECK_ERR(db_commit(db), OK);
    CHECK_EQ(put(hash, 0, sealed, 100), 403);
}

TEST_BOTH(more_than_was_named_is_refused)
{
    static unsigned char more[SEALED + 10];
    k = kit_start();
    make_picture();
    hand_in(hash);
    memcpy(more, sealed, SEALED);
    CHECK_EQ(put(hash, 0, more, 60000), 200);
    CHECK_EQ(put(hash, 60000, more + 60000, 60000), 200);
    CHECK_EQ(put(hash, 120000, more + 120000, SEALED - 120000 + 10), 400);
    CHECK_EQ(get(hash), 200);
    CHECK_EQ(state.have, 120000);
}

TEST_BOTH(unfinished_papers_have_a_quota_and_are_forgotten_after_thirty_days)
{
    struct db *db;
    k = kit_start();
    make_picture();
    hand_in(hash);
    CHECK_EQ(put(hash, 0, sealed, 60000), 200);
    db = kit_db(k);
    CHECK_ERR(db_begin(db), OK);
    CHECK_ERR(db_do(db, "INSERT INTO blob VALUES('hall-1', 'x', 'r', 1, 99, 'k', 67108000, 0, ?1)",
                    "i", k->now),
              OK);
    CHECK_ERR(db_commit(db), OK);
    CHECK_EQ(put(hash, 60000, sealed + 60000, 60000), 429);
    k->now += 31LL * 24 * 3600 * 1000;
    clock_hold(k->now);
    CHECK_EQ(put(hash, 60000, sealed + 60000, 60000), 409);
    CHECK_EQ(state.have, 0);
    CHECK_EQ(put_all(sealed), 200);
    CHECK(state.whole);
}

TEST(a_paper_sealed_to_the_key_before_still_opens)
{
    unsigned char *got = NULL;
    size_t n = 0;
    k = kit_start();
    make_picture();
    const char *ref = hand_in(hash);
    CHECK_EQ(put_all(sealed), 200);
    CHECK(state.whole);
    CHECK_ERR(open_page(ref, 1, &got, &n), OK);
    /* as `keys rotate seal` leaves them */
    struct keys now = k->keys;
    now.old[now.old_count].seal = now.seal;
    memcpy(now.old[now.old_count++].secret, now.seal_secret, sizeof now.seal_secret);
    crypto_seal_keypair(now.seal.pub, now.seal_secret);
    snprintf(now.seal.kid, sizeof now.seal.kid, "seal-new");
    CHECK_ERR(paper_open(kit_db(k), &now, ref, 1, "test", k->now, &k->arena, &got, &n), OK);
}
