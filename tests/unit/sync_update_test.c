/* sync_update_test.c - a new system comes over the line in pieces, whatever the line and the other
 * end do to it. */
#include "app/sync_update.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hal/base/clock.h"
#include "platform/update.h"
#include "tests/test.h"
#include "tests/unit/office_http.h"
#include "tests/unit/update_kit.h"

/* An appliance that runs version 5, and the platform it asks. */
static struct office_kit *k;
static struct server *server;
static struct config config;
static struct sync_signed sign;
static struct net *net;
static struct sync_update *update;
static char made[400], got[500];

static bool must(bool good, const char *what)
{
    return test_check("sync_update_test.c", 0, good, what);
}

static void start_sync(void)
{
    struct net_limits limits = { .connect_s = 2, .low_speed_s = 60 };
    must(net_create(&limits, &net) == OK, "net");
    must(sync_update_create(&config, &sign, net, &update) == OK, "sync_update");
    clock_advance_ms(1000); /* its first time has come */
}

static void stop_sync(void)
{
    sync_update_destroy(update);
    net_destroy(net);
    update = NULL;
    net = NULL;
}

static void configure(int port)
{
    config_init(&config);
    snprintf(config.update_dir, sizeof config.update_dir, "%.200s/update", test_dir());
    snprintf(config.update_key, sizeof config.update_key, "%.200s/deployer.pub", test_dir());
    snprintf(made, sizeof made, "%.300s/made", test_dir());
    config.update_running = 5;
    config.poll_s = 1;
    config.net_deadline_s = 2;
    update_kit_key_file(config.update_key);
    snprintf(config.platform_url, sizeof config.platform_url, "http://127.0.0.1:%d", port);
    sync_signed_start(&sign, &config);
}

static void begin(void)
{
    k = kit_start();
    server = http_start(k);
    must(server != NULL, "a server");
    configure(server_port(server));
}

static void end(void)
{
    stop_sync();
    sync_signed_finish(&sign);
    server_stop(server);
    server = NULL;
}

static void publish(int version)
{
    struct wire_update u;
    update_kit_bundle(made, version);
    must(update_publish(k->conf.feed, made, &u) == OK && u.version == version, "published");
}

/* Turns while there is something to do, at most so many; whether a bundle came. */
static bool turn(int times)
{
    struct net_answer a;
    for (int i = 0; i < times; i++) {
        if (sync_update_turn(update, false))
            return true;
        int wait = sync_update_wait_ms(update, false, 100000000);
        if (wait > 1000 && wait < 100000000)
            break; /* it waits, and is not on the line */
        (void)net_wait(net, NULL, 0, wait < 100 ? wait : 100, &a);
    }
    return false;
}

static char *in_dir(const char *name)
{
    snprintf(got, sizeof got, "%s/%s", config.update_dir, name);
    return got;
}

static off_t size_of(const char *name)
{
    struct stat st;
    return stat(in_dir(name), &st) == 0 ? st.st_size : -1;
}

static int files_in(const char *name)
{
    int n = 0;
    DIR *d = opendir(in_dir(name));
    for (struct dirent *e; d && (e = readdir(d));)
        n += e->d_name[0] != '.';
    if (d)
        closedir(d);
    return n;
}

/* What came is what was made. */
static bool arrived(int version)
{
    char name[WIRE_UPDATE_NAME];
    unsigned char head[WIRE_UPDATE_HEAD];
    static unsigned char all[WIRE_UPDATE_HEAD + KIT_UKI + KIT_ROOT + 1];
    size_t h = update_kit_head(version, head, NULL);
    wire_update_name(version, name);
    FILE *f = fopen(in_dir(name), "r");
    size_t n = f ? fread(all, 1, sizeof all, f) : 0;
    if (f)
        fclose(f);
    if (n != h + KIT_UKI + KIT_ROOT || memcmp(all, head, h) != 0)
        return false;
    for (int i = 0; i < KIT_UKI + KIT_ROOT; i++)
        if (all[h + (size_t)i] !=
            (i < KIT_UKI ? update_kit_uki(version, i) : update_kit_root(version, i - KIT_UKI)))
            return false;
    return files_in("part") == 0 && files_in("") == 2;
}

TEST(a_new_system_comes_in_pieces_and_appears_whole)
{
    begin();
    publish(6);
    start_sync();
    bool came = turn(200);
    bool right = arrived(6);
    bool later = sync_update_wait_ms(update, false, 3600000) == 3600000;
    clock_advance_ms(8 * 3600000LL); /* asked again: nothing new */
    bool again = turn(10);
    publish(7);
    clock_advance_ms(8 * 3600000LL);
    bool next = turn(200);
    bool newer = arrived(7); /* and the older one is gone */
    stop_sync();
    config.update_running = 7; /* it started: nobody needs its bundle any more */
    start_sync();
    bool same = turn(10);
    int files = files_in("");
    end();
    CHECK(came && right && later);
    CHECK(!again);
    CHECK(next && newer);
    CHECK(!same);
    CHECK_EQ(files, 1); /* the empty directory of parts */
}

TEST(killed_after_every_piece_a_new_system_goes_on_where_it_was)
{
    begin();
    publish(6);
    bool came = false;
    off_t last = 0;
    int rounds = 0, back = 0;
    for (; !came && rounds < 60; rounds++) {
        start_sync();
        came = turn(4);
        stop_sync();
        off_t n = size_of("part/huimin-6.update");
        back += !came && n < last;
        last = n;
    }
    start_sync();
    bool right = arrived(6);
    end();
    CHECK(came && right);
    CHECK_EQ(back, 0);
    CHECK(rounds > 2 && rounds < 60);
}

TEST(what_lies_in_the_way_of_a_new_system_is_not_believed)
{
    begin();
    publish(6);
    start_sync();
    bool some = !turn(4) && size_of("part/huimin-6.update") > 0;
    stop_sync();
    FILE *f = fopen(in_dir("part/huimin-6.update"), "r+"); /* of another head */
    must(f && fseek(f, 40, SEEK_SET) == 0 && putc('!', f) != EOF && fclose(f) == 0, "spoilt");
    start_sync();
    bool came = turn(200), right = arrived(6);
    stop_sync();
    must(rename(in_dir("huimin-6.update"), made) == 0, "moved");
    must(rename(made, in_dir("part/huimin-6.update")) == 0, "moved");
    must(truncate(in_dir("part/huimin-6.update"), 900000) == 0, "longer than it can be");
    start_sync();
    bool twice = turn(200), whole = arrived(6);
    end();
    CHECK(some && came && right);
    CHECK(twice && whole);
}

TEST(only_a_newer_system_of_the_deployer_is_fetched)
{
    begin();
    publish(5);
    start_sync();
    bool same = turn(8);
    stop_sync();
    publish(6);
    config.update_running = 7;
    start_sync();
    bool older = turn(8);
    stop_sync();
    config.update_running = 5;
    FILE *f = fopen(config.update_key, "w");
    must(f && fprintf(f, "%064d\n", 7) > 0 && fclose(f) == 0, "another's key");
    start_sync();
    bool foreign = turn(8);
    stop_sync();
    unlink(config.update_key);
    start_sync();
    bool keyless = turn(8);
    int files = files_in("");
    end();
    CHECK(!same && !older && !foreign && !keyless);
    CHECK_EQ(files, 0);
}

TEST(a_new_system_waits_while_others_want_the_line)
{
    struct net_answer a;
    begin();
    publish(6);
    start_sync();
    bool idle = sync_update_wait_ms(update, true, 77) == 77; /* no spinning meanwhile */
    for (int i = 0; i < 5; i++) {
        (void)sync_update_turn(update, true);
        (void)net_wait(net, NULL, 0, 5, &a);
    }
    int before = files_in("");
    bool begun = !turn(4) && size_of("part/huimin-6.update") > 0;
    off_t had = size_of("part/huimin-6.update");
    for (int i = 0; i < 10; i++) { /* one piece may be on its way */
        (void)sync_update_turn(update, true);
        (void)net_wait(net, NULL, 0, 5, &a);
    }
    off_t has = size_of("part/huimin-6.update");
    bool came = turn(200);
    end();
    CHECK(idle);
    CHECK_EQ(before, 0);
    CHECK(begun && has <= had + NET_MEMORY);
    CHECK(came);
}

TEST(when_the_disk_gets_short_a_new_system_gives_way)
{
    begin();
    publish(6);
    start_sync();
    bool came = turn(200);
    sync_update_give_way(update);
    int files = files_in("");
    clock_advance_ms(8 * 3600000LL);
    bool again = turn(4);
    sync_update_give_way(update);
    int parts = files_in("part");
    clock_advance_ms(8 * 3600000LL);
    bool last = turn(200);
    end();
    CHECK(came);
    CHECK_EQ(files, 1); /* the empty directory of parts */
    CHECK(!again && parts == 0);
    CHECK(last);
}

TEST(a_terminal_that_is_no_appliance_asks_for_no_system)
{
    struct net_limits limits = { .connect_s = 2 };
    struct sync_update *none = NULL;
    configure(1);
    must(net_create(&limits, &net) == OK, "net");
    config.update_h = 0;
    enum err never = sync_update_create(&config, &sign, net, &none);
    config_init(&config);
    enum err nowhere = sync_update_create(&config, &sign, net, &none);
    bool still = !sync_update_turn(NULL, false) && sync_update_wait_ms(NULL, false, 9) == 9;
    sync_update_nudge(NULL);
    sync_update_cut(NULL, true);
    sync_update_give_way(NULL);
    stop_sync();
    sync_signed_finish(&sign);
    CHECK_ERR(never, ERR_NOT_FOUND);
    CHECK_ERR(nowhere, ERR_NOT_FOUND);
    CHECK(still);
}

/* --- hostile ------------------------------------------------------------------------------------
 */

enum trick {
    NO_PIECES,
    ENDLESS_200,
    ENDLESS_206,
    SHORT,
    WRONG_BYTES,
    GONE,
    BROKEN,
    PORTAL,
    BIG_HEAD
};

static void answer(int c, enum trick trick, const char *request, const unsigned char *head,
                   size_t n)
{
    char line[200], block[4096];
    long a = 0, b = 0;
    bool wants_head = strstr(request, "/feed/update/head ") != NULL;
    const char *range = strstr(request, "Range: bytes=");
    memset(block, 'x', sizeof block);
    if (range)
        (void)!sscanf(range, "Range: bytes=%ld-%ld", &a, &b);
    long len = wants_head ? (long)n : b - a + 1, status = wants_head ? 200 : 206;
    long body = len;
    if (!wants_head) {
        status = trick == GONE ? 404 : trick == BROKEN ? 500 : trick == PORTAL ? 302 : status;
        status = trick == NO_PIECES || trick == ENDLESS_200 ? 200 : status;
        body = trick == SHORT ? len / 2 : trick == NO_PIECES ? 700000 : len;
        body = trick == ENDLESS_200 || trick == ENDLESS_206 ? 1L << 40 : body;
    } else if (trick == BIG_HEAD) {
        body = 1L << 40;
    }
    int len_of_line = snprintf(line, sizeof line,
                               "HTTP/1.1 %ld X\r\nContent-Length: %ld\r\nConnection: close\r\n\r\n",
                               status, body);
    if (send(c, line, (size_t)len_of_line, MSG_NOSIGNAL) != len_of_line)
        return;
    if (wants_head && trick != BIG_HEAD) {
        (void)!send(c, head, n, MSG_NOSIGNAL);
        return;
    }
    while (body > 0) {
        size_t some = body < (long)sizeof block ? (size_t)body : sizeof block;
        if (send(c, block, some, MSG_NOSIGNAL) <= 0)
            return;
        body -= (long)some;
    }
}

static pid_t hostile(enum trick trick, int *out_port)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof at;
    unsigned char head[WIRE_UPDATE_HEAD];
    size_t n = update_kit_head(6, head, NULL);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(bind(fd, (struct sockaddr *)&at, sizeof at) == 0 && listen(fd, 8) == 0 &&
             getsockname(fd, (struct sockaddr *)&at, &size) == 0,
         "a hostile server");
    *out_port = ntohs(at.sin_port);
    pid_t pid = fork();
    if (pid == 0)
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (pid == 0) {
        char request[2048] = "";
        int c = accept(fd, NULL, NULL);
        if (c < 0)
            _exit(0);
        if (read(c, request, sizeof request - 1) > 0)
            answer(c, trick, request, head, n);
        close(c);
    }
    close(fd);
    return pid;
}

/* Meets it for a while; what it brought about: a bundle, the bytes that lie here, the wait. */
static void meet(enum trick trick, bool *came, off_t *most, int *wait)
{
    int port = 0;
    pid_t pid = hostile(trick, &port);
    configure(port);
    start_sync();
    *came = false;
    for (int i = 0; i < 3 && !*came; i++, clock_advance_ms(4000))
        *came = turn(40);
    *most = size_of("part/huimin-6.update");
    *wait = sync_update_wait_ms(update, false, 100000000);
    stop_sync();
    sync_signed_finish(&sign);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

TEST(a_hostile_server_brings_no_system_and_fills_no_disk)
{
    static const struct {
        enum trick trick;
        bool given_up; /* asked again only in hours */
    } tricks[] = { { NO_PIECES, true }, { ENDLESS_200, true }, { ENDLESS_206, true },
                   { SHORT, false },    { GONE, true },        { BROKEN, false },
                   { PORTAL, false },   { BIG_HEAD, true },    { WRONG_BYTES, true } };
    for (size_t i = 0; i < sizeof tricks / sizeof *tricks; i++) {
        bool came = true;
        off_t most = 0;
        int wait = 0;
        meet(tricks[i].trick, &came, &most, &wait);
        bool good = !came && most <= WIRE_UPDATE_HEAD + KIT_UKI + KIT_ROOT &&
                    (wait > 3600000) == tricks[i].given_up;
        if (!good)
            test_fail(__FILE__, __LINE__, "trick %d: came %d, %lld bytes, %d ms", tricks[i].trick,
                      came, (long long)most, wait);
        if (tricks[i].trick == WRONG_BYTES)
            CHECK_EQ(size_of("part/huimin-6.update"), -1); /* not kept to be gone on with */
    }
}

/* --- the platform's side ------------------------------------------------------------------------
 */

static bool in_feed(const char *name)
{
    char path[1200];
    snprintf(path, sizeof path, "%s/update/%s", k->conf.feed, name);
    return access(path, F_OK) == 0;
}

TEST(a_bundle_is_published_whole_and_never_an_older_one)
{
    struct wire_update u;
    begin();
    publish(6);
    publish(7);
    publish(8);
    bool first = in_feed("huimin-6.update");
    bool before = in_feed("huimin-7.update");
    update_kit_bundle(made, 7);
    enum err older = update_publish(k->conf.feed, made, &u);
    update_kit_bundle(made, 9);
    must(truncate(made, 500000) == 0, "cut");
    enum err cut = update_publish(k->conf.feed, made, &u);
    update_kit_bundle(made, 9);
    must(truncate(made, 700000) == 0, "longer");
    enum err longer = update_publish(k->conf.feed, made, &u);
    update_kit_bundle(made, 9);
    FILE *f = fopen(made, "r+");
    must(f && fseek(f, 300000, SEEK_SET) == 0 && putc('x', f) != EOF && fclose(f) == 0, "spoilt");
    enum err spoilt = update_publish(k->conf.feed, made, &u);
    bool left = in_feed("huimin-9.update.part");
    stop_sync();
    server_stop(server);
    server = NULL;
    sync_signed_finish(&sign);
    CHECK(!first && before && !left);
    CHECK_ERR(older, ERR_ROLLBACK);
    CHECK_ERR(cut, ERR_CUT);
    CHECK_ERR(longer, ERR_TOO_BIG);
    CHECK_ERR(spoilt, ERR_HASH);
}
