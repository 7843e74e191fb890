/* work_test.c - a platform that ends while terminals hand in: what was kept was told, and the other
 * way round. */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "tests/test.h"
#include "tests/unit/db_kit.h"
#include "tests/unit/office_http.h"

enum { CLIENTS = 8, POSTS = 60, ENOUGH = 60 };

static struct load {
    const struct server *server;
    char *head[CLIENTS * POSTS], *body[CLIENTS * POSTS];
    atomic_int next, told;
} load;

static bool prepare(struct office_kit *k)
{
    load = (struct load){ .server = NULL };
    for (int i = 0; i < CLIENTS * POSTS; i++) {
        struct wire_item item = kit_item(k, KIT_IDNO, NULL);
        if (wire_post_write(&k->arena, &item, 1, &load.body[i]) != OK)
            return false;
        load.head[i] = http_head(k, "POST", "/v1/outbox", load.body[i]);
    }
    return true;
}

/* Until the server is gone. */
static void *hand_in(void *arg)
{
    char buf[4096];
    const char *body = "";
    int i, fd;
    (void)arg;
    while ((i = atomic_fetch_add(&load.next, 1)) < CLIENTS * POSTS &&
           (fd = http_dial(load.server)) >= 0) {
        if (!http_put(fd, load.head[i], strlen(load.head[i])) ||
            !http_put(fd, load.body[i], strlen(load.body[i]))) {
            close(fd);
            break;
        }
        int status = http_answer(fd, buf, sizeof buf, &body);
        atomic_fetch_add(&load.told, status == 200 && strstr(body, "\"accepted\"") != NULL);
    }
    return NULL;
}

TEST_BOTH(a_platform_that_ends_under_load_has_told_of_everything_it_kept)
{
    struct office_kit *k = kit_start();
    pthread_t thread[CLIENTS];
    CHECK(prepare(k));
    struct server *s = http_start(k);
    CHECK(s != NULL);
    load.server = s;
    for (int i = 0; i < CLIENTS; i++)
        CHECK_EQ(pthread_create(&thread[i], NULL, hand_in, NULL), 0);
    while (atomic_load(&load.told) < ENOUGH && atomic_load(&load.next) < CLIENTS * POSTS)
        usleep(1000);
    atomic_fetch_add(&load.next, CLIENTS * POSTS); /* who dials a server that is gone would crash */
    server_stop(s);
    for (int i = 0; i < CLIENTS; i++)
        pthread_join(thread[i], NULL);
    int64_t kept = dbkit_number(k->conf.db, "SELECT count(*) FROM inbox");
    CHECK(atomic_load(&load.told) >= ENOUGH);
    CHECK_EQ(kept, atomic_load(&load.told));
    CHECK_EQ(dbkit_number(k->conf.db, "SELECT count(*) FROM cases"), kept);
}
