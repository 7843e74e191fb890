/* places_test.c - townships, their places and villages, contacts and the age of the data. */
#include "tests/unit/cache_fixture.h"

#include "app/help.h"
#include "app/places.h"

#include <string.h>

static const char rows[] =
    "INSERT INTO township VALUES(1, '太平溪镇', 'Taipingxi'), (2, '邓村乡', NULL);"
    "INSERT INTO village VALUES(11, '许家冲村村民委员会', 1), (12, '龙潭坪社区居民委员会', 1);"
    "INSERT INTO place VALUES(5, 'market', '农贸市场', NULL, 1, '迎宾路', NULL, NULL, NULL, NULL),"
    "(6, 'centre', '便民服务中心', NULL, 1, '政务大厅', NULL, '0717-1', '每天', NULL);"
    "INSERT INTO contact VALUES(1, 'duty', '王师傅', NULL, '1', NULL, NULL, 20780, 20780, 1),"
    "(2, 'duty', '李师傅', NULL, '2', NULL, NULL, 20781, 20782, 1),"
    "(3, 'hotline', '热线', NULL, '12345', NULL, NULL, NULL, NULL, 1);"
    "INSERT INTO channel VALUES('price', 'e', 1, 4, 5000, 1), ('place', 'e', 1, 4, 9000, 1);"
    "INSERT INTO meta VALUES('last_ok', '7000');";

TEST(a_township_shows_its_centre_first_and_its_villages_in_short)
{
    struct store *s = fixture_open();
    struct places *p = places_create();
    CHECK(p && fixture_run(s, rows));
    CHECK_ERR(places_load_townships(p, s), OK);
    CHECK_EQ(p->township_count, 2);
    CHECK_EQ(p->township[0].places, 2);
    CHECK_EQ(p->township[0].villages, 2);
    CHECK_EQ(p->total, 2);
    CHECK_ERR(places_load_township(p, s, 1), OK);
    CHECK(p->found);
    CHECK_EQ(p->row[0].id, 6);
    CHECK_STR(p->villages, "许家冲村、龙潭坪社区");
    CHECK_ERR(places_load_township(p, s, 3), OK);
    CHECK(!p->found);
    places_destroy(p);
    store_close(s);
}

TEST(the_map_counts_what_is_asked_for_and_keeps_its_empty_cells)
{
    struct store *s = fixture_open();
    struct places *p = places_create();
    CHECK(p && fixture_run(s, rows) &&
          fixture_run(s, "INSERT INTO map_cell VALUES(0, 1, 1, NULL, NULL), (2, 0, NULL, '长江', "
                         "'Yangtze'), (9, 9, 2, NULL, NULL)"));
    CHECK_ERR(places_load_map(p, s, MAP_MARKETS), OK);
    CHECK_EQ(p->map_rows, 3);
    CHECK_EQ(p->map_cols, 2);
    CHECK_STR(p->map[0][1].name, "太平溪镇");
    CHECK_EQ(p->map[0][1].count, 1);
    CHECK(p->map[0][0].name == NULL);
    CHECK_EQ(p->map[2][0].code, 0);
    CHECK_ERR(places_load_map(p, s, MAP_VILLAGES), OK);
    CHECK_EQ(p->map[0][1].count, 2);
    places_destroy(p);
    store_close(s);
}

TEST(a_place_without_a_phone_says_so_by_having_none)
{
    struct store *s = fixture_open();
    struct places *p = places_create();
    CHECK(p && fixture_run(s, rows));
    CHECK_ERR(places_load_one(p, s, 5), OK);
    CHECK(p->found);
    CHECK(p->one.phone == NULL);
    CHECK(p->one.hours == NULL);
    CHECK_STR(p->one.township_name, "太平溪镇");
    CHECK_ERR(places_load_one(p, s, 6), OK);
    CHECK_STR(p->one.phone, "0717-1");
    CHECK_ERR(places_load_one(p, s, 7), OK);
    CHECK(!p->found);
    places_destroy(p);
    store_close(s);
}

TEST(only_who_is_on_duty_today_is_named)
{
    struct store *s = fixture_open();
    struct help *h = help_create();
    CHECK(h && fixture_run(s, rows));
    CHECK_ERR(help_load(h, s, 20780), OK);
    CHECK_EQ(h->contact_count, 2);
    CHECK_STR(h->contact[0].name, "王师傅");
    CHECK(h->contact[0].today && !h->contact[1].today);
    CHECK_ERR(help_load(h, s, 20782), OK);
    CHECK_STR(h->contact[0].name, "李师傅");
    CHECK_EQ(h->newest_ms, 9000);
    CHECK_EQ(h->last_ok_ms, 7000);
    help_destroy(h);
    store_close(s);
}
