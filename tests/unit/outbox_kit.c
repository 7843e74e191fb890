/* outbox_kit.c - for tests: a platform's keys, items sealed to it, and the terminal's data. */
#include "tests/unit/outbox_kit.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tests/test.h"

struct boxkit boxkit;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void boxkit_start(void)
{
    struct boxkit *k = &boxkit;
    arena_finish(&k->arena);
    *k = (struct boxkit){ .keys = { .feed_count = 1, .seal_count = 1 } };
    arena_init(&k->arena, 65536, 8 << 20);
    bool ready = crypto_init() == OK;
    crypto_keypair(k->keys.feed[0].pub, k->feed_secret);
    crypto_seal_keypair(k->keys.seal[0].pub, k->seal_secret);
    snprintf(k->keys.feed[0].kid, sizeof k->keys.feed[0].kid, "f1");
    snprintf(k->keys.seal[0].kid, sizeof k->keys.seal[0].kid, "p1");
    snprintf(k->data, sizeof k->data, "%s/data", test_dir());
    test_check(__FILE__, __LINE__, ready, "crypto");
}

struct wire_item boxkit_item(const char *text)
{
    struct wire_item item = { .kind = "apply", .at_ms = 1795394400000, .suite = "x25519" };
    unsigned char id[WIRE_ID / 2];
    size_t n = strlen(text);
    unsigned char *box = arena_alloc(&boxkit.arena, n + CRYPTO_SEAL_EXTRA);
    crypto_random(id, sizeof id);
    crypto_hex(id, sizeof id, item.id);
    snprintf(item.kid, sizeof item.kid, "p1");
    enum err e = crypto_seal(text, n, boxkit.keys.seal[0].pub, box);
    test_check(__FILE__, __LINE__, e == OK, "sealed");
    item.box = box;
    item.box_n = n + CRYPTO_SEAL_EXTRA;
    return item;
}

static void post(const struct event *ev)
{
    pthread_mutex_lock(&lock);
    if (boxkit.events < BOXKIT_EVENTS)
        boxkit.event[boxkit.events++] = *ev;
    pthread_mutex_unlock(&lock);
}

struct outbox *boxkit_open(void)
{
    struct outbox *o = NULL;
    enum err e = outbox_create(boxkit.data, post, &o);
    return test_check(__FILE__, __LINE__, e == OK, "outbox_create") ? o : NULL;
}

static int events(void)
{
    pthread_mutex_lock(&lock);
    int n = boxkit.events;
    pthread_mutex_unlock(&lock);
    return n;
}

bool boxkit_wait(int n)
{
    for (int i = 0; i < 2000 && events() < n; i++)
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    return events() >= n;
}

bool boxkit_put(struct outbox *o, int count)
{
    for (int i = 0; i < count; i++) {
        struct wire_item item = boxkit_item("{\"name\":\"no one\"}");
        int before = events();
        if (outbox_put(o, &item) != OK || !boxkit_wait(before + 1))
            return false;
    }
    return true;
}

struct wire_ack boxkit_ack(const struct wire_item *item, enum wire_outcome outcome)
{
    char hash[WIRE_HASH_HEX + 1];
    struct wire_ack ack = { .outcome = outcome, .ref = "C-7", .at_ms = 9, .kid = "f1" };
    memcpy(ack.id, item->id, sizeof ack.id);
    crypto_hash_of(item->box, item->box_n, hash);
    wire_ack_sign(&ack, hash, boxkit.feed_secret);
    return ack;
}
