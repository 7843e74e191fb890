/* update.c - huimin-update, the updater of the appliance: its command line.
 *
 * It believes nothing but the deployer's key, writes nothing but the idle slot, the ESP and its own
 * directory, and knows no network. */
#include "image/update.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] =
    "usage: huimin-update VERB [OPTION...]\n"
    "  take DIR-OR-FILE...  installs the newest bundle (*.update) of these into the idle slot\n"
    "  bless                the running version is well: no more trial\n"
    "  counted              exit 0: the running version is on trial\n"
    "  ready                exit 0: another version waits for a restart\n"
    "  status               what runs, what waits, what failed\n"
    "  --running V          the running version (huimin.version of the kernel's command line)\n"
    "  --current a|b        the running slot (/run/huimin-slot)\n"
    "  --slot-a FILE, --slot-b FILE, --esp DIR, --state DIR, --key FILE\n"
    "Exit: 0 done or nothing to do, 1 refused or failed, 2 wrong command line.\n";

enum {
    OPT_RUNNING = 1000,
    OPT_CURRENT,
    OPT_SLOT_A,
    OPT_SLOT_B,
    OPT_ESP,
    OPT_STATE,
    OPT_KEY,
    OPT_HELP
};
static const struct option table[] = {
    { "running", required_argument, NULL, OPT_RUNNING },
    { "current", required_argument, NULL, OPT_CURRENT },
    { "slot-a", required_argument, NULL, OPT_SLOT_A },
    { "slot-b", required_argument, NULL, OPT_SLOT_B },
    { "esp", required_argument, NULL, OPT_ESP },
    { "state", required_argument, NULL, OPT_STATE },
    { "key", required_argument, NULL, OPT_KEY },
    { "help", no_argument, NULL, OPT_HELP },
    { NULL, 0, NULL, 0 },
};

static int wrong(const char *what, const char *why)
{
    fprintf(stderr, "huimin-update: %s: %s\n", what, why);
    return 2;
}

/* --- what the machine says of itself ------------------------------------------------------------
 */

static void read_text(const char *path, char *out, size_t cap)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, out, cap - 1) : -1;
    out[n > 0 ? n : 0] = '\0';
    if (fd >= 0)
        close(fd);
}

/* 0: it is none. */
static int64_t version_of(const char *text)
{
    size_t n = strspn(text, "0123456789");
    return n == 0 || n > 9 || text[n] || text[0] == '0' ? 0 : strtoll(text, NULL, 10);
}

static int64_t version_of_cmdline(void)
{
    char text[4096], *rest = NULL;
    read_text("/proc/cmdline", text, sizeof text);
    for (char *w = strtok_r(text, " \n", &rest); w; w = strtok_r(NULL, " \n", &rest))
        if (strncmp(w, "huimin.version=", 15) == 0)
            return version_of(w + 15);
    return 0;
}

static int slot_of_machine(void)
{
    char text[32];
    read_text("/run/huimin-slot", text, sizeof text);
    text[strcspn(text, "\n")] = '\0';
    return strcmp(text, "huimin-a") == 0 ? 0 : strcmp(text, "huimin-b") == 0 ? 1 : -1;
}

/* --- the command line ---------------------------------------------------------------------------
 */

static int set(struct update *u, int opt, const char *value)
{
    const char **path[] = { &u->slot[0], &u->slot[1], &u->esp, &u->state, &u->key };
    if (opt == OPT_RUNNING && !(u->running = version_of(value)))
        return wrong("--running", "wanted a number from 1 to 999999999");
    if (opt == OPT_CURRENT) {
        if (strcmp(value, "a") != 0 && strcmp(value, "b") != 0)
            return wrong("--current", "wanted a or b");
        u->current = *value == 'b';
    }
    if (opt >= OPT_SLOT_A && opt <= OPT_KEY)
        *path[opt - OPT_SLOT_A] = value;
    return 0;
}

static int read_options(int argc, char **argv, struct update *u)
{
    for (int opt; (opt = getopt_long(argc, argv, "", table, NULL)) != -1;) {
        if (opt == OPT_HELP) {
            fputs(usage, stdout);
            exit(0);
        }
        int code = opt == '?' ? 2 : set(u, opt, optarg);
        if (code != 0)
            return code;
    }
    return 0;
}

static int run(const struct update *u, char **words, int count)
{
    static const struct {
        const char *name;
        int (*verb)(const struct update *u);
    } verbs[] = {
        { "bless", update_bless },
        { "counted", update_counted },
        { "ready", update_ready },
        { "status", update_status },
    };
    if (count > 1 && strcmp(words[0], "take") == 0)
        return update_take(u, words + 1, count - 1);
    for (size_t i = 0; count == 1 && i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(words[0], verbs[i].name) == 0)
            return verbs[i].verb(u);
    fputs(usage, stderr);
    return 2;
}

int main(int argc, char **argv)
{
    struct update u = { .slot = { "/dev/huimin/huimin-a", "/dev/huimin/huimin-b" },
                        .current = slot_of_machine(),
                        .esp = "/efi",
                        .state = "/var/lib/huimin-update",
                        .key = "/usr/share/huimin/deployer.pub",
                        .running = version_of_cmdline() };
    umask(022);
    int code = read_options(argc, argv, &u);
    if (code != 0)
        return code;
    if (u.running == 0)
        return wrong("--running", "the kernel's command line says no huimin.version");
    if (crypto_init() != OK)
        return wrong("start", "no random source");
    return run(&u, argv + optind, argc - optind);
}
