/* feed.c - judges what the platform publishes: which index to believe, what to fetch, what to keep.
 */
#include "app/feed.h"

#include "app/feed_apply.h"
#include "app/feed_signed.h"
#include "app/feed_tables.h"
#include "app/trust.h"
#include "hal/base/clock.h"
#include "hal/crypto.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SCRATCH_BLOCK = 512 * 1024, SCRATCH_CAP = 12 << 20 };

static enum err meta_get(struct store *s, const char *key, char *out, size_t cap)
{
    struct query *q = store_query(s, "SELECT value FROM meta WHERE key = ?1");
    query_text(q, 1, key);
    out[0] = '\0';
    if (query_step(q))
        snprintf(out, cap, "%s", query_col_text(q, 0));
    return query_done(q);
}

static enum err meta_get_int(struct store *s, const char *key, int64_t *out)
{
    char text[32];
    enum err e = meta_get(s, key, text, sizeof text);
    if (e == OK)
        *out = strtoll(text, NULL, 10);
    return e;
}

static enum err meta_set(struct store *s, const char *key, const char *value)
{
    struct query *q = store_query(s, "INSERT OR REPLACE INTO meta(key, value) VALUES(?1, ?2)");
    query_text(q, 1, key);
    query_text(q, 2, value);
    query_step(q);
    return query_done(q);
}

static enum err meta_set_int(struct store *s, const char *key, int64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)value);
    return meta_set(s, key, text);
}

/* The number, the clock's floor and what is behind them came with an index that this key signed.
 * Once it is trusted no more, they may have been a thief's: a number nobody can go beyond would
 * keep every later index out. */
static bool signer_is_gone(const struct feed *f, const char *pub)
{
    for (int i = 0; i < f->keys.feed_count; i++) {
        char b64[64];
        crypto_base64(f->keys.feed[i].pub, CRYPTO_PUB, b64, sizeof b64);
        if (strcmp(b64, pub) == 0)
            return false;
    }
    return pub[0] != '\0';
}

static enum err forget_numbers(struct feed *f)
{
    f->index_n = f->floor_ms = 0;
    return store_exec(f->store, "DELETE FROM meta WHERE key IN ('index_n', 'floor', 'index_pub')");
}

/* The chain is walked anew at each start: what is written in cache.db is not believed. */
static enum err read_keys(struct feed *f)
{
    enum err e = trust_keys(f->store, f->config, &f->keys);
    f->has_keys = e == OK;
    if (e == ERR_NOT_FOUND || e == ERR_SIGNATURE || e == ERR_FORMAT || e == ERR_TYPE ||
        e == ERR_TOO_BIG)
        return OK; /* none yet, or of a platform trusted before: fetched again */
    return e;
}

static enum err read_memory(struct feed *f)
{
    enum err e = meta_get_int(f->store, "last_ok", &f->last_ok_ms);
    if (e == OK)
        e = meta_get_int(f->store, "floor", &f->floor_ms);
    /* Numbers of a platform we no longer trust must not keep the new one out. */
    if (e == OK && f->has_keys)
        e = meta_get_int(f->store, "index_n", &f->index_n);
    if (e == OK && f->has_keys)
        e = meta_get_int(f->store, "index_expires", &f->expires_ms);
    return e;
}

enum err feed_start(struct feed *f, struct store *s, const struct config *c)
{
    *f = (struct feed){ .store = s, .config = c };
    arena_init(&f->scratch, SCRATCH_BLOCK, SCRATCH_CAP);
    enum err e = trust_roots(c, f->root, &f->root_count, &f->root_first);
    if (e == OK)
        e = read_keys(f);
    if (e == OK)
        e = read_memory(f);
    return e;
}

void feed_finish(struct feed *f)
{
    arena_finish(&f->scratch);
}

int feed_next_root(const struct feed *f)
{
    return f->has_keys ? f->keys.n + 1 : f->root_first;
}

/* As it came: huimin walks the whole chain itself (trust.c), and so does feed_start. */
static enum err remember_file(struct feed *f, const void *bytes, size_t n)
{
    char text[WIRE_ROOT_MAX * 4 / 3 + 8], key[32], pub[64];
    enum err e = OK;
    if (f->keys.n == f->root_first) /* those of a platform trusted before */
        e = store_exec(f->store, "DELETE FROM meta WHERE key GLOB 'keyset.*'");
    snprintf(key, sizeof key, "keyset.%d", f->keys.n);
    crypto_base64(bytes, n, text, sizeof text);
    if (e == OK)
        e = meta_set(f->store, key, text);
    if (e == OK)
        e = meta_get(f->store, "index_pub", pub, sizeof pub);
    return e == OK && signer_is_gone(f, pub) ? forget_numbers(f) : e;
}

static enum err remember_keys(struct feed *f, const void *bytes, size_t n)
{
    enum err e = store_begin(f->store);
    if (e != OK)
        return e;
    e = remember_file(f, bytes, n);
    if (e == OK)
        return store_commit(f->store);
    store_rollback(f->store);
    return e;
}

enum err feed_take_root(struct feed *f, const void *bytes, size_t n)
{
    struct wire_keyset next;
    const struct wire_key *roots = f->has_keys ? f->keys.root : f->root;
    int count = f->has_keys ? f->keys.root_count : f->root_count;
    int threshold = f->has_keys ? f->keys.threshold : trust_majority(count);
    if (n > WIRE_ROOT_MAX)
        return ERR_TOO_BIG;
    enum err e = wire_keyset_read(bytes, n, roots, count, threshold, &next);
    if (e != OK)
        return e;
    if (next.n != feed_next_root(f))
        return ERR_ROLLBACK;
    f->keys = next;
    f->has_keys = true;
    return remember_keys(f, bytes, n);
}

static int64_t now_ms(const struct feed *f)
{
    int64_t now = clock_wall_ms();
    return now > f->floor_ms ? now : f->floor_ms;
}

enum err feed_still_valid(const struct feed *f)
{
    return now_ms(f) > f->expires_ms ? ERR_EXPIRED : OK;
}

enum err feed_take_index(struct feed *f, struct arena *a, const void *bytes, size_t n,
                         struct wire_index *out)
{
    if (n > WIRE_INDEX_MAX)
        return ERR_TOO_BIG;
    if (n == 0 || *(const char *)bytes != '{')
        return ERR_NOT_FEED;
    enum err e = f->has_keys ? wire_index_read(a, bytes, n, &f->keys, out) : ERR_SIGNATURE;
    if (e != OK)
        return e;
    if (strcmp(out->area, f->config->area) != 0)
        return ERR_NOT_FEED;
    if (out->n < f->index_n)
        return ERR_ROLLBACK;
    if (out->issued_ms > f->floor_ms)
        f->floor_ms = out->issued_ms;
    return now_ms(f) > out->expires_ms ? ERR_EXPIRED : OK;
}

/* Packed bytes of the segments from place i on. */
static int64_t cost_from(const struct wire_channel *ch, int i)
{
    int64_t sum = 0;
    for (; i < ch->seg_count; i++)
        sum += ch->seg[i].size;
    return sum;
}

/* The segment that goes on from seq; seg_count when none does. */
static int segment_after(const struct wire_channel *ch, int64_t seq)
{
    int i = 0;
    while (i < ch->seg_count && ch->seg[i].from != seq)
        i++;
    return i;
}

static int add_segments(const struct wire_channel *ch, int i, bool fresh, struct feed_step *out)
{
    int count = 0;
    for (; i < ch->seg_count; i++, fresh = false)
        out[count++] = (struct feed_step){ ch, &ch->seg[i], fresh };
    return count;
}

static enum err plan_channel(struct feed *f, const struct wire_channel *ch, struct feed_step *out,
                             int *out_count)
{
    char epoch[WIRE_NAME_MAX];
    int64_t seq;
    *out_count = 0;
    enum err e = feed_watermark(f->store, ch->name, epoch, &seq);
    if (e != OK || !feed_channel_known(ch->name, ch->schema))
        return e;
    bool fresh = strcmp(epoch, ch->epoch) != 0, unknown = false;
    if (fresh)
        seq = 0;
    if (seq == ch->head)
        return OK;
    e = signed_unknown(f->store, &f->keys, ch->name, &unknown);
    if (e != OK)
        return e;
    if (unknown && seq > 0 && ch->has_base)
        seq = 0, fresh = true; /* rows from before there was a publisher, or a program that knew */
    if (seq > ch->head)
        return ERR_ROLLBACK;
    int own = segment_after(ch, seq);
    int after_base = ch->has_base ? segment_after(ch, ch->base.to) : ch->seg_count;
    bool segments = own < ch->seg_count;
    bool base = ch->has_base && (after_base < ch->seg_count || ch->base.to == ch->head);
    if (segments && (!base || cost_from(ch, own) <= ch->base.size + cost_from(ch, after_base))) {
        *out_count = add_segments(ch, own, fresh, out);
        return OK;
    }
    if (!base)
        return ERR_GAP;
    out[0] = (struct feed_step){ ch, &ch->base, true };
    *out_count = 1 + add_segments(ch, after_base, false, out + 1);
    return OK;
}

bool feed_fault_of_channel(enum err e)
{
    return e == ERR_FORMAT || e == ERR_TYPE || e == ERR_SIGNATURE || e == ERR_ROLLBACK ||
           e == ERR_TOO_BIG || e == ERR_HASH || e == ERR_BOMB || e == ERR_GAP;
}

enum err feed_plan(struct feed *f, const struct wire_index *index, struct feed_step *out,
                   int *out_count, struct feed_faults *out_faults)
{
    int count = 0;
    for (int i = 0; i < index->channel_count; i++) {
        int more;
        enum err e = plan_channel(f, &index->channel[i], out + count, &more);
        if (e != OK && !feed_fault_of_channel(e))
            return e;
        out_faults->of[i] = e;
        count += more;
    }
    *out_count = count;
    return OK;
}

enum err feed_check_object(const struct wire_object *o, const char *path)
{
    unsigned char buf[16384];
    char hex[WIRE_HASH_HEX + 1];
    struct crypto_hash h;
    struct stat st;
    ssize_t n = -1;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return ERR_IO;
    if (fstat(fd, &st) == 0 && st.st_size == o->size) {
        crypto_hash_start(&h);
        while ((n = read(fd, buf, sizeof buf)) > 0)
            crypto_hash_add(&h, buf, (size_t)n);
    }
    close(fd);
    if (st.st_size != o->size)
        return st.st_size < o->size ? ERR_CUT : ERR_TOO_BIG;
    if (n < 0)
        return ERR_IO;
    crypto_hash_hex(&h, hex);
    return strcmp(hex, o->hash) == 0 ? OK : ERR_HASH;
}

enum err feed_apply_step(struct feed *f, const struct wire_index *index,
                         const struct feed_step *step, const char *path)
{
    struct feed_order order = { .channel = step->channel,
                                .object = step->object,
                                .path = path,
                                .fresh = step->fresh,
                                .as_of_ms = index->issued_ms,
                                .index_n = index->n,
                                .area = index->area,
                                .keys = &f->keys };
    return feed_apply(f->store, &f->scratch, &order);
}

static enum err remember_signer(struct feed *f, const char *kid)
{
    char pub[64] = "";
    for (int i = 0; i < f->keys.feed_count; i++)
        if (strcmp(f->keys.feed[i].kid, kid) == 0)
            crypto_base64(f->keys.feed[i].pub, CRYPTO_PUB, pub, sizeof pub);
    return meta_set(f->store, "index_pub", pub);
}

static enum err write_index_memory(struct feed *f, const struct wire_index *index)
{
    enum err e = OK;
    for (int i = 0; i < index->channel_count && e == OK; i++) {
        struct query *q = store_query(f->store, "UPDATE channel SET as_of = ?1, idx = ?2"
                                                " WHERE name = ?3 AND epoch = ?4 AND seq = ?5");
        query_int(q, 1, index->issued_ms);
        query_int(q, 2, index->n);
        query_text(q, 3, index->channel[i].name);
        query_text(q, 4, index->channel[i].epoch);
        query_int(q, 5, index->channel[i].head);
        query_step(q);
        e = query_done(q);
    }
    if (e == OK)
        e = meta_set_int(f->store, "index_n", index->n);
    if (e == OK)
        e = remember_signer(f, index->kid);
    if (e == OK)
        e = meta_set_int(f->store, "index_issued", index->issued_ms);
    if (e == OK)
        e = meta_set_int(f->store, "index_expires", index->expires_ms);
    return e == OK ? meta_set_int(f->store, "floor", f->floor_ms) : e;
}

enum err feed_index_done(struct feed *f, const struct wire_index *index)
{
    enum err e = store_begin(f->store);
    if (e != OK)
        return e;
    e = write_index_memory(f, index);
    if (e == OK)
        e = store_commit(f->store);
    else
        store_rollback(f->store);
    if (e != OK)
        return e;
    f->index_n = index->n;
    f->expires_ms = index->expires_ms;
    return OK;
}

enum err feed_note_ok(struct feed *f, int64_t at_ms)
{
    enum err e = meta_set_int(f->store, "last_ok", at_ms);
    if (e == OK)
        f->last_ok_ms = at_ms;
    return e;
}
