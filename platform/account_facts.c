/* account_facts.c - what the rules of the feed may ask about a citizen, beside what the card says.
 */
#include "platform/account_facts.h"

#include "hal/base/clock.h"

#include <stdio.h>
#include <string.h>

enum { DAYS_OF_MONTH = 30 };

static int64_t number(const struct json *o, const char *key, int64_t other)
{
    int64_t v = 0;
    return json_get_int(o, key, &v) == OK ? v : other;
}

/* Arrays of words, words, truths and numbers go through as they are. */
static void copy(struct json_out *w, const char *key, const struct json *o, const struct json *v)
{
    int64_t n = 0;
    bool b = false;
    if (json_is_array(v)) {
        json_open(w, key, '[');
        for (size_t i = 0; i < json_count(v); i++)
            if (json_str(json_at(v, i)))
                json_put_str(w, NULL, json_str(json_at(v, i)));
        json_close(w, ']');
    } else if (json_str(v)) {
        json_put_str(w, key, json_str(v));
    } else if (json_get_bool(o, key, &b) == OK) {
        json_put_bool(w, key, b);
    } else if (json_get_int(o, key, &n) == OK) {
        json_put_int(w, key, n);
    }
}

enum err account_facts_seed(const struct json *line, int today, struct account *out)
{
    const struct json *facts = NULL, *v;
    const char *key;
    struct json_out w;
    int64_t certified = number(line, "certified_months_ago", -1);
    out->certified_day = certified < 0 ? 0 : today - (int)certified * (DAYS_OF_MONTH + 1);
    if (json_get(line, "facts", &facts) != OK || !json_is_object(facts))
        return ERR_FORMAT;
    json_out_start(&w);
    json_open(&w, NULL, '{');
    for (const void *it = json_next(facts, NULL, &key, &v); it;
         it = json_next(facts, it, &key, &v)) {
        if (strcmp(key, "event_days_ago") == 0)
            json_put_int(&w, "event_day", today - number(facts, key, 0));
        else if (strcmp(key, "child_days_old") == 0)
            json_put_int(&w, "child_birth", today - number(facts, key, 0));
        else
            copy(&w, key, facts, v);
    }
    json_close(&w, '}');
    const char *text = json_out_text(&w);
    enum err e = !text ? ERR_NOMEM : strlen(text) >= sizeof out->facts ? ERR_TOO_BIG : OK;
    if (e == OK)
        snprintf(out->facts, sizeof out->facts, "%s", text);
    json_out_finish(&w);
    return e;
}

/* --- on a day --------------------------------------------------------------------------------- */

/* The words of the list as seeded, and those that follow from the sheets. */
static void put_list(struct json_out *w, const struct json *o, const char *key,
                     const char *const *more, int more_count)
{
    const struct json *list = NULL;
    bool known = json_get(o, key, &list) == OK && json_is_array(list);
    json_open(w, key, '[');
    for (size_t i = 0; known && i < json_count(list); i++)
        if (json_str(json_at(list, i)))
            json_put_str(w, NULL, json_str(json_at(list, i)));
    for (int i = 0; i < more_count; i++)
        json_put_str(w, NULL, more[i]);
    json_close(w, ']');
}

static void put_child(struct json_out *w, int born, int today)
{
    struct civil b = clock_civil_of_day(born), t = clock_civil_of_day(today);
    int months = (t.year - b.year) * 12 + t.month - b.month - (t.day < b.day);
    int august = t.year - b.year - (b.month > 8);
    json_put_int(w, "child_age_months", months);
    json_put_int(w, "child_age_at_aug31", august);
}

static int whole_years(const struct account_sheet *s)
{
    int n = 0;
    for (int i = 0; i < s->year_count; i++)
        n += s->year[i].months == 12;
    return n;
}

static enum err put_from_sheets(struct db *db, const struct account *p, const struct json *o,
                                struct json_out *w)
{
    const char *has[2] = { NULL }, *enrolled[2] = { NULL };
    int has_count = 0, enrolled_count = 0;
    struct account_sheet s;
    enum err e = db_account_sheet(db, p, ACCOUNT_PENSION, &s);
    if (e == OK) {
        bool resident = strcmp(s.scheme, "resident") == 0;
        enrolled[enrolled_count++] = "any_pension";
        if (resident)
            enrolled[enrolled_count++] = "resident_pension";
        if (strcmp(s.state, "drawing") == 0)
            has[has_count++] = "pension";
        else if (resident)
            json_put_int(w, "paid_years", whole_years(&s));
    }
    put_list(w, o, "has", has, has_count);
    put_list(w, o, "enrolled", enrolled, enrolled_count);
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    e = db_account_sheet(db, p, ACCOUNT_UNEMPLOYMENT, &s);
    if (e == OK)
        json_put_int(w, "paid_unemployment_months", s.months);
    explicit_bzero(&s, sizeof s);
    return e == ERR_NOT_FOUND ? OK : e;
}

static void put_known(struct json_out *w, const struct json *o, int today)
{
    const struct json *v;
    const char *key;
    for (const void *it = json_next(o, NULL, &key, &v); it; it = json_next(o, it, &key, &v)) {
        if (strcmp(key, "event_day") == 0)
            json_put_int(w, "days_since_event", today - number(o, key, 0));
        else if (strcmp(key, "child_birth") == 0)
            put_child(w, (int)number(o, key, 0), today);
        else if (strcmp(key, "has") != 0 && strcmp(key, "enrolled") != 0)
            copy(w, key, o, v);
    }
}

enum err account_facts_put(struct db *db, const struct account *p, int today, struct json_out *w)
{
    struct json *o = NULL;
    enum err e = json_parse(p->facts, strlen(p->facts), &o);
    if (e != OK)
        return e;
    json_open(w, "facts", '{');
    put_known(w, o, today);
    if (p->certified_day)
        json_put_int(w, "months_since_verification", (today - p->certified_day) / DAYS_OF_MONTH);
    e = put_from_sheets(db, p, o, w);
    json_close(w, '}');
    json_free(o);
    return e;
}
