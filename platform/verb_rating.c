/* verb_rating.c - "rating summary": how often each level was given to each service, and no more. */
#include "platform/rating.h"
#include "platform/verbs.h"

#include <stdio.h>
#include <string.h>

static enum err line(void *ctx, const char *service, const int64_t count[6])
{
    (void)ctx;
    printf("%-24s", service);
    for (int level = 5; level >= 1; level--)
        printf("  %d: %lld", level, (long long)count[level]);
    putchar('\n');
    return OK;
}

static enum err object(void *ctx, const char *service, const int64_t count[6])
{
    struct json_out *w = ctx;
    json_open(w, NULL, '{');
    json_put_str(w, "service", service);
    json_open(w, "levels", '[');
    for (int level = 1; level <= 5; level++)
        json_put_int(w, NULL, count[level]);
    json_close(w, ']');
    json_close(w, '}');
    return OK;
}

static int as_json(struct db *db)
{
    struct json_out w;
    json_out_start(&w);
    json_open(&w, NULL, '{');
    json_open(&w, "ratings", '[');
    enum err e = db_ratings(db, object, &w);
    json_close(&w, ']');
    json_close(&w, '}');
    if (e != OK) {
        json_out_finish(&w);
        return verb_failed("rating", e);
    }
    return verb_print_json(&w);
}

int verb_rating(const struct verb_order *o, const struct conf *c)
{
    struct db *db = NULL;
    if (strcmp(o->word[0], "summary") != 0)
        return verb_wrong(o->word[0], "expected summary");
    int code = verb_open(c, &db);
    if (code != 0)
        return code;
    enum err e = OK;
    if (o->json)
        code = as_json(db);
    else
        e = db_ratings(db, line, NULL);
    db_close(db);
    return e == OK ? code : verb_failed("rating", e);
}
