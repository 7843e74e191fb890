/* outbox_put.c - how long a citizen waits for "saved" while the feed is written beside it. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "app/outbox.h"
#include "app/store.h"
#include "hal/base/clock.h"

enum { PUTS = 300, BOX = 4096 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t came = PTHREAD_COND_INITIALIZER;
static int saved, failed;

static void on_event(const struct event *ev)
{
    pthread_mutex_lock(&lock);
    saved += ev->type == EV_SAVED;
    failed += ev->type == EV_NOT_SAVED;
    pthread_cond_signal(&came);
    pthread_mutex_unlock(&lock);
}

/* huimin-sync's work without the network: large transactions into cache.db, and checkpoints. */
static void write_cache(const char *dir)
{
    char path[400];
    struct store *s = NULL;
    snprintf(path, sizeof path, "%s/cache.db", dir);
    if (store_open(path, STORE_WRITE, &s) != OK ||
        store_exec(s, "CREATE TABLE p(day, place, good, fen, PRIMARY KEY(day, place, good))"
                      " WITHOUT ROWID") != OK)
        _exit(1);
    for (;;)
        if (store_exec(s, "BEGIN IMMEDIATE; DELETE FROM p;"
                          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                          " WHERE i < 60000) INSERT INTO p SELECT i, i % 40, i % 57, i FROM n;"
                          "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)") != OK)
            _exit(1);
}

static double put_once(struct outbox *o)
{
    static unsigned char box[BOX];
    unsigned char id[WIRE_ID / 2];
    struct wire_item item = {
        .kind = "apply", .suite = "x25519", .kid = "p1", .at_ms = 1, .box = box, .box_n = sizeof box
    };
    crypto_random(id, sizeof id);
    crypto_hex(id, sizeof id, item.id);
    crypto_random(box, sizeof box);
    int64_t start = clock_timer_us();
    pthread_mutex_lock(&lock);
    int want = saved + failed + 1;
    pthread_mutex_unlock(&lock);
    if (outbox_put(o, &item) != OK)
        exit(1);
    pthread_mutex_lock(&lock);
    while (saved + failed < want)
        pthread_cond_wait(&came, &lock);
    pthread_mutex_unlock(&lock);
    return (double)(clock_timer_us() - start) / 1000;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

int main(int argc, char **argv)
{
    static double ms[PUTS];
    struct outbox *o = NULL;
    if (argc != 2 || crypto_init() != OK || outbox_create(argv[1], on_event, &o) != OK)
        return 1;
    pid_t pid = fork();
    if (pid == 0)
        write_cache(argv[1]);
    nanosleep(&(struct timespec){ .tv_nsec = 200000000 }, NULL);
    for (int i = 0; i < PUTS; i++) {
        ms[i] = put_once(o);
        nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
    }
    bool wrote = waitpid(pid, NULL, WNOHANG) == 0;
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    outbox_destroy(o);
    qsort(ms, PUTS, sizeof ms[0], by_size);
    fprintf(stderr, "outbox_put p50 %.2f p99 %.2f max %.2f ms\n", ms[PUTS / 2], ms[PUTS * 99 / 100],
            ms[PUTS - 1]);
    printf("%.2f\n", ms[PUTS * 99 / 100]);
    return failed == 0 && wrote ? 0 : 1;
}
