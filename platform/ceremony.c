/* ceremony.c - the next key set: drafted, and signed where the root keys are. */
#include "platform/ceremony.h"

#include "hal/base/clock.h"
#include "platform/files.h"
#include "platform/keys.h"
#include "platform/publish_part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define YEAR_MS (365 * 86400000LL)
enum { DRAFT_YEARS = 10, SETS_KEPT = 2 };

char *draft_path(struct arena *a, const struct conf *c)
{
    return arena_printf(a, "%s/draft", c->keys);
}

enum err ceremony_newest(struct arena *a, const struct conf *c, struct wire_keyset *out)
{
    struct db *db = NULL;
    if (db_is_file(c->db) && access(c->db, F_OK) != 0)
        return ERR_NOT_FOUND;
    enum err e = db_open(c->db, &db);
    if (e == OK)
        e = keyset_newest(db, a, out);
    db_close(db);
    return e;
}

enum err draft_read(struct arena *a, const char *path, struct draft *out)
{
    size_t n = 0;
    enum err e = file_read(a, path, WIRE_ROOT_MAX, &out->text, &n);
    return e == OK ? wire_keyset_peek(out->text, n, &out->set) : e;
}

/* --- one change ------------------------------------------------------------------------------- */

static void drop_key(struct wire_key *list, int *count, const char *kid)
{
    int kept = 0;
    for (int i = 0; i < *count; i++)
        if (strcmp(list[i].kid, kid) != 0)
            list[kept++] = list[i];
    *count = kept;
}

static void drop_first(struct wire_key *list, int *count)
{
    memmove(list, list + 1, sizeof *list * (size_t)(*count - 1));
    --*count;
}

/* A pair in KEYS/new-NAME.key; one from an earlier change of the same draft is taken again. */
static enum err new_pair(struct arena *a, const struct conf *c, const char *name,
                         struct wire_key *out)
{
    unsigned char secret[CRYPTO_SECRET];
    char kid[WIRE_NAME_MAX];
    uint32_t r = 0;
    char *file = arena_printf(a, "%s/new-%s", c->keys, name);
    char *key = arena_printf(a, "%s.key", file);
    enum err e = file && key ? dir_make(c->keys) : ERR_NOMEM;
    crypto_random(&r, sizeof r);
    snprintf(kid, sizeof kid, "%s-%08x", name, r);
    if (e == OK && access(key, F_OK) != 0)
        e = keys_make_pair(name, kid, file);
    if (e == OK)
        e = keys_read_secret(key, secret, out);
    explicit_bzero(secret, sizeof secret);
    return e;
}

/* The one before stays good until the next rotation: terminals that have not heard yet, and what
 * was signed yesterday. */
static enum err new_feed(struct arena *a, const struct conf *c, struct wire_keyset *k)
{
    struct wire_key key;
    enum err e = new_pair(a, c, "feed", &key);
    if (e != OK)
        return e;
    drop_key(k->feed, &k->feed_count, key.kid);
    while (k->feed_count >= SETS_KEPT)
        drop_first(k->feed, &k->feed_count);
    k->feed[k->feed_count++] = key;
    return OK;
}

static enum err new_seal(struct arena *a, const struct conf *c, struct wire_keyset *k)
{
    struct wire_key key;
    enum err e = new_pair(a, c, "seal", &key);
    if (e != OK)
        return e;
    drop_key(k->seal, &k->seal_count, key.kid);
    if (k->seal_count == WIRE_KEYS)
        drop_first(k->seal, &k->seal_count);
    k->seal[k->seal_count++] = key;
    return OK;
}

static enum err add_root(struct wire_keyset *k, const char *file)
{
    struct wire_key key;
    enum err e = keys_read_pub(file, "root", &key);
    if (e != OK)
        return e;
    drop_key(k->root, &k->root_count, key.kid);
    if (k->root_count == WIRE_KEYS)
        return ERR_TOO_BIG;
    k->root[k->root_count++] = key;
    return OK;
}

/* FILE.pub:CHANNEL[:SCOPE]. A channel has one publisher's key for all of it (two while a key is
 * changed) or one for each scope: else it would not be clear who signs a row. */
static enum err add_publisher(struct arena *a, struct wire_keyset *k, const char *text)
{
    struct wire_publisher p = { .scope = "" };
    char *file = arena_strdup(a, text), *channel = file ? strchr(file, ':') : NULL;
    if (!channel)
        return file ? ERR_FORMAT : ERR_NOMEM;
    *channel++ = '\0';
    char *scope = strchr(channel, ':');
    if (scope)
        *scope++ = '\0';
    int first, last;
    channel_tables(channel, &first, &last);
    if (last < 0 || strlen(channel) >= sizeof p.channel ||
        (scope && strlen(scope) >= WIRE_NAME_MAX))
        return ERR_FORMAT;
    snprintf(p.channel, sizeof p.channel, "%s", channel);
    snprintf(p.scope, sizeof p.scope, "%s", scope ? scope : "");
    for (int i = 0; i < k->publisher_count; i++)
        if (strcmp(k->publisher[i].channel, channel) == 0 &&
            (k->publisher[i].scope[0] != '\0') != (scope != NULL))
            return ERR_ARG;
    enum err e = keys_read_pub(file, "publisher", &p.key);
    if (e == OK && k->publisher_count == WIRE_PUBLISHERS)
        e = ERR_TOO_BIG;
    if (e == OK)
        k->publisher[k->publisher_count++] = p;
    return e;
}

static void drop_publisher(struct wire_keyset *k, const char *kid)
{
    int kept = 0;
    for (int i = 0; i < k->publisher_count; i++)
        if (strcmp(k->publisher[i].key.kid, kid) != 0)
            k->publisher[kept++] = k->publisher[i];
    memset(&k->publisher[kept], 0, sizeof k->publisher[0] * (size_t)(k->publisher_count - kept));
    k->publisher_count = kept;
}

static bool is(const char *word, const char *name, const char **out_value)
{
    size_t n = strlen(name);
    *out_value = word + n;
    return strncmp(word, name, n) == 0;
}

static enum err one_change(struct arena *a, const struct conf *c, const char *word,
                           struct wire_keyset *k)
{
    const char *v = NULL;
    if (strcmp(word, "feed") == 0)
        return new_feed(a, c, k);
    if (strcmp(word, "seal") == 0)
        return new_seal(a, c, k);
    if (is(word, "add-root=", &v))
        return add_root(k, v);
    if (is(word, "add-publisher=", &v))
        return add_publisher(a, k, v);
    if (is(word, "threshold=", &v))
        k->threshold = (int)strtol(v, NULL, 10);
    else if (is(word, "drop-root=", &v))
        drop_key(k->root, &k->root_count, v);
    else if (is(word, "drop-feed=", &v))
        drop_key(k->feed, &k->feed_count, v);
    else if (is(word, "drop-publisher=", &v))
        drop_publisher(k, v);
    else
        return ERR_NOT_FOUND;
    return OK;
}

/* --- the draft -------------------------------------------------------------------------------- */

static enum err begin(struct arena *a, const struct conf *c, struct wire_keyset *out)
{
    struct draft d;
    struct wire_keyset newest = { .version = 1, .threshold = 1, .suite = "ed25519" };
    enum err e = draft_there(a, c, &d);
    if (e == OK)
        *out = d.set;
    if (e != ERR_NOT_FOUND)
        return e;
    e = ceremony_newest(a, c, &newest);
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    *out = newest;
    out->n = newest.n + 1;
    return OK;
}

static enum err write_draft(struct arena *a, const struct conf *c, struct draft *d)
{
    char *json = NULL;
    enum err e = wire_keyset_write(a, &d->set, &json);
    d->text = e == OK ? arena_printf(a, "%s\n", json) : NULL;
    if (!d->text)
        return e == OK ? ERR_NOMEM : e;
    e = wire_keyset_peek(d->text, strlen(d->text), &d->set);
    return e == OK ? file_write(draft_path(a, c), d->text, strlen(d->text), 0644) : e;
}

enum err draft_change(struct arena *a, const struct conf *c, const char *const *change, int count,
                      struct draft *out, const char **out_why)
{
    *out_why = "the draft as a whole";
    enum err e = begin(a, c, &out->set);
    out->set.issued_ms = clock_wall_ms();
    out->set.expires_ms = out->set.issued_ms + DRAFT_YEARS * YEAR_MS;
    for (int i = 0; i < count && e == OK; i++) {
        e = one_change(a, c, change[i], &out->set);
        if (e != OK)
            *out_why = change[i];
    }
    return e == OK ? write_draft(a, c, out) : e;
}

/* The file's JSON and the signatures of everybody else. */
static char *without(struct arena *a, const char *text, const char *kid)
{
    char *out = arena_strdup(a, ""), *begins = arena_printf(a, "sig ed25519 %s ", kid);
    for (const char *p = text; out && begins && *p;) {
        size_t n = strcspn(p, "\n");
        if (strncmp(p, begins, strlen(begins)) != 0)
            out = arena_printf(a, "%s%.*s\n", out, (int)n, p);
        p += n + (p[n] == '\n');
    }
    return out;
}

enum err draft_sign(struct arena *a, const char *path, const char *key_file, struct draft *out,
                    struct wire_key *out_by)
{
    unsigned char secret[1][CRYPTO_SECRET];
    char *one = NULL;
    enum err e = draft_read(a, path, out);
    if (e == OK)
        e = keys_read_secret(key_file, secret[0], out_by);
    if (e != OK)
        return e;
    char *json = arena_strndup(a, out->text, strcspn(out->text, "\n"));
    const char *kid = out_by->kid;
    e = json ? wire_sign_text(a, json, &kid, (const unsigned char(*)[64])secret, 1, &one)
             : ERR_NOMEM;
    explicit_bzero(secret, sizeof secret);
    char *rest = without(a, out->text, kid);
    if (e == OK && rest)
        out->text = arena_printf(a, "%s%s", rest, strchr(one, '\n') + 1);
    if (e == OK && (!rest || !out->text))
        e = ERR_NOMEM;
    return e == OK ? file_write(path, out->text, strlen(out->text), 0644) : e;
}

void draft_count_signers(const struct draft *d, const struct wire_keyset *before,
                         struct draft_count *out)
{
    size_t n = strlen(d->text);
    *out = (struct draft_count){ .own_wanted = d->set.threshold };
    out->own = wire_keyset_signers(d->text, n, d->set.root, d->set.root_count);
    if (!before)
        return;
    out->before_wanted = before->threshold;
    out->before = wire_keyset_signers(d->text, n, before->root, before->root_count);
}
