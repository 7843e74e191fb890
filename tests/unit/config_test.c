/* config_test.c - a config file is believed only as far as it is right, and the fault is named. */
#include "app/config.h"
#include "tests/test.h"

#include <stdio.h>
#include <string.h>

static enum err parse(struct config *c, const char *text, char *why)
{
    config_init(c);
    return config_parse(c, "terminal.conf", text, strlen(text), why, 256);
}

TEST(every_default_stands_in_the_table)
{
    struct config c;
    config_init(&c);
    CHECK_EQ(c.poll_s, 300);
    CHECK_STR(c.area, "420506");
    CHECK_EQ(c.idle_ask_s, 60);
    CHECK_STR(c.lang, "zh_CN");
}

TEST(a_config_file_with_comments_is_read)
{
    struct config c;
    char why[256];
    CHECK_ERR(parse(&c, "# ours\n\n poll_s = 7 # often\r\nhelp.phone=0717-7820000\nlang = en", why),
              OK);
    CHECK_EQ(c.poll_s, 7);
    CHECK_STR(c.help_phone, "0717-7820000");
    CHECK_STR(c.lang, "en");
}

TEST(an_unknown_key_is_refused_with_its_line_and_the_nearest_one)
{
    struct config c;
    char why[256] = "";
    CHECK_ERR(parse(&c, "poll_s = 7\nfeed.rot = x\n", why), ERR_CONFIG);
    CHECK_STR(why, "terminal.conf:2: feed.rot: unknown key; did you mean feed.root");
    CHECK(config_nearest("quite.another.thing") == NULL);
}

TEST(values_out_of_their_range_are_refused)
{
    static const char *const bad[] = { "poll_s = 0",       "poll_s = 5 min",
                                       "poll_s =",         "lang = de",
                                       "area = 42a",       "platform.url = ftp://x",
                                       "reader = pcsc|si", "poll_s",
                                       "help.phone = \xff" };
    struct config c;
    char why[256];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK_ERR(parse(&c, bad[i], why), ERR_CONFIG);
}

TEST(a_missing_config_file_is_named)
{
    struct config c;
    char why[256] = "";
    config_init(&c);
    CHECK_ERR(config_load(&c, "/nonexistent/terminal.conf", why, sizeof why), ERR_CONFIG);
    CHECK(strstr(why, "/nonexistent/terminal.conf: cannot be read") == why);
}

TEST(a_size_is_two_numbers_and_an_x)
{
    int w = 0, h = 0;
    CHECK_ERR(config_parse_size("1080x1920", &w, &h), OK);
    CHECK_EQ(w * 10000 + h, 10801920);
    CHECK_ERR(config_parse_size("1080x", &w, &h), ERR_CONFIG);
    CHECK_ERR(config_parse_size("0x5", &w, &h), ERR_CONFIG);
    CHECK_ERR(config_parse_size("1080x1920x", &w, &h), ERR_CONFIG);
}
