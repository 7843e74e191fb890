/* backup_test.c - the drill: a backup while items come in, the disk is lost, another takes over. */
#include "platform/backup.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hal/base/clock.h"
#include "platform/files.h"
#include "platform/publish.h"
#include "tests/test.h"
#include "tests/unit/db_kit.h"
#include "tests/unit/office_http.h"

enum { BEFORE = 5, AFTER = 4, DURING_MAX = 400, ALL = BEFORE + DURING_MAX + AFTER };

/* Everything that was ever handed in, with what was said of it. */
struct drill {
    struct office_kit *k;
    struct wire_item item[ALL];
    int count;
    char file[300];
    struct backup made;
    enum err result;
    atomic_bool over;
};

static bool hand_in(struct drill *d)
{
    struct wire_ack *ack = NULL;
    struct wire_item *item = &d->item[d->count];
    *item = kit_item(d->k, KIT_IDNO, NULL);
    d->count++;
    return kit_post(d->k, item, 1, &ack) == 200 && ack->outcome == WIRE_ACCEPTED;
}

static void *back_up(void *arg)
{
    struct drill *d = arg;
    d->result = backup_make(d->k->conf.db, d->file, "clerk/1", &d->made);
    atomic_store(&d->over, true);
    return NULL;
}

/* The backup begins after the first of these items and ends before the last: at least one is in
 * doubt, none is lost or there twice. */
static bool back_up_while_items_come(struct drill *d)
{
    pthread_t thread;
    bool good = true;
    if (pthread_create(&thread, NULL, back_up, d) != 0)
        return false;
    for (int i = 0; good && i < DURING_MAX && !atomic_load(&d->over); i++)
        good = hand_in(d);
    pthread_join(thread, NULL);
    return good && d->result == OK;
}

static bool publish_goods(struct drill *d, const char *name, struct publish_result *r)
{
    char dir[300], path[400], text[200];
    snprintf(dir, sizeof dir, "%s/in", test_dir());
    snprintf(path, sizeof path, "%s/categories.csv", dir);
    int n = snprintf(text, sizeof text, "id,name,name_en,sort\nfood,%s,Food,1\n", name);
    return dir_make(dir) == OK && file_write(path, text, (size_t)n, 0600) == OK &&
           publish(&d->k->conf, dir, true, r) == OK;
}

static int64_t number(struct drill *d, const char *sql)
{
    return dbkit_number(d->k->conf.db, sql);
}

/* The disk is gone; the keys were kept elsewhere. */
static bool take_over(struct drill *d, struct backup *out)
{
    struct office_kit *k = d->k;
    office_destroy(k->office);
    k->office = NULL;
    dbkit_path("new/p.db", k->conf.db, sizeof k->conf.db);
    snprintf(k->conf.feed, sizeof k->conf.feed, "%s/new/feed", test_dir());
    return dir_make(k->conf.feed) == OK &&
           backup_restore(d->file, k->conf.db, "clerk/2", out) == OK &&
           office_create(&k->conf, &k->office) == OK;
}

static struct drill *begun(void)
{
    static struct drill d;
    d = (struct drill){ .k = kit_start() };
    snprintf(d.file, sizeof d.file, "%s/b.db", test_dir());
    for (int i = 0; i < BEFORE; i++)
        if (!hand_in(&d))
            return NULL;
    return &d;
}

/* Each item is sent again, as a terminal would that never heard an answer. How many were new. */
static int all_again(struct drill *d)
{
    int fresh = 0;
    for (int i = 0; i < d->count; i++) {
        struct wire_ack *ack = NULL;
        if (kit_post(d->k, &d->item[i], 1, &ack) != 200 ||
            (ack->outcome != WIRE_ACCEPTED && ack->outcome != WIRE_DUPLICATE) ||
            (i < BEFORE && ack->outcome != WIRE_DUPLICATE) ||
            (i >= d->count - AFTER && ack->outcome != WIRE_ACCEPTED))
            return -1;
        fresh += ack->outcome == WIRE_ACCEPTED;
    }
    return fresh;
}

TEST_BOTH(a_backup_taken_while_items_come_in_becomes_a_platform_again)
{
    struct drill *d = begun();
    struct publish_result first, later;
    struct backup back;
    struct stat st;
    char hash[65];
    int64_t lines = 0;
    CHECK(d != NULL);
    CHECK(publish_goods(d, "食品", &first));
    CHECK_ERR(db_begin(kit_db(d->k)), OK);
    CHECK_ERR(db_case_decide(kit_db(d->k), "2026-000002", "accepted", "", d->k->now), OK);
    CHECK_ERR(db_case_decide(kit_db(d->k), "2026-000003", "asked", "户口簿", d->k->now), OK);
    CHECK_ERR(db_case_decide(kit_db(d->k), "2026-000004", "finished", "", d->k->now), OK);
    CHECK_ERR(db_commit(kit_db(d->k)), OK);
    CHECK(back_up_while_items_come(d));
    for (int i = 0; i < AFTER; i++)
        CHECK(hand_in(d));
    CHECK_EQ(stat(d->file, &st), 0);
    CHECK_EQ(st.st_mode & 0777, 0600);

    clock_advance_ms(3000);
    CHECK(take_over(d, &back));
    CHECK_STR(back.audit_hash, d->made.audit_hash);
    CHECK_EQ(back.facts.items, d->made.facts.items);
    CHECK(back.facts.items >= BEFORE && back.facts.items <= d->count - AFTER);
    CHECK_EQ(back.facts.accepted, 1);
    CHECK_EQ(back.facts.asked, 1);
    CHECK_EQ(back.facts.finished, 1);
    CHECK_EQ(back.facts.received, back.facts.items - 3);
    CHECK_EQ(back.facts.cases, back.facts.items);
    CHECK_EQ(back.facts.index_n, first.n);
    CHECK_EQ(all_again(d), d->count - (int)back.facts.items);
    CHECK_EQ(all_again(d), -1); /* now even the last ones are duplicates */
    CHECK_EQ(number(d, "SELECT count(*) FROM inbox"), d->count);
    CHECK_EQ(number(d, "SELECT count(*) FROM cases"), d->count);
    CHECK_EQ(number(d, "SELECT count(DISTINCT id) FROM cases"), d->count);
    CHECK_EQ(number(d, "SELECT count(*) FROM cases WHERE state = 'accepted'"), 1);
    /* Numbers the lost one may have given are nobody else's. */
    CHECK_EQ(number(d, "SELECT count(*) FROM cases WHERE no > 10000"), d->count - back.facts.items);
    struct db *db = NULL;
    CHECK_ERR(db_open(d->k->conf.db, &db), OK);
    enum err e = db_audit_verify(db, &lines, hash);
    db_close(db);
    CHECK_ERR(e, OK);
    CHECK_EQ(lines, back.facts.audit_n + 1 + d->count - back.facts.items);
    CHECK(publish_goods(d, "食品类", &later));
    CHECK(later.n > first.n + 3000); /* whatever the lost one has published meanwhile */
}

/* Reads the states beyond since over the line; the count, or -1. */
static int states(struct drill *d, const struct server *s, int64_t since, int64_t *out_seq,
                  bool *more)
{
    static char buf[65536];
    const char *body = "";
    struct wire_status *rows = NULL;
    char path[64];
    int n = -1;
    snprintf(path, sizeof path, "/v1/status?since=%lld", (long long)since);
    return http_ask(d->k, s, "GET", path, "", buf, sizeof buf, &body) == 200 &&
                   wire_statuses_read(&d->k->arena, body, strlen(body), out_seq, more, &rows, &n) ==
                       OK
               ? n
               : -1;
}

TEST_BOTH(a_terminal_goes_on_with_a_platform_that_was_restored)
{
    struct drill *d = begun();
    struct backup back;
    int64_t before = 0, seq = 0, last = 0;
    bool more = true;
    CHECK(d != NULL);
    struct server *s = http_start(d->k);
    CHECK(s != NULL);
    CHECK_ERR(backup_make(d->k->conf.db, d->file, "clerk/1", &d->made), OK);
    server_stop(s);
    CHECK(hand_in(d) && hand_in(d)); /* lost with the disk */
    s = http_start(d->k);
    CHECK_EQ(states(d, s, 0, &before, &more), BEFORE + 2);
    server_stop(s);
    CHECK(take_over(d, &back));
    s = http_start(d->k);
    CHECK(s != NULL);
    /* From where it stood, all of its cases are told anew; what it believed meanwhile is put right.
     */
    int told = states(d, s, before, &seq, &more);
    int nothing = states(d, s, seq, &last, &more);
    /* And one that stands beyond everything there is begins again. */
    int64_t low = 0;
    int from_beyond = states(d, s, seq + 1000000, &low, &more);
    server_stop(s);
    CHECK_EQ(told, BEFORE);
    CHECK(seq > before);
    CHECK_EQ(nothing, 0);
    CHECK_EQ(last, seq);
    CHECK_EQ(from_beyond, BEFORE);
    CHECK_EQ(low, seq);
    CHECK(hand_in(d)); /* its number tells that two before it are missing */
    CHECK_EQ(number(d, "SELECT count(*) FROM audit WHERE what = 'gap 6 7'"), 1);
}

/* Its numbers would begin below where the terminal stands, and rise past it unseen. */
TEST_BOTH(a_platform_restored_without_a_case_numbers_on)
{
    static struct drill d;
    struct backup back;
    int64_t before = 0, seq = 0;
    bool more = true;
    d = (struct drill){ .k = kit_start() };
    snprintf(d.file, sizeof d.file, "%s/b.db", test_dir());
    CHECK_ERR(backup_make(d.k->conf.db, d.file, "clerk/1", &d.made), OK);
    CHECK(hand_in(&d) && hand_in(&d)); /* lost with the disk */
    struct server *s = http_start(d.k);
    CHECK_EQ(states(&d, s, 0, &before, &more), 2);
    server_stop(s);
    CHECK(take_over(&d, &back));
    CHECK(hand_in(&d) && hand_in(&d) && hand_in(&d));
    s = http_start(d.k);
    int told = states(&d, s, before, &seq, &more);
    server_stop(s);
    CHECK_EQ(told, 3);
    CHECK(seq > before);
}

TEST_BOTH(the_feed_of_a_restored_platform_has_new_bases_in_a_new_epoch)
{
    struct drill *d = begun();
    struct publish_result r;
    struct backup back;
    CHECK(d != NULL);
    CHECK(publish_goods(d, "食品", &r));
    CHECK_ERR(backup_make(d->k->conf.db, d->file, "clerk/1", &d->made), OK);
    CHECK(publish_goods(d, "蔬菜", &r)); /* lost */
    CHECK(take_over(d, &back));
    CHECK_EQ(number(d, "SELECT count(*) FROM object"), 0);
    CHECK(publish_goods(d, "食品", &r)); /* nothing changed, and yet it has to go out */
    CHECK_EQ(r.changed, 0);
    CHECK(r.issued);
    CHECK_EQ(number(d, "SELECT count(*) FROM channel"), 1);
    CHECK_EQ(number(d, "SELECT count(*) FROM object WHERE base = 1"), 1);
    CHECK_EQ(number(d, "SELECT count(*) FROM channel, meta WHERE meta.key = 'epoch'"
                       " AND meta.value = channel.epoch"),
             1);
    char path[CONF_TEXT + 64], *text = NULL;
    size_t n = 0;
    snprintf(path, sizeof path, "%s/420506/index", d->k->conf.feed);
    CHECK_ERR(file_read(&d->k->arena, path, 8192, &text, &n), OK);
}

static int files_in(const char *dir)
{
    struct arena a;
    char **names = NULL;
    int n = -1;
    arena_init(&a, 4096, 1 << 20);
    if (dir_list(&a, dir, "", &names, &n) != OK)
        n = -1;
    arena_finish(&a);
    return n - 2; /* itself and its parent */
}

TEST_BOTH(nothing_is_overwritten_and_nothing_changed_is_restored)
{
    struct drill *d = begun();
    struct backup b;
    char to[CONF_TEXT], other[300];
    CHECK(d != NULL);
    snprintf(other, sizeof other, "%s/t", test_dir());
    CHECK_ERR(dir_make(other), OK);
    dbkit_path("t/p.db", to, sizeof to);
    CHECK_ERR(backup_make(d->k->conf.db, d->file, "clerk/1", &b), OK);
    CHECK_ERR(backup_make(d->k->conf.db, d->file, "clerk/1", &b), ERR_BUSY);
    CHECK_ERR(backup_restore(d->file, d->k->conf.db, "clerk/1", &b), ERR_BUSY);
    CHECK_ERR(backup_restore("/nowhere/b.db", to, "clerk/1", &b), ERR_NOT_FOUND);
    CHECK(dbkit_sql(d->file, "UPDATE audit SET who = 'nobody' WHERE n = 2"));
    CHECK_ERR(backup_restore(d->file, to, "clerk/1", &b), ERR_HASH);
    CHECK(dbkit_sql(d->file, "PRAGMA user_version = 999"));
    CHECK_ERR(backup_restore(d->file, to, "clerk/1", &b), ERR_TYPE);
    CHECK_EQ(truncate(d->file, 20000), 0);
    CHECK_ERR(backup_restore(d->file, to, "clerk/1", &b), ERR_CORRUPT);
    CHECK_EQ(files_in(other), 0); /* not even a half one */
    CHECK(dbkit_sql(d->k->conf.db, "UPDATE audit SET what = 'nothing' WHERE n = 3"));
    CHECK_EQ(unlink(d->file), 0);
    CHECK_ERR(backup_make(d->k->conf.db, d->file, "clerk/1", &b), ERR_HASH);
    CHECK(access(d->file, F_OK) != 0);
}
