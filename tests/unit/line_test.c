/* line_test.c - does huimin hear its huimin-sync, and say so when nobody is there? */
#include "tests/test.h"

#include "app/line.h"
#include "hal/base/clock.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* What was posted, newest last. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct event seen[64];
static int seen_count;

static void keep(const struct event *ev)
{
    pthread_mutex_lock(&lock);
    if (seen_count < 64)
        seen[seen_count++] = *ev;
    pthread_mutex_unlock(&lock);
}

static int count(enum ev type, const char *s)
{
    int n = 0;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < seen_count; i++)
        n += seen[i].type == type && strcmp(seen[i].s, s) == 0;
    pthread_mutex_unlock(&lock);
    return n;
}

static bool comes(enum ev type, const char *s)
{
    for (int i = 0; i < 5000; i++) {
        if (count(type, s) > 0)
            return true;
        usleep(1000);
    }
    return false;
}

static void forget(void)
{
    pthread_mutex_lock(&lock);
    seen_count = 0;
    pthread_mutex_unlock(&lock);
}

/* huimin-sync's part, played by the test. */
static int listener = -1, peer = -1;

static bool listen_in(const char *dir)
{
    struct sockaddr_un addr = { .sun_family = AF_UNIX };
    snprintf(addr.sun_path, sizeof addr.sun_path, "%.90s/sync.sock", dir);
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return bind(listener, (struct sockaddr *)&addr, sizeof addr) == 0 && listen(listener, 1) == 0;
}

static bool take_call(void)
{
    struct pollfd pfd = { .fd = listener, .events = POLLIN };
    if (poll(&pfd, 1, 5000) <= 0)
        return false;
    peer = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    return peer >= 0;
}

static void say(const char *text)
{
    (void)!send(peer, text, strlen(text), MSG_NOSIGNAL);
}

static const char *hear(void)
{
    static char text[512];
    size_t n = 0;
    struct pollfd pfd = { .fd = peer, .events = POLLIN };
    while (n < sizeof text - 1 && poll(&pfd, 1, 5000) > 0 && read(peer, text + n, 1) == 1 &&
           text[n] != '\n')
        n++;
    text[n] = '\0';
    return text;
}

static void hang_up(void)
{
    if (peer >= 0)
        close(peer);
    if (listener >= 0)
        close(listener);
    peer = listener = -1;
}

static struct line *start(void)
{
    struct line *l = NULL;
    forget();
    if (line_create(test_dir(), keep, &l) != OK)
        return NULL;
    return l;
}

/* Answers every line with "taken" and keeps the last one. */
static char last_order[256];
static void *obey(void *arg)
{
    (void)arg;
    for (;;) {
        const char *text = hear();
        if (!*text)
            return NULL;
        snprintf(last_order, sizeof last_order, "%s", text);
        say("{\"m\":\"taken\"}\n");
    }
}

TEST(without_huimin_sync_the_line_is_stopped_and_orders_are_refused)
{
    struct line *l = start();
    CHECK(l);
    struct line_status s = line_status(l);
    CHECK_EQ(s.state, LINE_STOPPED);
    CHECK(s.since_ms > 0);
    CHECK_ERR(line_sync(l), ERR_OFFLINE);
    line_destroy(l);
}

TEST(a_state_is_kept_whole_and_announced)
{
    CHECK(listen_in(test_dir()));
    struct line *l = start();
    CHECK(take_call());
    CHECK_STR(hear(), "{\"m\":\"hello\"}");
    say("{\"m\":\"state\",\"state\":\"offline\",\"err\":\"too_slow\",\"last_"
        "ok\":"
        "5,\"since\":6,\"n\":7,\"idx\":8,\"ch\":{\"price\":{\"epoch\":\"e1\",\"seq\":9,\"as_of\":");
    say("10},\"place\":{\"epoch\":\"e2\",\"seq\":11,\"as_of\":12}}}\n");
    CHECK(comes(EV_LINE, ""));
    struct line_status s = line_status(l);
    CHECK_EQ(s.state, LINE_OFFLINE);
    CHECK_EQ(s.err, ERR_SLOW);
    CHECK_EQ(s.last_ok_ms, 5);
    CHECK_EQ(s.since_ms, 6);
    CHECK_EQ(s.n, 7);
    CHECK_EQ(s.channel_count, 2);
    CHECK_STR(s.channel[0].name, "price");
    CHECK_STR(s.channel[0].epoch, "e1");
    CHECK_EQ(s.channel[0].seq, 9);
    CHECK_EQ(s.channel[1].as_of_ms, 12);
    line_destroy(l);
    hang_up();
}

TEST(each_changed_channel_is_an_event_of_its_own)
{
    CHECK(listen_in(test_dir()));
    struct line *l = start();
    CHECK(take_call());
    say("{\"m\":\"changed\",\"ch\":[\"price\",\"notice\"]}\n{\"m\":\"reopen\"}\n");
    CHECK(comes(EV_REOPEN, ""));
    CHECK_EQ(count(EV_CHANGED, "price"), 1);
    CHECK_EQ(count(EV_CHANGED, "notice"), 1);
    line_destroy(l);
    hang_up();
}

TEST(orders_say_what_was_asked_and_wait_until_they_are_taken)
{
    pthread_t thread;
    CHECK(listen_in(test_dir()));
    struct line *l = start();
    CHECK(take_call());
    CHECK_STR(hear(), "{\"m\":\"hello\"}"); /* from here on it counts as connected */
    CHECK(pthread_create(&thread, NULL, obey, NULL) == 0);
    enum err sync = line_sync(l);
    bool sync_said = strcmp(last_order, "{\"m\":\"sync\"}") == 0;
    enum err net = line_net(l, false);
    bool net_said = strcmp(last_order, "{\"m\":\"net\",\"online\":false}") == 0;
    enum err hold = line_clock_hold(l, 1795398060000);
    bool hold_said =
        strcmp(last_order, "{\"m\":\"clock\",\"hold\":\"2026-11-23T09:41:00+08:00\"}") == 0;
    enum err move = line_clock_advance(l, 60);
    bool move_said = strcmp(last_order, "{\"m\":\"clock\",\"advance_s\":60}") == 0;
    line_destroy(l);
    pthread_join(thread, NULL);
    hang_up();
    CHECK_ERR(sync, OK);
    CHECK(sync_said);
    CHECK_ERR(net, OK);
    CHECK(net_said);
    CHECK_ERR(hold, OK);
    CHECK(hold_said);
    CHECK_ERR(move, OK);
    CHECK(move_said);
}

TEST(when_huimin_sync_goes_the_line_is_stopped_but_what_was_fetched_stays_known)
{
    CHECK(listen_in(test_dir()));
    struct line *l = start();
    CHECK(take_call());
    say("{\"m\":\"state\",\"state\":\"online\",\"err\":\"ok\",\"last_ok\":5,\"since\":6,\"n\":7}"
        "\n");
    CHECK(comes(EV_LINE, ""));
    forget();
    hang_up();
    CHECK(comes(EV_LINE, ""));
    struct line_status s = line_status(l);
    CHECK_EQ(s.state, LINE_STOPPED);
    CHECK_EQ(s.last_ok_ms, 5);
    CHECK_ERR(line_net(l, true), ERR_OFFLINE);
    line_destroy(l);
}

TEST(nonsense_from_the_socket_changes_nothing)
{
    CHECK(listen_in(test_dir()));
    struct line *l = start();
    CHECK(take_call());
    say("hello\n[]\n{\"m\":7}\n{\"m\":\"changed\"}\n{\"m\":\"changed\",\"ch\":[1]}\n\n"
        "{\"m\":\"reopen\"}\n");
    CHECK(comes(EV_REOPEN, ""));
    CHECK_EQ(line_status(l).state, LINE_STOPPED);
    pthread_mutex_lock(&lock);
    int events = seen_count;
    pthread_mutex_unlock(&lock);
    CHECK_EQ(events, 1);
    line_destroy(l);
    hang_up();
}

TEST(a_question_is_answered_once_and_to_whom_it_belongs)
{
    int64_t q = 0;
    enum err err = ERR_IO;
    char box[64] = "";
    CHECK(listen_in(test_dir()));
    struct line *l = start();
    CHECK(take_call());
    CHECK_STR(hear(), "{\"m\":\"hello\"}");
    CHECK_ERR(line_query(l, "p1", "Qk9Y", "U0lH", &q), OK);
    CHECK_EQ(q, 1);
    CHECK_STR(hear(), "{\"m\":\"query\",\"q\":1,\"kid\":\"p1\",\"box\":\"Qk9Y\",\"sig\":\"U0lH\"}");
    CHECK_ERR(line_answer(l, q, &err, box, sizeof box), ERR_BUSY);
    say("{\"m\":\"taken\"}\n{\"m\":\"answer\",\"q\":7,\"err\":\"ok\",\"box\":\"b3RoZXI=\"}\n"
        "{\"m\":\"answer\",\"q\":1,\"err\":\"ok\",\"box\":\"QU5T\"}\n");
    CHECK(comes(EV_ANSWER, ""));
    CHECK_ERR(line_answer(l, q, &err, box, sizeof box), OK);
    CHECK_ERR(err, OK);
    CHECK_STR(box, "QU5T");
    CHECK_ERR(line_answer(l, q, &err, box, sizeof box), ERR_NOT_FOUND);
    say("{\"m\":\"answer\",\"q\":1,\"err\":\"ok\",\"box\":\"QU5T\"}\n{\"m\":\"outbox\"}\n");
    CHECK(comes(EV_OUTBOX, ""));
    CHECK_EQ(count(EV_ANSWER, ""), 1);
    line_destroy(l);
    hang_up();
}

TEST(a_second_question_takes_the_place_of_the_first)
{
    int64_t first = 0, second = 0;
    enum err err = OK;
    char box[64] = "";
    CHECK(listen_in(test_dir()));
    struct line *l = start();
    CHECK(take_call());
    CHECK_STR(hear(), "{\"m\":\"hello\"}");
    CHECK_ERR(line_query(l, "p1", "QQ==", "U0lH", &first), OK);
    CHECK_ERR(line_query(l, "p1", "Qg==", "U0lH", &second), OK);
    say("{\"m\":\"answer\",\"q\":1,\"err\":\"ok\",\"box\":\"QU5T\"}\n"
        "{\"m\":\"answer\",\"q\":2,\"err\":\"server_error\"}\n");
    CHECK(comes(EV_ANSWER, ""));
    CHECK_EQ(count(EV_ANSWER, ""), 1);
    CHECK_ERR(line_answer(l, first, &err, box, sizeof box), ERR_NOT_FOUND);
    CHECK_ERR(line_answer(l, second, &err, box, sizeof box), OK);
    CHECK_ERR(err, ERR_SERVER);
    CHECK_STR(box, "");
    line_destroy(l);
    hang_up();
}

TEST(a_question_without_huimin_sync_is_answered_offline_at_once)
{
    int64_t q = 0;
    enum err err = OK;
    char box[64], *long_box = calloc(1, LINE_QUERY + 1);
    struct line *l = start();
    CHECK_ERR(line_query(l, "p1", "Qk9Y", "U0lH", &q), OK);
    CHECK_EQ(count(EV_ANSWER, ""), 1);
    CHECK_ERR(line_answer(l, q, &err, box, sizeof box), OK);
    CHECK_ERR(err, ERR_OFFLINE);
    memset(long_box, 'A', LINE_QUERY);
    CHECK_ERR(line_query(l, "p1", long_box, "", &q), ERR_TOO_BIG);
    free(long_box);
    line_outbox(l); /* nobody to nudge: nothing happens */
    line_destroy(l);
}

TEST(a_question_is_lost_with_huimin_sync_and_that_is_said)
{
    int64_t q = 0;
    enum err err = OK;
    char box[64];
    CHECK(listen_in(test_dir()));
    struct line *l = start();
    CHECK(take_call());
    CHECK_STR(hear(), "{\"m\":\"hello\"}");
    CHECK_ERR(line_query(l, "p1", "Qk9Y", "U0lH", &q), OK);
    hang_up();
    CHECK(comes(EV_ANSWER, ""));
    CHECK_ERR(line_answer(l, q, &err, box, sizeof box), OK);
    CHECK_ERR(err, ERR_OFFLINE);
    line_destroy(l);
}

TEST(a_nudge_to_deliver_does_not_wait_for_an_answer)
{
    CHECK(listen_in(test_dir()));
    struct line *l = start();
    CHECK(take_call());
    CHECK_STR(hear(), "{\"m\":\"hello\"}");
    int64_t before = clock_timer_ms();
    for (int i = 0; i < 5000; i++) /* more than there is room for */
        line_outbox(l);
    CHECK(clock_timer_ms() - before < 1000);
    CHECK_STR(hear(), "{\"m\":\"outbox\"}");
    line_destroy(l);
    hang_up();
}

TEST(huimin_finds_a_huimin_sync_that_starts_later)
{
    struct line *l = start();
    CHECK(l);
    CHECK(listen_in(test_dir()));
    CHECK(take_call());
    CHECK_STR(hear(), "{\"m\":\"hello\"}");
    line_destroy(l);
    hang_up();
}

TEST(a_huimin_sync_that_starts_later_learns_what_time_it_is)
{
    struct line *l = start();
    CHECK(l);
    CHECK_ERR(line_clock_hold(l, 1795398060000), ERR_OFFLINE);
    clock_hold(1795398060000);
    CHECK(listen_in(test_dir()));
    CHECK(take_call());
    CHECK_STR(hear(), "{\"m\":\"hello\"}");
    CHECK_STR(hear(), "{\"m\":\"clock\",\"hold\":\"2026-11-23T09:41:00+08:00\"}");
    line_destroy(l);
    hang_up();
    clock_advance_ms(0);
}
