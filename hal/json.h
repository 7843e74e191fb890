/* json.h - a strict JSON reader and writer; the only door to jansson. */
#ifndef HAL_JSON_H
#define HAL_JSON_H

#include "hal/base/arena.h"
#include "hal/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Opaque value; a root is owned by the caller (json_free), children belong to their root. */
struct json;

/* [any] Strict: UTF-8 checked, no duplicate keys, depth <= 32. ERR_FORMAT. */
MUST_CHECK enum err json_parse(const char *text, size_t n, struct json **out_root);
void json_free(struct json *root); /* accepts NULL */

/* Reading. Every getter is ERR_NOT_FOUND when the key is absent, ERR_TYPE when it is something
 * else; out is untouched then. Strings live as long as the root. */
MUST_CHECK enum err json_get_str(const struct json *o, const char *key, const char **out);
MUST_CHECK enum err json_get_int(const struct json *o, const char *key, int64_t *out);
MUST_CHECK enum err json_get_bool(const struct json *o, const char *key, bool *out);
MUST_CHECK enum err json_get_real(const struct json *o, const char *key, double *out);
MUST_CHECK enum err json_get(const struct json *o, const char *key, const struct json **out);
bool json_is_object(const struct json *v);
bool json_is_array(const struct json *v);
bool json_is_null(const struct json *v);
const char *json_str(const struct json *v); /* NULL when not a string */
MUST_CHECK enum err json_int(const struct json *v, int64_t *out);
size_t json_count(const struct json *array_or_object);
const struct json *json_at(const struct json *array, size_t i);
/* Walks an object: start with it = NULL, ends with NULL. */
const void *json_next(const struct json *o, const void *it, const char **out_key,
                      const struct json **out_value);

/* Writing: a small appending writer into one growing buffer; commas and escapes are its work. */
struct json_out {
    char *buf;
    size_t len, cap;
    bool comma, failed; /* failed: out of memory; json_out_done tells */
};
void json_out_start(struct json_out *w);
void json_open(struct json_out *w, const char *key, char bracket); /* key NULL inside arrays */
void json_close(struct json_out *w, char bracket);
void json_put_str(struct json_out *w, const char *key, const char *value); /* NULL -> null */
void json_put_int(struct json_out *w, const char *key, int64_t value);
void json_put_real(struct json_out *w, const char *key, double value); /* 2 decimals */
void json_put_bool(struct json_out *w, const char *key, bool value);
void json_put_null(struct json_out *w, const char *key);
void json_put_raw(struct json_out *w, const char *key, const char *json);
/* NUL-terminated text, owned by w until json_out_finish; NULL when memory ran out. */
const char *json_out_text(struct json_out *w);
void json_out_finish(struct json_out *w);
/* The text copied into the arena, and finished. */
MUST_CHECK enum err json_out_take(struct json_out *w, struct arena *a, char **out);

#endif
