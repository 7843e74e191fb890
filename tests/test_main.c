/* test_main.c - runs the unit tests and counts them: several processes, each one after the other.
 *
 * Most tests wait for a thread or a clock most of the time: side by side they take a quarter of the
 * time. JOBS=1: all in one process, for a debugger. */
#include "tests/test.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define TEST_SECONDS 60 /* a test that hangs is a failure, not a wait */
enum { JOBS = 6, JOBS_MAX = 16 };

static struct test_case *first;
static struct test_case **tail = &first;
static const char *volatile running = "start";
static bool failed_now;
static char root[256]; /* parent of every test_dir() of this run; "" until the first is asked for */
static char dir[300];  /* the running test's, "" until asked for */
static int dir_count;

void test_register(struct test_case *t)
{
    *tail = t;
    tail = &t->next;
}

void test_fail(const char *file, int line, const char *fmt, ...)
{
    if (failed_now)
        return;
    failed_now = true;
    va_list ap;
    va_start(ap, fmt);
    printf("FAIL %s: %s:%d: ", running, file, line);
    vprintf(fmt, ap);
    putchar('\n');
    va_end(ap);
}

bool test_check(const char *file, int line, bool cond, const char *what)
{
    if (!cond)
        test_fail(file, line, "%s", what);
    return cond;
}

bool test_check_eq(const char *file, int line, long long a, long long b, const char *what)
{
    if (a != b)
        test_fail(file, line, "%s (%lld, %lld)", what, a, b);
    return a == b;
}

bool test_check_str(const char *file, int line, const char *a, const char *b, const char *what)
{
    bool same = a && b ? strcmp(a, b) == 0 : a == b;
    if (!same)
        test_fail(file, line, "%s (\"%s\", \"%s\")", what, a ? a : "NULL", b ? b : "NULL");
    return same;
}

bool test_check_err(const char *file, int line, enum err got, enum err want, const char *what)
{
    if (got != want)
        test_fail(file, line, "%s gave %s, not %s", what, err_name(got), err_name(want));
    return got == want;
}

int test_sh(const char *command)
{
    int status = 0;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    (void)waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

const char *test_dir(void)
{
    if (!root[0]) {
        const char *tmp = getenv("TMPDIR");
        snprintf(root, sizeof root, "%s/huimin-unit-XXXXXX", tmp ? tmp : "/tmp");
        if (!mkdtemp(root)) {
            perror(root);
            exit(2);
        }
    }
    if (!dir[0]) {
        snprintf(dir, sizeof dir, "%s/%d", root, ++dir_count);
        if (mkdir(dir, 0700) != 0) {
            perror(dir);
            exit(2);
        }
    }
    return dir;
}

static int allow_removal(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)ftw;
    if (type == FTW_D || type == FTW_DNR)
        (void)chmod(path, 0700); /* a test may have made its directory read-only */
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    (void)remove(path);
    return 0;
}

static void remove_dirs(void)
{
    if (!root[0])
        return;
    nftw(root, allow_removal, 16, FTW_PHYS);
    nftw(root, remove_one, 16, FTW_PHYS | FTW_DEPTH);
}

/* A hang ends the run: after it nothing in this process can be trusted. */
static void on_alarm(int sig)
{
    (void)sig;
    static const char text[] = ": still running after a minute\n";
    const char *name = running;
    (void)!write(STDOUT_FILENO, "FAIL ", 5);
    (void)!write(STDOUT_FILENO, name, strlen(name));
    (void)!write(STDOUT_FILENO, text, sizeof text - 1);
    _exit(1);
}

static bool wanted(const char *name, int argc, char **argv)
{
    if (argc < 2)
        return true;
    for (int i = 1; i < argc; i++)
        if (strstr(name, argv[i]))
            return true;
    return false;
}

static bool run_one(const struct test_case *t)
{
    running = t->name;
    failed_now = false;
    dir[0] = '\0';
    alarm(TEST_SECONDS);
    t->run();
    alarm(0);
    if (!failed_now)
        printf("ok %s\n", t->name);
    return !failed_now;
}

/* What the processes count together. */
static struct count {
    atomic_int passed, failed, next;
} * count;

/* Each takes the next test that nobody has. */
static void run_some(int argc, char **argv)
{
    int at = 0;
    for (struct test_case *t = first; t; t = t->next) {
        if (!wanted(t->name, argc, argv) || at++ < atomic_load(&count->next))
            continue;
        int mine = at - 1;
        if (atomic_compare_exchange_strong(&count->next, &mine, at))
            atomic_fetch_add(run_one(t) ? &count->passed : &count->failed, 1);
    }
}

static int job_count(void)
{
    const char *text = getenv("JOBS");
    long n = text ? strtol(text, NULL, 10) : JOBS;
    return n < 1 ? 1 : n > JOBS_MAX ? JOBS_MAX : (int)n;
}

/* A child that dies takes one test with it; the others go on. */
static void run_beside(int jobs, int argc, char **argv)
{
    pid_t child[JOBS_MAX];
    for (int i = 0; i < jobs; i++) {
        pid_t pid = child[i] = fork();
        if (pid == 0) {
            run_some(argc, argv);
            exit(0);
        }
        if (pid < 0)
            atomic_fetch_add(&count->failed, 1);
    }
    int status;
    for (int i = 0; i < jobs; i++)
        if (child[i] > 0 && waitpid(child[i], &status, 0) == child[i] &&
            (!WIFEXITED(status) || WEXITSTATUS(status) != 0)) {
            printf("FAIL a process of tests ended with status %d\n", status);
            atomic_fetch_add(&count->failed, 1);
        }
}

int main(int argc, char **argv)
{
    int jobs = job_count();
    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGALRM, on_alarm);
    atexit(remove_dirs);
    count = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (count == MAP_FAILED)
        return 2;
    for (struct test_case *t = first; t; t = t->next)
        if (test_coming && wanted(t->name, argc, argv))
            test_coming(t->name);
    if (jobs == 1)
        run_some(argc, argv);
    else
        run_beside(jobs, argc, argv);
    printf("%d passed, %d failed\n", count->passed, count->failed);
    return count->failed || count->passed == 0 ? 1 : 0;
}
