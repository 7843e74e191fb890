/* faults.h - what may go wrong with a card on request; README.md says what each one is. */
#ifndef TESTS_CARDSIM_FAULTS_H
#define TESTS_CARDSIM_FAULTS_H

#include "tests/cardsim/chip.h"

enum { LONGER_MAX = 60000, FAULTY_MAX = ANSWER_MAX + LONGER_MAX };

/* A counter of 0 means: not armed; 1: the next. */
struct faults {
    int mute, yank, garbage, sw, endless; /* the Nth command from now */
    bool is_mute, is_endless;             /* it has come */
    int tlv, tlv_how;                     /* the Nth records read; 1 … TLV_WAYS */
    int bit, bit_n;                       /* the Nth answer with data; what was asked for */
    int longer;                           /* so many bytes more in the next answer */
    int truncate; /* bytes of the next answer before the line is cut; -1 none */
    int shorten;  /* every answer has so many bytes; -1 none */
    bool upside_down, no_atr, loop6c, wrong_auth;
    int slow_ms;
};

/* What becomes of a command. */
enum fate { FATE_ANSWER, FATE_MUTE, FATE_YANK };

void faults_clear(struct faults *f);
/* False: no such fault, or it cannot be had with this n. */
bool faults_set(struct faults *f, const char *name, int n);
/* Counts one command. */
enum fate faults_before(struct faults *f);
/* Spoils the chip's answer of len bytes in out, which holds FAULTY_MAX, and what the chip keeps for
 * GET RESPONSE. Returns the new length. */
size_t faults_after(struct faults *f, struct chip *chip, const unsigned char *cmd, size_t n,
                    unsigned char *out, size_t len);

#endif
