/* ceremony_draft.c - a draft that is there: gone on with, or thrown away. */
#include "platform/ceremony.h"

#include "platform/keys.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* The newest set; number 0 when there is none yet. */
static enum err newest_or_none(struct arena *a, const struct conf *c, struct wire_keyset *out)
{
    *out = (struct wire_keyset){ .n = 0 };
    enum err e = ceremony_newest(a, c, out);
    return e == ERR_NOT_FOUND ? OK : e;
}

static bool has_key(const struct wire_key *list, int count, const struct wire_key *key)
{
    for (int i = 0; i < count; i++)
        if (memcmp(list[i].pub, key->pub, sizeof key->pub) == 0)
            return true;
    return false;
}

static enum err public_of(const char *file, struct wire_key *out)
{
    unsigned char secret[CRYPTO_SECRET];
    enum err e = file ? keys_read_secret(file, secret, out) : ERR_NOMEM;
    explicit_bzero(secret, sizeof secret);
    return e;
}

enum err draft_there(struct arena *a, const struct conf *c, struct draft *out)
{
    struct wire_keyset newest;
    enum err e = newest_or_none(a, c, &newest);
    if (e != OK)
        return e;
    return draft_read(a, draft_path(a, c), out) == OK && out->set.n == newest.n + 1 ? OK
                                                                                    : ERR_NOT_FOUND;
}

enum err ceremony_alone(struct arena *a, const struct conf *c)
{
    struct wire_keyset newest;
    struct wire_key root;
    enum err e = newest_or_none(a, c, &newest);
    if (e == OK)
        e = public_of(arena_printf(a, "%s/root.key", c->keys), &root);
    if (e == ERR_NOT_FOUND)
        return ERR_NO_KEY;
    if (e == OK && (newest.threshold != 1 || !has_key(newest.root, newest.root_count, &root)))
        return ERR_NO_KEY;
    return e;
}

/* --- thrown away ------------------------------------------------------------------------------ */

/* Whether KEYS/new-NAME.key is of the set that is published: then it is nobody's draft. */
static bool in_use(struct arena *a, const struct conf *c, const char *name,
                   const struct wire_key *list, int count)
{
    struct wire_key key;
    return public_of(arena_printf(a, "%s/new-%s.key", c->keys, name), &key) == OK &&
           has_key(list, count, &key);
}

static enum err discard(const char *path)
{
    if (!path)
        return ERR_NOMEM;
    if (unlink(path) == 0)
        return OK;
    return errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
}

enum err draft_drop(struct arena *a, const struct conf *c)
{
    static const char *const pair[] = { "new-feed.key", "new-feed.pub", "new-seal.key",
                                        "new-seal.pub" };
    struct wire_keyset newest;
    enum err e = newest_or_none(a, c, &newest);
    if (e != OK)
        return e;
    if (in_use(a, c, "feed", newest.feed, newest.feed_count) ||
        in_use(a, c, "seal", newest.seal, newest.seal_count))
        return ERR_BUSY;
    enum err was = discard(draft_path(a, c)); /* first: a draft without its pairs is of no use */
    if (was != OK && was != ERR_NOT_FOUND)
        return was;
    for (int i = 0; i < 4; i++) {
        e = discard(arena_printf(a, "%s/%s", c->keys, pair[i]));
        if (e != OK && e != ERR_NOT_FOUND)
            return e;
    }
    return was;
}
