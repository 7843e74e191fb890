/* outbox_test.c - items go in whole or not at all, are counted without gaps, and stay. */
#include "app/outbox.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "app/keys.h"
#include "app/outbox_part.h"
#include "tests/test.h"
#include "tests/unit/outbox_kit.h"

static enum err list(struct outbox *o, struct outbox_row **rows, int *count)
{
    return outbox_list(o, &boxkit.arena, rows, count);
}

TEST(what_is_put_is_told_with_its_number_and_stays_over_a_restart)
{
    struct outbox_row *rows = NULL, found;
    int count = 0;
    boxkit_start();
    struct outbox *o = boxkit_open();
    CHECK(o != NULL);
    CHECK(boxkit_put(o, 3));
    outbox_destroy(o);
    CHECK_EQ(boxkit.event[2].type, EV_SAVED);
    CHECK_EQ(boxkit.event[2].n, 3);
    o = boxkit_open();
    CHECK(o != NULL);
    CHECK_ERR(list(o, &rows, &count), OK);
    CHECK_EQ(count, 3);
    CHECK_EQ(rows[0].n, 3);
    CHECK_STR(rows[0].receipt, boxkit.event[2].s);
    CHECK_EQ(rows[2].n, 1);
    CHECK_EQ(rows[2].state, OUTBOX_WAITING);
    CHECK_ERR(outbox_find(o, boxkit.event[1].s, &found), OK);
    CHECK_EQ(found.n, 2);
    CHECK_ERR(outbox_find(o, "0000-0000-0000", &found), ERR_NOT_FOUND);
    CHECK(boxkit_put(o, 1));
    CHECK_EQ(boxkit.event[3].n, 4);
    outbox_destroy(o);
}

TEST(what_was_handed_over_is_finished_before_the_end)
{
    boxkit_start();
    struct outbox *o = boxkit_open();
    struct wire_item a = boxkit_item("a"), b = boxkit_item("b");
    CHECK(o != NULL);
    CHECK_ERR(outbox_put(o, &a), OK);
    CHECK_ERR(outbox_put(o, &b), OK);
    outbox_destroy(o);
    CHECK_EQ(boxkit.events, 2);
    CHECK_EQ(boxkit.event[1].type, EV_SAVED);
}

TEST(an_item_without_a_box_or_with_too_large_a_one_is_not_taken)
{
    boxkit_start();
    struct outbox *o = boxkit_open();
    struct wire_item item = boxkit_item("a");
    CHECK(o != NULL);
    item.box_n = 0;
    CHECK_ERR(outbox_put(o, &item), ERR_ARG);
    item.box_n = WIRE_BOX_MAX + 1;
    CHECK_ERR(outbox_put(o, &item), ERR_TOO_BIG);
    outbox_destroy(o);
    CHECK_EQ(boxkit.events, 0);
}

TEST(one_id_twice_is_not_saved_and_uses_no_number)
{
    boxkit_start();
    struct outbox *o = boxkit_open();
    struct wire_item item = boxkit_item("a");
    CHECK(o != NULL);
    CHECK_ERR(outbox_put(o, &item), OK);
    CHECK(boxkit_wait(1));
    CHECK_ERR(outbox_put(o, &item), OK);
    CHECK(boxkit_wait(2));
    CHECK_EQ(boxkit.event[1].type, EV_NOT_SAVED);
    CHECK(boxkit_put(o, 1));
    CHECK_EQ(boxkit.event[2].n, 2);
    outbox_destroy(o);
}

TEST(the_other_program_may_write_and_only_the_owner_reads_the_key)
{
    struct stat st;
    boxkit_start();
    struct outbox *o = boxkit_open();
    struct outbox_line *l = NULL;
    CHECK(o != NULL);
    CHECK_ERR(outbox_line_open(boxkit.data, &l), OK);
    CHECK_EQ(stat(arena_printf(&boxkit.arena, "%s/outbox.db", boxkit.data), &st), 0);
    CHECK_EQ(st.st_mode & 0777, 0660);
    CHECK_EQ(stat(arena_printf(&boxkit.arena, "%s/outbox.db-wal", boxkit.data), &st), 0);
    CHECK_EQ(st.st_mode & 0777, 0660);
    CHECK_EQ(stat(arena_printf(&boxkit.arena, "%s/item.key", boxkit.data), &st), 0);
    CHECK_EQ(st.st_mode & 0777, 0600);
    CHECK_EQ(stat(arena_printf(&boxkit.arena, "%s/outbox.reserve", boxkit.data), &st), 0);
    CHECK_EQ(st.st_size, OUTBOX_RESERVE);
    CHECK_ERR(outbox_room(o), OK);
    outbox_line_close(l);
    outbox_destroy(o);
}

TEST(a_damaged_outbox_is_told_and_left_as_it_is)
{
    static const char junk[] = "this is no database, and nobody may throw it away ................."
                               "............................................................";
    struct outbox *o = NULL;
    char back[sizeof junk] = "";
    boxkit_start();
    CHECK_EQ(mkdir(boxkit.data, 0770), 0);
    const char *path = arena_printf(&boxkit.arena, "%s/outbox.db", boxkit.data);
    int fd = open(path, O_RDWR | O_CREAT, 0660);
    CHECK_EQ(write(fd, junk, sizeof junk), (long long)sizeof junk);
    CHECK_ERR(outbox_create(boxkit.data, NULL, &o), ERR_CORRUPT);
    CHECK_EQ(pread(fd, back, sizeof back, 0), (long long)sizeof back);
    close(fd);
    CHECK(memcmp(back, junk, sizeof junk) == 0);
}

static int copy_file(const char *from, const char *to)
{
    static char bytes[1 << 20];
    int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0660);
    ssize_t n = read(in, bytes, sizeof bytes);
    bool well = n > 0 && write(out, bytes, (size_t)n) == n;
    close(in);
    close(out);
    return well ? 0 : -1;
}

static int64_t rows_in(struct store *s)
{
    struct query *q = store_query(s, "SELECT count(*) FROM item");
    int64_t n = query_step(q) ? query_col_int(q, 0) : -1;
    return query_done(q) == OK ? n : -1;
}

/* facts/sync.md 5e: on a full disk SQLite rolls back by itself and goes on outside of it. */
TEST(on_a_full_disk_nothing_is_half_written_and_no_number_is_used)
{
    static char big[20000];
    unsigned char pub[CRYPTO_PUB], secret[CRYPTO_SECRET];
    char receipt[WIRE_RECEIPT + 1] = "";
    struct store *s = NULL;
    boxkit_start();
    crypto_keypair(pub, secret);
    memset(big, 'x', sizeof big - 1);
    struct wire_item first = boxkit_item("first"), item = boxkit_item(big);
    struct wire_item third = boxkit_item("third");
    CHECK_ERR(outbox_db_open(boxkit.data, &s), OK);
    CHECK_ERR(outbox_db_put(s, secret, &first, receipt), OK);
    CHECK_ERR(store_exec(s, "PRAGMA max_page_count=10"), OK);
    for (int i = 0; i < 3; i++)
        CHECK_ERR(outbox_db_put(s, secret, &item, receipt), ERR_FULL);
    CHECK(!store_in_transaction(s));
    CHECK_EQ(rows_in(s), 1);
    CHECK_ERR(store_exec(s, "PRAGMA max_page_count=1000"), OK);
    CHECK_ERR(outbox_db_put(s, secret, &third, receipt), OK);
    CHECK_EQ(third.n, 2);
    store_close(s);
}

/* Somebody brought back yesterday's outbox.db: what had numbers since keeps them for itself. */
TEST(an_old_copy_of_the_outbox_gives_no_number_twice)
{
    boxkit_start();
    struct outbox *o = boxkit_open();
    CHECK(o != NULL && boxkit_put(o, 2));
    outbox_destroy(o);
    const char *db = arena_printf(&boxkit.arena, "%s/outbox.db", boxkit.data);
    const char *old = arena_printf(&boxkit.arena, "%s.old", db);
    CHECK_EQ(copy_file(db, old), 0);
    o = boxkit_open();
    CHECK(o != NULL && boxkit_put(o, 3));
    outbox_destroy(o);
    CHECK_EQ(rename(old, db), 0);
    o = boxkit_open();
    CHECK(o != NULL && boxkit_put(o, 1));
    outbox_destroy(o);
    CHECK_EQ(boxkit.event[5].type, EV_SAVED);
    CHECK_EQ(boxkit.event[5].n, 6);
}

/* --- kill -9 ------------------------------------------------------------------------------- */

static int told_fd;

static void tell_parent(const struct event *ev)
{
    if (ev->type != EV_SAVED || write(told_fd, &ev->n, sizeof ev->n) != sizeof ev->n)
        _exit(1);
}

static void put_forever(int fd)
{
    struct outbox *o = NULL;
    told_fd = fd;
    if (outbox_create(boxkit.data, tell_parent, &o) != OK)
        _exit(1);
    for (;;) {
        struct wire_item item = boxkit_item("{\"name\":\"no one\"}");
        while (outbox_put(o, &item) == ERR_BUSY)
            nanosleep(&(struct timespec){ .tv_nsec = 100000 }, NULL);
        arena_reset(&boxkit.arena);
    }
}

/* The last number the child was told of, -1 when it went wrong by itself. */
static int64_t run_and_kill(int64_t last, long after_us)
{
    int fds[2], status = 0;
    int64_t n;
    if (pipe(fds) != 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        close(fds[0]);
        put_forever(fds[1]);
    }
    close(fds[1]);
    nanosleep(&(struct timespec){ .tv_nsec = after_us * 1000 }, NULL);
    kill(pid, SIGKILL);
    bool good = waitpid(pid, &status, 0) == pid && WIFSIGNALED(status);
    while (read(fds[0], &n, sizeof n) == sizeof n) {
        good = good && (n == last + 1 || last < 0);
        last = n;
    }
    close(fds[0]);
    return good ? last : -1;
}

/* Largest n; -1 when numbers are missing among them. */
static int64_t numbers(void)
{
    struct store *s = NULL;
    if (outbox_db_open(boxkit.data, &s) != OK)
        return -1;
    struct query *q = store_query(s, "SELECT count(*), coalesce(max(n), 0),"
                                     " (SELECT value FROM meta WHERE key = 'last_n') FROM item");
    int64_t n = -1;
    if (query_step(q) && query_col_int(q, 0) == query_col_int(q, 1) &&
        query_col_int(q, 1) == query_col_int(q, 2))
        n = query_col_int(q, 0);
    bool ok = query_done(q) == OK;
    store_close(s);
    return ok ? n : -1;
}

TEST(killed_at_fifty_random_moments_the_outbox_holds_what_was_told)
{
    int64_t held = 0, told_in_all = 0;
    boxkit_start();
    for (int i = 0; i < 50; i++) {
        unsigned r;
        crypto_random(&r, sizeof r);
        int64_t told = run_and_kill(held, (long)(r % 30000));
        CHECK(told >= held);
        int64_t now = numbers();
        CHECK(now == told || now == told + 1); /* committed, and killed before it was told */
        told_in_all += told - held;
        held = now;
    }
    CHECK(told_in_all > 0);
}
