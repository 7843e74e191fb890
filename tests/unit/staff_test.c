/* staff_test.c - the staff's door opens to the PIN, and to nothing that is tried in its stead. */
#include "tests/test.h"

#include "app/staff.h"
#include "hal/base/clock.h"

#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static atomic_int told;

static void post(const struct event *ev)
{
    told = (int)ev->n;
}

static void file_in(const char *dir, const char *name, const char *text)
{
    char path[300];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
}

/* As the staff do it: a line from a pipe. */
static void set_pin(const char *dir, const char *pin)
{
    int was = dup(STDIN_FILENO), to[2];
    CHECK(was >= 0 && pipe(to) == 0);
    CHECK(write(to[1], pin, strlen(pin)) == (ssize_t)strlen(pin));
    close(to[1]);
    dup2(to[0], STDIN_FILENO);
    close(to[0]);
    CHECK_EQ(staff_set_pin(dir), 0);
    dup2(was, STDIN_FILENO);
    close(was);
    clearerr(stdin);
}

/* What the judge says; -1: nothing in five seconds. */
static int judged(struct staff *s, const char *pin)
{
    told = -1;
    enum err e = staff_try(s, pin);
    if (e != OK)
        return (int)e;
    for (int i = 0; i < 1000 && told < 0; i++)
        poll(NULL, 0, 5);
    return told;
}

static struct staff *open_in(const char *dir)
{
    struct staff *s = NULL;
    return staff_create(dir, post, &s) == OK ? s : NULL;
}

TEST(without_a_pin_nothing_opens_and_one_set_later_does)
{
    const char *dir = test_dir();
    struct staff *s = open_in(dir);
    CHECK(s != NULL);
    CHECK(!staff_has_pin(s));
    CHECK_EQ(judged(s, "123456"), ERR_REFUSED);
    set_pin(dir, "246810\n");
    CHECK_EQ(judged(s, "246810"), OK);
    CHECK_EQ(judged(s, "246811"), ERR_REFUSED);
    CHECK_EQ(judged(s, "2468102468102"), ERR_REFUSED);
    staff_destroy(s);
}

TEST(three_wrong_tries_shut_the_door_and_a_restart_does_not_open_it)
{
    const char *dir = test_dir();
    set_pin(dir, "246810\n");
    struct staff *s = open_in(dir);
    CHECK(s != NULL);
    for (int i = 0; i < STAFF_FREE_TRIES; i++)
        CHECK_EQ(judged(s, "000000"), ERR_REFUSED);
    CHECK(staff_wait_s(s) > 20 && staff_wait_s(s) <= 30);
    CHECK_EQ(judged(s, "246810"), ERR_LOCKED);
    staff_destroy(s);
    s = open_in(dir);
    CHECK_EQ(judged(s, "246810"), ERR_LOCKED);
    staff_destroy(s);
}

TEST(a_damaged_count_of_tries_counts_as_used_up)
{
    const char *dir = test_dir();
    set_pin(dir, "246810\n");
    file_in(dir, "staff.tries", "\xff\x00garbage");
    struct staff *s = open_in(dir);
    CHECK(s != NULL);
    CHECK_EQ(judged(s, "246810"), ERR_LOCKED);
    CHECK(staff_wait_s(s) > 20);
    staff_destroy(s);
}

TEST(a_clock_that_was_set_back_locks_for_an_hour_at_most)
{
    const char *dir = test_dir();
    set_pin(dir, "246810\n");
    file_in(dir, "staff.tries", "9 99999999999999\n");
    struct staff *s = open_in(dir);
    CHECK(s != NULL);
    CHECK_EQ(staff_wait_s(s), 3600);
    staff_destroy(s);
}

TEST(closed_by_the_staff_outlives_a_restart)
{
    const char *dir = test_dir();
    CHECK(!staff_closed(dir));
    CHECK_ERR(staff_close(dir, true), OK);
    CHECK(staff_closed(dir));
    CHECK_ERR(staff_close(dir, false), OK);
    CHECK_ERR(staff_close(dir, false), OK);
    CHECK(!staff_closed(dir));
}

/* While setting up: typed on the screen, kept by a worker. */
TEST(a_pin_set_on_the_screen_opens_the_door_and_forgets_wrong_tries)
{
    const char *dir = test_dir();
    struct staff *s = open_in(dir);
    CHECK(s != NULL);
    CHECK_ERR(staff_set(s, "12345"), ERR_ARG);
    CHECK_ERR(staff_set(s, "12345a"), ERR_ARG);
    CHECK_ERR(staff_set(s, "1234567890123"), ERR_ARG);
    CHECK(!staff_has_pin(s));
    told = -1;
    CHECK_ERR(staff_set(s, "246810"), OK);
    for (int i = 0; i < 1000 && told < 0; i++)
        poll(NULL, 0, 5);
    CHECK_EQ(told, OK);
    staff_look(s);
    CHECK(staff_has_pin(s));
    CHECK_EQ(judged(s, "246811"), ERR_REFUSED);
    CHECK_EQ(judged(s, "246810"), OK);
    staff_destroy(s);
}
