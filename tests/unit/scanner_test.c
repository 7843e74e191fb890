/* scanner_test.c - keys become text, a scan is told from typing, and a scanner may come and go. */
#include "hal/scanner.h"
#include "hal/scan_keys.h"

#include "tests/test.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/input.h>

#define RECEIPT                                                                                    \
    "HM1/008J-4CT4-ANK0/6b038b60/21fe31df/VXfC9eDJ1WEnOV_e-Z-ectdjWkkPI5_T31c3AZF1y2QRXbFS_ogtXD1" \
    "c"

/* --- keys to text ------------------------------------------------------------------------- */

/* The key of a US keyboard for c, as its own table: what is tested has another one. */
static int key_for(char c, bool *out_shift)
{
    static const char plain[] = "1234567890-=qwertyuiop[]asdfghjkl;'`\\zxcvbnm,./ ";
    static const char shifted[] = "!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:\"~|ZXCVBNM<>? ";
    static const int keys[] = {
        2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 16, 17, 18, 19,
        20, 21, 22, 23, 24, 25, 26, 27, 30, 31, 32, 33, 34, 35, 36, 37,
        38, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 57,
    };
    const char *p = strchr(plain, c), *s = strchr(shifted, c);
    *out_shift = !p;
    return keys[p ? p - plain : s - shifted];
}

static struct scan_keys keys;

static bool press(int code)
{
    bool ended = scan_keys_event(&keys, EV_KEY, code, 1);
    scan_keys_event(&keys, EV_SYN, SYN_REPORT, 0);
    scan_keys_event(&keys, EV_KEY, code, 0);
    return ended;
}

static void press_all(const char *s)
{
    for (; *s; s++) {
        bool shift;
        int code = key_for(*s, &shift);
        if (shift)
            scan_keys_event(&keys, EV_KEY, KEY_LEFTSHIFT, 1);
        press(code);
        if (shift)
            scan_keys_event(&keys, EV_KEY, KEY_LEFTSHIFT, 0);
    }
}

TEST(every_printable_character_comes_out_as_it_went_in)
{
    char all[128] = "";
    for (int c = ' '; c <= '~'; c++)
        all[c - ' '] = (char)c;
    memset(&keys, 0, sizeof keys);
    press_all(all);
    CHECK_STR(keys.text, all);
    CHECK(press(KEY_ENTER));
    scan_keys_clear(&keys);
    CHECK_STR(keys.text, "");
    press_all("https://a.cn/?q=-_+~%20");
    CHECK_STR(keys.text, "https://a.cn/?q=-_+~%20");
    CHECK(press(KEY_TAB));
}

TEST(the_keypad_counts_too_and_its_enter_ends)
{
    memset(&keys, 0, sizeof keys);
    press(KEY_KP1), press(KEY_KP0), press(KEY_KPMINUS), press(KEY_KPDOT);
    CHECK_STR(keys.text, "10-.");
    CHECK(press(KEY_KPENTER));
}

TEST(either_shift_counts_until_it_is_up)
{
    memset(&keys, 0, sizeof keys);
    scan_keys_event(&keys, EV_KEY, KEY_RIGHTSHIFT, 1);
    scan_keys_event(&keys, EV_KEY, KEY_LEFTSHIFT, 1);
    press(KEY_A);
    scan_keys_event(&keys, EV_KEY, KEY_LEFTSHIFT, 0);
    press(KEY_A);
    scan_keys_event(&keys, EV_KEY, KEY_RIGHTSHIFT, 0);
    press(KEY_A);
    CHECK_STR(keys.text, "AAa");
}

TEST(what_is_no_character_adds_none)
{
    memset(&keys, 0, sizeof keys);
    CHECK(!press(KEY_ENTER)); /* nothing was read */
    press(KEY_CAPSLOCK), press(KEY_F1), press(KEY_LEFT), press(KEY_MAX), press(-1), press(0);
    scan_keys_event(&keys, EV_KEY, KEY_A, 2); /* held */
    scan_keys_event(&keys, EV_MSC, MSC_SCAN, KEY_A);
    scan_keys_event(&keys, EV_REL, KEY_A, 1);
    scan_keys_event(&keys, 0x7fff, KEY_A, 1);
    scan_keys_event(&keys, EV_KEY, KEY_LEFTCTRL, 1);
    press(KEY_J);
    scan_keys_event(&keys, EV_KEY, KEY_LEFTCTRL, 0);
    CHECK_EQ(keys.n, 0);
    press(KEY_J);
    CHECK_STR(keys.text, "j");
}

TEST(a_code_that_is_too_long_or_has_holes_is_no_text)
{
    memset(&keys, 0, sizeof keys);
    for (int i = 0; i < SCAN_MAX; i++)
        press(KEY_7);
    CHECK_EQ(keys.n, SCAN_MAX);
    CHECK(!keys.torn);
    press(KEY_7);
    CHECK(keys.torn && keys.n == 0);
    CHECK_STR(keys.text, "");
    CHECK(press(KEY_ENTER)); /* it is told all the same */
    scan_keys_clear(&keys);
    press_all("abc");
    scan_keys_event(&keys, EV_KEY, KEY_LEFTSHIFT, 1);
    scan_keys_event(&keys, EV_SYN, SYN_DROPPED, 0);
    press(KEY_D);
    CHECK(keys.torn && keys.n == 0 && keys.shift == 0);
}

/* --- typing or a scan --------------------------------------------------------------------- */

static struct scan_burst burst;
static char out[4 * SCAN_MAX]; /* what the field got; Enter is an n with a line under it: \n */
static size_t out_n;
static int64_t now;
enum { ENTER = 5, ERASE = 9 };

static void start(void)
{
    memset(&burst, 0, sizeof burst);
    memset(out, 0, sizeof out);
    out_n = 0;
    now = 1000000;
}

static void take(void)
{
    char c;
    unsigned char tag;
    while (scan_burst_pop(&burst, &c, &tag) && out_n < sizeof out - 1)
        out[out_n++] = tag == ENTER ? '\n' : tag == ERASE ? '<' : c;
}

/* The main loop looks when something is due, and when a key came. */
static void pass(int64_t us)
{
    int64_t due = scan_burst_due_us(&burst);
    if (due >= 0 && due <= now + us)
        scan_burst_at(&burst, due);
    take();
    now += us;
}

static void type(const char *s, int64_t gap_us)
{
    for (; *s; s++) {
        pass(gap_us);
        scan_burst_char(&burst, *s, 0, now);
        take();
    }
}

static enum scan_burst_said enter(int64_t gap_us)
{
    pass(gap_us);
    enum scan_burst_said said = scan_burst_end(&burst, ENTER, now);
    take();
    return said;
}

TEST(a_scan_is_taken_whole_and_nothing_of_it_reaches_a_field)
{
    static const int gaps_us[] = { 0, 1000, 2000, 8000, 16000, 20000, 30000, 35000 };
    for (size_t i = 0; i < sizeof gaps_us / sizeof *gaps_us; i++) {
        start();
        type(RECEIPT, gaps_us[i]);
        CHECK_EQ(enter(gaps_us[i]), BURST_SCAN);
        size_t n = 0;
        CHECK_STR(scan_burst_text(&burst, &n), RECEIPT);
        CHECK_EQ(n, strlen(RECEIPT));
        scan_burst_drop(&burst);
        pass(10000000);
        CHECK_EQ(out_n, 0);
        for (size_t k = 0; k < sizeof burst.c; k++)
            CHECK_EQ(burst.c[k], 0); /* wiped */
    }
}

TEST(typing_is_never_a_scan_at_any_speed_of_hands)
{
    for (int gap_us = 36000; gap_us <= 400000; gap_us += 4000) {
        start();
        type("420506194512013721 and more", gap_us);
        CHECK_EQ(enter(gap_us), BURST_KEYS);
        pass(1000000);
        CHECK_STR(out, "420506194512013721 and more\n");
    }
}

TEST(fingers_that_roll_over_a_few_keys_are_still_typing)
{
    start();
    for (int i = 0; i < 10; i++) {
        type("abcde", 12000);
        pass(70000);
    }
    CHECK_EQ(enter(1000), BURST_KEYS);
    CHECK_STR(out, "abcdeabcdeabcdeabcdeabcdeabcdeabcdeabcdeabcdeabcde\n");
    start(); /* eleven at once, and Enter with the last: one too few */
    type("12345678901", 1000);
    CHECK_EQ(enter(1000), BURST_KEYS);
    CHECK_STR(out, "12345678901\n");
}

TEST(a_key_that_is_held_down_is_no_code)
{
    for (int gap_us = 20000; gap_us <= 40000; gap_us += 1000) {
        start();
        type("00000000000000000000000000000000", gap_us); /* nobody said that it repeats */
        CHECK_EQ(enter(gap_us), BURST_KEYS);
        CHECK_STR(out, "00000000000000000000000000000000\n");
    }
    start();
    type("a", 0);
    for (int i = 0; i < 100; i++) {
        pass(33000);
        scan_burst_typed(&burst, 'a', 0);
        take();
        CHECK_EQ(out_n, (size_t)i + 2); /* each is seen at once */
    }
    start(); /* … and something lies on it for an hour */
    for (int i = 0; i < 3 * SCAN_MAX; i++)
        type("a", 30000);
    CHECK(out_n >= 2 * SCAN_MAX);
    CHECK_EQ(enter(30000), BURST_KEYS);
}

TEST(a_typed_character_waits_no_longer_than_nobody_sees)
{
    start();
    scan_burst_char(&burst, 'x', 0, now);
    CHECK(scan_burst_due_us(&burst) - now <= 36000);
    scan_burst_at(&burst, now + 34000);
    CHECK(!scan_burst_pending(&burst));
    scan_burst_at(&burst, scan_burst_due_us(&burst));
    CHECK(scan_burst_pending(&burst));
    CHECK_EQ(scan_burst_next_tag(&burst), 0);
    take();
    CHECK_STR(out, "x");
    CHECK_EQ(scan_burst_due_us(&burst), -1);
}

TEST(other_keys_keep_their_place)
{
    start();
    scan_burst_char(&burst, 'a', 0, now);
    scan_burst_char(&burst, 'b', 0, now + 1000);
    scan_burst_typed(&burst, 0, ERASE);
    scan_burst_char(&burst, 'c', 0, now + 2000);
    scan_burst_release(&burst);
    take();
    CHECK_STR(out, "ab<c");
}

TEST(enter_long_after_is_somebody_pressing_it)
{
    start();
    type(RECEIPT, 5000);
    CHECK_EQ(enter(200000), BURST_KEYS);
    CHECK_STR(out, RECEIPT "\n");
}

TEST(a_stall_in_the_middle_does_not_tear_a_code)
{
    start();
    type("HM1/008J-4CT4-ANK0", 4000);
    pass(120000); /* the machine was busy elsewhere */
    type("/6b038b60", 4000);
    CHECK_EQ(enter(4000), BURST_SCAN);
    size_t n;
    CHECK_STR(scan_burst_text(&burst, &n), "HM1/008J-4CT4-ANK0/6b038b60");
}

TEST(a_second_enter_behind_a_scan_presses_nothing)
{
    start();
    type(RECEIPT, 4000);
    CHECK_EQ(enter(4000), BURST_SCAN);
    scan_burst_drop(&burst);
    CHECK_EQ(enter(8000), BURST_KEYS);
    CHECK_EQ(out_n, 0);
    CHECK_EQ(enter(500000), BURST_KEYS); /* … but a person's does */
    CHECK_STR(out, "\n");
}

TEST(a_scan_behind_a_typed_letter_is_a_scan)
{
    start();
    type("x", 0);
    pass(60000);
    type(RECEIPT, 4000);
    CHECK_EQ(enter(4000), BURST_SCAN);
    size_t n;
    CHECK_STR(scan_burst_text(&burst, &n), RECEIPT);
    CHECK_STR(out, "x");
}

TEST(an_endless_code_is_told_and_not_kept)
{
    start();
    for (int i = 0; i < SCAN_MAX / 8; i++)
        type("abcd1234", 2000);
    CHECK_EQ(enter(2000), BURST_SCAN); /* just as long as may be */
    scan_burst_drop(&burst);
    for (int i = 0; i < SCAN_MAX / 8 + 1; i++)
        type("abcd1234", 2000);
    CHECK_EQ(enter(2000), BURST_TOO_LONG);
    pass(1000000);
    CHECK_EQ(out_n, 0);
    type("ok", 100000);
    pass(100000);
    CHECK_STR(out, "ok");
}

/* --- the device --------------------------------------------------------------------------- */

static atomic_int told;

static void count(void *ctx)
{
    (void)ctx;
    told++;
}

static bool comes_to(struct scanner *s, enum scanner_state want)
{
    struct scanner_status st;
    for (int i = 0; i < 5000; i++) {
        scanner_status(s, &st);
        if (st.state == want)
            return true;
        usleep(1000);
    }
    return false;
}

static const char *comes(struct scanner *s)
{
    const char *t = NULL;
    for (int i = 0; i < 5000 && !(t = scanner_text(s)); i++)
        usleep(1000);
    return t ? t : "(nothing)";
}

static const char *device(void)
{
    static char path[400];
    snprintf(path, sizeof path, "%s/scanner", test_dir());
    return path;
}

static size_t put(unsigned char *to, int type, int code, int value)
{
    struct input_event e = { .type = (unsigned short)type,
                             .code = (unsigned short)code,
                             .value = value };
    memcpy(to, &e, sizeof e);
    return sizeof e;
}

/* What the kernel gives for these keys; \n is Enter. */
static size_t record(unsigned char *to, const char *s)
{
    size_t n = 0;
    for (; *s; s++) {
        bool shift = false;
        int code = *s == '\n' ? KEY_ENTER : key_for(*s, &shift);
        if (shift)
            n += put(to + n, EV_KEY, KEY_LEFTSHIFT, 1);
        n += put(to + n, EV_MSC, MSC_SCAN, 0x70004);
        n += put(to + n, EV_KEY, code, 1);
        n += put(to + n, EV_SYN, SYN_REPORT, 0);
        n += put(to + n, EV_KEY, code, 0);
        if (shift)
            n += put(to + n, EV_KEY, KEY_LEFTSHIFT, 0);
    }
    return n;
}

static void play(int fd, const char *s, size_t piece)
{
    static unsigned char bytes[512 * 1024];
    size_t n = record(bytes, s);
    for (size_t at = 0; at < n; at += piece) {
        ssize_t w = write(fd, bytes + at, n - at < piece ? n - at : piece);
        if (w < 0)
            test_fail(__FILE__, __LINE__, "not written");
    }
}

static struct scanner *plugged(int *out_fd)
{
    struct scanner *s = NULL;
    told = 0;
    if (mkfifo(device(), 0600) != 0 || scanner_create(device(), count, NULL, &s) != OK)
        return NULL;
    if (!comes_to(s, SCANNER_READY))
        test_fail(__FILE__, __LINE__, "not found");
    *out_fd = open(device(), O_WRONLY | O_CLOEXEC);
    return s;
}

static void unplug(struct scanner *s, int fd)
{
    scanner_destroy(s);
    close(fd);
    unlink(device());
}

TEST(a_device_gives_its_scans_one_by_one)
{
    int fd = -1;
    struct scanner *s = plugged(&fd);
    CHECK(s != NULL);
    play(fd, RECEIPT "\n", sizeof(struct input_event));
    bool first = strcmp(comes(s), RECEIPT) == 0;
    scanner_wipe(s);
    bool wiped = scanner_text(s) == NULL;
    play(fd, "7KQ3-M2XD-94TF", 7); /* records in pieces, and no Enter: silence ends it */
    bool second = strcmp(comes(s), "7KQ3-M2XD-94TF") == 0;
    scanner_wipe(s);
    unplug(s, fd);
    CHECK(first && wiped && second);
    CHECK_EQ(told, 3); /* ready, and two scans */
}

TEST(a_scan_waits_for_the_one_before_it_to_be_wiped)
{
    int fd = -1;
    struct scanner *s = plugged(&fd);
    CHECK(s != NULL);
    play(fd, "first\n", 4096);
    bool first = strcmp(comes(s), "first") == 0;
    scanner_give(s, "second", 6);
    bool still = strcmp(scanner_text(s), "first") == 0;
    scanner_wipe(s);
    scanner_give(s, "third", 5);
    bool third = strcmp(comes(s), "third") == 0;
    scanner_wipe(s);
    scanner_give(s, NULL, 0); /* it was too long */
    bool torn = strcmp(comes(s), "") == 0;
    unplug(s, fd);
    CHECK(first && still && third && torn);
}

TEST(a_code_without_an_end_is_given_up_by_a_device_too)
{
    static char much[SCAN_MAX + 100];
    int fd = -1;
    struct scanner *s = plugged(&fd);
    CHECK(s != NULL);
    memset(much, 'k', sizeof much - 2);
    much[sizeof much - 2] = '\n';
    play(fd, much, 4096);
    bool torn = strcmp(comes(s), "") == 0;
    scanner_wipe(s);
    play(fd, "next\n", 4096);
    bool next = strcmp(comes(s), "next") == 0;
    unplug(s, fd);
    CHECK(torn && next);
}

TEST(a_scanner_that_is_pulled_is_found_again_and_forgets_half_a_code)
{
    int fd = -1;
    struct scanner *s = plugged(&fd);
    CHECK(s != NULL);
    play(fd, "half", 4096);
    unlink(device());
    close(fd);
    bool gone = comes_to(s, SCANNER_ABSENT), nothing = scanner_text(s) == NULL;
    if (mkfifo(device(), 0600) != 0)
        test_fail(__FILE__, __LINE__, "no device");
    bool back = comes_to(s, SCANNER_READY);
    fd = open(device(), O_WRONLY | O_CLOEXEC);
    play(fd, "whole\n", 4096);
    bool whole = strcmp(comes(s), "whole") == 0;
    unplug(s, fd);
    CHECK(gone && nothing && back && whole);
}

TEST(without_a_device_nothing_runs_and_scans_can_be_given)
{
    struct scanner *s = NULL;
    struct scanner_status st;
    told = 0;
    CHECK_ERR(scanner_create("", count, NULL, &s), OK);
    scanner_status(s, &st);
    scanner_give(s, "7KQ3-M2XD-94TF", 14);
    bool given = told == 1 && strcmp(comes(s), "7KQ3-M2XD-94TF") == 0;
    scanner_destroy(s);
    scanner_destroy(NULL);
    CHECK_EQ(st.state, SCANNER_BY_SPEED);
    CHECK(given);
}

TEST(a_scanner_is_known_by_its_name)
{
    CHECK(scanner_fits("auto", "Newtologic  NLS-FM3080 Barcode Reader"));
    CHECK(scanner_fits("auto", "Honeywell Imaging & Mobility 3320G"));
    CHECK(scanner_fits("auto", "USB SCANNER HID Keyboard"));
    CHECK(!scanner_fits("auto", "AT Translated Set 2 keyboard"));
    CHECK(!scanner_fits("auto", "Goodix Capacitive TouchScreen"));
    CHECK(scanner_fits("nls-fm", "Newtologic  NLS-FM3080"));
    CHECK(!scanner_fits("nls-em", "Newtologic  NLS-FM3080"));
    CHECK(!scanner_fits("", "Scanner"));
}
