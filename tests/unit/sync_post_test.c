/* sync_post_test.c - whatever the platform answers, or does not: a box is emptied by its word only.
 */
#include "tests/unit/post_kit.h"

#include "hal/base/clock.h"
#include "tests/test.h"

#include <stdio.h>

TEST(what_waits_is_delivered_and_its_box_emptied)
{
    struct rig *r = BEGIN(60, GOOD);
    rig_deliver(r);
    int accepted = rig_number(r, ACCEPTED), posts = sh->posts, first = sh->items[0], told = r->told;
    enum err e = sync_post_err(r->post);
    int statuses = sh->statuses;
    rig_end(r);
    CHECK_EQ(accepted, 60);
    CHECK_EQ(posts, 2);
    CHECK_EQ(first, 50);
    CHECK_EQ(statuses, 1);
    CHECK(told > 0);
    CHECK_ERR(e, OK);
}

/* The poll's own nudges: what brings nothing must cost nothing. */
TEST(states_are_asked_for_every_half_hour_and_when_something_happened)
{
    struct rig *r = BEGIN(0, GOOD);
    int asked[6];
    sync_post_nudge(r->post, false);
    rig_run(r);
    asked[0] = sh->statuses;
    sync_post_nudge(r->post, false);
    rig_run(r);
    asked[1] = sh->statuses;
    clock_advance_ms(29 * 60 * 1000);
    sync_post_nudge(r->post, false);
    rig_run(r);
    asked[2] = sh->statuses;
    clock_advance_ms(2 * 60 * 1000);
    sync_post_nudge(r->post, false);
    rig_run(r);
    asked[3] = sh->statuses;
    rig_put(r, 1);
    sync_post_nudge(r->post, false);
    rig_run(r);
    asked[4] = sh->statuses;
    rig_deliver(r); /* somebody asks for it, or the line is back */
    asked[5] = sh->statuses;
    rig_end(r);
    CHECK_EQ(asked[0], 1);
    CHECK_EQ(asked[1], 1);
    CHECK_EQ(asked[2], 1);
    CHECK_EQ(asked[3], 2);
    CHECK_EQ(asked[4], 3);
    CHECK_EQ(asked[5], 4);
}

/* plan: what the first POST meets, what is said of it, then everything goes well. */
static void check_survives(enum plan plan, const char *why, enum err err)
{
    struct rig *r = BEGIN(3, plan, DUPLICATE);
    rig_deliver(r);
    int waiting = rig_number(r, WAITING);
    enum err said = sync_post_err(r->post);
    char text[64];
    snprintf(text, sizeof text, "%s", rig_reason(r));
    bool rests = sync_post_wait_ms(r->post, 100000) > 0;
    rig_deliver(r);
    int accepted = rig_number(r, ACCEPTED), posts = sh->posts;
    enum err after = sync_post_err(r->post);
    rig_end(r);
    CHECK_EQ(waiting, 3);
    CHECK_ERR(said, err);
    CHECK_STR(text, why);
    CHECK(rests);
    CHECK_EQ(accepted, 3);
    CHECK_EQ(posts, 2);
    CHECK_ERR(after, OK);
}

/* The line was cut, and is well again when it is asked: the rest goes in smaller portions. */
static void check_goes_on(enum plan plan)
{
    struct rig *r = BEGIN(4, plan, DUPLICATE);
    rig_deliver(r);
    int accepted = rig_number(r, ACCEPTED), posts = sh->posts, probes = sh->probes,
        first = sh->items[1];
    enum err said = sync_post_err(r->post);
    rig_end(r);
    CHECK_EQ(accepted, 4);
    CHECK_EQ(probes, 1);
    CHECK_EQ(first, 2);
    CHECK_EQ(posts, 3);
    CHECK_ERR(said, OK);
}

TEST(an_answer_cut_before_its_first_byte_is_asked_for_again)
{
    check_goes_on(SILENT_CUT);
}

TEST(half_an_answer_empties_no_box_and_is_asked_for_again)
{
    check_goes_on(HALF);
}

TEST(a_forged_acknowledgement_empties_no_box)
{
    check_survives(FORGED, "bad_signature", ERR_SIGNATURE);
}

TEST(an_unknown_terminal_keeps_its_items)
{
    check_survives(UNKNOWN, "unknown_terminal", ERR_UNKNOWN_TERMINAL);
}

TEST(a_terminal_that_was_shut_out_keeps_its_items)
{
    check_survives(REVOKED, "revoked", ERR_REVOKED);
}

TEST(a_terminal_that_was_shut_out_knows_it_without_a_line_and_after_a_restart)
{
    struct rig *r = BEGIN(1, REVOKED, GOOD);
    rig_deliver(r);
    sync_post_cut(r->post, true);
    rig_deliver(r);
    enum err down = sync_post_err(r->post);
    rig_restart(r);
    bool there = sync_post_box(r->post) != NULL;
    enum err anew = sync_post_err(r->post);
    rig_deliver(r); /* let in again */
    enum err let_in = sync_post_err(r->post);
    rig_restart(r);
    there = there && sync_post_box(r->post) != NULL;
    enum err last = sync_post_err(r->post);
    rig_end(r);
    CHECK(there);
    CHECK_ERR(down, ERR_REVOKED);
    CHECK_ERR(anew, ERR_REVOKED);
    CHECK_ERR(let_in, OK);
    CHECK_ERR(last, OK);
}

TEST(a_platform_that_says_when_is_not_asked_before)
{
    struct rig *r = BEGIN(2, BUSY, GOOD);
    rig_deliver(r);
    int waiting = rig_number(r, WAITING), wait_ms = sync_post_wait_ms(r->post, 1000000);
    rig_deliver(r); /* a nudge is not enough */
    int posts = sh->posts;
    clock_advance_ms(78000);
    rig_run(r);
    int accepted = rig_number(r, ACCEPTED);
    rig_end(r);
    CHECK_EQ(waiting, 2);
    CHECK(wait_ms > 70000 && wait_ms <= 77000);
    CHECK_EQ(posts, 1);
    CHECK_EQ(accepted, 2);
}

TEST(a_date_to_come_again_is_kept_to_and_none_holds_longer_than_an_hour)
{
    struct rig *r = BEGIN(2, DATED, LONG, GOOD);
    rig_deliver(r);
    int dated = sync_post_wait_ms(r->post, 10000000);
    clock_advance_ms(80000);
    rig_run(r);
    int lasting = sync_post_wait_ms(r->post, 10000000), posts = sh->posts;
    clock_advance_ms(3600000);
    rig_run(r);
    int accepted = rig_number(r, ACCEPTED);
    rig_end(r);
    CHECK(dated > 70000 && dated <= 77000);
    CHECK_EQ(posts, 2);
    CHECK(lasting > 3590000 && lasting <= 3600000);
    CHECK_EQ(accepted, 2);
}

TEST(a_wrong_clock_is_put_right_by_the_platforms_and_tried_once_more)
{
    struct rig *r = BEGIN(1, CLOCK, GOOD);
    rig_deliver(r);
    int accepted = rig_number(r, ACCEPTED), posts = sh->posts;
    int64_t offset = r->sign.clock_offset_ms;
    rig_end(r);
    CHECK_EQ(accepted, 1);
    CHECK_EQ(posts, 2);
    CHECK(offset > 86390000 && offset <= 86400000);
    r = BEGIN(1, CLOCK);
    rig_deliver(r);
    int waiting = rig_number(r, WAITING);
    posts = sh->posts;
    rig_end(r);
    CHECK_EQ(waiting, 1);
    CHECK_EQ(posts, 2); /* once more, not for ever */
}

TEST(too_much_at_once_goes_in_smaller_portions)
{
    struct rig *r = BEGIN(5, TOO_BIG);
    rig_deliver(r);
    int accepted = rig_number(r, ACCEPTED), first = sh->items[0], second = sh->items[1];
    rig_end(r);
    CHECK_EQ(first, 5);
    CHECK_EQ(second, 2);
    CHECK_EQ(accepted, 5);
}

TEST(what_is_rejected_is_kept_and_told_and_not_sent_again)
{
    struct rig *r = BEGIN(2, REJECT);
    rig_deliver(r);
    rig_deliver(r);
    int rejected = rig_number(r, REJECTED), posts = sh->posts, told = r->told;
    rig_end(r);
    CHECK_EQ(rejected, 2);
    CHECK_EQ(posts, 1);
    CHECK(told > 0);
}

TEST(later_says_the_platform_and_later_it_is)
{
    struct rig *r = BEGIN(2, RETRY, GOOD);
    rig_deliver(r);
    int waiting = rig_number(r, WAITING), posts = sh->posts;
    sync_post_nudge(r->post, false); /* a poll has ended: not yet */
    rig_run(r);
    int again = sh->posts;
    clock_advance_ms(20000);
    rig_run(r);
    int accepted = rig_number(r, ACCEPTED);
    rig_end(r);
    CHECK_EQ(waiting, 2);
    CHECK_EQ(posts, 1);
    CHECK_EQ(again, 1);
    CHECK_EQ(accepted, 2);
}

TEST(a_pretended_cut_stops_delivery_until_it_is_mended)
{
    struct rig *r = BEGIN(2, GOOD);
    sync_post_cut(r->post, true);
    rig_deliver(r);
    int waiting = rig_number(r, WAITING), posts = sh->posts;
    enum err said = sync_post_err(r->post);
    sync_post_cut(r->post, false);
    rig_deliver(r);
    int accepted = rig_number(r, ACCEPTED);
    rig_end(r);
    CHECK_EQ(waiting, 2);
    CHECK_EQ(posts, 0);
    CHECK_ERR(said, ERR_OFFLINE);
    CHECK_EQ(accepted, 2);
}

TEST(without_keys_nothing_is_sent)
{
    struct net_answer a;
    struct rig *r = BEGIN(1, GOOD);
    sync_post_nudge(r->post, true);
    bool changed = sync_post_turn(r->post, NULL);
    int wait_ms = sync_post_wait_ms(r->post, 500);
    (void)net_wait(r->net, NULL, 0, 1, &a);
    int waiting = rig_number(r, WAITING);
    rig_run(r); /* now they are there */
    int accepted = rig_number(r, ACCEPTED);
    rig_end(r);
    CHECK(!changed);
    CHECK_EQ(wait_ms, 500);
    CHECK_EQ(waiting, 1);
    CHECK_EQ(accepted, 1);
}
