/* camera_worker_serve.c - huimin-camera's door: one child for each camera that is looked at.
 */
#include "hal/camera_worker.h"

#include "hal/base/clock.h"
#include "hal/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { VIEWS = 2 * CAMERA_SLOTS, REQUEST_MS = 2000, GROUPS = 64, LIVED = 0x80, LONG_MS = 25000 };

/* One connection: one camera somebody looks at. Invariant: fd -1 = free place; pid > 0 while a
 * child plays; shm -1 until the request came. */
struct view {
    int fd, shm;
    pid_t pid;
    struct camera_source source;
    int url;          /* the one being played, or to be played next */
    int tries;        /* rounds of all urls since it failed first */
    int64_t since_ms; /* when it connected, then when the child began */
    int64_t next_ms, failing_ms;
    enum err why;
};

/* One instance; the listening process has one thread. */
static struct door {
    int listen, signals;
    char path[108];
    bool handed;              /* by a service manager: take_door */
    int64_t left_ms, rest_ms; /* since when nobody looks; how long that may be */
    struct view view[VIEWS];
} door = { .listen = -1, .signals = -1 };

/* --- the child ----------------------------------------------------------------------------------
 */

static void close_all_but(int fd)
{
    for (int i = 0; i < VIEWS; i++)
        if (door.view[i].fd >= 0 && door.view[i].fd != fd) {
            close(door.view[i].fd);
            if (door.view[i].shm >= 0)
                close(door.view[i].shm);
        }
    close(door.listen);
    close(door.signals);
}

static enum err play_in_a_box(const struct view *v, bool *out_lived)
{
    void *shm = mmap(NULL, CAMERA_SHM_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, v->shm, 0);
    if (shm == MAP_FAILED)
        return ERR_NOMEM;
    close(v->shm);
    const struct camera_task task = {
        .source = &v->source, .url = v->url, .fd = v->fd, .shm = shm
    };
    enum err e = camera_names(&v->source);
    if (e == OK)
        e = camera_box();
    return e == OK ? camera_play(&task, out_lived) : e;
}

static void be_the_child(const struct view *v, pid_t parent)
{
    sigset_t none;
    bool lived = false;
    sigemptyset(&none);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(ERR_STOPPED);
    sigprocmask(SIG_SETMASK, &none, NULL);
    close_all_but(v->fd);
    enum err e = play_in_a_box(v, &lived);
    _exit((int)e | (lived ? LIVED : 0));
}

/* --- one camera ----------------------------------------------------------------------------------
 */

static void tell(const struct view *v, const struct camera_msg *m)
{
    (void)send(v->fd, m, sizeof *m, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* The box stands before any name is looked up or byte read; a slow DNS is the helper's matter. */
static void start(struct view *v)
{
    pid_t self = getpid();
    tell(v, &(struct camera_msg){ .word = CAMERA_TRYING, .n = (uint32_t)v->url });
    v->next_ms = 0;
    v->since_ms = clock_timer_ms();
    v->pid = fork();
    if (v->pid == 0)
        be_the_child(v, self);
    if (v->pid < 0) {
        v->pid = 0;
        v->next_ms = clock_timer_ms() + REQUEST_MS;
    }
}

static void drop(struct view *v)
{
    if (v->pid > 0)
        kill(v->pid, SIGKILL);
    if (v->shm >= 0)
        close(v->shm);
    if (v->fd >= 0)
        close(v->fd);
    *v = (struct view){ .fd = -1, .shm = -1 };
}

/* All urls failed: tells why and sets the time of the next round. */
static void wait_a_while(struct view *v)
{
    int64_t now = clock_timer_ms();
    uint32_t random = 0;
    if (getrandom(&random, sizeof random, GRND_NONBLOCK) < 0)
        random = (uint32_t)now;
    if (v->tries == 0)
        v->failing_ms = now;
    int ms = camera_retry_ms(v->tries++, now - v->failing_ms, random);
    v->url = 0;
    v->next_ms = now + ms;
    tell(v, &(struct camera_msg){ .word = CAMERA_LOST, .why = v->why, .wait_ms = (uint32_t)ms });
}

/* What ends by a signal cannot say so itself; but nothing goes on that long without pictures. */
static bool has_lived(const struct view *v, int code)
{
    return (code & LIVED) != 0 || clock_timer_ms() - v->since_ms >= LONG_MS;
}

static void note_end(struct view *v, int status)
{
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    enum err why = sig == SIGALRM ? ERR_TIMEOUT : sig ? ERR_IO : (enum err)(code & ~LIVED);
    if (why <= OK || why >= ERR_COUNT)
        why = ERR_IO;
    if (why != v->why || (sig && sig != SIGALRM))
        log_info("camera_lost", "view=%d url=%d why=%s signal=%d", (int)(v - door.view), v->url,
                 err_name(why), sig);
    v->why = why;
    v->pid = 0;
    if (has_lived(v, code)) { /* the first try after it lived is at once, and nobody's business */
        v->tries = 1;
        v->failing_ms = clock_timer_ms();
        v->url = 0;
        start(v);
    } else if (v->url + 1 < v->source.url_count) {
        v->url++;
        start(v);
    } else {
        wait_a_while(v);
    }
}

static void reap(void)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        for (int i = 0; i < VIEWS; i++)
            if (door.view[i].fd >= 0 && door.view[i].pid == pid)
                note_end(&door.view[i], status);
}

/* --- the request
 * ---------------------------------------------------------------------------------- */

/* No side can shrink it, so no side can be hit by SIGBUS. */
static int make_shm(void)
{
    int fd = memfd_create("camera", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return -1;
    if (ftruncate(fd, CAMERA_SHM_BYTES) == 0 &&
        fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
        return fd;
    close(fd);
    return -1;
}

static bool say_hello(const struct view *v)
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
    memcpy(CMSG_DATA(c), &v->shm, sizeof(int));
    return sendmsg(v->fd, &h, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)sizeof m;
}

/* The first message is the request; after it huimin has nothing to say but good-bye. */
static void on_readable(struct view *v)
{
    static char text[CAMERA_REQUEST];
    ssize_t n = recv(v->fd, text, sizeof text, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0 || v->shm >= 0) {
        drop(v);
        return;
    }
    enum err e = camera_request_parse(text, (size_t)n, &v->source);
    if (e == OK && v->source.url_count == 0)
        e = ERR_ARG;
    if (e == OK)
        v->shm = make_shm();
    if (e != OK || v->shm < 0 || !say_hello(v)) {
        log_warn("camera_request", "err=%s", err_name(e != OK ? e : ERR_NOMEM));
        drop(v);
        return;
    }
    start(v);
}

/* Same user, root, or one group of ours. */
static bool is_ours(int fd)
{
    struct ucred peer;
    socklen_t n = sizeof peer;
    gid_t mine[GROUPS];
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) != 0)
        return false;
    if (peer.uid == geteuid() || peer.uid == 0 || peer.gid == getegid())
        return true;
    int count = getgroups(GROUPS, mine);
    for (int i = 0; i < count; i++)
        if (mine[i] == peer.gid)
            return true;
    return false;
}

static void welcome(void)
{
    int fd = accept4(door.listen, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return;
    for (int i = 0; i < VIEWS && is_ours(fd); i++)
        if (door.view[i].fd < 0) {
            door.view[i] = (struct view){ .fd = fd, .shm = -1, .since_ms = clock_timer_ms() };
            return;
        }
    close(fd);
}

/* --- the door ------------------------------------------------------------------------------------
 */

/* Bound under another name first: who sees the socket can connect. */
static enum err open_door(const char *path)
{
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    char lasting[108];
    int n = snprintf(lasting, sizeof lasting, "%s", path);
    if (n >= (int)sizeof lasting - 4)
        return ERR_ARG;
    snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    bool lives = fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof a) == 0;
    if (fd >= 0)
        close(fd);
    if (lives)
        return ERR_BUSY;
    snprintf(a.sun_path, sizeof a.sun_path, "%.103s.new", path);
    door.listen = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    (void)unlink(a.sun_path);
    if (door.listen < 0 || bind(door.listen, (struct sockaddr *)&a, sizeof a) != 0 ||
        chmod(a.sun_path, 0660) != 0 || listen(door.listen, VIEWS) != 0 ||
        rename(a.sun_path, path) != 0)
        return ERR_IO;
    snprintf(door.path, sizeof door.path, "%s", path);
    return OK;
}

/* The door that a service manager opened for us (sd_listen_fds(3)): the first descriptor after the
 * three. It stays when we go. */
static bool take_door(void)
{
    enum { HANDED = 3 };
    const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
    int kind = 0;
    socklen_t n = sizeof kind;
    bool ours = pid && count && strtol(pid, NULL, 10) == getpid() && strcmp(count, "1") == 0 &&
                getsockopt(HANDED, SOL_SOCKET, SO_TYPE, &kind, &n) == 0 && kind == SOCK_SEQPACKET;
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    if (!ours || fcntl(HANDED, F_SETFD, FD_CLOEXEC) != 0 || fcntl(HANDED, F_SETFL, O_NONBLOCK) != 0)
        return false;
    door.listen = HANDED;
    door.handed = true;
    return true;
}

static enum err catch_signals(void)
{
    sigset_t set;
    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    door.signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return door.signals >= 0 ? OK : ERR_IO;
}

/* False: asked to stop. */
static bool on_signals(void)
{
    struct signalfd_siginfo s;
    bool go_on = true;
    while (read(door.signals, &s, sizeof s) == (ssize_t)sizeof s)
        go_on &= s.ssi_signo == SIGCHLD;
    reap();
    return go_on;
}

static bool anybody(void)
{
    for (int i = 0; i < VIEWS; i++)
        if (door.view[i].fd >= 0)
            return true;
    return false;
}

/* When something is due: -1 = nothing. */
static int next_due_ms(void)
{
    int64_t due = -1, now = clock_timer_ms();
    for (int i = 0; i < VIEWS; i++) {
        const struct view *v = &door.view[i];
        int64_t at = v->fd < 0 ? 0 : v->shm < 0 ? v->since_ms + REQUEST_MS : v->next_ms;
        if (at > 0 && (due < 0 || at < due))
            due = at;
    }
    if (door.handed && !anybody()) /* nobody looks: it may go, and is called again */
        due = door.left_ms + door.rest_ms;
    return due < 0 ? -1 : due <= now ? 0 : (int)(due - now) + 1;
}

static void do_what_is_due(void)
{
    int64_t now = clock_timer_ms();
    for (int i = 0; i < VIEWS; i++) {
        struct view *v = &door.view[i];
        if (v->fd >= 0 && v->shm < 0 && now >= v->since_ms + REQUEST_MS)
            drop(v);
        else if (v->fd >= 0 && v->next_ms > 0 && now >= v->next_ms)
            start(v);
    }
}

static bool turn(void)
{
    struct pollfd p[2 + VIEWS] = { { .fd = door.signals, .events = POLLIN },
                                   { .fd = door.listen, .events = POLLIN } };
    for (int i = 0; i < VIEWS; i++)
        p[2 + i] = (struct pollfd){ .fd = door.view[i].fd, .events = POLLIN };
    (void)poll(p, 2 + VIEWS, next_due_ms());
    bool go_on = !p[0].revents || on_signals();
    for (int i = 0; i < VIEWS; i++)
        if (p[2 + i].revents && door.view[i].fd == p[2 + i].fd)
            on_readable(&door.view[i]);
    if (p[1].revents)
        welcome();
    do_what_is_due();
    if (anybody() || !door.handed)
        door.left_ms = clock_timer_ms();
    return go_on && clock_timer_ms() < door.left_ms + door.rest_ms;
}

enum err camera_serve(const char *socket_path, int rest_s)
{
    for (int i = 0; i < VIEWS; i++)
        door.view[i] = (struct view){ .fd = -1, .shm = -1 };
    enum err e = catch_signals();
    door.rest_ms = rest_s * 1000LL;
    door.left_ms = clock_timer_ms();
    if (e == OK && !take_door())
        e = open_door(socket_path);
    if (e != OK)
        return e;
    camera_play_init();
    while (turn())
        continue;
    for (int i = 0; i < VIEWS; i++)
        drop(&door.view[i]);
    if (!door.handed)
        (void)unlink(door.path);
    close(door.listen);
    close(door.signals);
    return OK;
}
