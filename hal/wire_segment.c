/* wire_segment.c - the first line of an object, and a quick look at a row. */
#include "hal/wire_part.h"

#include <stdio.h>
#include <string.h>

enum { HEAD_MAX = 1024 };

static enum err read_head(const struct json *o, struct wire_segment_head *out)
{
    int64_t schema = 0;
    const char *prev = NULL;
    enum err e = wire_name(o, "ch", out->channel);
    if (e == OK)
        e = wire_name(o, "epoch", out->epoch);
    if (e == OK)
        e = wire_int(o, "schema", 1, INT32_MAX, &schema);
    if (e == OK)
        e = wire_int(o, "from", 0, INT64_MAX - 1, &out->from);
    if (e == OK)
        e = wire_int(o, "to", out->from + 1, INT64_MAX, &out->to);
    if (e == OK)
        e = wire_int(o, "rows", 0, INT64_MAX, &out->rows);
    if (e == OK && json_get_str(o, "prev", &prev) != OK)
        e = ERR_TYPE;
    if (e == OK && *prev && !wire_hash_ok(prev))
        e = ERR_FORMAT;
    if (e == OK)
        snprintf(out->prev, sizeof out->prev, "%s", prev);
    out->schema = (int)schema;
    return e;
}

enum err wire_segment_head_read(const char *line, size_t n, struct wire_segment_head *out)
{
    struct json *o = NULL;
    if (n > HEAD_MAX)
        return ERR_TOO_BIG;
    enum err e = json_parse(line, n, &o);
    if (e != OK)
        return e;
    struct wire_segment_head got = { 0 };
    e = json_is_object(o) ? read_head(o, &got) : ERR_TYPE;
    json_free(o);
    if (e == OK)
        *out = got;
    return e;
}

enum err wire_segment_head_write(struct arena *a, const struct wire_segment_head *in,
                                 char **out_line)
{
    struct json_out w;
    json_out_start(&w);
    json_open(&w, NULL, '{');
    json_put_str(&w, "ch", in->channel);
    json_put_str(&w, "epoch", in->epoch);
    json_put_int(&w, "schema", in->schema);
    json_put_int(&w, "from", in->from);
    json_put_int(&w, "to", in->to);
    json_put_str(&w, "prev", in->prev);
    json_put_int(&w, "rows", in->rows);
    json_close(&w, '}');
    return json_out_take(&w, a, out_line);
}

/* The form is fixed - no space, lower-case table names - so eight bytes decide what a row is. */
enum err wire_row_peek(const char *line, size_t n, struct wire_row_peek *out)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz_";
    if (n < 10 || line[n - 1] != ']' || memcmp(line + 1, "\"", 1) != 0 || line[0] != '[' ||
        (line[2] != 'p' && line[2] != 'd') || memcmp(line + 3, "\",\"", 3) != 0)
        return ERR_FORMAT;
    struct wire_row_peek got = { .put = line[2] == 'p' };
    size_t len = 0;
    while (6 + len < n && len < WIRE_NAME_MAX && line[6 + len] && strchr(letters, line[6 + len]))
        len++;
    if (len == 0 || len >= WIRE_NAME_MAX || 6 + len + 2 > n ||
        memcmp(line + 6 + len, "\",", 2) != 0)
        return ERR_FORMAT;
    memcpy(got.table, line + 6, len);
    *out = got;
    return OK;
}
