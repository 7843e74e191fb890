/* workday.c - which days offices work, and the last day of a promise counted in them. */
#include "hal/base/workday.h"

#include "hal/base/clock.h"

bool workday_is(const struct workdays *w, int day)
{
    int lo = 0, hi = w->count;
    while (lo < hi) {
        int mid = (lo + hi) / 2;
        if (w->list[mid].day == day)
            return w->list[mid].work;
        if (w->list[mid].day < day)
            lo = mid + 1;
        else
            hi = mid;
    }
    int weekday = clock_civil_of_day(day).weekday;
    return weekday != 0 && weekday != 6;
}

int workday_after(const struct workdays *w, int day, int n)
{
    while (n > 0)
        n -= workday_is(w, ++day);
    return day;
}

int workday_between(const struct workdays *w, int from, int to)
{
    int n = 0;
    for (int day = from + 1; day <= to; day++)
        n += workday_is(w, day);
    return n;
}
