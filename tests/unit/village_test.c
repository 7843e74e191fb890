/* village_test.c - one village as the cache has it, and what is not there. */
#include "tests/unit/cache_fixture.h"

#include "app/services.h"
#include "app/village.h"

#include <string.h>

static const char rows[] =
    "INSERT INTO township VALUES(420506101, '太平溪镇', 'Taipingxi');"
    "INSERT INTO village VALUES(420506101201, '许家冲村村民委员会', 420506101), (420506101202, "
    "'龙潭坪社区居民委员会', 420506101);"
    "INSERT INTO grid VALUES(1, 420506101201, '第一网格', '甲某', '0717-1'), (2, 420506101202, "
    "'第一网格', '乙某', '0717-2');"
    "INSERT INTO post VALUES(420506101201, 1, 'party', 100, '旧', NULL, NULL, NULL),"
    "(420506101201, 2, 'parcel', 101, '新', '字', '丙', '1'), (420506101202, 3, 'party', 102, "
    "'别村', "
    "NULL, NULL, NULL);"
    "INSERT INTO book VALUES(420506101201, 1, 1, 90, 500, 700, '甲、乙', 100),"
    "(420506101201, 2, 91, 180, 700, 650, '甲、乙', 190);"
    "INSERT INTO book_line VALUES(420506101201, 1, 1, 'in', '租金', 200),"
    "(420506101201, 2, 1, 'in', '租金', 100), (420506101201, 2, 2, 'out', '电费', 150);"
    "INSERT INTO subsidy VALUES(420506101201, 1, '补贴', 50, '张*明', 12345);"
    "INSERT INTO service VALUES('a-one', '{\"name\":\"甲事\",\"plain_name\":\"办甲\","
    "\"village_tab\":\"trade\"}'), ('b-two', '{\"name\":\"乙事\"}');";

static struct village *loaded(struct store *s, int64_t code)
{
    struct village *v = village_create();
    return v && fixture_run(s, rows) && village_load(v, s, code) == OK ? v : NULL;
}

TEST(a_village_shows_its_own_posts_newest_first_and_its_own_grids)
{
    struct store *s = fixture_open();
    struct village *v = loaded(s, 420506101201);
    CHECK(v && v->found);
    CHECK_STR(v->name, "许家冲村");
    CHECK_STR(v->township, "太平溪镇");
    CHECK_EQ(v->post_count, 2);
    CHECK_STR(v->post[0].title, "新");
    CHECK(v->post[1].text == NULL);
    CHECK_EQ(v->grid_count, 1);
    CHECK_STR(v->grid[0].worker, "甲某");
    village_destroy(v);
    store_close(s);
}

TEST(the_newest_book_stands_with_its_sums)
{
    struct store *s = fixture_open();
    struct village *v = loaded(s, 420506101201);
    CHECK(v && v->book);
    CHECK_EQ(v->book->to_day, 180);
    CHECK_EQ(v->book->in, 100);
    CHECK_EQ(v->book->out, 150);
    CHECK_EQ(v->book->opening + v->book->in - v->book->out, v->book->closing);
    CHECK_EQ(v->book->line_count, 2);
    CHECK_STR(v->subsidy[0].name, "张*明");
    village_destroy(v);
    store_close(s);
}

TEST(a_service_that_names_a_tab_stands_in_it_and_no_other)
{
    struct store *s = fixture_open();
    struct village *v = loaded(s, 420506101201);
    CHECK(v != NULL);
    CHECK_EQ(v->action_count, 1);
    CHECK_EQ(v->action[0].tab, VILLAGE_TRADE);
    CHECK_STR(v->action[0].name, "办甲");
    CHECK(v->action[0].service == service_key("a-one"));
    village_destroy(v);
    store_close(s);
}

TEST(a_village_nobody_knows_is_not_found_and_one_without_a_book_has_none)
{
    struct store *s = fixture_open();
    struct village *v = loaded(s, 7);
    CHECK(v && !v->found);
    CHECK_EQ(v->post_count, 0);
    CHECK_ERR(village_load(v, s, 420506101202), OK);
    CHECK(v->found && !v->book);
    CHECK_STR(v->name, "龙潭坪社区");
    village_destroy(v);
    store_close(s);
}

TEST(villages_are_chosen_by_their_township)
{
    struct store *s = fixture_open();
    struct village *v = loaded(s, 7);
    CHECK(v != NULL);
    CHECK_ERR(village_load_choices(v, s, 0), OK);
    CHECK_EQ(v->choice_count, 1);
    CHECK_EQ(v->choice[0].code, 420506101);
    CHECK_ERR(village_load_choices(v, s, 420506101), OK);
    CHECK_EQ(v->choice_count, 2);
    CHECK_STR(v->choice[1].name, "龙潭坪社区");
    village_destroy(v);
    store_close(s);
}
