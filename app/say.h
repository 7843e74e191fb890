/* say.h - how we say money, days and times to a person, in the language on the screen. */
#ifndef APP_SAY_H
#define APP_SAY_H

#include "hal/base/arena.h"

#include <stdint.h>

/* [ui] all; strings live in the arena; "" when it is full. Days as in clock.h. */
const char *say_yuan(struct arena *a, int64_t fen); /* 4.98, -0.12, 1,250.00 */
const char *say_date(struct arena *a, int day); /* 11月8日 · 8 Nov; other years with the year */
/* 今天, 昨天, else the date · today, yesterday, 8 Nov. A day to come is a date. */
const char *say_day(struct arena *a, int day, int today);
/* 今天, 昨天, 3天前 … 30天前, else the date · 3 days ago */
const char *say_age(struct arena *a, int day, int today);
const char *say_clock(struct arena *a, int minutes); /* 08:40; minutes since midnight */
/* 今天 08:40 · 08:40 today; minutes < 0: the day alone */
const char *say_when(struct arena *a, int day, int minutes, int today);
const char *say_time(struct arena *a, int64_t wall_ms, int today); /* the same of a moment */
const char *say_date_and_weekday(struct arena *a, int day); /* 11月23日 星期一 · Mon 23 Nov */
const char *say_number(struct arena *a, int64_t n);
/* The first letter large, where a sentence begins with a day ("Today"); hanzi stay. */
const char *say_first_large(struct arena *a, const char *s);

#endif
