/* feed_signed.c - whether the rows of an object were signed by who publishes them. */
#include "app/feed_signed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* meta "pub/CHANNEL/SCOPE": "NUMBER PUBLIC_KEY OBJECT", the last that was applied. */
enum { KEY_MAX = 2 * WIRE_NAME_MAX + 8, VALUE_MAX = 192 };
static const char head_prefix[] = "[\"p\",\"" WIRE_ROWS_TABLE "\",";

static bool channel_wanted(const struct wire_keyset *keys, const char *channel)
{
    for (int i = 0; i < keys->publisher_count; i++)
        if (strcmp(keys->publisher[i].channel, channel) == 0)
            return true;
    return false;
}

static bool pub_known(const struct wire_keyset *keys, const char *pub)
{
    for (int i = 0; i < keys->publisher_count; i++) {
        char b64[64];
        crypto_base64(keys->publisher[i].key.pub, CRYPTO_PUB, b64, sizeof b64);
        if (strcmp(b64, pub) == 0)
            return true;
    }
    return false;
}

static void key_of(const struct signed_rows *s, char out[KEY_MAX])
{
    snprintf(out, KEY_MAX, "pub/%s/%s", s->order->channel->name, s->head.scope);
}

void signed_start(struct signed_rows *s, struct store *store, const struct feed_order *order)
{
    *s = (struct signed_rows){ .store = store, .order = order };
    s->wanted = channel_wanted(order->keys, order->channel->name);
}

/* What is known of the scope: its number, 0 for nothing; and whether its signer is still one. */
static enum err known_number(struct signed_rows *s, int64_t *out_n, bool *out_trusted)
{
    char key[KEY_MAX], pub[64] = "";
    long long n = 0;
    key_of(s, key);
    struct query *q = store_query(s->store, "SELECT value FROM meta WHERE key = ?1");
    query_text(q, 1, key);
    if (query_step(q) && sscanf(query_col_text(q, 0), "%lld %63s", &n, pub) != 2)
        n = 0;
    enum err e = query_done(q);
    if (e != OK)
        return e;
    *out_n = n;
    *out_trusted = pub_known(s->order->keys, pub);
    return OK;
}

/* A thief's number must not keep out who took the thief's place: it counts while its key does. */
static enum err check_number(struct signed_rows *s)
{
    int64_t n = 0;
    bool trusted = false;
    enum err e = known_number(s, &n, &trusted);
    if (e != OK)
        return e;
    if (s->order->object->from == 0)
        return s->head.from != 0 ? ERR_FORMAT : trusted && s->head.to < n ? ERR_ROLLBACK : OK;
    if (s->head.from == n && n > 0)
        return OK;
    return s->head.to <= n ? ERR_ROLLBACK : ERR_GAP;
}

static enum err remember(struct signed_rows *s)
{
    char key[KEY_MAX], value[VALUE_MAX], pub[64] = "";
    const struct wire_keyset *keys = s->order->keys;
    for (int i = 0; i < keys->publisher_count; i++)
        if (strcmp(keys->publisher[i].key.kid, s->head.kid) == 0)
            crypto_base64(keys->publisher[i].key.pub, CRYPTO_PUB, pub, sizeof pub);
    key_of(s, key);
    snprintf(value, sizeof value, "%lld %s %s", (long long)s->head.to, pub, s->order->object->hash);
    struct query *q =
        store_query(s->store, "INSERT OR REPLACE INTO meta(key, value) VALUES(?1, ?2)");
    query_text(q, 1, key);
    query_text(q, 2, value);
    query_step(q);
    return query_done(q);
}

static enum err verify(struct signed_rows *s)
{
    char hex[65];
    crypto_hash_hex(&s->hash, hex);
    struct wire_rows_place at = { s->order->area, s->order->channel->name, hex };
    enum err e = wire_rows_verify(&s->head, &at, s->order->keys);
    return e == OK ? remember(s) : e;
}

static enum err open_rows(struct signed_rows *s, const char *line, size_t n)
{
    enum err e = s->left > 0 ? ERR_FORMAT : wire_rows_read(line, n, &s->head);
    if (e == OK)
        e = check_number(s);
    if (e != OK)
        return e;
    s->left = s->head.rows;
    crypto_hash_start(&s->hash);
    return s->left == 0 ? verify(s) : OK;
}

/* Rows that nobody signs must be rows that nobody must sign. */
static enum err check_key(const struct signed_rows *s, const char *line, size_t n)
{
    char key[WIRE_NAME_MAX];
    if (s->left > 0 && !s->head.scope[0])
        return OK;
    enum err e = wire_row_key(line, n, key);
    if (e != OK)
        return e;
    bool ok = s->left > 0 ? strcmp(key, s->head.scope) == 0
                          : !wire_rows_wanted(s->order->keys, s->order->channel->name, key);
    return ok ? OK : ERR_SIGNATURE;
}

enum err signed_line(struct signed_rows *s, const char *line, size_t n)
{
    size_t prefix = sizeof head_prefix - 1;
    if (!s->wanted)
        return OK;
    if (n > prefix && memcmp(line, head_prefix, prefix) == 0)
        return open_rows(s, line, n);
    enum err e = check_key(s, line, n);
    if (e != OK || s->left == 0)
        return e;
    crypto_hash_add(&s->hash, line, n);
    crypto_hash_add(&s->hash, "\n", 1);
    return --s->left == 0 ? verify(s) : OK;
}

static bool has_publisher(const struct wire_keyset *keys, const char *channel, const char *scope)
{
    for (int i = 0; i < keys->publisher_count; i++)
        if (strcmp(keys->publisher[i].channel, channel) == 0 &&
            strcmp(keys->publisher[i].scope, scope) == 0)
            return true;
    return false;
}

/* A base replaces all rows: every scope that was here must be in it again. */
static enum err none_left_out(struct signed_rows *s)
{
    char like[KEY_MAX], object[WIRE_HASH_HEX + 4];
    const char *channel = s->order->channel->name;
    snprintf(like, sizeof like, "pub/%s/*", channel);
    snprintf(object, sizeof object, "* %s", s->order->object->hash);
    struct query *q =
        store_query(s->store, "SELECT key FROM meta WHERE key GLOB ?1 AND NOT value GLOB ?2");
    query_text(q, 1, like);
    query_text(q, 2, object);
    bool left_out = false;
    while (query_step(q))
        left_out = left_out ||
                   has_publisher(s->order->keys, channel, query_col_text(q, 0) + strlen(like) - 1);
    enum err e = query_done(q);
    return e == OK && left_out ? ERR_ROLLBACK : e;
}

enum err signed_finish(struct signed_rows *s)
{
    if (!s->wanted)
        return OK;
    if (s->left > 0)
        return ERR_FORMAT;
    return s->order->fresh ? none_left_out(s) : OK;
}

enum err signed_unknown(struct store *store, const struct wire_keyset *keys, const char *channel,
                        bool *out)
{
    char like[KEY_MAX];
    *out = false;
    if (!channel_wanted(keys, channel))
        return OK;
    snprintf(like, sizeof like, "pub/%s/*", channel);
    struct query *q = store_query(store, "SELECT 1 FROM meta WHERE key GLOB ?1 LIMIT 1");
    query_text(q, 1, like);
    bool known = query_step(q);
    enum err e = query_done(q);
    *out = !known;
    return e;
}
