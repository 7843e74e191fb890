/* clock.h - what time it is; tests can hold it still and push it forward. */
#ifndef HAL_BASE_CLOCK_H
#define HAL_BASE_CLOCK_H

#include "hal/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Two clocks: *wall* (what the calendar says, ms since 1970, may be held) and *timer* (never goes
 * back, runs on while wall is held, drives idle times and animation). Days are counted from
 * 1970-01-01 in Asia/Shanghai (UTC+8, no summer time), which is where every terminal stands. */
struct civil {
    int year, month, day; /* 2026, 1..12, 1..31 */
    int hour, minute, second;
    int weekday; /* 0 = Sunday */
};

/* [any] */
int64_t clock_wall_ms(void);
int64_t clock_timer_ms(void);
int64_t clock_timer_us(void);
int clock_today(void);

/* [ui] Holds the wall clock at t until clock_advance. */
void clock_hold(int64_t wall_ms);
/* [ui] Moves both clocks forward by s seconds and lets the wall run on. */
void clock_advance_ms(int64_t ms);

/* [any] Conversions. */
struct civil clock_civil(int64_t wall_ms);
struct civil clock_civil_of_day(int day);
int clock_day_of(int64_t wall_ms);
int clock_day_from_civil(int year, int month, int day);
/* [any] "2026-11-23T09:41:00+08:00", "…Z" or no zone (= +08:00); ERR_FORMAT otherwise. */
MUST_CHECK enum err clock_parse_rfc3339(const char *s, int64_t *out_wall_ms);
/* [any] buf of at least 26 bytes, always +08:00. */
void clock_format_rfc3339(char *buf, size_t cap, int64_t wall_ms);
/* [any] "2026-11-23"; ERR_FORMAT otherwise (impossible dates too). */
MUST_CHECK enum err clock_parse_date(const char *s, int *out_day);

#endif
