/* zstd_test.c - what goes in comes out line by line, and nothing swells. */
#include "hal/zstd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/test.h"

static const char *pack_to_file(const char *text, size_t n, size_t cut)
{
    static char path[512];
    void *packed = NULL;
    size_t packed_n = 0;
    snprintf(path, sizeof path, "%s/object", test_dir());
    if (zstd_pack(text, n, 9, &packed, &packed_n) != OK)
        return NULL;
    FILE *f = fopen(path, "we");
    if (f) {
        fwrite(packed, 1, packed_n - cut, f);
        fclose(f);
    }
    free(packed);
    return path;
}

/* Reads all lines; the count, or -1 and the error. */
static int read_lines(const char *path, size_t raw, enum err *out, size_t *longest)
{
    struct zstd_lines *z = NULL;
    const char *line = NULL;
    size_t n = 0;
    int count = 0;
    *out = zstd_lines_open(path, raw, &z);
    while (*out == OK && (*out = zstd_lines_next(z, &line, &n)) == OK && line) {
        count++;
        *longest = n > *longest ? n : *longest;
    }
    zstd_lines_close(z);
    return *out == OK ? count : -1;
}

TEST(a_packed_text_comes_back_line_by_line)
{
    enum err e;
    size_t longest = 0;
    const char *text = "one\ntwo\n\nfour without an end";
    CHECK_EQ(read_lines(pack_to_file(text, strlen(text), 0), strlen(text), &e, &longest), 4);
    CHECK_EQ(longest, 19);
}

TEST(a_long_text_loses_no_line)
{
    enum err e;
    size_t longest = 0, n = 0;
    char *text = malloc(4000000);
    CHECK(text != NULL);
    for (int i = 0; i < 200000; i++)
        n += (size_t)snprintf(text + n, 16, "[%d]\n", i * 7919 % 100003);
    int lines = read_lines(pack_to_file(text, n, 0), n, &e, &longest);
    free(text);
    CHECK_EQ(lines, 200000);
}

TEST(a_bomb_is_refused_before_it_swells)
{
    enum err e;
    size_t longest = 0, n = 50u << 20;
    char *text = malloc(n);
    CHECK(text != NULL);
    memset(text, 'x', n);
    memset(text, '\n', 1000);
    const char *path = pack_to_file(text, n, 0);
    free(text);
    CHECK_EQ(read_lines(path, 2000, &e, &longest), -1);
    CHECK_ERR(e, ERR_BOMB);
}

TEST(one_byte_more_than_declared_is_a_bomb_and_one_less_is_broken)
{
    enum err e;
    size_t longest = 0;
    CHECK_EQ(read_lines(pack_to_file("abc\n", 4, 0), 3, &e, &longest), -1);
    CHECK_ERR(e, ERR_BOMB);
    CHECK_EQ(read_lines(pack_to_file("abc\n", 4, 0), 5, &e, &longest), -1);
    CHECK_ERR(e, ERR_FORMAT);
}

TEST(a_line_that_never_ends_is_refused)
{
    enum err e;
    size_t longest = 0, n = 6u << 20;
    char *text = malloc(n);
    CHECK(text != NULL);
    memset(text, 'x', n);
    const char *path = pack_to_file(text, n, 0);
    free(text);
    CHECK_EQ(read_lines(path, n, &e, &longest), -1);
    CHECK_ERR(e, ERR_TOO_BIG);
}

TEST(half_an_object_and_no_object_are_refused)
{
    enum err e;
    size_t longest = 0;
    CHECK_EQ(read_lines(pack_to_file("abcdefgh\n", 9, 3), 9, &e, &longest), -1);
    CHECK_ERR(e, ERR_FORMAT);
    struct zstd_lines *z = NULL;
    CHECK_ERR(zstd_lines_open("/nowhere/at/all", 1, &z), ERR_NOT_FOUND);
}

TEST(bytes_that_are_not_zstd_are_refused)
{
    char path[512];
    enum err e;
    size_t longest = 0;
    snprintf(path, sizeof path, "%s/html", test_dir());
    FILE *f = fopen(path, "we");
    CHECK(f != NULL);
    fputs("<html>502 Bad Gateway</html>", f);
    fclose(f);
    CHECK_EQ(read_lines(path, 28, &e, &longest), -1);
    CHECK_ERR(e, ERR_FORMAT);
}
