/* update_scripts_test.c - the appliance's two scripts: is a new version well, and may it start now.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/test.h"

/* A systemctl and a huimin-update that do what files say and write down what they are told. */
static const char systemctl[] =
    "#!/bin/sh\ncd %s\necho \"$@\" >>told\n"
    "case \"$1 $3 $4\" in\n"
    "'show MainPID huimin.service') cat pid; [ ! -e restless ] || echo $(($(cat pid) + 1)) >pid "
    ";;\n"
    "'show StatusText huimin.service') cat status ;;\n"
    "is-active*) [ \"$2\" = \"$(cat down)\" ] && echo failed || echo active ;;\n"
    "esac\n";
static const char updater[] = "#!/bin/sh\necho \"huimin-update $*\" >>%s/told\n";

static char *in(const char *name)
{
    static char path[600];
    snprintf(path, sizeof path, "%s/%s", test_dir(), name);
    return path;
}

static void write_file(const char *name, const char *fmt, const char *value)
{
    FILE *f = fopen(in(name), "w");
    if (!test_check(__FILE__, __LINE__, f != NULL, name))
        return;
    for (const char *p = fmt; *p; p++)
        if (p[0] == '%' && p[1] == 's' && p++)
            fputs(value, f);
        else
            putc(*p, f);
    fclose(f);
    (void)chmod(in(name), 0755);
}

static void begin(void)
{
    write_file("systemctl", systemctl, test_dir());
    write_file("huimin-update", updater, test_dir());
    write_file("pid", "17\n", "");
    write_file("status", "idle\n", "");
    write_file("down", "\n", "");
    write_file("told", "", "");
}

static int run(const char *script, const char *how)
{
    char command[2000];
    snprintf(command, sizeof command,
             "PATH=%s:$PATH DATA=%s PAUSE_S=0 WAIT_S=4 STEADY_S=2 %s sh "
             "image/overlay/usr/lib/huimin/%s >%s/out 2>&1",
             test_dir(), test_dir(), how, script, test_dir());
    return test_sh(command);
}

static bool told(const char *what)
{
    static char text[8192];
    FILE *f = fopen(in("told"), "r");
    size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
    text[n] = '\0';
    if (f)
        fclose(f);
    return strstr(text, what) != NULL;
}

TEST(a_new_version_that_runs_steadily_is_blessed)
{
    begin();
    CHECK_EQ(run("healthy", ""), 0);
    CHECK(told("start huimin-bless.service"));
}

TEST(a_new_version_of_which_a_program_is_down_is_not_blessed)
{
    begin();
    write_file("down", "huimin-camera.socket\n", "");
    CHECK_EQ(run("healthy", ""), 1);
    CHECK(!told("bless"));
    write_file("down", "\n", "");
    write_file("pid", "0\n", "");
    CHECK_EQ(run("healthy", ""), 1);
    CHECK(!told("bless"));
}

TEST(a_new_version_that_starts_again_and_again_is_not_blessed)
{
    begin();
    write_file("restless", "", "");
    CHECK_EQ(run("healthy", ""), 1);
    CHECK(!told("bless"));
}

TEST(the_machine_restarts_at_night_when_nobody_is_here)
{
    begin();
    CHECK_EQ(run("restart", "HOUR=03"), 0);
    CHECK(told("start huimin-reboot.service"));
    begin();
    CHECK_EQ(run("restart", "HOUR=05"), 0);
    CHECK(!told("start"));
    CHECK_EQ(run("restart", "HOUR=14"), 0);
    CHECK(!told("start"));
    write_file("status", "visit\n", "");
    CHECK_EQ(run("restart", "HOUR=02"), 0);
    CHECK(!told("start"));
}

TEST(staff_may_have_the_machine_restart_at_once_and_once)
{
    begin();
    write_file("update.now", "", "");
    write_file("status", "visit\n", "");
    CHECK_EQ(run("restart", "HOUR=14"), 0);
    CHECK(told("start huimin-reboot.service"));
    CHECK(access(in("update.now"), F_OK) != 0);
    begin();
    CHECK_EQ(run("restart", "HOUR=14"), 0);
    CHECK(!told("start"));
}
