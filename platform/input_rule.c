/* input_rule.c - whether a rule that suggests a service can be judged on a terminal. */
#include "hal/json.h"
#include "platform/input.h"

#include <string.h>

enum { DEPTH = 4 };

static const char *check_all(const struct json *list, int depth);

static const char *check_one(const struct json *c, int depth)
{
    static const char *const ops[] = { "=", "<", "<=", ">=", "in", "has", "not" };
    const struct json *part = NULL;
    const char *fact = NULL, *op = NULL;
    if (depth > DEPTH)
        return "when: nested too deep";
    if (!json_is_object(c))
        return "when: a condition is not an object";
    if (json_get(c, "all", &part) == OK || json_get(c, "any", &part) == OK)
        return check_all(part, depth + 1);
    if (json_get_str(c, "fact", &fact) != OK || !*fact || strlen(fact) >= 32)
        return "when: a condition without its fact";
    if (json_get_str(c, "op", &op) != OK || json_get(c, "value", &part) != OK)
        return "when: a condition without op or value";
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (strcmp(ops[i], op) == 0)
            return strcmp(op, "in") != 0 || json_is_array(part) ? NULL : "when: in needs a list";
    return "when: unknown op; expected = < <= >= in has not";
}

static const char *check_all(const struct json *list, int depth)
{
    if (!json_is_array(list) || json_count(list) == 0)
        return "when: all and any need a list";
    for (size_t i = 0; i < json_count(list); i++) {
        const char *why = check_one(json_at(list, i), depth);
        if (why)
            return why;
    }
    return NULL;
}

static const char *check(const struct json *o)
{
    static const char *const texts[] = { "service", "title", "sentence" };
    static const char *const missing[] = { "service: is missing", "title: is missing",
                                           "sentence: is missing" };
    const struct json *when = NULL;
    const char *s = NULL;
    int64_t priority = 0;
    for (int i = 0; i < 3; i++)
        if (json_get_str(o, texts[i], &s) != OK || !*s)
            return missing[i];
    if (strlen(s) > 300)
        return "sentence: longer than 100 characters";
    if (json_get_int(o, "priority", &priority) != OK || priority < 1 || priority > 9)
        return "priority: expected 1 to 9";
    return json_get(o, "when", &when) == OK ? check_one(when, 0) : "when: is missing";
}

bool input_rule(struct input *in, const char *file, int line, const struct json *o)
{
    const char *why = check(o);
    if (why)
        input_fault(in, file, line, why);
    return why == NULL;
}
