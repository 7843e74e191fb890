/* main.c - huimin-samv: an identity card reader that does not exist, on a pseudo terminal. */
#include "tests/samv/control.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <string.h>

static volatile sig_atomic_t ended;
static struct module module = { .master = -1 };
static struct control control;

static void end(int sig)
{
    (void)sig;
    ended = 1;
}

static int usage(const char *why, const char *what)
{
    fprintf(stderr, "huimin-samv: %s%s\n", why, what);
    fprintf(stderr, "usage: huimin-samv --tty PATH --control PATH [--card FILE] [--habit NAME]\n"
                    "       huimin-samv --tell PATH VERB…\n");
    return 2;
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
        int ms = module_timeout(&module);
        struct timespec left = { ms / 1000, ms % 1000 * 1000000L };
        short events = module_events(&module);
        fds[0] = (struct pollfd){ .fd = events ? module.master : -1, .events = events };
        control_poll(&control, fds + 1);
        if (ppoll(fds, 1 + CONTROL_FDS, ms < 0 ? NULL : &left, waiting) < 0) {
            if (errno == EINTR)
                continue;
            return 1;
        }
        module_turn(&module, events ? fds[0].revents : 0);
        control_turn(&control, fds + 1, &module);
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

static int simulate(const char *card, const char *path)
{
    char why[200];
    sigset_t waiting;
    catch_signals(&waiting);
    if (card && !module_in(&module, card, 0, why, sizeof why)) {
        fprintf(stderr, "huimin-samv: %s: %s\n", card, why);
        return 2;
    }
    if (!module_plug(&module)) {
        fprintf(stderr, "huimin-samv: %s: %s\n", module.link, strerror(errno));
        return 1;
    }
    if (!control_open(&control, path)) {
        fprintf(stderr, "huimin-samv: %s: %s\n", path, strerror(errno));
        module_unplug(&module);
        return 1;
    }
    int status = serve(&waiting);
    control_close(&control);
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
            return tell(optarg, argv + optind);
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
