/* db_test.c - several platforms on one database: side by side, of two versions, after a cut line;
 * and many requests in one transaction. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "platform/backup.h"
#include "platform/db_account.h"
#include "platform/db_part.h"
#include "tests/test.h"
#include "tests/unit/db_kit.h"
#include "tests/unit/office_http.h"

static int64_t number(const struct office_kit *k, const char *sql)
{
    return dbkit_number(k->conf.db, sql);
}

/* --- many requests in one transaction --------------------------------------------------------- */

enum { GROUP = 4 };

struct group {
    struct office_kit *k;
    struct office_request q[GROUP];
    struct office_reply reply[GROUP];
    struct kit_headers h[GROUP];
    struct asking *task[GROUP];
    int count;
};

static void ask(struct group *g, const char *method, const char *path, const char *body)
{
    int i = g->count;
    struct kit_headers *h = &g->h[i];
    kit_sign(g->k, method, path, body, h);
    g->q[i] = kit_request(method, path, body, h);
    g->task[i] = office_judge(g->k->office, &g->k->arena, &g->q[i], &g->reply[i]);
    g->count += g->task[i] != NULL;
}

static void post_one(struct group *g, struct wire_item *item)
{
    char *json = NULL;
    *item = kit_item(g->k, KIT_IDNO, NULL);
    if (wire_post_write(&g->k->arena, item, 1, &json) == OK)
        ask(g, "POST", "/v1/outbox", json);
}

/* Signed by an office that has done nothing before, as it may happen. */
static void write_and_finish(struct group *g)
{
    struct office *other = NULL;
    office_write(g->k->office, g->task, g->count);
    if (!test_check(__FILE__, __LINE__, office_another(g->k->office, &other) == OK, "another"))
        return;
    for (int i = 0; i < g->count; i++)
        office_finish(other, g->task[i]);
    office_destroy(other);
}

TEST_BOTH(requests_of_one_transaction_know_of_each_other)
{
    struct group g = { .k = kit_start() };
    struct wire_item item[2];
    struct wire_ack *ack = NULL;
    int n = 0;
    post_one(&g, &item[0]);
    post_one(&g, &item[1]);
    ask(&g, "GET", "/v1/status?since=0", "");
    g.task[g.count] = office_judge(g.k->office, &g.k->arena, &g.q[0], &g.reply[g.count]);
    g.count++; /* the first again, to the letter */
    CHECK_EQ(g.count, GROUP);
    write_and_finish(&g);
    CHECK_EQ(g.reply[0].status, 200);
    CHECK_EQ(g.reply[3].status, 401);
    CHECK_EQ(g.reply[2].status, 200);
    CHECK(strstr(g.reply[2].body, item[0].id) && strstr(g.reply[2].body, item[1].id));
    CHECK_ERR(wire_acks_read(&g.k->arena, g.reply[1].body, strlen(g.reply[1].body), &ack, &n), OK);
    CHECK_STR(ack->why, "again");
    CHECK_STR(ack->kid, g.k->keys.feed.kid);
    CHECK_EQ(number(g.k, "SELECT count(*) FROM cases"), 2);
    CHECK_EQ(number(g.k, "SELECT count(*) FROM audit"), 2);
}

/* One of them cannot be kept: the place of its item is taken behind our back. */
TEST_BOTH(a_request_that_cannot_be_kept_fails_alone)
{
    struct group g = { .k = kit_start() };
    struct wire_item item[3];
    char sql[300];
    for (int i = 0; i < 3; i++)
        post_one(&g, &item[i]);
    snprintf(sql, sizeof sql,
             "INSERT INTO cases(no, ref, terminal, id, receipt, service, service_name, identity,"
             " state, reason, at, received_at, decided_at, duplicate_of, seq)"
             " VALUES(900, 'x', 'hall-1', '%s', '', '', '', '', '', '', 0, 0, 0, '', 900)",
             item[1].id);
    CHECK(dbkit_sql(g.k->conf.db, sql));
    write_and_finish(&g);
    CHECK_EQ(g.reply[0].status, 200);
    CHECK_EQ(g.reply[1].status, 500); /* not "later": it may be what is in it */
    CHECK(!g.reply[1].later);
    CHECK_EQ(g.reply[2].status, 200);
    CHECK_EQ(number(g.k, "SELECT count(*) FROM inbox"), 2);
    CHECK_EQ(number(g.k, "SELECT count(*) FROM audit WHERE what LIKE 'received%'"), 2);
    CHECK_EQ(number(g.k, "SELECT count(*) FROM nonce"), 2); /* it may come again */
    CHECK(dbkit_sql(g.k->conf.db, "DELETE FROM cases WHERE no = 900"));
    office_write(g.k->office, &g.task[1], 1);
    office_finish(g.k->office, g.task[1]);
    CHECK_EQ(g.reply[1].status, 200);
}

/* Who was met before is not believed for ever. */
TEST_BOTH(a_terminal_that_was_revoked_or_got_other_keys_is_refused_at_once)
{
    struct office_kit *k = kit_start();
    struct wire_item item = kit_item(k, KIT_IDNO, NULL);
    struct wire_ack *ack = NULL;
    CHECK_EQ(kit_post(k, &item, 1, &ack), 200);
    CHECK(dbkit_sql(k->conf.db, "UPDATE terminal SET revoked = 1"));
    CHECK_EQ(kit_post(k, &item, 1, &ack), 403);
    CHECK(dbkit_sql(k->conf.db, "UPDATE terminal SET revoked = 0"));
    CHECK_EQ(kit_post(k, &item, 1, &ack), 200);
    CHECK(dbkit_sql(k->conf.db, "UPDATE terminal SET item = line"));
    CHECK_EQ(kit_post(k, &item, 1, &ack), 403);
    CHECK_EQ(number(k, "SELECT count(*) FROM cases"), 1);
}

/* --- two platforms, one database -------------------------------------------------------------- */

enum { EACH = 60 };

struct side {
    struct office_kit *k;
    struct office *office;
    struct office_request q[EACH];
    struct kit_headers h[EACH];
    struct arena arena;
    int good;
};

static void *hand_in_all(void *arg)
{
    struct side *s = arg;
    for (int i = 0; i < EACH; i++) {
        struct office_reply reply;
        office_answer(s->office, &s->arena, &s->q[i], &reply);
        s->good += reply.status == 200 && strstr(reply.body, "\"accepted\"") != NULL;
    }
    return NULL;
}

static bool prepare(struct side *s)
{
    arena_init(&s->arena, 65536, 64 << 20);
    for (int i = 0; i < EACH; i++) {
        struct wire_item item = kit_item(s->k, KIT_IDNO, NULL);
        char *json = NULL;
        if (wire_post_write(&s->k->arena, &item, 1, &json) != OK)
            return false;
        struct kit_headers *h = &s->h[i];
        kit_sign(s->k, "POST", "/v1/outbox", json, h);
        s->q[i] = kit_request("POST", "/v1/outbox", json, h);
    }
    return office_create(&s->k->conf, &s->office) == OK;
}

TEST_BOTH(two_platforms_on_one_database_number_without_gaps_and_keep_one_chain)
{
    static struct side side[2];
    struct office_kit *k = kit_start();
    pthread_t thread[2];
    int64_t lines = 0;
    char hash[65];
    for (int i = 0; i < 2; i++) {
        side[i] = (struct side){ .k = k };
        CHECK(prepare(&side[i]));
    }
    for (int i = 0; i < 2; i++)
        CHECK_EQ(pthread_create(&thread[i], NULL, hand_in_all, &side[i]), 0);
    for (int i = 0; i < 2; i++) {
        pthread_join(thread[i], NULL);
        office_destroy(side[i].office);
        arena_finish(&side[i].arena);
    }
    CHECK_EQ(side[0].good + side[1].good, 2 * EACH);
    CHECK_EQ(number(k, "SELECT max(no) FROM cases"), 2 * EACH);
    CHECK_EQ(number(k, "SELECT count(DISTINCT seq) FROM cases"), 2 * EACH);
    CHECK_ERR(db_audit_verify(kit_db(k), &lines, hash), OK);
    CHECK(lines >= 2 * EACH);
}

/* --- two versions, one database --------------------------------------------------------------- */

/* A program that knows one version less goes on while a newer one brings the tables forward. */
TEST_BOTH(an_older_program_goes_on_while_a_newer_one_brings_the_tables_forward)
{
    char path[CONF_TEXT], *value = NULL;
    struct db *old = NULL, *new = NULL, *again = NULL;
    struct arena a;
    struct terminal t = { .name = "hall-1" };
    int have = 0;
    dbkit_path("roll.db", path, sizeof path);
    db_know(db_newest() - 1);
    enum err before = db_open(path, &old);
    db_know(0);
    CHECK_ERR(before, OK);
    CHECK_ERR(db_begin(old), OK);
    CHECK_ERR(db_terminal_add(old, &t), OK);
    CHECK_ERR(db_commit(old), OK);
    CHECK_ERR(db_open(path, &new), OK);
    CHECK_ERR(db_version(new, &have), OK);
    CHECK_EQ(have, db_newest());
    /* and a column that the old one has never heard of */
    CHECK_ERR(db_script(new, "ALTER TABLE meta ADD COLUMN later INTEGER NOT NULL DEFAULT 0"), OK);
    CHECK_ERR(db_script(new, "ALTER TABLE audit ADD COLUMN later TEXT NOT NULL DEFAULT ''"), OK);
    CHECK_ERR(db_begin(old), OK);
    CHECK_ERR(db_audit_add(old, 1, "a", "old"), OK);
    CHECK_ERR(db_meta_set(old, "who", "old"), OK);
    CHECK_ERR(db_commit(old), OK);
    CHECK_ERR(db_begin(new), OK);
    CHECK_ERR(db_audit_add(new, 2, "b", "new"), OK);
    CHECK_ERR(db_commit(new), OK);
    arena_init(&a, 256, 4096);
    enum err read = db_meta_get(new, &a, "who", &value);
    bool same = value && strcmp(value, "old") == 0;
    arena_finish(&a);
    CHECK_ERR(read, OK);
    CHECK(same);
    CHECK_EQ(dbkit_number(path, "SELECT max(n) FROM audit"), 2);
    /* The old one may even begin anew - until a version says that it may not. */
    db_know(db_newest() - 1);
    enum err fits = db_open(path, &again);
    db_close(again);
    again = NULL;
    CHECK(dbkit_sql(path, "UPDATE meta SET value = '99' WHERE key = 'tables_for'"));
    enum err too_old = db_open(path, &again);
    db_know(0);
    db_close(old);
    db_close(new);
    CHECK_ERR(fits, OK);
    CHECK_ERR(too_old, ERR_TYPE);
}

/* --- from one back end to the other ----------------------------------------------------------- */

static bool one_item(struct office_kit *k)
{
    struct wire_item item = kit_item(k, KIT_IDNO, NULL);
    struct wire_ack *ack = NULL;
    return kit_post(k, &item, 1, &ack) == 200 && ack->outcome == WIRE_ACCEPTED;
}

/* Begun on one back end, gone on with on the other. */
static void move_over(bool from_file)
{
    char file[300], hash[65];
    struct backup made, back;
    struct db *db = NULL;
    int64_t lines = 0;
    if (from_file)
        dbkit_file();
    struct office_kit *k = kit_start();
    snprintf(file, sizeof file, "%s/b.db", test_dir());
    for (int i = 0; i < 5; i++)
        CHECK(one_item(k));
    CHECK_ERR(backup_make(k->conf.db, file, "clerk/1", &made), OK);
    if (from_file)
        CHECK(dbkit_postgres());
    if (!from_file)
        dbkit_file();
    dbkit_path("other.db", k->conf.db, sizeof k->conf.db);
    CHECK_ERR(backup_restore(file, k->conf.db, "clerk/2", &back), OK);
    CHECK_STR(back.audit_hash, made.audit_hash);
    CHECK_ERR(backup_restore(file, k->conf.db, "clerk/2", &back), ERR_BUSY);
    office_destroy(k->office);
    k->office = NULL;
    CHECK_ERR(office_create(&k->conf, &k->office), OK);
    CHECK(one_item(k));
    CHECK_EQ(number(k, "SELECT count(*) FROM cases"), 6);
    CHECK_ERR(db_open(k->conf.db, &db), OK);
    enum err chain = db_audit_verify(db, &lines, hash);
    db_close(db);
    CHECK_ERR(chain, OK);
}

TEST(a_backup_of_a_file_becomes_a_platform_on_postgres)
{
    if (dbkit_postgres())
        move_over(true);
    dbkit_file();
}

TEST(a_backup_becomes_a_file_that_was_kept_on_postgres)
{
    if (dbkit_postgres())
        move_over(false);
    dbkit_file();
}

/* --- a line that breaks ----------------------------------------------------------------------- */

TEST(a_cut_line_to_the_database_costs_no_request_on_postgres)
{
    if (!dbkit_postgres())
        return;
    struct office_kit *k = kit_start();
    bool before = one_item(k);
    dbkit_cut();
    bool after = one_item(k);
    struct db *db = kit_db(k);
    enum err begun = db_begin(db), added = db_audit_add(db, 1, "a", "lost");
    dbkit_cut();
    enum err kept = db_commit(db);
    db_rollback(db);
    enum err again = db_begin(db);
    db_rollback(db);
    dbkit_file();
    CHECK(before && after);
    CHECK_ERR(begun, OK);
    CHECK_ERR(added, OK);
    CHECK(kept != OK); /* what was under way is not said to be kept */
    CHECK_ERR(again, OK);
    CHECK_EQ(number(k, "SELECT count(*) FROM audit WHERE what = 'lost'"), 0);
}

/* Rows in the order of their bytes, whatever the server's language; more than fit in one message.
 */
TEST_BOTH(rows_are_walked_in_the_order_of_their_bytes)
{
    static const char *const key[] = { "B", "a", "b", "é", "中", "Z", "10", "9" };
    char path[CONF_TEXT], all[200] = "";
    struct db *db = NULL;
    dbkit_path("order.db", path, sizeof path);
    CHECK_ERR(db_open(path, &db), OK);
    enum err e = db_begin(db);
    for (size_t i = 0; i < sizeof key / sizeof *key && e == OK; i++)
        e = db_row_put(db, 7, key[i], key[i]);
    if (e == OK)
        e = db_commit(db);
    struct db_rows *r =
        db_walk(db, "SELECT val FROM row WHERE tbl = ?1 ORDER BY key", "i", (int64_t)7);
    while (e == OK && db_next(db, r) == OK) {
        int64_t n = 0;
        strncat(all, db_str(r, 0), sizeof all - strlen(all) - 1);
        e = db_row_count(db, 7, 7, &n); /* asked in between */
    }
    db_close(db);
    CHECK_ERR(e, OK);
    CHECK_STR(all, "109BZabé中");
}
