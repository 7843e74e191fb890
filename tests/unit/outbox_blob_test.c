/* outbox_blob_test.c - an item and its photographed pages are saved together or not at all. */
#include "app/outbox_blob.h"

#include "app/outbox_part.h"
#include "tests/test.h"
#include "tests/unit/outbox_kit.h"

#include <stdio.h>
#include <string.h>

enum { SEALED = 200000 };

static unsigned char sealed[2][SEALED];
static struct outbox_page page[2];

static void make_pages(void)
{
    for (int i = 0; i < 2; i++) {
        crypto_random(sealed[i], SEALED);
        page[i] = (struct outbox_page){ .page.bytes = SEALED, .sealed = sealed[i] };
        crypto_hash_of(sealed[i], SEALED, page[i].page.hash);
    }
}

static int64_t ask(struct store *s, const char *sql)
{
    struct query *q = store_query(s, sql);
    int64_t n = query_step(q) ? query_col_int(q, 0) : -1;
    return query_done(q) == OK ? n : -2;
}

TEST(on_a_full_disk_neither_the_item_nor_a_page_is_there)
{
    unsigned char pub[CRYPTO_PUB], secret[CRYPTO_SECRET];
    char receipt[WIRE_RECEIPT + 1];
    struct store *s = NULL;
    boxkit_start();
    make_pages();
    crypto_keypair(pub, secret);
    struct wire_item item = boxkit_item("with papers");
    struct outbox_blobs *copies = outbox_blobs_copy(page, 2);
    CHECK_ERR(outbox_db_open(boxkit.data, &s), OK);
    CHECK_ERR(store_exec(s, "PRAGMA max_page_count=80"), OK); /* one page, and not two */
    enum err full = outbox_db_put_pages(s, secret, &item, copies, receipt);
    int64_t items = ask(s, "SELECT count(*) FROM item"),
            parts = ask(s, "SELECT count(*) FROM blob"),
            bytes = ask(s, "SELECT count(*) FROM blob_part");
    CHECK_ERR(store_exec(s, "PRAGMA max_page_count=10000"), OK);
    enum err room = outbox_db_put_pages(s, secret, &item, copies, receipt);
    int64_t all = ask(s, "SELECT sum(length(data)) FROM blob_part");
    outbox_blobs_free(copies);
    store_close(s);
    CHECK_ERR(full, ERR_FULL);
    CHECK(items == 0 && parts == 0 && bytes == 0);
    CHECK_ERR(room, OK);
    CHECK_EQ(item.n, 1);
    CHECK_EQ(all, 2 * SEALED);
}

TEST(the_store_thread_saves_pages_with_their_item_and_screens_count_them)
{
    struct outbox_row row = { .n = 0 };
    boxkit_start();
    make_pages();
    struct wire_item item = boxkit_item("with papers");
    struct outbox *o = boxkit_open();
    CHECK(o != NULL);
    CHECK_ERR(outbox_put_pages(o, &item, page, 2), OK);
    memset(sealed, 0, sizeof sealed); /* it has a copy of its own */
    bool told = boxkit_wait(1);
    enum err e = outbox_find(o, boxkit.event[0].s, &row);
    struct outbox_page big = page[0];
    big.page.bytes = WIRE_BLOB_MAX + 1;
    enum err too_big = outbox_put_pages(o, &item, &big, 1);
    outbox_destroy(o);
    CHECK(told && boxkit.event[0].type == EV_SAVED);
    CHECK_ERR(e, OK);
    CHECK(row.pages == 2 && row.pages_done == 0);
    CHECK_ERR(too_big, ERR_TOO_BIG);
}

TEST(what_waits_for_the_line_leaves_no_room_for_more_pictures)
{
    struct store *s = NULL;
    boxkit_start();
    struct outbox *o = boxkit_open();
    CHECK(o != NULL);
    enum err before = outbox_pages_room(o, 400000);
    enum err e = outbox_db_open(boxkit.data, &s);
    if (e == OK)
        e = store_exec(s, "INSERT INTO blob(hash, item_n, no, bytes) VALUES('x', 1, 1, 67000000)");
    enum err after = outbox_pages_room(o, 400000), item = outbox_room(o);
    if (e == OK)
        e = store_exec(s, "UPDATE blob SET done = 1");
    enum err again = outbox_pages_room(o, 400000);
    store_close(s);
    outbox_destroy(o);
    CHECK_ERR(e, OK);
    CHECK_ERR(before, OK);
    CHECK_ERR(after, ERR_FULL);
    CHECK_ERR(item, OK); /* an application without pictures goes on */
    CHECK_ERR(again, OK);
}

TEST(an_outbox_of_before_the_papers_gets_their_tables_and_keeps_what_it_has)
{
    unsigned char pub[CRYPTO_PUB], secret[CRYPTO_SECRET];
    char receipt[WIRE_RECEIPT + 1];
    struct store *s = NULL;
    boxkit_start();
    crypto_keypair(pub, secret);
    struct wire_item item = boxkit_item("before");
    CHECK_ERR(outbox_db_open(boxkit.data, &s), OK);
    CHECK_ERR(outbox_db_put(s, secret, &item, receipt), OK);
    CHECK_ERR(store_exec(s, "DROP TABLE blob; DROP TABLE blob_part; PRAGMA user_version=2"), OK);
    store_close(s);
    s = NULL;
    CHECK_ERR(outbox_db_open(boxkit.data, &s), OK);
    int64_t items = ask(s, "SELECT count(*) FROM item"),
            pages = ask(s, "SELECT count(*) FROM blob");
    store_close(s);
    CHECK(items == 1 && pages == 0);
}
