/* chip.h - the chip of an invented card: one command in, one answer out. */
#ifndef TESTS_CARDSIM_CHIP_H
#define TESTS_CARDSIM_CHIP_H

#include "tests/cardsim/files.h"

#include <stdint.h>

enum { ANSWER_MAX = 258 };

/* Invariant: rest_n bytes of rest wait for GET RESPONSE; every other command drops them. */
struct chip {
    struct card card;
    struct ef issuer, holder;
    bool in_app; /* SSSE is selected */
    int file;    /* the current EF: 5 … 8; 0 none */
    bool opened; /* by external authentication */
    int tries;
    size_t challenge_n;
    unsigned char rest[256];
    size_t rest_n;
};

/* False: the card cannot hold what its file says. */
bool chip_make(struct chip *chip, const struct card *card);
/* Power or reset: back to the start, but for the tries. */
void chip_reset(struct chip *chip);
/* out holds ANSWER_MAX bytes. Returns how many were written, at least the two of the status. */
size_t chip_command(struct chip *chip, const unsigned char *cmd, size_t n, unsigned char *out);

#endif
