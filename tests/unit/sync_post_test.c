/* sync_post_test.c - whatever the platform answers, or does not: a box is emptied by its word only.
 */
#include "app/outbox_part.h"
#include "app/sync_post.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "tests/test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the platform, played by a child, does with each POST in turn; the last goes on. */
enum plan {
    GOOD,
    DUPLICATE,
    REJECT,
    RETRY,
    FORGED,
    HALF,
    SILENT_CUT,
    BUSY,
    TOO_BIG,
    CLOCK,
    UNKNOWN
};
struct shared {
    enum plan plan[8];
    int plans, posts, statuses;
    int items[32]; /* of each POST */
    int64_t platform_ms;
};
static struct shared *sh;
static unsigned char feed_secret[CRYPTO_SECRET], item_secret[CRYPTO_SECRET];
static struct wire_keyset keys;

static void reply(int c, const char *head, const char *body, size_t promised)
{
    char text[256];
    snprintf(text, sizeof text, "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
             head, promised ? promised : strlen(body));
    (void)!send(c, text, strlen(text), MSG_NOSIGNAL);
    (void)!send(c, body, strlen(body), MSG_NOSIGNAL);
}

static char *acks_for(struct arena *a, const struct wire_item *item, int count, enum plan plan)
{
    static const enum wire_outcome of[] = { WIRE_ACCEPTED, WIRE_DUPLICATE, WIRE_REJECTED,
                                            WIRE_RETRY,    WIRE_ACCEPTED,  WIRE_ACCEPTED };
    static struct wire_ack acks[WIRE_POST_ITEMS];
    char hash[65], *json = NULL;
    for (int i = 0; i < count; i++) {
        acks[i] = (struct wire_ack){ .outcome = of[plan], .at_ms = 5, .kid = "f1" };
        snprintf(acks[i].id, sizeof acks[i].id, "%s", item[i].id);
        snprintf(acks[i].ref, sizeof acks[i].ref, "%s", plan == REJECT ? "" : "C1");
        snprintf(acks[i].why, sizeof acks[i].why, "%s", plan == REJECT ? "cannot_open" : "");
        crypto_hash_of(item[i].box, item[i].box_n, hash);
        wire_ack_sign(&acks[i], hash, feed_secret);
        acks[i].sig[0] ^= plan == FORGED;
    }
    return wire_acks_write(a, acks, count, &json) == OK ? json : NULL;
}

static void answer_post(int c, const char *body, size_t n)
{
    struct arena a;
    struct wire_item *item = NULL;
    char text[80];
    int count = 0;
    enum plan plan = sh->plan[sh->posts < sh->plans ? sh->posts : sh->plans - 1];
    arena_init(&a, 65536, 8 << 20);
    if (wire_post_read(&a, body, n, &item, &count) != OK)
        _exit(1);
    sh->items[sh->posts++] = count;
    if (plan == TOO_BIG && count < 2)
        plan = GOOD;
    if (plan == BUSY)
        reply(c, "503 Busy\r\nRetry-After: 77", "{\"error\":\"busy\"}", 0);
    else if (plan == TOO_BIG)
        reply(c, "413 Too big", "{\"error\":\"too_big\"}", 0);
    else if (plan == UNKNOWN)
        reply(c, "401 No", "{\"error\":\"unknown_terminal\"}", 0);
    else if (plan == CLOCK) {
        snprintf(text, sizeof text, "{\"error\":\"clock\",\"now\":%lld}",
                 (long long)sh->platform_ms);
        reply(c, "401 No", text, 0);
    } else if (plan != SILENT_CUT) {
        char *json = acks_for(&a, item, count, plan == HALF ? GOOD : plan);
        size_t whole = strlen(json);
        if (plan == HALF)
            json[whole / 2] = '\0';
        reply(c, "200 OK", json, whole);
    }
    arena_finish(&a);
}

static void serve(int fd)
{
    static char request[1 << 20];
    for (int c; (c = accept(fd, NULL, NULL)) >= 0; close(c)) {
        size_t n = 0, want = 1;
        const char *body = NULL;
        for (ssize_t got; n < want && (got = read(c, request + n, sizeof request - 1 - n)) > 0;) {
            n += (size_t)got;
            request[n] = '\0';
            const char *end = strstr(request, "\r\n\r\n"),
                       *len = strstr(request, "Content-Length: ");
            body = end ? end + 4 : NULL;
            want =
                !body ? n + 1 : (size_t)(body - request) + (len ? strtoul(len + 16, NULL, 10) : 0);
        }
        if (strncmp(request, "POST /v1/outbox ", 16) == 0) {
            answer_post(c, body, n - (size_t)(body - request));
        } else {
            sh->statuses++;
            reply(c, "200 OK", "{\"v\":1,\"seq\":0,\"more\":false,\"rows\":[]}", 0);
        }
    }
    _exit(0);
}

/* One terminal with `count` items waiting, one platform that follows the plan. */
struct rig {
    pid_t pid;
    struct config config;
    struct store *store;
    struct sync_signed sign;
    struct net *net;
    struct sync_post *post;
    int told;
};

static int listen_somewhere(int *out_port)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(fd, (struct sockaddr *)&a, sizeof a) != 0 || listen(fd, 8) != 0 ||
        getsockname(fd, (struct sockaddr *)&a, &n) != 0)
        return -1;
    *out_port = ntohs(a.sin_port);
    return fd;
}

static void put(struct rig *r, int count)
{
    static unsigned char box[300];
    char receipt[WIRE_RECEIPT + 1];
    for (int i = 0; i < count; i++) {
        unsigned char id[16];
        struct wire_item item = { .kind = "apply", .at_ms = 7, .suite = "x25519", .kid = "p1" };
        crypto_random(id, sizeof id);
        crypto_random(box, sizeof box);
        crypto_hex(id, sizeof id, item.id);
        item.box = box;
        item.box_n = sizeof box;
        test_check_err(__FILE__, __LINE__, outbox_db_put(r->store, item_secret, &item, receipt), OK,
                       "put");
    }
}

static struct rig *begin(const enum plan *plan, int plans, int count)
{
    static struct rig r;
    unsigned char pub[CRYPTO_PUB];
    struct net_limits limits = { .connect_s = 2, .low_speed_s = 60 };
    int port = 0, fd = listen_somewhere(&port);
    memset(&r, 0, sizeof r);
    sh = mmap(NULL, sizeof *sh, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    memcpy(sh->plan, plan, sizeof *plan * (size_t)plans);
    sh->plans = plans;
    sh->platform_ms = clock_wall_ms() + 86400000;
    if (crypto_init() != OK)
        abort();
    crypto_keypair(keys.feed[0].pub, feed_secret);
    memcpy(keys.feed[0].kid, "f1", 3);
    keys.feed_count = 1;
    crypto_keypair(pub, item_secret);
    r.pid = fork();
    if (r.pid == 0)
        serve(fd);
    close(fd);
    config_init(&r.config);
    snprintf(r.config.data_dir, sizeof r.config.data_dir, "%.200s/data%d", test_dir(), port);
    snprintf(r.config.platform_url, sizeof r.config.platform_url, "http://127.0.0.1:%d/", port);
    if (mkdir(r.config.data_dir, 0700) != 0 || outbox_db_open(r.config.data_dir, &r.store) != OK)
        abort();
    put(&r, count);
    sync_signed_start(&r.sign, &r.config);
    if (net_create(&limits, &r.net) != OK ||
        sync_post_create(&r.config, &r.sign, r.net, &r.post) != OK)
        abort();
    return &r;
}

static void end(struct rig *r)
{
    sync_post_destroy(r->post);
    net_destroy(r->net);
    sync_signed_finish(&r->sign);
    store_close(r->store);
    kill(r->pid, SIGKILL);
    waitpid(r->pid, NULL, 0);
    munmap(sh, sizeof *sh);
}

/* Turns until it rests. */
static void run(struct rig *r)
{
    struct net_answer a;
    do {
        r->told += sync_post_turn(r->post, &keys);
        if (sync_post_busy(r->post))
            (void)net_wait(r->net, NULL, 0, 1000, &a);
    } while (sync_post_busy(r->post));
}

static void deliver(struct rig *r)
{
    sync_post_nudge(r->post, true);
    run(r);
}

static int boxes(struct rig *r, const char *sql)
{
    struct query *q = store_query(r->store, sql);
    int n = query_step(q) ? (int)query_col_int(q, 0) : -1;
    return query_done(q) == OK ? n : -1;
}
#define WAITING  "SELECT count(*) FROM item WHERE state = 0 AND length(box) > 0"
#define ACCEPTED "SELECT count(*) FROM item WHERE state = 2 AND length(box) = 0"
#define REJECTED "SELECT count(*) FROM item WHERE state = 3 AND length(box) > 0"

static const char *reason(struct rig *r)
{
    static char text[64];
    struct query *q = store_query(r->store, "SELECT reason FROM item WHERE state = 0 LIMIT 1");
    snprintf(text, sizeof text, "%s", query_step(q) ? query_col_text(q, 0) : "");
    return query_done(q) == OK ? text : "?";
}

#define BEGIN(count, ...)                     \
    begin((const enum plan[]){ __VA_ARGS__ }, \
          (int)(sizeof((const enum plan[]){ __VA_ARGS__ }) / sizeof(enum plan)), count)

TEST(what_waits_is_delivered_and_its_box_emptied)
{
    struct rig *r = BEGIN(60, GOOD);
    deliver(r);
    int accepted = boxes(r, ACCEPTED), posts = sh->posts, first = sh->items[0], told = r->told;
    enum err e = sync_post_err(r->post);
    int statuses = sh->statuses;
    end(r);
    CHECK_EQ(accepted, 60);
    CHECK_EQ(posts, 2);
    CHECK_EQ(first, 50);
    CHECK_EQ(statuses, 1);
    CHECK(told > 0);
    CHECK_ERR(e, OK);
}

/* The poll's own nudges: what brings nothing must cost nothing. */
TEST(states_are_asked_for_every_half_hour_and_when_something_happened)
{
    struct rig *r = BEGIN(0, GOOD);
    int asked[6];
    sync_post_nudge(r->post, false);
    run(r);
    asked[0] = sh->statuses;
    sync_post_nudge(r->post, false);
    run(r);
    asked[1] = sh->statuses;
    clock_advance_ms(29 * 60 * 1000);
    sync_post_nudge(r->post, false);
    run(r);
    asked[2] = sh->statuses;
    clock_advance_ms(2 * 60 * 1000);
    sync_post_nudge(r->post, false);
    run(r);
    asked[3] = sh->statuses;
    put(r, 1);
    sync_post_nudge(r->post, false);
    run(r);
    asked[4] = sh->statuses;
    deliver(r); /* somebody asks for it, or the line is back */
    asked[5] = sh->statuses;
    end(r);
    CHECK_EQ(asked[0], 1);
    CHECK_EQ(asked[1], 1);
    CHECK_EQ(asked[2], 1);
    CHECK_EQ(asked[3], 2);
    CHECK_EQ(asked[4], 3);
    CHECK_EQ(asked[5], 4);
}

/* plan: what the first POST meets, what is said of it, then everything goes well. */
static void check_survives(enum plan plan, const char *why, enum err err)
{
    struct rig *r = BEGIN(3, plan, DUPLICATE);
    deliver(r);
    int waiting = boxes(r, WAITING);
    enum err said = sync_post_err(r->post);
    char text[64];
    snprintf(text, sizeof text, "%s", reason(r));
    bool rests = sync_post_wait_ms(r->post, 100000) > 0;
    deliver(r);
    int accepted = boxes(r, ACCEPTED), posts = sh->posts;
    enum err after = sync_post_err(r->post);
    end(r);
    CHECK_EQ(waiting, 3);
    CHECK_ERR(said, err);
    CHECK_STR(text, why);
    CHECK(rests);
    CHECK_EQ(accepted, 3);
    CHECK_EQ(posts, 2);
    CHECK_ERR(after, OK);
}

TEST(an_answer_cut_before_its_first_byte_is_asked_for_again)
{
    check_survives(SILENT_CUT, "cut_off", ERR_CUT);
}

TEST(half_an_answer_empties_no_box)
{
    check_survives(HALF, "cut_off", ERR_CUT);
}

TEST(a_forged_acknowledgement_empties_no_box)
{
    check_survives(FORGED, "bad_signature", ERR_SIGNATURE);
}

TEST(an_unknown_terminal_keeps_its_items)
{
    check_survives(UNKNOWN, "unknown_terminal", ERR_UNKNOWN_TERMINAL);
}

TEST(a_platform_that_says_when_is_not_asked_before)
{
    struct rig *r = BEGIN(2, BUSY, GOOD);
    deliver(r);
    int waiting = boxes(r, WAITING), wait_ms = sync_post_wait_ms(r->post, 1000000);
    deliver(r); /* a nudge is not enough */
    int posts = sh->posts;
    clock_advance_ms(78000);
    run(r);
    int accepted = boxes(r, ACCEPTED);
    end(r);
    CHECK_EQ(waiting, 2);
    CHECK(wait_ms > 70000 && wait_ms <= 77000);
    CHECK_EQ(posts, 1);
    CHECK_EQ(accepted, 2);
}

TEST(a_wrong_clock_is_put_right_by_the_platforms_and_tried_once_more)
{
    struct rig *r = BEGIN(1, CLOCK, GOOD);
    deliver(r);
    int accepted = boxes(r, ACCEPTED), posts = sh->posts;
    int64_t offset = r->sign.clock_offset_ms;
    end(r);
    CHECK_EQ(accepted, 1);
    CHECK_EQ(posts, 2);
    CHECK(offset > 86390000 && offset <= 86400000);
    r = BEGIN(1, CLOCK);
    deliver(r);
    int waiting = boxes(r, WAITING);
    posts = sh->posts;
    end(r);
    CHECK_EQ(waiting, 1);
    CHECK_EQ(posts, 2); /* once more, not for ever */
}

TEST(too_much_at_once_goes_in_smaller_portions)
{
    struct rig *r = BEGIN(5, TOO_BIG);
    deliver(r);
    int accepted = boxes(r, ACCEPTED), first = sh->items[0], second = sh->items[1];
    end(r);
    CHECK_EQ(first, 5);
    CHECK_EQ(second, 2);
    CHECK_EQ(accepted, 5);
}

TEST(what_is_rejected_is_kept_and_told_and_not_sent_again)
{
    struct rig *r = BEGIN(2, REJECT);
    deliver(r);
    deliver(r);
    int rejected = boxes(r, REJECTED), posts = sh->posts, told = r->told;
    end(r);
    CHECK_EQ(rejected, 2);
    CHECK_EQ(posts, 1);
    CHECK(told > 0);
}

TEST(later_says_the_platform_and_later_it_is)
{
    struct rig *r = BEGIN(2, RETRY, GOOD);
    deliver(r);
    int waiting = boxes(r, WAITING), posts = sh->posts;
    sync_post_nudge(r->post, false); /* a poll has ended: not yet */
    run(r);
    int again = sh->posts;
    clock_advance_ms(20000);
    run(r);
    int accepted = boxes(r, ACCEPTED);
    end(r);
    CHECK_EQ(waiting, 2);
    CHECK_EQ(posts, 1);
    CHECK_EQ(again, 1);
    CHECK_EQ(accepted, 2);
}

TEST(a_pretended_cut_stops_delivery_until_it_is_mended)
{
    struct rig *r = BEGIN(2, GOOD);
    sync_post_cut(r->post, true);
    deliver(r);
    int waiting = boxes(r, WAITING), posts = sh->posts;
    enum err said = sync_post_err(r->post);
    sync_post_cut(r->post, false);
    deliver(r);
    int accepted = boxes(r, ACCEPTED);
    end(r);
    CHECK_EQ(waiting, 2);
    CHECK_EQ(posts, 0);
    CHECK_ERR(said, ERR_OFFLINE);
    CHECK_EQ(accepted, 2);
}

TEST(without_keys_nothing_is_sent)
{
    struct net_answer a;
    struct rig *r = BEGIN(1, GOOD);
    sync_post_nudge(r->post, true);
    bool changed = sync_post_turn(r->post, NULL);
    int wait_ms = sync_post_wait_ms(r->post, 500);
    (void)net_wait(r->net, NULL, 0, 1, &a);
    int waiting = boxes(r, WAITING);
    run(r); /* now they are there */
    int accepted = boxes(r, ACCEPTED);
    end(r);
    CHECK(!changed);
    CHECK_EQ(wait_ms, 500);
    CHECK_EQ(waiting, 1);
    CHECK_EQ(accepted, 1);
}
