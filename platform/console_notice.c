/* console_notice.c - the publisher's notices: what is out, a new one, one taken back, one whose day
 * is over. */
#include "platform/console_row.h"

#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "platform/input.h"
#include "platform/publish.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SHOWN = 30,
    TITLE_MAX = 200,
    BODY_MAX = 12000,
    SENDER_MAX = 120,
    NOTICE_COLUMNS = 11,
    TAKEN_BACK = 50, /* at once */
};
static const char elsewhere[] = "notices_elsewhere";
enum { ID, DAY, AT, SENDER, SENDER_EN, TITLE, TITLE_EN, BODY, BODY_EN, KIND, PINNED };

/* The newest ones by their numbers, in a ring. */
struct newest {
    struct arena *arena;
    const char *line[SHOWN];
    int count;
};

static enum err keep(void *ctx, const char *line)
{
    struct newest *n = ctx;
    n->line[n->count++ % SHOWN] = arena_strdup(n->arena, line);
    return OK;
}

static void put_notice(struct call *c, const char *line)
{
    static const char *const key[NOTICE_COLUMNS] = { "id", "day",   "at_min", "sender",
                                                     NULL, "title", NULL,     "body",
                                                     NULL, "kind",  "pinned" };
    const char *column[TABLE_COLUMNS];
    if (!line || !console_columns(c, line, column))
        return;
    json_open(&c->w, NULL, '{');
    for (int i = 0; i < NOTICE_COLUMNS; i++)
        if (key[i])
            json_put_str(&c->w, key[i], column[i]);
    int64_t until = 0;
    if (db_notice_until_get(c->console->db, strtoll(column[ID], NULL, 10), &until) == OK)
        json_put_int(&c->w, "until", until);
    json_close(&c->w, '}');
}

/* Only the texts of the newest are kept: rows come in order of their numbers. */
enum err console_notices(struct call *c)
{
    struct arena ring;
    struct newest n = { .arena = &ring };
    int table = table_find("notice")->id;
    arena_init(&ring, 1 << 16, 64 << 20);
    enum err e = db_row_walk(c->console->db, table, table, keep, &n);
    json_open(&c->w, "notices", '[');
    for (int i = 0; e == OK && i < SHOWN && i < n.count; i++)
        put_notice(c, n.line[(n.count - 1 - i) % SHOWN]);
    json_close(&c->w, ']');
    json_put_int(&c->w, "total", n.count);
    arena_finish(&ring);
    return e;
}

/* --- a new one -------------------------------------------------------------------------------- */

struct notice_order {
    struct call *call;
    char id[24], day[24], minute[24];
    char *value[TABLE_COLUMNS];
    int64_t last;  /* the highest number so far */
    int64_t until; /* its last day; 0: it stays */
};

static enum err number_of(void *ctx, const char *line)
{
    struct notice_order *o = ctx;
    int64_t n = strtoll(line + strlen("[\"p\",\"notice\","), NULL, 10);
    o->last = n > o->last ? n : o->last;
    return OK;
}

/* Numbered inside the publication, so that two publishers never give one number. */
static enum err add_notice(void *ctx, struct db *db, struct input *in)
{
    struct notice_order *o = ctx;
    const struct table_def *t = table_find("notice");
    enum err e = db_row_walk(db, t->id, t->id, number_of, o);
    if (e != OK)
        return e;
    snprintf(o->id, sizeof o->id, "%lld", (long long)o->last + 1);
    o->value[ID] = o->id;
    e = input_table_row(in, "notice", 0, t, o->value, true, false);
    if (e == OK && o->until > 0)
        e = db_notice_until_put(db, o->last + 1, o->until);
    return e == OK ? db_audit_add(db, o->call->now_ms, o->call->who, "notice %s", o->id) : e;
}

static bool blank(const char *s)
{
    return s[strspn(s, " \t\r\n")] == '\0';
}

static bool kind_ok(const char *kind)
{
    static const char *const kinds[] = { "village", "town", "weather", "road", "health", "bid" };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i], kind) == 0)
            return true;
    return false;
}

static enum err read_texts(struct call *c, struct notice_order *o)
{
    static const struct {
        int column;
        const char *key;
        size_t cap;
        bool needed;
    } texts[] = { { SENDER, "sender", SENDER_MAX, true },
                  { SENDER_EN, "sender_en", SENDER_MAX, false },
                  { TITLE, "title", TITLE_MAX, true },
                  { TITLE_EN, "title_en", TITLE_MAX, false },
                  { BODY, "body", BODY_MAX, true },
                  { BODY_EN, "body_en", BODY_MAX, false },
                  { KIND, "kind", 16, true } };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *text = "";
        enum err e = console_text(c, texts[i].key, texts[i].cap, &text);
        if (e != OK)
            return e;
        if (texts[i].needed && blank(text))
            return console_refuse(c, 400, "missing");
        o->value[texts[i].column] = blank(text) ? NULL : arena_strdup(c->arena, text);
    }
    return kind_ok(o->value[KIND]) ? OK : ERR_ARG;
}

/* A day that is over is a mistake: the notice would never be seen. */
static enum err read_until(struct call *c, struct notice_order *o)
{
    const char *text = "";
    int day = 0;
    enum err e = console_text(c, "until", 16, &text);
    if (e != OK || !*text)
        return e;
    e = clock_parse_date(text, &day);
    if (e == OK && day < clock_day_of(c->now_ms))
        return console_refuse(c, 400, "until");
    o->until = day;
    return e;
}

enum err console_notice(struct call *c)
{
    struct notice_order o = { .call = c };
    struct publish_result r;
    struct civil now = clock_civil(c->now_ms);
    bool pinned = false;
    enum err e = read_texts(c, &o);
    if (e == OK)
        e = read_until(c, &o);
    if (e != OK)
        return e;
    if (json_get_bool(c->in, "pinned", &pinned) != OK)
        pinned = false;
    snprintf(o.day, sizeof o.day, "%d", clock_day_of(c->now_ms));
    snprintf(o.minute, sizeof o.minute, "%d", now.hour * 60 + now.minute);
    o.value[DAY] = o.day;
    o.value[AT] = o.minute;
    o.value[PINNED] = arena_strdup(c->arena, pinned ? "1" : "0");
    e = publish_changed(&c->console->conf, add_notice, &o, &r);
    e = console_published(c, e, &r, elsewhere);
    if (e != OK)
        return e;
    json_put_str(&c->w, "id", o.id);
    json_put_int(&c->w, "index", r.n);
    return OK;
}

/* --- one taken back --------------------------------------------------------------------------- */

static enum err take_back(struct db *db, struct input *in, int64_t id)
{
    char key[32], text[24];
    char *values[TABLE_COLUMNS] = { text };
    const struct table_def *t = table_find("notice");
    table_key_int(key, id);
    snprintf(text, sizeof text, "%lld", (long long)id);
    enum err e = db_row_get(db, t->id, key, NULL, NULL);
    if (e == OK)
        e = input_table_row(in, "notice", 0, t, values, false, false);
    return e == OK ? db_notice_until_drop(db, id) : e;
}

static enum err end_notice(void *ctx, struct db *db, struct input *in)
{
    struct notice_order *o = ctx;
    enum err e = take_back(db, in, strtoll(o->id, NULL, 10));
    return e == OK ? db_audit_add(db, o->call->now_ms, o->call->who, "withdraw notice %s", o->id)
                   : e;
}

enum err console_withdraw(struct call *c)
{
    struct notice_order o = { .call = c };
    struct publish_result r;
    const char *id = "";
    enum err e = console_text(c, "id", sizeof o.id, &id);
    if (e != OK)
        return e;
    if (!*id || strspn(id, "0123456789") != strlen(id))
        return ERR_ARG;
    snprintf(o.id, sizeof o.id, "%s", id);
    e = publish_changed(&c->console->conf, end_notice, &o, &r);
    e = console_published(c, e, &r, elsewhere);
    if (e == OK)
        json_put_int(&c->w, "index", r.n);
    return e;
}

/* --- those whose day is over ------------------------------------------------------------------ */

struct over {
    int64_t id[TAKEN_BACK];
    int n;
};

/* One that somebody withdrew by the command line is only forgotten. */
static enum err end_over(void *ctx, struct db *db, struct input *in)
{
    struct over *o = ctx;
    enum err e = db_notices_over(db, clock_today(), o->id, TAKEN_BACK, &o->n);
    for (int i = 0; i < o->n && e == OK; i++) {
        e = take_back(db, in, o->id[i]);
        if (e == ERR_NOT_FOUND)
            e = db_notice_until_drop(db, o->id[i]);
        if (e == OK)
            e = db_audit_add(db, clock_wall_ms(), "platform",
                             "withdraw notice %lld its day is over", (long long)o->id[i]);
    }
    return e;
}

static enum err look_for_over(const struct conf *c, int *out_n)
{
    struct db *db = NULL;
    struct over o = { .n = 0 };
    enum err e = console_db(c, &db);
    if (e == OK)
        e = db_notices_over(db, clock_today(), o.id, TAKEN_BACK, &o.n);
    db_close(db);
    *out_n = o.n;
    return e;
}

void console_minute(const struct conf *c)
{
    struct publish_result r;
    struct over o = { .n = 0 };
    int n = 0;
    enum err e = look_for_over(c, &n);
    if (e == OK && n > 0)
        e = publish_changed(c, end_over, &o, &r);
    if (e == OK && n > 0)
        log_info("notices_over", "n=%d", o.n);
    if (e != OK && e != ERR_NO_KEY)
        log_error("notices_not_ended", "err=%s", err_name(e));
}
