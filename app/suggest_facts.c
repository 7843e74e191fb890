/* suggest_facts.c - facts about a citizen, and whether a rule's condition holds for them. */
#include "app/suggest.h"

#include <stdio.h>
#include <string.h>

enum { DEPTH = 4 };

static struct fact *place_for(struct facts *f, const char *name)
{
    int i = 0;
    while (i < f->count && strcmp(f->fact[i].name, name) != 0)
        i++;
    if (i == SUGGEST_FACTS || strlen(name) >= sizeof f->fact[i].name)
        return NULL;
    f->count = i == f->count ? i + 1 : f->count;
    f->fact[i] = (struct fact){ .kind = FACT_NUMBER };
    snprintf(f->fact[i].name, sizeof f->fact[i].name, "%s", name);
    return &f->fact[i];
}

void facts_number(struct facts *f, const char *name, int64_t n)
{
    struct fact *to = place_for(f, name);
    if (to)
        to->n = n;
}

const struct fact *facts_find(const struct facts *f, const char *name)
{
    for (int i = 0; i < f->count; i++)
        if (strcmp(f->fact[i].name, name) == 0)
            return &f->fact[i];
    return NULL;
}

/* False: it did not fit, so that nothing would be known for sure. */
static bool add_word(struct fact *f, const char *word)
{
    size_t n = strlen(f->words);
    int m = snprintf(f->words + n, sizeof f->words - n, "%s%s ", n ? "" : " ", word);
    return m > 0 && (size_t)m < sizeof f->words - n;
}

static bool read_list(struct fact *f, const struct json *list)
{
    f->kind = FACT_LIST;
    for (size_t i = 0; i < json_count(list); i++)
        if (!json_str(json_at(list, i)) || !add_word(f, json_str(json_at(list, i))))
            return false;
    return true;
}

static bool read_fact(struct fact *f, const struct json *o, const char *key, const struct json *v)
{
    bool truth = false;
    if (json_is_array(v))
        return read_list(f, v);
    if (json_str(v)) {
        f->kind = FACT_WORD;
        return add_word(f, json_str(v));
    }
    if (json_get_bool(o, key, &truth) == OK) {
        f->kind = FACT_TRUTH;
        f->n = truth;
        return true;
    }
    return json_int(v, &f->n) == OK;
}

void facts_read(struct facts *f, const struct json *o)
{
    const struct json *v;
    const char *key;
    if (!json_is_object(o))
        return;
    for (const void *it = json_next(o, NULL, &key, &v); it; it = json_next(o, it, &key, &v)) {
        struct fact *to = place_for(f, key);
        if (to && !read_fact(to, o, key, v))
            to->name[0] = '\0'; /* not known after all */
    }
}

/* --- conditions ---------------------------------------------------------------------------------
 */

static bool contains(const struct fact *f, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = f->words; n && (p = strstr(p, word)); p++)
        if (p > f->words && p[-1] == ' ' && p[n] == ' ')
            return true;
    return false;
}

static bool equal(const struct fact *f, const struct json *v)
{
    int64_t n = 0;
    if (json_str(v))
        return f->kind == FACT_WORD && contains(f, json_str(v));
    return f->kind == FACT_NUMBER && json_int(v, &n) == OK && n == f->n;
}

static bool among(const struct fact *f, const struct json *list)
{
    for (size_t i = 0; i < json_count(list); i++)
        if (equal(f, json_at(list, i)))
            return true;
    return false;
}

static bool one_holds(const struct facts *all, const struct json *c)
{
    const char *name = "", *op = "";
    const struct json *v = NULL;
    bool truth = false;
    int64_t n = 0;
    if (json_get_str(c, "fact", &name) != OK || json_get_str(c, "op", &op) != OK ||
        json_get(c, "value", &v) != OK)
        return false;
    const struct fact *f = *name ? facts_find(all, name) : NULL;
    if (!f)
        return false;
    if (strcmp(op, "=") == 0)
        return json_get_bool(c, "value", &truth) == OK
                   ? f->kind == FACT_TRUTH && truth == (f->n != 0)
                   : equal(f, v);
    if (strcmp(op, "in") == 0)
        return json_is_array(v) && among(f, v);
    if (strcmp(op, "has") == 0 || strcmp(op, "not") == 0)
        return f->kind == FACT_LIST && json_str(v) &&
               contains(f, json_str(v)) == (strcmp(op, "has") == 0);
    if (f->kind != FACT_NUMBER || json_int(v, &n) != OK)
        return false;
    return (strcmp(op, "<") == 0 && f->n < n) || (strcmp(op, "<=") == 0 && f->n <= n) ||
           (strcmp(op, ">=") == 0 && f->n >= n);
}

static bool holds(const struct facts *f, const struct json *c, int depth)
{
    const struct json *list = NULL;
    if (!json_is_object(c) || depth > DEPTH)
        return false;
    bool any = json_get(c, "any", &list) == OK;
    if (!any && json_get(c, "all", &list) != OK)
        return one_holds(f, c);
    size_t n = json_is_array(list) ? json_count(list) : 0, good = 0;
    for (size_t i = 0; i < n; i++)
        good += holds(f, json_at(list, i), depth + 1);
    return any ? good > 0 : n > 0 && good == n;
}

bool facts_hold(const struct facts *f, const struct json *when)
{
    return holds(f, when, 0);
}
