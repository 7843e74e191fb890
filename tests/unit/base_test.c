/* base_test.c - the ground floor: arena, UTF-8, clock, log. */
#include "hal/base/arena.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/base/utf8.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/test.h"

TEST(an_arena_stops_at_its_cap_and_starts_again_after_a_reset)
{
    struct arena a;
    arena_init(&a, 64, 256);
    CHECK(arena_alloc(&a, 100) != NULL);
    CHECK(arena_alloc(&a, 100) != NULL);
    CHECK(arena_alloc(&a, 100) == NULL);
    CHECK(arena_alloc(&a, SIZE_MAX - 4) == NULL);
    arena_reset(&a);
    CHECK_EQ(a.used, 0);
    CHECK(arena_alloc(&a, 256) != NULL);
    arena_finish(&a);
    arena_finish(&a);
}

TEST(arena_memory_is_zeroed_and_aligned_even_when_used_before)
{
    struct arena a;
    arena_init(&a, 1024, 4096);
    char *p = arena_alloc(&a, 33);
    memset(p, 0xaa, 33);
    arena_reset(&a);
    char *q = arena_alloc(&a, 33);
    CHECK_EQ((uintptr_t)q % 16, 0);
    for (int i = 0; i < 33; i++)
        CHECK_EQ(q[i], 0);
    CHECK_STR(arena_printf(&a, "%d-%s", 7, "x"), "7-x");
    CHECK_STR(arena_strndup(&a, "abcdef", 3), "abc");
    arena_finish(&a);
}

TEST(utf8_refuses_overlong_forms_surrogates_and_halves)
{
    CHECK(utf8_valid("\xe9\xb8\xa1\xe8\x9b\x8b", 6));
    CHECK(utf8_valid("\xf0\xa0\x80\x80", 4));
    CHECK(!utf8_valid("\xc0\xaf", 2));
    CHECK(!utf8_valid("\xe0\x80\xaf", 3));
    CHECK(!utf8_valid("\xed\xa0\x80", 3));
    CHECK(!utf8_valid("\xf4\x90\x80\x80", 4));
    CHECK(!utf8_valid("\xe9\xb8", 2));
    CHECK(!utf8_valid("\x80", 1));
}

TEST(utf8_walks_broken_text_byte_by_byte_to_its_end)
{
    const char *p = "a\xff\xe9\xb8\xa1\xe9\xb8";
    CHECK_EQ(utf8_next(&p), 'a');
    CHECK_EQ(utf8_next(&p), 0xfffd);
    CHECK_EQ(utf8_next(&p), 0x9e21);
    CHECK_EQ(utf8_next(&p), 0xfffd);
    CHECK_EQ(utf8_next(&p), 0xfffd);
    CHECK_EQ(utf8_next(&p), 0);
    CHECK_EQ(utf8_next(&p), 0);
}

TEST(utf8_writes_what_it_reads)
{
    static const uint32_t all[] = { 'A', 0xe9, 0x9e21, 0x20000, 0x10ffff };
    char buf[5];
    for (int i = 0; i < 5; i++) {
        const char *p = buf;
        int n = utf8_put(buf, all[i]);
        CHECK(utf8_valid(buf, (size_t)n));
        CHECK_EQ(utf8_next(&p), all[i]);
        CHECK_EQ(p - buf, n);
    }
    CHECK_EQ(utf8_count("\xe9\xb8\xa1\xe8\x9b\x8bx"), 3);
    CHECK_EQ(utf8_without_last("\xe9\xb8\xa1\xe8\x9b\x8b", 6), 3);
    CHECK(utf8_is_hanzi(0x9e21) && !utf8_is_hanzi(0x3002) && !utf8_is_hanzi(0x3042));
}

TEST(days_and_dates_agree_over_four_centuries)
{
    int expect = clock_day_from_civil(1900, 1, 1);
    for (int day = expect; day < expect + 146097; day++) {
        struct civil c = clock_civil_of_day(day);
        CHECK_EQ(clock_day_from_civil(c.year, c.month, c.day), day);
    }
    struct civil c = clock_civil_of_day(20780);
    CHECK(c.year == 2026 && c.month == 11 && c.day == 23 && c.weekday == 1);
    CHECK_EQ(clock_civil_of_day(-1).weekday, 3);
}

TEST(impossible_dates_are_refused)
{
    static const char *const bad[] = {
        "2026-02-29", "2026-13-01", "2026-00-10", "26-11-23", "2026-11-2x", "2026/11/23", ""
    };
    int day = 5;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK_ERR(clock_parse_date(bad[i], &day), ERR_FORMAT);
    CHECK_EQ(day, 5);
    CHECK_ERR(clock_parse_date("2024-02-29", &day), OK);
}

TEST(a_day_begins_at_midnight_in_shanghai)
{
    int64_t t = 0;
    char text[32];
    CHECK_ERR(clock_parse_rfc3339("2026-11-22T16:00:00Z", &t), OK);
    CHECK_EQ(clock_day_of(t), 20780);
    CHECK_EQ(clock_day_of(t - 1), 20779);
    clock_format_rfc3339(text, sizeof text, t);
    CHECK_STR(text, "2026-11-23T00:00:00+08:00");
    CHECK_ERR(clock_parse_rfc3339("2026-11-23T09:41:00", &t), OK);
    CHECK_EQ(clock_civil(t).hour, 9);
    CHECK_ERR(clock_parse_rfc3339("2026-11-23T24:00:00Z", &t), ERR_FORMAT);
    CHECK_ERR(clock_parse_rfc3339("2026-11-23T10:00:00+08:00x", &t), ERR_FORMAT);
}

/* What one log line leaves on stderr. */
static void caught(char *buf, size_t cap, const char *value)
{
    char path[512];
    snprintf(path, sizeof path, "%s/log", test_dir());
    int keep = dup(STDERR_FILENO), fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    dup2(fd, STDERR_FILENO);
    log_warn("unit_test", "value=%s", value);
    dup2(keep, STDERR_FILENO);
    close(keep);
    ssize_t n = pread(fd, buf, cap - 1, 0);
    buf[n > 0 ? n : 0] = '\0';
    close(fd);
}

TEST(a_hostile_value_cannot_forge_a_log_line)
{
    char line[4096], longest[3000];
    caught(line, sizeof line, "x\nlevel=error \x1b[31m\xe5\xbc\xa0");
    CHECK(strstr(line, "ev=unit_test value=x\\x0alevel=error \\x1b[31m\\xe5\\xbc\\xa0\n") != NULL);
    CHECK(strchr(line, '\n') == line + strlen(line) - 1);
    memset(longest, '\n', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    caught(line, sizeof line, longest);
    CHECK(strlen(line) < 2048);
    CHECK(strchr(line, '\n') == line + strlen(line) - 1);
}
