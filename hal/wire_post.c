/* wire_post.c - the JSON that goes up and comes back: items, acknowledgements, states. */
#include "hal/wire_item.h"
#include "hal/wire_part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIG_BASE64 = 96 };

bool wire_id_ok(const char *id)
{
    return strlen(id) == WIRE_ID && strspn(id, "0123456789abcdef") == WIRE_ID;
}

static enum err read_id(const struct json *v, char out[WIRE_ID + 1])
{
    const char *id = json_str(v);
    if (!id)
        return ERR_TYPE;
    if (!wire_id_ok(id))
        return ERR_FORMAT;
    memcpy(out, id, WIRE_ID + 1);
    return OK;
}

static enum err get_id(const struct json *o, char out[WIRE_ID + 1])
{
    const struct json *v = NULL;
    return json_get(o, "id", &v) == OK ? read_id(v, out) : ERR_TYPE;
}

static enum err get_sig(const struct json *o, unsigned char out[CRYPTO_SIG])
{
    const char *text = NULL;
    size_t n = 0;
    if (json_get_str(o, "sig", &text) != OK)
        return ERR_TYPE;
    return crypto_unbase64(text, out, CRYPTO_SIG, &n) == OK && n == CRYPTO_SIG ? OK : ERR_FORMAT;
}

/* A name that may be empty: a case number or the code of a reason. */
static enum err get_code(const struct json *o, const char *key, char *out, size_t cap)
{
    const char *s = NULL;
    if (json_get_str(o, key, &s) != OK)
        return ERR_TYPE;
    if (strlen(s) >= cap || s[strspn(s, WIRE_NAME_SET)] != '\0')
        return ERR_FORMAT;
    snprintf(out, cap, "%s", s);
    return OK;
}

/* The list `name` of {"v":1,…}: at most `most` elements. The caller frees *out_root. */
static enum err open_list(const void *bytes, size_t n, const char *name, size_t most,
                          struct json **out_root, const struct json **out_list)
{
    int64_t v = 0;
    if (n > WIRE_POST_MAX)
        return ERR_TOO_BIG;
    enum err e = json_parse(bytes, n, out_root);
    if (e != OK)
        return e;
    e = wire_int(*out_root, "v", 1, 1, &v);
    if (e == OK && (json_get(*out_root, name, out_list) != OK || !json_is_array(*out_list)))
        e = ERR_TYPE;
    return e == OK && json_count(*out_list) > most ? ERR_TOO_BIG : e;
}

static enum err done(struct arena *a, struct json_out *w, char **out_json)
{
    if (w->len > WIRE_POST_MAX) {
        json_out_finish(w);
        return ERR_TOO_BIG;
    }
    return json_out_take(w, a, out_json);
}

static void put_sig(struct json_out *w, const unsigned char sig[CRYPTO_SIG])
{
    char text[SIG_BASE64];
    crypto_base64(sig, CRYPTO_SIG, text, sizeof text);
    json_put_str(w, "sig", text);
}

static enum err put_item(struct arena *a, struct json_out *w, const struct wire_item *item)
{
    if (item->box_n > WIRE_BOX_MAX)
        return ERR_TOO_BIG;
    size_t cap = item->box_n / 3 * 4 + 8;
    char *box = arena_alloc(a, cap);
    if (!box)
        return ERR_NOMEM;
    crypto_base64(item->box, item->box_n, box, cap);
    json_open(w, NULL, '{');
    json_put_str(w, "id", item->id);
    json_put_int(w, "n", item->n);
    json_put_str(w, "kind", item->kind);
    json_put_int(w, "at", item->at_ms);
    json_put_str(w, "suite", item->suite);
    json_put_str(w, "kid", item->kid);
    json_put_str(w, "box", box);
    put_sig(w, item->sig);
    json_close(w, '}');
    return OK;
}

enum err wire_post_write(struct arena *a, const struct wire_item *items, int count, char **out_json)
{
    struct json_out w;
    if (count > WIRE_POST_ITEMS)
        return ERR_TOO_BIG;
    json_out_start(&w);
    json_open(&w, NULL, '{');
    json_put_int(&w, "v", 1);
    json_open(&w, "items", '[');
    enum err e = OK;
    for (int i = 0; i < count && e == OK; i++)
        e = put_item(a, &w, &items[i]);
    json_close(&w, ']');
    json_close(&w, '}');
    if (e == OK)
        return done(a, &w, out_json);
    json_out_finish(&w);
    return e;
}

static enum err read_box(struct arena *a, const struct json *o, struct wire_item *out)
{
    const char *text = NULL;
    if (json_get_str(o, "box", &text) != OK)
        return ERR_TYPE;
    size_t cap = strlen(text) / 4 * 3;
    if (cap > WIRE_BOX_MAX + 2)
        return ERR_TOO_BIG;
    unsigned char *box = arena_alloc(a, cap + 1);
    if (!box)
        return ERR_NOMEM;
    if (crypto_unbase64(text, box, cap, &out->box_n) != OK || out->box_n == 0)
        return ERR_FORMAT;
    out->box = box;
    return out->box_n > WIRE_BOX_MAX ? ERR_TOO_BIG : OK;
}

static enum err read_item(struct arena *a, const struct json *o, struct wire_item *out)
{
    enum err e = get_id(o, out->id);
    if (e == OK)
        e = wire_int(o, "n", 1, WIRE_NUMBER_MAX, &out->n);
    if (e == OK)
        e = wire_name(o, "kind", out->kind);
    if (e == OK)
        e = wire_int(o, "at", 0, INT64_MAX, &out->at_ms);
    if (e == OK)
        e = wire_name(o, "suite", out->suite);
    if (e == OK)
        e = wire_name(o, "kid", out->kid);
    if (e == OK)
        e = read_box(a, o, out);
    return e == OK ? get_sig(o, out->sig) : e;
}

/* One post, one answer for each id: an id twice would leave open which answer is whose. */
static bool seen_before(const struct wire_item *items, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (memcmp(items[k].id, items[i].id, WIRE_ID) == 0)
            return true;
    return false;
}

static enum err read_tree(struct arena *a, const void *bytes, size_t n,
                          struct wire_item **out_items, int *out_count)
{
    struct json *root = NULL;
    const struct json *list = NULL;
    struct wire_item *items = NULL;
    enum err e = open_list(bytes, n, "items", WIRE_POST_ITEMS, &root, &list);
    size_t count = e == OK ? json_count(list) : 0;
    if (e == OK && !(items = arena_array(a, struct wire_item, count + 1)))
        e = ERR_NOMEM;
    for (size_t i = 0; e == OK && i < count; i++)
        e = read_item(a, json_at(list, i), &items[i]);
    json_free(root);
    if (e != OK)
        return e;
    *out_items = items;
    *out_count = (int)count;
    return OK;
}

enum err wire_post_read(struct arena *a, const void *bytes, size_t n, struct wire_item **out_items,
                        int *out_count)
{
    struct wire_item *items = arena_array(a, struct wire_item, WIRE_POST_ITEMS);
    int count = 0;
    if (!items)
        return ERR_NOMEM;
    bool quick = n <= WIRE_POST_MAX && wire_post_quick(a, bytes, n, items, WIRE_POST_ITEMS, &count);
    enum err e = quick ? OK : read_tree(a, bytes, n, &items, &count);
    for (int i = 0; i < count && e == OK; i++)
        if (seen_before(items, (size_t)i))
            e = ERR_FORMAT;
    if (e != OK)
        return e;
    *out_items = items;
    *out_count = count;
    return OK;
}

enum err wire_acks_write(struct arena *a, const struct wire_ack *acks, int count, char **out_json)
{
    struct json_out w;
    if (count > WIRE_POST_ITEMS)
        return ERR_TOO_BIG;
    json_out_start(&w);
    json_open(&w, NULL, '{');
    json_put_int(&w, "v", 1);
    json_open(&w, "acks", '[');
    for (int i = 0; i < count; i++) {
        json_open(&w, NULL, '{');
        json_put_str(&w, "id", acks[i].id);
        json_put_str(&w, "outcome", wire_outcome_name(acks[i].outcome));
        json_put_str(&w, "ref", acks[i].ref);
        json_put_str(&w, "why", acks[i].why);
        json_put_int(&w, "at", acks[i].at_ms);
        json_put_str(&w, "kid", acks[i].kid);
        put_sig(&w, acks[i].sig);
        json_close(&w, '}');
    }
    json_close(&w, ']');
    json_close(&w, '}');
    return done(a, &w, out_json);
}

static enum err get_outcome(const struct json *o, enum wire_outcome *out)
{
    const char *name = NULL;
    if (json_get_str(o, "outcome", &name) != OK)
        return ERR_TYPE;
    for (int i = 0; i < WIRE_OUTCOMES; i++)
        if (strcmp(name, wire_outcome_name((enum wire_outcome)i)) == 0) {
            *out = (enum wire_outcome)i;
            return OK;
        }
    return ERR_FORMAT;
}

static enum err read_ack(const struct json *o, struct wire_ack *out)
{
    enum err e = get_id(o, out->id);
    if (e == OK)
        e = get_outcome(o, &out->outcome);
    if (e == OK)
        e = get_code(o, "ref", out->ref, sizeof out->ref);
    if (e == OK)
        e = get_code(o, "why", out->why, sizeof out->why);
    if (e == OK)
        e = wire_int(o, "at", 0, INT64_MAX, &out->at_ms);
    if (e == OK)
        e = wire_name(o, "kid", out->kid);
    return e == OK ? get_sig(o, out->sig) : e;
}

enum err wire_acks_read(struct arena *a, const void *bytes, size_t n, struct wire_ack **out_acks,
                        int *out_count)
{
    struct json *root = NULL;
    const struct json *list = NULL;
    struct wire_ack *acks = NULL;
    enum err e = open_list(bytes, n, "acks", WIRE_POST_ITEMS, &root, &list);
    size_t count = e == OK ? json_count(list) : 0;
    if (e == OK && !(acks = arena_array(a, struct wire_ack, count + 1)))
        e = ERR_NOMEM;
    for (size_t i = 0; e == OK && i < count; i++)
        e = read_ack(json_at(list, i), &acks[i]);
    json_free(root);
    if (e != OK)
        return e;
    *out_acks = acks;
    *out_count = (int)count;
    return OK;
}

enum err wire_statuses_write(struct arena *a, int64_t seq, bool more,
                             const struct wire_status *rows, int count, char **out_json)
{
    struct json_out w;
    json_out_start(&w);
    json_open(&w, NULL, '{');
    json_put_int(&w, "v", 1);
    json_put_int(&w, "seq", seq);
    json_put_bool(&w, "more", more);
    json_open(&w, "rows", '[');
    for (int i = 0; i < count; i++) {
        json_open(&w, NULL, '[');
        json_put_str(&w, NULL, rows[i].id);
        json_put_str(&w, NULL, rows[i].state);
        json_put_int(&w, NULL, rows[i].at_ms);
        json_close(&w, ']');
    }
    json_close(&w, ']');
    json_close(&w, '}');
    return done(a, &w, out_json);
}

static enum err read_status(const struct json *row, struct wire_status *out)
{
    if (!json_is_array(row) || json_count(row) < 3)
        return ERR_TYPE;
    enum err e = read_id(json_at(row, 0), out->id);
    const char *state = json_str(json_at(row, 1));
    if (e == OK && !state)
        e = ERR_TYPE;
    if (e == OK && (!state[0] || strlen(state) >= sizeof out->state ||
                    state[strspn(state, WIRE_NAME_SET)] != '\0'))
        e = ERR_FORMAT;
    if (e != OK)
        return e;
    snprintf(out->state, sizeof out->state, "%s", state);
    e = json_int(json_at(row, 2), &out->at_ms);
    return e == OK && out->at_ms < 0 ? ERR_FORMAT : e;
}

enum err wire_statuses_read(struct arena *a, const void *bytes, size_t n, int64_t *out_seq,
                            bool *out_more, struct wire_status **out_rows, int *out_count)
{
    struct json *root = NULL;
    const struct json *list = NULL;
    struct wire_status *rows = NULL;
    int64_t seq = 0;
    bool more = false;
    enum err e = open_list(bytes, n, "rows", WIRE_POST_MAX, &root, &list);
    if (e == OK)
        e = wire_int(root, "seq", 0, INT64_MAX, &seq);
    if (e == OK && json_get_bool(root, "more", &more) != OK)
        e = ERR_TYPE;
    size_t count = e == OK ? json_count(list) : 0;
    if (e == OK && !(rows = arena_array(a, struct wire_status, count + 1)))
        e = ERR_NOMEM;
    for (size_t i = 0; e == OK && i < count; i++)
        e = read_status(json_at(list, i), &rows[i]);
    json_free(root);
    if (e != OK)
        return e;
    *out_seq = seq;
    *out_more = more;
    *out_rows = rows;
    *out_count = (int)count;
    return OK;
}
