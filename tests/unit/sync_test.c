/* sync_test.c - huimin-sync over its socket: orders are taken, news is told, faults are states. */
#include "app/sync.h"
#include "tests/test.h"
#include "tests/unit/feed_kit.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static struct kit k;

/* huimin-sync as a child; writing to the pipe is its SIGTERM. */
struct child {
    pid_t pid;
    int pipe;
};

static struct child begin(void)
{
    int p[2];
    struct child c = { .pid = -1 };
    if (pipe(p) != 0)
        return c;
    c.pid = fork();
    if (c.pid == 0) {
        close(p[1]);
        int null = open("/dev/null", O_WRONLY);
        dup2(null, STDERR_FILENO);
        _exit(sync_run(&k.config, false, p[0]) == OK ? 0 : 1);
    }
    close(p[0]);
    c.pipe = p[1];
    return c;
}

static int end(struct child c)
{
    int status = -1;
    (void)!write(c.pipe, "x", 1);
    close(c.pipe);
    waitpid(c.pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* What a connection said and was not heard yet. */
static struct said {
    int fd;
    size_t n;
    char text[65536];
} said_by[2];

static struct said *said_of(int fd)
{
    for (int i = 0; i < 2; i++)
        if (said_by[i].fd == fd)
            return &said_by[i];
    said_by[1] = said_by[0];
    said_by[0] = (struct said){ .fd = fd };
    return &said_by[0];
}

static int dial(void)
{
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    snprintf(a.sun_path, sizeof a.sun_path, "%.80s/sync.sock", k.config.data_dir);
    for (int i = 0; i < 300; i++, usleep(10000)) {
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connect(fd, (struct sockaddr *)&a, sizeof a) == 0) {
            said_of(fd)->n = 0;
            return fd;
        }
        close(fd);
    }
    return -1;
}

/* Forgets up to the line that holds `want`; false: there is none. */
static bool take_line(struct said *s, const char *want)
{
    s->text[s->n] = '\0';
    char *at = strstr(s->text, want), *end = at ? strchr(at, '\n') : NULL;
    if (!end)
        return false;
    s->n -= (size_t)(end + 1 - s->text);
    memmove(s->text, end + 1, s->n);
    return true;
}

/* Reads on until a line holds `want`; false after 5 s of silence. */
static bool hears(int fd, const char *want)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };
    struct said *s = said_of(fd);
    while (!take_line(s, want)) {
        if (s->n == sizeof s->text - 1 || poll(&p, 1, 5000) <= 0)
            return false;
        ssize_t got = recv(fd, s->text + s->n, sizeof s->text - 1 - s->n, 0);
        if (got <= 0)
            return false;
        s->n += (size_t)got;
    }
    return true;
}

static bool say(int fd, const char *line)
{
    return send(fd, line, strlen(line), MSG_NOSIGNAL) == (ssize_t)strlen(line);
}

static void feed(void)
{
    kit_init(&k, test_dir());
    kit_segment(&k, "price", "[\"p\",\"price\",20000,1,1,480]\n");
    kit_publish(&k);
}

TEST(what_is_published_is_told_after_a_sync_order)
{
    feed();
    struct child c = begin();
    int fd = dial();
    CHECK(fd >= 0);
    CHECK(say(fd, "{\"m\":\"hello\"}\n"));
    CHECK(hears(fd, "\"seq\":1"));
    kit_segment(&k, "price", "[\"p\",\"price\",20001,1,1,490]\n");
    kit_publish(&k);
    CHECK(say(fd, "{\"m\":\"sync\"}\n"));
    CHECK(hears(fd, "{\"m\":\"changed\",\"ch\":[\"price\"]}"));
    CHECK(say(fd, "{\"m\":\"hello\"}\n"));
    CHECK(hears(fd, "\"state\":\"online\",\"err\":\"ok\""));
    close(fd);
    CHECK_EQ(end(c), 0);
    kit_finish(&k);
}

TEST(a_cut_line_is_offline_until_it_is_mended)
{
    feed();
    struct child c = begin();
    int fd = dial();
    CHECK(fd >= 0 && say(fd, "{\"m\":\"sync\"}\n"));
    CHECK(hears(fd, "\"state\":\"online\""));
    CHECK(say(fd, "{\"m\":\"net\",\"online\":false}\n"));
    CHECK(hears(fd, "\"state\":\"offline\",\"err\":\"offline\""));
    CHECK(say(fd, "{\"m\":\"net\",\"online\":true}\n"));
    CHECK(hears(fd, "\"state\":\"online\""));
    close(fd);
    CHECK_EQ(end(c), 0);
    kit_finish(&k);
}

TEST(without_a_platform_the_line_was_never_there)
{
    kit_init(&k, test_dir());
    kit_publish(&k);
    k.config.feed_dir[0] = '\0';
    struct child c = begin();
    int fd = dial();
    CHECK(fd >= 0 && say(fd, "{\"m\":\"sync\"}\n"));
    CHECK(hears(fd, "\"state\":\"never\",\"err\":\"offline\""));
    close(fd);
    CHECK_EQ(end(c), 0);
    kit_finish(&k);
}

/* Beside a platform that cannot be reached; what is plugged in is met within two seconds. */
TEST(a_stick_that_comes_later_is_read_and_an_older_one_is_no_fault)
{
    char stick[300];
    feed();
    snprintf(stick, sizeof stick, "%.200s/stick", test_dir());
    snprintf(k.config.feed_dir, sizeof k.config.feed_dir, "%.200s/stick", test_dir());
    snprintf(k.config.platform_url, sizeof k.config.platform_url, "http://127.0.0.1:1");
    struct child c = begin();
    int fd = dial();
    CHECK(fd >= 0 && say(fd, "{\"m\":\"sync\"}\n"));
    CHECK(hears(fd, "\"stick\":\"none\""));
    CHECK_EQ(rename(k.feed, stick), 0); /* it is mounted */
    CHECK(hears(fd, "{\"m\":\"changed\",\"ch\":[\"price\"]}"));
    CHECK(hears(fd, "\"stick\":\"read\""));
    CHECK(say(fd, "{\"m\":\"hello\"}\n"));
    CHECK(hears(fd, "\"state\":\"never\",\"err\":\"offline\"")); /* a stick is not the line */
    snprintf(k.feed, sizeof k.feed, "%s", stick);
    kit_segment(&k, "price", "[\"p\",\"price\",20009,1,1,1]\n");
    k.index.n = 6;
    kit_publish(&k);
    CHECK(say(fd, "{\"m\":\"sync\"}\n"));
    CHECK(hears(fd, "{\"m\":\"changed\",\"ch\":[\"price\"]}"));
    k.index.n = 3;
    kit_publish(&k);
    CHECK(say(fd, "{\"m\":\"sync\"}\n"));
    CHECK(hears(fd, "\"stick\":\"older\""));
    CHECK(say(fd, "{\"m\":\"hello\"}\n"));
    CHECK(hears(fd, "\"err\":\"offline\""));
    close(fd);
    CHECK_EQ(end(c), 0);
    kit_finish(&k);
}

TEST(nonsense_on_the_socket_is_refused_by_name)
{
    feed();
    struct child c = begin();
    int fd = dial();
    CHECK(fd >= 0 && say(fd, "{\"m\":\"dance\"}\n"));
    CHECK(hears(fd, "{\"m\":\"refused\",\"err\":\"bad_argument\"}"));
    CHECK(say(fd, "not json\n"));
    CHECK(hears(fd, "{\"m\":\"refused\",\"err\":\"bad_format\"}"));
    CHECK(say(fd, "{\"m\":\"clock\",\"hold\":\"yesterday\"}\n"));
    CHECK(hears(fd, "bad_argument"));
    CHECK(say(fd, "{\"m\":\"clock\",\"hold\":\"2026-11-23T09:00:00+08:00\"}\n"));
    CHECK(hears(fd, "{\"m\":\"taken\"}"));
    close(fd);
    CHECK_EQ(end(c), 0);
    kit_finish(&k);
}

TEST(only_one_huimin_sync_works_in_a_data_directory)
{
    feed();
    struct child c = begin();
    int fd = dial();
    CHECK(fd >= 0);
    CHECK_ERR(kit_sync(&k), ERR_BUSY);
    close(fd);
    CHECK_EQ(end(c), 0);
    kit_finish(&k);
}

/* A platform that answers every question with one box, after `delay_ms`; all else is 404. */
static pid_t answer_questions(int *out_port, int delay_ms)
{
    static const char no[] = "HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    static const char yes[] = "HTTP/1.1 200 OK\r\nContent-Length: 24\r\nConnection: close\r\n\r\n"
                              "{\"v\":1,\"box\":\"U0VBTEVE\"}";
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof a;
    char request[4096];
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(fd, (struct sockaddr *)&a, sizeof a) != 0 || listen(fd, 4) != 0 ||
        getsockname(fd, (struct sockaddr *)&a, &n) != 0)
        return -1;
    *out_port = ntohs(a.sin_port);
    pid_t pid = fork();
    if (pid != 0) {
        close(fd);
        return pid;
    }
    for (int c; (c = accept(fd, NULL, NULL)) >= 0; close(c)) {
        ssize_t got = recv(c, request, sizeof request - 1, 0);
        request[got > 0 ? got : 0] = '\0';
        bool asked = strncmp(request, "POST /v1/query ", 15) == 0 &&
                     strstr(request, "\r\nHuimin-Signature: ") &&
                     strstr(request, "{\"v\":1,\"kid\":\"p1\",\"box\":\"Qk9Y\",\"sig\":\"U0lH\"}");
        if (asked)
            usleep((useconds_t)delay_ms * 1000);
        (void)!send(c, asked ? yes : no, strlen(asked ? yes : no), MSG_NOSIGNAL);
    }
    _exit(0);
}

static const char question[] =
    "{\"m\":\"query\",\"q\":3,\"kid\":\"p1\",\"box\":\"Qk9Y\",\"sig\":\"U0lH\"}\n";

static bool hears_nothing(int fd, const char *word)
{
    struct said *s = said_of(fd);
    ssize_t got = recv(fd, s->text + s->n, sizeof s->text - 1 - s->n, MSG_DONTWAIT);
    s->n += got > 0 ? (size_t)got : 0;
    s->text[s->n] = '\0';
    return !strstr(s->text, word);
}

TEST(a_sealed_question_is_carried_and_only_its_asker_hears_the_answer)
{
    int port = 0;
    feed();
    pid_t platform = answer_questions(&port, 0);
    snprintf(k.config.platform_url, sizeof k.config.platform_url, "http://127.0.0.1:%d", port);
    struct child c = begin();
    int fd = dial(), other = dial();
    CHECK(fd >= 0 && other >= 0);
    CHECK(say(other, "{\"m\":\"outbox\"}\n") && hears(other, "{\"m\":\"taken\"}"));
    CHECK(say(fd, question));
    bool answered = hears(fd, "{\"m\":\"answer\",\"q\":3,\"err\":\"ok\",\"box\":\"U0VBTEVE\"}");
    bool kept = hears_nothing(other, "answer");
    close(fd);
    close(other);
    int ended = end(c);
    kill(platform, SIGKILL);
    waitpid(platform, NULL, 0);
    kit_finish(&k);
    CHECK(answered);
    CHECK(kept);
    CHECK_EQ(ended, 0);
}

TEST(a_question_on_a_cut_line_is_answered_offline_at_once)
{
    int port = 0;
    feed();
    pid_t platform = answer_questions(&port, 20000);
    snprintf(k.config.platform_url, sizeof k.config.platform_url, "http://127.0.0.1:%d", port);
    struct child c = begin();
    int fd = dial();
    CHECK(fd >= 0);
    CHECK(say(fd, question) && hears(fd, "taken"));
    CHECK(say(fd, "{\"m\":\"net\",\"online\":false}\n")); /* while the platform thinks */
    bool on_its_way = hears(fd, "{\"m\":\"answer\",\"q\":3,\"err\":\"offline\"}");
    CHECK(say(fd, question));
    bool afterwards = hears(fd, "{\"m\":\"answer\",\"q\":3,\"err\":\"offline\"}");
    close(fd);
    int ended = end(c);
    kill(platform, SIGKILL);
    waitpid(platform, NULL, 0);
    kit_finish(&k);
    CHECK(on_its_way);
    CHECK(afterwards);
    CHECK_EQ(ended, 0);
}

TEST(half_a_question_is_refused)
{
    feed();
    struct child c = begin();
    int fd = dial();
    CHECK(fd >= 0 && say(fd, "{\"m\":\"query\",\"q\":3,\"box\":\"Qk9Y\"}\n"));
    CHECK(hears(fd, "{\"m\":\"refused\",\"err\":\"bad_argument\"}"));
    close(fd);
    CHECK_EQ(end(c), 0);
    kit_finish(&k);
}

TEST(waits_after_faults_grow_within_their_bounds)
{
    int prev = 0;
    for (unsigned r = 1; r < 2000; r = r * 3 + 7) {
        int next = sync_backoff_ms(prev, 300, r * 2654435761u);
        CHECK(next >= 2000 && next <= 900000);
        CHECK(next <= 6000 || next <= prev * 3);
        prev = next;
    }
    CHECK(sync_backoff_ms(900000, 300, 4000000000u) <= 900000);
    CHECK(sync_backoff_ms(0, 1, 12345) <= 3000);
}

TEST(after_an_outage_terminals_do_not_all_ask_in_the_same_second)
{
    static const int64_t day = 86400000;
    int64_t least = 300000, most = 0;
    for (unsigned i = 0; i < 1000; i++) {
        int64_t w = sync_first_wait_ms(day, 300, i * 2654435761u);
        least = w < least ? w : least;
        most = w > most ? w : most;
    }
    CHECK(least < 3000 && most > 297000 && most <= 300000);
    CHECK_EQ(sync_first_wait_ms(599000, 300, 12345), 0); /* only restarted */
    CHECK(sync_first_wait_ms(-day, 300, 12345) > 0);     /* its clock died */
    CHECK(sync_first_wait_ms(day, 5, 4999) <= 5000);
}
