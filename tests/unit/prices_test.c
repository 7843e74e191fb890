/* prices_test.c - who is cheapest, what is old, what is missing, and against what we compare. */
#include "tests/unit/cache_fixture.h"

#include "app/prices.h"

#include <string.h>

/* Today is day 20780. One good in five places: two share the lowest price, one is dearer, one is
 * nine days old and lower than all, one had no quote at the last visit. */
static const char goods[] =
    "INSERT INTO category VALUES('meat', '肉蛋禽', 'Meat', 1), ('veg', '蔬菜', NULL, 2);"
    "INSERT INTO good VALUES(1, '鸡蛋', 'Eggs', '散装', NULL, '元/斤', NULL, 'meat', 1, NULL, "
    "NULL),"
    "(2, '羊肉', NULL, '', NULL, '元/斤', NULL, 'meat', 2, NULL, NULL),"
    "(3, '土豆', NULL, '', NULL, '元/斤', NULL, 'veg', 1, 20, '洋芋');"
    "INSERT INTO place VALUES(1, 'market', '甲', NULL, 1, 'x', NULL, NULL, NULL, NULL),"
    "(2, 'market', '乙', NULL, 1, 'x', NULL, NULL, NULL, NULL),"
    "(3, 'market', '丙', NULL, 1, 'x', NULL, NULL, NULL, NULL),"
    "(4, 'market', '丁', NULL, 1, 'x', NULL, NULL, NULL, NULL),"
    "(5, 'market', '戊', NULL, 1, 'x', NULL, NULL, NULL, NULL);"
    "INSERT INTO latest VALUES(1, 1, 20779, 498, 20779, 498), (1, 2, 20780, 498, 20780, 498),"
    "(1, 3, 20780, 510, 20780, 510), (1, 4, 20771, 400, 20771, 400),"
    "(1, 5, 20780, NULL, 20778, 490), (2, 1, 20760, 3200, 20760, 3200),"
    "(3, 1, 20765, 180, 20765, 180);"
    "INSERT INTO sheet VALUES(20780, 2, 520, '发改局', NULL);"
    "INSERT INTO price VALUES(20780, 1, 2, 498), (20774, 1, 2, 480), (20771, 1, 2, 450),"
    "(20773, 1, 1, 111), (20780, 1, 3, 510), (20750, 1, 1, 569);";

static struct prices *loaded(struct store **out_s)
{
    *out_s = fixture_open();
    return fixture_run(*out_s, goods) ? prices_create() : NULL;
}

static void done(struct prices *p, struct store *s)
{
    prices_destroy(p);
    store_close(s);
}

TEST(the_cheapest_is_fresh_newest_named_and_shared)
{
    struct store *s;
    struct prices *p = loaded(&s);
    CHECK(p != NULL);
    CHECK_ERR(prices_load_good(p, s, 1, FIXTURE_TODAY), OK);
    CHECK(p->found);
    CHECK_EQ(p->good.best_fen, 498);
    CHECK_EQ(p->good.best_place, 2);
    CHECK_EQ(p->good.best_shared, 2);
    CHECK_EQ(p->good.best_taken_min, 520);
    CHECK_EQ(p->good.ranked, 3);
    CHECK_EQ(p->good.places, 5);
    done(p, s);
}

TEST(the_change_is_against_the_quote_nearest_to_a_week_at_the_same_place)
{
    struct store *s;
    struct prices *p = loaded(&s);
    CHECK(p != NULL);
    CHECK_ERR(prices_load_good(p, s, 1, FIXTURE_TODAY), OK);
    CHECK(p->good.has_change); /* 6 days back is nearer to 7 than 9, and place 1 does not count */
    CHECK_EQ(p->good.change_fen, 18);
    CHECK(fixture_run(s, "DELETE FROM price WHERE day IN (20774, 20771)"));
    CHECK_ERR(prices_load_good(p, s, 1, FIXTURE_TODAY), OK);
    CHECK(!p->good.has_change);
    CHECK(fixture_run(s, "INSERT INTO price VALUES(20777, 1, 2, 480), (20765, 1, 2, 400)"));
    CHECK_ERR(prices_load_good(p, s, 1, FIXTURE_TODAY), OK);
    CHECK(!p->good.has_change); /* 3 and 15 days back are no week */
    done(p, s);
}

TEST(old_quotes_stand_after_fresh_ones_and_missing_ones_last)
{
    struct store *s;
    struct prices *p = loaded(&s);
    CHECK(p != NULL);
    CHECK_ERR(prices_load_good(p, s, 1, FIXTURE_TODAY), OK);
    CHECK_EQ(p->quote_count, 5);
    CHECK_EQ(p->quote[0].place, 2);
    CHECK(p->quote[0].cheapest && p->quote[1].cheapest && !p->quote[2].cheapest);
    CHECK_EQ(p->quote[2].dearer_fen, 12);
    CHECK_EQ(p->quote[3].state, QUOTE_OLD);
    CHECK_EQ(p->quote[3].place, 4);
    CHECK(!p->quote[3].cheapest);
    CHECK_EQ(p->quote[4].state, QUOTE_MISSING);
    CHECK(p->quote[4].has_price);
    CHECK_EQ(p->quote[4].fen, 490);
    CHECK_STR(p->quote[0].source, "发改局");
    done(p, s);
}

TEST(a_good_without_a_fresh_quote_keeps_its_last_known_price)
{
    struct store *s;
    struct prices *p = loaded(&s);
    CHECK(p != NULL);
    CHECK_ERR(prices_load_good(p, s, 2, FIXTURE_TODAY), OK);
    CHECK(!p->good.has_best);
    CHECK(p->good.has_last);
    CHECK_EQ(p->good.last_fen, 3200);
    CHECK_EQ(p->good.last_day, 20760);
    done(p, s);
}

TEST(a_good_may_say_itself_how_old_is_too_old)
{
    struct store *s;
    struct prices *p = loaded(&s);
    CHECK(p != NULL);
    CHECK_ERR(prices_load_good(p, s, 3, FIXTURE_TODAY), OK);
    CHECK(p->good.has_best); /* 15 days old, 20 allowed */
    CHECK_ERR(prices_load_good(p, s, 3, FIXTURE_TODAY + 6), OK);
    CHECK(!p->good.has_best);
    done(p, s);
}

TEST(a_list_shows_a_category_and_a_search_all_of_them)
{
    struct store *s;
    struct prices *p = loaded(&s);
    CHECK(p != NULL);
    CHECK_ERR(prices_load_list(p, s, "", FIXTURE_TODAY), OK);
    CHECK_EQ(p->category_count, 2);
    CHECK_EQ(p->row_count, 2);
    CHECK_EQ(p->chosen, 0);
    prices_choose(p, 1);
    CHECK_ERR(prices_load_list(p, s, "", FIXTURE_TODAY), OK);
    CHECK_EQ(p->row_count, 1);
    CHECK_STR(p->row[0].name, "土豆");
    CHECK_ERR(prices_load_list(p, s, "jd", FIXTURE_TODAY), OK);
    CHECK_EQ(p->row_count, 1);
    CHECK_STR(p->row[0].name, "鸡蛋");
    CHECK_ERR(prices_load_list(p, s, "洋芋", FIXTURE_TODAY), OK);
    CHECK_EQ(p->row_count, 1);
    CHECK_ERR(prices_load_list(p, s, "eggs", FIXTURE_TODAY), OK);
    CHECK_EQ(p->row_count, 1);
    CHECK_ERR(prices_load_list(p, s, "qq", FIXTURE_TODAY), OK);
    CHECK_EQ(p->row_count, 0);
    done(p, s);
}

TEST(ninety_days_end_today_and_know_their_gaps_and_their_peak)
{
    struct store *s;
    struct prices *p = loaded(&s);
    CHECK(p != NULL);
    CHECK_ERR(prices_load_good(p, s, 1, FIXTURE_TODAY), OK);
    CHECK_EQ(p->plot[PRICE_PLOT_DAYS - 1].day, FIXTURE_TODAY);
    CHECK_EQ(p->plot[PRICE_PLOT_DAYS - 1].fen, 498);
    CHECK(!p->plot[PRICE_PLOT_DAYS - 2].has);
    CHECK_EQ(p->plot[p->plot_high].fen, 569);
    done(p, s);
}

TEST(an_unknown_good_and_an_empty_cache_are_no_fault)
{
    struct store *s = fixture_open();
    struct prices *p = prices_create();
    CHECK(s && p);
    CHECK_ERR(prices_load_good(p, s, 77, FIXTURE_TODAY), OK);
    CHECK(!p->found);
    CHECK_ERR(prices_load_list(p, s, "", FIXTURE_TODAY), OK);
    CHECK_EQ(p->row_count, 0);
    done(p, s);
    prices_destroy(NULL);
}

TEST(a_place_shows_what_it_asks_and_an_old_price_is_not_its_best)
{
    struct store *s;
    struct prices *p = loaded(&s);
    CHECK(p != NULL);
    CHECK_ERR(prices_load_place(p, s, 1, FIXTURE_TODAY), OK);
    CHECK_EQ(p->row_count, 3);
    CHECK_EQ(p->row[0].best_fen, 498);
    CHECK(p->row[0].has_best && !p->row[1].has_best);
    done(p, s);
}
