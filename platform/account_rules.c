/* account_rules.c - the rules by which accounts grow and bills are shared, read from lines of JSON.
 */
#include "platform/account.h"

#include <stdio.h>
#include <string.h>

static const char *const part_name[ACCOUNT_PARTS] = { "pension", "medical", "unemployment",
                                                      "housing", "credit" };

const char *account_part_name(enum account_part p)
{
    return p < ACCOUNT_PARTS ? part_name[p] : "";
}

enum account_part account_part_of(const char *name)
{
    int p = 0;
    while (p < ACCOUNT_PARTS && strcmp(part_name[p], name) != 0)
        p++;
    return (enum account_part)p;
}

const struct account_rule *account_rule_find(const struct account_rules *r, const char *kind,
                                             const char *key, int n)
{
    for (int i = 0; i < r->count; i++)
        if (r->row[i].n == n && strcmp(r->row[i].kind, kind) == 0 &&
            strcmp(r->row[i].key, key) == 0)
            return &r->row[i];
    return NULL;
}

int64_t account_fund(int64_t total, int64_t deductible, int64_t percent)
{
    return total > deductible ? (total - deductible) * percent / 100 : 0;
}

/* {"rule":"interest","key":"pension","n":2024,"a":262} */
static enum err read_rule(struct arena *a, const struct json *o, struct account_rule *out)
{
    const char *kind = "", *key = "", *name = "";
    int64_t n = 0;
    enum err e = json_get_str(o, "rule", &kind);
    if (e == OK)
        e = json_get_int(o, "n", &n);
    if (e == OK)
        e = json_get_int(o, "a", &out->a);
    if (e != OK || out->a < 0 || n < 0 || n > 9999)
        return ERR_FORMAT;
    (void)!json_get_str(o, "key", &key);
    (void)!json_get_str(o, "name", &name);
    if (json_get_int(o, "b", &out->b) != OK)
        out->b = 0;
    out->n = (int)n;
    out->kind = arena_strdup(a, kind);
    out->key = arena_strdup(a, key);
    out->name = arena_strdup(a, name);
    return out->kind && out->key && out->name ? OK : ERR_NOMEM;
}

enum err account_rules_read(struct arena *a, char *text, const char *file,
                            struct account_rules *out)
{
    int line = 0;
    out->count = 0;
    out->row = arena_array(a, struct account_rule, ACCOUNT_RULES);
    if (!out->row)
        return ERR_NOMEM;
    for (char *p = text, *end; *p; p = end + (*end == '\n')) {
        struct json *o = NULL;
        end = strchrnul(p, '\n');
        line++;
        if (p == end)
            continue;
        enum err e =
            out->count < ACCOUNT_RULES ? json_parse(p, (size_t)(end - p), &o) : ERR_TOO_BIG;
        if (e == OK)
            e = read_rule(a, o, &out->row[out->count++]);
        json_free(o);
        if (e != OK) {
            fprintf(stderr, "%s:%d: not a rule: %s\n", file, line, err_name(e));
            return e;
        }
    }
    return OK;
}
