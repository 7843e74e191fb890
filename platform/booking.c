/* booking.c - appointments: a place at an office, on a day, at a time, as long as there is room. */
#include "platform/booking.h"

#include "hal/base/clock.h"
#include "platform/deadline.h"
#include "platform/tables.h"

#include <stdio.h>
#include <string.h>

enum { DAYS_AHEAD = 60, RULES_MAX = 64 };

struct rule {
    int64_t place, from, to, minutes, capacity;
};
/* The rules of one place. */
struct rules {
    int64_t place;
    struct rule rule[RULES_MAX];
    int count;
};

static void take_word(const struct json *f, const char *value, struct booking_wish *out)
{
    const char *id = "";
    if (json_get_str(f, "id", &id) != OK)
        return;
    if (strcmp(id, "slot_place") == 0)
        snprintf(out->place, sizeof out->place, "%s", value);
    else if (strcmp(id, "slot_day") == 0)
        snprintf(out->day, sizeof out->day, "%s", value);
    else if (strcmp(id, "slot_time") == 0)
        snprintf(out->time, sizeof out->time, "%s", value);
}

void booking_read(const struct json *application, struct booking_wish *out)
{
    const struct json *fields = NULL;
    *out = (struct booking_wish){ .place = "" };
    if (json_get(application, "fields", &fields) != OK)
        return;
    for (size_t i = 0; i < json_count(fields); i++) {
        const char *value = NULL;
        if (json_get_str(json_at(fields, i), "value", &value) == OK)
            take_word(json_at(fields, i), value, out);
    }
}

/* --- what is open ---------------------------------------------------------------------------- */

struct seek {
    const char *name;
    int64_t id;
};

/* ["p","place",ID,"kind","name",…] */
static enum err seek_place(void *ctx, const char *line)
{
    struct seek *s = ctx;
    struct json *row = NULL;
    enum err e = json_parse(line, strlen(line), &row);
    const char *name = e == OK ? json_str(json_at(row, 4)) : NULL;
    if (name && strcmp(name, s->name) == 0 && json_int(json_at(row, 2), &s->id) != OK)
        e = ERR_FORMAT;
    json_free(row);
    return e;
}

/* ["p","slot",PLACE,FROM,TO,MINUTES,CAPACITY] */
static enum err add_rule(void *ctx, const char *line)
{
    struct rules *r = ctx;
    struct rule one = { 0 };
    struct json *row = NULL;
    enum err e = json_parse(line, strlen(line), &row);
    bool whole = e == OK && json_int(json_at(row, 2), &one.place) == OK &&
                 json_int(json_at(row, 3), &one.from) == OK &&
                 json_int(json_at(row, 4), &one.to) == OK &&
                 json_int(json_at(row, 5), &one.minutes) == OK &&
                 json_int(json_at(row, 6), &one.capacity) == OK;
    if (whole && one.place == r->place && one.minutes > 0 && r->count < RULES_MAX)
        r->rule[r->count++] = one;
    json_free(row);
    return e;
}

static enum err rules_of(struct db *db, int64_t place, struct rules *out)
{
    int table = table_find("slot")->id;
    *out = (struct rules){ .place = place };
    return db_row_walk(db, table, table, add_rule, out);
}

/* 0: no such slot. */
static int64_t capacity(const struct rules *r, int minute)
{
    for (int i = 0; i < r->count; i++) {
        const struct rule *one = &r->rule[i];
        if (minute >= one->from && minute + one->minutes <= one->to &&
            (minute - one->from) % one->minutes == 0)
            return one->capacity;
    }
    return 0;
}

static enum err has_room(struct db *db, const struct rules *r, const struct booking *b, bool *out)
{
    int n = 0;
    enum err e = db_booking_count(db, b->place, b->day, b->minute, &n);
    if (e == OK)
        *out = n < capacity(r, b->minute);
    return e;
}

/* --- what was wished ------------------------------------------------------------------------- */

/* "11月25日 星期三": the next such day. */
static int day_of(const char *words, int today)
{
    int month = 0, day = 0;
    if (sscanf(words, "%2d月%2d日", &month, &day) != 2 || month < 1 || month > 12 || day < 1 ||
        day > 31)
        return 0;
    int year = clock_civil_of_day(today).year, on = clock_day_from_civil(year, month, day);
    return on < today ? clock_day_from_civil(year + 1, month, day) : on;
}

static enum err understand(struct db *db, const struct booking_wish *w, int today,
                           struct booking *out, bool *out_good)
{
    struct seek s = { .name = w->place };
    int table = table_find("place")->id, h = 0, m = 0;
    bool works = false;
    enum err e = db_row_walk(db, table, table, seek_place, &s);
    out->place = s.id;
    out->day = day_of(w->day, today);
    bool timed = sscanf(w->time, "%2d:%2d", &h, &m) == 2 && h >= 0 && h < 24 && m >= 0 && m < 60;
    out->minute = h * 60 + m;
    if (e == OK)
        e = deadline_workday(db, out->day, &works);
    *out_good = timed && s.id && works && out->day > today && out->day <= today + DAYS_AHEAD;
    return e;
}

enum err booking_make(struct db *db, const char *ref, const struct booking_wish *w, int today,
                      struct booking *out)
{
    struct booking b = { .state = "none" };
    struct rules r;
    bool good = false, room = false;
    enum err e = understand(db, w, today, &b, &good);
    if (e == OK)
        e = rules_of(db, b.place, &r);
    if (e == OK && good && capacity(&r, b.minute) > 0) {
        e = has_room(db, &r, &b, &room);
        snprintf(b.state, sizeof b.state, "%s", room ? "booked" : "full");
    }
    if (e == OK)
        e = db_booking_put(db, ref, &b);
    if (e == OK)
        *out = b;
    return e;
}

static enum err free_on(struct db *db, const struct rules *r, int day, struct booking *out, int max,
                        int *n)
{
    enum err e = OK;
    for (int i = 0; i < r->count; i++)
        for (int64_t at = r->rule[i].from;
             e == OK && *n < max && at + r->rule[i].minutes <= r->rule[i].to;
             at += r->rule[i].minutes) {
            struct booking b = { "free", r->place, day, (int)at };
            bool room = false;
            e = has_room(db, r, &b, &room);
            if (e == OK && room)
                out[(*n)++] = b;
        }
    return e;
}

enum err booking_free(struct db *db, int64_t place, int today, struct booking *out, int max,
                      int *out_n)
{
    struct rules r;
    enum err e = rules_of(db, place, &r);
    int n = 0;
    for (int day = today + 1; e == OK && n < max && day <= today + DAYS_AHEAD; day++) {
        bool works = false;
        e = deadline_workday(db, day, &works);
        if (e == OK && works)
            e = free_on(db, &r, day, out, max, &n);
    }
    if (e == OK)
        *out_n = n;
    return e;
}
