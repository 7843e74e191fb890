/* pinyin_test.c - any name is found by its hanzi, its initials and its full pinyin. */
#include "tests/test.h"

#include "app/pinyin.h"

#include <string.h>

static const char *reading(const char *text, int at)
{
    static struct pinyin_char c[PINYIN_CHARS];
    int n = pinyin_read(text, c, PINYIN_CHARS);
    return at < n && c[at].count ? c[at].reading[0] : "";
}

TEST(eggs_are_found_by_hanzi_initials_and_pinyin)
{
    CHECK(pinyin_match("鸡蛋", "蛋") > 0);
    CHECK(pinyin_match("鸡蛋", "jd") > 0);
    CHECK(pinyin_match("鸡蛋", "jidan") > 0);
    CHECK(pinyin_match("鸡蛋", "JiDan") > 0);
    CHECK(pinyin_match("鸡蛋", "ji da") > 0);
    CHECK(pinyin_match("鸡蛋", "jid") > 0);
    CHECK_EQ(pinyin_match("鸡蛋", "jx"), 0);
    CHECK_EQ(pinyin_match("鸡蛋", "鸭"), 0);
    CHECK_EQ(pinyin_match("鸡蛋", "jidano"), 0);
    CHECK_EQ(pinyin_match("鸡蛋", ""), 0);
}

TEST(words_with_two_readings_are_read_as_the_word_is_said)
{
    CHECK_STR(reading("重庆", 0), "chong");
    CHECK_STR(reading("银行", 1), "hang");
    CHECK_STR(reading("长江", 0), "chang");
    CHECK_STR(reading("便宜", 0), "pian");
    CHECK_STR(reading("调解", 0), "tiao");
    CHECK_STR(reading("会计", 0), "kuai");
    CHECK_STR(reading("单家湾", 0), "shan");
    CHECK_STR(reading("尉迟", 0), "yu");
    CHECK_STR(reading("去银行办卡", 2), "hang");
    CHECK_STR(reading("行走", 0), "xing");
    CHECK_STR(reading("重要", 0), "zhong");
    CHECK_STR(reading("音乐会", 1), "yue");
}

TEST(polyphones_are_found_by_the_letters_people_type)
{
    CHECK(pinyin_match("重庆", "cq") > 0);
    CHECK(pinyin_match("银行", "yh") > 0);
    CHECK(pinyin_match("长江", "cj") > 0);
    CHECK(pinyin_match("重庆小面", "chongqing") > 0);
    CHECK(pinyin_match("重庆", "cq") > pinyin_match("重庆", "zq"));
    CHECK(pinyin_match("会计", "kj") > 0);
    CHECK(pinyin_match("绿豆", "lvdou") > 0);
}

TEST(a_name_is_found_from_the_middle_but_not_by_one_letter)
{
    CHECK(pinyin_match("猪肉，五花", "wuhua") > 0);
    CHECK(pinyin_match("猪肉，五花", "zrwh") > 0);
    CHECK_EQ(pinyin_match("猪肉，五花", "w"), 0);
    CHECK(pinyin_match("猪肉，五花", "z") > 0);
    CHECK(pinyin_match("猪肉", "zhr") > 0);
    CHECK(pinyin_match("鸡蛋", "jd") > pinyin_match("散养鸡蛋", "jd"));
}

TEST(letters_digits_and_long_names_do_no_harm)
{
    CHECK(pinyin_match("WIFI 5号", "wifi") > 0);
    CHECK(pinyin_match("酱油500ml", "jy500") > 0);
    char name[600] = "";
    for (int i = 0; i < 60; i++)
        memcpy(name + i * 3, "蛋", 4);
    CHECK(pinyin_match(name, "dandan") > 0);
    CHECK_EQ(pinyin_match("\xff\xfe", "a"), 0);
}
