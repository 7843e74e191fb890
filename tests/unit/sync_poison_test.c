/* sync_poison_test.c - one item that cannot be delivered, or a platform that can take none. */
#include "tests/unit/post_kit.h"

#include "tests/test.h"

#include <stdio.h>

static struct rig *allergic_rig(int count, enum allergy allergy, int64_t n, int64_t m)
{
    struct rig *r = BEGIN(count, ALLERGIC);
    sh->allergy = allergy;
    sh->poison[0] = n;
    sh->poison[1] = m;
    return r;
}

/* 60 items, the 7th is one the platform cannot bear: the 59 others are there after one run, and it
 * waits by itself, with its reason. */
static void check_isolated(enum allergy allergy, const char *why, int most)
{
    struct rig *r = allergic_rig(60, allergy, 7, 0);
    rig_deliver(r);
    int accepted = rig_number(r, ACCEPTED), posts = sh->posts;
    int alone = rig_number(r, "SELECT n FROM item WHERE state = 0");
    int faults = rig_number(r, "SELECT faults FROM mark");
    char text[64];
    snprintf(text, sizeof text, "%s", rig_reason(r));
    enum err said = sync_post_err(r->post);
    rig_put(r, 3); /* and it holds up nobody who comes later */
    rig_deliver(r);
    int later = rig_number(r, ACCEPTED), more = sh->posts - posts;
    clock_advance_ms(20000);
    rig_run(r);
    int again = rig_number(r, "SELECT faults FROM mark"), last = sh->items[sh->posts - 1];
    sh->poison[0] = 0; /* the platform has been mended */
    clock_advance_ms(40000);
    rig_run(r);
    int all = rig_number(r, ACCEPTED);
    rig_end(r);
    CHECK_EQ(accepted, 59);
    CHECK_EQ(alone, 7);
    CHECK_EQ(faults, 1);
    CHECK_STR(text, why);
    CHECK_ERR(said, OK);
    CHECK(posts <= most);
    CHECK_EQ(later, 62);
    CHECK_EQ(more, 1);
    CHECK_EQ(again, 2);
    CHECK_EQ(last, 1);
    CHECK_EQ(all, 63);
}

TEST(an_item_that_makes_the_platform_fail_holds_up_no_other)
{
    check_isolated(SAYS_500, "server_error", 16);
}

TEST(an_item_the_platform_calls_malformed_holds_up_no_other)
{
    check_isolated(SAYS_400, "server_error", 16);
}

TEST(an_item_that_makes_the_platform_busy_holds_up_no_other)
{
    check_isolated(SAYS_503, "server_error", 16);
}

TEST(an_item_that_makes_the_platform_hang_up_holds_up_no_other)
{
    check_isolated(HANGS_UP, "cut_off", 16);
}

TEST(an_item_without_an_acknowledgement_holds_up_no_other)
{
    check_isolated(LEAVES_OUT, "server_error", 3);
}

TEST(an_item_with_a_forged_acknowledgement_among_good_ones_holds_up_no_other)
{
    check_isolated(FORGES_IT, "bad_signature", 3);
}

/* Two that follow each other may be the platform after all: the rest waits for a little while. */
TEST(two_in_a_row_make_the_rest_wait_and_the_next_run_goes_on)
{
    struct rig *r = allergic_rig(20, SAYS_500, 1, 2);
    rig_deliver(r);
    int first = rig_number(r, ACCEPTED), marked = rig_number(r, "SELECT count(*) FROM mark");
    clock_advance_ms(10000);
    rig_run(r);
    int then = rig_number(r, ACCEPTED);
    rig_end(r);
    CHECK_EQ(first, 0);
    CHECK_EQ(marked, 2);
    CHECK_EQ(then, 18);
}

/* 1,000 items and a platform that is ill: one try, one look whether it is the items, and no more.
 */
TEST(a_platform_that_is_ill_is_tried_once_whatever_waits)
{
    struct rig *r = BEGIN(1000, SICK, GOOD);
    rig_deliver(r);
    int posts = sh->posts, probes = sh->probes, marked = rig_number(r, "SELECT count(*) FROM mark");
    enum err said = sync_post_err(r->post);
    rig_run(r);
    rig_run(r);
    int quiet = sh->posts;
    clock_advance_ms(7000);
    rig_run(r);
    int accepted = rig_number(r, ACCEPTED), probed = sh->probes;
    rig_end(r);
    CHECK_EQ(posts, 1);
    CHECK_EQ(probes, 1);
    CHECK_EQ(marked, 0);
    CHECK_ERR(said, ERR_SERVER);
    CHECK_EQ(quiet, 1);
    CHECK_EQ(accepted, 1000);
    CHECK_EQ(probed, 1);
}

TEST(only_the_staff_makes_go_what_waits_because_of_itself)
{
    struct rig *r = allergic_rig(5, SAYS_500, 2, 4);
    rig_deliver(r);
    int posts = sh->posts;
    sh->poison[0] = sh->poison[1] = 0;
    rig_deliver(r);
    int nudged = sh->posts;
    sync_post_all(r->post);
    rig_run(r);
    int accepted = rig_number(r, ACCEPTED);
    rig_end(r);
    CHECK_EQ(nudged, posts);
    CHECK_EQ(accepted, 5);
}

/* The clock died and says 1970, or ran ten years ahead and was put right: nothing waits for years.
 */
TEST(no_clock_makes_an_item_wait_for_years)
{
    static const int64_t odd[] = { 86400000, 10LL * 366 * 86400000 };
    for (int i = 0; i < 2; i++) {
        int64_t now = clock_wall_ms();
        struct rig *r = BEGIN(2, BUSY, BUSY, RETRY, GOOD);
        clock_hold(i ? now + odd[1] : odd[0]);
        rig_deliver(r);
        clock_hold(i ? odd[0] : now + odd[1]);
        clock_advance_ms(80000);
        rig_run(r);
        clock_hold(now);
        clock_advance_ms(80000);
        rig_run(r);
        for (int j = 0; j < 3; j++) {
            clock_advance_ms(20000);
            rig_run(r);
        }
        int accepted = rig_number(r, ACCEPTED), posts = sh->posts;
        rig_end(r);
        CHECK_EQ(accepted, 2);
        CHECK(posts <= 6);
    }
}
