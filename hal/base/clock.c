/* clock.c - wall and timer clock with a test's hand on them; calendar of Asia/Shanghai. */
#include "hal/base/clock.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ZONE_MS (8 * 3600 * 1000LL)
#define DAY_MS  86400000LL

static _Atomic int64_t wall_shift, timer_shift, held_at;
static atomic_bool held;

static int64_t raw_us(clockid_t id)
{
    struct timespec ts;
    clock_gettime(id, &ts);
    return ts.tv_sec * 1000000LL + ts.tv_nsec / 1000;
}

int64_t clock_wall_ms(void)
{
    return held ? held_at : raw_us(CLOCK_REALTIME) / 1000 + wall_shift;
}

int64_t clock_timer_us(void)
{
    return raw_us(CLOCK_MONOTONIC) + timer_shift * 1000;
}

int64_t clock_timer_ms(void)
{
    return clock_timer_us() / 1000;
}

void clock_hold(int64_t wall_ms)
{
    held_at = wall_ms;
    held = true;
}

void clock_advance_ms(int64_t ms)
{
    wall_shift = clock_wall_ms() + ms - raw_us(CLOCK_REALTIME) / 1000;
    held = false;
    timer_shift += ms;
}

int clock_day_of(int64_t wall_ms)
{
    int64_t t = wall_ms + ZONE_MS;
    return (int)(t >= 0 ? t / DAY_MS : -((DAY_MS - 1 - t) / DAY_MS));
}

int clock_today(void)
{
    return clock_day_of(clock_wall_ms());
}

/* Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": days_from_civil. */
int clock_day_from_civil(int y, int m, int d)
{
    y -= m <= 2;
    int era = (y >= 0 ? y : y - 399) / 400;
    int yoe = y - era * 400;
    int doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

/* The same paper: civil_from_days. */
struct civil clock_civil_of_day(int day)
{
    int z = day + 719468;
    int era = (z >= 0 ? z : z - 146096) / 146097;
    int doe = z - era * 146097;
    int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int mp = (5 * doy + 2) / 153;
    int month = mp + (mp < 10 ? 3 : -9);
    return (struct civil){ .year = yoe + era * 400 + (month <= 2),
                           .month = month,
                           .day = doy - (153 * mp + 2) / 5 + 1,
                           .weekday = (day % 7 + 11) % 7 };
}

struct civil clock_civil(int64_t wall_ms)
{
    int day = clock_day_of(wall_ms);
    struct civil c = clock_civil_of_day(day);
    int s = (int)((wall_ms + ZONE_MS - day * DAY_MS) / 1000);
    c.hour = s / 3600;
    c.minute = s / 60 % 60;
    c.second = s % 60;
    return c;
}

enum err clock_parse_date(const char *s, int *out_day)
{
    int y, m, d, n = 0;
    if (strlen(s) != 10 || strspn(s, "0123456789-") != 10 ||
        sscanf(s, "%4d-%2d-%2d%n", &y, &m, &d, &n) != 3 || n != 10)
        return ERR_FORMAT;
    if (y < 1900 || m < 1 || m > 12 || d < 1)
        return ERR_FORMAT;
    int day = clock_day_from_civil(y, m, d);
    struct civil back = clock_civil_of_day(day);
    if (back.day != d || back.month != m)
        return ERR_FORMAT;
    *out_day = day;
    return OK;
}

/* The zone after the seconds: nothing (+08:00), Z, or +hh:mm. */
static enum err parse_zone(const char *s, int *out_minutes)
{
    int h, m, n = 0;
    *out_minutes = 480;
    if (*s == '\0')
        return OK;
    if (strcmp(s, "Z") == 0) {
        *out_minutes = 0;
        return OK;
    }
    if ((*s != '+' && *s != '-') || sscanf(s + 1, "%2d:%2d%n", &h, &m, &n) != 2 || s[1 + n])
        return ERR_FORMAT;
    *out_minutes = (*s == '-' ? -1 : 1) * (h * 60 + m);
    return h > 14 || m > 59 ? ERR_FORMAT : OK;
}

enum err clock_parse_rfc3339(const char *s, int64_t *out_wall_ms)
{
    char date[11];
    int day, h, m, sec = 0, n = 0, zone;
    if (strlen(s) < 16 || (s[10] != 'T' && s[10] != ' '))
        return ERR_FORMAT;
    memcpy(date, s, 10);
    date[10] = '\0';
    if (clock_parse_date(date, &day) != OK || sscanf(s + 11, "%2d:%2d%n", &h, &m, &n) != 2 ||
        n != 5)
        return ERR_FORMAT;
    const char *rest = s + 16;
    if (*rest == ':') {
        if (sscanf(rest + 1, "%2d%n", &sec, &n) != 1 || n != 2)
            return ERR_FORMAT;
        rest += 3;
        if (*rest == '.')
            rest += 1 + strspn(rest + 1, "0123456789");
    }
    if (h < 0 || h > 23 || m < 0 || m > 59 || sec < 0 || sec > 60 || parse_zone(rest, &zone) != OK)
        return ERR_FORMAT;
    *out_wall_ms = day * DAY_MS + ((h * 60 + m - zone) * 60LL + sec) * 1000;
    return OK;
}

void clock_format_rfc3339(char *buf, size_t cap, int64_t wall_ms)
{
    struct civil c = clock_civil(wall_ms);
    snprintf(buf, cap, "%04d-%02d-%02dT%02d:%02d:%02d+08:00", c.year, c.month, c.day, c.hour,
             c.minute, c.second);
}
