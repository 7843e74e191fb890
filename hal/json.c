/* json.c - strict reading through jansson, and a small writer of our own. */
#include "hal/json.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* jansson has macros of the same names. */
#undef json_is_object
#undef json_is_array
#undef json_is_null

enum { MAX_DEPTH = 32 };

/* struct json is jansson's json_t under another name; it is never defined. */
static const json_t *in(const struct json *v)
{
    return (const json_t *)(const void *)v;
}

static const struct json *out_of(const json_t *v)
{
    return (const struct json *)(const void *)v;
}

/* jansson recurses up to 2048 levels; ours is counted before it sees a byte. */
static bool too_deep(const char *text, size_t n)
{
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < n; i++) {
        char c = text[i];
        if (quoted && c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == '[' || c == '{') && ++depth > MAX_DEPTH)
            return true;
        else if (!quoted && (c == ']' || c == '}'))
            depth--;
    }
    return false;
}

enum err json_parse(const char *text, size_t n, struct json **out_root)
{
    if (too_deep(text, n))
        return ERR_FORMAT;
    json_error_t why;
    json_t *v = json_loadb(text, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
    if (!v)
        return json_error_code(&why) == json_error_out_of_memory ? ERR_NOMEM : ERR_FORMAT;
    *out_root = (struct json *)(void *)v;
    return OK;
}

void json_free(struct json *root)
{
    json_decref((json_t *)(void *)root);
}

enum err json_get(const struct json *o, const char *key, const struct json **out)
{
    if (!json_is_object(o))
        return ERR_TYPE;
    const json_t *v = json_object_get(in(o), key);
    if (!v)
        return ERR_NOT_FOUND;
    *out = out_of(v);
    return OK;
}

enum err json_get_str(const struct json *o, const char *key, const char **out)
{
    const struct json *v = NULL;
    enum err e = json_get(o, key, &v);
    if (e != OK)
        return e;
    if (!json_str(v))
        return ERR_TYPE;
    *out = json_str(v);
    return OK;
}

enum err json_get_int(const struct json *o, const char *key, int64_t *out)
{
    const struct json *v = NULL;
    enum err e = json_get(o, key, &v);
    return e == OK ? json_int(v, out) : e;
}

enum err json_get_bool(const struct json *o, const char *key, bool *out)
{
    const struct json *v = NULL;
    enum err e = json_get(o, key, &v);
    if (e != OK)
        return e;
    if (!json_is_boolean(in(v)))
        return ERR_TYPE;
    *out = json_is_true(in(v));
    return OK;
}

enum err json_get_real(const struct json *o, const char *key, double *out)
{
    const struct json *v = NULL;
    enum err e = json_get(o, key, &v);
    if (e != OK)
        return e;
    if (!json_is_number(in(v)))
        return ERR_TYPE;
    *out = json_number_value(in(v));
    return OK;
}

bool json_is_object(const struct json *v)
{
    return v && json_typeof(in(v)) == JSON_OBJECT;
}

bool json_is_array(const struct json *v)
{
    return v && json_typeof(in(v)) == JSON_ARRAY;
}

bool json_is_null(const struct json *v)
{
    return v && json_typeof(in(v)) == JSON_NULL;
}

const char *json_str(const struct json *v)
{
    return json_string_value(in(v));
}

enum err json_int(const struct json *v, int64_t *out)
{
    if (!json_is_integer(in(v)))
        return ERR_TYPE;
    *out = json_integer_value(in(v));
    return OK;
}

size_t json_count(const struct json *v)
{
    return json_is_object(v) ? json_object_size(in(v)) : json_array_size(in(v));
}

const struct json *json_at(const struct json *array, size_t i)
{
    return out_of(json_array_get(in(array), i));
}

const void *json_next(const struct json *o, const void *it, const char **out_key,
                      const struct json **out_value)
{
    json_t *obj = (json_t *)(void *)(uintptr_t)o; /* jansson's iterators are not const */
    void *next = it ? json_object_iter_next(obj, (void *)(uintptr_t)it) : json_object_iter(obj);
    if (!next)
        return NULL;
    *out_key = json_object_iter_key(next);
    *out_value = out_of(json_object_iter_value(next));
    return next;
}

void json_out_start(struct json_out *w)
{
    *w = (struct json_out){ 0 };
}

static bool reserve(struct json_out *w, size_t more)
{
    if (w->failed || more > SIZE_MAX / 4) {
        w->failed = true;
        return false;
    }
    if (w->len + more + 1 <= w->cap)
        return true;
    size_t cap = (w->cap ? w->cap * 2 : 256) + more;
    char *buf = realloc(w->buf, cap);
    if (!buf) {
        w->failed = true;
        return false;
    }
    w->buf = buf;
    w->cap = cap;
    return true;
}

static void add(struct json_out *w, const char *s, size_t n)
{
    if (!reserve(w, n))
        return;
    memcpy(w->buf + w->len, s, n);
    w->len += n;
}

/* Quotes and control bytes are escaped, and nothing else: the text stays readable UTF-8. */
static void add_quoted(struct json_out *w, const char *s)
{
    add(w, "\"", 1);
    for (; *s; s++) {
        const char *run = s;
        while ((unsigned char)*s >= 0x20 && *s != '"' && *s != '\\')
            s++;
        add(w, run, (size_t)(s - run));
        if (!*s)
            break;
        char esc[8];
        int n = *s == '"' || *s == '\\' ? snprintf(esc, sizeof esc, "\\%c", *s)
                : *s == '\n'            ? snprintf(esc, sizeof esc, "\\n")
                                        : snprintf(esc, sizeof esc, "\\u%04x", *s);
        add(w, esc, (size_t)n);
    }
    add(w, "\"", 1);
}

static void add_key(struct json_out *w, const char *key)
{
    if (w->comma)
        add(w, ",", 1);
    w->comma = true;
    if (!key)
        return;
    add_quoted(w, key);
    add(w, ":", 1);
}

void json_open(struct json_out *w, const char *key, char bracket)
{
    add_key(w, key);
    add(w, &bracket, 1);
    w->comma = false;
}

void json_close(struct json_out *w, char bracket)
{
    add(w, &bracket, 1);
    w->comma = true;
}

void json_put_str(struct json_out *w, const char *key, const char *value)
{
    if (!value) {
        json_put_null(w, key);
        return;
    }
    add_key(w, key);
    add_quoted(w, value);
}

void json_put_raw(struct json_out *w, const char *key, const char *json)
{
    add_key(w, key);
    add(w, json, strlen(json));
}

void json_put_int(struct json_out *w, const char *key, int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)value);
    json_put_raw(w, key, text);
}

/* JSON has no infinity and no NaN: they become null. */
void json_put_real(struct json_out *w, const char *key, double value)
{
    char text[340];
    snprintf(text, sizeof text, "%.2f", value);
    json_put_raw(w, key, isfinite(value) ? text : "null");
}

void json_put_bool(struct json_out *w, const char *key, bool value)
{
    json_put_raw(w, key, value ? "true" : "false");
}

void json_put_null(struct json_out *w, const char *key)
{
    json_put_raw(w, key, "null");
}

const char *json_out_text(struct json_out *w)
{
    if (!reserve(w, 1))
        return NULL;
    w->buf[w->len] = '\0';
    return w->buf;
}

void json_out_finish(struct json_out *w)
{
    free(w->buf);
    *w = (struct json_out){ 0 };
}

enum err json_out_take(struct json_out *w, struct arena *a, char **out)
{
    const char *text = json_out_text(w);
    char *copy = text ? arena_strndup(a, text, w->len) : NULL;
    json_out_finish(w);
    if (!copy)
        return ERR_NOMEM;
    *out = copy;
    return OK;
}
