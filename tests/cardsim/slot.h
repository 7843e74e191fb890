/* slot.h - the reader's slot: the line to pcscd, the card in it, and what may go wrong with it. */
#ifndef TESTS_CARDSIM_SLOT_H
#define TESTS_CARDSIM_SLOT_H

#include "tests/cardsim/chip.h"

/* Times are milliseconds of the monotonic clock. A counter of 0 means: not armed; 1: the next. */
struct faults {
    int mute, yank, garbage, sw; /* the Nth command from now */
    int truncate;                /* bytes of the next answer before the line is cut; -1 none */
    int shorten;                 /* every answer has so many bytes; -1 none */
    bool upside_down, no_atr;
    int slow_ms;
};

/* One. Invariant: fd >= 0 only while a card is in. */
struct slot {
    int port, delay_ms;
    int fd;
    bool connecting, powered, is_in, is_mute;
    char path[256]; /* of the card that is in */
    struct chip chip;
    struct faults faults;
    unsigned long commands; /* answered or not, since start */
    unsigned char in[65538], out[65538];
    size_t in_n, out_n; /* out waits until due */
    int64_t due, try_at, closed_at;
};

void slot_init(struct slot *s, int port, int delay_ms);
/* gap_ms: how long the slot stays empty if another card was in it. False: why. */
bool slot_in(struct slot *s, const char *path, int gap_ms, char *why, size_t cap);
void slot_out(struct slot *s);
/* False: no such fault. */
bool slot_fault(struct slot *s, const char *name, int n);
/* What to poll for, 0 = nothing, and how long at most; -1 for ever. */
short slot_events(const struct slot *s);
int slot_timeout(const struct slot *s);
/* After the poll: reads, answers, connects. */
void slot_turn(struct slot *s, bool readable);

#endif
