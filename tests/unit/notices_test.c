/* notices_test.c - newest first, the pinned one on home, hits in title and text. */
#include "tests/unit/cache_fixture.h"

#include "app/notices.h"

#include <string.h>

static const char rows[] =
    "INSERT INTO notice(id, day, at_min, sender, sender_en, title, title_en, body, body_en, kind, "
    "pinned) VALUES(1, 20770, 500, '村委会', NULL, '医保缴费', NULL, '请在月底前缴费', NULL, "
    "'village', 1), (2, 20775, 500, '镇政府', NULL, '明天停水', NULL, '修管道', NULL, 'town', 0),"
    "(3, 20780, 500, '村委会', NULL, '大风降温', NULL, '请收好大棚', NULL, 'weather', 0);"
    "INSERT INTO notice_fts(notice_fts) VALUES('rebuild');";

static struct notices *loaded(struct store **out_s)
{
    *out_s = fixture_open();
    return fixture_run(*out_s, rows) ? notices_create() : NULL;
}

static void done(struct notices *n, struct store *s)
{
    notices_destroy(n);
    store_close(s);
}

TEST(home_puts_the_pinned_notice_first_and_knows_its_text)
{
    struct store *s;
    struct notices *n = loaded(&s);
    CHECK(n != NULL);
    CHECK_ERR(notices_load_home(n, s), OK);
    CHECK_EQ(n->count, 3);
    CHECK_EQ(n->head[0].id, 1);
    CHECK_EQ(n->head[1].id, 3);
    CHECK_STR(n->body, "请在月底前缴费");
    CHECK_EQ(n->total, 3);
    done(n, s);
}

TEST(the_list_is_newest_first_and_may_begin_later)
{
    struct store *s;
    struct notices *n = loaded(&s);
    CHECK(n != NULL);
    CHECK_ERR(notices_load_list(n, s, "", 0), OK);
    CHECK_EQ(n->count, 3);
    CHECK_EQ(n->head[0].id, 3);
    CHECK_EQ(n->head[2].id, 1);
    CHECK_ERR(notices_load_list(n, s, "", 2), OK);
    CHECK_EQ(n->count, 1);
    CHECK_EQ(n->head[0].id, 1);
    CHECK_ERR(notices_load_list(n, s, "", 99), OK);
    CHECK_EQ(n->first, 0);
    done(n, s);
}

TEST(notices_are_found_by_words_of_title_and_text)
{
    struct store *s;
    struct notices *n = loaded(&s);
    CHECK(n != NULL);
    CHECK_ERR(notices_load_list(n, s, "医保", 0), OK);
    CHECK(n->searched);
    CHECK_EQ(n->count, 1);
    CHECK_EQ(n->head[0].id, 1);
    CHECK_ERR(notices_load_list(n, s, "大棚", 0), OK);
    CHECK_EQ(n->count, 1);
    CHECK_EQ(n->head[0].id, 3);
    CHECK_ERR(notices_load_list(n, s, "没有的", 0), OK);
    CHECK_EQ(n->count, 0);
    done(n, s);
}

TEST(one_notice_knows_its_neighbours_and_a_withdrawn_one_is_not_found)
{
    struct store *s;
    struct notices *n = loaded(&s);
    CHECK(n != NULL);
    CHECK_ERR(notices_load_one(n, s, 2), OK);
    CHECK(n->found);
    CHECK_EQ(n->newer, 3);
    CHECK_EQ(n->older, 1);
    CHECK_STR(n->body, "修管道");
    CHECK_ERR(notices_load_one(n, s, 9), OK);
    CHECK(!n->found);
    done(n, s);
}
