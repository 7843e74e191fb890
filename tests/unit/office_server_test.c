/* office_server_test.c - signed requests through a real server on loopback, whole, slow, too large.
 */
#include "tests/unit/office_http.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "platform/files.h"
#include "tests/test.h"
#include "tests/unit/db_kit.h"

enum { SLOW = 200 };

TEST_BOTH(an_item_goes_over_the_line_and_its_state_comes_back)
{
    static char buf[16384];
    struct office_kit *k = kit_start();
    struct wire_item item = kit_item(k, KIT_IDNO, NULL);
    struct server *s = http_start(k);
    char *json = NULL;
    const char *body = "";
    CHECK(s != NULL);
    CHECK_ERR(wire_post_write(&k->arena, &item, 1, &json), OK);
    int status = http_ask(k, s, "POST", "/v1/outbox", json, buf, sizeof buf, &body);
    bool taken = strstr(body, "\"accepted\"") && strstr(buf, "Cache-Control: no-store");
    int again = http_ask(k, s, "GET", "/v1/status?since=0", "", buf, sizeof buf, &body);
    bool seen = strstr(body, item.id) != NULL;
    server_stop(s);
    CHECK_EQ(status, 200);
    CHECK(taken);
    CHECK_EQ(again, 200);
    CHECK(seen);
}

TEST_BOTH(a_body_that_is_too_large_is_answered_and_not_kept)
{
    static char buf[16384];
    struct office_kit *k = kit_start();
    struct server *s = http_start(k);
    const char *body = "";
    CHECK(s != NULL);
    char *large = arena_alloc(&k->arena, WIRE_POST_MAX + 2);
    memset(large, ' ', WIRE_POST_MAX + 1);
    int status = http_ask(k, s, "POST", "/v1/outbox", large, buf, sizeof buf, &body);
    bool said = strcmp(body, "{\"error\":\"too_big\"}") == 0;
    server_stop(s);
    CHECK_EQ(status, 413);
    CHECK(said);
}

TEST_BOTH(two_hundred_bodies_that_never_end_hold_nobody_up)
{
    static char buf[16384];
    static int fd[SLOW];
    struct office_kit *k = kit_start();
    struct wire_item item = kit_item(k, KIT_IDNO, NULL);
    struct server *s = http_start(k);
    char *json = NULL;
    const char *body = "";
    int open_ones = 0;
    CHECK(s != NULL);
    CHECK_ERR(wire_post_write(&k->arena, &item, 1, &json), OK);
    char *head = http_head(k, "POST", "/v1/outbox", json);
    for (int i = 0; i < SLOW; i++) {
        fd[i] = http_dial(s);
        open_ones += fd[i] >= 0 && http_put(fd[i], head, strlen(head)) && http_put(fd[i], json, 1);
    }
    int status = http_ask(k, s, "POST", "/v1/outbox", json, buf, sizeof buf, &body);
    for (int i = 0; i < SLOW; i++)
        close(fd[i]);
    server_stop(s);
    CHECK_EQ(open_ones, SLOW);
    CHECK_EQ(status, 200);
}

TEST_BOTH(without_an_office_the_server_says_to_come_later)
{
    static char buf[16384];
    struct office_kit *k = kit_start();
    struct server *s = NULL;
    const char *body = "";
    CHECK_ERR(dir_make(k->conf.feed), OK);
    CHECK_ERR(server_start("127.0.0.1:0", k->conf.feed, NULL, &s), OK);
    int status = http_ask(k, s, "GET", "/v1/status?since=0", "", buf, sizeof buf, &body);
    bool later = strstr(buf, "Retry-After: 5") != NULL;
    server_stop(s);
    CHECK_EQ(status, 503);
    CHECK(later);
}

/* What is asked in one piece, to the end of the connection: how many answers, the first status. */
static int count_answers(struct office_kit *k, const char *text, int *status)
{
    static char buf[16384];
    struct server *s = http_start(k);
    const char *body = "";
    int count = 0, fd = http_dial(s);
    *status = fd >= 0 && http_put(fd, text, strlen(text)) && shutdown(fd, SHUT_WR) == 0
                  ? http_answer(fd, buf, sizeof buf, &body)
                  : -1;
    server_stop(s);
    for (const char *at = buf; (at = strstr(at, "HTTP/1.1 ")); at++)
        count++;
    return count;
}

TEST(no_second_request_hides_in_a_first)
{
    static const char *const framing[] = {
        "Content-Length: 0\r\nContent-Length: 54\r\n",
        "Content-Length: 54\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: identity\r\n",
    };
    struct office_kit *k = kit_start();
    for (size_t i = 0; i < sizeof framing / sizeof *framing; i++) {
        int status = 0;
        const char *text =
            arena_printf(&k->arena,
                         "POST /v1/outbox HTTP/1.1\r\nHost: a\r\n%s\r\n0\r\n\r\n"
                         "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                         framing[i]);
        CHECK_EQ(count_answers(k, text, &status), 1);
        CHECK_EQ(status, 400);
    }
}

TEST(a_path_means_what_is_written)
{
    struct office_kit *k = kit_start();
    static const char *const path[] = { "/%68ealthz", "/healthz%00", "/healthz%00.html" };
    for (size_t i = 0; i < sizeof path / sizeof *path; i++) {
        int status = 0;
        const char *text = arena_printf(
            &k->arena, "GET %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", path[i]);
        CHECK_EQ(count_answers(k, text, &status), 1);
        CHECK_EQ(status, 404);
    }
}
