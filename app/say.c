/* say.c - money, days and times in plain words. */
#include "app/say.h"

#include "app/i18n.h"
#include "hal/base/clock.h"

#include <stdbool.h>
#include <stdio.h>

enum { AGE_DAYS = 30 }; /* older than this a date says more than a count of days */

static const char *or_empty(const char *s)
{
    return s ? s : "";
}

const char *say_number(struct arena *a, int64_t n)
{
    return or_empty(arena_printf(a, "%lld", (long long)n));
}

const char *say_yuan(struct arena *a, int64_t fen)
{
    const char *sign = fen < 0 ? "-" : "";
    long long all = fen < 0 ? -fen : fen, yuan = all / 100;
    int cents = (int)(all % 100);
    if (yuan < 1000)
        return or_empty(arena_printf(a, "%s%lld.%02d", sign, yuan, cents));
    if (yuan < 1000000)
        return or_empty(
            arena_printf(a, "%s%lld,%03lld.%02d", sign, yuan / 1000, yuan % 1000, cents));
    return or_empty(arena_printf(a, "%s%lld,%03lld,%03lld.%02d", sign, yuan / 1000000,
                                 yuan / 1000 % 1000, yuan % 1000, cents));
}

static const char *month_name(int month)
{
    static const char *const key[] = {
        "say.month.1", "say.month.2", "say.month.3", "say.month.4",  "say.month.5",  "say.month.6",
        "say.month.7", "say.month.8", "say.month.9", "say.month.10", "say.month.11", "say.month.12"
    };
    return T(key[month - 1]);
}

const char *say_date(struct arena *a, int day)
{
    struct civil c = clock_civil_of_day(day);
    bool this_year = c.year == clock_civil_of_day(clock_today()).year;
    return i18n_fmt(a, this_year ? "say.date" : "say.date_with_year", "year", say_number(a, c.year),
                    "month", month_name(c.month), "day", say_number(a, c.day), NULL);
}

const char *say_day(struct arena *a, int day, int today)
{
    if (day == today)
        return T("say.today");
    return day == today - 1 ? T("say.yesterday") : say_date(a, day);
}

const char *say_age(struct arena *a, int day, int today)
{
    int days = today - day;
    if (days < 2 || days > AGE_DAYS)
        return say_day(a, day, today);
    return i18n_fmt(a, "say.days_ago", "n", say_number(a, days), NULL);
}

const char *say_clock(struct arena *a, int minutes)
{
    return or_empty(arena_printf(a, "%02d:%02d", minutes / 60, minutes % 60));
}

const char *say_when(struct arena *a, int day, int minutes, int today)
{
    const char *d = say_day(a, day, today);
    if (minutes < 0)
        return d;
    return i18n_fmt(a, "say.when", "day", d, "time", say_clock(a, minutes), NULL);
}

const char *say_time(struct arena *a, int64_t wall_ms, int today)
{
    struct civil c = clock_civil(wall_ms);
    return say_when(a, clock_day_of(wall_ms), c.hour * 60 + c.minute, today);
}

const char *say_date_and_weekday(struct arena *a, int day)
{
    static const char *const key[] = { "say.weekday.0", "say.weekday.1", "say.weekday.2",
                                       "say.weekday.3", "say.weekday.4", "say.weekday.5",
                                       "say.weekday.6" };
    struct civil c = clock_civil_of_day(day);
    return i18n_fmt(a, "say.date_and_weekday", "weekday", T(key[c.weekday]), "month",
                    month_name(c.month), "day", say_number(a, c.day), NULL);
}

const char *say_first_large(struct arena *a, const char *s)
{
    if (*s < 'a' || *s > 'z')
        return s;
    char *out = arena_strdup(a, s);
    if (!out)
        return s;
    out[0] = (char)(out[0] - 'a' + 'A');
    return out;
}
