/* publish_index.c - signs the key set and the index, and puts the feed's files in their places. */
#include "platform/publish_part.h"

#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "platform/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS 86400000LL
enum { KEYSET_YEARS = 10 };

static bool has_key(const struct wire_key *list, int count, const struct wire_key *key)
{
    for (int i = 0; i < count; i++)
        if (strcmp(list[i].kid, key->kid) == 0 &&
            memcmp(list[i].pub, key->pub, sizeof key->pub) == 0)
            return true;
    return false;
}

/* A database stays with the keys its first index was signed with; changing them is a rotation. */
static enum err own_key(struct publication *p)
{
    if (has_key(p->set.feed, p->set.feed_count, &p->keys.feed))
        return OK;
    fprintf(stderr,
            "%s: these are not the keys of %s; give --keys the old directory or --db a"
            " new file\n",
            p->conf->keys, p->conf->db);
    return ERR_SIGNATURE;
}

static enum err write_keyset(struct publication *p, struct wire_keyset *k)
{
    char *json = NULL, *text = NULL, meta[32];
    const char *kid = p->keys.root.kid;
    k->issued_ms = clock_wall_ms();
    k->expires_ms = k->issued_ms + KEYSET_YEARS * 365 * DAY_MS;
    if (k->seal_count == WIRE_KEYS) /* the oldest has long been replaced */
        memmove(k->seal, k->seal + 1, sizeof k->seal[0] * (size_t)--k->seal_count);
    k->seal[k->seal_count++] = p->keys.seal; /* newest last */
    enum err e = wire_keyset_write(&p->arena, k, &json);
    if (e == OK)
        e = wire_sign_text(&p->arena, json, &kid,
                           (const unsigned char(*)[CRYPTO_SECRET]) & p->keys.root_secret, 1, &text);
    if (e == OK && strlen(text) > WIRE_ROOT_MAX)
        e = ERR_TOO_BIG;
    snprintf(meta, sizeof meta, "root.%d", k->n);
    p->root = k->n;
    p->new_root = true;
    p->set = *k;
    return e == OK ? db_meta_set(p->db, meta, text) : e;
}

static enum err first_keyset(struct publication *p)
{
    struct wire_keyset k = {
        .version = 1, .n = 1, .threshold = 1, .suite = "ed25519", .root_count = 1, .feed_count = 1
    };
    if (!p->keys.has_root) {
        fprintf(stderr, "%s: no root.key here: make the first key set with `keys draft`\n",
                p->conf->keys);
        return ERR_NO_KEY;
    }
    k.root[0] = p->keys.root;
    k.feed[0] = p->keys.feed;
    return write_keyset(p, &k);
}

/* The newest key set goes on as it is, unless the key to seal to is not in it: one from before
 * there was any, or the key was changed. Then it has a successor with the key at its end, if the
 * root key that may sign it alone lies here; else that is a ceremony (`keys rotate seal`). */
static enum err follow_seal(struct publication *p)
{
    struct wire_keyset k = p->set;
    if (has_key(k.seal, k.seal_count, &p->keys.seal))
        return OK;
    if (k.threshold > 1 || !p->keys.has_root || !has_key(k.root, k.root_count, &p->keys.root)) {
        fprintf(stderr, "%s: seal.key is not in the key set: `keys draft seal`, or bring it back\n",
                p->conf->keys);
        return ERR_NO_KEY;
    }
    k.n = p->root + 1;
    return write_keyset(p, &k);
}

enum err keyset_newest(struct db *db, struct arena *a, struct wire_keyset *out)
{
    enum err e = OK;
    char *text = NULL, *newest = NULL;
    for (int n = 1; e == OK; n++) {
        char meta[32];
        snprintf(meta, sizeof meta, "root.%d", n);
        newest = text ? text : newest;
        e = db_meta_get(db, a, meta, &text);
    }
    if (e != ERR_NOT_FOUND)
        return e;
    return newest ? wire_keyset_peek(newest, strlen(newest), out) : ERR_NOT_FOUND;
}

enum err keyset_of_feed(struct arena *a, const char *feed, struct wire_keyset *out)
{
    enum err e = ERR_NOT_FOUND;
    for (int n = 1;; n++) {
        char *text = NULL, *path = arena_printf(a, "%s/root/%d", feed, n);
        size_t size = 0;
        if (!path || file_read(a, path, WIRE_ROOT_MAX, &text, &size) != OK)
            return path ? e : ERR_NOMEM;
        e = wire_keyset_peek(text, size, out);
    }
}

enum err signed_keyset(struct publication *p)
{
    enum err e = keyset_newest(p->db, &p->arena, &p->set);
    if (e == ERR_NOT_FOUND)
        return first_keyset(p);
    p->root = p->set.n;
    if (e == OK)
        e = own_key(p);
    return e == OK ? follow_seal(p) : e;
}

static enum err next_number(struct publication *p, int64_t *out)
{
    char *text = NULL;
    enum err e = db_meta_get(p->db, &p->arena, "index_n", &text);
    if (e == ERR_NOT_FOUND) {
        *out = 1;
        return OK;
    }
    if (e == OK)
        *out = strtoll(text, NULL, 10) + 1;
    return e;
}

static enum err remember(struct publication *p, int64_t n, const char *text)
{
    char number[24];
    snprintf(number, sizeof number, "%lld", (long long)n);
    enum err e = db_meta_set(p->db, "index_n", number);
    return e == OK ? db_meta_set(p->db, "index", text) : e;
}

enum err signed_index(struct publication *p, int64_t *out_n)
{
    char *json = NULL, *text = NULL;
    const char *kid = p->keys.feed.kid;
    struct wire_index *x = arena_new(&p->arena, struct wire_index);
    enum err e = x ? next_number(p, &x->n) : ERR_NOMEM;
    if (e != OK)
        return e;
    x->version = 1;
    x->root = p->root;
    x->issued_ms = clock_wall_ms();
    x->expires_ms = x->issued_ms + p->conf->expires_days * DAY_MS;
    snprintf(x->area, sizeof x->area, "%s", p->conf->area);
    snprintf(x->suite, sizeof x->suite, "ed25519");
    snprintf(x->kid, sizeof x->kid, "%s", kid);
    x->channel_count = p->channel_count;
    memcpy(x->channel, p->channel, sizeof x->channel);
    e = wire_index_write(&p->arena, x, &json);
    if (e == OK)
        e = wire_sign_text(&p->arena, json, &kid,
                           (const unsigned char(*)[CRYPTO_SECRET]) & p->keys.feed_secret, 1, &text);
    if (e == OK && strlen(text) > WIRE_INDEX_MAX)
        e = ERR_TOO_BIG;
    if (e == OK)
        e = remember(p, x->n, text);
    if (e == OK)
        *out_n = x->n;
    return e;
}

static enum err file_follows(struct publication *p, const char *meta, const char *name)
{
    char *want = NULL, *have = NULL;
    size_t n = 0;
    char *path = arena_printf(&p->arena, "%s/%s", p->conf->feed, name);
    enum err e = path ? db_meta_get(p->db, &p->arena, meta, &want) : ERR_NOMEM;
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    if (file_read(&p->arena, path, WIRE_ROOT_MAX, &have, &n) == OK && n == strlen(want) &&
        memcmp(have, want, n) == 0)
        return OK;
    *strrchr(path, '/') = '\0';
    e = dir_make(path);
    path[strlen(path)] = '/';
    return e == OK ? file_write(path, want, strlen(want), 0644) : e;
}

/* The index goes last: whoever reads it finds all that it names. */
enum err files_follow(struct publication *p)
{
    char index[64], meta[32], name[32];
    enum err e = OK;
    for (int n = 1; e == OK && n <= p->root; n++) {
        snprintf(meta, sizeof meta, "root.%d", n);
        snprintf(name, sizeof name, "root/%d", n);
        e = file_follows(p, meta, name);
    }
    snprintf(index, sizeof index, "%s/index", p->conf->area);
    return e == OK ? file_follows(p, "index", index) : e;
}
