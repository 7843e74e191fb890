/* control.h - the socket by which tests put identity cards in and out. */
#ifndef TESTS_SAMV_CONTROL_H
#define TESTS_SAMV_CONTROL_H

#include "tests/samv/module.h"

#include <poll.h>

enum { CLIENTS = 4, CONTROL_FDS = CLIENTS + 1, CONTROL_LINE = 512 };

struct control {
    int listen_fd;
    const char *path;
    struct control_client {
        int fd; /* -1: free */
        char line[CONTROL_LINE];
        size_t n;
    } client[CLIENTS];
};

/* False: it cannot be made. */
bool control_open(struct control *c, const char *path);
void control_close(struct control *c);
/* fds has room for CONTROL_FDS. */
void control_poll(const struct control *c, struct pollfd *fds);
void control_turn(struct control *c, const struct pollfd *fds, struct module *m);

/* The other end. Sends one line, prints the answer to out; true: it said ok. */
bool control_tell(const char *path, const char *line, FILE *out);

#endif
