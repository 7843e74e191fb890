/* deadline.c - counts the days of a promise from what was published: the item and the holidays. */
#include "platform/deadline.h"

#include "hal/base/workday.h"
#include "hal/json.h"
#include "platform/tables.h"

#include <string.h>

enum { HOLIDAYS_MAX = 1000 };

struct holidays {
    struct workday_except list[HOLIDAYS_MAX];
    int count;
};

/* ["p","holiday",DAY,WORK,"name"] */
static enum err add_holiday(void *ctx, const char *line)
{
    struct holidays *h = ctx;
    struct json *row = NULL;
    int64_t day = 0, work = 0;
    enum err e = json_parse(line, strlen(line), &row);
    if (e == OK && h->count < HOLIDAYS_MAX && json_int(json_at(row, 2), &day) == OK &&
        json_int(json_at(row, 3), &work) == OK)
        h->list[h->count++] = (struct workday_except){ (int)day, work != 0 };
    json_free(row);
    return e;
}

static enum err holidays_of(struct db *db, struct holidays *h)
{
    int table = table_find("holiday")->id;
    h->count = 0;
    return db_row_walk(db, table, table, add_holiday, h);
}

enum err deadline_workday(struct db *db, int day, bool *out)
{
    struct holidays h;
    enum err e = holidays_of(db, &h);
    struct workdays w = { h.list, h.count };
    if (e == OK)
        *out = workday_is(&w, day);
    return e;
}

struct limits {
    int64_t promised, legal;
    bool working;
};

/* ["p","service","id",{…}] */
static enum err read_limits(void *ctx, const char *line)
{
    struct limits *out = ctx;
    const char *unit = NULL;
    struct json *row = NULL;
    enum err e = json_parse(line, strlen(line), &row);
    if (e != OK)
        return e;
    const struct json *o = json_at(row, 3);
    if (json_get_int(o, "promised_days", &out->promised) != OK)
        out->promised = 0;
    if (json_get_int(o, "legal_days", &out->legal) != OK)
        out->legal = 0;
    out->working = json_get_str(o, "day_unit", &unit) != OK || strcmp(unit, "自然日") != 0;
    json_free(row);
    return OK;
}

static int last_day(const struct workdays *w, const struct limits *l, int day, int64_t days)
{
    if (days <= 0)
        return 0;
    return l->working ? workday_after(w, day, (int)days) : day + (int)days;
}

enum err deadline_of(struct db *db, const char *service, int day, struct deadline *out)
{
    struct limits l = { 0 };
    struct holidays h = { .count = 0 };
    enum err e = db_row_get(db, table_find("service")->id, service, read_limits, &l);
    if (e == ERR_NOT_FOUND) {
        *out = (struct deadline){ .promised_day = 0 };
        return OK;
    }
    if (e == OK)
        e = holidays_of(db, &h);
    if (e != OK)
        return e;
    struct workdays w = { h.list, h.count };
    *out = (struct deadline){ .promised_day = last_day(&w, &l, day, l.promised),
                              .legal_day = last_day(&w, &l, day, l.legal),
                              .working = l.working };
    return OK;
}
