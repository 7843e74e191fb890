/* main.c - huimin-samv: an identity card reader that does not exist, on a pseudo terminal. */
#include "tests/samv/module.h"
#include "tests/samv/verbs.h"
#include "tests/simctl/control.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

static struct module module = { .master = -1 };

static int usage(const char *why, const char *what)
{
    fprintf(stderr, "huimin-samv: %s%s\n", why, what);
    fprintf(stderr, "usage: huimin-samv --tty PATH --control PATH [--card FILE] [--habit NAME]\n"
                    "       huimin-samv --tell PATH VERB…\n");
    return 2;
}

static struct pollfd wait_for(void *device, int *out_ms)
{
    const struct module *m = device;
    short events = module_events(m);
    *out_ms = module_timeout(m);
    return (struct pollfd){ .fd = events ? m->master : -1, .events = events };
}

static void turn(void *device, short revents)
{
    module_turn(device, revents);
}

static int simulate(const char *card, const char *path)
{
    static const struct sim sim = { .name = "huimin-samv",
                                    .device = &module,
                                    .clients = 4,
                                    .obey = verbs_obey,
                                    .wait_for = wait_for,
                                    .turn = turn };
    char why[200];
    sim_catch_signals();
    if (card && !module_in(&module, card, 0, why, sizeof why)) {
        fprintf(stderr, "huimin-samv: %s: %s\n", card, why);
        return 2;
    }
    if (!module_plug(&module)) {
        fprintf(stderr, "huimin-samv: %s: %s\n", module.link, strerror(errno));
        return 1;
    }
    int status = sim_run(&sim, path);
    module_unplug(&module);
    return status;
}

int main(int argc, char **argv)
{
    static const struct option names[] = {
        { "tty", required_argument, NULL, 't' },  { "control", required_argument, NULL, 's' },
        { "card", required_argument, NULL, 'c' }, { "habit", required_argument, NULL, 'h' },
        { "tell", required_argument, NULL, 'T' }, { NULL, 0, NULL, 0 }
    };
    const char *card = NULL, *path = NULL;
    int c;
    opterr = 0;
    while ((c = getopt_long(argc, argv, "+", names, NULL)) != -1) {
        if (c == 'T')
            return control_tell_words(optarg, argv + optind);
        if (c == 't' && strlen(optarg) < sizeof module.link)
            snprintf(module.link, sizeof module.link, "%s", optarg);
        else if (c == 's')
            path = optarg;
        else if (c == 'c')
            card = optarg;
        else if (c != 'h' || !module_habit(&module, optarg))
            return usage("not understood: ", argv[optind - 1]);
    }
    if (optind < argc)
        return usage("not understood: ", argv[optind]);
    if (!module.link[0] || !path)
        return usage("--tty and --control are needed", "");
    return simulate(card, path);
}
