/* kit.c - keys made at run time, invented applications, signed requests, acknowledgements. */
#include "tests/bench/fleet/kit.h"

#include "hal/base/clock.h"
#include "tests/bench/fleet/http.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEY_SETS = 64, ANSWER_MS = 30000 };

static bool write_keys(const char *file, const struct terminal *t, int count)
{
    int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    size_t n = sizeof *t * (size_t)count;
    bool ok = fd >= 0 && write(fd, t, n) == (ssize_t)n;
    return fd >= 0 && close(fd) == 0 && ok;
}

static bool write_list(const char *file, const struct terminal *t, int count)
{
    char path[512], item[64], line[64];
    snprintf(path, sizeof path, "%.500s.list", file);
    FILE *f = fopen(path, "we");
    for (int i = 0; f && i < count; i++) {
        crypto_base64(t[i].item, CRYPTO_PUB, item, sizeof item);
        crypto_base64(t[i].line, CRYPTO_PUB, line, sizeof line);
        fprintf(f, "%s %s %s\n", t[i].name, item, line);
    }
    return f && fclose(f) == 0;
}

bool kit_make_keys(const char *file, int count)
{
    struct terminal *t = calloc((size_t)count, sizeof *t);
    for (int i = 0; t && i < count; i++) {
        snprintf(t[i].name, sizeof t[i].name, "fleet-%05d", i + 1);
        crypto_keypair(t[i].item, t[i].item_secret);
        crypto_keypair(t[i].line, t[i].line_secret);
    }
    bool ok = t && write_keys(file, t, count) && write_list(file, t, count);
    free(t);
    return ok;
}

static bool read_keys(struct kit *k, const char *file)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    off_t n = fd >= 0 ? lseek(fd, 0, SEEK_END) : -1;
    if (n <= 0 || n % (off_t)sizeof *k->terminal != 0)
        return false;
    k->count = (int)(n / (off_t)sizeof *k->terminal);
    k->terminal = malloc((size_t)n);
    bool ok = k->terminal && pread(fd, k->terminal, (size_t)n, 0) == n;
    close(fd);
    return ok;
}

/* --- whom to believe -------------------------------------------------------------------------- */

static bool read_roots(const char *file, struct wire_keyset *out)
{
    char text[4096];
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    if (fd >= 0)
        close(fd);
    if (n <= 0)
        return false;
    text[n] = '\0';
    return wire_root_read(text, out->root, &out->root_count) == OK;
}

static void came(struct http *h, enum http_end how)
{
    *(enum http_end *)h->owner = how;
}

/* The chain of key sets, as a terminal walks it. */
static bool fetch_keys(struct kit *k, const char *root_pub)
{
    struct http h;
    enum http_end how;
    if (!read_roots(root_pub, &k->keys))
        return false;
    k->keys.threshold = k->keys.root_count / 2 + 1;
    http_start(&h, &how, came);
    for (int i = 1; i <= KEY_SETS; i++) {
        char text[256];
        snprintf(text, sizeof text, "GET /feed/root/%d HTTP/1.1\r\nHost: %s\r\n\r\n", i, k->host);
        how = HTTP_LATE;
        http_ask(&h, text, strlen(text));
        for (int64_t began = now_us(); h.busy && now_us() - began < ANSWER_MS * 1000LL;)
            http_turn(100);
        if (how != HTTP_ANSWERED || h.status != 200)
            break;
        struct wire_keyset now = k->keys;
        if (wire_keyset_read(h.body, h.body_n, now.root, now.root_count, now.threshold, &k->keys) !=
            OK)
            break;
    }
    http_finish(&h);
    return k->keys.feed_count > 0 && k->keys.seal_count > 0;
}

bool kit_start(struct kit *k, const char *file, const char *url, const char *root_pub)
{
    *k = (struct kit){ .count = 0 };
    const char *why = NULL;
    if (!http_target(url, k->host, sizeof k->host))
        why = url;
    else if (!read_keys(k, file))
        why = file;
    else if (!fetch_keys(k, root_pub))
        why = "no key sets that root.pub vouches for";
    if (why)
        fprintf(stderr, "fleet: %s\n", why);
    return !why;
}

void kit_finish(struct kit *k)
{
    free(k->terminal);
    *k = (struct kit){ .count = 0 };
}

/* --- what is handed in ------------------------------------------------------------------------ */

static char *application(struct arena *a, const char *id)
{
    char receipt[WIRE_RECEIPT + 1];
    wire_receipt(id, receipt);
    return arena_printf(
        a,
        "{\"v\":1,\"type\":\"apply\",\"service\":\"fleet-%.2s\",\"service_name\":\"试办\","
        "\"receipt\":\"%s\",\"at\":%lld,\"identity\":\"typed\",\"card\":null,\"consent\":\"1\","
        "\"village\":\"420506103201\",\"person\":{\"name\":\"甄试样\",\"idno\":\"%.17s\"},"
        "\"answers\":{\"agent\":\"no\"},\"fields\":["
        "{\"id\":\"phone\",\"label\":\"联系电话\",\"value\":\"13800000000\",\"from\":\"typed\"},"
        "{\"id\":\"address\",\"label\":\"家庭住址\",\"value\":\"试样村一组\",\"from\":\"typed\"}],"
        "\"materials\":[{\"name\":\"户口簿\",\"via\":\"scan\",\"show\":true}]}",
        id, receipt, (long long)clock_wall_ms(), id);
}

bool kit_item(const struct kit *k, struct arena *a, const struct terminal *t, int64_t n,
              struct wire_item *out, struct handed *out_handed)
{
    const struct wire_key *seal = &k->keys.seal[k->keys.seal_count - 1];
    unsigned char id[WIRE_ID / 2];
    *out = (struct wire_item){ .n = n, .kind = "apply", .suite = "x25519" };
    out->at_ms = clock_wall_ms();
    crypto_random(id, sizeof id);
    crypto_hex(id, sizeof id, out->id);
    snprintf(out->kid, sizeof out->kid, "%s", seal->kid);
    const char *text = application(a, out->id);
    unsigned char *box = text ? arena_alloc(a, strlen(text) + CRYPTO_SEAL_EXTRA) : NULL;
    if (!box || crypto_seal(text, strlen(text), seal->pub, box) != OK)
        return false;
    out->box = box;
    out->box_n = strlen(text) + CRYPTO_SEAL_EXTRA;
    wire_item_sign(out, t->item_secret);
    memcpy(out_handed->id, out->id, sizeof out_handed->id);
    crypto_hash_of(out->box, out->box_n, out_handed->hash);
    return true;
}

char *kit_request(const struct kit *k, struct arena *a, const struct terminal *t, const char *path,
                  const char *body, size_t *out_n)
{
    struct wire_request r = { .method = body ? "POST" : "GET",
                              .path = path,
                              .body = body ? body : "",
                              .body_n = body ? strlen(body) : 0,
                              .time_ms = clock_wall_ms() };
    unsigned char random[16], sig[CRYPTO_SIG];
    char line[64], sig64[96], length[80] = "";
    crypto_random(random, sizeof random);
    crypto_hex(random, sizeof random, r.nonce);
    wire_request_sign(&r, t->line_secret, sig);
    crypto_base64(t->line, CRYPTO_PUB, line, sizeof line);
    crypto_base64(sig, sizeof sig, sig64, sizeof sig64);
    if (body)
        snprintf(length, sizeof length, "Content-Type: application/json\r\nContent-Length: %zu\r\n",
                 r.body_n);
    char *all =
        arena_printf(a,
                     "%s %s HTTP/1.1\r\nHost: %s\r\nHuimin-Line: %s\r\nHuimin-Time: %lld\r\n"
                     "Huimin-Nonce: %s\r\nHuimin-Signature: %s\r\n%s\r\n%s",
                     r.method, path, k->host, line, (long long)r.time_ms, r.nonce, sig64, length,
                     body ? body : "");
    *out_n = all ? strlen(all) : 0;
    return all;
}

int kit_accepted(const struct kit *k, struct arena *a, const char *json, size_t n,
                 const struct handed *handed, int count)
{
    struct wire_ack *acks = NULL;
    int acked = 0, good = 0;
    if (wire_acks_read(a, json, n, &acks, &acked) != OK || acked != count)
        return 0;
    for (int i = 0; i < count; i++)
        good += strcmp(acks[i].id, handed[i].id) == 0 && acks[i].outcome <= WIRE_DUPLICATE &&
                wire_ack_verify(&acks[i], handed[i].hash, &k->keys) == OK;
    return good;
}

int kit_by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}
