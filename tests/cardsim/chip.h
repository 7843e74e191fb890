/* chip.h - the chip of an invented card: one command in, one answer out. */
#ifndef TESTS_CARDSIM_CHIP_H
#define TESTS_CARDSIM_CHIP_H

#include "tests/cardsim/cipher.h"
#include "tests/cardsim/files.h"
#include "tests/cardsim/memory.h"

#include <stdint.h>

enum { ANSWER_MAX = 258 };

/* made of the master keys by auth.c; the chip proves itself by one, the reader by the other */
struct card_keys {
    enum cipher how; /* DES3 or SM4 */
    bool has_internal, has_external;
    unsigned char internal[16], external[16];
};

/* n 0: there is none. */
struct challenge {
    unsigned char bytes[16];
    size_t n;
};

/* Invariants: rest_n bytes of rest wait for GET RESPONSE; every other command drops them. The
 * challenges are void after every command but GET RESPONSE and GET CHALLENGE. */
struct chip {
    struct card card;
    struct card_keys keys;
    struct memory *memory; /* the slot's; what outlives this chip */
    struct ef issuer, holder;
    bool in_app; /* SSSE is selected */
    int file;    /* the current EF: 5 … 8; 0 none */
    bool opened; /* by external authentication */
    struct challenge latest, before;
    unsigned char rest[256];
    size_t rest_n;
};

/* Without keys and memory: whoever puts it in gives them. False: the card cannot hold what its
 * file says. */
bool chip_make(struct chip *chip, const struct card *card);
/* Power or reset: back to the start, but for what the memory knows. */
void chip_reset(struct chip *chip);
/* out holds ANSWER_MAX bytes. Returns how many were written, at least the two of the status. */
size_t chip_command(struct chip *chip, const unsigned char *cmd, size_t n, unsigned char *out);

#endif
