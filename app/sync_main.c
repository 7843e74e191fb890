/* sync_main.c - the roof of huimin-sync: options, signals, exit codes. */
#include "app/config.h"
#include "app/enrol.h"
#include "app/sync.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/watch.h"

#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>

static const char usage[] =
    "huimin-sync - fetches what the platform publishes into DATA/cache.db\n"
    "  --config FILE       terminal.conf\n"
    "  --data DIR          where cache.db and sync.sock are\n"
    "  --platform URL|none http(s)://host:port of the platform\n"
    "  --feed DIR          a folder or stick with the same files\n"
    "  --poll-s N          seconds between two looks (300)\n"
    "  --update-dir DIR    where new systems for the appliance are fetched to\n"
    "  --update-running V  the version of the system that runs\n"
    "  --once              look once, then end: 0 all is in, 1 it is not\n"
    "  --clock RFC3339     what time it is, for tests\n"
    "  --version, --help\n";

struct option_key {
    int letter;
    const char *key;
};
static const struct option_key option_keys[] = { { 'd', "data.dir" },   { 'p', "platform.url" },
                                                 { 'f', "feed.dir" },   { 'n', "poll_s" },
                                                 { 'u', "update.dir" }, { 'r', "update.running" } };
static const struct option options[] = { { "config", required_argument, NULL, 'c' },
                                         { "data", required_argument, NULL, 'd' },
                                         { "platform", required_argument, NULL, 'p' },
                                         { "feed", required_argument, NULL, 'f' },
                                         { "poll-s", required_argument, NULL, 'n' },
                                         { "once", no_argument, NULL, 'o' },
                                         { "update-dir", required_argument, NULL, 'u' },
                                         { "update-running", required_argument, NULL, 'r' },
                                         { "clock", required_argument, NULL, 't' },
                                         { "version", no_argument, NULL, 'v' },
                                         { "help", no_argument, NULL, 'h' },
                                         { NULL, 0, NULL, 0 } };

static const char *key_of(int letter)
{
    for (size_t i = 0; i < sizeof option_keys / sizeof *option_keys; i++)
        if (option_keys[i].letter == letter)
            return option_keys[i].key;
    return NULL;
}

static int complain(const char *why)
{
    fprintf(stderr, "huimin-sync: %s\n", why);
    return 2;
}

/* The config file comes first, wherever it stands: an option beats it. */
static int read_config_file(int argc, char **argv, struct config *c)
{
    char why[512];
    int o;
    opterr = 0;
    while ((o = getopt_long(argc, argv, "", options, NULL)) != -1)
        if (o == 'c' && config_load(c, optarg, why, sizeof why) != OK)
            return complain(why);
    optind = 1;
    opterr = 1;
    return 0;
}

static enum err hold_clock(const char *text)
{
    int64_t at_ms;
    enum err e = clock_parse_rfc3339(text, &at_ms);
    if (e == OK)
        clock_hold(at_ms);
    return e;
}

/* -1: go on; else the exit code. */
static int read_options(int argc, char **argv, struct config *c, bool *out_once)
{
    char why[512];
    int o;
    while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
        const char *key = key_of(o);
        if (key && config_set(c, key, optarg, why, sizeof why) != OK)
            return complain(why);
        if (o == '?')
            return 2;
        if (o == 'o')
            *out_once = true;
        if (o == 't' && hold_clock(optarg) != OK)
            return complain("--clock: wanted 2026-11-23T09:41:00+08:00");
        if (o == 'v' || o == 'h') {
            fputs(o == 'v' ? "huimin-sync " SYNC_VERSION "\n" : usage, stdout);
            return 0;
        }
    }
    return optind < argc ? complain("takes no words, only options; see --help") : -1;
}

static int catch_signals(void)
{
    sigset_t set;
    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* The config file, the options over it, and over both what the platform said at enrolment. */
static int read_all(int argc, char **argv, struct config *c, bool *out_once)
{
    char why[600];
    config_init(c);
    optind = 1; /* it may have been read before */
    int code = read_config_file(argc, argv, c);
    if (code == 0)
        code = read_options(argc, argv, c, out_once);
    if (code < 0 && enrol_config(c, why, sizeof why) != OK)
        code = complain(why);
    return code;
}

int main(int argc, char **argv)
{
    static struct config config;
    bool once = false;
    enum err e = ERR_STOPPED;
    log_init("huimin-sync", LOG_INFO);
    watch_open();
    int signals = catch_signals();
    umask(007);
    while (e == ERR_STOPPED) { /* once more after an enrolment */
        int code = read_all(argc, argv, &config, &once);
        if (code >= 0)
            return code;
        e = sync_run(&config, once, signals);
    }
    if (e == ERR_BUSY)
        fprintf(stderr, "huimin-sync: another huimin-sync works in %s\n", config.data_dir);
    return e == OK ? 0 : 1;
}
