/* control.h - the socket by which tests put cards in and out: a line there, a JSON line back. */
#ifndef TESTS_CARDSIM_CONTROL_H
#define TESTS_CARDSIM_CONTROL_H

#include "tests/cardsim/slot.h"

#include <poll.h>
#include <stdio.h>

enum { CLIENTS = 8, CONTROL_FDS = CLIENTS + 1, CONTROL_LINE = 512 };

struct control {
    int listen_fd; /* -1: there is none */
    const char *path;
    struct control_client {
        int fd; /* -1: free */
        char line[CONTROL_LINE];
        size_t n;
    } client[CLIENTS];
};

/* path NULL: no socket. False: it cannot be made. */
bool control_open(struct control *c, const char *path);
void control_close(struct control *c);
/* fds has room for CONTROL_FDS. */
void control_poll(const struct control *c, struct pollfd *fds);
void control_turn(struct control *c, const struct pollfd *fds, struct slot *s);

/* The other end. Sends one line, prints the answer to out unless it is NULL; true: it said ok. */
bool control_tell(const char *path, const char *line, FILE *out);

#endif
