/* seed_notices.c - fills topics with villages, dates and numbers until there are enough notices. */
#include "hal/base/clock.h"
#include "hal/json.h"
#include "platform/seed.h"

#include <stdlib.h>
#include <string.h>

enum { TOPICS_MAX = 64, NEWEST_MAX = 64, SPAN_DAYS = 730 };

/* What the slots of one notice stand for. */
struct slots {
    const char *village, *township, *township_en;
    char date[40], date_en[32], hour[32], group[12], number[12], phone[24];
};

static void choose(struct seed *s, int day, struct slots *out)
{
    static const char *const months[] = { "January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December" };
    int t = seed_chance(s, s->townships), h = 8 + seed_chance(s, 9);
    struct civil c = clock_civil_of_day(day + 2 + seed_chance(s, 12));
    out->village = s->village[seed_chance(s, s->villages)];
    out->township = s->township[t];
    out->township_en = s->township_en[t];
    snprintf(out->date, sizeof out->date, "%d月%d日", c.month, c.day);
    snprintf(out->date_en, sizeof out->date_en, "%d %s", c.day, months[c.month - 1]);
    snprintf(out->hour, sizeof out->hour, "%s%d点", h < 12 ? "上午" : "下午", h < 13 ? h : h - 12);
    snprintf(out->group, sizeof out->group, "%d", 1 + seed_chance(s, 9));
    snprintf(out->number, sizeof out->number, "%d", 2 + seed_chance(s, 40));
    snprintf(out->phone, sizeof out->phone, "0717-00%05d", 40000 + seed_chance(s, 50000));
}

static const char *slot(const struct slots *v, const char *name, size_t n)
{
    const struct {
        const char *name, *value;
    } all[] = {
        { "V", v->village }, { "T", v->township },   { "T_en", v->township_en },
        { "D", v->date },    { "D_en", v->date_en }, { "H", v->hour },
        { "S", v->group },   { "N", v->number },     { "P", v->phone },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strlen(all[i].name) == n && memcmp(all[i].name, name, n) == 0)
            return all[i].value;
    return "";
}

static void append(char *buf, size_t cap, const char *text, size_t n)
{
    size_t at = strlen(buf);
    snprintf(buf + at, cap - at, "%.*s", (int)n, text);
}

static void fill(char *buf, size_t cap, const char *text, const struct slots *v)
{
    while (*text) {
        size_t n = strcspn(text, "{");
        append(buf, cap, text, n);
        text += n;
        const char *end = *text ? strchr(text, '}') : NULL;
        if (!end)
            break;
        const char *value = slot(v, text + 1, (size_t)(end - text - 1));
        append(buf, cap, value, strlen(value));
        text = end + 1;
    }
}

static void put_filled(struct json_out *w, const struct json *topic, const char *key,
                       const struct slots *v)
{
    const char *text;
    char buf[2048] = "";
    if (json_get_str(topic, key, &text) != OK)
        return;
    fill(buf, sizeof buf, text, v);
    json_put_str(w, key, buf);
}

/* The first sentence always, of the others at least two: the same topic reads differently. */
static void put_body(struct seed *s, struct json_out *w, const struct json *topic,
                     const struct slots *v)
{
    const struct json *list = NULL;
    char buf[4096] = "";
    if (json_get(topic, "body", &list) != OK)
        return;
    int count = (int)json_count(list), kept = 1;
    for (int i = 0; i < count; i++) {
        bool needed = count - i <= 3 - kept;
        if (i > 0 && !needed && seed_chance(s, 3) == 0)
            continue;
        kept += i > 0;
        if (buf[0])
            append(buf, sizeof buf, "\n", 1);
        fill(buf, sizeof buf, json_str(json_at(list, (size_t)i)), v);
    }
    json_put_str(w, "body", buf);
}

static enum err write_line(FILE *out, struct json_out *w)
{
    const char *text = json_out_text(w);
    if (text)
        fprintf(out, "%s\n", text);
    json_out_finish(w);
    return text ? OK : ERR_NOMEM;
}

static void put_when(struct json_out *w, int id, int day, int minute)
{
    char date[16];
    seed_date(date, day);
    json_put_int(w, "id", id);
    json_put_str(w, "day", date);
    json_put_int(w, "at_min", minute);
}

static enum err write_topic(struct seed *s, FILE *out, const struct json *topic, int id, int day)
{
    static const char *const keys[] = { "sender", "sender_en", "kind",
                                        "title",  "title_en",  "body_en" };
    struct slots v;
    struct json_out w;
    choose(s, day, &v);
    json_out_start(&w);
    json_open(&w, NULL, '{');
    put_when(&w, id, day, 7 * 60 + seed_chance(s, 66) * 10);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        put_filled(&w, topic, keys[i], &v);
    put_body(s, &w, topic, &v);
    json_close(&w, '}');
    return write_line(out, &w);
}

static enum err write_newest(struct seed *s, FILE *out, const struct json *o, int id)
{
    static const char *const keys[] = { "sender",   "sender_en", "kind",   "title",
                                        "title_en", "body",      "body_en" };
    int64_t ago = 0, pinned = 0;
    const char *at = "08:00", *text;
    int h = 8, m = 0;
    enum err e = json_get_int(o, "days_ago", &ago);
    if (e == OK)
        e = json_get_str(o, "at", &at);
    if (e != OK || json_get_int(o, "pinned", &pinned) != OK || sscanf(at, "%d:%d", &h, &m) != 2)
        return ERR_FORMAT;
    struct json_out w;
    json_out_start(&w);
    json_open(&w, NULL, '{');
    put_when(&w, id, s->today - (int)ago, h * 60 + m);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (json_get_str(o, keys[i], &text) == OK)
            json_put_str(&w, keys[i], text);
    json_put_int(&w, "pinned", pinned);
    json_close(&w, '}');
    return write_line(out, &w);
}

/* A file of one JSON object a line. */
static enum err read_lines(struct seed *s, const char *name, struct json **out, int max, int *out_n)
{
    char *text;
    enum err e = seed_read(s, name, &text);
    while (e == OK && *text && *out_n < max) {
        size_t n = strcspn(text, "\n");
        e = json_parse(text, n, &out[*out_n]);
        *out_n += e == OK;
        text += n + (text[n] == '\n');
    }
    return e;
}

static enum err write_all(struct seed *s, FILE *out, struct json **topic, int topics,
                          struct json **newest, int fresh)
{
    enum err e = OK;
    int old = s->notices > fresh ? s->notices - fresh : 0;
    for (int i = 0; i < old && e == OK; i++) {
        int day = s->today - 5 - (int)((int64_t)(old - 1 - i) * SPAN_DAYS / (old ? old : 1));
        e = write_topic(s, out, topic[seed_chance(s, topics)], i + 1, day);
    }
    /* The file begins with the newest, ids end with it. */
    for (int i = fresh - 1; i >= 0 && e == OK && s->notices > fresh; i--)
        e = write_newest(s, out, newest[i], s->notices - i);
    return e;
}

enum err seed_notices(struct seed *s)
{
    struct json *topic[TOPICS_MAX] = { NULL }, *newest[NEWEST_MAX] = { NULL };
    int topics = 0, fresh = 0;
    enum err e = read_lines(s, "notice_topics.jsonl", topic, TOPICS_MAX, &topics);
    if (e == OK)
        e = read_lines(s, "notices_newest.jsonl", newest, NEWEST_MAX, &fresh);
    FILE *out = e == OK && topics > 0 ? seed_create(s, "notices.jsonl") : NULL;
    if (!out)
        e = e == OK ? ERR_IO : e;
    if (e == OK)
        e = write_all(s, out, topic, topics, newest, fresh);
    if (out && seed_close(out) != OK && e == OK)
        e = ERR_IO;
    for (int i = 0; i < topics; i++)
        json_free(topic[i]);
    for (int i = 0; i < fresh; i++)
        json_free(newest[i]);
    return e;
}
