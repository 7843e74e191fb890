/* trust.c - whose keys this terminal believes: from feed.root along the chain of key sets. */
#include "app/trust.h"

#include "hal/crypto.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ROOT_FILE_MAX = 16 * 1024 };

enum err trust_roots(const struct config *c, struct wire_key out_keys[WIRE_KEYS], int *out_count,
                     int *out_first)
{
    char text[ROOT_FILE_MAX + 1];
    int fd = open(c->feed_root, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, text, sizeof text) : -1;
    if (fd >= 0)
        close(fd);
    if (n < 0 || n > ROOT_FILE_MAX)
        return ERR_CONFIG;
    text[n] = '\0';
    *out_first = wire_root_first(text);
    return wire_root_read(text, out_keys, out_count) == OK && *out_count > 0 ? OK : ERR_CONFIG;
}

/* 1 of 1, 2 of 2, 2 of 3. */
int trust_majority(int count)
{
    return count / 2 + 1;
}

/* The file of key set n, as it was published. ERR_NOT_FOUND: the chain ends before it. */
static enum err kept_file(struct store *cache, int n, unsigned char out[WIRE_ROOT_MAX],
                          size_t *out_n)
{
    char key[32];
    snprintf(key, sizeof key, "keyset.%d", n);
    struct query *q = store_query(cache, "SELECT value FROM meta WHERE key = ?1");
    query_text(q, 1, key);
    enum err e = ERR_NOT_FOUND;
    if (query_step(q))
        e = crypto_unbase64(query_col_text(q, 0), out, WIRE_ROOT_MAX, out_n);
    enum err done = query_done(q);
    return done == OK ? e : done;
}

enum err trust_keys(struct store *cache, const struct config *c, struct wire_keyset *out)
{
    unsigned char file[WIRE_ROOT_MAX];
    struct wire_keyset now = { 0 }, next;
    size_t n = 0;
    int first = 1;
    enum err e = trust_roots(c, now.root, &now.root_count, &first);
    now.threshold = trust_majority(now.root_count);
    now.n = first - 1;
    while (e == OK && (e = kept_file(cache, now.n + 1, file, &n)) == OK) {
        e = wire_keyset_read(file, n, now.root, now.root_count, now.threshold, &next);
        if (e == OK && next.n != now.n + 1)
            e = ERR_SIGNATURE;
        if (e == OK)
            now = next;
    }
    if (e != ERR_NOT_FOUND || now.n == first - 1)
        return e;
    *out = now;
    return OK;
}

enum err trust_seal_key(struct store *cache, const struct config *c, struct wire_key *out)
{
    struct wire_keyset keys;
    enum err e = trust_keys(cache, c, &keys);
    if (e != OK)
        return e;
    if (keys.seal_count == 0)
        return ERR_NO_KEY;
    *out = keys.seal[keys.seal_count - 1];
    return OK;
}
