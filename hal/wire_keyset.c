/* wire_keyset.c - the list of keys that may sign the feed, signed by the root keys. */
#include "hal/wire_part.h"

#include "hal/crypto.h"

#include <stdio.h>
#include <string.h>

static enum err read_keys(const struct json *o, const char *name, struct wire_key *out, int *count)
{
    const struct json *list = NULL;
    if (json_get(o, name, &list) != OK || !json_is_array(list))
        return ERR_TYPE;
    size_t n = json_count(list);
    if (n == 0 || n > WIRE_KEYS)
        return ERR_FORMAT;
    for (size_t i = 0; i < n; i++) {
        const char *kid = NULL, *pub = NULL;
        const struct json *k = json_at(list, i);
        if (json_get_str(k, "kid", &kid) != OK || json_get_str(k, "pub", &pub) != OK)
            return ERR_TYPE;
        enum err e = wire_key_make(kid, pub, &out[i]);
        if (e != OK)
            return e;
    }
    *count = (int)n;
    return OK;
}

/* Key sets from before there was anything to hand in have no seal keys. */
static enum err read_seal(const struct json *o, struct wire_keyset *out)
{
    const struct json *list = NULL;
    if (json_get(o, "seal", &list) == ERR_NOT_FOUND)
        return OK;
    return read_keys(o, "seal", out->seal, &out->seal_count);
}

static enum err read_publisher(const struct json *o, struct wire_publisher *out)
{
    const char *kid = NULL, *pub = NULL;
    if (json_get_str(o, "kid", &kid) != OK || json_get_str(o, "pub", &pub) != OK)
        return ERR_TYPE;
    enum err e = wire_key_make(kid, pub, &out->key);
    if (e == OK)
        e = wire_name(o, "ch", out->channel);
    const struct json *scope = NULL;
    if (e == OK && json_get(o, "scope", &scope) == OK)
        e = wire_name(o, "scope", out->scope);
    return e;
}

/* May be absent: then whoever signs the index answers for all of it. */
static enum err read_publishers(const struct json *o, struct wire_keyset *out)
{
    const struct json *list = NULL;
    if (json_get(o, "publisher", &list) == ERR_NOT_FOUND)
        return OK;
    if (!json_is_array(list))
        return ERR_TYPE;
    size_t n = json_count(list);
    if (n > WIRE_PUBLISHERS)
        return ERR_TOO_BIG;
    for (size_t i = 0; i < n; i++) {
        enum err e = read_publisher(json_at(list, i), &out->publisher[i]);
        if (e != OK)
            return e;
    }
    out->publisher_count = (int)n;
    return OK;
}

static enum err read_body(const struct json *o, struct wire_keyset *out)
{
    int64_t v = 0, n = 0, threshold = 0;
    enum err e = wire_int(o, "v", 1, 1, &v);
    if (e == OK)
        e = wire_int(o, "n", 1, INT32_MAX, &n);
    if (e == OK)
        e = wire_int(o, "threshold", 1, WIRE_KEYS, &threshold);
    if (e == OK)
        e = wire_int(o, "issued", 0, INT64_MAX, &out->issued_ms);
    if (e == OK)
        e = wire_int(o, "expires", 0, INT64_MAX, &out->expires_ms);
    if (e == OK)
        e = wire_name(o, "suite", out->suite);
    if (e == OK && strcmp(out->suite, "ed25519") != 0)
        e = ERR_TYPE;
    if (e == OK)
        e = read_keys(o, "root", out->root, &out->root_count);
    if (e == OK)
        e = read_keys(o, "feed", out->feed, &out->feed_count);
    if (e == OK)
        e = read_seal(o, out);
    if (e == OK)
        e = read_publishers(o, out);
    out->version = (int)v;
    out->n = (int)n;
    out->threshold = (int)threshold;
    return e == OK && threshold > out->root_count ? ERR_FORMAT : e;
}

static enum err parse(const struct wire_signed *s, struct wire_keyset *out)
{
    struct json *o = NULL;
    enum err e = json_parse(s->json, s->json_n, &o);
    if (e != OK)
        return e;
    memset(out, 0, sizeof *out);
    e = json_is_object(o) ? read_body(o, out) : ERR_TYPE;
    json_free(o);
    return e;
}

/* A set that its own keys have not signed would end the chain: nobody could sign the next one. */
enum err wire_keyset_read(const void *bytes, size_t n, const struct wire_key *roots, int root_count,
                          int threshold, struct wire_keyset *out)
{
    struct wire_signed s;
    struct wire_keyset got;
    if (n > WIRE_ROOT_MAX)
        return ERR_TOO_BIG;
    enum err e = wire_split(bytes, n, &s);
    if (e != OK)
        return e;
    if (threshold < 1 || wire_count_signers(&s, roots, root_count) < threshold)
        return ERR_SIGNATURE;
    e = parse(&s, &got);
    if (e == OK && wire_count_signers(&s, got.root, got.root_count) < got.threshold)
        e = ERR_SIGNATURE;
    if (e == OK)
        *out = got;
    return e;
}

enum err wire_keyset_peek(const void *bytes, size_t n, struct wire_keyset *out)
{
    struct wire_signed s;
    struct wire_keyset got;
    enum err e = n > WIRE_ROOT_MAX ? ERR_TOO_BIG : wire_split(bytes, n, &s);
    if (e == OK)
        e = parse(&s, &got);
    if (e == OK)
        *out = got;
    return e;
}

int wire_keyset_signers(const void *bytes, size_t n, const struct wire_key *keys, int count)
{
    struct wire_signed s;
    return wire_split(bytes, n, &s) == OK ? wire_count_signers(&s, keys, count) : 0;
}

static void put_keys(struct json_out *w, const char *name, const struct wire_key *keys, int count)
{
    json_open(w, name, '[');
    for (int i = 0; i < count; i++) {
        char pub[64];
        crypto_base64(keys[i].pub, sizeof keys[i].pub, pub, sizeof pub);
        json_open(w, NULL, '{');
        json_put_str(w, "kid", keys[i].kid);
        json_put_str(w, "pub", pub);
        json_close(w, '}');
    }
    json_close(w, ']');
}

static void put_publishers(struct json_out *w, const struct wire_keyset *in)
{
    json_open(w, "publisher", '[');
    for (int i = 0; i < in->publisher_count; i++) {
        char pub[64];
        const struct wire_publisher *p = &in->publisher[i];
        crypto_base64(p->key.pub, sizeof p->key.pub, pub, sizeof pub);
        json_open(w, NULL, '{');
        json_put_str(w, "kid", p->key.kid);
        json_put_str(w, "pub", pub);
        json_put_str(w, "ch", p->channel);
        if (p->scope[0])
            json_put_str(w, "scope", p->scope);
        json_close(w, '}');
    }
    json_close(w, ']');
}

enum err wire_keyset_write(struct arena *a, const struct wire_keyset *in, char **out_json)
{
    struct json_out w;
    json_out_start(&w);
    json_open(&w, NULL, '{');
    json_put_int(&w, "v", in->version);
    json_put_int(&w, "n", in->n);
    json_put_int(&w, "threshold", in->threshold);
    json_put_int(&w, "issued", in->issued_ms);
    json_put_int(&w, "expires", in->expires_ms);
    json_put_str(&w, "suite", in->suite);
    put_keys(&w, "root", in->root, in->root_count);
    put_keys(&w, "feed", in->feed, in->feed_count);
    if (in->seal_count > 0)
        put_keys(&w, "seal", in->seal, in->seal_count);
    if (in->publisher_count > 0)
        put_publishers(&w, in);
    json_close(&w, '}');
    return json_out_take(&w, a, out_json);
}
