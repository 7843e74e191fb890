/* update_cut_test.c - a power cut at any step of an update leaves a machine that starts: a child is
 * killed at each of its system calls, and what reaches the disk before what is looked at by name.
 */
#include "image/update.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/test.h"
#include "tests/unit/update_kit.h"

enum { RUNS = KIT_RUNS, OLD = KIT_OLD };
static struct update_machine m;

static char *entry(const char *name)
{
    static char path[600];
    snprintf(path, sizeof path, "%s/EFI/Linux/%s", m.esp, name);
    return path;
}

static void begin(void)
{
    char path[600];
    update_kit_machine(&m);
    snprintf(path, sizeof path, "%s/huimin-6.update", m.stick);
    update_kit_bundle(path, 6);
}

static bool installed(void)
{
    return update_kit_holds(entry("huimin_6+3.efi"), 6, KIT_UKI, update_kit_uki) &&
           update_kit_holds(m.slot_b, 6, KIT_ROOT, update_kit_root);
}

/* A child that takes the update, and stops at its beginning. */
static pid_t child_that_takes(int *status)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        char *paths[] = { m.stick };
        int null = open("/dev/null", O_WRONLY);
        dup2(null, 1);
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        raise(SIGSTOP);
        _exit(update_take(&m.u, paths, 1));
    }
    (void)waitpid(child, status, 0);
    return child;
}

static void to_next_call(pid_t child, int *status)
{
    (void)ptrace(PTRACE_SYSCALL, child, NULL, NULL);
    (void)waitpid(child, status, 0);
}

static int take(void)
{
    int status = 0;
    pid_t child = child_that_takes(&status);
    while (WIFSTOPPED(status))
        to_next_call(child, &status);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Killed when it is about to make system call number n, or has just made it. False: it came to its
 * end before. */
static bool cut_at(int n)
{
    int status = 0, calls = 0;
    pid_t child = child_that_takes(&status);
    while (WIFSTOPPED(status) && ++calls < n)
        to_next_call(child, &status);
    if (!WIFSTOPPED(status))
        return false;
    kill(child, SIGKILL);
    (void)waitpid(child, &status, 0);
    return true;
}

/* What every start of the machine needs: the running version whole, and whatever else the loader
 * would choose whole as well. */
static bool starts(void)
{
    struct esp e;
    bool good = esp_open(m.esp, &e) == OK;
    good = good && update_kit_holds(m.slot_a, RUNS, KIT_ROOT, update_kit_root) &&
           update_kit_holds(entry("huimin_5.efi"), RUNS, KIT_UKI, update_kit_uki);
    for (int i = 0; good && i < e.count; i++) {
        int v = (int)e.entry[i].version;
        if (v != RUNS)
            good = update_kit_holds(entry(e.entry[i].name), v, KIT_UKI, update_kit_uki) &&
                   (v != 6 || update_kit_holds(m.slot_b, v, KIT_ROOT, update_kit_root)) &&
                   (v != OLD || update_kit_holds(m.slot_b, OLD, KIT_ROOT, update_kit_root));
    }
    if (good)
        esp_close(&e);
    return good;
}

TEST(a_power_cut_at_any_step_of_an_update_leaves_a_machine_that_starts)
{
    begin();
    int cuts = 0;
    for (int n = 1; cut_at(n); n++, cuts++) {
        if (!starts())
            test_fail(__FILE__, __LINE__, "cut at step %d", n);
        if (n % 7 == 0) { /* and the next one brings it to its end */
            CHECK_EQ(take(), 0);
            CHECK(installed() && starts());
        }
        update_kit_machine(&m);
        (void)unlink(entry("huimin_6+3.efi"));
        (void)unlink(entry("huimin.part"));
    }
    CHECK(installed());
    CHECK(cuts > 100);
}

/* --- what reaches the disk first ----------------------------------------------------------------
 */

/* A letter for a call that matters: on the idle slot w (write) f (fsync) a (drop from memory); on
 * the half kernel p q b; in the ESP's directory u (unlink) d (fsync) s (syncfs) R (rename). */
static char letter(pid_t child, const struct __ptrace_syscall_info *call)
{
    char link[64], path[600] = "";
    snprintf(link, sizeof link, "/proc/%d/fd/%d", child, (int)call->entry.args[0]);
    (void)!readlink(link, path, sizeof path - 1);
    bool slot = strcmp(path, m.slot_b) == 0, half = strstr(path, "/huimin.part") != NULL;
    bool dir = strstr(path, "/EFI/Linux") && !half;
    switch (call->entry.nr) {
    case SYS_pwrite64:
        return slot ? 'w' : half ? 'p' : 0;
    case SYS_fsync:
        return slot ? 'f' : half ? 'q' : dir ? 'd' : 0;
    case SYS_fadvise64:
        return slot ? 'a' : half ? 'b' : 0;
    case SYS_syncfs:
        return dir ? 's' : 0;
    case SYS_unlinkat:
        return dir ? 'u' : 0;
    case SYS_renameat:
#ifdef SYS_renameat2
    case SYS_renameat2:
#endif
        return dir ? 'R' : 0;
    default:
        return 0;
    }
}

TEST(nothing_of_an_update_is_seen_before_it_is_on_the_disk)
{
    struct __ptrace_syscall_info call;
    char order[64] = "";
    size_t n = 0;
    int status = 0;
    begin();
    pid_t child = child_that_takes(&status);
    (void)ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACESYSGOOD);
    while (WIFSTOPPED(status)) {
        long size = ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof call, &call);
        char c = size > 0 && call.op == PTRACE_SYSCALL_INFO_ENTRY ? letter(child, &call) : 0;
        if (c && n < sizeof order - 1 && (n == 0 || order[n - 1] != c))
            order[n++] = c;
        to_next_call(child, &status);
    }
    CHECK(installed());
    CHECK_STR(order, "udswfapqbdsRds");
}
