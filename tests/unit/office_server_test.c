/* office_server_test.c - signed requests through a real server on loopback, whole, slow, too large.
 */
#include "platform/server.h"
#include "tests/unit/office_kit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "platform/files.h"
#include "tests/test.h"

enum { SLOW = 200 };

static struct server *started(struct office_kit *k)
{
    struct server *s = NULL;
    return dir_make(k->conf.feed) == OK &&
                   server_start("127.0.0.1:0", k->conf.feed, k->office, &s) == OK
               ? s
               : NULL;
}

static int dial(const struct server *s)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)server_port(s)),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof at) == 0)
        return fd;
    close(fd);
    return -1;
}

static bool put(int fd, const char *data, size_t n)
{
    return send(fd, data, n, MSG_NOSIGNAL) == (ssize_t)n;
}

/* Everything until the server hangs up: status, and where the body begins. */
static int read_answer(int fd, char *buf, size_t cap, const char **body)
{
    size_t n = 0;
    ssize_t got;
    while (n + 1 < cap && (got = recv(fd, buf + n, cap - 1 - n, 0)) > 0)
        n += (size_t)got;
    buf[n] = '\0';
    close(fd);
    const char *end = strstr(buf, "\r\n\r\n");
    *body = end ? end + 4 : "";
    return strncmp(buf, "HTTP/1.1 ", 9) == 0 ? (int)strtol(buf + 9, NULL, 10) : -1;
}

static char *head_of(struct office_kit *k, const char *method, const char *path, const char *body)
{
    struct kit_headers h;
    kit_sign(k, method, path, body, &h);
    return arena_printf(&k->arena,
                        "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nHuimin-Line: %s\r\n"
                        "Huimin-Time: %s\r\nHuimin-Nonce: %s\r\nHuimin-Signature: %s\r\n"
                        "Content-Length: %zu\r\n\r\n",
                        method, path, h.line, h.time, h.nonce, h.signature, strlen(body));
}

static int ask(struct office_kit *k, const struct server *s, const char *method, const char *path,
               const char *body, char *buf, size_t cap, const char **answer)
{
    char *head = head_of(k, method, path, body);
    int fd = dial(s);
    if (fd < 0 || !put(fd, head, strlen(head)) || !put(fd, body, strlen(body)))
        return -1;
    return read_answer(fd, buf, cap, answer);
}

TEST(an_item_goes_over_the_line_and_its_state_comes_back)
{
    static char buf[16384];
    struct office_kit *k = kit_start();
    struct wire_item item = kit_item(k, KIT_IDNO, NULL);
    struct server *s = started(k);
    char *json = NULL;
    const char *body = "";
    CHECK(s != NULL);
    CHECK_ERR(wire_post_write(&k->arena, &item, 1, &json), OK);
    int status = ask(k, s, "POST", "/v1/outbox", json, buf, sizeof buf, &body);
    bool taken = strstr(body, "\"accepted\"") && strstr(buf, "Cache-Control: no-store");
    int again = ask(k, s, "GET", "/v1/status?since=0", "", buf, sizeof buf, &body);
    bool seen = strstr(body, item.id) != NULL;
    server_stop(s);
    CHECK_EQ(status, 200);
    CHECK(taken);
    CHECK_EQ(again, 200);
    CHECK(seen);
}

TEST(a_body_that_is_too_large_is_answered_and_not_kept)
{
    static char buf[16384];
    struct office_kit *k = kit_start();
    struct server *s = started(k);
    const char *body = "";
    CHECK(s != NULL);
    char *large = arena_alloc(&k->arena, WIRE_POST_MAX + 2);
    memset(large, ' ', WIRE_POST_MAX + 1);
    int status = ask(k, s, "POST", "/v1/outbox", large, buf, sizeof buf, &body);
    bool said = strcmp(body, "{\"error\":\"too_big\"}") == 0;
    server_stop(s);
    CHECK_EQ(status, 413);
    CHECK(said);
}

TEST(two_hundred_bodies_that_never_end_hold_nobody_up)
{
    static char buf[16384];
    static int fd[SLOW];
    struct office_kit *k = kit_start();
    struct wire_item item = kit_item(k, KIT_IDNO, NULL);
    struct server *s = started(k);
    char *json = NULL;
    const char *body = "";
    int open_ones = 0;
    CHECK(s != NULL);
    CHECK_ERR(wire_post_write(&k->arena, &item, 1, &json), OK);
    char *head = head_of(k, "POST", "/v1/outbox", json);
    for (int i = 0; i < SLOW; i++) {
        fd[i] = dial(s);
        open_ones += fd[i] >= 0 && put(fd[i], head, strlen(head)) && put(fd[i], json, 1);
    }
    int status = ask(k, s, "POST", "/v1/outbox", json, buf, sizeof buf, &body);
    for (int i = 0; i < SLOW; i++)
        close(fd[i]);
    server_stop(s);
    CHECK_EQ(open_ones, SLOW);
    CHECK_EQ(status, 200);
}

TEST(without_an_office_the_server_says_to_come_later)
{
    static char buf[16384];
    struct office_kit *k = kit_start();
    struct server *s = NULL;
    const char *body = "";
    CHECK_ERR(dir_make(k->conf.feed), OK);
    CHECK_ERR(server_start("127.0.0.1:0", k->conf.feed, NULL, &s), OK);
    int status = ask(k, s, "GET", "/v1/status?since=0", "", buf, sizeof buf, &body);
    bool later = strstr(buf, "Retry-After: 5") != NULL;
    server_stop(s);
    CHECK_EQ(status, 503);
    CHECK(later);
}
