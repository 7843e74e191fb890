/* mirror_test.c - a stick is the old feed or the new one, whatever happens on the way; and nights.
 */
#include "tests/unit/fleet_kit.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hal/base/clock.h"
#include "platform/files.h"
#include "platform/mirror.h"
#include "platform/night.h"
#include "tests/test.h"

static struct fleet f;
static struct wire_index x;

static void price(const char *day, const char *yuan)
{
    fleet_put(&f, "prices.csv",
              arena_printf(&f.arena, "day,place,good,yuan\n%s,3,1,%s\n", day, yuan));
    CHECK_ERR(fleet_publish(&f, false), OK);
}

static char *stick(void)
{
    return fleet_path(&f, "stick");
}

/* The terminal reads the stick from now on. */
static void start(void)
{
    fleet_init(&f, test_dir());
    CHECK_ERR(fleet_publish(&f, false), OK);
    CHECK_ERR(dir_make(stick()), OK);
    snprintf(f.config.feed_dir, sizeof f.config.feed_dir, "%.200s/stick", f.dir);
}

static int files_in(const char *dir)
{
    int n = 0;
    DIR *d = opendir(dir);
    for (struct dirent *e; d && (e = readdir(d));)
        n += e->d_name[0] != '.';
    if (d)
        closedir(d);
    return n;
}

TEST(a_mirror_holds_all_of_the_feed_and_nothing_else)
{
    struct mirror_result r;
    start();
    CHECK_ERR(mirror(&f.conf, fleet_path(&f, "not_there"), &r), ERR_NOT_FOUND);
    CHECK_ERR(mirror(&f.conf, stick(), &r), OK);
    CHECK_EQ(r.copied, 2); /* price, place */
    CHECK_ERR(fleet_sync(&f), OK);
    CHECK_STR(fleet_value(&f, "SELECT max(fen) FROM price"), "498");
    price("2026-11-24", "5.10");
    char *litter = arena_printf(&f.arena, "%s/o/0123.new", stick());
    CHECK_ERR(file_write(litter, "x", 1, 0644), OK);
    CHECK_ERR(mirror(&f.conf, stick(), &r), OK);
    CHECK_EQ(r.copied, 1);
    CHECK_EQ(r.removed, 1);
    CHECK_EQ(r.objects, 3);
    CHECK_ERR(mirror(&f.conf, stick(), &r), OK);
    CHECK_EQ(r.copied, 0);
    CHECK_ERR(fleet_sync(&f), OK);
    CHECK_STR(fleet_value(&f, "SELECT max(fen) FROM price"), "510");
    fleet_finish(&f);
}

TEST(a_newer_stick_is_not_overwritten_and_a_torn_one_is_mended)
{
    struct mirror_result r;
    start();
    price("2026-11-24", "5.10");
    CHECK_ERR(mirror(&f.conf, stick(), &r), OK);
    char *copy = fleet_path(&f, "older");
    CHECK_ERR(dir_make(copy), OK);
    CHECK_ERR(mirror(&f.conf, copy, &r), OK);
    price("2026-11-25", "5.20");
    CHECK_ERR(mirror(&f.conf, stick(), &r), OK);
    snprintf(f.conf.feed, sizeof f.conf.feed, "%s", copy);
    CHECK_ERR(mirror(&f.conf, stick(), &r), ERR_ROLLBACK);
    CHECK_EQ(r.there_n, 3);
    snprintf(f.conf.feed, sizeof f.conf.feed, "%s/feed", f.dir);
    fleet_index(&f, &x); /* the stick was pulled out: sizes are right, bytes are not */
    int fd = open(arena_printf(&f.arena, "%s/o/%s", stick(), x.channel[1].base.hash), O_WRONLY);
    CHECK(fd >= 0 && pwrite(fd, "\0\0\0\0", 4, 20) == 4 && close(fd) == 0);
    CHECK_ERR(truncate(arena_printf(&f.arena, "%s/420506/index", stick()), 100) == 0 ? OK : ERR_IO,
              OK);
    CHECK(fleet_sync(&f) != OK);
    CHECK_ERR(mirror(&f.conf, stick(), &r), OK);
    CHECK_EQ(r.copied, 1);
    CHECK_ERR(fleet_sync(&f), OK);
    CHECK_STR(fleet_value(&f, "SELECT max(fen) FROM price"), "520");
    fleet_finish(&f);
}

TEST(a_half_copied_stick_gives_what_is_whole)
{
    struct mirror_result r;
    start();
    CHECK_ERR(mirror(&f.conf, stick(), &r), OK);
    fleet_index(&f, &x);
    for (int i = 0; i < x.channel_count; i++)
        if (strcmp(x.channel[i].name, "price") == 0)
            CHECK_EQ(truncate(arena_printf(&f.arena, "%s/o/%s", stick(), x.channel[i].base.hash),
                              x.channel[i].base.size - 9),
                     0);
    CHECK_ERR(fleet_sync(&f), ERR_HASH);
    CHECK_STR(fleet_value(&f, "SELECT count(*) FROM village"), "2");
    CHECK_STR(fleet_value(&f, "SELECT count(*) FROM price"), "0");
    snprintf(f.config.feed_dir, sizeof f.config.feed_dir, "%.200s/feed",
             f.dir); /* the line is back */
    CHECK_ERR(fleet_sync(&f), OK);
    CHECK_STR(fleet_value(&f, "SELECT count(*) FROM price"), "1");
    fleet_finish(&f);
}

static bool write_proc(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY);
    bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    close(fd);
    return ok;
}

/* As root, else as root of a new user namespace. */
static bool own_mounts(void)
{
    unsigned uid = geteuid(), gid = getegid();
    if (unshare(CLONE_NEWNS) == 0)
        return true;
    return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
           write_proc("/proc/self/setgroups", "deny") &&
           write_proc("/proc/self/uid_map", arena_printf(&f.arena, "0 %u 1", uid)) &&
           write_proc("/proc/self/gid_map", arena_printf(&f.arena, "0 %u 1", gid));
}

/* In a child: a stick of 64 KB. 0: as it should be; else which step was not. */
static int on_a_small_stick(void)
{
    struct mirror_result r;
    if (!own_mounts())
        return 1;
    if (mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", stick(), "tmpfs", 0, "size=64k") != 0)
        return 2;
    if (mirror(&f.conf, stick(), &r) != OK)
        return 3;
    int fd = open(arena_printf(&f.arena, "%s/holiday.jpg", stick()), O_WRONLY | O_CREAT, 0600);
    char *rest = arena_alloc(&f.arena, 65536);
    while (fd >= 0 && write(fd, rest, 4096) == 4096)
        ;
    close(fd);
    price("2026-11-24", "5.10");
    if (mirror(&f.conf, stick(), &r) != ERR_FULL)
        return 4;
    if (fleet_sync(&f) != OK || strcmp(fleet_value(&f, "SELECT max(fen) FROM price"), "498") != 0)
        return 5; /* what lay there is still good */
    if (unlink(arena_printf(&f.arena, "%s/holiday.jpg", stick())) != 0 ||
        mirror(&f.conf, stick(), &r) != OK)
        return 6;
    return fleet_sync(&f) == OK ? 0 : 7;
}

TEST(a_full_stick_is_told_and_keeps_the_feed_it_had)
{
    int status = -1;
    start();
    pid_t pid = fork();
    if (pid == 0)
        _exit(on_a_small_stick());
    waitpid(pid, &status, 0);
    CHECK(WIFEXITED(status));
    CHECK_EQ(WEXITSTATUS(status), 0);
    fleet_finish(&f);
}

/* --- nights ----------------------------------------------------------------------------------- */

static int64_t channel_base(const char *name, char *out_hash)
{
    fleet_index(&f, &x);
    for (int i = 0; i < x.channel_count; i++)
        if (strcmp(x.channel[i].name, name) == 0) {
            snprintf(out_hash, 65, "%s", x.channel[i].base.hash);
            return x.channel[i].base.to;
        }
    return -1;
}

TEST(a_night_packs_anew_and_who_is_up_to_date_fetches_nothing)
{
    struct night_result r;
    char before[65], after[65], again[65];
    fleet_init(&f, test_dir());
    CHECK_ERR(fleet_publish(&f, false), OK);
    for (int i = 1; i < 9; i++)
        price(arena_printf(&f.arena, "2026-11-%02d", i), arena_printf(&f.arena, "%d.00", i));
    CHECK_ERR(fleet_sync(&f), OK);
    int64_t old = channel_base("price", before);
    CHECK_ERR(night(&f.conf, &r), OK);
    CHECK_EQ(r.packed, 2);
    CHECK(channel_base("price", after) > old);
    CHECK(strcmp(before, after) != 0);
    char *o = arena_printf(&f.arena, "%s/o", f.conf.feed), *hidden = fleet_path(&f, "o");
    CHECK_EQ(rename(o, hidden), 0);
    CHECK_ERR(fleet_sync(&f), OK); /* no object is asked for */
    CHECK_EQ(rename(hidden, o), 0);
    CHECK_ERR(night(&f.conf, &r), OK);
    CHECK_EQ(r.packed, 0);
    channel_base("price", again);
    CHECK_STR(again, after);
    price("2026-11-25", "9.90"); /* a segment behind it */
    CHECK_ERR(fleet_sync(&f), OK);
    snprintf(f.config.data_dir, sizeof f.config.data_dir, "%.200s/new", f.dir);
    CHECK_ERR(fleet_sync(&f), OK);
    CHECK_STR(fleet_value(&f, "SELECT count(*) || ' ' || max(fen) FROM price"), "10 990");
    fleet_finish(&f);
}

TEST(objects_go_thirty_days_after_the_last_index_that_named_them)
{
    struct night_result r;
    fleet_init(&f, test_dir());
    int64_t day = 86400000LL, at = clock_wall_ms();
    char *o = arena_printf(&f.arena, "%s/o", f.conf.feed);
    clock_hold(at);
    CHECK_ERR(fleet_publish(&f, false), OK);
    CHECK_ERR(night(&f.conf, &r), OK);
    int first = files_in(o);           /* bases, as published and as packed at night */
    for (int i = 2; i <= 32; i += 2) { /* one missed night is none */
        clock_hold(at + i * day);
        CHECK_ERR(night(&f.conf, &r), OK);
        CHECK_EQ(r.removed, i <= 30 ? 0 : first - 2);
    }
    CHECK_EQ(files_in(o), 2);
    price("2026-11-24", "5.10");
    CHECK_ERR(night(&f.conf, &r), OK); /* packs the segment into a base; the base before is out */
    clock_hold(at + 80 * day);         /* nobody was there for weeks: nothing is known, all stays */
    CHECK_ERR(night(&f.conf, &r), OK);
    CHECK_EQ(r.removed, 0);
    clock_hold(at);
    fleet_finish(&f);
}
