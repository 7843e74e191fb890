/* slots.c - appointments: which offices, days and times can be asked for. */
#include "app/slots.h"

#include "hal/base/clock.h"

#include <string.h>

enum { DAYS_AHEAD = 10, MINUTES_A_DAY = 1440, WISH_CHARS = 60 };

static enum err add(struct arena *a, struct service_field *f, const char *words)
{
    if (f->option_count == 0) /* what was parsed has room for none */
        f->options = arena_array(a, const char *, SERVICE_OPTIONS);
    if (!f->options || !words)
        return ERR_NOMEM;
    if (f->option_count < SERVICE_OPTIONS)
        f->options[f->option_count++] = words;
    return OK;
}

/* "slot.time.hospital" is about hospitals, "slot.time" about service centres. */
static const char *kind_of(const char *from)
{
    const char *dot = strchr(from + strlen("slot."), '.');
    return dot ? dot + 1 : "centre";
}

/* "slot.time" and "slot.time.hospital" both ask for a time. */
static bool asks(const char *from, const char *what)
{
    size_t n = strlen(what);
    return strncmp(from, what, n) == 0 && (from[n] == '\0' || from[n] == '.');
}

static enum err places(struct store *store, struct arena *a, struct service_field *f)
{
    struct query *q = store_query(store, "SELECT DISTINCT p.name FROM slot s JOIN place p ON "
                                         "p.id = s.place WHERE p.kind = ? ORDER BY p.id");
    query_text(q, 1, kind_of(f->from));
    enum err e = OK;
    while (e == OK && query_step(q))
        e = add(a, f, query_col_dup(q, 0, a));
    enum err done = query_done(q);
    return e == OK ? done : e;
}

/* 11月25日 星期三: the words travel with the application, so they are the same in each language. */
static enum err days(struct store *store, struct arena *a, struct service_field *f)
{
    static const char *const week[] = { "日", "一", "二", "三", "四", "五", "六" };
    struct holidays h;
    enum err e = holidays_load(&h, store);
    int day = clock_today();
    for (int i = 0; i < DAYS_AHEAD && e == OK; i++) {
        day = workday_after(&h.days, day, 1);
        struct civil c = clock_civil_of_day(day);
        e = add(a, f, arena_printf(a, "%d月%d日 星期%s", c.month, c.day, week[c.weekday]));
    }
    return e;
}

static enum err times(struct store *store, struct arena *a, struct service_field *f)
{
    int length[MINUTES_A_DAY] = { 0 };
    struct query *q = store_query(store, "SELECT s.from_min, s.to_min, s.minutes FROM slot s JOIN "
                                         "place p ON p.id = s.place WHERE p.kind = ?");
    query_text(q, 1, kind_of(f->from));
    while (query_step(q)) {
        int64_t at = query_col_int(q, 0), to = query_col_int(q, 1), n = query_col_int(q, 2);
        for (; n > 0 && at >= 0 && at + n <= to && to <= MINUTES_A_DAY; at += n)
            length[at] = (int)n;
    }
    enum err e = query_done(q);
    for (int at = 0; at < MINUTES_A_DAY && e == OK; at++)
        if (length[at])
            e = add(a, f,
                    arena_printf(a, "%02d:%02d–%02d:%02d", at / 60, at % 60, (at + length[at]) / 60,
                                 (at + length[at]) % 60));
    return e;
}

static enum err offer(struct store *store, struct arena *a, struct service_field *f)
{
    enum err e = OK;
    if (asks(f->from, "slot.place"))
        e = places(store, a, f);
    else if (asks(f->from, "slot.day"))
        e = days(store, a, f);
    else if (asks(f->from, "slot.time"))
        e = times(store, a, f);
    if (e == OK && f->option_count == 0) {
        f->type = FIELD_TEXT;
        f->max_chars = WISH_CHARS;
    }
    return e;
}

enum err slots_offer(struct store *store, struct arena *a, struct service *s)
{
    enum err e = OK;
    for (int i = 0; i < s->field_count && e == OK; i++) {
        struct service_field *f = &s->field[i];
        if (f->type == FIELD_CHOICE && f->from && strncmp(f->from, "slot.", 5) == 0 &&
            f->option_count == 0)
            e = offer(store, a, f);
    }
    return e;
}
