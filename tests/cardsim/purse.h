/* purse.h - the cards that are no social security card: purses, a bank's chip, and none we know. */
#ifndef TESTS_CARDSIM_PURSE_H
#define TESTS_CARDSIM_PURSE_H

#include "tests/cardsim/chip.h"

/* As chip_command; in_app: its application is selected. */
size_t purse_command(struct chip *chip, const unsigned char *cmd, size_t n, unsigned char *out);

#endif
