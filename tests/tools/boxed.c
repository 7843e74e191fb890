/* boxed.c - tries to break out of the box huimin-camera decodes in, each attempt in its own
 * process.
 */
#include "hal/camera_worker.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int passed, failed;
static bool known_authorities; /* this machine has the file of certificates */

/* Each answers true when it got what it must not get. */
static bool read_a_file(void)
{
    return open("/etc/passwd", O_RDONLY) >= 0;
}
static bool make_a_file(void)
{
    return open("boxed.out", O_WRONLY | O_CREAT, 0600) >= 0;
}
static bool remove_a_file(void)
{
    return unlink("boxed.tmp") == 0 || errno == ENOENT;
}
static bool run_a_program(void)
{
    char *const words[] = { "true", NULL };
    execv("/bin/true", words);
    return false;
}
static bool start_a_process(void)
{
    return fork() >= 0;
}
static bool talk_to_a_neighbour(void)
{
    return socket(AF_UNIX, SOCK_STREAM, 0) >= 0;
}
static bool send_datagrams(void)
{
    return socket(AF_INET, SOCK_DGRAM, 0) >= 0;
}
static bool listen_for_others(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    return bind(fd, (struct sockaddr *)&a, sizeof a) == 0 || listen(fd, 1) == 0;
}
static bool run_bytes_as_code(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                0) != MAP_FAILED;
}
static bool kill_its_parent(void)
{
    return kill(getppid(), 0) == 0;
}
static bool look_into_its_parent(void)
{
    return open("/proc/self/environ", O_RDONLY) >= 0;
}
static bool raise_its_limits(void)
{
    return setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 4, 4 }) == 0;
}

static const struct {
    const char *name;
    bool (*try)(void);
    bool dies;
} attempts[] = {
    { "read a file", read_a_file, false },
    { "make a file", make_a_file, false },
    { "remove a file", remove_a_file, false },
    { "run a program", run_a_program, true },
    { "start a process", start_a_process, true },
    { "talk to a neighbour", talk_to_a_neighbour, false },
    { "send datagrams", send_datagrams, false },
    { "listen for others", listen_for_others, false },
    { "run bytes as code", run_bytes_as_code, false },
    { "kill its parent", kill_its_parent, false },
    { "look into its parent", look_into_its_parent, false },
    { "raise its limits", raise_its_limits, false },
};

static int in_the_box(bool (*try)(void))
{
    int status = 0;
    fflush(stdout); /* what waits here is not the child's to write */
    pid_t pid = fork();
    if (pid == 0) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
        _exit(camera_box() != OK ? 3 : try() ? 1 : 0);
    }
    return pid < 0 || waitpid(pid, &status, 0) != pid ? -1 : status;
}

static const char authorities[] = "/etc/ssl/certs/ca-certificates.crt";

/* The box must be one in which work can be done. */
static bool can_work(void)
{
    char *p = malloc(1 << 20);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (known_authorities && open(authorities, O_RDONLY) < 0)
        return true;
    if (p)
        memset(p, 1, 1 << 20);
    free(p);
    return p == NULL || fd < 0;
}

/* As on a kernel that has no Landlock. */
static bool read_without_landlock(void)
{
    return open(authorities, O_RDONLY) >= 0 || open("/etc/passwd", O_RDONLY) >= 0;
}

static bool lose_landlock(void)
{
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
    bool lost =
        f &&
        seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(landlock_create_ruleset), 0) == 0 &&
        seccomp_load(f) == 0;
    if (f)
        seccomp_release(f);
    return lost;
}

static bool ended_well(int status)
{
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void print_verdict(bool held, const char *what)
{
    printf("%s box: %s\n", held ? "ok" : "FAIL", what);
    held ? passed++ : failed++;
}

int main(void)
{
    char what[64];
    known_authorities = access(authorities, R_OK) == 0;
    print_verdict(ended_well(in_the_box(can_work)), "memory, sockets and the authorities work");
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
        int status = in_the_box(attempts[i].try);
        snprintf(what, sizeof what, "cannot %s", attempts[i].name);
        print_verdict(attempts[i].dies ? WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS
                                       : ended_well(status),
                      what);
    }
    print_verdict(lose_landlock() && ended_well(in_the_box(read_without_landlock)),
                  "cannot read any file where the kernel has no Landlock");
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
