/* config_write_test.c - settings made at the terminal come back as they were made, or are refused.
 */
#include "tests/test.h"

#include "app/config_write.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char why[400];
static struct config c;

static void put(const char *text)
{
    char path[400];
    snprintf(path, sizeof path, "%s/terminal.conf", test_dir());
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
}

static const char *got(void)
{
    static char text[2048];
    char path[400];
    snprintf(path, sizeof path, "%s/terminal.conf", test_dir());
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : 0;
    if (fd >= 0)
        close(fd);
    text[n < 0 ? 0 : n] = '\0';
    return text;
}

static enum err name(const char *value)
{
    struct config_change change = { "terminal.name_zh", value };
    return config_write(test_dir(), &change, 1, why, sizeof why);
}

static bool loads(void)
{
    char path[400];
    config_init(&c);
    snprintf(path, sizeof path, "%s/terminal.conf", test_dir());
    return config_load(&c, path, why, sizeof why) == OK;
}

TEST(a_setting_of_odd_characters_is_read_as_it_was_made)
{
    static const char *const odd[] = {
        "许家冲 \"3\"号", "a=b = c", "3#楼", "\\n %s $(x) ; ' `", "= =", "[x]", "𠮷é", ""
    };
    put("# of the image\nlang = en # first\n\nprinter = none\n");
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        CHECK_ERR(name(odd[i]), OK);
        CHECK(loads());
        CHECK_STR(c.terminal_name_zh, odd[i]);
        CHECK_STR(c.lang, "en");
        CHECK(strstr(got(), "# of the image\nlang = en # first\n\nprinter = none\n") == got());
    }
}

TEST(a_setting_that_cannot_be_said_is_refused_with_a_sentence)
{
    static const char *const bad[] = {
        "a\nreader = sim", "a #b", "#a", " a", "a ", "\xff", "a\x01"
    };
    put("lang = en\n");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        why[0] = '\0';
        CHECK_ERR(name(bad[i]), ERR_CONFIG);
        CHECK(strncmp(why, "terminal.name_zh: ", 18) == 0 && !strchr(why, '\n'));
        CHECK_STR(got(), "lang = en\n");
    }
}

TEST(what_the_key_does_not_take_is_not_written_and_nothing_beside_it)
{
    struct config_change two[] = { { "panel_w_mm", "268" }, { "panel_h_mm", "tall" } };
    struct config_change unknown = { "panel_mm", "268" };
    put("lang = en\n");
    CHECK_ERR(config_write(test_dir(), two, 2, why, sizeof why), ERR_CONFIG);
    CHECK(strstr(why, "panel_h_mm") != NULL);
    CHECK_ERR(config_write(test_dir(), &unknown, 1, why, sizeof why), ERR_CONFIG);
    CHECK_STR(got(), "lang = en\n");
}

TEST(a_config_that_was_not_there_is_made_for_the_terminals_group)
{
    struct stat st;
    char path[400];
    CHECK_ERR(name("x"), OK);
    CHECK_STR(got(), "terminal.name_zh = x\n");
    snprintf(path, sizeof path, "%s/terminal.conf", test_dir());
    CHECK(stat(path, &st) == 0 && (st.st_mode & 0137) == 0);
    CHECK_ERR(
        config_write("/nonexistent", &(struct config_change){ "lang", "en" }, 1, why, sizeof why),
        ERR_NOT_FOUND);
}
