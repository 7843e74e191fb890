/* putitem.c - hands invented applications in, as huimin does, for tests of the road to the
 * platform.
 *
 * usage: putitem CONFIG DATA COUNT [BYTES [TEXT | PAGES PAGE_BYTES]]: seals, saves, prints
 * "receipt" of each one saved, then nudges huimin-sync, if there is one. COUNT 0: only the nudge.
 * TEXT: a letter of these words. */
#include "app/config.h"
#include "app/outbox.h"
#include "app/outbox_blob.h"
#include "app/store.h"
#include "app/trust.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/json.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t came = PTHREAD_COND_INITIALIZER;
static int saved, failed;

static void on_event(const struct event *ev)
{
    if (ev->type != EV_SAVED && ev->type != EV_NOT_SAVED)
        return;
    pthread_mutex_lock(&lock);
    saved += ev->type == EV_SAVED;
    failed += ev->type == EV_NOT_SAVED;
    if (ev->type == EV_SAVED)
        puts(ev->s);
    pthread_cond_signal(&came);
    pthread_mutex_unlock(&lock);
}

static void must(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "putitem: %s\n", what);
    exit(1);
}

/* As it stands between the quotes of JSON. */
static char *escaped(struct arena *a, const char *text)
{
    struct json_out w;
    json_out_start(&w);
    json_put_str(&w, NULL, text);
    const char *quoted = json_out_text(&w);
    char *out = quoted ? arena_strndup(a, quoted + 1, strlen(quoted) - 2) : NULL;
    json_out_finish(&w);
    return out;
}

/* Photographed papers: invented bytes, sealed. */
static struct outbox_page pages[WIRE_BLOB_PAGES];
static int page_count, page_bytes;

static void make_pages(struct arena *a, const struct wire_key *seal)
{
    unsigned char *plain = arena_alloc(a, (size_t)page_bytes + 1);
    for (int i = 0; i < page_count; i++) {
        size_t n = (size_t)page_bytes + CRYPTO_SEAL_EXTRA;
        unsigned char *box = arena_alloc(a, n);
        memset(plain, 'A' + i, (size_t)page_bytes);
        must(box && crypto_seal(plain, (size_t)page_bytes, seal->pub, box) == OK, "seal a page");
        pages[i] = (struct outbox_page){ .page.bytes = (int64_t)n, .sealed = box };
        crypto_hash_of(box, n, pages[i].page.hash);
        snprintf(pages[i].page.kid, sizeof pages[i].page.kid, "%s", seal->kid);
    }
}

static const char *write_pages(struct arena *a)
{
    const char *list = "";
    for (int i = 0; i < page_count; i++)
        list = arena_printf(a, "%s%s{\"blob\":\"%s\",\"bytes\":%lld,\"kid\":\"%s\"}", list,
                            i ? "," : "", pages[i].page.hash, (long long)pages[i].page.bytes,
                            pages[i].page.kid);
    return page_count ? arena_printf(a,
                                     "{\"name\":\"户口簿\",\"via\":\"scan\",\"show\":false,"
                                     "\"pages\":[%s]}",
                                     list)
                      : "";
}

/* A person of each item's own: nobody hands the same thing in twice. */
static char *write_application(struct arena *a, const char *id, int bytes, const char *text)
{
    char receipt[WIRE_RECEIPT + 1];
    char *letter = arena_alloc(a, (size_t)bytes + 1);
    wire_receipt(id, receipt);
    memset(letter, 'a', (size_t)bytes);
    if (text)
        letter = escaped(a, text);
    return arena_printf(
        a,
        "{\"v\":1,\"type\":\"apply\",\"service\":\"sb-test\",\"service_name\":\"试办\","
        "\"receipt\":\"%s\",\"at\":%lld,\"identity\":\"typed\",\"card\":null,\"consent\":\"1\","
        "\"village\":\"1\",\"person\":{\"name\":\"甄试样\",\"idno\":\"%.17s\"},\"answers\":{},"
        "\"fields\":[{\"id\":\"letter\",\"label\":\"信\",\"value\":\"%s\",\"from\":\"typed\"}],"
        "\"materials\":[%s]}",
        receipt, (long long)clock_wall_ms(), id, letter, write_pages(a));
}

static void put_one(struct outbox *o, const struct wire_key *seal, int bytes, const char *words)
{
    struct arena a;
    struct wire_item item = { .kind = "apply", .suite = "x25519", .at_ms = clock_wall_ms() };
    unsigned char id[WIRE_ID / 2];
    arena_init(&a, 16384, 40 << 20);
    crypto_random(id, sizeof id);
    crypto_hex(id, sizeof id, item.id);
    snprintf(item.kid, sizeof item.kid, "%s", seal->kid);
    make_pages(&a, seal);
    const char *text = write_application(&a, item.id, bytes, words);
    item.box_n = strlen(text) + CRYPTO_SEAL_EXTRA;
    unsigned char *box = arena_alloc(&a, item.box_n);
    must(crypto_seal(text, strlen(text), seal->pub, box) == OK, "seal");
    item.box = box;
    pthread_mutex_lock(&lock);
    int want = saved + failed + 1;
    pthread_mutex_unlock(&lock);
    must(outbox_put_pages(o, &item, pages, page_count) == OK, "outbox_put");
    pthread_mutex_lock(&lock);
    while (saved + failed < want)
        pthread_cond_wait(&came, &lock);
    pthread_mutex_unlock(&lock);
    arena_finish(&a);
}

static void nudge(const char *data_dir)
{
    static const char text[] = "{\"m\":\"outbox\"}\n";
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    char taken[64];
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(a.sun_path, sizeof a.sun_path, "%.90s/sync.sock", data_dir);
    if (connect(fd, (struct sockaddr *)&a, sizeof a) == 0 &&
        send(fd, text, sizeof text - 1, MSG_NOSIGNAL) > 0)
        (void)!recv(fd, taken, sizeof taken, 0);
    close(fd);
}

static struct wire_key seal_key(const struct config *c)
{
    char path[sizeof c->data_dir + 16];
    struct store *cache = NULL;
    struct wire_key seal;
    snprintf(path, sizeof path, "%s/cache.db", c->data_dir);
    must(store_open(path, STORE_READ, &cache) == OK, path);
    must(trust_seal_key(cache, c, &seal) == OK, "no key to seal to");
    store_close(cache);
    return seal;
}

int main(int argc, char **argv)
{
    static struct config c;
    struct outbox *o = NULL;
    char why[256];
    must(argc >= 4, "CONFIG DATA COUNT [BYTES [TEXT | PAGES PAGE_BYTES]]");
    log_init("putitem", LOG_WARN);
    config_init(&c);
    must(config_load(&c, argv[1], why, sizeof why) == OK, argv[1]);
    must(config_set(&c, "data.dir", argv[2], why, sizeof why) == OK, argv[2]);
    int count = (int)strtol(argv[3], NULL, 10),
        bytes = argc > 4 ? (int)strtol(argv[4], NULL, 10) : 100;
    page_count = argc > 6 ? (int)strtol(argv[5], NULL, 10) : 0;
    page_bytes = argc > 6 ? (int)strtol(argv[6], NULL, 10) : 0;
    must(page_count >= 0 && page_count <= WIRE_BLOB_PAGES, "PAGES");
    must(crypto_init() == OK, "crypto");
    if (count > 0) {
        struct wire_key seal = seal_key(&c);
        must(outbox_create(argv[2], on_event, &o) == OK, "outbox.db");
        for (int i = 0; i < count; i++)
            put_one(o, &seal, bytes, argc == 6 ? argv[5] : NULL);
        outbox_destroy(o);
    }
    nudge(argv[2]);
    return failed == 0 ? 0 : 1;
}
