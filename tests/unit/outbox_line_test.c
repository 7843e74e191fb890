/* outbox_line_test.c - delivery: what goes, what an acknowledgement does, what a forged one does
 * not. */
#include "app/outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/keys.h"
#include "app/outbox_part.h"
#include "hal/base/clock.h"
#include "tests/test.h"
#include "tests/unit/outbox_kit.h"

static struct outbox *box;
static struct outbox_line *line;
static struct wire_item *items;
static int count;

static void close_all(void)
{
    outbox_line_close(line);
    outbox_destroy(box);
    line = NULL;
    box = NULL;
}

static bool start(int n)
{
    close_all();
    boxkit_start();
    box = boxkit_open();
    return box && boxkit_put(box, n) && outbox_line_open(boxkit.data, &line) == OK;
}

static enum err take(int64_t now)
{
    count = -1;
    return outbox_line_take(line, &boxkit.arena, now, &items, &count);
}

static enum err acks(const struct wire_ack *list, int n)
{
    return outbox_line_acks(line, list, n, &boxkit.keys, 5000);
}

static struct outbox_row row(int from_newest)
{
    struct outbox_row *rows = NULL;
    int n = 0;
    enum err e = outbox_list(box, &boxkit.arena, &rows, &n);
    test_check(__FILE__, __LINE__, e == OK && n > from_newest, "row");
    return e == OK && n > from_newest ? rows[from_newest] : (struct outbox_row){ 0 };
}

TEST(items_are_taken_in_order_signed_and_once)
{
    struct outbox_counts c;
    CHECK(start(3));
    CHECK_ERR(take(1000), OK);
    CHECK_EQ(count, 3);
    for (int i = 0; i < 3; i++) {
        CHECK_EQ(items[i].n, i + 1);
        CHECK_ERR(wire_item_verify(&items[i], outbox_key(box)->pub), OK);
        char r[WIRE_RECEIPT + 1];
        wire_receipt(items[i].id, r);
        CHECK_STR(r, boxkit.event[i].s);
    }
    CHECK_ERR(outbox_counts(box, &c), OK);
    CHECK_EQ(c.sending, 3);
    CHECK_EQ(c.waiting, 0);
    CHECK_ERR(take(1000), OK);
    CHECK_EQ(count, 0);
    close_all();
}

TEST(without_an_answer_they_wait_until_their_time)
{
    int64_t due = 0, now = clock_wall_ms();
    CHECK(start(1));
    CHECK_ERR(outbox_line_due(line, &due), OK);
    CHECK_EQ(due, 0);
    CHECK_ERR(take(now), OK);
    CHECK_ERR(outbox_line_due(line, &due), OK);
    CHECK_EQ(due, -1);
    CHECK_ERR(outbox_line_later(line, ERR_TIMEOUT, now + 60000), OK);
    struct outbox_row r = row(0);
    CHECK_EQ(r.state, OUTBOX_WAITING);
    CHECK_EQ(r.tries, 1);
    CHECK_EQ(r.next_ms, now + 60000);
    CHECK_STR(r.reason, "timeout");
    CHECK_ERR(outbox_line_due(line, &due), OK);
    CHECK_EQ(due, now + 60000);
    CHECK_ERR(take(now + 59999), OK);
    CHECK_EQ(count, 0);
    CHECK_ERR(take(now + 60000), OK);
    CHECK_EQ(count, 1);
    close_all();
}

TEST(a_time_set_by_a_clock_that_ran_ahead_does_not_hold_an_item_back)
{
    int64_t due = -1, now = clock_wall_ms();
    CHECK(start(1));
    CHECK_ERR(take(now), OK);
    CHECK_ERR(outbox_line_later(line, ERR_TIMEOUT, now + 400LL * 86400000), OK);
    CHECK_ERR(outbox_line_due(line, &due), OK);
    CHECK_EQ(due, 0);
    CHECK_ERR(take(now), OK);
    CHECK_EQ(count, 1);
    close_all();
}

TEST(what_was_on_its_way_goes_again_after_a_restart)
{
    CHECK(start(2));
    CHECK_ERR(take(1000), OK);
    outbox_line_close(line);
    CHECK_ERR(outbox_line_open(boxkit.data, &line), OK);
    CHECK_ERR(take(1000), OK);
    CHECK_EQ(count, 2);
    CHECK_EQ(row(0).tries, 2);
    close_all();
}

TEST(tried_in_vain_for_a_day_is_stuck)
{
    struct outbox_counts c;
    int64_t day_ago = clock_wall_ms() - OUTBOX_STUCK_MS - 1000;
    CHECK(start(2));
    CHECK_ERR(take(day_ago), OK);
    CHECK_ERR(outbox_line_later(line, ERR_OFFLINE, 0), OK);
    CHECK(boxkit_put(box, 1));
    CHECK_ERR(outbox_counts(box, &c), OK);
    CHECK_EQ(c.stuck, 2);
    CHECK_EQ(c.waiting, 1);
    CHECK_EQ(row(1).state, OUTBOX_STUCK);
    CHECK_STR(outbox_state_name(OUTBOX_STUCK), "stuck");
    close_all();
}

static int64_t box_bytes(int64_t n)
{
    struct store *s = NULL;
    if (outbox_db_open(boxkit.data, &s) != OK)
        return -1;
    struct query *q = store_query(s, "SELECT length(box) FROM item WHERE n = ?1");
    query_int(q, 1, n);
    int64_t size = query_step(q) ? query_col_int(q, 0) : -1;
    bool ok = query_done(q) == OK;
    store_close(s);
    return ok ? size : -1;
}

TEST(an_acknowledged_item_loses_its_box_and_keeps_its_number)
{
    struct wire_ack list[3];
    CHECK(start(3));
    CHECK_ERR(take(1000), OK);
    list[0] = boxkit_ack(&items[0], WIRE_ACCEPTED);
    list[1] = boxkit_ack(&items[1], WIRE_DUPLICATE);
    CHECK_ERR(acks(list, 2), OK);
    CHECK_EQ(row(2).state, OUTBOX_ACCEPTED);
    CHECK_EQ(row(1).state, OUTBOX_ACCEPTED);
    CHECK_STR(row(2).ref, "C-7");
    CHECK_EQ(row(2).delivered_ms, 5000);
    CHECK_EQ(box_bytes(1), 0);
    CHECK_EQ(box_bytes(2), 0);
    CHECK(box_bytes(3) > CRYPTO_SEAL_EXTRA);
    CHECK_EQ(row(0).state, OUTBOX_SENDING);
    list[2] = boxkit_ack(&items[0], WIRE_REJECTED); /* its box is gone, its hash is not */
    CHECK_ERR(acks(&list[2], 1), OK);
    CHECK_EQ(row(2).state, OUTBOX_ACCEPTED);
    close_all();
}

TEST(a_rejected_item_keeps_its_box_and_is_not_sent_again)
{
    CHECK(start(1));
    CHECK_ERR(take(1000), OK);
    struct wire_ack ack = boxkit_ack(&items[0], WIRE_REJECTED);
    CHECK_ERR(acks(&ack, 1), OK);
    CHECK_EQ(row(0).state, OUTBOX_REJECTED);
    CHECK(box_bytes(1) > CRYPTO_SEAL_EXTRA);
    CHECK_ERR(take(1000 + 86400000), OK);
    CHECK_EQ(count, 0);
    close_all();
}

TEST(told_to_come_again_an_item_waits_longer_each_time)
{
    CHECK(start(1));
    int64_t waited = 0, now = clock_wall_ms();
    for (int i = 0; i < 3; i++) {
        CHECK_ERR(take(now), OK);
        CHECK_EQ(count, 1);
        struct wire_ack ack = boxkit_ack(&items[0], WIRE_RETRY);
        CHECK_ERR(outbox_line_acks(line, &ack, 1, &boxkit.keys, now), OK);
        struct outbox_row r = row(0);
        CHECK_EQ(r.state, OUTBOX_WAITING);
        CHECK_STR(r.reason, "again");
        CHECK(r.next_ms - now > waited);
        waited = r.next_ms - now;
        now = r.next_ms;
    }
    close_all();
}

TEST(a_forged_acknowledgement_changes_nothing_and_the_good_ones_count)
{
    struct wire_ack list[2];
    CHECK(start(2));
    CHECK_ERR(take(1000), OK);
    list[0] = boxkit_ack(&items[1], WIRE_ACCEPTED); /* of another box */
    memcpy(list[0].id, items[0].id, sizeof list[0].id);
    list[1] = boxkit_ack(&items[1], WIRE_ACCEPTED);
    CHECK_ERR(acks(list, 2), ERR_SIGNATURE);
    CHECK_EQ(row(1).state, OUTBOX_SENDING);
    CHECK(box_bytes(1) > CRYPTO_SEAL_EXTRA);
    CHECK_EQ(row(0).state, OUTBOX_ACCEPTED);
    list[0] = boxkit_ack(&items[0], WIRE_REJECTED);
    list[0].outcome = WIRE_ACCEPTED;
    CHECK_ERR(acks(list, 1), ERR_SIGNATURE);
    CHECK_EQ(row(1).state, OUTBOX_SENDING);
    memset(list[0].id, 'a', WIRE_ID); /* of an item that is not ours */
    CHECK_ERR(acks(list, 1), OK);
    close_all();
}

TEST(a_post_is_never_larger_than_agreed)
{
    char *text = NULL, *big = NULL;
    CHECK(start(0));
    big = arena_alloc(&boxkit.arena, 60001);
    memset(big, 'x', 60000);
    for (int i = 0; i < 5; i++) {
        struct wire_item item = boxkit_item(big);
        CHECK_ERR(outbox_put(box, &item), OK);
        CHECK(boxkit_wait(i + 1));
    }
    CHECK_ERR(take(1000), OK);
    CHECK_EQ(count, 3);
    CHECK_ERR(wire_post_write(&boxkit.arena, items, count, &text), OK);
    CHECK_ERR(take(1000), OK);
    CHECK_EQ(count, 2);
    close_all();
}

TEST(never_more_items_than_agreed_go_at_once)
{
    CHECK(start(WIRE_POST_ITEMS + 2));
    CHECK_ERR(take(1000), OK);
    CHECK_EQ(count, WIRE_POST_ITEMS);
    CHECK_ERR(take(1000), OK);
    CHECK_EQ(count, 2);
    CHECK_EQ(items[1].n, WIRE_POST_ITEMS + 2);
    close_all();
}

TEST(states_of_cases_come_in_with_how_far_they_were_asked)
{
    int64_t seq = -1;
    CHECK(start(1));
    struct outbox_row r = row(0);
    struct wire_status s = { .state = "accepted", .at_ms = 70 }, old = s, alien = s;
    memcpy(s.id, r.id, sizeof s.id);
    memcpy(old.id, r.id, sizeof old.id);
    memset(alien.id, 'f', WIRE_ID);
    snprintf(old.state, sizeof old.state, "received");
    old.at_ms = 60;
    CHECK_ERR(outbox_line_status_seq(line, &seq), OK);
    CHECK_EQ(seq, 0);
    CHECK_ERR(outbox_line_statuses(line, (struct wire_status[]){ s, old, alien }, 3, 12), OK);
    CHECK_STR(row(0).case_state, "received"); /* restored from before it was decided */
    CHECK_EQ(row(0).case_at_ms, 60);
    CHECK_ERR(outbox_line_status_seq(line, &seq), OK);
    CHECK_EQ(seq, 12);
    close_all();
}
