/* test_main.c - runs the unit tests one after the other and counts them. */
#include "tests/test.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEST_SECONDS 60 /* a test that hangs is a failure, not a wait */

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

int main(int argc, char **argv)
{
    int passed = 0;
    int failed = 0;
    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGALRM, on_alarm);
    atexit(remove_dirs);
    for (struct test_case *t = first; t; t = t->next)
        if (wanted(t->name, argc, argv))
            *(run_one(t) ? &passed : &failed) += 1;
    printf("%d passed, %d failed\n", passed, failed);
    return failed || passed == 0 ? 1 : 0;
}
