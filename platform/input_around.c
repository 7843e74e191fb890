/* input_around.c - figures of air, water and rivers, warnings, food results and a map that can be
 * true. */
#include "platform/input.h"

#include <stdlib.h>
#include <string.h>

enum { AQI_MAX = 500, CLASS_MAX = 6, LEVEL_MAX = 4, MAP_MAX = 7 };

static bool within(const char *text, long min, long max)
{
    long v = text ? strtol(text, NULL, 10) : min;
    return v >= min && v <= max;
}

/* Dates and times in their written forms sort as they follow each other. */
static bool after(const char *day, const char *at, const char *from_day, const char *from)
{
    int c = strcmp(day, from_day);
    return c > 0 || (c == 0 && strcmp(at ? at : "", from ? from : "") > 0);
}

static const char *warning(char **v)
{
    static const char *const kinds[] = { "weather", "flood", "fire", "price", "health", "road" };
    bool known = false;
    for (size_t i = 0; v[1] && i < sizeof kinds / sizeof *kinds; i++)
        known = known || strcmp(v[1], kinds[i]) == 0;
    if (!known)
        return "kind: none of weather, flood, fire, price, health, road";
    if (!within(v[2], 1, LEVEL_MAX))
        return "level: not 1 (blue) to 4 (red)";
    if (v[9] && v[11] && !after(v[11], v[12], v[9], v[10]))
        return "until_day: it would end before it begins";
    return NULL;
}

static const char *food(char **v)
{
    bool bad = v[9] && strcmp(v[9], "bad") == 0;
    if (!bad && v[9] && strcmp(v[9], "ok") != 0)
        return "result: neither ok nor bad";
    if (bad && !v[10])
        return "wrong: a bad result must say what was wrong";
    return !bad && v[10] ? "wrong: said of a result that is ok" : NULL;
}

const char *input_around(const char *table, char **value)
{
    if (strcmp(table, "air") == 0 && !within(value[6], 0, AQI_MAX))
        return "aqi: not 0 to 500";
    if (strcmp(table, "map_cell") == 0 &&
        (!within(value[0], 0, MAP_MAX) || !within(value[1], 0, MAP_MAX) || !value[2] == !value[3]))
        return "township: a cell within 8 by 8 is a township or a word, not both";
    if (strcmp(table, "water") == 0 &&
        (!within(value[4], 1, CLASS_MAX) || !within(value[5], 1, CLASS_MAX)))
        return "class: not 1 (I) to 6 (worse than V)";
    if (strcmp(table, "warning") == 0)
        return warning(value);
    return strcmp(table, "food") == 0 ? food(value) : NULL;
}
