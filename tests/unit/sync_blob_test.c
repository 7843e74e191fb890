/* sync_blob_test.c - papers go up to a real platform in parts, whoever is killed or lies. */
#include "app/sync_blob.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/outbox_blob.h"
#include "app/outbox_part.h"
#include "hal/base/clock.h"
#include "platform/paper.h"
#include "tests/test.h"
#include "tests/unit/office_http.h"

enum { PICTURE = 200000, SEALED = PICTURE + CRYPTO_SEAL_EXTRA, PAGES = 2 };

/* A terminal with one item of two pages, accepted or not, and the platform it goes to. */
static struct office_kit *k;
static struct server *server;
static struct config config;
static struct store *store;
static struct sync_signed sign;
static struct net *net;
static struct sync_blob *blob;
static struct wire_keyset keys;
static unsigned char picture[PAGES][PICTURE], sealed[PAGES][SEALED];
static struct outbox_page page[PAGES];
static struct wire_item item;
static char ref[WIRE_NAME_MAX];

static bool must(bool good, const char *what)
{
    return test_check("sync_blob_test.c", 0, good, what);
}

static void make_pages(void)
{
    for (int p = 0; p < PAGES; p++) {
        for (int i = 0; i < PICTURE; i++)
            picture[p][i] = (unsigned char)(i * (p + 3) + i / 255);
        must(crypto_seal(picture[p], PICTURE, k->keys.seal.pub, sealed[p]) == OK, "sealed");
        page[p] = (struct outbox_page){ .page.bytes = SEALED, .sealed = sealed[p] };
        crypto_hash_of(sealed[p], SEALED, page[p].page.hash);
        snprintf(page[p].page.kid, sizeof page[p].page.kid, "%s", k->keys.seal.kid);
    }
}

static void make_item(void)
{
    item = kit_item(k, KIT_IDNO, NULL);
    char *text = kit_application(k, item.id, KIT_IDNO), *tail = strstr(text, "\"show\":true}]}");
    *tail = '\0';
    text = arena_printf(&k->arena,
                        "%s\"show\":false,\"pages\":[{\"blob\":\"%s\",\"bytes\":%d,\"kid\":\"%s\"},"
                        "{\"blob\":\"%s\",\"bytes\":%d,\"kid\":\"%s\"}]}]}",
                        text, page[0].page.hash, (int)SEALED, k->keys.seal.kid, page[1].page.hash,
                        (int)SEALED, k->keys.seal.kid);
    kit_reseal(k, &item, text);
}

static void save_item(void)
{
    char receipt[WIRE_RECEIPT + 1];
    struct outbox_blobs *copies = outbox_blobs_copy(page, PAGES);
    must(outbox_db_put_pages(store, k->item_secret, &item, copies, receipt) == OK, "saved");
    outbox_blobs_free(copies);
}

static void say(const char *sql)
{
    must(store_exec(store, sql) == OK, sql);
}

static int64_t ask(const char *sql)
{
    struct query *q = store_query(store, sql);
    int64_t n = query_step(q) ? query_col_int(q, 0) : -1;
    return query_done(q) == OK ? n : -2;
}

/* What sync_post does, whose tests are elsewhere. */
static void accepted(void)
{
    struct wire_ack *acks = NULL;
    must(kit_post(k, &item, 1, &acks) == 200 && acks[0].outcome == WIRE_ACCEPTED, "accepted");
    snprintf(ref, sizeof ref, "%s", acks[0].ref);
    say("UPDATE item SET state = 2, box = x''");
}

static void serve(void)
{
    server = http_start(k);
    must(server != NULL, "a server");
    snprintf(config.platform_url, sizeof config.platform_url, "http://127.0.0.1:%d",
             server_port(server));
    snprintf(sign.base, sizeof sign.base, "%s", config.platform_url);
}

static void start_sync(void)
{
    struct net_limits limits = { .connect_s = 2, .low_speed_s = 60 };
    must(net_create(&limits, &net) == OK, "net");
    must(sync_blob_create(&config, &sign, net, &blob) == OK, "sync_blob");
}

static void stop_sync(void)
{
    sync_blob_destroy(blob);
    net_destroy(net);
    blob = NULL;
    net = NULL;
}

static void begin(void)
{
    k = kit_start();
    config_init(&config);
    snprintf(config.data_dir, sizeof config.data_dir, "%.200s/data", test_dir());
    config.poll_s = 1;
    must(mkdir(config.data_dir, 0700) == 0 && outbox_db_open(config.data_dir, &store) == OK,
         "outbox");
    make_pages();
    make_item();
    save_item();
    keys = (struct wire_keyset){ .feed_count = 1 };
    keys.feed[0] = k->keys.feed;
    sync_signed_start(&sign, &config);
    memcpy(sign.key.pub, k->terminal.line, CRYPTO_PUB);
    memcpy(sign.key.secret, k->line_secret, CRYPTO_SECRET);
    sign.has_key = true;
    serve();
    start_sync();
}

static void end(void)
{
    stop_sync();
    sync_signed_finish(&sign);
    store_close(store);
    store = NULL;
    server_stop(server);
    server = NULL;
}

/* Turns while something is on the line or may go, at most so many requests; pages that arrived. */
static int turn(int requests)
{
    struct net_answer a;
    int arrived = 0;
    for (int i = 0; i < requests; i++) {
        arrived += sync_blob_turn(blob, &keys, false);
        if (sync_blob_wait_ms(blob, 5) == 0)
            continue;
        (void)net_wait(net, NULL, 0, 200, &a);
    }
    return arrived + sync_blob_turn(blob, &keys, true);
}

static bool clerk_sees(int64_t no)
{
    unsigned char *got = NULL;
    size_t n = 0;
    enum err e = paper_open(kit_db(k), &k->keys, ref, no, "test", k->now, &k->arena, &got, &n);
    return e == OK && n == PICTURE && memcmp(got, picture[no - 1], PICTURE) == 0;
}

TEST(papers_follow_their_item_in_parts_and_are_deleted_by_the_platforms_word)
{
    struct outbox_row row = { .n = 0 };
    begin();
    int before = turn(6);
    int64_t sent = ask("SELECT sum(sent) FROM blob");
    accepted();
    sync_blob_nudge(blob, false);
    int arrived = turn(60);
    char receipt[WIRE_RECEIPT + 1];
    wire_receipt(item.id, receipt);
    enum err e = outbox_db_find(store, k->now, receipt, &row);
    int64_t parts = ask("SELECT count(*) FROM blob_part");
    bool seen = clerk_sees(1) && clerk_sees(2);
    end();
    CHECK(before == 0 && sent == 0); /* not before its item */
    CHECK_EQ(arrived, 2);
    CHECK_ERR(e, OK);
    CHECK(row.pages == 2 && row.pages_done == 2);
    CHECK_EQ(parts, 0);
    CHECK(seen);
}

TEST(killed_after_every_part_on_either_side_papers_go_on_where_they_were)
{
    int arrived = 0, rounds = 0;
    begin();
    accepted();
    while (arrived < PAGES && rounds++ < 60) {
        sync_blob_nudge(blob, true);
        arrived += turn(2);
        stop_sync();
        if (rounds % 3 == 0) {
            server_stop(server);
            serve();
        }
        start_sync();
    }
    int64_t parts = ask("SELECT count(*) FROM blob_part");
    bool seen = clerk_sees(1) && clerk_sees(2);
    end();
    CHECK_EQ(arrived, PAGES);
    CHECK_EQ(parts, 0);
    CHECK(seen);
    CHECK(rounds < 60);
}

TEST(the_platform_says_where_to_go_on_whatever_the_terminal_remembers)
{
    begin();
    accepted();
    (void)turn(4);
    int64_t some = ask("SELECT max(sent) FROM blob");
    say("UPDATE blob SET sent = 0"); /* the power went before it was noted */
    sync_blob_nudge(blob, true);
    int arrived = turn(60);
    say("UPDATE blob SET done = 0, sent = bytes"); /* the answer to the last part was lost */
    sync_blob_nudge(blob, true);
    int again = turn(10);
    end();
    CHECK(some > 0 && some < SEALED);
    CHECK_EQ(arrived, PAGES);
    CHECK_EQ(again, PAGES);
}

TEST(a_page_that_was_changed_on_the_disk_holds_up_no_other)
{
    begin();
    accepted();
    say("UPDATE blob_part SET data = zeroblob(length(data)) WHERE off = 65536 AND"
        " hash = (SELECT hash FROM blob WHERE no = 1)");
    sync_blob_nudge(blob, true);
    int arrived = turn(80);
    int64_t tries = ask("SELECT tries FROM blob WHERE no = 1"),
            kept = ask("SELECT count(*) FROM blob_part"),
            from = ask("SELECT sent FROM blob WHERE no = 1");
    bool seen = clerk_sees(2) && !clerk_sees(1);
    end();
    CHECK_EQ(arrived, 1);
    CHECK(tries > 0 && kept > 0 && from == 0);
    CHECK(seen);
}

TEST(a_word_that_is_not_the_platforms_deletes_nothing)
{
    begin();
    accepted();
    keys.feed[0].pub[0] ^= 1;
    sync_blob_nudge(blob, true);
    int arrived = turn(40);
    int64_t kept = ask("SELECT count(*) FROM blob_part"), done = ask("SELECT sum(done) FROM blob");
    end();
    CHECK_EQ(arrived, 0);
    CHECK_EQ(done, 0);
    CHECK_EQ(kept, 8);
}

TEST(a_part_is_as_long_as_the_line_carries_in_some_seconds)
{
    CHECK_EQ(sync_blob_part(16384, 500, true), 32768);
    CHECK_EQ(sync_blob_part(65536, 500, true), 65536);
    CHECK_EQ(sync_blob_part(16384, 3000, true), 16384);
    CHECK_EQ(sync_blob_part(16384, 9000, true), 8192);
    CHECK_EQ(sync_blob_part(16384, 100, false), 8192);
    CHECK_EQ(sync_blob_part(4096, 9000, true), 4096);
}

TEST(an_item_on_the_line_goes_first)
{
    begin();
    accepted();
    sync_blob_nudge(blob, true);
    bool arrived = sync_blob_turn(blob, &keys, true);
    bool idle = sync_blob_wait_ms(blob, 7) == 0; /* it would go, were it let */
    int64_t sent = ask("SELECT sum(sent) FROM blob");
    end();
    CHECK(!arrived && idle);
    CHECK_EQ(sent, 0);
}
