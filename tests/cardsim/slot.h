/* slot.h - the reader's slot: the line to pcscd, the card in it, and what may go wrong with it. */
#ifndef TESTS_CARDSIM_SLOT_H
#define TESTS_CARDSIM_SLOT_H

#include "tests/cardsim/auth.h"
#include "tests/cardsim/faults.h"

/* One. Times are milliseconds of the monotonic clock. Invariant: fd >= 0 only while a card is in.
 */
struct slot {
    int port, delay_ms;
    int fd;
    bool connecting, powered, is_in;
    char path[256]; /* of the card that is in */
    struct chip chip;
    const struct masters *masters; /* NULL: cards have no keys */
    struct memories memories;
    struct faults faults;
    unsigned long commands; /* answered or not, since start */
    unsigned char in[65538], out[65538];
    size_t in_n, out_n; /* out waits until due */
    int64_t due, try_at, closed_at;
};

/* masters outlive the slot. */
void slot_init(struct slot *s, int port, int delay_ms, const struct masters *masters);
/* gap_ms: how long the slot stays empty if another card was in it. False: why. */
bool slot_in(struct slot *s, const char *path, int gap_ms, char *why, size_t cap);
void slot_out(struct slot *s);
/* What to poll for, 0 = nothing, and how long at most; -1 for ever. */
short slot_events(const struct slot *s);
int slot_timeout(const struct slot *s);
/* After the poll: reads, answers, connects. */
void slot_turn(struct slot *s, bool readable);

#endif
