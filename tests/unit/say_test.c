/* say_test.c - money, days and times as we say them, in both languages. */
#include "tests/test.h"

#include "app/i18n.h"
#include "app/say.h"
#include "hal/base/clock.h"

#include <stdlib.h>
#include <string.h>

/* The words as they were built; the unit tests run where `make` put them. */
static bool speak(const char *lang)
{
    return i18n_init(SHARE_DIR "/locale", lang) == OK;
}

static struct arena *memory(void)
{
    static struct arena a;
    if (!a.cap)
        arena_init(&a, 4096, 65536);
    arena_reset(&a);
    return &a;
}

TEST(money_has_two_decimals_and_groups_of_three)
{
    struct arena *a = memory();
    CHECK_STR(say_yuan(a, 498), "4.98");
    CHECK_STR(say_yuan(a, 5), "0.05");
    CHECK_STR(say_yuan(a, 0), "0.00");
    CHECK_STR(say_yuan(a, -12), "-0.12");
    CHECK_STR(say_yuan(a, 125000), "1,250.00");
    CHECK_STR(say_yuan(a, 123456789), "1,234,567.89");
}

TEST(days_are_said_in_chinese_as_people_say_them)
{
    struct arena *a = memory();
    CHECK(speak("zh_CN"));
    clock_hold(1795398060000); /* 2026-11-23 09:41 */
    int today = clock_today();
    CHECK_STR(say_day(a, today, today), "今天");
    CHECK_STR(say_day(a, today - 1, today), "昨天");
    CHECK_STR(say_day(a, today - 3, today), "11月20日");
    CHECK_STR(say_age(a, today - 3, today), "3天前");
    CHECK_STR(say_age(a, today - 40, today), "10月14日");
    CHECK_STR(say_day(a, today + 1, today), "11月24日");
    CHECK_STR(say_date(a, today - 400), "2025年10月19日");
    CHECK_STR(say_when(a, today, 520, today), "今天 08:40");
    CHECK_STR(say_when(a, today, -1, today), "今天");
    CHECK_STR(say_time(a, clock_wall_ms(), today), "今天 09:41");
    CHECK_STR(say_date_and_weekday(a, today), "11月23日 星期一");
}

TEST(days_are_said_in_english_without_a_year_this_year)
{
    struct arena *a = memory();
    CHECK(speak("en"));
    clock_hold(1795398060000);
    int today = clock_today();
    CHECK_STR(say_when(a, today, 520, today), "08:40 today");
    CHECK_STR(say_age(a, today - 3, today), "3 days ago");
    CHECK_STR(say_date(a, today), "23 Nov");
    CHECK_STR(say_date_and_weekday(a, today), "Mon 23 Nov");
    CHECK_STR(say_first_large(a, "today"), "Today");
    CHECK_STR(say_first_large(a, "今天"), "今天");
    CHECK(speak("zh_CN"));
}
