/* camera_worker_box.c - the box a camera is decoded in: sockets and memory, nothing else.
 */
#include "hal/camera_worker.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Seen with strace on HLS, RTMP, RTSP and FLV, and what glibc and GnuTLS may want besides. What is
 * not here answers EPERM; what only an attacker would call ends the child. */
static const int free_calls[] = {
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(readv),
    SCMP_SYS(writev),
    SCMP_SYS(recvfrom),
    SCMP_SYS(sendto),
    SCMP_SYS(recvmsg),
    SCMP_SYS(sendmsg),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(select),
    SCMP_SYS(pselect6),
    SCMP_SYS(connect),
    SCMP_SYS(getsockopt),
    SCMP_SYS(setsockopt),
    SCMP_SYS(getsockname),
    SCMP_SYS(getpeername),
    SCMP_SYS(shutdown),
    SCMP_SYS(close),
    SCMP_SYS(fcntl),
    SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(lseek),
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(futex),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(times),
    SCMP_SYS(getrusage),
    SCMP_SYS(getrandom),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(alarm),
    SCMP_SYS(setitimer),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(rseq),
    SCMP_SYS(membarrier),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
};
static const int deadly_calls[] = {
    SCMP_SYS(execve), SCMP_SYS(execveat),         SCMP_SYS(fork),   SCMP_SYS(vfork),
    SCMP_SYS(clone),  SCMP_SYS(process_vm_readv), SCMP_SYS(ptrace), SCMP_SYS(process_vm_writev),
    SCMP_SYS(bpf),    SCMP_SYS(io_uring_setup),   SCMP_SYS(mount),  SCMP_SYS(userfaultfd),
    SCMP_SYS(setns),  SCMP_SYS(unshare),          SCMP_SYS(keyctl), SCMP_SYS(perf_event_open),
};

/* The authorities https is checked against, and random numbers: all of the disk it can read. */
static const char *const readable[] = { "/etc/ssl/certs/ca-certificates.crt", "/dev/urandom" };

enum {
    MEMORY_MB = 768, /* 1080p H.265 with all its reference pictures needs a fourth of it */
    FILES = 40,
    NICE = 5
};

static void limit(int what, rlim_t n)
{
    (void)setrlimit((__rlimit_resource_t)what, &(struct rlimit){ n, n });
}

static void set_limits(void)
{
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_NPROC, 0);
    limit(RLIMIT_NOFILE, FILES);
    limit(RLIMIT_CPU, 4 * 3600); /* a day and a night of one camera at full rate */
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    limit(RLIMIT_AS, (rlim_t)MEMORY_MB << 20);
#endif
    (void)setpriority(PRIO_PROCESS, 0, NICE);
}

/* True: from now on the kernel lets this process open nothing but `readable`. A kernel without
 * Landlock: then the filter allows no open at all, and https cameras stay dark. */
static bool shut_files(void)
{
    struct landlock_ruleset_attr rules = { .handled_access_fs = (1ULL << 13) - 1 }; /* all of v1 */
    int set = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof rules.handled_access_fs, 0);
    if (set < 0)
        return false;
    for (size_t i = 0; i < sizeof readable / sizeof *readable; i++) {
        struct landlock_path_beneath_attr rule = { .allowed_access = LANDLOCK_ACCESS_FS_READ_FILE,
                                                   .parent_fd =
                                                       open(readable[i], O_PATH | O_CLOEXEC) };
        if (rule.parent_fd < 0)
            continue;
        (void)syscall(SYS_landlock_add_rule, set, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
        close(rule.parent_fd);
    }
    bool shut = syscall(SYS_landlock_restrict_self, set, 0) == 0;
    close(set);
    return shut;
}

static bool allow_memory(scmp_filter_ctx f)
{
    struct scmp_arg_cmp data = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    return seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, data) == 0 &&
           seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, data) == 0;
}

static bool allow_sockets(scmp_filter_ctx f)
{
    static const int families[] = { AF_INET, AF_INET6 };
    for (int i = 0; i < 2; i++)
        if (seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(socket), 2,
                             SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i]),
                             SCMP_A1(SCMP_CMP_MASKED_EQ, 0xf, SOCK_STREAM)) != 0)
            return false;
    return true;
}

/* Signals to itself only (abort, a sanitizer's end), and whether a descriptor has bytes. */
static bool allow_small_things(scmp_filter_ctx f, bool may_open)
{
    bool ok = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                               SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid())) == 0 &&
              seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
                               SCMP_A1(SCMP_CMP_EQ, 0x541b)) == 0 && /* FIONREAD */
              seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
                               SCMP_A1(SCMP_CMP_EQ, 0x5421)) == 0; /* FIONBIO */
    if (ok && may_open)
        ok = seccomp_rule_add(
                 f, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
                 SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY)) == 0;
    return ok;
}

static bool filter_calls(bool may_open)
{
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    bool ok = f != NULL;
    for (size_t i = 0; ok && i < sizeof free_calls / sizeof *free_calls; i++)
        ok = seccomp_rule_add(f, SCMP_ACT_ALLOW, free_calls[i], 0) == 0;
    for (size_t i = 0; ok && i < sizeof deadly_calls / sizeof *deadly_calls; i++)
        ok = seccomp_rule_add(f, SCMP_ACT_KILL_PROCESS, deadly_calls[i], 0) == 0;
    ok = ok && allow_memory(f) && allow_sockets(f) && allow_small_things(f, may_open) &&
         seccomp_load(f) == 0;
    if (f)
        seccomp_release(f);
    return ok;
}

enum err camera_box(void)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return ERR_IO;
    bool may_open = shut_files();
    set_limits();
    return filter_calls(may_open) ? OK : ERR_IO;
}
