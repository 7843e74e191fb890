/* workday.h - which days offices work, and the last day of a promise counted in them. */
#ifndef HAL_BASE_WORKDAY_H
#define HAL_BASE_WORKDAY_H

#include <stdbool.h>

/* Pure functions, [any]. A day is a number of days since 1970-01-01. Monday to Friday are worked,
 * but for the days in the list: a holiday, or a weekend that is worked for it
 * (国务院办公厅关于节假日 安排的通知, one a year). */
struct workday_except {
    int day;
    bool work;
};
/* list: sorted by day, the owner's. Empty: weekends only. */
struct workdays {
    const struct workday_except *list;
    int count;
};

bool workday_is(const struct workdays *w, int day);
/* The n-th working day after `day`; n <= 0: day itself. */
int workday_after(const struct workdays *w, int day, int n);
/* How many working days lie after `from`, up to and with `to`; 0 when there are none. */
int workday_between(const struct workdays *w, int from, int to);

#endif
