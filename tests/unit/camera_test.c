/* camera_test.c - does huimin believe only what is true about a picture, whoever plays
 * huimin-camera?
 */
#include "tests/test.h"

#include "hal/base/clock.h"
#include "hal/camera_wire.h"

#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* huimin-camera, played by the test. */
static int listener = -1, peer = -1;
static struct cameras *cameras;
static atomic_int notices;

static void count(void *user, int slot)
{
    (void)user;
    (void)slot;
    notices++;
}

static const char *socket_path(void)
{
    static char path[108];
    snprintf(path, sizeof path, "%.90s/camera.sock", test_dir());
    return path;
}

static bool listen_now(void)
{
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    snprintf(a.sun_path, sizeof a.sun_path, "%s", socket_path());
    (void)unlink(a.sun_path);
    listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    return listener >= 0 && bind(listener, (struct sockaddr *)&a, sizeof a) == 0 &&
           listen(listener, 4) == 0;
}

static bool readable(int fd, int ms)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };
    return poll(&p, 1, ms) == 1;
}

/* Accepts the next connection and reads its request. */
static bool welcome(struct camera_source *out)
{
    static char text[CAMERA_REQUEST];
    if (peer >= 0)
        close(peer);
    peer = readable(listener, 5000) ? accept(listener, NULL, NULL) : -1;
    ssize_t n = peer >= 0 ? recv(peer, text, sizeof text, 0) : -1;
    return n > 0 && camera_request_parse(text, (size_t)n, out) == OK;
}

static bool say(struct camera_msg m)
{
    return send(peer, &m, sizeof m, MSG_NOSIGNAL) == (ssize_t)sizeof m;
}

static int make_memory(size_t size, int seals)
{
    int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (ftruncate(fd, (off_t)size) != 0 || fcntl(fd, F_ADD_SEALS, seals) != 0)
        return -1;
    return fd;
}

static bool say_hello(int memory)
{
    struct camera_msg m = { .word = CAMERA_HELLO };
    struct iovec io = { .iov_base = &m, .iov_len = sizeof m };
    union {
        char room[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = { { 0 } };
    struct msghdr h = { .msg_iov = &io,
                        .msg_iovlen = 1,
                        .msg_control = control.room,
                        .msg_controllen = sizeof control.room };
    struct cmsghdr *c = CMSG_FIRSTHDR(&h);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(c), &memory, sizeof(int));
    ssize_t n = sendmsg(peer, &h, MSG_NOSIGNAL);
    close(memory);
    return n == (ssize_t)sizeof m;
}

static const struct camera_source source = {
    .url = { "http://cam.example/1" }, .url_count = 1, .host = { "cam.example" }, .host_count = 1
};

static bool start(enum camera_mode mode)
{
    struct camera_source asked = source, heard;
    asked.mode = mode;
    notices = 0;
    cameras = listen_now() ? cameras_create(socket_path(), count, NULL) : NULL;
    if (!cameras)
        return false;
    camera_open(cameras, 1, &asked);
    return welcome(&heard) && memcmp(&heard, &asked, sizeof heard) == 0;
}

static void stop(void)
{
    cameras_destroy(cameras);
    cameras = NULL;
    if (peer >= 0)
        close(peer);
    if (listener >= 0)
        close(listener);
    peer = listener = -1;
}

static bool good_hello(void)
{
    return say_hello(make_memory(CAMERA_SHM_BYTES, F_SEAL_SHRINK));
}

static struct camera_msg picture(uint64_t hash)
{
    return (struct camera_msg){ .word = CAMERA_PICTURE, .n = 1, .w = 640, .h = 360, .hash = hash };
}

static struct camera_frame look(void)
{
    struct camera_frame f;
    camera_look(cameras, 1, &f);
    return f;
}

static bool becomes(enum camera_state s)
{
    for (int i = 0; i < 5000 && look().state != s; i++)
        usleep(1000);
    return look().state == s;
}

static bool counted(uint32_t n)
{
    for (int i = 0; i < 5000 && look().n != n; i++)
        usleep(1000);
    return look().n == n;
}

/* Nothing more may be said: the other end has closed. */
static bool hung_up(void)
{
    char c;
    return readable(peer, 5000) && recv(peer, &c, 1, 0) <= 0;
}

TEST(without_huimin_camera_it_is_said_and_looked_for_again)
{
    struct camera_source heard;
    cameras = cameras_create(socket_path(), count, NULL);
    CHECK(cameras);
    camera_open(cameras, 1, &source);
    CHECK(becomes(CAMERA_NO_SERVICE));
    CHECK(look().next_try_ms > 0);
    CHECK(listen_now());
    CHECK(welcome(&heard));
    CHECK(becomes(CAMERA_CONNECTING));
    stop();
}

TEST(a_picture_is_live_then_stalled_then_offline_by_our_own_clock)
{
    CHECK(start(CAMERA_FULL));
    CHECK(look().state == CAMERA_CONNECTING && look().y == NULL);
    CHECK(good_hello() && say(picture(1)) && becomes(CAMERA_LIVE));
    struct camera_frame f = look();
    CHECK(f.w == 640 && f.h == 360 && f.stride_y >= 640 && f.n == 1);
    CHECK(f.y && f.u && f.v && f.y[0] == 0 && f.v[179 * f.stride_uv + 319] == 0);
    clock_advance_ms(5000);
    CHECK_EQ(look().state, CAMERA_STALLED);
    clock_advance_ms(5000);
    CHECK_EQ(look().state, CAMERA_OFFLINE);
    CHECK_EQ(look().why, ERR_TIMEOUT);
    CHECK(look().y != NULL && look().at_ms == f.at_ms);
    CHECK(say(picture(2)) && becomes(CAMERA_LIVE));
    CHECK(say((struct camera_msg){ .word = CAMERA_TRYING }) && say(picture(3)) && counted(3));
    CHECK_EQ(look().state, CAMERA_LIVE);
    stop();
}

TEST(key_frames_may_come_less_often)
{
    CHECK(start(CAMERA_KEYFRAMES));
    CHECK(good_hello() && say(picture(1)) && becomes(CAMERA_LIVE));
    clock_advance_ms(9000);
    CHECK_EQ(look().state, CAMERA_LIVE);
    clock_advance_ms(1000);
    CHECK_EQ(look().state, CAMERA_STALLED);
    clock_advance_ms(10000);
    CHECK_EQ(look().state, CAMERA_OFFLINE);
    stop();
}

TEST(a_first_picture_that_never_comes_is_given_up_in_ten_seconds)
{
    CHECK(start(CAMERA_FULL));
    CHECK(good_hello() && say((struct camera_msg){ .word = CAMERA_TRYING }));
    clock_advance_ms(10000);
    CHECK_EQ(look().state, CAMERA_OFFLINE);
    CHECK_EQ(look().why, ERR_TIMEOUT);
    stop();
}

TEST(why_a_camera_is_lost_and_when_it_is_tried_again_is_told)
{
    CHECK(start(CAMERA_FULL));
    CHECK(good_hello() && say(picture(1)) && becomes(CAMERA_LIVE));
    CHECK(say((struct camera_msg){ .word = CAMERA_LOST, .why = ERR_SERVER, .wait_ms = 1500 }));
    CHECK(becomes(CAMERA_OFFLINE));
    struct camera_frame f = look();
    CHECK_EQ(f.why, ERR_SERVER);
    CHECK(f.next_try_ms > clock_timer_ms() && f.next_try_ms <= clock_timer_ms() + 1500);
    CHECK(f.y != NULL); /* the last picture stays */
    CHECK(say((struct camera_msg){ .word = CAMERA_TRYING }) && say(picture(2)));
    CHECK(becomes(CAMERA_LIVE));
    stop();
}

TEST(the_same_picture_for_twenty_seconds_is_frozen)
{
    CHECK(start(CAMERA_FULL));
    CHECK(good_hello());
    for (uint32_t n = 1; n <= 6; n++) {
        CHECK(say(picture(7)) && counted(n));
        CHECK_EQ(look().frozen, n == 6);
        clock_advance_ms(4000);
    }
    CHECK(say(picture(8)) && counted(7));
    CHECK(!look().frozen);
    stop();
}

TEST(memory_that_could_shrink_or_is_too_small_is_refused)
{
    struct camera_source heard;
    CHECK(start(CAMERA_FULL));
    CHECK(say_hello(make_memory(CAMERA_SHM_BYTES, F_SEAL_GROW)) && hung_up());
    CHECK(becomes(CAMERA_NO_SERVICE));
    CHECK(welcome(&heard)); /* it asks again */
    CHECK(say_hello(make_memory(4096, F_SEAL_SHRINK)) && hung_up());
    stop();
}

TEST(a_picture_outside_the_memory_is_refused)
{
    struct camera_source heard;
    struct camera_msg wide = picture(1), far = picture(1);
    wide.w = CAMERA_W + 64;
    far.n = CAMERA_FRAMES;
    CHECK(start(CAMERA_FULL));
    CHECK(good_hello() && say(wide) && hung_up());
    CHECK(welcome(&heard) && good_hello() && say(far) && hung_up());
    CHECK(welcome(&heard) && say(picture(1)) && hung_up()); /* no memory at all */
    CHECK(welcome(&heard) && send(peer, "short", 5, 0) == 5 && hung_up());
    CHECK(look().y == NULL);
    stop();
}

TEST(when_huimin_camera_dies_the_last_picture_stays)
{
    struct camera_source heard;
    CHECK(start(CAMERA_FULL));
    for (int i = 0; i < 4; i++) {
        CHECK(good_hello() && say(picture((uint64_t)i)) && becomes(CAMERA_LIVE));
        close(peer);
        peer = -1;
        CHECK(becomes(CAMERA_NO_SERVICE));
        CHECK(look().y != NULL && look().y[0] == 0);
        CHECK(welcome(&heard));
    }
    CHECK(notices >= 8);
    stop();
}

TEST(a_closed_slot_has_no_picture_and_hangs_up)
{
    CHECK(start(CAMERA_FULL));
    CHECK(good_hello() && say(picture(1)) && becomes(CAMERA_LIVE));
    camera_close(cameras, 1);
    CHECK(look().state == CAMERA_CLOSED && look().y == NULL);
    CHECK(hung_up());
    stop();
}

TEST(another_source_in_a_slot_begins_anew)
{
    struct camera_source heard, other = source;
    snprintf(other.url[0], sizeof other.url[0], "http://cam.example/2");
    CHECK(start(CAMERA_FULL));
    CHECK(good_hello() && say(picture(1)) && becomes(CAMERA_LIVE));
    camera_open(cameras, 1, &other);
    CHECK(look().state == CAMERA_CONNECTING && look().y == NULL);
    CHECK(hung_up());
    CHECK(welcome(&heard));
    CHECK_STR(heard.url[0], "http://cam.example/2");
    CHECK(good_hello() && say(picture(1)) && becomes(CAMERA_LIVE));
    stop();
}
