/* ceremony_publish.c - a draft that enough have signed becomes the newest key set. */
#include "platform/ceremony.h"

#include "hal/base/clock.h"
#include "platform/db_case.h"
#include "platform/files.h"
#include "platform/keys.h"
#include "platform/publish_part.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The secret half of this public key in one of the two files; NULL: in neither. */
static const char *secret_of(struct arena *a, const struct conf *c, const char *name,
                             const struct wire_key *key)
{
    const char *file[2] = { arena_printf(a, "%s/new-%s.key", c->keys, name),
                            arena_printf(a, "%s/%s.key", c->keys, name) };
    for (int i = 0; i < 2; i++) {
        unsigned char secret[CRYPTO_SECRET];
        struct wire_key got;
        bool same = file[i] && keys_read_secret(file[i], secret, &got) == OK &&
                    memcmp(got.pub, key->pub, sizeof got.pub) == 0;
        explicit_bzero(secret, sizeof secret);
        if (same)
            return file[i];
    }
    return NULL;
}

static enum err have_secrets(struct arena *a, const struct conf *c, const struct wire_keyset *k)
{
    if (!secret_of(a, c, "feed", &k->feed[k->feed_count - 1]) ||
        (k->seal_count > 0 && !secret_of(a, c, "seal", &k->seal[k->seal_count - 1])))
        return ERR_NO_KEY;
    return OK;
}

/* What was sealed to it stays to be opened: a copy first, so that there is a seal.key at any time.
 */
static enum err keep_seal(struct arena *a, const struct conf *c)
{
    unsigned char secret[CRYPTO_SECRET];
    struct wire_key key;
    char *text = NULL;
    size_t n = 0;
    char *from = arena_printf(a, "%s/seal.key", c->keys);
    enum err e = from ? keys_read_secret(from, secret, &key) : ERR_NOMEM;
    explicit_bzero(secret, sizeof secret);
    if (e == ERR_NOT_FOUND)
        return OK;
    char *to = arena_printf(a, "%s/" KEYS_OLD_SEAL "%s.key", c->keys, e == OK ? key.kid : "");
    if (e == OK)
        e = to ? file_read(a, from, 4096, &text, &n) : ERR_NOMEM;
    if (e == OK)
        e = file_write(to, text, n, 0600);
    if (text)
        explicit_bzero(text, n);
    return e;
}

/* new-NAME.* take the names of those that are in use. */
static enum err take_place(struct arena *a, const struct conf *c, const char *name,
                           const struct wire_key *key)
{
    static const char *const tail[] = { "pub", "key" };
    const char *file = secret_of(a, c, name, key);
    if (!file || !strstr(file, "/new-"))
        return OK;
    enum err e = strcmp(name, "seal") == 0 ? keep_seal(a, c) : OK;
    for (int i = 0; i < 2 && e == OK; i++) {
        char *from = arena_printf(a, "%s/new-%s.%s", c->keys, name, tail[i]);
        char *to = arena_printf(a, "%s/%s.%s", c->keys, name, tail[i]);
        if (!from || !to)
            e = ERR_NOMEM;
        else if (rename(from, to) != 0 && i == 1)
            e = ERR_IO;
    }
    return e;
}

static enum err into_db(struct arena *a, struct db *db, const struct draft *d, const char *who)
{
    struct wire_keyset before = { .n = 0 };
    struct draft_count count;
    char meta[32], *there = NULL;
    enum err e = keyset_newest(db, a, &before);
    bool first = e == ERR_NOT_FOUND;
    snprintf(meta, sizeof meta, "root.%d", d->set.n);
    if (db_meta_get(db, a, meta, &there) == OK && strcmp(there, d->text) == 0)
        return OK; /* cut short the last time */
    if (e != OK && !first)
        return e;
    draft_count_signers(d, first ? NULL : &before, &count);
    if (d->set.n != before.n + 1)
        return ERR_GAP;
    if (count.own < count.own_wanted || count.before < count.before_wanted)
        return ERR_SIGNATURE;
    e = db_meta_set(db, meta, d->text);
    if (e == OK)
        e = scopes_follow_set(db, &before, &d->set);
    return e == OK ? db_audit_add(db, clock_wall_ms(), who, "key set %d, %d of %d root keys",
                                  d->set.n, count.own, d->set.root_count)
                   : e;
}

static enum err remember(struct arena *a, const struct conf *c, const struct draft *d,
                         const char *who)
{
    struct db *db = NULL;
    enum err e = db_open(c->db, &db);
    if (e == OK)
        e = db_begin(db);
    if (e == OK)
        e = into_db(a, db, d, who);
    if (e == OK)
        e = db_commit(db);
    else if (db)
        db_rollback(db);
    db_close(db);
    return e;
}

/* What new terminals are set up with: this set's root keys, and that they begin with it. Only when
 * as many have signed as a terminal wants of a root file, more than half. */
static enum err write_root_file(struct arena *a, const struct conf *c, const struct wire_keyset *k)
{
    char *path = arena_printf(a, "%s/root-%d.pub", c->keys, k->n);
    char *text = arena_printf(a, "set %d\n", k->n);
    if (k->threshold <= k->root_count / 2)
        return OK;
    for (int i = 0; text && i < k->root_count; i++) {
        char b64[64];
        crypto_base64(k->root[i].pub, CRYPTO_PUB, b64, sizeof b64);
        text = arena_printf(a, "%sroot %s %s\n", text, k->root[i].kid, b64);
    }
    return path && text ? file_write(path, text, strlen(text), 0644) : ERR_NOMEM;
}

enum err draft_publish(struct arena *a, const struct conf *c, const char *path, const char *who,
                       struct draft *out)
{
    struct publish_result r;
    enum err e = draft_read(a, path, out);
    const struct wire_keyset *k = &out->set;
    if (e == OK)
        e = have_secrets(a, c, k);
    if (e == OK)
        e = remember(a, c, out, who);
    if (e == OK)
        e = take_place(a, c, "feed", &k->feed[k->feed_count - 1]);
    if (e == OK && k->seal_count > 0)
        e = take_place(a, c, "seal", &k->seal[k->seal_count - 1]);
    if (e == OK)
        e = write_root_file(a, c, k);
    if (e == OK)
        e = publish_again(c, &r);
    struct draft left;
    if (e == OK && draft_read(a, draft_path(a, c), &left) == OK && left.set.n <= k->n)
        (void)unlink(draft_path(a, c)); /* a copy of it was signed and published */
    return e;
}
