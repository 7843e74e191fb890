/* tables.c - the tables of the feed and the making of row lines. */
#include "platform/tables.h"

#include "hal/base/clock.h"
#include "hal/json.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
const struct table_def tables[] = {
    { 10, "price", "category", "categories.csv", 1,
      { { "id", 't', '!', 0 }, { "name", 't', '!', 0 }, { "name_en", 't', 'n', 0 }, { "sort", 'i', '0', 0 } } },
    { 11, "price", "good", "goods.csv", 1,
      { { "id", 'i', '!', 0 }, { "name", 't', '!', 0 }, { "name_en", 't', 'n', 0 }, { "spec", 't', '!', 0 },
        { "spec_en", 't', 'n', 0 }, { "unit", 't', '!', 0 }, { "unit_en", 't', 'n', 0 },
        { "category", 't', '!', "category" }, { "sort", 'i', '0', 0 }, { "max_age_days", 'i', 'n', 0 },
        { "keywords", 't', 'n', 0 } } },
    { 12, "price", "sheet", NULL, 2,
      { { "day", 'd', '!', 0 }, { "place", 'i', '!', "place" }, { "taken_min", 'm', '0', 0 },
        { "source", 't', '!', 0 }, { "source_en", 't', 'n', 0 } } },
    { 13, "price", "price", NULL, 3,
      { { "day", 'd', '!', 0 }, { "good", 'i', '!', "good" }, { "place", 'i', '!', "place" },
        { "fen", 'i', 'n', 0 } } },
    { 20, "place", "township", "townships.csv", 1,
      { { "code", 'i', '!', 0 }, { "name", 't', '!', 0 }, { "name_en", 't', 'n', 0 } } },
    { 21, "place", "village", "villages.csv", 1,
      { { "code", 'i', '!', 0 }, { "name", 't', '!', 0 }, { "township", 'i', '!', "township" } } },
    { 22, "place", "place", "places.csv", 1,
      { { "id", 'i', '!', 0 }, { "kind", 't', '!', 0 }, { "name", 't', '!', 0 }, { "name_en", 't', 'n', 0 },
        { "township", 'i', '!', "township" }, { "address", 't', '!', 0 }, { "address_en", 't', 'n', 0 },
        { "phone", 't', 'n', 0 }, { "hours", 't', 'n', 0 }, { "hours_en", 't', 'n', 0 } } },
    { 23, "place", "contact", "contacts.csv", 1,
      { { "id", 'i', '!', 0 }, { "role", 't', '!', 0 }, { "name", 't', '!', 0 }, { "name_en", 't', 'n', 0 },
        { "phone", 't', '!', 0 }, { "note", 't', 'n', 0 }, { "note_en", 't', 'n', 0 },
        { "from_day", 'd', 'n', 0 }, { "to_day", 'd', 'n', 0 }, { "sort", 'i', '0', 0 } } },
    { 30, "notice", "notice", NULL, 1,
      { { "id", 'i', '!', 0 }, { "day", 'd', '!', 0 }, { "at_min", 'm', '0', 0 }, { "sender", 't', '!', 0 },
        { "sender_en", 't', 'n', 0 }, { "title", 't', '!', 0 }, { "title_en", 't', 'n', 0 },
        { "body", 't', '!', 0 }, { "body_en", 't', 'n', 0 }, { "kind", 't', '!', 0 },
        { "pinned", 'i', '0', 0 } } },
    { 40, "service", "service", NULL, 1, { { "id", 't', '!', 0 }, { "json", 'j', '!', 0 } } },
    { 41, "service", "department", "departments.csv", 1,
      { { "name", 't', '!', 0 }, { "phone", 't', '!', 0 }, { "complaint", 't', '!', 0 },
        { "hotline", 't', 'n', 0 }, { "address", 't', 'n', 0 }, { "hours", 't', 'n', 0 },
        { "sort", 'i', '0', 0 } } },
    { 42, "service", "holiday", "holidays.csv", 1,
      { { "day", 'd', '!', 0 }, { "work", 'i', '0', 0 }, { "name", 't', '!', 0 } } },
    { 43, "service", "rating", "ratings.csv", 1,
      { { "key", 't', '!', 0 }, { "text", 't', '!', 0 }, { "text_en", 't', 'n', 0 } } },
    { 44, "service", "rule", NULL, 1, { { "id", 't', '!', 0 }, { "json", 'j', '!', 0 } } },
    { 45, "service", "slot", "slots.csv", 2,
      { { "place", 'i', '!', "place" }, { "from_min", 'm', '!', 0 }, { "to_min", 'm', '!', 0 },
        { "minutes", 'i', '!', 0 }, { "capacity", 'i', '!', 0 } } },
    { 47, "service", "reason", "reasons.csv", 1,
      { { "key", 't', '!', 0 }, { "text", 't', '!', 0 }, { "text_en", 't', 'n', 0 },
        { "sort", 'i', '0', 0 } } },
    { 50, "terminal", "terminal", NULL, 1,
      { { "name", 't', '!', 0 }, { "item", 't', '!', 0 }, { "revoked", 'i', '0', 0 } } },
    { 60, "camera", "spot", "spots.csv", 1,
      { { "id", 'i', '!', 0 }, { "kind", 't', '!', 0 }, { "name", 't', '!', 0 }, { "name_en", 't', 'n', 0 },
        { "township", 'i', '!', "township" }, { "grade", 't', 'n', 0 }, { "hours", 't', 'n', 0 },
        { "hours_en", 't', 'n', 0 }, { "way", 't', 'n', 0 }, { "way_en", 't', 'n', 0 },
        { "visitors_max", 'i', 'n', 0 }, { "vehicles_max", 'i', 'n', 0 }, { "phone", 't', 'n', 0 },
        { "sort", 'i', '0', 0 } } },
    { 61, "camera", "camera", "cameras.csv", 1,
      { { "id", 'i', '!', 0 }, { "spot", 'i', '!', "spot" }, { "name", 't', '!', 0 }, { "name_en", 't', 'n', 0 },
        { "urls", 't', '!', 0 }, { "hosts", 't', '!', 0 }, { "sort", 'i', '0', 0 } } },
    { 62, "camera", "spot_now", "spot_now.csv", 1,
      { { "spot", 'i', '!', "spot" }, { "day", 'd', '!', 0 }, { "at_min", 'm', '0', 0 },
        { "visitors", 'i', 'n', 0 }, { "vehicles", 'i', 'n', 0 }, { "level", 'i', '0', 0 },
        { "note", 't', 'n', 0 }, { "note_en", 't', 'n', 0 } } },
    { 70, "village", "grid", "grids.csv", 1,
      { { "id", 'i', '!', 0 }, { "village", 'i', '!', "village" }, { "name", 't', '!', 0 },
        { "worker", 't', '!', 0 }, { "phone", 't', '!', 0 } } },
    { 71, "village", "post", "village_posts.csv", 2,
      { { "village", 'i', '!', "village" }, { "id", 'i', '!', 0 }, { "kind", 't', '!', 0 }, { "day", 'd', '!', 0 },
        { "title", 't', '!', 0 }, { "text", 't', 'n', 0 }, { "who", 't', 'n', 0 }, { "phone", 't', 'n', 0 } } },
    { 72, "village", "book", "village_books.csv", 2,
      { { "village", 'i', '!', "village" }, { "id", 'i', '!', 0 }, { "from_day", 'd', '!', 0 }, { "to_day", 'd', '!', 0 },
        { "opening", 'i', '!', 0 }, { "closing", 'i', '!', 0 }, { "signed", 't', '!', 0 }, { "object_day", 'd', '!', 0 } } },
    { 73, "village", "book_line", "village_lines.csv", 3,
      { { "village", 'i', '!', "village" }, { "book", 'i', '!', 0 }, { "no", 'i', '!', 0 }, { "side", 't', '!', 0 },
        { "text", 't', '!', 0 }, { "fen", 'i', '!', 0 } } },
    { 74, "village", "subsidy", "village_subsidies.csv", 2,
      { { "village", 'i', '!', "village" }, { "id", 'i', '!', 0 }, { "title", 't', '!', 0 }, { "day", 'd', '!', 0 },
        { "name", 't', '!', 0 }, { "fen", 'i', '!', 0 } } },
    { 80, "around", "air_level", "air_levels.csv", 1,
      { { "least", 'i', '!', 0 }, { "word", 't', '!', 0 }, { "word_en", 't', 'n', 0 }, { "advice", 't', '!', 0 },
        { "advice_en", 't', 'n', 0 }, { "tone", 'i', '0', 0 } } },
    { 81, "around", "air", "air.csv", 1,
      { { "id", 'i', '!', 0 }, { "name", 't', '!', 0 }, { "name_en", 't', 'n', 0 }, { "township", 'i', '!', "township" },
        { "day", 'd', '!', 0 }, { "at_min", 'm', '0', 0 }, { "aqi", 'i', '!', 0 }, { "pollutant", 't', 'n', 0 },
        { "standard", 't', '!', 0 } } },
    { 82, "around", "water", "water.csv", 1,
      { { "id", 'i', '!', 0 }, { "name", 't', '!', 0 }, { "name_en", 't', 'n', 0 }, { "day", 'd', '!', 0 },
        { "class", 'i', '!', 0 }, { "wanted", 'i', '!', 0 }, { "standard", 't', '!', 0 } } },
    { 83, "around", "river", "rivers.csv", 1,
      { { "id", 'i', '!', 0 }, { "name", 't', '!', 0 }, { "name_en", 't', 'n', 0 }, { "day", 'd', '!', 0 },
        { "at_min", 'm', '0', 0 }, { "level_cm", 'i', '!', 0 }, { "warn_cm", 'i', '!', 0 },
        { "flow", 'i', 'n', 0 } } },
    { 84, "around", "warning", "warnings.csv", 1,
      { { "id", 'i', '!', 0 }, { "kind", 't', '!', 0 }, { "level", 'i', '!', 0 }, { "title", 't', '!', 0 },
        { "title_en", 't', 'n', 0 }, { "text", 't', '!', 0 }, { "text_en", 't', 'n', 0 }, { "sender", 't', '!', 0 },
        { "sender_en", 't', 'n', 0 }, { "from_day", 'd', '!', 0 }, { "from_min", 'm', '0', 0 },
        { "until_day", 'd', '!', 0 }, { "until_min", 'm', '0', 0 }, { "township", 'i', 'n', 0 } } },
    { 90, "food", "food", "food.csv", 1,
      { { "id", 'i', '!', 0 }, { "day", 'd', '!', 0 }, { "name", 't', '!', 0 }, { "name_en", 't', 'n', 0 },
        { "seller", 't', '!', 0 }, { "seller_en", 't', 'n', 0 }, { "township", 'i', '!', "township" },
        { "producer", 't', 'n', 0 }, { "batch", 'd', 'n', 0 }, { "result", 't', '!', 0 }, { "wrong", 't', 'n', 0 },
        { "wrong_en", 't', 'n', 0 }, { "source", 't', '!', 0 }, { "source_en", 't', 'n', 0 } } },
    { 100, "map", "map_cell", "map.csv", 2,
      { { "row", 'i', '!', 0 }, { "col", 'i', '!', 0 }, { "township", 'i', 'n', 0 }, { "word", 't', 'n', 0 },
        { "word_en", 't', 'n', 0 } } },
};
/* clang-format on */
const int table_count = sizeof tables / sizeof *tables;

const struct table_def *table_find(const char *name)
{
    for (int i = 0; i < table_count; i++)
        if (strcmp(tables[i].name, name) == 0)
            return &tables[i];
    return NULL;
}

int table_columns(const struct table_def *t)
{
    int n = 0;
    while (n < TABLE_COLUMNS && t->column[n].name)
        n++;
    return n;
}

/* The number of digits goes first, so that 9 sorts before 10. */
int table_key_int(char *buf, long long v)
{
    int n = snprintf(buf + 1, 23, "%lld", v);
    buf[0] = (char)('a' + n);
    return n + 1;
}

static bool whole_number(const char *text, long long *out)
{
    char *end;
    errno = 0;
    if (!isdigit((unsigned char)*text))
        return false;
    *out = strtoll(text, &end, 10);
    return *end == '\0' && errno == 0;
}

static bool minute(const char *text, long long *out)
{
    int h = 0, m = 0, n = 0;
    if (whole_number(text, out))
        return *out < 1440;
    if (sscanf(text, "%2d:%2d%n", &h, &m, &n) != 2 || text[n] || h < 0 || h > 23 || m < 0 || m > 59)
        return false;
    *out = h * 60 + m;
    return true;
}

static const char *number(const struct table_column *c, const char *text, long long *out)
{
    int day;
    if (c->kind == 'd' && clock_parse_date(text, &day) == OK) {
        *out = day;
        return NULL;
    }
    if (c->kind == 'd')
        return whole_number(text, out) && *out < 100000 ? NULL : "not a date like 2026-11-23";
    if (c->kind == 'm')
        return minute(text, out) ? NULL : "not a time like 08:40";
    return whole_number(text, out) ? NULL : "not a whole number";
}

static const char *put_value(struct json_out *w, const struct table_column *c, const char *text,
                             char *key)
{
    long long v = 0;
    *key = '\0';
    if (!text && c->empty == '!')
        return "is missing";
    if (!text && c->empty == 'n') {
        json_put_null(w, NULL);
        return NULL;
    }
    if (c->kind == 't' || c->kind == 'j') {
        (c->kind == 't' ? json_put_str : json_put_raw)(w, NULL, text);
        return NULL;
    }
    const char *why = text ? number(c, text, &v) : NULL;
    json_put_int(w, NULL, v);
    table_key_int(key, v);
    return why;
}

static void add_ref(struct arena *a, struct row *r, const char *table, const char *key)
{
    int i = r->ref[0].table ? 1 : 0;
    r->ref[i] = (struct row_ref){ table_find(table), arena_strdup(a, key) };
}

/* Fills the writer and r->ref, and gathers the key. NULL or "column: why". */
static const char *put_values(struct arena *a, struct json_out *w, char *const *values, bool put,
                              struct row *r, char *key, size_t cap)
{
    const struct table_def *t = r->table;
    int n = put ? table_columns(t) : t->keys;
    size_t key_n = 0;
    for (int i = 0; i < n; i++) {
        char one[32];
        const struct table_column *c = &t->column[i];
        const char *why = put_value(w, c, values[i], one);
        const char *part = c->kind == 't' && values[i] ? values[i] : one;
        if (!why && i < t->keys && key_n + strlen(part) >= cap)
            why = "too long";
        if (why)
            return arena_printf(a, "%s: %s", c->name, why);
        if (i < t->keys)
            key_n += (size_t)snprintf(key + key_n, cap - key_n, "%s", part);
        if (put && c->refers)
            add_ref(a, r, c->refers, part);
    }
    return NULL;
}

enum err table_row(struct arena *a, const struct table_def *t, char *const *values, bool put,
                   struct row *out, const char **out_why)
{
    char key[128] = "";
    struct row r = { .table = t };
    struct json_out w;
    json_out_start(&w);
    json_open(&w, NULL, '[');
    json_put_str(&w, NULL, put ? "p" : "d");
    json_put_str(&w, NULL, t->name);
    const char *why = put_values(a, &w, values, put, &r, key, sizeof key);
    json_close(&w, ']');
    const char *text = json_out_text(&w);
    r.line = text && !why ? arena_strdup(a, text) : NULL;
    r.key = arena_strdup(a, key);
    json_out_finish(&w);
    if (why) {
        *out_why = why;
        return ERR_FORMAT;
    }
    if (!r.line || !r.key)
        return ERR_NOMEM;
    *out = r;
    return OK;
}
