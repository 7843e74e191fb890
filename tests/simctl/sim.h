/* sim.h - a program that plays a device: it waits for its line and for what tests tell it. */
#ifndef TESTS_SIMCTL_SIM_H
#define TESTS_SIMCTL_SIM_H

#include <poll.h>
#include <stddef.h>

/* What one program is. device is handed back to each function. */
struct sim {
    const char *name; /* of the program, in what it says on standard error */
    void *device;
    int clients; /* at once, up to CONTROL_CLIENTS */
    /* One verb; line may be written to. out holds {"ok":true}, which stays unless it is refused. */
    void (*obey)(void *device, char *line, char *out, size_t cap);
    /* The device's own line, fd -1: none to wait for; and for how long, -1: for ever. */
    struct pollfd (*wait_for)(void *device, int *out_ms);
    void (*turn)(void *device, short revents);
};

/* First of all: from here on SIGTERM, SIGINT and SIGHUP end sim_run, and come only in it. */
void sim_catch_signals(void);
/* Serves device and socket (path NULL: there is none) until a signal; the exit status. */
int sim_run(const struct sim *sim, const char *path);

#endif
