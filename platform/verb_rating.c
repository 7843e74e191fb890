/* verb_rating.c - "rating summary": how often each level and reason was given to each service, no
 * more. */
#include "platform/rating.h"
#include "platform/verbs.h"

#include <stdio.h>
#include <string.h>

/* Services are listed first, then the reasons of each are asked: one question at a time. */
enum { SERVICES = 512 };
struct summary {
    struct db *db;
    struct {
        char service[64];
        int64_t count[6];
    } row[SERVICES];
    int rows;
    struct json_out w;
};

static enum err keep(void *ctx, const char *service, const int64_t count[6])
{
    struct summary *s = ctx;
    if (s->rows == SERVICES)
        return ERR_TOO_BIG;
    snprintf(s->row[s->rows].service, sizeof s->row[0].service, "%s", service);
    memcpy(s->row[s->rows++].count, count, sizeof s->row[0].count);
    return OK;
}

static enum err say_reason(void *ctx, const char *reason, int64_t count)
{
    (void)ctx;
    printf("  %s: %lld", reason, (long long)count);
    return OK;
}

static enum err as_text(struct summary *s)
{
    enum err e = OK;
    for (int i = 0; i < s->rows && e == OK; i++) {
        printf("%-24s", s->row[i].service);
        for (int level = 5; level >= 1; level--)
            printf("  %d: %lld", level, (long long)s->row[i].count[level]);
        e = db_rating_reasons(s->db, s->row[i].service, say_reason, NULL);
        putchar('\n');
    }
    return e;
}

static enum err put_reason(void *ctx, const char *reason, int64_t count)
{
    struct summary *s = ctx;
    json_put_int(&s->w, reason, count);
    return OK;
}

static enum err put_service(struct summary *s, int i)
{
    json_open(&s->w, NULL, '{');
    json_put_str(&s->w, "service", s->row[i].service);
    json_open(&s->w, "levels", '[');
    for (int level = 1; level <= 5; level++)
        json_put_int(&s->w, NULL, s->row[i].count[level]);
    json_close(&s->w, ']');
    json_open(&s->w, "reasons", '{');
    enum err e = db_rating_reasons(s->db, s->row[i].service, put_reason, s);
    json_close(&s->w, '}');
    json_close(&s->w, '}');
    return e;
}

static int as_json(struct summary *s)
{
    enum err e = OK;
    json_out_start(&s->w);
    json_open(&s->w, NULL, '{');
    json_open(&s->w, "ratings", '[');
    for (int i = 0; i < s->rows && e == OK; i++)
        e = put_service(s, i);
    json_close(&s->w, ']');
    json_close(&s->w, '}');
    if (e != OK) {
        json_out_finish(&s->w);
        return verb_failed("rating", e);
    }
    return verb_print_json(&s->w);
}

int verb_rating(const struct verb_order *o, const struct conf *c)
{
    static struct summary s;
    if (strcmp(o->word[0], "summary") != 0)
        return verb_wrong(o->word[0], "expected summary");
    s.rows = 0;
    int code = verb_open(c, &s.db);
    if (code != 0)
        return code;
    enum err e = db_ratings(s.db, keep, &s);
    if (e == OK && o->json)
        code = as_json(&s);
    else if (e == OK)
        e = as_text(&s);
    db_close(s.db);
    return e == OK ? code : verb_failed("rating", e);
}
