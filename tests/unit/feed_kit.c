/* feed_kit.c - for tests: a small publisher that can also publish what no publisher should. */
#include "tests/unit/feed_kit.h"

#include "app/sync.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/crypto.h"
#include "hal/zstd.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The kit is not under test: when it fails the run is worth nothing. */
static void must(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "feed_kit: %s\n", what);
    abort();
}

void kit_write(const char *path, const void *data, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    must(fd >= 0 && write(fd, data, n) == (ssize_t)n, path);
    close(fd);
}

static void write_root_file(struct kit *k)
{
    char b64[64], text[256];
    crypto_base64(k->keys.root[0].pub, 32, b64, sizeof b64);
    snprintf(text, sizeof text, "# TEST\nroot %s %s\n", k->keys.root[0].kid, b64);
    snprintf(k->config.feed_root, sizeof k->config.feed_root, "%.200s/root.pub", k->dir);
    kit_write(k->config.feed_root, text, strlen(text));
}

static void make_keys(struct kit *k)
{
    k->keys = (struct wire_keyset){ .version = 1,
                                    .n = 1,
                                    .threshold = 1,
                                    .issued_ms = clock_wall_ms(),
                                    .expires_ms = clock_wall_ms() + 86400000LL * 365,
                                    .suite = "ed25519",
                                    .root_count = 1,
                                    .feed_count = 1 };
    memcpy(k->keys.root[0].kid, "r1", 3);
    memcpy(k->keys.feed[0].kid, "f1", 3);
    crypto_keypair(k->keys.root[0].pub, k->root_secret);
    crypto_keypair(k->keys.feed[0].pub, k->feed_secret);
}

void kit_init(struct kit *k, const char *dir)
{
    char path[400];
    memset(k, 0, sizeof *k);
    must(crypto_init() == OK, "crypto");
    arena_init(&k->arena, 65536, 256 << 20);
    snprintf(k->dir, sizeof k->dir, "%s", dir);
    snprintf(k->feed, sizeof k->feed, "%s/feed", dir);
    config_init(&k->config);
    snprintf(k->config.data_dir, sizeof k->config.data_dir, "%.200s/data", dir);
    snprintf(k->config.share_dir, sizeof k->config.share_dir, "%.200s/share", dir);
    snprintf(k->config.feed_dir, sizeof k->config.feed_dir, "%.200s/feed", dir);
    static const char *const part[] = { "", "/420506", "/o", "/root" };
    for (int i = 0; i < 4; i++) {
        snprintf(path, sizeof path, "%s%s", k->feed, part[i]);
        must(mkdir(path, 0755) == 0, path);
    }
    make_keys(k);
    write_root_file(k);
    k->index = (struct wire_index){
        .version = 1, .area = "420506", .suite = "ed25519", .kid = "f1", .root = 1
    };
    k->index.issued_ms = clock_wall_ms();
    k->index.expires_ms = k->index.issued_ms + 86400000LL * 30;
}

void kit_finish(struct kit *k)
{
    arena_finish(&k->arena);
}

static int64_t count_lines(const char *s)
{
    int64_t n = 0;
    for (; *s; s++)
        n += *s == '\n';
    return n;
}

struct wire_object kit_object(struct kit *k, const char *channel, const char *epoch, int64_t from,
                              int64_t to, const char *lines, int64_t rows)
{
    struct wire_segment_head h = { .schema = 1, .from = from, .to = to };
    struct wire_object o = { .from = from, .to = to };
    char *head, path[400];
    void *packed;
    size_t packed_n;
    snprintf(h.channel, sizeof h.channel, "%s", channel);
    snprintf(h.epoch, sizeof h.epoch, "%s", epoch);
    h.rows = rows < 0 ? count_lines(lines) : rows;
    must(wire_segment_head_write(&k->arena, &h, &head) == OK, "head");
    size_t head_n = strcspn(head, "\n"), n = strlen(lines);
    char *raw = malloc(head_n + 1 + n);
    must(raw != NULL, "memory");
    memcpy(raw, head, head_n);
    raw[head_n] = '\n';
    memcpy(raw + head_n + 1, lines, n);
    o.raw = (int64_t)(head_n + 1 + n);
    must(zstd_pack(raw, (size_t)o.raw, 3, &packed, &packed_n) == OK, "zstd");
    o.size = (int64_t)packed_n;
    crypto_hash_of(packed, packed_n, o.hash);
    snprintf(path, sizeof path, "%s/o/%s", k->feed, o.hash);
    kit_write(path, packed, packed_n);
    free(packed);
    free(raw);
    return o;
}

struct wire_channel *kit_channel(struct kit *k, const char *channel)
{
    int i = 0;
    while (i < k->index.channel_count && strcmp(k->index.channel[i].name, channel) != 0)
        i++;
    struct wire_channel *ch = &k->index.channel[i];
    if (i == k->index.channel_count) {
        k->index.channel_count++;
        snprintf(ch->name, sizeof ch->name, "%s", channel);
        snprintf(ch->epoch, sizeof ch->epoch, "e1");
        ch->schema = 1;
        ch->seg = k->seg[i];
    }
    return ch;
}

void kit_segment(struct kit *k, const char *channel, const char *lines)
{
    struct wire_channel *ch = kit_channel(k, channel);
    ch->seg[ch->seg_count++] = kit_object(k, channel, ch->epoch, ch->head, ch->head + 1, lines, -1);
    ch->head++;
    ch->rows += count_lines(lines);
}

static const char *signed_text(struct kit *k, const char *json, const char *kid,
                               const unsigned char (*secret)[64])
{
    char *text;
    must(wire_sign_text(&k->arena, json, &kid, secret, 1, &text) == OK, "sign");
    return text;
}

const char *kit_index_text(struct kit *k)
{
    char *json;
    must(wire_index_write(&k->arena, &k->index, &json) == OK, "index");
    return signed_text(k, json, "f1", (const unsigned char(*)[64]) & k->feed_secret);
}

void kit_publish(struct kit *k)
{
    char path[400], *json;
    k->index.n++;
    must(wire_keyset_write(&k->arena, &k->keys, &json) == OK, "keys");
    const char *text = signed_text(k, json, "r1", (const unsigned char(*)[64]) & k->root_secret);
    snprintf(path, sizeof path, "%s/root/1", k->feed);
    kit_write(path, text, strlen(text));
    text = kit_index_text(k);
    snprintf(path, sizeof path, "%s/420506/index", k->feed);
    kit_write(path, text, strlen(text));
}

enum err kit_sync(struct kit *k)
{
    log_init("test", LOG_ERROR + 1); /* the faults are meant */
    enum err e = sync_run(&k->config, true, -1);
    log_init("test", LOG_INFO);
    return e;
}
