/* store_test.c - what is remembered is whole or not there. */
#include "app/feed_tables.h"
#include "app/store.h"
#include "tests/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char path[400];

static struct store *fresh(void)
{
    struct store *s = NULL;
    snprintf(path, sizeof path, "%s/cache.db", test_dir());
    if (store_open(path, STORE_WRITE, &s) != OK)
        return NULL;
    return s;
}

static int64_t number(struct store *s, const char *sql)
{
    struct query *q = store_query(s, sql);
    int64_t n = query_step(q) ? query_col_int(q, 0) : -1;
    return query_done(q) == OK ? n : -2;
}

TEST(a_full_database_never_keeps_the_watermark_alone)
{
    struct store *s = fresh();
    CHECK(s);
    CHECK_ERR(store_exec(s, "CREATE TABLE t(x TEXT); CREATE TABLE wm(v INTEGER);"
                            "INSERT INTO wm VALUES(7); PRAGMA max_page_count=40"),
              OK);
    CHECK_ERR(store_begin(s), OK);
    enum err e = OK;
    for (int i = 0; i < 1000 && e == OK; i++)
        e = store_exec(s, "INSERT INTO t VALUES(hex(randomblob(1000)))");
    CHECK_ERR(e, ERR_FULL);
    (void)!store_exec(s, "UPDATE wm SET v = 8"); /* a caller who did not look */
    CHECK(store_commit(s) != OK);
    CHECK(!store_in_transaction(s));
    CHECK_EQ(number(s, "SELECT count(*) FROM t"), 0);
    store_close(s);
}

TEST(a_failed_statement_spoils_its_transaction_and_not_the_next)
{
    struct store *s = fresh();
    CHECK(s);
    CHECK_ERR(store_exec(s, "CREATE TABLE t(x INTEGER) STRICT"), OK);
    CHECK_ERR(store_begin(s), OK);
    CHECK_ERR(store_exec(s, "INSERT INTO t VALUES(1)"), OK);
    CHECK_ERR(store_exec(s, "INSERT INTO t VALUES('one')"), ERR_TYPE);
    CHECK_ERR(store_commit(s), ERR_TYPE);
    CHECK_ERR(store_begin(s), OK);
    CHECK_ERR(store_exec(s, "INSERT INTO t VALUES(2)"), OK);
    CHECK_ERR(store_commit(s), OK);
    CHECK_EQ(number(s, "SELECT sum(x) FROM t"), 2);
    store_close(s);
}

TEST(a_bad_statement_shows_when_it_is_done)
{
    struct store *s = fresh();
    CHECK(s);
    struct query *q = store_query(s, "SELECT nothing FROM nowhere");
    CHECK(q);
    query_int(q, 1, 5);
    CHECK(!query_step(q));
    CHECK(query_done(q) != OK);
    store_close(s);
}

TEST(a_damaged_database_is_told_from_a_missing_one)
{
    struct store *s = fresh();
    CHECK(s);
    CHECK_ERR(feed_schema_ensure(s), OK);
    store_close(s);
    struct store *other = NULL;
    CHECK_ERR(store_open("/nonexistent/cache.db", STORE_READ, &other), ERR_NOT_FOUND);
    int fd = open(path, O_WRONLY);
    CHECK(fd >= 0 && pwrite(fd, "not a database at all", 21, 0) == 21);
    close(fd);
    CHECK_ERR(store_open(path, STORE_READ, &other), ERR_CORRUPT);
    CHECK_ERR(store_open(path, STORE_WRITE, &other), ERR_CORRUPT);
}

TEST(a_reader_cannot_write)
{
    struct store *s = fresh(), *r = NULL;
    CHECK(s);
    CHECK_ERR(feed_schema_ensure(s), OK);
    CHECK_ERR(store_open(path, STORE_READ, &r), OK);
    CHECK_ERR(store_exec(r, "DELETE FROM price"), ERR_READONLY);
    store_close(r);
    store_close(s);
    CHECK_ERR(store_open(path, STORE_SEED, &r), OK);
    CHECK_EQ(number(r, "SELECT count(*) FROM price"), 0);
    store_close(r);
}

TEST(more_statements_than_places_still_answer)
{
    static char sql[100][32];
    struct store *s = fresh();
    CHECK(s);
    for (int i = 0; i < 100; i++) {
        snprintf(sql[i], sizeof sql[i], "SELECT %d", i);
        CHECK_EQ(number(s, sql[i]), i);
    }
    CHECK_EQ(number(s, sql[3]), 3);
    store_close(s);
}
