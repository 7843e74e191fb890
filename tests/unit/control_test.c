/* control_test.c - does the control port understand, find and answer as the contract says? */
#include "tests/test.h"

#include "app/control_find.h"
#include "app/control_port.h"
#include "app/control_words.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* --- words -------------------------------------------------------------------------------------
 */

static enum err cut(const char *line, struct control_words *out)
{
    static char copy[CONTROL_LINE];
    snprintf(copy, sizeof copy, "%s", line);
    return control_cut(copy, out);
}

TEST(a_line_is_cut_at_spaces_and_quotes_keep_them)
{
    struct control_words w;
    CHECK_ERR(cut("  wait  text \"今天 5.98 元\" 200 ", &w), OK);
    CHECK_EQ(w.count, 4);
    CHECK_STR(w.text[0], "wait");
    CHECK_STR(w.text[2], "今天 5.98 元");
    CHECK_STR(w.text[3], "200");
    CHECK(w.quoted[2]);
    CHECK(!w.quoted[3]);
}

TEST(json_escapes_become_what_they_stand_for)
{
    struct control_words w;
    CHECK_ERR(cut("tap \"a\\\"b\\\\c\\n\\u83dc\\ud83d\\ude00\"", &w), OK);
    CHECK_STR(w.text[1], "a\"b\\c\n菜😀");
}

TEST(a_broken_string_is_refused)
{
    struct control_words w;
    static const char *const bad[] = { "tap \"open",       "tap \"a\"b",      "tap \"\\q\"",
                                       "tap \"\\u12\"",    "tap \"\\ud800\"", "tap \"\\u0000\"",
                                       "tap \"\\udc00x\"", "tap \xff",        "1 2 3 4 5 6 7 8 9" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK_ERR(cut(bad[i], &w), ERR_FORMAT);
}

TEST(an_empty_line_has_no_words)
{
    struct control_words w;
    CHECK_ERR(cut("   ", &w), OK);
    CHECK_EQ(w.count, 0);
}

TEST(a_number_is_a_number_to_its_end)
{
    int64_t v = 7;
    CHECK_ERR(control_number("12x", &v), ERR_FORMAT);
    CHECK_ERR(control_number("", &v), ERR_FORMAT);
    CHECK_ERR(control_number("99999999999999999999", &v), ERR_FORMAT);
    CHECK_EQ(v, 7);
    CHECK_ERR(control_number("-12", &v), OK);
    CHECK_EQ(v, -12);
}

/* --- finding -----------------------------------------------------------------------------------
 */

static struct ui_view node(const char *id, const char *name, bool target)
{
    struct rect r = { 10, 10, 100, 50 };
    return (struct ui_view){
        .id = id, .name = name, .target = target, .enabled = true, .rect = r, .seen = r
    };
}

static struct control_hits hits;
static enum control_found find(const struct ui_view *v, int n, const char *what)
{
    return control_find(v, n, what, &hits);
}

TEST(an_id_is_found_before_a_name)
{
    struct ui_view v[] = { node("home.notices", "bar.help", true), node("bar.help", "求助", true) };
    CHECK_EQ(find(v, 2, "bar.help"), FOUND_ONE);
    CHECK_EQ(hits.index[0], 1);
}

TEST(what_can_be_pressed_is_meant_before_a_heading_of_the_same_name)
{
    struct ui_view v[] = { node("home.title", "看价格", false),
                           node("home.prices", "看价格", true) };
    CHECK_EQ(find(v, 2, "看价格"), FOUND_ONE);
    CHECK_EQ(hits.index[0], 1);
}

TEST(a_part_of_a_name_must_be_unique)
{
    struct ui_view v[] = { node("prices.row.7", "鸡蛋 500 克", true),
                           node("prices.row.8", "鸡胸肉 500 克", true) };
    CHECK_EQ(find(v, 2, "鸡蛋"), FOUND_ONE);
    CHECK_EQ(hits.index[0], 0);
    CHECK_EQ(find(v, 2, "500 克"), FOUND_MANY);
    CHECK_EQ(hits.count, 2);
    CHECK_EQ(find(v, 2, "牛肉"), FOUND_NONE);
    CHECK_EQ(find(v, 2, ""), FOUND_NONE);
}

TEST(a_hidden_node_is_not_replaced_by_one_that_sounds_like_it)
{
    struct ui_view v[] = { node("a", "鸡蛋", true), node("b", "鸡蛋面", true) };
    v[0].seen.h = 0;
    CHECK_EQ(find(v, 2, "鸡蛋"), FOUND_HIDDEN);
}

TEST(below_a_dialog_nothing_can_be_pressed)
{
    struct ui_view v[] = { node("a", "退出", true), node("idle.leave", "退出", true) };
    v[0].under_modal = true;
    CHECK_EQ(find(v, 2, "退出"), FOUND_ONE);
    CHECK_EQ(hits.index[0], 1);
    CHECK_EQ(find(v, 2, "a"), FOUND_HIDDEN);
}

TEST(a_disabled_node_says_that_it_is)
{
    struct ui_view v[] = { node("a", "上一页", true) };
    v[0].enabled = false;
    CHECK_EQ(find(v, 1, "上一页"), FOUND_DISABLED);
}

/* --- the socket --------------------------------------------------------------------------------
 */

static atomic_int wakes;
static struct control_port *port;
static char path[400];

static void count_wake(void)
{
    wakes++;
}

static bool open_port(void)
{
    snprintf(path, sizeof path, "%s/control", test_dir());
    return control_port_create(path, count_wake, &port) == OK;
}

static int dial(void)
{
    struct sockaddr_un addr = { .sun_family = AF_UNIX };
    snprintf(addr.sun_path, sizeof addr.sun_path, "%.100s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (struct sockaddr *)&addr, sizeof addr) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static bool put(int fd, const char *text)
{
    return write(fd, text, strlen(text)) == (ssize_t)strlen(text);
}

/* One answer without its LF; "" when none came. */
static const char *hear(int fd)
{
    static char text[512];
    size_t n = 0;
    struct pollfd pfd = { .fd = fd, .events = POLLIN };
    while (n < sizeof text - 1 && poll(&pfd, 1, 5000) > 0 && read(fd, text + n, 1) == 1 &&
           text[n] != '\n')
        n++;
    text[n] = '\0';
    return text;
}

static const char *command(void)
{
    static char line[CONTROL_LINE];
    for (int i = 0; i < 5000; i++) {
        if (control_port_take(port, line))
            return line;
        usleep(1000);
    }
    return "nothing came";
}

static void answer(const char *text)
{
    struct json_out w;
    json_out_start(&w);
    json_open(&w, NULL, '{');
    json_put_str(&w, "a", text);
    json_close(&w, '}');
    control_port_answer(port, &w);
}

TEST(the_socket_appears_only_when_it_is_opened_and_belongs_to_its_owner)
{
    struct stat st;
    CHECK(open_port());
    CHECK(stat(path, &st) != 0);
    CHECK_ERR(control_port_open(port), OK);
    CHECK(stat(path, &st) == 0);
    CHECK(S_ISSOCK(st.st_mode));
    CHECK_EQ(st.st_mode & 0777, 0600);
    control_port_destroy(port);
    CHECK(stat(path, &st) != 0);
}

TEST(a_stale_file_is_replaced)
{
    CHECK(open_port());
    FILE *f = fopen(path, "w");
    fclose(f);
    CHECK_ERR(control_port_open(port), OK);
    int fd = dial();
    CHECK(fd >= 0);
    close(fd);
    control_port_destroy(port);
}

TEST(a_path_too_long_for_a_socket_is_an_argument_error)
{
    char longest[300];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    CHECK_ERR(control_port_create(longest, count_wake, &port), ERR_ARG);
}

TEST(commands_come_one_by_one_and_answers_in_order)
{
    CHECK(open_port());
    CHECK_ERR(control_port_open(port), OK);
    int fd = dial();
    CHECK(put(fd, "first\nsec"));
    CHECK_STR(command(), "first");
    CHECK(put(fd, "ond\n"));
    char line[CONTROL_LINE];
    usleep(20000);
    CHECK(!control_port_take(port, line));
    answer("1");
    CHECK_STR(hear(fd), "{\"a\":\"1\"}");
    CHECK_STR(command(), "second");
    answer("2");
    CHECK_STR(hear(fd), "{\"a\":\"2\"}");
    CHECK(wakes >= 2);
    close(fd);
    control_port_destroy(port);
}

TEST(a_second_client_is_told_busy_and_the_next_one_is_served)
{
    CHECK(open_port());
    CHECK_ERR(control_port_open(port), OK);
    int first = dial();
    CHECK(put(first, "screen\n"));
    CHECK_STR(command(), "screen");
    int second = dial();
    CHECK_STR(hear(second), "{\"ok\":false,\"error\":\"busy\"}");
    CHECK_EQ(read(second, path, 0), 0);
    close(second);
    answer("1");
    CHECK_STR(hear(first), "{\"a\":\"1\"}");
    close(first);
    int third = -1;
    for (int i = 0; i < 100; i++) { /* the port needs a moment to see that the first is gone */
        third = dial();
        CHECK(put(third, "tree\n"));
        struct pollfd pfd = { .fd = third, .events = POLLIN };
        if (poll(&pfd, 1, 20) == 0)
            break;
        close(third);
    }
    CHECK_STR(command(), "tree");
    close(third);
    answer("late");
    control_port_destroy(port);
}

TEST(an_answer_for_one_who_hung_up_goes_to_nobody_else)
{
    CHECK(open_port());
    CHECK_ERR(control_port_open(port), OK);
    int first = dial();
    CHECK(put(first, "wait idle\n"));
    CHECK_STR(command(), "wait idle");
    close(first);
    for (int i = 0; i < 5000 && !control_port_gone(port); i++)
        usleep(1000);
    CHECK(control_port_gone(port));
    int second = dial();
    CHECK(put(second, "tree\n"));
    usleep(20000);
    answer("for the first");
    CHECK_STR(command(), "tree");
    answer("for the second");
    CHECK_STR(hear(second), "{\"a\":\"for the second\"}");
    close(second);
    control_port_destroy(port);
}

TEST(an_overlong_line_is_refused_once_and_the_next_one_is_understood)
{
    static char huge[3 * CONTROL_LINE];
    memset(huge, 'x', sizeof huge - 1);
    CHECK(open_port());
    CHECK_ERR(control_port_open(port), OK);
    int fd = dial();
    CHECK(put(fd, huge));
    CHECK(put(fd, "\nscreen\n"));
    CHECK_STR(hear(fd), "{\"ok\":false,\"error\":\"bad_argument\",\"text\":\"line too long\"}");
    CHECK_STR(command(), "screen");
    answer("1");
    CHECK_STR(hear(fd), "{\"a\":\"1\"}");
    close(fd);
    control_port_destroy(port);
}

TEST(the_last_answer_is_sent_before_the_port_closes)
{
    CHECK(open_port());
    CHECK_ERR(control_port_open(port), OK);
    int fd = dial();
    CHECK(put(fd, "quit\n"));
    CHECK_STR(command(), "quit");
    answer("bye");
    control_port_destroy(port);
    CHECK_STR(hear(fd), "{\"a\":\"bye\"}");
    close(fd);
}

TEST(a_probe_is_posted_only_while_it_is_on)
{
    CHECK(open_port());
    CHECK_ERR(control_port_open(port), OK);
    CHECK_EQ(control_port_probe_taken(port), 0);
    control_port_probe(port, true);
    int64_t at = 0;
    for (int i = 0; i < 5000 && at == 0; i++) {
        usleep(1000);
        at = control_port_probe_taken(port);
    }
    CHECK(at > 0);
    control_port_destroy(port);
}
