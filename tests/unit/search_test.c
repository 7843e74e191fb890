/* search_test.c - one field finds goods, places, notices and screens, the surest first. */
#include "tests/unit/cache_fixture.h"

#include "app/i18n.h"
#include "app/search.h"

#include <string.h>

static const char rows[] =
    "INSERT INTO category VALUES('meat', '肉蛋禽', NULL, 1);"
    "INSERT INTO good VALUES(1, '散养鸡蛋', NULL, '', NULL, '元/斤', NULL, 'meat', 1, NULL, NULL),"
    "(2, '鸡蛋', NULL, '', NULL, '元/斤', NULL, 'meat', 2, NULL, NULL);"
    "INSERT INTO township VALUES(1, '太平溪镇', NULL);"
    "INSERT INTO place VALUES(5, 'market', '长江路市场', NULL, 1, 'x', NULL, NULL, NULL, NULL);"
    "INSERT INTO notice(id, day, at_min, sender, title, body, kind, pinned) VALUES(1, 20770, 500, "
    "'村委会', '鸡蛋补贴', '发放鸡蛋', 'village', 0);"
    "INSERT INTO notice_fts(notice_fts) VALUES('rebuild');";

static const struct search_target targets[] = { { "prices", "看价格", "菜价 多少钱" },
                                                { "help", "求助", "电话" } };

TEST(hanzi_find_goods_and_notices_letters_find_goods_and_places)
{
    struct store *s = fixture_open();
    struct search *f = search_create();
    CHECK(f && fixture_run(s, rows));
    CHECK_ERR(search_run(f, s, NULL, "鸡蛋", targets, 2), OK);
    CHECK_EQ(f->group[SEARCH_GOOD].count, 2);
    CHECK_EQ(f->group[SEARCH_GOOD].hit[0].id, 2); /* the name that begins so is surer */
    CHECK_EQ(f->group[SEARCH_NOTICE].count, 1);
    CHECK_ERR(search_run(f, s, NULL, "cjl", targets, 2), OK);
    CHECK_EQ(f->group[SEARCH_PLACE].count, 1);
    CHECK_STR(f->group[SEARCH_PLACE].hit[0].note, "太平溪镇");
    CHECK_EQ(f->group[SEARCH_GOOD].count, 0);
    search_destroy(f);
    store_close(s);
}

TEST(screens_are_found_by_plain_words)
{
    struct store *s = fixture_open();
    struct search *f = search_create();
    CHECK(f && s);
    CHECK_ERR(search_run(f, s, NULL, "菜价", targets, 2), OK);
    CHECK_EQ(f->group[SEARCH_SCREEN].count, 1);
    CHECK_EQ(f->group[SEARCH_SCREEN].hit[0].id, 0);
    CHECK_ERR(search_run(f, s, NULL, "qz", targets, 2), OK);
    CHECK_EQ(f->group[SEARCH_SCREEN].hit[0].id, 1);
    CHECK_ERR(search_run(f, s, NULL, "", targets, 2), OK);
    CHECK_EQ(f->group[SEARCH_SCREEN].count, 0);
    search_destroy(f);
    store_close(s);
}

TEST(many_hits_keep_the_surest_and_count_all)
{
    struct store *s = fixture_open();
    struct search *f = search_create();
    CHECK(f && s);
    CHECK(fixture_run(s, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                         "40) INSERT INTO good SELECT i, iif(i = 40, '鸡', '土鸡' || i), NULL, "
                         "'', NULL, '元', NULL, 'm', i, NULL, NULL FROM n"));
    CHECK_ERR(search_run(f, s, NULL, "鸡", targets, 2), OK);
    CHECK_EQ(f->group[SEARCH_GOOD].total, 40);
    CHECK_EQ(f->group[SEARCH_GOOD].count, SEARCH_HITS);
    CHECK_EQ(f->group[SEARCH_GOOD].hit[0].id, 40);
    search_destroy(f);
    store_close(s);
}

/* The surest first: the name people use, then words that have to do with it. */
TEST(services_are_found_by_plain_name_initials_and_the_words_people_use)
{
    static struct service_line line[] = {
        { .key = 11,
          .name = "城乡居民养老保险待遇申领",
          .plain_name = "领养老金",
          .name_en = "Residents' pension at 60",
          .department = "区人社局",
          .keywords = "养老钱 退休" },
        { .key = 12,
          .name = "老年人高龄津贴",
          .plain_name = "老人津贴",
          .name_en = "Allowance at 80",
          .department = "区民政局",
          .keywords = "长寿钱 养老钱" },
        { .key = 13,
          .name = "重庆户口迁入",
          .plain_name = "户口迁来",
          .name_en = "",
          .department = "区公安分局",
          .keywords = "" },
    };
    struct services services = { .line = line, .count = 3 };
    struct store *s = fixture_open();
    struct search *f = search_create();
    const struct search_hits *g = &f->group[SEARCH_SERVICE];
    CHECK(f && fixture_run(s, rows));
    CHECK_ERR(search_run(f, s, &services, "养老钱", targets, 2), OK);
    CHECK_EQ(g->count, 2);
    CHECK_ERR(search_run(f, s, &services, "养老", targets, 2), OK);
    CHECK_EQ(g->hit[0].id, 11);
    CHECK_STR(g->hit[0].note, "区人社局");
    CHECK_ERR(search_run(f, s, &services, "lyl", targets, 2), OK);
    CHECK_EQ(g->count, 1);
    CHECK_ERR(search_run(f, s, &services, "cqhk", targets, 2), OK);
    CHECK_EQ(g->count, 1);
    CHECK_EQ(g->hit[0].id, 13);
    CHECK_ERR(search_run(f, s, &services, "Pension", targets, 2), OK);
    CHECK_EQ(g->count, 0); /* in Chinese letters are pinyin */
    CHECK_ERR(i18n_set("en"), OK);
    enum err e = search_run(f, s, &services, "Pension", targets, 2);
    CHECK_ERR(i18n_set("zh_CN"), OK);
    CHECK_ERR(e, OK);
    CHECK_EQ(g->count, 1);
    CHECK_EQ(g->hit[0].id, 11);
    CHECK_ERR(search_run(f, s, NULL, "养老", targets, 2), OK);
    CHECK_EQ(g->count, 0);
    search_destroy(f);
    store_close(s);
}
