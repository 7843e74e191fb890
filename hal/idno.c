/* idno.c - checks a resident identity number as GB 11643-1999 says. */
#include "hal/idno.h"
#include "hal/base/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { LENGTH = 18, LEGACY = 15, FIRST_YEAR = 1900 };

char idno_check(const char *digits17)
{
    static const int weight[17] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
    int sum = 0;
    for (int i = 0; i < 17; i++)
        sum += (digits17[i] - '0') * weight[i];
    return "10X98765432"[sum % 11];
}

static size_t digits(const char *s)
{
    return strspn(s, "0123456789");
}

static int number(const char *s, int n)
{
    int v = 0;
    for (int i = 0; i < n; i++)
        v = v * 10 + (s[i] - '0');
    return v;
}

static bool birth(const char *s, int today, int *out_day)
{
    int year = number(s, 4), month = number(s + 4, 2), day = number(s + 6, 2);
    if (year < FIRST_YEAR || month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    *out_day = clock_day_from_civil(year, month, day);
    return clock_civil_of_day(*out_day).day == day && *out_day <= today;
}

enum idno_verdict idno_read(const char *text, int today, struct idno *out)
{
    size_t n = strlen(text);
    int born = 0;
    if (n == LEGACY && digits(text) == LEGACY)
        return IDNO_LEGACY;
    if (n != LENGTH)
        return IDNO_LENGTH;
    char last = text[17] == 'x' ? 'X' : text[17];
    if (digits(text) < 17 || !(last == 'X' || (last >= '0' && last <= '9')) || text[0] == '0')
        return IDNO_CHARACTER;
    if (!birth(text + 6, today, &born))
        return IDNO_DATE;
    if (idno_check(text) != last)
        return IDNO_CHECK;
    if (out) {
        *out = (struct idno){ .birth_day = born, .sex = (text[16] - '0') % 2 ? '1' : '2' };
        memcpy(out->area, text, 6);
    }
    return IDNO_OK;
}
