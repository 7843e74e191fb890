/* update_test.c - the updater: what it installs, what it refuses, and what it says. */
#include "image/update.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/test.h"
#include "tests/unit/update_kit.h"

enum { RUNS = KIT_RUNS, OLD = KIT_OLD };

static struct update_machine m;
static char said[4096];

static char *path_in(const char *dir, const char *name)
{
    static char path[600];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    return path;
}

static char *entry(const char *name)
{
    static char path[600];
    snprintf(path, sizeof path, "%s/EFI/Linux/%s", m.esp, name);
    return path;
}

static bool there(const char *path)
{
    return access(path, F_OK) == 0;
}

static void begin(void)
{
    update_kit_machine(&m);
}

static void bundle(const char *name, int version)
{
    update_kit_bundle(path_in(m.stick, name), version);
}

/* What a verb answers; what it printed is in said. */
static int out_fd, out_was;
static void listen_in(void)
{
    fflush(stdout);
    out_was = dup(1);
    out_fd = open(path_in(test_dir(), "out"), O_RDWR | O_CREAT | O_TRUNC, 0600);
    dup2(out_fd, 1);
}

static int heard(int code)
{
    fflush(stdout);
    dup2(out_was, 1);
    close(out_was);
    ssize_t n = pread(out_fd, said, sizeof said - 1, 0);
    said[n > 0 ? n : 0] = '\0';
    close(out_fd);
    return code;
}

static int take(void)
{
    char *paths[] = { m.stick };
    listen_in();
    return heard(update_take(&m.u, paths, 1));
}

static int say(int (*verb)(const struct update *u))
{
    listen_in();
    return heard(verb(&m.u));
}

static bool last_says(const char *what)
{
    char text[UPDATE_LINE + 64] = "";
    return state_read(&m.u, "last", text, sizeof text) == OK && strstr(text, what);
}

/* Nothing of the machine was touched. */
static bool untouched(void)
{
    return update_kit_holds(m.slot_a, RUNS, KIT_ROOT, update_kit_root) &&
           update_kit_holds(m.slot_b, OLD, KIT_ROOT, update_kit_root) &&
           there(entry("huimin_4.efi")) &&
           update_kit_holds(entry("huimin_5.efi"), RUNS, KIT_UKI, update_kit_uki);
}

static bool installed(int version)
{
    char name[64];
    snprintf(name, sizeof name, "huimin_%d+3.efi", version);
    return update_kit_holds(entry(name), version, KIT_UKI, update_kit_uki) &&
           update_kit_holds(m.slot_b, version, KIT_ROOT, update_kit_root) &&
           update_kit_holds(m.slot_a, RUNS, KIT_ROOT, update_kit_root) &&
           update_kit_holds(entry("huimin_5.efi"), RUNS, KIT_UKI, update_kit_uki);
}

/* --- names --------------------------------------------------------------------------------------
 */

TEST(names_of_the_loader_s_entries_are_read_strictly)
{
    struct esp_entry e;
    CHECK(esp_name("huimin_5.efi", &e) && e.version == 5 && !e.counted);
    CHECK(esp_name("huimin_12+3.efi", &e) && e.version == 12 && e.counted && e.left == 3);
    CHECK(esp_name("huimin_12+0-3.efi", &e) && e.counted && e.left == 0);
    CHECK(esp_name("HUIMIN_5.EFI", &e) && e.version == 5);
    static const char *const bad[] = { "huimin_.efi",    "huimin_0.efi",   "huimin_05.efi",
                                       "huimin_5",       "huimin_5+.efi",  "huimin_5+1-.efi",
                                       "huimin_5.efi.x", "xuimin_5.efi",   "huimin_1000000000.efi",
                                       "huimin.part",    "huimin_5-2.efi", "" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(!esp_name(bad[i], &e));
}

/* --- what is installed --------------------------------------------------------------------------
 */

TEST(a_good_update_is_installed_into_the_idle_slot)
{
    begin();
    bundle("huimin-6.update", 6);
    CHECK_EQ(take(), 0);
    CHECK(installed(6));
    CHECK(!there(entry("huimin_4.efi")));
    CHECK(!there(entry("huimin.part")));
    CHECK(strstr(said, "installed: version 6 in slot b") != NULL);
    CHECK(last_says("installed: version 6"));
    CHECK_EQ(say(update_ready), 0);
    CHECK_EQ(unlink(path_in(m.state, "waiting")), 0); /* as a power cut at the very end leaves it */
    CHECK_EQ(take(), 0);                              /* once is enough */
    CHECK(there(path_in(m.state, "waiting")));
    CHECK(strstr(said, "is there already") != NULL);
    m.u.current = 1;
    m.u.running = 6;
    CHECK_EQ(say(update_counted), 0);
    CHECK_EQ(say(update_ready), 1);
    CHECK(!there(path_in(m.state, "waiting")));
}

TEST(from_slot_b_the_next_update_goes_into_slot_a)
{
    begin();
    m.u.slot[0] = m.slot_b; /* the letters change places */
    m.u.slot[1] = m.slot_a;
    m.u.current = 1;
    bundle("x.update", 6);
    CHECK_EQ(take(), 0);
    CHECK(installed(6));
    CHECK(strstr(said, "slot a") != NULL);
}

TEST(the_newest_update_of_all_that_may_be_installed_is)
{
    begin();
    bundle("a.update", 6);
    bundle("b.update", 9);
    bundle("c.update", 8);
    bundle("d.update", 3);
    CHECK_EQ(truncate(path_in(m.stick, "b.update"), 5000), 0);
    CHECK_EQ(take(), 0);
    CHECK(installed(8));
    CHECK(strstr(said, "version 9 is shorter than it says") != NULL);
    CHECK_EQ(take(), 0); /* 9 is still cut, 8 is there */
    CHECK_EQ(unlink(path_in(m.stick, "b.update")), 0);
    CHECK_EQ(unlink(path_in(m.stick, "c.update")), 0);
    CHECK_EQ(take(), 1);
    CHECK(strstr(said, "version 6 is older than the one that waits") != NULL);
    bundle("e.update", 10);
    CHECK_EQ(take(), 0);
    CHECK(installed(10));
    CHECK(!there(entry("huimin_8+3.efi")));
}

TEST(without_an_update_there_is_nothing_to_do)
{
    begin();
    CHECK_EQ(take(), 0);
    CHECK(untouched());
    char nowhere[] = "/nowhere", *paths[] = { nowhere };
    listen_in();
    CHECK_EQ(heard(update_take(&m.u, paths, 1)), 0);
    CHECK_EQ(say(update_ready), 1);
}

/* --- what is refused ----------------------------------------------------------------------------
 */

static bool refused(const char *why)
{
    return test_check_eq(__FILE__, __LINE__, take(), 1, why) &&
           test_check(__FILE__, __LINE__, strstr(said, why) != NULL, said) &&
           test_check(__FILE__, __LINE__, last_says(why), why) &&
           test_check(__FILE__, __LINE__, untouched(), "untouched");
}

static void flip(const char *name, long at)
{
    FILE *f = fopen(path_in(m.stick, name), "r+");
    int c = f && fseek(f, at, SEEK_SET) == 0 ? getc(f) : EOF;
    bool good = c != EOF && fseek(f, at, SEEK_SET) == 0 && putc(c ^ 4, f) != EOF;
    test_check(__FILE__, __LINE__, good && fclose(f) == 0, "flipped");
}

TEST(an_update_that_is_not_the_deployer_s_is_refused)
{
    begin();
    unsigned char pub[CRYPTO_PUB], secret[CRYPTO_SECRET];
    char hex[2 * CRYPTO_PUB + 1];
    bundle("huimin-6.update", 6);
    crypto_keypair(pub, secret);
    crypto_hex(pub, sizeof pub, hex);
    FILE *f = fopen(m.key, "w");
    CHECK(f != NULL);
    fprintf(f, "%s\n", hex);
    fclose(f);
    CHECK(refused("is not signed by the deployer"));
    CHECK_EQ(unlink(m.key), 0);
    CHECK(refused("no key of the deployer"));
}

TEST(an_update_with_one_flipped_byte_is_refused)
{
    begin();
    long head = (long)update_kit_head(6, (unsigned char[WIRE_UPDATE_HEAD]){ 0 }, NULL);
    const struct {
        long at;
        const char *why;
    } flips[] = { { 3, "is no bundle" },
                  { 30, "is not signed" },
                  { head - 5, "is not signed" },
                  { head, "a kernel that is not what was signed" },
                  { head + KIT_UKI - 1, "a kernel that is not what was signed" },
                  { head + KIT_UKI, "a root image that is not what was signed" },
                  { head + KIT_UKI + KIT_ROOT - 1, "a root image that is not what was signed" } };
    for (size_t i = 0; i < sizeof flips / sizeof *flips; i++) {
        bundle("huimin-6.update", 6);
        flip("huimin-6.update", flips[i].at);
        CHECK(refused(flips[i].why));
    }
}

TEST(an_update_that_is_cut_or_goes_on_is_refused)
{
    begin();
    bundle("huimin-6.update", 6);
    struct stat st;
    CHECK_EQ(stat(path_in(m.stick, "huimin-6.update"), &st), 0);
    for (off_t n = st.st_size - 1; n >= 0; n = n > 90000 ? n - 90000 : n - 97) {
        CHECK_EQ(truncate(path_in(m.stick, "huimin-6.update"), n), 0);
        CHECK(refused("is shorter than it says"));
    }
    bundle("huimin-6.update", 6);
    CHECK_EQ(truncate(path_in(m.stick, "huimin-6.update"), st.st_size + 1), 0);
    CHECK(refused("is longer than it says"));
}

TEST(older_updates_and_the_same_one_are_not_installed)
{
    begin();
    bundle("old.update", 4);
    CHECK(refused("is older than the one that runs"));
    bundle("same.update", 5);
    CHECK_EQ(take(), 0);
    CHECK(untouched());
    CHECK(strstr(said, "version 5 is the one that runs") != NULL);
}

TEST(an_update_that_failed_here_is_not_tried_again)
{
    begin();
    CHECK_EQ(rename(entry("huimin_4.efi"), path_in(m.esp, "kept")), 0);
    update_kit_put(entry("huimin_6+0-3.efi"), 6, KIT_UKI, update_kit_uki);
    bundle("huimin-6.update", 6);
    CHECK_EQ(take(), 1);
    CHECK(strstr(said, "version 6 did not start well here before") != NULL);
    CHECK(there(entry("huimin_6+0-3.efi")));
    CHECK_EQ(say(update_ready), 1);
    bundle("huimin-7.update", 7);
    CHECK_EQ(take(), 0);
    CHECK(installed(7));
    CHECK(!there(entry("huimin_6+0-3.efi"))); /* but it is remembered */
    CHECK_EQ(unlink(path_in(m.stick, "huimin-7.update")), 0);
    CHECK_EQ(unlink(entry("huimin_7+3.efi")), 0);
    CHECK_EQ(take(), 1);
    CHECK(strstr(said, "did not start well here before") != NULL);
    CHECK_EQ(say(update_status), 0);
    CHECK(strstr(said, "failed here: 6\n") != NULL);
}

static void rename_entry(const char *from, const char *to)
{
    char old[600];
    snprintf(old, sizeof old, "%s", entry(from));
    test_check(__FILE__, __LINE__, rename(old, entry(to)) == 0, to);
}

TEST(nothing_is_installed_while_the_running_version_is_on_trial)
{
    begin();
    bundle("huimin-6.update", 6);
    rename_entry("huimin_5.efi", "huimin_5+2-1.efi");
    CHECK_EQ(take(), 1);
    CHECK(strstr(said, "the running version is still on trial") != NULL);
    CHECK(there(entry("huimin_4.efi")));
    CHECK(update_kit_holds(m.slot_b, OLD, KIT_ROOT, update_kit_root));
    CHECK_EQ(say(update_counted), 0);
    CHECK_EQ(say(update_bless), 0);
    CHECK(untouched());
    CHECK(!there(entry("huimin_5+2-1.efi")));
    CHECK_EQ(say(update_counted), 1);
    CHECK_EQ(say(update_bless), 0); /* nothing to do */
    CHECK_EQ(take(), 0);
    CHECK(installed(6));
}

TEST(a_running_version_on_its_last_try_can_be_blessed)
{
    begin();
    rename_entry("huimin_5.efi", "huimin_5+0-3.efi");
    CHECK_EQ(say(update_counted), 0);
    CHECK_EQ(say(update_bless), 0);
    CHECK(untouched());
}

TEST(a_rename_on_fat_that_a_power_cut_left_double_is_mended)
{
    begin();
    update_kit_put(entry("huimin_5+2-1.efi"), RUNS, KIT_UKI, update_kit_uki);
    CHECK_EQ(say(update_counted), 0);
    CHECK_EQ(say(update_bless), 0);
    CHECK(!there(entry("huimin_5+2-1.efi")));
    CHECK(untouched());
}

TEST(a_machine_that_does_not_know_itself_installs_nothing)
{
    begin();
    bundle("huimin-6.update", 6);
    m.u.current = -1;
    CHECK(refused("not known which slot"));
    m.u.current = 0;
    m.u.slot[1] = m.slot_a; /* both names lead to the running one */
    CHECK(refused("its slot is the running one"));
    m.u.slot[1] = m.slot_b;
    m.u.running = 3;
    CHECK(refused("the running version has no kernel on the ESP"));
    m.u.running = RUNS;
    m.u.slot[1] = "/nowhere/slot";
    CHECK_EQ(take(), 1);
    CHECK(strstr(said, "opening the slot: not_found") != NULL);
    CHECK(untouched());
}

TEST(two_updaters_do_not_work_at_once)
{
    begin();
    bundle("huimin-6.update", 6);
    int fd = open(path_in(m.state, "lock"), O_RDWR | O_CREAT, 0600);
    CHECK(fd >= 0 && flock(fd, LOCK_EX) == 0);
    CHECK_EQ(take(), 1);
    CHECK(strstr(said, "another one is at work") != NULL);
    CHECK(untouched());
    close(fd);
    CHECK_EQ(take(), 0);
}

TEST(links_and_devices_are_no_bundles_and_their_names_forge_no_line)
{
    begin();
    bundle("good", 6);
    CHECK_EQ(symlink("good", path_in(m.stick, "a.update")), 0);
    CHECK_EQ(mkfifo(path_in(m.stick, "b\ninstalled\033[2J.update"), 0600), 0);
    CHECK_EQ(mkdir(path_in(m.stick, "c.update"), 0700), 0);
    CHECK_EQ(take(), 1);
    CHECK(strstr(said, "a.update is no file") != NULL);
    CHECK(strstr(said, "b?installed?[2J.update is no file") != NULL);
    CHECK(untouched());
}

TEST(a_bundle_larger_than_its_slot_is_refused)
{
    begin();
    bundle("huimin-6.update", 6);
    update_kit_put(m.slot_b, OLD, KIT_ROOT - 1, update_kit_root);
    CHECK_EQ(take(), 1);
    CHECK(strstr(said, "is larger than its slot") != NULL);
    CHECK(there(entry("huimin_4.efi")));
    CHECK(update_kit_holds(m.slot_b, OLD, KIT_ROOT - 1, update_kit_root));
}

/* --- going on -------------------------------------------------------------------
 */

TEST(a_slot_that_is_whole_already_is_not_written_again)
{
    begin();
    bundle("huimin-6.update", 6);
    update_kit_put(m.slot_b, 6, KIT_ROOT, update_kit_root);
    CHECK_EQ(take(), 0);
    CHECK(installed(6));
    CHECK(strstr(said, "(0 of 600005 bytes written)") != NULL);
}

TEST(a_slot_that_is_half_written_is_gone_on_with)
{
    begin();
    bundle("huimin-6.update", 6);
    update_kit_put(m.slot_b, 6, 2 * UPDATE_PIECE, update_kit_root);
    CHECK_EQ(truncate(m.slot_b, KIT_SLOT), 0);
    CHECK_EQ(take(), 0);
    CHECK(installed(6));
    CHECK(strstr(said, "(75717 of 600005 bytes written)") != NULL);
}

/* --- the program --------------------------------------------------------------------------------
 */

/* Beside the tests' own program. */
static int program(const char *name, const char *args)
{
    char self[512], command[3600];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    self[n > 0 ? n : 0] = '\0';
    *strrchr(self, '/') = '\0';
    snprintf(command, sizeof command, "exec %s/%s %s >%s/out 2>&1", self, name, args, test_dir());
    return test_sh(command);
}

TEST(a_bundle_packed_on_the_command_line_is_taken_on_the_command_line)
{
    char args[2400];
    begin();
    if (!there("/proc/self/exe") || program("huimin-update", "--help") != 0)
        return; /* only the tests were built */
    update_kit_put(path_in(test_dir(), "uki"), 6, KIT_UKI, update_kit_uki);
    update_kit_put(path_in(test_dir(), "root"), 6, KIT_ROOT, update_kit_root);
    snprintf(args, sizeof args, "keygen %s/keys", test_dir());
    CHECK_EQ(program("huimin-bundle", args), 0);
    CHECK_EQ(program("huimin-bundle", args), 1); /* keys are not written over */
    struct stat st;
    CHECK_EQ(stat(path_in(test_dir(), "keys/deployer.key"), &st), 0);
    CHECK_EQ(st.st_mode & 0777, 0600);
    snprintf(args, sizeof args,
             "pack --version 6 --uki %s/uki --root %s/root --key %s/keys/deployer.key "
             "--out %s/huimin-6.update",
             test_dir(), test_dir(), test_dir(), m.stick);
    CHECK_EQ(program("huimin-bundle", args), 0);
    CHECK_EQ(program("huimin-bundle", "pack --version x"), 2);
    snprintf(args, sizeof args,
             "take %s --running 5 --current a --slot-a %s --slot-b %s --esp %s --state %s "
             "--key %s/keys/deployer.pub",
             m.stick, m.slot_a, m.slot_b, m.esp, m.state, test_dir());
    CHECK_EQ(program("huimin-update", args), 0);
    CHECK(installed(6));
    snprintf(args, sizeof args, "ready --running 5 --current a --esp %s --state %s", m.esp,
             m.state);
    CHECK_EQ(program("huimin-update", args), 0);
    snprintf(args, sizeof args, "ready --running 6 --current b --esp %s --state %s", m.esp,
             m.state);
    CHECK_EQ(program("huimin-update", args), 1);
    CHECK_EQ(program("huimin-update", "take --running 5"), 2);
    CHECK_EQ(program("huimin-update", "status --running 05"), 2);
    CHECK_EQ(program("huimin-update", "make --running 5"), 2);
}
