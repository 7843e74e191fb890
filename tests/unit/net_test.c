/* net_test.c - every way a line can disappoint has its own name. */
#include "hal/net.h"
#include "tests/test.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* A server in a child process: takes one connection after the other, reads the request, says
 * `text` (slowly: one byte every 100 ms), then closes or, with hang, keeps the line open. */
struct server {
    pid_t pid;
    int port;
};

static void serve(int fd, const char *text, bool slowly, bool hang)
{
    char request[2048];
    for (;;) {
        int c = accept(fd, NULL, NULL);
        if (c < 0 || read(c, request, sizeof request) < 0)
            _exit(1);
        for (const char *p = text; *p && slowly; p++, usleep(100000))
            if (send(c, p, 1, MSG_NOSIGNAL) < 1)
                break;
        if (!slowly && send(c, text, strlen(text), MSG_NOSIGNAL) < 0)
            _exit(1);
        if (hang)
            pause();
        close(c);
    }
}

static struct server start(const char *text, bool slowly, bool hang)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof a;
    struct server s = { .port = 0 };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(fd, (struct sockaddr *)&a, sizeof a) != 0 || listen(fd, 4) != 0 ||
        getsockname(fd, (struct sockaddr *)&a, &n) != 0)
        return s;
    s.port = ntohs(a.sin_port);
    s.pid = fork();
    if (s.pid == 0)
        serve(fd, text, slowly, hang);
    close(fd);
    return s;
}

static void stop(struct server s)
{
    if (s.pid > 0) {
        kill(s.pid, SIGKILL);
        waitpid(s.pid, NULL, 0);
    }
}

static struct net_answer ask(int port, const char *file, int64_t cap)
{
    static struct net *n;
    static struct net_answer a;
    static char body[512];
    struct net_limits limits = { .connect_s = 1, .low_speed_s = 60 };
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/x", port);
    struct net_request r = { .url = url, .file = file, .cap = cap, .deadline_s = 1 };
    a = (struct net_answer){ .err = ERR_STOPPED };
    if (net_create(&limits, &n) != OK)
        return a;
    if (net_start(n, &r) == OK)
        while (!net_wait(n, NULL, 0, 1000, &a)) {
        }
    if (a.body && a.n < sizeof body) {
        memcpy(body, a.body, a.n);
        a.body = body;
    }
    net_destroy(n);
    return a;
}

static enum err answer_to(const char *text, bool slowly, bool hang)
{
    struct server s = start(text, slowly, hang);
    enum err e = ask(s.port, NULL, 1000).err;
    stop(s);
    return e;
}

#define WHOLE "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: \"e7\"\r\n\r\nhello"

TEST(a_whole_answer_comes_with_its_etag)
{
    struct server s = start(WHOLE, false, false);
    struct net_answer a = ask(s.port, NULL, 1000);
    stop(s);
    CHECK_ERR(a.err, OK);
    CHECK_EQ(a.n, 5);
    CHECK(memcmp(a.body, "hello", 5) == 0);
    CHECK_STR(a.etag, "\"e7\"");
}

TEST(each_way_a_platform_can_fail_has_its_name)
{
    CHECK_ERR(answer_to("HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\nno", false, false),
              ERR_SERVER);
    CHECK_ERR(
        answer_to("HTTP/1.1 302 Go\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n", false, false),
        ERR_NOT_FEED);
    CHECK_ERR(answer_to("SSH-2.0-OpenSSH_9.2\r\n", false, false), ERR_NOT_FEED);
    CHECK_ERR(answer_to("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf", false, false),
              ERR_CUT);
    CHECK_ERR(answer_to("", false, false), ERR_CUT);
    CHECK_ERR(answer_to("", false, true), ERR_TIMEOUT);
    CHECK_ERR(answer_to(WHOLE, true, true), ERR_SLOW);
    CHECK_ERR(ask(1, NULL, 1000).err, ERR_OFFLINE);
}

TEST(more_than_was_agreed_is_not_taken)
{
    struct server s = start(WHOLE, false, false);
    enum err e = ask(s.port, NULL, 4).err;
    stop(s);
    CHECK_ERR(e, ERR_TOO_BIG);
}

TEST(a_download_goes_on_where_it_was_cut)
{
    char path[400], text[16] = "";
    snprintf(path, sizeof path, "%s/part", test_dir());
    struct server s = start("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhell", false, false);
    CHECK_ERR(ask(s.port, path, 8).err, ERR_CUT);
    stop(s);
    s = start("HTTP/1.1 206 P\r\nContent-Range: bytes 4-7/8\r\nContent-Length: 4\r\n\r\no yo",
              false, false);
    CHECK_ERR(ask(s.port, path, 8).err, OK);
    stop(s);
    int fd = open(path, O_RDONLY);
    CHECK(fd >= 0 && read(fd, text, sizeof text - 1) == 8);
    close(fd);
    CHECK_STR(text, "hello yo");
}

TEST(a_server_without_ranges_is_asked_from_the_start)
{
    char path[400], text[16] = "";
    snprintf(path, sizeof path, "%s/part", test_dir());
    int fd = open(path, O_RDWR | O_CREAT, 0600);
    CHECK(fd >= 0 && write(fd, "he", 2) == 2);
    struct server s = start(WHOLE, false, false);
    CHECK_ERR(ask(s.port, path, 5).err, OK);
    stop(s);
    CHECK(pread(fd, text, sizeof text - 1, 0) == 5);
    close(fd);
    CHECK_STR(text, "hello");
}

TEST(an_error_page_never_lands_in_the_file)
{
    char path[400];
    snprintf(path, sizeof path, "%s/part", test_dir());
    struct server s = start("HTTP/1.1 404 No\r\nContent-Length: 4\r\n\r\nhtml", false, false);
    struct net_answer a = ask(s.port, path, 100);
    stop(s);
    CHECK_ERR(a.err, ERR_SERVER);
    CHECK_EQ(a.status, 404);
    int fd = open(path, O_RDONLY);
    CHECK(fd >= 0 && lseek(fd, 0, SEEK_END) == 0);
    close(fd);
}

TEST(a_mirror_folder_answers_like_a_server)
{
    char path[400], buf[16];
    struct net_answer a;
    snprintf(path, sizeof path, "%s/index", test_dir());
    struct net_request r = { .url = path, .cap = 4 };
    net_file_get(&r, buf, &a);
    CHECK_ERR(a.err, ERR_NOT_FOUND);
    int fd = open(path, O_RDWR | O_CREAT, 0600);
    CHECK(fd >= 0 && write(fd, "feed", 4) == 4);
    net_file_get(&r, buf, &a);
    CHECK_ERR(a.err, OK);
    CHECK_EQ(a.n, 4);
    CHECK(write(fd, "!", 1) == 1);
    close(fd);
    net_file_get(&r, buf, &a);
    CHECK_ERR(a.err, ERR_TOO_BIG);
}

/* Answers 200 with the request it got as the body. */
static void echo(int fd)
{
    static char request[400000], head[128];
    int c = accept(fd, NULL, NULL);
    size_t n = 0, want = 1;
    ssize_t got;
    while (n < want && (got = read(c, request + n, sizeof request - 1 - n)) > 0) {
        n += (size_t)got;
        request[n] = '\0';
        const char *end = strstr(request, "\r\n\r\n");
        const char *length = strstr(request, "Content-Length: ");
        want = !end ? n + 1
                    : (size_t)(end + 4 - request) + (length ? strtoul(length + 16, NULL, 10) : 0);
    }
    snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", n);
    (void)!send(c, head, strlen(head), MSG_NOSIGNAL);
    for (size_t at = 0; at < n && (got = send(c, request + at, n - at, MSG_NOSIGNAL)) > 0;)
        at += (size_t)got;
    _exit(0);
}

static struct server start_echo(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof a;
    struct server s = { .port = 0 };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(fd, (struct sockaddr *)&a, sizeof a) != 0 || listen(fd, 4) != 0 ||
        getsockname(fd, (struct sockaddr *)&a, &n) != 0)
        return s;
    s.port = ntohs(a.sin_port);
    s.pid = fork();
    if (s.pid == 0)
        echo(fd);
    close(fd);
    return s;
}

static struct net *make_net(void)
{
    struct net_limits limits = { .connect_s = 1, .low_speed_s = 60 };
    struct net *n = NULL;
    return net_create(&limits, &n) == OK ? n : NULL;
}

TEST(what_is_posted_arrives_whole_with_its_headers)
{
    static char body[200 * 1024];
    struct server s = start_echo();
    struct net *n = make_net();
    struct net_answer a = { .err = ERR_STOPPED };
    char url[64];
    memset(body, 'b', sizeof body);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/v1/outbox", s.port);
    struct net_request r = { .url = url,
                             .cap = NET_MEMORY,
                             .deadline_s = 5,
                             .body = body,
                             .body_n = sizeof body,
                             .headers = { "Huimin-Time: 7", "Content-Type: application/json" } };
    CHECK_ERR(net_start(n, &r), OK);
    while (!net_wait(n, NULL, 0, 1000, &a)) {
    }
    stop(s);
    CHECK_ERR(a.err, OK);
    CHECK(a.n > sizeof body && memcmp(a.body, "POST /v1/outbox HTTP/1.1\r\n", 26) == 0);
    CHECK(memcmp(a.body + a.n - sizeof body, body, sizeof body) == 0);
    CHECK(memmem(a.body, a.n, "\r\nHuimin-Time: 7\r\n", 18));
    CHECK(memmem(a.body, a.n, "\r\nContent-Type: application/json\r\n", 34));
    CHECK(!memmem(a.body, 1000, "Expect", 6));
    const char *old = a.body;
    net_forget(n);
    CHECK(old[0] == '\0' && old[a.n - 1] == '\0');
    net_destroy(n);
}

TEST(after_a_post_the_next_question_is_a_plain_one)
{
    struct server s = start_echo();
    struct net *n = make_net();
    struct net_answer a;
    char url[64];
    struct net_request post = {
        .url = "http://127.0.0.1:1/x", .cap = 99, .deadline_s = 1, .body = "x", .body_n = 1
    };
    CHECK_ERR(net_start(n, &post), OK);
    while (!net_wait(n, NULL, 0, 1000, &a)) {
    }
    CHECK_ERR(a.err, ERR_OFFLINE);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/y", s.port);
    struct net_request get = { .url = url, .cap = 1000, .deadline_s = 1 };
    CHECK_ERR(net_start(n, &get), OK);
    while (!net_wait(n, NULL, 0, 1000, &a)) {
    }
    stop(s);
    CHECK_ERR(a.err, OK);
    CHECK(memcmp(a.body, "GET /y HTTP/1.1\r\n", 17) == 0);
    net_destroy(n);
}

TEST(why_a_platform_refuses_can_be_read)
{
    struct server s =
        start("HTTP/1.1 401 No\r\nContent-Length: 17\r\n\r\n{\"error\":\"clock\"}", false, false);
    struct net *n = make_net();
    struct net_answer a;
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/x", s.port);
    struct net_request r = { .url = url, .cap = 10, .deadline_s = 1, .keep_errors = true };
    CHECK_ERR(net_start(n, &r), OK);
    while (!net_wait(n, NULL, 0, 1000, &a)) {
    }
    stop(s);
    CHECK_ERR(a.err, ERR_SERVER);
    CHECK_EQ(a.status, 401);
    CHECK_EQ(a.n, 10);
    CHECK(memcmp(a.body, "{\"error\":\"", 10) == 0);
    net_destroy(n);
}

TEST(a_short_question_does_not_wait_behind_a_long_one)
{
    struct server slow = start("", false, true), quick = start(WHOLE, false, false);
    struct net *first = make_net(), *second = NULL;
    struct net_answer a;
    char slow_url[64], quick_url[64];
    CHECK_ERR(net_join(first, &second), OK);
    snprintf(slow_url, sizeof slow_url, "http://127.0.0.1:%d/x", slow.port);
    snprintf(quick_url, sizeof quick_url, "http://127.0.0.1:%d/x", quick.port);
    struct net_request r = { .url = slow_url, .cap = 100, .deadline_s = 30 };
    CHECK_ERR(net_start(first, &r), OK);
    r.url = quick_url;
    CHECK_ERR(net_start(second, &r), OK);
    bool took = false;
    for (int i = 0; i < 50 && !took; i++) {
        CHECK(!net_wait(first, NULL, 0, 1000, &a));
        took = net_take(second, &a);
    }
    stop(slow);
    stop(quick);
    CHECK(took && a.err == OK && a.n == 5);
    CHECK(net_busy(first) && !net_busy(second));
    net_destroy(second);
    net_destroy(first);
}
