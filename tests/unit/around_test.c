/* around_test.c - air and water, warnings and their end, food results, out of a small cache. */
#include "tests/unit/cache_fixture.h"

#include "app/around.h"
#include "app/food.h"
#include "app/warnings.h"
#include "hal/base/clock.h"
#include "platform/input.h"

#include <string.h>

static const char measured[] =
    "INSERT INTO air_level VALUES(0, '优', NULL, '好', NULL, 0), (51, '良', 'Good', '行', NULL, 1);"
    "INSERT INTO air VALUES(1, '甲站', NULL, 101, 20780, 540, 50, NULL, 'HJ'),"
    "(2, '乙站', NULL, 102, 20780, 540, 51, 'PM2.5', 'HJ');"
    "INSERT INTO water VALUES(1, '河', NULL, 20770, 4, 3, 'GB');"
    "INSERT INTO river VALUES(1, '江', NULL, 20780, 480, 17312, 17500, NULL);";

TEST(the_air_of_the_own_township_comes_first_and_its_word_from_the_table)
{
    struct store *s = fixture_open();
    struct around *a = around_create();
    CHECK(a && fixture_run(s, measured));
    CHECK_ERR(around_load(a, s, 102), OK);
    CHECK_EQ(a->air_count, 2);
    CHECK_STR(a->air[0].name, "乙站");
    CHECK_STR(a->air[0].level->word, "良");
    CHECK_STR(a->air[1].level->word, "优");
    CHECK(a->air[1].pollutant == NULL);
    CHECK_EQ(a->water[0].grade, 4);
    CHECK_EQ(a->river[0].flow, -1);
    around_destroy(a);
    store_close(s);
}

TEST(without_the_table_of_levels_a_figure_has_no_word)
{
    struct store *s = fixture_open();
    struct around *a = around_create();
    CHECK(a && fixture_run(s, measured) && fixture_run(s, "DELETE FROM air_level"));
    CHECK_ERR(around_load(a, s, 0), OK);
    CHECK(a->air[0].level == NULL);
    CHECK_EQ(a->air[0].aqi, 50);
    around_destroy(a);
    store_close(s);
}

static int64_t moment(int day, int hour, int min)
{
    struct civil c = clock_civil_of_day(day);
    int64_t ms = 0;
    char text[64];
    snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:00+08:00", c.year, c.month, c.day, hour,
             min);
    return clock_parse_rfc3339(text, &ms) == OK ? ms : -1;
}

static const char warned[] =
    "INSERT INTO warning VALUES"
    "(1, 'weather', 1, '蓝', NULL, '字', NULL, '台', NULL, 20780, 360, 20781, 720, NULL),"
    "(2, 'flood', 4, '红', NULL, '字', NULL, '办', NULL, 20781, 0, 20782, 0, 101),"
    "(3, 'fire', 2, '别处', NULL, '字', NULL, '办', NULL, 20780, 0, 20782, 0, 102),"
    "(4, 'price', 1, '旧', NULL, '字', NULL, '委', NULL, 20770, 0, 20779, 0, NULL);";

TEST(warnings_of_here_hold_from_their_minute_to_their_minute)
{
    struct store *s = fixture_open();
    struct warnings *w = warnings_create();
    int more = 9;
    CHECK(w && fixture_run(s, warned));
    CHECK_ERR(warnings_load(w, s, 101, 20780), OK);
    CHECK_EQ(w->count, 2);
    CHECK(warnings_first(w, moment(20780, 5, 59), &more) == NULL);
    CHECK_EQ(warnings_first(w, moment(20780, 6, 0), &more)->id, 1);
    CHECK_EQ(more, 0);
    CHECK_EQ(warnings_first(w, moment(20781, 0, 0), &more)->id, 2);
    CHECK_EQ(more, 1);
    CHECK_EQ(warnings_first(w, moment(20781, 12, 0), &more)->id, 2);
    CHECK_EQ(more, 0);
    CHECK(warnings_first(w, moment(20782, 0, 0), &more) == NULL);
    CHECK(warnings_find(w, 3) == NULL);
    warnings_destroy(w);
    store_close(s);
}

static const char tested[] = "INSERT INTO food VALUES(1, 20780, '鸡蛋', NULL, '好又来超市', NULL, "
                             "1, NULL, NULL, 'ok', NULL, NULL, "
                             "'局', NULL), (2, 20779, '豆腐', NULL, '老街副食店', NULL, 1, '厂', "
                             "20770, 'bad', '菌多', NULL, '局', "
                             "NULL);";

TEST(food_is_found_by_its_name_its_initials_and_its_shop)
{
    struct store *s = fixture_open();
    struct food *f = food_create();
    CHECK(f && fixture_run(s, tested));
    CHECK_ERR(food_load(f, s), OK);
    CHECK_EQ(f->count, 2);
    CHECK_EQ(f->bad, 1);
    CHECK_EQ(f->row[0].id, 1);
    food_show(f, "df");
    CHECK_EQ(f->shown_count, 1);
    CHECK_STR(f->row[f->shown[0]].name, "豆腐");
    food_show(f, "超市");
    CHECK_EQ(f->row[f->shown[0]].id, 1);
    f->bad_only = true;
    food_show(f, "超市");
    CHECK_EQ(f->shown_count, 0);
    food_destroy(f);
    store_close(s);
}

TEST(one_result_says_what_was_wrong_and_what_is_not_known)
{
    struct store *s = fixture_open();
    struct food *f = food_create();
    CHECK(f && fixture_run(s, tested));
    CHECK_ERR(food_load_one(f, s, 2), OK);
    CHECK(f->found && f->one.bad);
    CHECK_STR(f->one.wrong, "菌多");
    CHECK_EQ(f->batch_day, 20770);
    CHECK_ERR(food_load_one(f, s, 1), OK);
    CHECK(f->producer == NULL && f->batch_day == INT32_MIN);
    CHECK_ERR(food_load_one(f, s, 3), OK);
    CHECK(!f->found);
    food_destroy(f);
    store_close(s);
}

static const char *said(const char *table, char **values)
{
    const char *why = input_around(table, values);
    return why ? why : "";
}

TEST(figures_that_cannot_be_are_refused_before_they_are_published)
{
    char *air[] = { "1", "甲", NULL, "101", "2026-11-23", "09:00", "501", NULL, "HJ" };
    char *water[] = { "1", "河", NULL, "2026-11-23", "7", "3", "GB" };
    char *warning[] = { "1",  "weather", "1",          "题",    NULL,         "字",    NULL,
                        "台", NULL,      "2026-11-23", "08:00", "2026-11-23", "08:00", NULL };
    char *food[] = { "1",  "2026-11-23", "蛋",  NULL, "店", NULL, "101",
                     NULL, NULL,         "bad", NULL, NULL, "局", NULL };
    CHECK_STR(said("air", air), "aqi: not 0 to 500");
    air[6] = "500";
    CHECK_STR(said("air", air), "");
    CHECK_STR(said("water", water), "class: not 1 (I) to 6 (worse than V)");
    CHECK_STR(said("warning", warning), "until_day: it would end before it begins");
    warning[12] = "08:01";
    CHECK_STR(said("warning", warning), "");
    warning[2] = "5";
    CHECK_STR(said("warning", warning), "level: not 1 (blue) to 4 (red)");
    warning[1] = "party";
    CHECK(strncmp(said("warning", warning), "kind: ", 6) == 0);
    CHECK_STR(said("food", food), "wrong: a bad result must say what was wrong");
    food[10] = "菌多";
    CHECK_STR(said("food", food), "");
    food[9] = "ok";
    CHECK_STR(said("food", food), "wrong: said of a result that is ok");
}
