/* terminal.c - the terminal's side of the model: the product's own outbox and sync. */
#include "tests/model/terminal.h"

#include "app/keys.h"
#include "app/outbox.h"
#include "app/sync_cache.h"
#include "app/sync_part.h"
#include "tests/model/check.h"
#include "tests/model/disk.h"
#include "tests/model/platform.h"
#include "tests/model/world.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

static struct config config;
static struct sync sync_state;
static struct outbox *box;

/* The store thread tells; whoever handed in waits for it, so that only one of them ever runs. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t came = PTHREAD_COND_INITIALIZER;
static struct event event;
static bool told;

static void on_event(const struct event *ev)
{
    pthread_mutex_lock(&lock);
    event = *ev;
    told = true;
    pthread_cond_signal(&came);
    pthread_mutex_unlock(&lock);
}

static void wait_for_event(void)
{
    pthread_mutex_lock(&lock);
    while (!told)
        pthread_cond_wait(&came, &lock);
    told = false;
    pthread_mutex_unlock(&lock);
}

void terminal_cache_mb(int most)
{
    config.cache_max_mb = most;
}

enum err terminal_box_open(void)
{
    running = HUIMIN;
    enum err e = outbox_create(TERMINAL_DATA, on_event, &box);
    running = OUTSIDE;
    return e;
}

void terminal_box_close(void)
{
    running = HUIMIN;
    outbox_destroy(box);
    box = NULL;
    running = OUTSIDE;
}

enum err terminal_sync_open(void)
{
    running = SYNC;
    enum err e = sync_begin(&sync_state, &config, false, -1);
    running = OUTSIDE;
    return e;
}

void terminal_sync_close(void)
{
    running = SYNC;
    sync_end(&sync_state);
    running = OUTSIDE;
}

void terminal_turn(void)
{
    int64_t polls = sync_state.polls;
    running = SYNC;
    sync_turn(&sync_state);
    if (sync_state.polls != polls)
        talk("a poll ends: %s, delivery %s", err_name(sync_state.err),
             err_name(sync_post_err(sync_state.post)));
    running = OUTSIDE;
}

/* --- handing in ------------------------------------------------------------------------------- */

static char *application(struct arena *a, const char *id, bool poison)
{
    char receipt[WIRE_RECEIPT + 1];
    wire_receipt(id, receipt);
    return arena_printf(
        a,
        "{\"v\":1,\"type\":\"apply\",\"service\":\"sb-test\",\"service_name\":\"Test\","
        "\"receipt\":\"%s\",\"at\":%lld,\"identity\":\"typed\",\"card\":null,\"consent\":\"1\","
        "\"village\":\"1\",\"person\":{\"name\":\"Zhen\",\"idno\":\"%.17s\"},\"answers\":{},"
        "\"fields\":[{\"id\":\"letter\",\"label\":\"L\",\"value\":\"%0*d\",\"from\":\"%s\"}],"
        "\"materials\":[]}",
        receipt, (long long)(world_ms() + skew_ms[TERMINAL]), id, between(1, 3000), 0,
        poison ? "nowhere" : "typed");
}

void terminal_put(bool poison)
{
    struct arena a;
    const struct wire_key *seal = &platform_keys()->seal;
    struct wire_item item = { .kind = "apply",
                              .suite = "x25519",
                              .at_ms = world_ms() + skew_ms[TERMINAL] };
    unsigned char id[WIRE_ID / 2];
    arena_init(&a, 16384, 1 << 20);
    crypto_random(id, sizeof id);
    crypto_hex(id, sizeof id, item.id);
    snprintf(item.kid, sizeof item.kid, "%s", seal->kid);
    const char *text = application(&a, item.id, poison);
    item.box_n = strlen(text) + CRYPTO_SEAL_EXTRA;
    unsigned char *sealed = arena_alloc(&a, item.box_n);
    must(crypto_seal(text, strlen(text), seal->pub, sealed) == OK, "seal");
    item.box = sealed;
    check_will_put(item.id, poison);
    running = HUIMIN;
    enum err e = outbox_put(box, &item);
    must(e == OK, "huimin's inbox has room");
    wait_for_event();
    bool saved = event.type == EV_SAVED && !prog[HUIMIN].dead;
    trace("hands in %.8s: %s", item.id, saved ? "saved" : "not saved");
    running = OUTSIDE;
    if (saved)
        check_saved(item.id, event.n, event.s);
    arena_finish(&a);
    if (saved && prog[SYNC].up && sync_state.post)
        sync_post_nudge(sync_state.post, true);
}

/* --- once ------------------------------------------------------------------------------------- */

void terminal_make(void)
{
    struct terminal_key item, line;
    config_init(&config);
    snprintf(config.data_dir, sizeof config.data_dir, TERMINAL_DATA);
    snprintf(config.share_dir, sizeof config.share_dir, "/@t/share");
    snprintf(config.feed_root, sizeof config.feed_root, "/@t/root.pub");
    snprintf(config.platform_url, sizeof config.platform_url, "http://platform");
    config.feed_dir[0] = '\0';
    config.poll_s = 300;
    disk_copy("/@p/keys/root.pub", "/@t/root.pub");
    running = SYNC;
    must(cache_dirs(&config) == OK, "the data directory");
    must(key_load_item(TERMINAL_DATA, &item) == OK, "item key");
    must(key_load_line(TERMINAL_DATA, &line) == OK, "line key");
    running = OUTSIDE;
    platform_knows(item.pub, line.pub);
}
