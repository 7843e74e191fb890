/* wire.c - the index: what the feed holds now, in a few kilobytes that are signed. */
#include "hal/wire_part.h"

#include <stdio.h>
#include <string.h>

static enum err read_object(const struct json *o, struct wire_object *out)
{
    const char *h = NULL;
    if (json_get_str(o, "h", &h) != OK)
        return ERR_TYPE;
    if (!wire_hash_ok(h))
        return ERR_FORMAT;
    memcpy(out->hash, h, sizeof out->hash);
    int64_t raw = 0;
    enum err e = wire_int(o, "size", 1, INT64_MAX, &out->size);
    if (e == OK)
        e = wire_int(o, "raw", 1, INT64_MAX, &raw);
    out->raw = raw;
    if (e == OK && (out->size > WIRE_SEGMENT_MAX || out->raw > WIRE_RAW_MAX))
        return ERR_TOO_BIG;
    return e;
}

static enum err read_base(const struct json *o, struct wire_channel *ch)
{
    const struct json *base = NULL;
    enum err e = json_get(o, "base", &base);
    if (e == ERR_NOT_FOUND || (e == OK && json_is_null(base)))
        return OK;
    if (e == OK)
        e = wire_int(base, "seq", 1, INT64_MAX, &ch->base.to);
    if (e == OK)
        e = read_object(base, &ch->base);
    ch->has_base = true;
    return e;
}

static enum err read_segments(struct arena *a, const struct json *o, struct wire_channel *ch)
{
    const struct json *list = NULL;
    if (json_get(o, "seg", &list) != OK || !json_is_array(list))
        return ERR_TYPE;
    size_t n = json_count(list);
    if (n > WIRE_SEGMENTS)
        return ERR_TOO_BIG;
    ch->seg = arena_array(a, struct wire_object, n ? n : 1);
    if (!ch->seg)
        return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        struct wire_object *s = &ch->seg[i];
        enum err e = wire_int(json_at(list, i), "from", 0, INT64_MAX - 1, &s->from);
        if (e == OK)
            e = wire_int(json_at(list, i), "to", s->from + 1, INT64_MAX, &s->to);
        if (e == OK)
            e = read_object(json_at(list, i), s);
        if (e != OK)
            return e;
    }
    ch->seg_count = (int)n;
    return OK;
}

/* Contiguous, ends at head, and an empty terminal can get there: from 0 or from a base on the way.
 */
static bool chain_ok(const struct wire_channel *ch)
{
    bool base_fits = ch->has_base && ch->base.to == ch->head;
    for (int i = 0; i < ch->seg_count; i++) {
        if (i > 0 && ch->seg[i].from != ch->seg[i - 1].to)
            return false;
        base_fits = base_fits || (ch->has_base && ch->seg[i].from == ch->base.to);
    }
    if (ch->seg_count > 0 && ch->seg[ch->seg_count - 1].to != ch->head)
        return false;
    if (ch->has_base)
        return base_fits;
    return ch->seg_count > 0 ? ch->seg[0].from == 0 : ch->head == 0;
}

static enum err read_channel(struct arena *a, const char *name, const struct json *o,
                             struct wire_channel *ch)
{
    int64_t schema = 0;
    if (!json_is_object(o))
        return ERR_TYPE;
    if (strlen(name) >= sizeof ch->name)
        return ERR_FORMAT;
    snprintf(ch->name, sizeof ch->name, "%s", name);
    enum err e = wire_name(o, "epoch", ch->epoch);
    if (e == OK)
        e = wire_int(o, "schema", 1, INT32_MAX, &schema);
    if (e == OK)
        e = wire_int(o, "head", 0, INT64_MAX, &ch->head);
    if (e == OK)
        e = wire_int(o, "rows", 0, INT64_MAX, &ch->rows);
    if (e == OK)
        e = read_base(o, ch);
    if (e == OK)
        e = read_segments(a, o, ch);
    ch->schema = (int)schema;
    return e == OK && !chain_ok(ch) ? ERR_FORMAT : e;
}

static enum err read_channels(struct arena *a, const struct json *o, struct wire_index *out)
{
    const struct json *all = NULL, *one = NULL;
    const char *name = NULL;
    if (json_get(o, "ch", &all) != OK || !json_is_object(all))
        return ERR_TYPE;
    if (json_count(all) > WIRE_CHANNELS)
        return ERR_TOO_BIG;
    for (const void *it = NULL; (it = json_next(all, it, &name, &one));) {
        enum err e = read_channel(a, name, one, &out->channel[out->channel_count]);
        if (e != OK)
            return e;
        out->channel_count++;
    }
    return OK;
}

static enum err read_head(const struct json *o, struct wire_index *out)
{
    int64_t v = 0, root = 0;
    enum err e = wire_int(o, "v", 1, 1, &v);
    if (e == OK)
        e = wire_name(o, "area", out->area);
    if (e == OK)
        e = wire_int(o, "n", 1, WIRE_NUMBER_MAX, &out->n);
    if (e == OK)
        e = wire_int(o, "issued", 0, INT64_MAX, &out->issued_ms);
    if (e == OK)
        e = wire_int(o, "expires", 0, INT64_MAX, &out->expires_ms);
    if (e == OK)
        e = wire_name(o, "suite", out->suite);
    if (e == OK)
        e = wire_name(o, "kid", out->kid);
    if (e == OK)
        e = wire_int(o, "root", 1, INT32_MAX, &root);
    out->version = (int)v;
    out->root = (int)root;
    return e == OK && strcmp(out->suite, "ed25519") != 0 ? ERR_TYPE : e;
}

/* The kid inside must be one that signed: the name is part of what is signed. */
static bool kid_signed(const struct wire_signed *s, const struct wire_keyset *keys, const char *kid)
{
    for (int i = 0; i < keys->feed_count; i++)
        if (strcmp(keys->feed[i].kid, kid) == 0)
            return wire_count_signers(s, &keys->feed[i], 1) == 1;
    return false;
}

enum err wire_index_read(struct arena *a, const void *bytes, size_t n,
                         const struct wire_keyset *keys, struct wire_index *out)
{
    struct wire_signed s;
    if (n > WIRE_INDEX_MAX)
        return ERR_TOO_BIG;
    enum err e = wire_split(bytes, n, &s);
    if (e != OK)
        return e;
    if (wire_count_signers(&s, keys->feed, keys->feed_count) < 1)
        return ERR_SIGNATURE;
    struct json *o = NULL;
    e = json_parse(s.json, s.json_n, &o);
    if (e != OK)
        return e;
    struct wire_index *got = arena_new(a, struct wire_index);
    e = !got ? ERR_NOMEM : json_is_object(o) ? read_head(o, got) : ERR_TYPE;
    if (e == OK && !kid_signed(&s, keys, got->kid))
        e = ERR_SIGNATURE;
    if (e == OK)
        e = read_channels(a, o, got);
    json_free(o);
    if (e == OK)
        *out = *got;
    return e;
}

static void put_object(struct json_out *w, const struct wire_object *s)
{
    json_put_str(w, "h", s->hash);
    json_put_int(w, "size", s->size);
    json_put_int(w, "raw", s->raw);
    json_close(w, '}');
}

static void put_channel(struct json_out *w, const struct wire_channel *ch)
{
    json_open(w, ch->name, '{');
    json_put_str(w, "epoch", ch->epoch);
    json_put_int(w, "schema", ch->schema);
    json_put_int(w, "head", ch->head);
    json_put_int(w, "rows", ch->rows);
    if (ch->has_base) {
        json_open(w, "base", '{');
        json_put_int(w, "seq", ch->base.to);
        put_object(w, &ch->base);
    }
    json_open(w, "seg", '[');
    for (int i = 0; i < ch->seg_count; i++) {
        json_open(w, NULL, '{');
        json_put_int(w, "from", ch->seg[i].from);
        json_put_int(w, "to", ch->seg[i].to);
        put_object(w, &ch->seg[i]);
    }
    json_close(w, ']');
    json_close(w, '}');
}

enum err wire_index_write(struct arena *a, const struct wire_index *in, char **out_json)
{
    struct json_out w;
    json_out_start(&w);
    json_open(&w, NULL, '{');
    json_put_int(&w, "v", in->version);
    json_put_str(&w, "area", in->area);
    json_put_int(&w, "n", in->n);
    json_put_int(&w, "issued", in->issued_ms);
    json_put_int(&w, "expires", in->expires_ms);
    json_put_str(&w, "suite", in->suite);
    json_put_str(&w, "kid", in->kid);
    json_put_int(&w, "root", in->root);
    json_open(&w, "ch", '{');
    for (int i = 0; i < in->channel_count; i++)
        put_channel(&w, &in->channel[i]);
    json_close(&w, '}');
    json_close(&w, '}');
    return json_out_take(&w, a, out_json);
}
