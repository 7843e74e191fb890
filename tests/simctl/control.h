/* control.h - the socket by which tests tell a simulator what to do: a line there, JSON back. */
#ifndef TESTS_SIMCTL_CONTROL_H
#define TESTS_SIMCTL_CONTROL_H

#include "tests/simctl/sim.h"

#include <stdbool.h>
#include <stdio.h>

enum { CONTROL_CLIENTS = 8, CONTROL_FDS = CONTROL_CLIENTS + 1, CONTROL_LINE = 512 };

struct control {
    int listen_fd; /* -1: there is none */
    const char *path;
    const struct sim *sim;
    struct control_client {
        int fd; /* -1: free */
        char line[CONTROL_LINE];
        size_t n;
    } client[CONTROL_CLIENTS];
};

/* path NULL: no socket. Both outlive c. False: it cannot be made, errno. */
bool control_open(struct control *c, const char *path, const struct sim *sim);
void control_close(struct control *c);
/* fds has room for CONTROL_FDS. */
void control_poll(const struct control *c, struct pollfd *fds);
void control_turn(struct control *c, const struct pollfd *fds);

/* For verbs: the answer becomes {"ok":false,"error":code,"text":text}. */
void control_refuse(char *out, size_t cap, const char *code, const char *text);
/* "FILE MS": cuts FILE off and returns MS, up to a minute; -1: it is none, and text as it was. */
int control_cut_ms(char *text);

/* The other end. Sends one line, prints the answer to out unless it is NULL; true: it said ok. */
bool control_tell(const char *path, const char *line, FILE *out);
/* `--tell PATH VERB…`: the words, NULL behind the last, as one line; the exit status. */
int control_tell_words(const char *path, char **words);

#endif
