/* watch_test.c - what is said to a service manager, and when; nothing is said without one. */
#include "tests/test.h"

#include "hal/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A service manager: the socket a datagram comes to. */
static int listen_at(char path[64])
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    snprintf(path, 64, "/tmp/watch-test-%d.sock", getpid());
    unlink(path);
    snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
    return bind(fd, (const struct sockaddr *)&at, sizeof at) == 0 ? fd : -1;
}

/* The next datagram, "" when none is there. */
static const char *heard(int fd)
{
    static char text[128];
    ssize_t n = recv(fd, text, sizeof text - 1, 0);
    text[n > 0 ? n : 0] = '\0';
    return text;
}

TEST(a_service_manager_hears_readiness_once_and_each_new_state)
{
    char path[64];
    int fd = listen_at(path);
    setenv("NOTIFY_SOCKET", path, 1);
    watch_open();
    CHECK(getenv("NOTIFY_SOCKET") == NULL);
    watch_ready();
    watch_ready();
    watch_status("idle");
    watch_status("idle");
    watch_status("visit");
    CHECK_STR(heard(fd), "READY=1");
    CHECK_STR(heard(fd), "STATUS=idle");
    CHECK_STR(heard(fd), "STATUS=visit");
    CHECK_STR(heard(fd), "");
    CHECK_EQ(watch_wait_ms(-1), -1); /* no watchdog was asked for */
    close(fd);
    unlink(path);
}

TEST(a_sign_of_life_comes_at_half_of_the_time_and_not_before)
{
    char path[64];
    int fd = listen_at(path);
    setenv("NOTIFY_SOCKET", path, 1);
    setenv("WATCHDOG_USEC", "200000", 1);
    watch_open();
    watch_alive();
    CHECK_STR(heard(fd), "");
    int wait = watch_wait_ms(-1);
    CHECK(wait > 0 && wait <= 100);
    CHECK_EQ(watch_wait_ms(1), 1);
    usleep(110 * 1000);
    CHECK_EQ(watch_wait_ms(-1), 0);
    watch_alive();
    CHECK_STR(heard(fd), "WATCHDOG=1");
    watch_alive();
    CHECK_STR(heard(fd), "");
    close(fd);
    unlink(path);
}

TEST(a_sign_meant_for_another_process_is_not_given)
{
    char path[64];
    int fd = listen_at(path);
    setenv("NOTIFY_SOCKET", path, 1);
    setenv("WATCHDOG_USEC", "2000", 1);
    setenv("WATCHDOG_PID", "1", 1);
    watch_open();
    CHECK_EQ(watch_wait_ms(-1), -1);
    usleep(3000);
    watch_alive();
    CHECK_STR(heard(fd), "");
    close(fd);
    unlink(path);
}

TEST(without_a_service_manager_nothing_happens)
{
    unsetenv("NOTIFY_SOCKET");
    setenv("WATCHDOG_USEC", "2000", 1);
    watch_open();
    watch_ready();
    watch_status("idle");
    watch_alive();
    CHECK_EQ(watch_wait_ms(-1), -1);
    CHECK_EQ(watch_wait_ms(70), 70);
}
