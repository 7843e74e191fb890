/* setup.c - huimin-setup: turns what the staff, or a signed stick, wishes into system files. */
#include "image/setup_part.h"

#include "hal/base/io.h"
#include "hal/base/log.h"
#include "hal/crypto.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

static const char usage[] =
    "usage: huimin-setup apply [DIRS]             does what SETUP/wish.conf says, answers beside "
    "it\n"
    "       huimin-setup unattended STICK [DIRS]  does what a signed file on the stick says\n"
    "       huimin-setup sign FILE --key SECRET   makes FILE.sig; checks the file before\n"
    "DIRS: [--data DIR] [--setup DIR] [--system DIR] [--deployer FILE] [--cards DIR]\n"
    "It prints, one a line, what has changed: network clock hostname terminal sync.\n";

static const struct option table[] = {
    { "data", required_argument, NULL, 'd' },   { "setup", required_argument, NULL, 's' },
    { "system", required_argument, NULL, 'y' }, { "deployer", required_argument, NULL, 'p' },
    { "cards", required_argument, NULL, 'c' },  { "key", required_argument, NULL, 'k' },
    { "help", no_argument, NULL, 'h' },         { NULL, 0, NULL, 0 },
};

static void tell(unsigned touched)
{
    static const char *const word[] = { "network", "clock", "hostname", "terminal", "sync" };
    for (size_t i = 0; i < sizeof word / sizeof *word; i++)
        if (touched & 1u << i)
            printf("%s\n", word[i]);
}

static int fail(const char *why)
{
    fprintf(stderr, "huimin-setup: %s\n", why);
    return 2;
}

/* Nothing in the field can sign. */
static int sign(const char *file, const char *key)
{
#if CONTROL
    if (!file || !key)
        return fail("sign FILE --key SECRET");
    enum err e = setup_sign(file, key);
    return e == OK ? 0 : fail(err_name(e));
#else
    (void)file;
    (void)key;
    return fail("sign: not in this build; use the one where the deployer's key is");
#endif
}

/* A wish and a stick at the same moment: one after the other. Held until the program ends. */
static void lock(const struct setup_dirs *d)
{
    int dir = -1;
    enum err e = io_open_dir(d->system, &dir);
    if (e == OK && flock(dir, LOCK_EX) != 0)
        e = io_error(errno);
    if (e != OK)
        log_warn("setup_not_alone", "err=%s", err_name(e));
}

static int run(const struct setup_dirs *d, const char *verb, const char *word, const char *key)
{
    unsigned touched = 0;
    enum err e;
    if (strcmp(verb, "sign") == 0)
        return sign(word, key);
    lock(d);
    if (strcmp(verb, "apply") == 0 && !word)
        e = setup_apply(d, &touched);
    else if (strcmp(verb, "unattended") == 0 && word)
        e = setup_unattended(d, word, &touched);
    else
        return fail("see huimin-setup --help");
    tell(touched);
    return e == OK || e == ERR_NOT_FOUND || e == ERR_BUSY ? 0 : 1;
}

int main(int argc, char **argv)
{
    struct setup_dirs d = { .data = "/var/lib/huimin",
                            .setup = "/var/lib/huimin/setup",
                            .system = "/var/lib/huimin-system",
                            .deployer = "/usr/share/huimin/deployer.pub",
                            .cards = "/sys/class/net" };
    const char *key = NULL;
    log_init("huimin-setup", LOG_INFO);
    umask(0002);
    for (int opt; (opt = getopt_long(argc, argv, "", table, NULL)) != -1;) {
        const char **field = opt == 'd'   ? &d.data
                             : opt == 's' ? &d.setup
                             : opt == 'y' ? &d.system
                             : opt == 'p' ? &d.deployer
                             : opt == 'c' ? &d.cards
                             : opt == 'k' ? &key
                                          : NULL;
        if (opt == 'h')
            return fputs(usage, stdout) < 0;
        if (!field)
            return 2;
        *field = optarg;
    }
    if (optind == argc || argc - optind > 2)
        return fail("see huimin-setup --help");
    if (crypto_init() != OK)
        return fail("no random source");
    return run(&d, argv[optind], argv[optind + 1], key);
}
