/* test.h - what a unit test is written with: TEST, the CHECKs, and a directory of its own. */
#ifndef TESTS_TEST_H
#define TESTS_TEST_H

#include <stdbool.h>

#include "hal/base/err.h"

/* One test; it registers itself before main. The list lives as long as the program. */
struct test_case {
    const char *name;
    void (*run)(void);
    struct test_case *next;
};

void test_register(struct test_case *t);

/* Called for each test that will run, before any does and before processes part: for what all of
 * them share. There may be none (db_kit.c has it). */
__attribute__((weak)) void test_coming(const char *name);

/* Marks the running test as failed and says where; the first fault of a test is the one printed. */
void test_fail(const char *file, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The same, when cond is false. Each returns whether the check held. */
bool test_check(const char *file, int line, bool cond, const char *what);
bool test_check_eq(const char *file, int line, long long a, long long b, const char *what);
bool test_check_str(const char *file, int line, const char *a, const char *b, const char *what);
bool test_check_err(const char *file, int line, enum err got, enum err want, const char *what);

/* A fresh empty directory, the same for the whole of one test, removed when the program ends. */
const char *test_dir(void);
/* A command line of sh(1), run here: its exit code; -1: it ended by a signal. */
int test_sh(const char *command);

#define TEST(name)                                                 \
    static void test_##name(void);                                 \
    __attribute__((constructor)) static void test_add_##name(void) \
    {                                                              \
        static struct test_case t = { #name, test_##name, 0 };     \
        test_register(&t);                                         \
    }                                                              \
    static void test_##name(void)

/* A check that fails ends its test: what follows would only repeat the news. Helpers that are not
 * void or hold resources call test_check() themselves. */
#define TEST_OR_RETURN(call) \
    do {                     \
        if (!(call))         \
            return;          \
    } while (0)

#define CHECK(cond) TEST_OR_RETURN(test_check(__FILE__, __LINE__, (cond), #cond))
#define CHECK_EQ(a, b) \
    TEST_OR_RETURN(test_check_eq(__FILE__, __LINE__, (long long)(a), (long long)(b), #a " == " #b))
#define CHECK_STR(a, b) TEST_OR_RETURN(test_check_str(__FILE__, __LINE__, (a), (b), #a " is " #b))
#define CHECK_ERR(expr, want) \
    TEST_OR_RETURN(test_check_err(__FILE__, __LINE__, (expr), (want), #expr))

#endif
