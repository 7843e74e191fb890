/* post_kit.c - for tests of delivery: a platform in a child that answers as planned. */
#include "tests/unit/post_kit.h"

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
#include <time.h>
#include <unistd.h>

struct post_shared *sh;
static unsigned char feed_secret[CRYPTO_SECRET], item_secret[CRYPTO_SECRET];
struct wire_keyset post_keys;

static void reply(int c, const char *head, const char *body, size_t promised)
{
    char text[256];
    snprintf(text, sizeof text, "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
             head, promised ? promised : strlen(body));
    (void)!send(c, text, strlen(text), MSG_NOSIGNAL);
    (void)!send(c, body, strlen(body), MSG_NOSIGNAL);
}

static bool poisoned(int64_t n)
{
    for (size_t i = 0; i < sizeof sh->poison / sizeof *sh->poison; i++)
        if (sh->poison[i] == n)
            return true;
    return false;
}

static bool any_poisoned(const struct wire_item *item, int count)
{
    for (int i = 0; i < count; i++)
        if (poisoned(item[i].n))
            return true;
    return false;
}

static char *acks_for(struct arena *a, const struct wire_item *item, int count, enum plan plan)
{
    static const enum wire_outcome of[] = { WIRE_ACCEPTED, WIRE_DUPLICATE, WIRE_REJECTED,
                                            WIRE_RETRY,    WIRE_ACCEPTED,  WIRE_ACCEPTED };
    static struct wire_ack acks[WIRE_POST_ITEMS];
    char hash[65], *json = NULL;
    int n = 0;
    for (int i = 0; i < count; i++) {
        bool ill = plan == GOOD && poisoned(item[i].n);
        if (ill && sh->allergy == LEAVES_OUT)
            continue;
        n++;
        acks[n - 1] = (struct wire_ack){ .outcome = of[plan], .at_ms = 5, .kid = "f1" };
        struct wire_ack *ack = &acks[n - 1];
        snprintf(ack->id, sizeof ack->id, "%s", item[i].id);
        snprintf(ack->ref, sizeof ack->ref, "%s", plan == REJECT ? "" : "C1");
        snprintf(ack->why, sizeof ack->why, "%s", plan == REJECT ? "cannot_open" : "");
        crypto_hash_of(item[i].box, item[i].box_n, hash);
        wire_ack_sign(ack, hash, feed_secret);
        ack->sig[0] ^= plan == FORGED || (ill && sh->allergy == FORGES_IT);
    }
    return wire_acks_write(a, acks, n, &json) == OK ? json : NULL;
}

static void no(int c, const char *head, const char *code)
{
    char text[80];
    snprintf(text, sizeof text, "{\"error\":\"%s\"}", code);
    reply(c, head, text, 0);
}

/* As HTTP writes a date. */
static void until(int c, long seconds)
{
    char head[96];
    time_t at = time(NULL) + seconds;
    struct tm t;
    strftime(head, sizeof head, "503 Busy\r\nRetry-After: %a, %d %b %Y %H:%M:%S GMT",
             gmtime_r(&at, &t));
    no(c, head, "busy");
}

static void refuse(int c, enum plan plan)
{
    char text[80];
    if (plan == DATED)
        until(c, 77);
    if (plan == LONG)
        no(c, "503 Busy\r\nRetry-After: 86400", "busy");
    if (plan == BUSY)
        no(c, "503 Busy\r\nRetry-After: 77", "busy");
    else if (plan == TOO_BIG)
        no(c, "413 Too big", "too_big");
    else if (plan == UNKNOWN)
        no(c, "401 No", "unknown_terminal");
    else if (plan == REVOKED)
        no(c, "403 No", "revoked");
    else if (plan == SICK)
        no(c, "500 Oh", "x");
    else if (plan == CLOCK) {
        snprintf(text, sizeof text, "{\"error\":\"clock\",\"now\":%lld}",
                 (long long)sh->platform_ms);
        reply(c, "401 No", text, 0);
    }
}

static bool allergic(int c)
{
    if (sh->allergy == SAYS_500)
        no(c, "500 Oh", "x");
    else if (sh->allergy == SAYS_400)
        no(c, "400 Bad", "bad_format");
    else if (sh->allergy == SAYS_503)
        no(c, "503 Busy", "busy");
    return sh->allergy <= HANGS_UP;
}

static void answer_post(int c, const char *body, size_t n)
{
    struct arena a;
    struct wire_item *item = NULL;
    int count = 0;
    arena_init(&a, 65536, 8 << 20);
    if (wire_post_read(&a, body, n, &item, &count) != OK)
        _exit(1);
    int at = count ? sh->posts : sh->posts - 1;
    enum plan plan = sh->plan[at < sh->plans ? at : sh->plans - 1];
    if (count == 0) { /* is it the items or the platform? */
        sh->probes++;
        plan = plan == SICK ? plan : GOOD;
    } else {
        sh->items[sh->posts++ % 256] = count;
    }
    if (plan == TOO_BIG && count < 2)
        plan = GOOD;
    if (plan == ALLERGIC && any_poisoned(item, count) && allergic(c))
        plan = SILENT_CUT;
    else if (plan == ALLERGIC)
        plan = GOOD;
    refuse(c, plan);
    if (plan <= HALF) {
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

void rig_put(struct rig *r, int count)
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

struct rig *rig_begin(const enum plan *plan, int plans, int count)
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
    crypto_keypair(post_keys.feed[0].pub, feed_secret);
    memcpy(post_keys.feed[0].kid, "f1", 3);
    post_keys.feed_count = 1;
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
    rig_put(&r, count);
    sync_signed_start(&r.sign, &r.config);
    if (net_create(&limits, &r.net) != OK ||
        sync_post_create(&r.config, &r.sign, r.net, &r.post) != OK)
        abort();
    return &r;
}

void rig_restart(struct rig *r)
{
    sync_post_destroy(r->post);
    if (sync_post_create(&r->config, &r->sign, r->net, &r->post) != OK)
        abort();
}

void rig_end(struct rig *r)
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
void rig_run(struct rig *r)
{
    struct net_answer a;
    do {
        r->told += sync_post_turn(r->post, &post_keys);
        if (sync_post_busy(r->post))
            (void)net_wait(r->net, NULL, 0, 1000, &a);
    } while (sync_post_busy(r->post));
}

void rig_deliver(struct rig *r)
{
    sync_post_nudge(r->post, true);
    rig_run(r);
}

int rig_number(struct rig *r, const char *sql)
{
    struct query *q = store_query(r->store, sql);
    int n = query_step(q) ? (int)query_col_int(q, 0) : -1;
    return query_done(q) == OK ? n : -1;
}
const char *rig_reason(struct rig *r)
{
    static char text[64];
    struct query *q = store_query(r->store, "SELECT reason FROM item WHERE state = 0 LIMIT 1");
    snprintf(text, sizeof text, "%s", query_step(q) ? query_col_text(q, 0) : "");
    return query_done(q) == OK ? text : "?";
}
