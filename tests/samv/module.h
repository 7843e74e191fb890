/* module.h - the module itself: a serial line, the card on it, answers, and bad days. */
#ifndef TESTS_SAMV_MODULE_H
#define TESTS_SAMV_MODULE_H

#include "tests/samv/card.h"

#include <stdint.h>
#include <stdio.h>

enum { ANSWER_MAX = 8192, PATH_ROOM = 300 };

/* How a card that was read and still lies there answers: README.md. */
enum habit { HABIT_FIND, HABIT_SELECT, HABIT_READ, HABIT_NEVER };

struct module {
    int master; /* -1: unplugged */
    char link[PATH_ROOM];
    struct card card;
    char path[PATH_ROOM];
    bool in, found, selected, was_read;
    enum habit habit;
    struct card next; /* put in at next_ms, 0 = none */
    char next_path[PATH_ROOM];
    int64_t next_ms;
    /* counted down by each command: 1 = the next one; 0 = off */
    int mute, sum, cut_after, too_long, sw;
    bool cut;
    /* until the end */
    int garbage, slow_ms;
    bool silent, split, no_photo;
    unsigned long commands;
    unsigned char ask[64];
    size_t ask_n;
    unsigned char answer[ANSWER_MAX];
    size_t answer_n, answer_at;
    int64_t due_ms;  /* when more of the answer goes out */
    int64_t look_ms; /* nobody holds the line: not polled before */
};

int64_t now_ms(void);
bool module_plug(struct module *m);
void module_unplug(struct module *m);
void module_out(struct module *m);
/* The card of this file, after so many ms. False: why. */
bool module_in(struct module *m, const char *file, int gap_ms, char *why, size_t cap);
bool module_fault(struct module *m, const char *name, int n);
bool module_habit(struct module *m, const char *name);

short module_events(const struct module *m); /* to poll master for */
int module_timeout(const struct module *m);  /* -1: nothing to wait for */
void module_turn(struct module *m, short revents);

#endif
