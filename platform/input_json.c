/* input_json.c - notices, services and rules, one JSON object a line or one a file. */
#include "hal/json.h"
#include "platform/input.h"

#include <string.h>

/* Takes out the white space between tokens: a row is one line whatever the file looked like. */
static void squeeze(char *text)
{
    char *to = text;
    bool quoted = false;
    for (const char *s = text; *s; s++) {
        if (quoted && *s == '\\') {
            *to++ = *s++;
        } else if (*s == '"') {
            quoted = !quoted;
        } else if (!quoted && strchr(" \t\r\n", *s)) {
            continue;
        }
        *to++ = *s;
    }
    *to = '\0';
}

/* One member as the text that table_row takes; false when it is neither text nor number. */
static bool member(struct input *in, const struct json *o, const char *key, char **out)
{
    const struct json *v = NULL;
    int64_t n = 0;
    bool flag = false;
    if (json_get(o, key, &v) != OK || json_is_null(v))
        return true;
    if (json_str(v))
        *out = arena_strdup(&in->arena, json_str(v));
    else if (json_int(v, &n) == OK)
        *out = arena_printf(&in->arena, "%lld", (long long)n);
    else if (json_get_bool(o, key, &flag) == OK)
        *out = arena_strdup(&in->arena, flag ? "1" : "0");
    else
        return false;
    return true;
}

static void unknown_members(struct input *in, const char *file, int line, const struct table_def *t,
                            const struct json *o)
{
    const char *key = NULL;
    const struct json *v = NULL;
    for (const void *it = NULL; (it = json_next(o, it, &key, &v));) {
        bool known = strcmp(key, "at") == 0;
        for (int i = 0; i < table_columns(t); i++)
            known = known || strcmp(key, t->column[i].name) == 0;
        if (!known)
            input_fault(in, file, line, arena_printf(&in->arena, "%s: unknown key", key));
    }
}

static enum err add_object(struct input *in, const char *file, int line, const struct table_def *t,
                           const struct json *o, char *text)
{
    char *value[TABLE_COLUMNS] = { NULL };
    bool whole = t->column[1].kind == 'j'; /* the object itself is the value */
    for (int i = 0; i < (whole ? 1 : table_columns(t)); i++)
        if (!member(in, o, t->column[i].name, &value[i])) {
            input_fault(
                in, file, line,
                arena_printf(&in->arena, "%s: neither text nor whole number", t->column[i].name));
            return OK;
        }
    if (whole) {
        bool rule = strcmp(t->name, "rule") == 0;
        if (value[0] && !(rule ? input_rule : input_service)(in, file, line, o))
            return OK;
        squeeze(text);
        value[1] = text;
    } else {
        unknown_members(in, file, line, t, o);
    }
    if (!whole && !value[2] && !member(in, o, "at", &value[2]))
        input_fault(in, file, line, "at: not a time like 08:40");
    int before = in->arrived;
    enum err e = input_table_row(in, file, line, t, value, true, false);
    const char *other = NULL;
    if (whole && in->arrived > before && json_get_str(o, "department", &other) == OK)
        input_refer(in, "department", other);
    if (whole && in->arrived > before && json_get_str(o, "service", &other) == OK)
        input_refer(in, "service", other);
    return e;
}

static enum err add_text(struct input *in, const char *file, int line, const struct table_def *t,
                         char *text)
{
    struct json *o = NULL;
    if (strspn(text, " \t\r\n") == strlen(text))
        return OK;
    enum err e = json_parse(text, strlen(text), &o);
    if (e == ERR_FORMAT || (e == OK && !json_is_object(o))) {
        input_fault(in, file, line, "not a JSON object");
        json_free(o);
        return OK;
    }
    if (e == OK)
        e = add_object(in, file, line, t, o, text);
    json_free(o);
    return e;
}

enum err input_json(struct input *in, const char *file, const struct table_def *t, bool lines)
{
    char *text;
    enum err e = input_text(in, file, &text);
    if (e != OK || !text)
        return e;
    if (!lines)
        return add_text(in, file, 1, t, text);
    for (int line = 1; *text && e == OK; line++) {
        char *end = strchrnul(text, '\n'), *next = *end ? end + 1 : end;
        *end = '\0';
        e = add_text(in, file, line, t, text);
        text = next;
    }
    return e;
}
