/* main.c - huimin-cardsim: an invented citizen's card for a real pcscd, over the vpcd protocol. */
#include "tests/cardsim/keys.h"
#include "tests/cardsim/slot.h"
#include "tests/cardsim/verbs.h"
#include "tests/simctl/control.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static struct slot slot;
static struct masters masters;

struct options {
    const char *card, *control, *tell, *keys, *card_keys;
    long port, delay_ms, mute_after, yank_after, truncate;
};

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

static struct pollfd wait_for(void *device, int *out_ms)
{
    const struct slot *s = device;
    short events = slot_events(s);
    *out_ms = slot_timeout(s);
    return (struct pollfd){ .fd = events ? s->fd : -1, .events = events };
}

static void turn(void *device, short revents)
{
    slot_turn(device, revents != 0);
}

static int simulate(const struct options *o)
{
    static const struct sim sim = { .name = "huimin-cardsim",
                                    .device = &slot,
                                    .clients = CONTROL_CLIENTS,
                                    .obey = verbs_obey,
                                    .wait_for = wait_for,
                                    .turn = turn };
    char why[200];
    sim_catch_signals();
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
    int status = sim_run(&sim, o->control);
    slot_out(&slot);
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
        return control_tell_words(o.tell, argv + optind);
    if (o.keys)
        return optind + 1 == argc ? keys_run(o.keys, argv[optind]) : usage("DIR is missing", "");
    if (optind < argc)
        return usage("not understood: ", argv[optind]);
    if (o.port == 0 || (!o.card && !o.control))
        return usage("--port, and --card or --control, are needed", "");
    return simulate(&o);
}
