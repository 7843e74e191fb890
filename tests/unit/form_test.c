/* form_test.c - an application filled in: which pages come, what is wrong, what is packed. */
#include "tests/test.h"

#include "app/form.h"
#include "hal/base/clock.h"
#include "hal/idno.h"
#include "hal/json.h"

#include <stdio.h>
#include <string.h>

/* 2026-11-23 */
enum { TODAY = 20780 };
enum { NAME, IDNO, PHONE, BIRTH, HOME, BANK, LEVEL, COST, WORDS, TRUTH, AGENT, VILLAGE };

static const char apply[] =
    "{\"id\":\"a-1\",\"name\":\"办事\",\"department\":\"区民政局\",\"kiosk\":\"full\","
    "\"consent\":{\"version\":\"v1\",\"text\":\"同意\"},"
    "\"questions\":[{\"id\":\"agent\",\"text\":\"替别人办吗？\"}],"
    "\"materials\":[{\"name\":\"身份证\",\"via\":\"card\"},{\"name\":\"户口簿\",\"via\":\"scan\"},"
    "{\"name\":\"委托书\",\"via\":\"scan\",\"when\":\"agent=yes\"}],"
    "\"fields\":[{\"id\":\"name\",\"label\":\"姓名\",\"type\":\"text\",\"from\":\"card.name\"},"
    "{\"id\":\"idno\",\"label\":\"身份证\",\"type\":\"idno\",\"from\":\"card.idno\"},"
    "{\"id\":\"phone\",\"label\":\"手机\",\"type\":\"phone\",\"from\":\"profile.phone\"},"
    "{\"id\":\"birth\",\"label\":\"出生\",\"type\":\"date\",\"from\":\"card.birth\"},"
    "{\"id\":\"addr\",\"label\":\"住址\",\"type\":\"address\",\"from\":\"card.address\"},"
    "{\"id\":\"bank\",\"label\":\"卡号\",\"type\":\"bankcard\",\"from\":\"ssc.bankcard\"},"
    "{\"id\":\"level\",\"label\":\"哪档\",\"type\":\"choice\",\"options\":[\"低\",\"高\"]},"
    "{\"id\":\"cost\",\"label\":\"多少\",\"type\":\"number\",\"required\":false},"
    "{\"id\":\"text\",\"label\":\"说说\",\"type\":\"text\",\"max\":5},"
    "{\"id\":\"truth\",\"label\":\"真的\",\"type\":\"tick\"},"
    "{\"id\":\"agidno\",\"label\":\"代办人\",\"type\":\"idno\",\"from\":\"agentcard.idno\","
    "\"when\":"
    "\"agent=yes\"},"
    "{\"id\":\"village\",\"label\":\"村\",\"type\":\"text\",\"from\":\"place.village\"}]}";

struct desk {
    struct arena page, desk;
    struct form form;
    struct card_face face;
    char id[19];
};

static void make_id(char out[19], const char *digits17)
{
    snprintf(out, 19, "%s%c", digits17, idno_check(digits17));
}

static bool begin(struct desk *d, bool card, const signed char *answers)
{
    static const struct form_place here = { 420506104201, "太平溪镇", "许家冲村" };
    struct service *s = NULL;
    memset(d, 0, sizeof *d);
    arena_init(&d->page, 8192, 1 << 20);
    arena_init(&d->desk, 8192, 1 << 20);
    make_id(d->id, "42050619450612372");
    d->face = (struct card_face){ .kind = CARD_SSC, .name = "测试甲", .card_no = "A12345678" };
    d->face.birth_day = clock_day_from_civil(1945, 6, 12);
    snprintf(d->face.id, sizeof d->face.id, "%s", d->id);
    return service_parse(&d->page, apply, strlen(apply), &s) == OK &&
           form_begin(&d->form, &d->desk, s, answers, card ? &d->face : NULL, &here) == OK;
}

static void end(struct desk *d)
{
    form_close(&d->form);
    arena_finish(&d->desk);
    arena_finish(&d->page);
}

static enum form_fault with(struct desk *d, int field, const char *text, int *n)
{
    *n = -1;
    return form_set(&d->form, field, text) ? form_check(&d->form, field, TODAY, n) : FAULTS;
}

TEST(what_the_card_says_is_not_asked_again)
{
    struct desk d;
    CHECK(begin(&d, true, NULL));
    CHECK_EQ(d.form.asked[0], FORM_FIELDS);
    CHECK_EQ(d.form.asked[1], PHONE);
    CHECK_EQ(d.form.asked[2], HOME);
    CHECK_EQ(d.form.value[NAME].source, SOURCE_CARD);
    CHECK_STR(d.form.value[BIRTH].text, "19450612");
    CHECK_EQ(d.form.value[VILLAGE].source, SOURCE_PLACE);
    CHECK(!d.form.touched);
    end(&d);
    CHECK(begin(&d, false, NULL));
    CHECK_EQ(d.form.asked[1], NAME);
    CHECK_EQ(d.form.asked[2], IDNO);
    CHECK_EQ(d.form.value[NAME].source, SOURCE_NONE);
    end(&d);
}

TEST(a_question_answered_on_the_guide_has_no_page_and_still_decides)
{
    struct desk d;
    signed char yes[SERVICE_QUESTIONS] = { ANSWER_YES };
    CHECK(begin(&d, true, yes));
    CHECK_EQ(d.form.asked[0], PHONE);
    CHECK(form_has(&d.form, AGENT));
    form_say(&d.form, 0, ANSWER_NO);
    CHECK(!form_has(&d.form, AGENT));
    CHECK(!form_needs(&d.form, d.form.service->material[2].when));
    end(&d);
}

TEST(each_mistake_in_a_number_is_told_apart)
{
    struct desk d;
    int n;
    char wrong[19];
    CHECK(begin(&d, false, NULL));
    CHECK_EQ(with(&d, PHONE, "", &n), FAULT_EMPTY);
    CHECK_EQ(with(&d, PHONE, "1380013800", &n), FAULT_SHORT);
    CHECK_EQ(n, 1);
    CHECK_EQ(with(&d, PHONE, "138001380001", &n), FAULT_LONG);
    CHECK_EQ(n, 1);
    CHECK_EQ(with(&d, PHONE, "12800138000", &n), FAULT_PHONE);
    CHECK_EQ(with(&d, PHONE, "1380013800x", &n), FAULT_DIGITS);
    CHECK_EQ(with(&d, PHONE, "13800138000", &n), FAULT_NONE);
    CHECK_EQ(with(&d, PHONE, "0717-1234567", &n), FAULT_NONE);
    CHECK_EQ(with(&d, PHONE, "0717123", &n), FAULT_SHORT);
    CHECK_EQ(with(&d, IDNO, d.id, &n), FAULT_NONE);
    memcpy(wrong, d.id, sizeof wrong);
    wrong[16] = wrong[16] == '2' ? '3' : '2';
    CHECK_EQ(with(&d, IDNO, wrong, &n), FAULT_CHECK);
    CHECK_EQ(with(&d, IDNO, "42050619451345372X", &n), FAULT_DATE);
    CHECK_EQ(with(&d, IDNO, "420506", &n), FAULT_SHORT);
    CHECK_EQ(n, 12);
    CHECK_EQ(with(&d, BANK, "4111111111111111", &n), FAULT_NONE);
    CHECK_EQ(with(&d, BANK, "4111111111111112", &n), FAULT_CHECK);
    CHECK_EQ(with(&d, BANK, "411111111111111", &n), FAULT_CHECK);
    CHECK_EQ(with(&d, BANK, "41111111111", &n), FAULT_SHORT);
    end(&d);
}

TEST(days_amounts_and_words_are_judged)
{
    struct desk d;
    int n;
    CHECK(begin(&d, false, NULL));
    CHECK_EQ(with(&d, BIRTH, "20260230", &n), FAULT_DATE);
    CHECK_EQ(with(&d, BIRTH, "20261124", &n), FAULT_FUTURE);
    CHECK_EQ(with(&d, BIRTH, "20261123", &n), FAULT_NONE);
    CHECK_EQ(with(&d, BIRTH, "2026112", &n), FAULT_SHORT);
    CHECK_EQ(with(&d, BIRTH, "2026-11-20", &n), FAULT_NONE);
    CHECK_EQ(with(&d, COST, "", &n), FAULT_NONE);
    CHECK_EQ(with(&d, COST, "-3", &n), FAULT_NUMBER);
    CHECK_EQ(with(&d, COST, "3.", &n), FAULT_NUMBER);
    CHECK_EQ(with(&d, COST, "3.5", &n), FAULT_NONE);
    CHECK_EQ(with(&d, WORDS, " \n ", &n), FAULT_EMPTY);
    CHECK_EQ(with(&d, WORDS, "一二三四五六七", &n), FAULT_LONG);
    CHECK_EQ(n, 2);
    CHECK_EQ(form_check(&d.form, LEVEL, TODAY, &n), FAULT_CHOICE);
    CHECK(!form_choose(&d.form, LEVEL, 2));
    CHECK(form_choose(&d.form, LEVEL, 1));
    CHECK_EQ(form_check(&d.form, LEVEL, TODAY, &n), FAULT_NONE);
    CHECK_EQ(form_check(&d.form, TRUTH, TODAY, &n), FAULT_TICK);
    CHECK_EQ(form_check(&d.form, FORM_FIELDS, TODAY, &n), FAULT_ANSWER);
    CHECK_EQ(form_check(&d.form, HOME, TODAY, &n), FAULT_ADDRESS);
    CHECK(form_set(&d.form, HOME, "3组12号"));
    CHECK_EQ(form_check(&d.form, HOME, TODAY, &n), FAULT_NONE);
    CHECK(form_settle(&d.form, HOME, FORM_ELSEWHERE, ""));
    CHECK_EQ(with(&d, HOME, "3组", &n), FAULT_ADDRESS);
    end(&d);
}

TEST(who_acts_for_another_is_not_that_other)
{
    struct desk d;
    int n;
    CHECK(begin(&d, true, NULL));
    form_say(&d.form, 0, ANSWER_YES);
    CHECK_EQ(with(&d, AGENT, d.id, &n), FAULT_SAME);
    end(&d);
}

TEST(typing_takes_whole_characters_back)
{
    struct desk d;
    CHECK(begin(&d, false, NULL));
    CHECK(form_type(&d.form, WORDS, "写"));
    CHECK(form_type(&d.form, WORDS, "信"));
    CHECK(form_erase(&d.form, WORDS));
    CHECK_STR(d.form.value[WORDS].text, "写");
    CHECK(d.form.touched);
    CHECK(form_erase(&d.form, WORDS));
    CHECK(!form_erase(&d.form, WORDS));
    end(&d);
}

static bool fill(struct desk *d)
{
    struct form *f = &d->form;
    form_say(f, 0, ANSWER_NO);
    form_tick(f, TRUTH, true);
    return form_set(f, PHONE, "13800138000") && form_set(f, HOME, "3组\"12\"号") &&
           form_set(f, BANK, "4111111111111111") && form_choose(f, LEVEL, 0) &&
           form_set(f, WORDS, "一\n二");
}

TEST(a_packed_application_says_whose_word_each_value_is)
{
    struct desk d;
    struct json *root = NULL;
    const struct json *list = NULL, *person = NULL;
    const char *s = NULL;
    char *json = NULL;
    bool show = true;
    CHECK(begin(&d, true, NULL));
    CHECK(fill(&d));
    CHECK_EQ(form_first_wrong(&d.form, TODAY), -1);
    CHECK_ERR(form_pack(&d.form, &d.desk, &d.face, "7KQ3-M2XD-94TF", 1764000000000, "420506104201",
                        &json),
              OK);
    CHECK_ERR(json_parse(json, strlen(json), &root), OK);
    CHECK_ERR(json_get_str(root, "identity", &s), OK);
    CHECK_STR(s, "card");
    CHECK_ERR(json_get(root, "person", &person), OK);
    CHECK_ERR(json_get_str(person, "idno", &s), OK);
    CHECK_STR(s, d.id);
    CHECK_ERR(json_get(root, "fields", &list), OK);
    CHECK_EQ(json_count(list), 10); /* neither the cost nobody gave nor the agent */
    CHECK_ERR(json_get_str(json_at(list, HOME), "value", &s), OK);
    CHECK_STR(s, "太平溪镇许家冲村3组\"12\"号");
    CHECK_ERR(json_get_str(json_at(list, 7), "value", &s), OK);
    CHECK_STR(s, "一\n二");
    CHECK_ERR(json_get_str(json_at(list, 9), "from", &s), OK);
    CHECK_STR(s, "place");
    CHECK_ERR(json_get(root, "materials", &list), OK);
    CHECK_EQ(json_count(list), 2);
    CHECK_ERR(json_get_bool(json_at(list, 0), "show", &show), OK);
    CHECK(!show);
    CHECK_ERR(json_get_bool(json_at(list, 1), "show", &show), OK);
    CHECK(show);
    json_free(root);
    end(&d);
}

TEST(a_name_typed_over_makes_the_identity_typed)
{
    struct desk d;
    char *json = NULL;
    CHECK(begin(&d, false, NULL));
    CHECK(fill(&d) && form_set(&d.form, NAME, "测试乙") && form_set(&d.form, IDNO, d.id));
    CHECK_ERR(form_pack(&d.form, &d.desk, NULL, "R", 1, "", &json), OK);
    CHECK(strstr(json, "\"identity\":\"typed\",\"card\":null") != NULL);
    end(&d);
}
