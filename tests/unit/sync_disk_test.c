/* sync_disk_test.c - a disk that is full or cannot be written costs nothing that was there. */
#include "app/store.h"
#include "tests/test.h"
#include "tests/unit/feed_kit.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CANNOT = 77 }; /* this machine lets nobody mount */

static struct kit k;

static void write_text(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY);
    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        _exit(CANNOT);
    close(fd);
}

/* A mount table of our own: as root, else as root of a new user namespace. */
static void own_mounts(void)
{
    char map[64];
    unsigned uid = geteuid(), gid = getegid();
    if (unshare(CLONE_NEWNS) != 0) {
        if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
            _exit(CANNOT);
        write_text("/proc/self/setgroups", "deny");
        snprintf(map, sizeof map, "0 %u 1", uid);
        write_text("/proc/self/uid_map", map);
        snprintf(map, sizeof map, "0 %u 1", gid);
        write_text("/proc/self/gid_map", map);
    }
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        _exit(CANNOT);
    (void)mkdir(k.config.data_dir, 0770);
    if (mount("tmpfs", k.config.data_dir, "tmpfs", 0, "size=1m") != 0)
        _exit(CANNOT);
}

/* In the child: 0 = as it should be, else the line that was not. */
static int count_prices(void)
{
    char path[400];
    struct store *s;
    int n = -1;
    snprintf(path, sizeof path, "%.300s/cache.db", k.config.data_dir);
    if (store_open(path, STORE_READ, &s) != OK)
        return -1;
    struct query *q = store_query(s, "SELECT count(*) * 10 + (SELECT seq FROM channel) FROM price");
    if (query_step(q))
        n = (int)query_col_int(q, 0);
    if (query_done(q) != OK)
        n = -1;
    store_close(s);
    return n;
}

static int in_child(int (*body)(void))
{
    int status = -1;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        own_mounts();
        _exit(body());
    }
    waitpid(pid, &status, 0);
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (code == CANNOT)
        printf("skipped: no mounts allowed here\n");
    return code == CANNOT ? 0 : code;
}

static void publish_prices(int day, int count)
{
    static char lines[2 << 20];
    size_t n = 0;
    for (int i = 0; i < count; i++)
        n += (size_t)snprintf(lines + n, sizeof lines - n, "[\"p\",\"price\",%d,%d,1,%d]\n", day,
                              i + 1, i * 7919 % 10007);
    kit_segment(&k, "price", lines);
    kit_publish(&k);
}

static int full_disk(void)
{
    if (kit_sync(&k) != OK || count_prices() != 11)
        return 1;
    publish_prices(20001, 50000);
    if (kit_sync(&k) != ERR_FULL)
        return 2;
    return count_prices() == 11 ? 0 : 3; /* the old row with the old watermark */
}

TEST(a_full_disk_keeps_the_old_prices_with_their_watermark)
{
    kit_init(&k, test_dir());
    publish_prices(20000, 1);
    CHECK_EQ(in_child(full_disk), 0);
    kit_finish(&k);
}

static int readonly_disk(void)
{
    if (kit_sync(&k) != OK)
        return 1;
    if (mount(NULL, k.config.data_dir, NULL, MS_REMOUNT | MS_RDONLY, "size=1m") != 0)
        return CANNOT;
    publish_prices(20001, 1);
    if (kit_sync(&k) != ERR_READONLY)
        return 2;
    return count_prices() == 11 ? 0 : 3; /* still to be read */
}

TEST(a_data_directory_that_cannot_be_written_is_named_and_still_read)
{
    kit_init(&k, test_dir());
    publish_prices(20000, 1);
    CHECK_EQ(in_child(readonly_disk), 0);
    kit_finish(&k);
}
