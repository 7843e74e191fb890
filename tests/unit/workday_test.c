/* workday_test.c - the last day of a promise, over weekends, holidays and weekends that are worked.
 */
#include "hal/base/workday.h"

#include "hal/base/clock.h"
#include "tests/test.h"

static int day(int month, int d)
{
    return clock_day_from_civil(2026, month, d);
}

TEST(without_a_holiday_table_weekends_are_passed_over)
{
    const struct workdays none = { 0 };
    CHECK_EQ(workday_after(&none, day(11, 24), 1), day(11, 25)); /* a Tuesday */
    CHECK_EQ(workday_after(&none, day(11, 27), 1), day(11, 30)); /* Friday: Monday */
    CHECK_EQ(workday_after(&none, day(11, 28), 1), day(11, 30)); /* Saturday too */
    CHECK_EQ(workday_after(&none, day(11, 24), 0), day(11, 24));
    CHECK_EQ(workday_between(&none, day(11, 24), day(12, 4)), 8);
    CHECK_EQ(workday_between(&none, day(12, 4), day(11, 24)), 0);
}

TEST(holidays_are_passed_over_and_a_worked_weekend_counts)
{
    const struct workday_except list[] = {
        { day(9, 20), true },  { day(10, 1), false }, { day(10, 2), false }, { day(10, 5), false },
        { day(10, 6), false }, { day(10, 7), false }, { day(10, 10), true },
    };
    const struct workdays w = { list, 7 };
    CHECK(workday_is(&w, day(9, 20)) && workday_is(&w, day(10, 10))); /* Sunday, Saturday */
    CHECK(!workday_is(&w, day(10, 1)) && !workday_is(&w, day(10, 11)));
    CHECK_EQ(workday_after(&w, day(9, 30), 1), day(10, 8));
    CHECK_EQ(workday_after(&w, day(9, 30), 3), day(10, 10));
    CHECK_EQ(workday_between(&w, day(9, 30), day(10, 12)), 4);
}
