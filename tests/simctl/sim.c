/* sim.c - the loop of a program that plays a device. */
#include "tests/simctl/sim.h"

#include "tests/simctl/control.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

static volatile sig_atomic_t ended;
static sigset_t waiting;

static void end(int sig)
{
    (void)sig;
    ended = 1;
}

void sim_catch_signals(void)
{
    sigset_t block;
    struct sigaction sa = { .sa_handler = end };
    sigemptyset(&block);
    sigaddset(&block, SIGTERM);
    sigaddset(&block, SIGINT);
    sigaddset(&block, SIGHUP);
    sigprocmask(SIG_BLOCK, &block, &waiting);
    sigaction(SIGTERM, &sa, NULL);
    sigaction(SIGINT, &sa, NULL);
    sigaction(SIGHUP, &sa, NULL);
}

/* Signals come only while we wait, so that none is missed between the look and the wait. */
static int serve(const struct sim *sim, struct control *control)
{
    struct pollfd fds[1 + CONTROL_FDS];
    while (!ended) {
        int ms;
        fds[0] = sim->wait_for(sim->device, &ms);
        struct timespec left = { ms / 1000, ms % 1000 * 1000000L };
        control_poll(control, fds + 1);
        if (ppoll(fds, 1 + CONTROL_FDS, ms < 0 ? NULL : &left, &waiting) < 0) {
            if (errno == EINTR)
                continue;
            return 1;
        }
        sim->turn(sim->device, fds[0].revents);
        control_turn(control, fds + 1);
    }
    return 0;
}

int sim_run(const struct sim *sim, const char *path)
{
    static struct control control;
    if (!control_open(&control, path, sim)) {
        fprintf(stderr, "%s: %s: %s\n", sim->name, path, strerror(errno));
        return 1;
    }
    int status = serve(sim, &control);
    control_close(&control);
    return status;
}
