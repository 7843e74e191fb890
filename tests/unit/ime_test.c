/* ime_test.c - pinyin becomes the words people write here, and nothing of it is remembered. */
#include "tests/test.h"

#include "hal/ime.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct ime *ime;

static void finish(void)
{
    ime_close(ime);
    ime = NULL;
}

/* Anew for each test, since other tests close the one engine there is. At the end it is closed
 * before librime's own objects go: what is registered after them comes before them. */
static bool ready(void)
{
    static bool registered;
    enum err e = ime_open(SHARE_DIR "/ime", &ime);
    if (!registered)
        atexit(finish);
    registered = true;
    return test_check_err(__FILE__, __LINE__, e, OK, "ime_open");
}

static void type(const char *letters)
{
    ime_clear(ime);
    for (const char *c = letters; *c; c++)
        ime_key(ime, *c);
}

/* Its place among the candidates of the first page, -1 when it is not there. */
static int place_of(const char *word)
{
    struct ime_view v;
    ime_view(ime, &v);
    for (int i = 0; i < v.count; i++)
        if (strcmp(v.candidate[i], word) == 0)
            return i;
    return -1;
}

static int rank(const char *letters, const char *word)
{
    type(letters);
    int place = place_of(word);
    ime_clear(ime);
    return place;
}

/* Written down before the dictionary was tried on them: services, papers, goods, places, people. */
static const char *const daily[][2] = {
    { "shehuibaozhang", "社会保障" },
    { "yiliaobaoxian", "医疗保险" },
    { "yanglaobaoxian", "养老保险" },
    { "yanglaojin", "养老金" },
    { "dibao", "低保" },
    { "canjizheng", "残疾证" },
    { "hukouben", "户口本" },
    { "shenfenzheng", "身份证" },
    { "yinhangka", "银行卡" },
    { "dianhuahaoma", "电话号码" },
    { "jiatingzhuzhi", "家庭住址" },
    { "gaolingjintie", "高龄津贴" },
    { "linshijiuzhu", "临时救助" },
    { "dabingjiuzhu", "大病救助" },
    { "shenqingbiao", "申请表" },
    { "pinkunhu", "贫困户" },
    { "cunweihui", "村委会" },
    { "juweihui", "居委会" },
    { "minzhengju", "民政局" },
    { "paichusuo", "派出所" },
    { "weishengyuan", "卫生院" },
    { "nongcunyiliao", "农村医疗" },
    { "hezuoshe", "合作社" },
    { "zhaijidi", "宅基地" },
    { "tudichengbao", "土地承包" },
    { "gengdibutie", "耕地补贴" },
    { "nongjibutie", "农机补贴" },
    { "shiyedengji", "失业登记" },
    { "jiuyekunnan", "就业困难" },
    { "tuiyijunren", "退役军人" },
    { "jiehunzheng", "结婚证" },
    { "chushengzhengming", "出生证明" },
    { "sangzangbuzhu", "丧葬补助" },
    { "manxingbing", "慢性病" },
    { "zhuyuanfeiyong", "住院费用" },
    { "baoxiao", "报销" },
    { "yidijiuyi", "异地就医" },
    { "hetao", "核桃" },
    { "jidan", "鸡蛋" },
    { "ganju", "柑橘" },
    { "chaye", "茶叶" },
    { "yichangshi", "宜昌市" },
    { "yilingqu", "夷陵区" },
    { "sanxiarenjia", "三峡人家" },
    { "taipingxizhen", "太平溪镇" },
    { "xujiachongcun", "许家冲村" },
    { "sandouping", "三斗坪" },
    { "letianxizhen", "乐天溪镇" },
    { "wangxiuying", "王秀英" },
    { "zhangguilan", "张桂兰" },
};
enum { DAILY = sizeof daily / sizeof *daily };

TEST(of_fifty_words_of_every_day_at_least_44_come_first)
{
    if (!ready())
        return;
    int first = 0;
    for (int i = 0; i < DAILY; i++)
        first += rank(daily[i][0], daily[i][1]) == 0;
    CHECK_EQ(DAILY, 50);
    CHECK(first >= 44);
}

TEST(the_names_of_the_district_come_first)
{
    static const char *const local[][2] = {
        { "xujiachong", "许家冲" },      { "xujiachongcun", "许家冲村" },
        { "taipingxizhen", "太平溪镇" }, { "sandoupingzhen", "三斗坪镇" },
        { "yaquelingzhen", "鸦鹊岭镇" }, { "xiabaopingxiang", "下堡坪乡" },
        { "dengcunxiang", "邓村乡" },    { "xiaoxitajiedao", "小溪塔街道" },
        { "wuduhezhen", "雾渡河镇" },    { "fenxiangzhen", "分乡镇" },
        { "huanghuazhen", "黄花镇" },    { "zhangcunpingzhen", "樟村坪镇" },
    };
    if (!ready())
        return;
    for (size_t i = 0; i < sizeof local / sizeof *local; i++)
        if (!test_check_eq(__FILE__, __LINE__, rank(local[i][0], local[i][1]), 0, local[i][1]))
            return;
}

TEST(the_accent_of_the_valley_is_understood)
{
    if (!ready())
        return;
    CHECK_EQ(rank("longcunyiniao", "农村医疗"), 0); /* l for n, n for l */
    CHECK_EQ(rank("sehuibaozang", "社会保障"), 0);  /* s for sh, z for zh */
    CHECK_EQ(rank("senfenzen", "身份证"), 0);       /* en for eng */
    CHECK_EQ(rank("linshijiuzu", "临时救助"), 0);
    CHECK_EQ(rank("xujiacongcun", "许家冲村"), 0);
    CHECK_EQ(rank("mingzenju", "民政局"), 0); /* ing for in */
}

TEST(what_is_spelt_exactly_stands_on_the_first_page)
{
    if (!ready())
        return;
    CHECK(rank("si", "四") >= 0);
    CHECK(rank("lu", "路") == 0);
    CHECK(rank("min", "民") >= 0);
    CHECK(rank("zi", "字") >= 0);
}

/* Nobody's name is in a dictionary: the surname is picked, then what is left is asked again. */
TEST(a_name_is_written_by_picking_its_parts)
{
    char out[IME_TEXT] = "";
    struct ime_view v;
    if (!ready())
        return;
    type("wangxiuying");
    CHECK(place_of("王") >= 0);
    ime_pick(ime, place_of("王"), out, sizeof out);
    CHECK_STR(out, "");
    ime_view(ime, &v);
    CHECK(strncmp(v.preedit, "王xiu", strlen("王xiu")) == 0);
    CHECK_EQ(place_of("秀英"), 0);
    ime_pick(ime, 0, out, sizeof out);
    CHECK_STR(out, "王秀英");
    CHECK(!ime_composing(ime));
}

TEST(what_was_picked_can_be_taken_back_and_a_letter_too)
{
    char out[IME_TEXT] = "";
    struct ime_view v;
    if (!ready())
        return;
    type("wangxiuying");
    ime_pick(ime, place_of("王"), out, sizeof out);
    CHECK(ime_erase(ime));
    CHECK(place_of("王") >= 0);
    CHECK(ime_erase(ime));
    ime_view(ime, &v);
    CHECK_STR(v.preedit, "wang xiu yin");
    ime_clear(ime);
    CHECK(!ime_erase(ime));
}

TEST(all_that_is_composed_can_be_had_at_once)
{
    char out[128] = "住在";
    if (!ready())
        return;
    type("taipingxizhenxujiachongcun");
    ime_commit(ime, out, sizeof out);
    CHECK_STR(out, "住在太平溪镇许家冲村");
    CHECK(!ime_composing(ime));
    char small[8] = "";
    type("taipingxizhen");
    ime_commit(ime, small, sizeof small);
    CHECK_STR(small, "");
}

TEST(pages_of_candidates_turn_both_ways)
{
    struct ime_view one, two, back;
    if (!ready())
        return;
    type("shi");
    ime_view(ime, &one);
    CHECK_EQ(one.count, IME_CANDIDATES);
    CHECK(one.has_next && !one.has_prev);
    ime_page(ime, 1);
    ime_view(ime, &two);
    CHECK(two.has_prev && strcmp(one.candidate[0], two.candidate[0]) != 0);
    ime_page(ime, -1);
    ime_view(ime, &back);
    CHECK_STR(back.candidate[0], one.candidate[0]);
    ime_clear(ime);
}

TEST(only_letters_are_taken_and_only_so_many)
{
    if (!ready())
        return;
    ime_clear(ime);
    CHECK(!ime_key(ime, 'A'));
    CHECK(!ime_key(ime, '1'));
    CHECK(!ime_key(ime, ' '));
    CHECK(!ime_key(ime, '\''));
    CHECK(!ime_composing(ime));
    int taken = 0;
    for (int i = 0; i < 200; i++)
        taken += ime_key(ime, "shi"[i % 3]);
    CHECK(taken >= 30 && taken < 60);
    struct ime_view v;
    ime_view(ime, &v);
    CHECK(v.count > 0);
    ime_clear(ime);
}

static int entries(const char *dir)
{
    int n = 0;
    DIR *d = opendir(dir);
    while (d && readdir(d))
        n++;
    if (d)
        closedir(d);
    return n;
}

/* The fifth candidate chosen fifty times would be the first in an engine that learns. */
TEST(nothing_is_learned_from_a_citizen_and_nothing_is_written)
{
    struct ime_view before, after;
    char out[IME_TEXT];
    if (!ready())
        return;
    int files = entries(SHARE_DIR "/ime");
    type("shiyi");
    ime_view(ime, &before);
    for (int i = 0; i < 50; i++) {
        out[0] = '\0';
        type("shiyi");
        ime_pick(ime, 4, out, sizeof out);
        CHECK_STR(out, before.candidate[4]);
    }
    type("shiyi");
    ime_view(ime, &after);
    CHECK(memcmp(before.candidate, after.candidate, sizeof before.candidate) == 0);
    CHECK_EQ(entries(SHARE_DIR "/ime"), files);
    ime_clear(ime);
}

TEST(the_next_citizen_finds_nothing_composed)
{
    if (!ready())
        return;
    type("zhangguilan");
    ime_forget(ime);
    CHECK(!ime_composing(ime));
    CHECK_EQ(rank("dibao", "低保"), 0);
}

TEST(a_keyboard_without_its_dictionary_is_refused_and_can_be_opened_later)
{
    struct ime *none = NULL;
    if (!ready())
        return;
    finish();
    CHECK_ERR(ime_open(test_dir(), &none), ERR_NOT_FOUND);
    CHECK(none == NULL);
    CHECK_ERR(ime_open(SHARE_DIR "/ime", &ime), OK);
    CHECK_EQ(rank("dibao", "低保"), 0);
}
