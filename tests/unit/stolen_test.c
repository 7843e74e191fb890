/* stolen_test.c - whoever carries the terminal away has every file of it and both its keys, and
 * still reads nothing of what citizens handed in. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/keys.h"
#include "app/outbox.h"
#include "tests/test.h"
#include "tests/unit/outbox_kit.h"

#define SECRET_TEXT "{\"name\":\"Xu Wuyou\",\"said\":\"needle 19000101\"}"

enum { KEY = 32, BOXES = 3 };

/* What the thief has. */
static struct wire_item *boxes;
static int box_count, keys_tried;

/* 32 random bytes show about 30 different values; text, zeros and tables far fewer. */
static bool could_be_a_key(const unsigned char *p)
{
    bool seen[256] = { false };
    int different = 0;
    for (int i = 0; i < KEY; i++) {
        different += !seen[p[i]];
        seen[p[i]] = true;
    }
    return different >= 24;
}

static bool opens(const unsigned char key[KEY])
{
    unsigned char msg[256];
    keys_tried++;
    for (int i = 0; i < box_count; i++)
        if (crypto_open(boxes[i].box, boxes[i].box_n, boxkit.keys.seal[0].pub, key, msg) == OK)
            return true;
    return false;
}

static bool raw_opens(const unsigned char *data, size_t n)
{
    for (size_t i = 0; i + KEY <= n; i++)
        if (could_be_a_key(data + i) && opens(data + i))
            return true;
    return false;
}

/* Keys lie in files as base64, too. */
static bool base64_opens(const unsigned char *data, size_t n)
{
    static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    for (size_t i = 0; i < n;) {
        char word[200];
        unsigned char bytes[160];
        size_t m = 0, got = 0;
        while (i + m < n && m + 1 < sizeof word && data[i + m] && strchr(set, data[i + m])) {
            word[m] = (char)data[i + m];
            m++;
        }
        word[m] = '\0';
        if (m >= 43 && crypto_unbase64(word, bytes, sizeof bytes, &got) == OK &&
            raw_opens(bytes, got))
            return true;
        i += m + 1;
    }
    return false;
}

static bool file_opens(const char *path, bool *out_plain)
{
    static unsigned char data[1 << 20];
    int fd = open(path, O_RDONLY);
    ssize_t n = fd >= 0 ? read(fd, data, sizeof data) : -1;
    if (fd >= 0)
        close(fd);
    if (n <= 0)
        return !test_check(__FILE__, __LINE__, n == 0, path);
    *out_plain =
        *out_plain || memmem(data, (size_t)n, "Wuyou", 5) || memmem(data, (size_t)n, "19000101", 8);
    return raw_opens(data, (size_t)n) || base64_opens(data, (size_t)n);
}

static bool any_file_opens(int *out_files, bool *out_plain)
{
    bool found = false;
    DIR *d = opendir(boxkit.data);
    *out_files = 0;
    *out_plain = false;
    for (struct dirent *e; d && (e = readdir(d));) {
        struct stat st;
        const char *path = arena_printf(&boxkit.arena, "%s/%s", boxkit.data, e->d_name);
        if (stat(path, &st) != 0 || !S_ISREG(st.st_mode) ||
            strcmp(e->d_name, "outbox.reserve") == 0)
            continue; /* the reserve has never been written to */
        ++*out_files;
        found = file_opens(path, out_plain) || found;
    }
    if (d)
        closedir(d);
    return found;
}

static void leave(const char *name, const char *text)
{
    const char *path = arena_printf(&boxkit.arena, "%s/%s", boxkit.data, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    close(fd);
    test_check(__FILE__, __LINE__, ok, name);
}

TEST(a_stolen_terminal_opens_nothing_with_all_its_files_and_keys)
{
    struct terminal_key line_key;
    struct outbox_line *line = NULL;
    int files = 0;
    bool plain = false;
    char b64[64];
    boxkit_start();
    struct outbox *o = boxkit_open();
    CHECK(o != NULL);
    CHECK_ERR(key_load_line(boxkit.data, &line_key), OK);
    for (int i = 0; i < BOXES; i++) {
        struct wire_item item = boxkit_item(SECRET_TEXT);
        CHECK_ERR(outbox_put(o, &item), OK);
        CHECK(boxkit_wait(i + 1));
    }
    CHECK_ERR(outbox_line_open(boxkit.data, &line), OK);
    CHECK_ERR(outbox_line_take(line, &boxkit.arena, 1000, false, &boxes, &box_count), OK);
    CHECK_EQ(box_count, BOXES);
    keys_tried = 0;
    bool opened = any_file_opens(&files, &plain);
    CHECK(!opened);
    CHECK(!plain);
    CHECK(files >= 7); /* outbox.db -wal -shm, item.key .pub, line.key .pub, terminal.pub */
    CHECK(keys_tried > 100);
    CHECK(!opens(outbox_key(o)->secret) && !opens(line_key.secret));
    /* The same search does find the platform's key where somebody has left it. */
    crypto_base64(boxkit.seal_secret, KEY, b64, sizeof b64);
    leave("needle.txt", arena_printf(&boxkit.arena, "key = %s\n", b64));
    CHECK(any_file_opens(&files, &plain));
    leave("needle.txt", SECRET_TEXT);
    CHECK(!any_file_opens(&files, &plain));
    CHECK(plain);
    outbox_line_close(line);
    outbox_destroy(o);
}
