/* carry_test.c - the queue on a stick, both sides: what was saved arrives once, whatever happens to
 * the stick on its way. */
#include "app/outbox_part.h"
#include "app/sync_carry.h"
#include "hal/base/clock.h"
#include "hal/base/stick.h"
#include "hal/wire_carry.h"
#include "platform/carry.h"
#include "tests/test.h"
#include "tests/unit/db_kit.h"
#include "tests/unit/office_kit.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A terminal that the kit's platform knows, and a stick between the two. */
static struct office_kit *k;
static char data[400], stick[400];
static struct store *db;
static struct outbox_line *line;
static struct terminal_key key;
static struct wire_keyset keys;
static struct carry_result got;
static struct carried in;

static void end_terminal(void)
{
    outbox_line_close(line);
    store_close(db);
    line = NULL;
    db = NULL;
}

static void put(int count)
{
    for (int i = 0; i < count; i++) {
        char receipt[WIRE_RECEIPT + 1];
        struct wire_item item = kit_item(k, "420506196503071238", NULL);
        test_check_err(__FILE__, __LINE__, outbox_db_put(db, k->item_secret, &item, receipt), OK,
                       "put");
    }
}

static bool begin(int count)
{
    end_terminal();
    k = kit_start();
    snprintf(data, sizeof data, "%s/data", test_dir());
    snprintf(stick, sizeof stick, "%s/stick", test_dir());
    memcpy(key.pub, k->terminal.line, sizeof key.pub);
    memcpy(key.secret, k->line_secret, sizeof key.secret);
    keys = (struct wire_keyset){ .feed_count = 1, .feed = { k->keys.feed } };
    (void)mkdir(stick, 0755);
    if (outbox_db_open(data, &db) != OK || outbox_line_open(data, &line) != OK)
        return false;
    put(count);
    return true;
}

static struct carry carry_of(void)
{
    return (struct carry){ stick, &key, line, &keys, k->now };
}

/* At the terminal. */
static void write_stick(void)
{
    k->now += 2000; /* names sort by time */
    struct carry c = carry_of();
    got = (struct carry_result){ .err = OK };
    carry_write(&c, &got);
}

static void take_stick(void)
{
    struct carry c = carry_of();
    got = (struct carry_result){ .err = OK };
    carry_take(&c, &got);
}

/* The n-th queue on the stick; "" when there are fewer. */
static const char *queue(int n)
{
    char **name = NULL;
    int fd = -1, count = 0;
    if (stick_open(AT_FDCWD, stick, &fd) != OK)
        return "";
    enum err e = stick_list(&k->arena, fd, WIRE_CARRY_PREFIX, 100, &name, &count);
    close(fd);
    return e == OK && n < count ? name[n] : "";
}

static const char *path(const char *file)
{
    return arena_printf(&k->arena, "%s/%s/%s", stick, queue(0), file);
}

/* At the platform: every queue; the last one's outcome in `in`. */
static void bring_in(void)
{
    int fd = -1;
    if (stick_open(AT_FDCWD, stick, &fd) != OK)
        return;
    for (int i = 0; queue(i)[0]; i++)
        carry_in(k->office, fd, queue(i), &in);
    close(fd);
}

static int number(const char *sql)
{
    struct query *q = store_query(db, sql);
    int n = query_step(q) ? (int)query_col_int(q, 0) : -1;
    return query_done(q) == OK ? n : -1;
}
#define WAITING  "SELECT count(*) FROM item WHERE state = 0 AND length(box) > 0"
#define ACCEPTED "SELECT count(*) FROM item WHERE state = 2 AND length(box) = 0"
#define CARRIED  "SELECT count(*) FROM mark WHERE carried > 0"

static enum err count_case(void *ctx, const struct case_row *c)
{
    (void)c;
    ++*(int *)ctx;
    return OK;
}

static int cases(void)
{
    int n = 0;
    return db_cases(kit_db(k), count_case, &n) == OK ? n : -1;
}

/* Changes the byte at `at` (from the end when negative) of a file of the first queue. */
static bool spoil(const char *file, long at)
{
    FILE *f = fopen(path(file), "r+b");
    if (!f || fseek(f, at, at < 0 ? SEEK_END : SEEK_SET) != 0)
        return false;
    int c = fgetc(f);
    bool well = c != EOF && fseek(f, -1, SEEK_CUR) == 0 && fputc(c == 'A' ? 'B' : 'A', f) != EOF;
    return fclose(f) == 0 && well;
}

static bool cut(const char *file, long n)
{
    return truncate(path(file), n) == 0;
}

TEST(a_queue_goes_to_the_platform_on_a_stick_and_comes_back_answered)
{
    CHECK(begin(60));
    write_stick();
    CHECK_ERR(got.err, OK);
    CHECK_EQ(got.written, 60);
    CHECK_EQ(number(WAITING), 60);
    CHECK_EQ(number(CARRIED), 60);
    bring_in();
    CHECK(in.why == NULL);
    CHECK_STR(in.terminal, "hall-1");
    CHECK_EQ(in.outcome[WIRE_ACCEPTED], 60);
    CHECK_EQ(cases(), 60);
    take_stick();
    CHECK_ERR(got.err, OK);
    CHECK_EQ(got.taken, 60);
    CHECK(got.states);
    CHECK_EQ(number(ACCEPTED), 60);
    CHECK_EQ(number("SELECT count(*) FROM item WHERE case_state = 'received'"), 60);
    CHECK_STR(queue(0), "");
    end_terminal();
}

/* A row that stands where the third one's case would: it alone cannot be kept. */
TEST(an_item_that_cannot_be_kept_holds_up_no_other_of_its_part)
{
    char sql[512], id[WIRE_ID + 1] = "";
    CHECK(begin(5));
    struct query *q = store_query(db, "SELECT id FROM item WHERE n = 3");
    if (query_step(q))
        snprintf(id, sizeof id, "%s", query_col_text(q, 0));
    CHECK_ERR(query_done(q), OK);
    snprintf(sql, sizeof sql,
             "INSERT INTO cases(no, ref, terminal, id, receipt, service, service_name, identity,"
             " state, reason, at, received_at, decided_at, duplicate_of, seq)"
             " VALUES(900, 'x', 'hall-1', '%s', '', '', '', '', '', '', 0, 0, 0, '', 900)",
             id);
    CHECK(kit_db(k) != NULL && dbkit_sql(k->conf.db, sql));
    write_stick();
    bring_in();
    CHECK(in.why != NULL); /* told */
    CHECK_EQ(in.outcome[WIRE_ACCEPTED], 4);
    take_stick();
    CHECK_EQ(number(ACCEPTED), 4);
    CHECK_EQ(number(WAITING), 1);
    end_terminal();
}

TEST(what_is_on_the_stick_is_not_written_twice)
{
    CHECK(begin(3));
    write_stick();
    put(2);
    write_stick();
    CHECK_EQ(got.written, 2);
    write_stick();
    CHECK_EQ(got.written, 0);
    CHECK_ERR(got.err, OK);
    CHECK(queue(1)[0] != '\0');
    CHECK_STR(queue(2), "");
    bring_in();
    CHECK_EQ(cases(), 5);
    take_stick();
    CHECK_EQ(number(ACCEPTED), 5);
    end_terminal();
}

TEST(a_stick_shown_again_and_again_changes_nothing)
{
    CHECK(begin(2));
    write_stick();
    bring_in();
    bring_in();
    CHECK_EQ(in.outcome[WIRE_DUPLICATE], 2);
    CHECK_EQ(cases(), 2);
    take_stick();
    CHECK_EQ(number(ACCEPTED), 2);
    take_stick();
    CHECK_EQ(got.taken, 0);
    CHECK_ERR(got.err, OK);
    end_terminal();
}

TEST(the_line_was_quicker_than_the_stick)
{
    struct wire_item *items = NULL;
    struct wire_ack *acks = NULL;
    int count = 0;
    CHECK(begin(3));
    write_stick();
    CHECK_ERR(outbox_line_take(line, &k->arena, k->now, true, &items, &count), OK);
    CHECK_EQ(kit_post(k, items, count, &acks), 200);
    bring_in();
    CHECK_EQ(in.outcome[WIRE_DUPLICATE], 3);
    CHECK_EQ(cases(), 3);
    take_stick(); /* while they are still on the line */
    CHECK_EQ(got.taken, 3);
    CHECK_ERR(outbox_line_acks(line, acks, count, &keys, k->now), OK);
    CHECK_EQ(number(ACCEPTED), 3);
    end_terminal();
}

TEST(a_stick_with_queues_of_others_gives_each_its_own)
{
    struct terminal other = { .name = "hall-2" };
    struct terminal_key mine;
    unsigned char secret[CRYPTO_SECRET];
    CHECK(begin(2));
    write_stick();
    mine = key;
    crypto_keypair(other.item, secret);
    crypto_keypair(other.line, key.secret);
    memcpy(key.pub, other.line, sizeof key.pub);
    CHECK_ERR(db_begin(kit_db(k)), OK);
    CHECK_ERR(db_terminal_add(kit_db(k), &other), OK);
    CHECK_ERR(db_commit(kit_db(k)), OK);
    take_stick(); /* the other terminal sees nothing of its own, and removes nothing */
    CHECK_ERR(got.err, OK);
    CHECK_EQ(got.taken + got.spoilt, 0);
    char key8[WIRE_CARRY_KEY + 1];
    wire_carry_key(key.pub, key8);
    const char *theirs = arena_printf(&k->arena, "%s/%s", stick, queue(0));
    const char *renamed = arena_printf(&k->arena, "%s/huimin-queue-%s-x", stick, key8);
    CHECK_EQ(rename(theirs, renamed), 0);
    take_stick(); /* under its name, but not signed by it: left alone */
    CHECK_ERR(got.err, ERR_SIGNATURE);
    CHECK_EQ(rename(renamed, theirs), 0);
    bring_in();
    CHECK_EQ(cases(), 2);
    take_stick();
    CHECK_EQ(number(ACCEPTED), 0);
    key = mine;
    take_stick();
    CHECK_EQ(number(ACCEPTED), 2);
    end_terminal();
}

TEST(a_queue_that_was_not_written_to_its_end_is_written_again)
{
    CHECK(begin(2));
    write_stick();
    const char *whole = arena_printf(&k->arena, "%s/%s", stick, queue(0));
    CHECK_EQ(rename(whole, arena_printf(&k->arena, "%s.part", whole)), 0);
    write_stick();
    CHECK_EQ(got.written, 2);
    CHECK_STR(queue(1), "");
    CHECK_EQ(unlink(path("manifest")), 0);
    bring_in();
    CHECK(in.why != NULL);
    CHECK_EQ(cases(), 0);
    write_stick();
    CHECK_EQ(got.written, 2);
    bring_in();
    CHECK_EQ(cases(), 2);
    end_terminal();
}

TEST(a_part_that_was_changed_or_cut_is_left_and_goes_again)
{
    CHECK(begin(70));
    write_stick();
    CHECK(spoil("items-1", 300));
    bring_in();
    CHECK(in.why != NULL);
    CHECK_EQ(in.outcome[WIRE_ACCEPTED], 20);
    take_stick();
    CHECK_EQ(got.taken, 20);
    write_stick();
    CHECK_EQ(got.written, 50);
    CHECK(cut("items-2", 100));
    bring_in();
    CHECK_EQ(cases(), 70);
    take_stick();
    CHECK_EQ(number(ACCEPTED), 70);
    end_terminal();
}

TEST(a_forged_word_on_a_stick_empties_no_box)
{
    CHECK(begin(2));
    write_stick();
    bring_in();
    CHECK(spoil("acks-1", -20)); /* in the last signature */
    CHECK(spoil("states", -10));
    take_stick();
    CHECK_ERR(got.err, ERR_SIGNATURE);
    CHECK_EQ(got.spoilt, 1);
    CHECK_EQ(got.taken, 1);
    CHECK(!got.states);
    CHECK_EQ(number(WAITING), 1);
    CHECK(cut("acks-1", 40));
    take_stick();
    CHECK_ERR(got.err, ERR_FORMAT);
    CHECK_EQ(number(WAITING), 1);
    bring_in(); /* and a good one helps */
    take_stick();
    CHECK_EQ(number(ACCEPTED), 2);
    end_terminal();
}

TEST(a_manifest_that_was_edited_or_signed_by_another_is_refused_by_both)
{
    struct wire_carry *q = NULL;
    unsigned char pub[CRYPTO_PUB], secret[CRYPTO_SECRET];
    char *text = NULL;
    size_t n = 0;
    int fd = -1;
    CHECK(begin(1));
    write_stick();
    CHECK(spoil("manifest", 70));
    bring_in();
    CHECK(in.why != NULL);
    take_stick();
    CHECK_EQ(got.spoilt, 1);
    CHECK_EQ(unlink(path("manifest")), 0);
    write_stick();
    CHECK_ERR(stick_open(AT_FDCWD, arena_printf(&k->arena, "%s/%s", stick, queue(1)), &fd), OK);
    CHECK_ERR(stick_read(&k->arena, fd, "manifest", WIRE_CARRY_MAX, &text, &n), OK);
    CHECK_ERR(wire_carry_read(&k->arena, text, n, &q), OK);
    crypto_keypair(pub, secret); /* whoever finds a stick has a key of their own, not ours */
    CHECK_ERR(wire_carry_write(&k->arena, q, secret, &text), OK);
    CHECK_ERR(wire_carry_read(&k->arena, text, strlen(text), &q), ERR_SIGNATURE);
    memcpy(q->line, pub, sizeof q->line);
    CHECK_ERR(wire_carry_write(&k->arena, q, secret, &text), OK);
    CHECK_ERR(stick_write(fd, "manifest", text, strlen(text)), OK);
    close(fd);
    bring_in();
    CHECK_STR(in.why, "no terminal of ours has this key");
    CHECK_EQ(cases(), 0);
    end_terminal();
}

TEST(a_revoked_terminal_is_told_so_and_nothing_of_it_is_taken)
{
    CHECK(begin(1));
    write_stick();
    CHECK_ERR(db_begin(kit_db(k)), OK);
    CHECK_ERR(db_terminal_revoke(kit_db(k), "hall-1"), OK);
    CHECK_ERR(db_commit(kit_db(k)), OK);
    bring_in();
    CHECK(in.why != NULL && strstr(in.why, "revoked") != NULL);
    CHECK_EQ(cases(), 0);
    CHECK_EQ(number(WAITING), 1);
    end_terminal();
}

TEST(old_states_on_a_stick_do_not_go_back)
{
    CHECK(begin(1));
    write_stick();
    bring_in();
    CHECK_ERR(store_exec(db, "UPDATE meta SET value = 40 WHERE key = 'status_seq'"), OK);
    CHECK_ERR(store_exec(db, "UPDATE item SET case_state = 'accepted', case_at = 9e15"), OK);
    take_stick();
    CHECK(!got.states);
    CHECK_EQ(number("SELECT value FROM meta WHERE key = 'status_seq'"), 40);
    CHECK_EQ(number("SELECT count(*) FROM item WHERE case_state = 'accepted'"), 1);
    end_terminal();
}

TEST(what_is_no_plain_file_on_a_stick_is_not_opened)
{
    CHECK(begin(1));
    write_stick();
    const char *manifest = path("manifest");
    const char *elsewhere = arena_printf(&k->arena, "%s/manifest", data);
    CHECK_EQ(rename(manifest, elsewhere), 0);
    CHECK_EQ(mkfifo(manifest, 0644), 0);
    bring_in();
    CHECK(in.why != NULL);
    take_stick();
    CHECK_EQ(got.spoilt, 1);
    CHECK_EQ(unlink(manifest), 0);
    CHECK_EQ(symlink(elsewhere, manifest), 0);
    bring_in();
    CHECK(in.why != NULL);
    take_stick();
    CHECK_EQ(got.spoilt, 1);
    CHECK_EQ(number(WAITING), 1);
    end_terminal();
}

TEST(without_a_stick_it_is_said_and_nothing_happens)
{
    CHECK(begin(1));
    CHECK_EQ(rmdir(stick), 0);
    write_stick();
    CHECK_ERR(got.err, ERR_NO_DEVICE);
    take_stick();
    CHECK_ERR(got.err, ERR_NO_DEVICE);
    CHECK_EQ(number(CARRIED), 0);
    end_terminal();
}
