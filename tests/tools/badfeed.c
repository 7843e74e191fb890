/* badfeed.c - publishes, with the right keys, what no publisher should: a bomb, a wrong type. */
#include "hal/base/arena.h"
#include "hal/crypto.h"
#include "hal/wire.h"
#include "hal/zstd.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* usage: badfeed bomb|type KEYS FEED AREA */
static struct arena arena;

static void must(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "badfeed: %s\n", what);
    exit(1);
}

static char *read_text(const char *dir, const char *name, size_t *out_n)
{
    char path[4096];
    static char buf[16384];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, buf, sizeof buf - 1);
    must(n > 0, path);
    close(fd);
    buf[n] = '\0';
    if (out_n)
        *out_n = (size_t)n;
    return arena_strdup(&arena, buf);
}

static void write_file(const char *path, const void *data, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    must(fd >= 0 && write(fd, data, n) == (ssize_t)n && close(fd) == 0, path);
}

static void read_secret(const char *keys, char kid[WIRE_NAME_MAX], unsigned char secret[1][64])
{
    char *text = read_text(keys, "feed.key", NULL), b64[128];
    size_t n = 0;
    char *at = strstr(text, "secret ");
    must(at && sscanf(at, "secret %31s %127s", kid, b64) == 2, "feed.key");
    must(crypto_unbase64(b64, secret[0], 64, &n) == OK && n == 64, "feed.key");
}

static void read_index(const char *keys, const char *feed, const char *area, struct wire_index *out)
{
    struct wire_key root[WIRE_KEYS];
    struct wire_keyset set;
    int count = 0;
    size_t n = 0;
    char name[64];
    must(wire_root_read(read_text(keys, "root.pub", NULL), root, &count) == OK, "root.pub");
    char *text = read_text(feed, "root/1", &n);
    must(wire_keyset_read(text, n, root, count, 1, &set) == OK, "root/1");
    snprintf(name, sizeof name, "%s/index", area);
    text = read_text(feed, name, &n);
    must(wire_index_read(&arena, text, n, &set, out) == OK, "index");
}

/* A segment behind the head of the prices; packs its lines, tells `raw` as it is or, a bomb, less.
 */
static void add_segment(struct wire_channel *ch, const char *feed, bool bomb)
{
    struct wire_segment_head h = { .schema = ch->schema, .from = ch->head, .to = ch->head + 1 };
    char *head, path[4096];
    void *packed;
    size_t n = bomb ? 8 << 20 : 64, packed_n;
    snprintf(h.channel, sizeof h.channel, "%s", ch->name);
    snprintf(h.epoch, sizeof h.epoch, "%s", ch->epoch);
    h.rows = 1;
    must(wire_segment_head_write(&arena, &h, &head) == OK, "head");
    char *raw = calloc(1, n + 1024);
    must(raw != NULL, "memory");
    int len = snprintf(raw, n + 1024, "%.*s\n[\"p\",\"price\",\"today\",1,1,\"many\"]\n",
                       (int)strcspn(head, "\n"), head);
    if (bomb)
        memset(raw + len, ' ', n);
    size_t total = bomb ? n : (size_t)len;
    must(zstd_pack(raw, total, 3, &packed, &packed_n) == OK, "zstd");
    struct wire_object *seg = calloc((size_t)ch->seg_count + 1, sizeof *seg), *o;
    must(seg != NULL, "memory");
    for (int i = 0; i < ch->seg_count; i++)
        seg[i] = ch->seg[i];
    o = &seg[ch->seg_count++];
    *o = (struct wire_object){ .from = h.from, .to = h.to, .size = (int64_t)packed_n };
    o->raw = bomb ? 4096 : (int64_t)total;
    crypto_hash_of(packed, packed_n, o->hash);
    snprintf(path, sizeof path, "%s/o/%s", feed, o->hash);
    write_file(path, packed, packed_n);
    ch->seg = seg;
    ch->head++;
    ch->rows++;
    free(packed);
    free(raw);
}

int main(int argc, char **argv)
{
    struct wire_index index;
    unsigned char secret[1][64];
    char kid[WIRE_NAME_MAX], path[4096], *json, *text;
    const char *kids[1] = { kid };
    must(argc == 5, "usage: badfeed bomb|type KEYS FEED AREA");
    must(crypto_init() == OK, "crypto");
    arena_init(&arena, 65536, 16 << 20);
    read_index(argv[2], argv[3], argv[4], &index);
    read_secret(argv[2], kid, secret);
    int i = 0;
    while (i < index.channel_count && strcmp(index.channel[i].name, "price") != 0)
        i++;
    must(i < index.channel_count, "no prices");
    add_segment(&index.channel[i], argv[3], strcmp(argv[1], "bomb") == 0);
    index.n++;
    must(wire_index_write(&arena, &index, &json) == OK, "index");
    must(wire_sign_text(&arena, json, kids, (const unsigned char(*)[64])secret, 1, &text) == OK,
         "signature");
    snprintf(path, sizeof path, "%s/%s/index", argv[3], argv[4]);
    write_file(path, text, strlen(text));
    free(index.channel[i].seg);
    arena_finish(&arena);
    return 0;
}
