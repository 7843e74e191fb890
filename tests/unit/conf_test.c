/* conf_test.c - one value of a config file is changed, and nothing else is. */
#include "tests/test.h"

#include "hal/base/conf.h"

#include <stdio.h>
#include <string.h>

static char text[512];

static enum err put(const char *was, const char *key, const char *value)
{
    snprintf(text, sizeof text, "%s", was);
    return conf_put(text, sizeof text, key, value);
}

TEST(a_value_is_changed_where_it_stands_and_all_else_stays)
{
    CHECK_ERR(put("# mine\nlang = zh_CN\n\nreader=pcsc # slot below\n", "lang", "en"), OK);
    CHECK_STR(text, "# mine\nlang = en\n\nreader=pcsc # slot below\n");
    CHECK_ERR(conf_put(text, sizeof text, "reader", "none"), OK);
    CHECK_STR(text, "# mine\nlang = en\n\nreader = none # slot below\n");
    CHECK_ERR(conf_put(text, sizeof text, "printer", ""), OK);
    CHECK_STR(text, "# mine\nlang = en\n\nreader = none # slot below\nprinter =\n");
}

TEST(a_key_that_is_not_there_is_added_on_a_line_of_its_own)
{
    CHECK_ERR(put("", "lang", "en"), OK);
    CHECK_STR(text, "lang = en\n");
    CHECK_ERR(put("poll_s = 5", "lang", "en"), OK);
    CHECK_STR(text, "poll_s = 5\nlang = en\n");
    CHECK_ERR(put("#lang = zh_CN\nlangs = 1\n", "lang", "en"), OK);
    CHECK_STR(text, "#lang = zh_CN\nlangs = 1\nlang = en\n");
}

TEST(the_last_of_two_lines_is_the_one_that_counts)
{
    CHECK_ERR(put("lang = a\nlang = b\nx = 1\n", "lang", "en"), OK);
    CHECK_STR(text, "lang = a\nlang = en\nx = 1\n");
}

TEST(what_a_file_cannot_say_is_refused_and_changes_nothing)
{
    static const char *const bad[] = {
        "a\nreader = none", "a\rb", "a #b", "#a", " a", "a ", "a\x7f", "\xff\xfe", "a\tb"
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK_ERR(put("lang = zh_CN\n", "lang", bad[i]), ERR_FORMAT);
        CHECK_STR(text, "lang = zh_CN\n");
        CHECK(conf_unsayable(bad[i]) != NULL);
    }
    CHECK(conf_unsayable("许家冲 3#楼 \"A\" = \\ ; 100%") == NULL);
}

TEST(a_text_that_is_full_stays_as_it_was)
{
    char small[24] = "lang = zh_CN\n";
    CHECK_ERR(conf_put(small, sizeof small, "printer", "none"), ERR_TOO_BIG);
    CHECK_STR(small, "lang = zh_CN\n");
    CHECK_ERR(conf_put(small, sizeof small, "lang", "zh_CN_and_more"), OK);
    CHECK_STR(small, "lang = zh_CN_and_more\n");
    CHECK_ERR(conf_put(small, sizeof small, "lang", "zh_CN_and_more!!"), ERR_TOO_BIG);
}

TEST(lines_are_read_without_comments_and_blanks)
{
    char *at = text, *key, *value;
    snprintf(text, sizeof text, "# c\n\n  a =  b c \r\nword\nx=\n");
    CHECK(conf_next(&at, &key, &value));
    CHECK_STR(key, "a");
    CHECK_STR(value, "b c");
    CHECK(conf_next(&at, &key, &value));
    CHECK_STR(key, "word");
    CHECK(value == NULL);
    CHECK(conf_next(&at, &key, &value));
    CHECK_STR(value, "");
    CHECK(!conf_next(&at, &key, &value));
}
