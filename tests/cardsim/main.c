/* main.c - huimin-cardsim: an invented citizen's card for a real pcscd, over the vpcd protocol. */
#include "tests/cardsim/control.h"
#include "tests/cardsim/keys.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static volatile sig_atomic_t ended;
static struct slot slot;
static struct control control;
static struct masters masters;

struct options {
    const char *card, *control, *tell, *keys, *card_keys;
    long port, delay_ms, mute_after, yank_after, truncate;
};

static void end(int sig)
{
    (void)sig;
    ended = 1;
}

static int usage(const char *why, const char *what)
{
    fprintf(stderr, "huimin-cardsim: %s%s\n", why, what);
    fprintf(stderr,
            "usage: huimin-cardsim [--card FILE] --port N [--control PATH] [--card-keys FILE]\n"
            "           [--delay-ms N] [--mute-after N] [--yank-after N] [--truncate N]\n"
            "       huimin-cardsim --tell PATH VERB…\n"
            "       huimin-cardsim --keys PATH DIR\n");
    return 2;
}

static bool number(const char *text, long max, long *out)
{
    char *rest;
    *out = strtol(text, &rest, 10);
    return *text && *rest == '\0' && *out >= 0 && *out <= max;
}

static bool one_option(struct options *o, int c)
{
    switch (c) {
    case 'c':
        o->card = optarg;
        return true;
    case 's':
        o->control = optarg;
        return true;
    case 'T':
        o->tell = optarg;
        return true;
    case 'k':
        o->keys = optarg;
        return true;
    case 'K':
        o->card_keys = optarg;
        return true;
    case 'p':
        return number(optarg, 65535, &o->port);
    case 'd':
        return number(optarg, 600000, &o->delay_ms);
    case 'm':
        return number(optarg, 1000000, &o->mute_after);
    case 'y':
        return number(optarg, 1000000, &o->yank_after);
    case 't':
        return number(optarg, 65535, &o->truncate);
    default:
        return false;
    }
}

/* "--mute-after N": N commands are answered. A fault counts the one that suffers. */
static void arm(const struct options *o)
{
    if (o->mute_after >= 0)
        faults_set(&slot.faults, "mute", (int)o->mute_after + 1);
    if (o->yank_after >= 0)
        faults_set(&slot.faults, "yank", (int)o->yank_after + 1);
    if (o->truncate >= 0)
        faults_set(&slot.faults, "truncate", (int)o->truncate);
}

static int tell(const char *path, char **words)
{
    char line[CONTROL_LINE] = "";
    for (; *words; words++) {
        size_t n = strlen(line);
        snprintf(line + n, sizeof line - n, "%s%s", n ? " " : "", *words);
    }
    return control_tell(path, line, stdout) ? 0 : 1;
}

/* Signals come only while we wait, so that none is missed between the look and the wait. */
static int serve(const sigset_t *waiting)
{
    struct pollfd fds[1 + CONTROL_FDS];
    while (!ended) {
        int ms = slot_timeout(&slot);
        struct timespec left = { ms / 1000, ms % 1000 * 1000000L };
        short events = slot_events(&slot);
        int fd = events ? slot.fd : -1;
        fds[0] = (struct pollfd){ .fd = fd, .events = events };
        control_poll(&control, fds + 1);
        if (ppoll(fds, 1 + CONTROL_FDS, ms < 0 ? NULL : &left, waiting) < 0) {
            if (errno == EINTR)
                continue;
            return 1;
        }
        slot_turn(&slot, fd >= 0 && fds[0].revents);
        control_turn(&control, fds + 1, &slot);
    }
    return 0;
}

static void catch_signals(sigset_t *waiting)
{
    sigset_t block;
    struct sigaction sa = { .sa_handler = end };
    sigemptyset(&block);
    sigaddset(&block, SIGTERM);
    sigaddset(&block, SIGINT);
    sigaddset(&block, SIGHUP);
    sigprocmask(SIG_BLOCK, &block, waiting);
    sigaction(SIGTERM, &sa, NULL);
    sigaction(SIGINT, &sa, NULL);
    sigaction(SIGHUP, &sa, NULL);
}

static int simulate(const struct options *o)
{
    char why[200];
    sigset_t waiting;
    catch_signals(&waiting);
    if (o->card_keys && !masters_read(o->card_keys, &masters, why, sizeof why)) {
        fprintf(stderr, "huimin-cardsim: %s: %s\n", o->card_keys, why);
        return 2;
    }
    slot_init(&slot, (int)o->port, (int)o->delay_ms, o->card_keys ? &masters : NULL);
    arm(o);
    if (o->card && !slot_in(&slot, o->card, 0, why, sizeof why)) {
        fprintf(stderr, "huimin-cardsim: %s: %s\n", o->card, why);
        return 2;
    }
    if (!control_open(&control, o->control)) {
        fprintf(stderr, "huimin-cardsim: %s: %s\n", o->control, strerror(errno));
        return 1;
    }
    int status = serve(&waiting);
    slot_out(&slot);
    control_close(&control);
    return status;
}

int main(int argc, char **argv)
{
    static const struct option names[] = { { "card", required_argument, NULL, 'c' },
                                           { "port", required_argument, NULL, 'p' },
                                           { "control", required_argument, NULL, 's' },
                                           { "delay-ms", required_argument, NULL, 'd' },
                                           { "mute-after", required_argument, NULL, 'm' },
                                           { "yank-after", required_argument, NULL, 'y' },
                                           { "truncate", required_argument, NULL, 't' },
                                           { "tell", required_argument, NULL, 'T' },
                                           { "keys", required_argument, NULL, 'k' },
                                           { "card-keys", required_argument, NULL, 'K' },
                                           { NULL, 0, NULL, 0 } };
    struct options o = { .mute_after = -1, .yank_after = -1, .truncate = -1 };
    int c;
    opterr = 0;
    while ((c = getopt_long(argc, argv, "+", names, NULL)) != -1)
        if (!one_option(&o, c))
            return usage("not understood: ", argv[optind - 1]);
    if (o.tell)
        return tell(o.tell, argv + optind);
    if (o.keys)
        return optind + 1 == argc ? keys_run(o.keys, argv[optind]) : usage("DIR is missing", "");
    if (optind < argc)
        return usage("not understood: ", argv[optind]);
    if (o.port == 0 || (!o.card && !o.control))
        return usage("--port, and --card or --control, are needed", "");
    return simulate(&o);
}
