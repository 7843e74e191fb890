/* feed_test.c - the terminal believes only what is signed, new, whole and of the right kind. */
#include "app/feed_apply.h"
#include "app/feed_row.h"
#include "app/feed_tables.h"
#include "app/store.h"
#include "hal/base/clock.h"
#include "hal/crypto.h"
#include "tests/test.h"
#include "tests/unit/feed_kit.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define GOOD \
    "[\"p\",\"good\",1,\"鸡蛋\",\"Eggs\",\"散装\",null,\"元/斤\",null,\"egg\",1,null,\"jd\"]\n"
#define NOTICE                                                                                      \
    "[\"p\",\"notice\",5,20000,480,\"村委会\",null,\"停水通知\",null,\"明日停水\",null," \
    "\"village\",0]\n"

static struct kit k;

static struct store *cache(void)
{
    char path[400];
    struct store *s = NULL;
    snprintf(path, sizeof path, "%.300s/cache.db", k.config.data_dir);
    return store_open(path, STORE_READ, &s) == OK ? s : NULL;
}

/* One number or text out of cache.db. */
static const char *value(const char *sql)
{
    static char text[200];
    struct store *s = cache();
    snprintf(text, sizeof text, "no cache");
    if (!s)
        return text;
    struct query *q = store_query(s, sql);
    snprintf(text, sizeof text, "%s", query_step(q) ? query_col_text(q, 0) : "none");
    if (query_done(q) != OK)
        snprintf(text, sizeof text, "error");
    store_close(s);
    return text;
}

#define LATEST                                                                                    \
    "SELECT group_concat(good || ':' || place || '=' || day || '/' || ifnull(fen, '-') || '/' ||" \
    " ifnull(quote_day, '-') || '/' || ifnull(quote_fen, '-'), ' ') FROM latest"

static void base_feed(void)
{
    kit_init(&k, test_dir());
    kit_segment(&k, "price",
                GOOD "[\"p\",\"price\",20000,1,1,480]\n[\"p\",\"price\",20001,1,1,490]\n");
    kit_publish(&k);
}

TEST(a_signed_feed_arrives_in_the_cache)
{
    base_feed();
    kit_segment(&k, "notice", NOTICE);
    kit_publish(&k);
    CHECK_ERR(kit_sync(&k), OK);
    CHECK_STR(value("SELECT name FROM good"), "鸡蛋");
    CHECK_STR(value("SELECT sum(fen) FROM price"), "970");
    CHECK_STR(value("SELECT epoch || seq FROM channel WHERE name = 'price'"), "e11");
    CHECK_STR(value("SELECT rowid & 4294967295 FROM notice_fts('停水')"), "5");
    CHECK_STR(value("SELECT value FROM meta WHERE key = 'index_n'"), "2");
    kit_finish(&k);
}

TEST(the_latest_table_follows_puts_corrections_and_deletes)
{
    base_feed();
    CHECK_ERR(kit_sync(&k), OK);
    CHECK_STR(value(LATEST), "1:1=20001/490/20001/490");
    kit_segment(&k, "price", "[\"p\",\"price\",20002,1,1,null]\n[\"p\",\"price\",20002,1,2,77]\n");
    kit_publish(&k);
    CHECK_ERR(kit_sync(&k), OK);
    CHECK_STR(value(LATEST), "1:1=20002/-/20001/490 1:2=20002/77/20002/77");
    kit_segment(&k, "price", "[\"p\",\"price\",20001,1,1,null]\n[\"d\",\"price\",20002,1,2]\n");
    kit_publish(&k);
    CHECK_ERR(kit_sync(&k), OK);
    CHECK_STR(value(LATEST), "1:1=20002/-/20000/480");
    kit_segment(&k, "price", "[\"p\", \"price\",20003,1,1,500]\n");
    kit_finish(&k);
}

TEST(a_changed_notice_is_found_by_its_new_words_only)
{
    kit_init(&k, test_dir());
    kit_segment(&k, "notice", NOTICE);
    kit_publish(&k);
    CHECK_ERR(kit_sync(&k), OK);
    kit_segment(&k, "notice",
                "[\"p\",\"notice\",5,20003,480,\"村委会\",null,\"来水了\",null,\"好\","
                "null,\"village\",0]\n");
    kit_publish(&k);
    CHECK_ERR(kit_sync(&k), OK);
    CHECK_STR(value("SELECT count(*) FROM notice_fts('停水')"), "0");
    CHECK_STR(value("SELECT count(*) FROM notice_fts('来水')"), "1");
    kit_segment(&k, "notice", "[\"d\",\"notice\",5]\n");
    kit_publish(&k);
    CHECK_ERR(kit_sync(&k), OK);
    CHECK_STR(value("SELECT count(*) FROM notice_fts('来水')"), "0");
    kit_finish(&k);
}

TEST(an_index_signed_by_a_stranger_is_refused)
{
    unsigned char pub[32];
    base_feed();
    crypto_keypair(pub, k.feed_secret);
    kit_publish(&k);
    CHECK_ERR(kit_sync(&k), ERR_SIGNATURE);
    CHECK_STR(value("SELECT count(*) FROM price"), "0");
    kit_finish(&k);
}

/* Over HTTP it is a rollback (tests/faults/line.sh); a stick has just been on its way for long. */
TEST(an_older_index_on_a_stick_is_no_fault_and_changes_nothing)
{
    base_feed();
    kit_publish(&k);
    CHECK_ERR(kit_sync(&k), OK);
    k.index.n = 0;
    kit_segment(&k, "price", "[\"p\",\"price\",20009,1,1,1]\n");
    kit_publish(&k);
    CHECK_ERR(kit_sync(&k), OK);
    CHECK_STR(value("SELECT value FROM meta WHERE key = 'index_n'"), "2");
    CHECK_STR(value("SELECT max(day) FROM price"), "20001");
    k.index.n = 9;
    kit_channel(&k, "price")->head = 0; /* an honest number over a channel that went back */
    kit_channel(&k, "price")->seg_count = 0;
    kit_publish(&k);
    CHECK_ERR(kit_sync(&k), ERR_ROLLBACK);
    kit_finish(&k);
}

TEST(an_expired_index_changes_nothing)
{
    base_feed();
    CHECK_ERR(kit_sync(&k), OK);
    kit_segment(&k, "price", "[\"p\",\"price\",20009,1,1,1]\n");
    k.index.expires_ms = clock_wall_ms() - 1000;
    k.index.issued_ms = k.index.expires_ms - 1000;
    kit_publish(&k);
    CHECK_ERR(kit_sync(&k), ERR_EXPIRED);
    CHECK_STR(value("SELECT max(day) FROM price"), "20001");
    kit_finish(&k);
}

static void overwrite_index(const char *text, size_t n)
{
    char path[400];
    snprintf(path, sizeof path, "%s/420506/index", k.feed);
    kit_write(path, text, n);
}

TEST(an_oversized_index_and_a_web_page_have_their_own_names)
{
    static char big[9000];
    base_feed();
    memset(big, '{', sizeof big);
    overwrite_index(big, sizeof big);
    CHECK_ERR(kit_sync(&k), ERR_TOO_BIG);
    overwrite_index("<html>log in</html>", 19);
    CHECK_ERR(kit_sync(&k), ERR_NOT_FEED);
    kit_finish(&k);
}

TEST(an_index_of_another_district_is_not_our_feed)
{
    base_feed();
    snprintf(k.index.area, sizeof k.index.area, "420505");
    kit_publish(&k);
    CHECK_ERR(kit_sync(&k), ERR_NOT_FEED);
    kit_finish(&k);
}

TEST(a_changed_object_is_refused_by_its_hash)
{
    char path[500], byte = 0;
    base_feed();
    snprintf(path, sizeof path, "%s/o/%s", k.feed, k.index.channel[0].seg[0].hash);
    int fd = open(path, O_RDWR);
    CHECK(fd >= 0 && pread(fd, &byte, 1, 9) == 1);
    byte ^= 1;
    CHECK(pwrite(fd, &byte, 1, 9) == 1);
    close(fd);
    CHECK_ERR(kit_sync(&k), ERR_HASH);
    CHECK_STR(value("SELECT count(*) FROM price"), "0");
    kit_finish(&k);
}

TEST(a_bomb_is_refused_before_it_swells)
{
    base_feed();
    k.index.channel[0].seg[0].raw -= 30;
    kit_publish(&k);
    CHECK_ERR(kit_sync(&k), ERR_BOMB);
    CHECK_STR(value("SELECT count(*) FROM good"), "0");
    kit_finish(&k);
}

/* Each is wrong in one place; nothing of its object may stay. */
TEST(a_value_of_the_wrong_type_undoes_the_whole_segment)
{
    static const char *const bad[] = {
        "[\"p\",\"price\",20002,1,1,\"490\"]\n",
        "[\"p\",\"price\",20002,1,1,4.9]\n",
        "[\"p\",\"price\",20002,1,null,490]\n",
        "[\"p\",\"price\",20002,1,1]\n",
        "[\"p\",\"good\",\"1\",\"a\",null,\"\",null,\"\",null,\"e\",1,null,null]\n",
        "[\"p\",\"good\",null,\"a\",null,\"\",null,\"\",null,\"e\",1,null,null]\n",
        "[\"p\",\"good\",2,7,null,\"\",null,\"\",null,\"e\",1,null,null]\n",
        "[\"p\",\"good\",2,\"a\"]\n"
    };
    char lines[400];
    base_feed();
    CHECK_ERR(kit_sync(&k), OK);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct wire_channel *ch = kit_channel(&k, "price");
        snprintf(lines, sizeof lines, "[\"p\",\"category\",\"c\",\"x\",null,1]\n%s", bad[i]);
        kit_segment(&k, "price", lines);
        kit_publish(&k);
        CHECK_ERR(kit_sync(&k), ERR_TYPE);
        CHECK_STR(value("SELECT count(*) FROM category"), "0");
        ch->head--;
        ch->seg_count--;
    }
    CHECK_STR(value("SELECT seq FROM channel"), "1");
    kit_finish(&k);
}

TEST(unknown_tables_and_trailing_values_are_passed_over)
{
    kit_init(&k, test_dir());
    kit_segment(&k, "price",
                "[\"p\",\"weather\",1,\"sun\"]\n[\"p\",\"price\",20000,1,1,480,\"new\"]\n");
    kit_publish(&k);
    CHECK_ERR(kit_sync(&k), OK);
    CHECK_STR(value("SELECT fen FROM price"), "480");
    CHECK_STR(value(LATEST), "1:1=20000/480/20000/480");
    kit_finish(&k);
}

TEST(a_header_that_miscounts_its_rows_is_refused)
{
    kit_init(&k, test_dir());
    struct wire_channel *ch = kit_channel(&k, "price");
    ch->seg[0] = kit_object(&k, "price", "e1", 0, 1, "[\"p\",\"price\",20000,1,1,480]\n", 2);
    ch->seg_count = 1;
    ch->head = 1;
    kit_publish(&k);
    CHECK_ERR(kit_sync(&k), ERR_FORMAT);
    CHECK_STR(value("SELECT count(*) FROM price"), "0");
    kit_finish(&k);
}

TEST(a_new_epoch_replaces_the_channel)
{
    base_feed();
    CHECK_ERR(kit_sync(&k), OK);
    struct wire_channel *ch = kit_channel(&k, "price");
    snprintf(ch->epoch, sizeof ch->epoch, "e2");
    ch->has_base = true;
    ch->head = 9;
    ch->seg_count = 0;
    ch->base = kit_object(&k, "price", "e2", 0, 9, "[\"p\",\"price\",20005,2,3,100]\n", -1);
    kit_publish(&k);
    CHECK_ERR(kit_sync(&k), OK);
    CHECK_STR(value(LATEST), "2:3=20005/100/20005/100");
    CHECK_STR(value("SELECT count(*) FROM good"), "0");
    CHECK_STR(value("SELECT epoch || seq FROM channel"), "e29");
    kit_finish(&k);
}

TEST(a_segment_that_does_not_join_on_is_a_gap)
{
    char path[400], part[400];
    struct store *s = NULL;
    struct arena scratch;
    base_feed();
    CHECK_ERR(kit_sync(&k), OK);
    struct wire_object o = kit_object(&k, "price", "e1", 5, 6, "[\"d\",\"price\",20000,1,1]\n", -1);
    snprintf(path, sizeof path, "%.300s/cache.db", k.config.data_dir);
    snprintf(part, sizeof part, "%s/o/%s", k.feed, o.hash);
    CHECK_ERR(store_open(path, STORE_WRITE, &s), OK);
    arena_init(&scratch, 65536, 8 << 20);
    struct feed_order order = {
        .channel = kit_channel(&k, "price"), .object = &o, .path = part, .keys = &k.keys
    };
    enum err e = feed_apply(s, &scratch, &order);
    arena_finish(&scratch);
    store_close(s);
    CHECK_ERR(e, ERR_GAP);
    CHECK_STR(value("SELECT count(*) FROM price"), "2");
    kit_finish(&k);
}

TEST(a_full_cache_keeps_its_old_rows_and_watermark)
{
    static char lines[600000];
    size_t n = 0;
    base_feed();
    CHECK_ERR(kit_sync(&k), OK);
    for (int i = 0; i < 100; i++) {
        n += (size_t)snprintf(lines + n, sizeof lines - n,
                              "[\"p\",\"category\",\"c%d\",\"%05000d\",null,1]\n", i, i);
    }
    kit_segment(&k, "price", lines);
    kit_publish(&k);
    /* 1 MB = 256 pages: room for the schema and the first rows, not for these twice */
    struct store *s = NULL;
    char path[400];
    snprintf(path, sizeof path, "%.300s/cache.db", k.config.data_dir);
    CHECK_ERR(store_open(path, STORE_WRITE, &s), OK);
    CHECK_ERR(store_exec(s, "CREATE TABLE ballast(x BLOB);"
                            "INSERT INTO ballast VALUES(zeroblob(600000))"),
              OK);
    store_close(s);
    k.config.cache_max_mb = 1;
    CHECK_ERR(kit_sync(&k), ERR_FULL);
    CHECK_STR(value("SELECT seq FROM channel"), "1");
    CHECK_STR(value("SELECT count(*) FROM price"), "2");
    CHECK_STR(value("SELECT count(*) FROM category"), "0");
    kit_finish(&k);
}

TEST(a_damaged_cache_is_moved_aside_and_fetched_again)
{
    char path[400], junk[4096];
    struct stat st;
    base_feed();
    CHECK_ERR(kit_sync(&k), OK);
    snprintf(path, sizeof path, "%.300s/cache.db", k.config.data_dir);
    memset(junk, 'x', sizeof junk);
    kit_write(path, junk, sizeof junk);
    CHECK_ERR(kit_sync(&k), OK);
    CHECK_STR(value("SELECT count(*) FROM price"), "2");
    snprintf(path, sizeof path, "%.300s/cache.db.bad", k.config.data_dir);
    CHECK(stat(path, &st) == 0 && st.st_size == 4096);
    kit_finish(&k);
}

TEST(no_statement_of_a_table_is_cut_off)
{
    for (int i = 0; i < feed_table_count; i++) {
        const struct feed_sql *q = feed_table_sql(&feed_tables[i]);
        CHECK(strlen(q->put) < sizeof q->put - 1);
        CHECK(strlen(q->put_one) < sizeof q->put_one - 1);
        CHECK(strlen(q->put_many) < sizeof q->put_many - 1);
        CHECK(strlen(q->drop) < sizeof q->drop - 1);
    }
}

TEST(a_table_that_came_with_a_newer_program_is_added_and_its_channel_fetched_again)
{
    struct store *s = NULL;
    char path[512];
    snprintf(path, sizeof path, "%s/old.db", test_dir());
    CHECK_ERR(store_open(path, STORE_WRITE, &s), OK);
    CHECK_ERR(feed_schema_ensure(s), OK);
    CHECK(feed_cache_current(s));
    CHECK_ERR(store_exec(s, "DROP TABLE department; INSERT INTO channel VALUES"
                            "('service', 'e1', 1, 7, 0, 1), ('price', 'e1', 1, 9, 0, 1)"),
              OK);
    CHECK(!feed_cache_current(s));
    CHECK_ERR(feed_schema_ensure(s), OK);
    CHECK(feed_cache_current(s));
    struct query *q = store_query(s, "SELECT group_concat(name) FROM channel");
    CHECK(query_step(q));
    CHECK_STR(query_col_text(q, 0), "price");
    CHECK_ERR(query_done(q), OK);
    store_close(s);
}

TEST(a_plain_row_is_read_as_the_parser_reads_it_and_others_are_left_to_it)
{
    struct feed_value v[4];
    char buf[256];
    const char *good = "12,\"a\\n\\\"\xe9\xb8\xa1\",null,-7]";
    CHECK(feed_row_scan(good, good + strlen(good), 4, v, buf));
    CHECK(v[0].kind == FEED_NUMBER && v[0].n == 12 && v[3].n == -7 && v[2].kind == FEED_NULL);
    CHECK(v[1].len == 6 && memcmp(v[1].s, "a\n\"\xe9\xb8\xa1", 6) == 0);
    static const char *const other[] = { "1.5]",    "01]",   "-0]",  "1e3]", "\"\\u0041\"]",
                                         "\"\t\"]", "true]", "1,2]", "1",    "\"a]",
                                         "[1]]",    "nul]",  "" };
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        CHECK(!feed_row_scan(other[i], other[i] + strlen(other[i]), 1, v, buf));
}

/* Killed after the rows and before the index, and a change on top of it. */
TEST(a_search_index_that_was_not_made_is_made_by_the_next_poll)
{
    struct store *s = NULL;
    bool made = false;
    kit_init(&k, test_dir());
    kit_segment(&k, "notice", NOTICE);
    kit_publish(&k);
    CHECK_ERR(kit_sync(&k), OK);
    CHECK_STR(value("SELECT count(*) FROM meta WHERE key = 'index_due'"), "0");
    CHECK_ERR(store_open(arena_printf(&k.arena, "%s/cache.db", k.config.data_dir), STORE_WRITE, &s),
              OK);
    CHECK_ERR(store_exec(s, "INSERT INTO notice_fts(notice_fts) VALUES('delete-all');"
                            "INSERT INTO meta VALUES('index_due', '1')"),
              OK);
    store_close(s);
    kit_segment(&k, "notice",
                "[\"p\",\"notice\",5,20000,480,\"村委会\",null,\"来水通知\",null,\"今日来水\",null,"
                "\"village\",0]\n");
    kit_publish(&k);
    CHECK_ERR(kit_sync(&k), OK);
    CHECK_STR(value("SELECT rowid & 4294967295 FROM notice_fts('来水')"), "5");
    CHECK_STR(value("SELECT count(*) FROM notice_fts('停水')"), "0");
    CHECK_ERR(store_open(arena_printf(&k.arena, "%s/cache.db", k.config.data_dir), STORE_WRITE, &s),
              OK);
    CHECK_ERR(store_exec(s, "INSERT INTO notice_fts(notice_fts) VALUES('integrity-check')"), OK);
    CHECK_ERR(feed_apply_index(s, &made), OK);
    CHECK(!made);
    store_close(s);
    kit_finish(&k);
}
