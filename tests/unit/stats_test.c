/* stats_test.c - are the percentiles true, and is a tap counted once and only when it showed? */
#include "tests/test.h"

#include "app/stats.h"

#include <string.h>

static struct stats s; /* too large for a stack */

static struct input down_at(int64_t us)
{
    return (struct input){ .kind = INPUT_DOWN, .at_us = us };
}

TEST(percentiles_are_at_most_one_bucket_too_high_and_never_too_low)
{
    struct hist *h = &s.frame_us;
    memset(&s, 0, sizeof s);
    for (int i = 1; i <= 10000; i++)
        hist_add(h, i);
    for (int per_mille = 1; per_mille <= 1000; per_mille++) {
        int64_t want = per_mille * 10;
        int64_t got = hist_at(h, per_mille);
        CHECK(got >= want);
        CHECK(got <= want + want / 32 + 1);
    }
    CHECK_EQ(h->max, 10000);
}

TEST(small_values_are_exact_and_an_empty_histogram_is_zero)
{
    memset(&s, 0, sizeof s);
    CHECK_EQ(hist_at(&s.tap_us, 500), 0);
    hist_add(&s.tap_us, 3);
    hist_add(&s.tap_us, 17);
    hist_add(&s.tap_us, -5);
    CHECK_EQ(hist_at(&s.tap_us, 1), 0);
    CHECK_EQ(hist_at(&s.tap_us, 500), 3);
    CHECK_EQ(hist_at(&s.tap_us, 1000), 17);
}

TEST(a_value_beyond_all_buckets_is_still_the_maximum)
{
    memset(&s, 0, sizeof s);
    hist_add(&s.tap_us, INT64_MAX / 2);
    CHECK_EQ(s.tap_us.max, INT64_MAX / 2);
    CHECK(hist_at(&s.tap_us, 990) > 1000000000);
}

TEST(a_tap_counts_from_its_first_input_to_the_frame_that_shows_it)
{
    struct display_damage d = { .cells_changed = 100, .cells_all = 510 };
    struct input first = down_at(1000), second = down_at(1500);
    memset(&s, 0, sizeof s);
    stats_input(&s, &first);
    stats_input(&s, &second);
    stats_frame(&s, 1600, 4000, &d);
    CHECK_EQ(s.tap_us.count, 1);
    CHECK_EQ(s.tap_us.max, 3000);
    CHECK_EQ(s.frame_us.max, 2400);
    stats_frame(&s, 5000, 6000, &d);
    CHECK_EQ(s.tap_us.count, 1);
    CHECK_EQ(s.frames, 2);
}

TEST(a_frame_that_changes_next_to_nothing_answers_no_tap)
{
    struct display_damage d = { .cells_changed = 5, .cells_all = 510 };
    struct input in = down_at(1000);
    memset(&s, 0, sizeof s);
    stats_input(&s, &in);
    stats_frame(&s, 1600, 4000, &d);
    CHECK_EQ(s.tap_us.count, 0);
    d.cells_changed = 0;
    stats_frame(&s, 5000, 6000, &d);
    CHECK_EQ(s.frames, 1);
}

TEST(a_wake_up_is_not_a_person)
{
    struct display_damage d = { .cells_changed = 510, .cells_all = 510 };
    struct input in = { .kind = INPUT_WAKE, .at_us = 1000 };
    memset(&s, 0, sizeof s);
    stats_input(&s, &in);
    stats_frame(&s, 1600, 4000, &d);
    CHECK_EQ(s.tap_us.count, 0);
}

TEST(a_reset_keeps_only_the_first_frame)
{
    struct display_damage d = { .cells_changed = 510, .cells_all = 510 };
    memset(&s, 0, sizeof s);
    s.first_frame_ms = 88;
    stats_frame(&s, 1600, 4000, &d);
    stats_reset(&s);
    CHECK_EQ(s.first_frame_ms, 88);
    CHECK_EQ(s.frames, 0);
    CHECK_EQ(s.frame_us.count, 0);
}

TEST(the_process_knows_its_own_memory)
{
    CHECK(stats_pss_kb() > 500);
    CHECK(stats_cpu_ms() >= 0);
}
