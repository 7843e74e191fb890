/* pin.h - the card's PIN: asked for, changed, and blocked after too many wrong ones. */
#ifndef TESTS_CARDSIM_PIN_H
#define TESTS_CARDSIM_PIN_H

#include "tests/cardsim/reply.h"

size_t pin_verify(struct chip *chip, const struct command *c, unsigned char *out);
size_t pin_change(struct chip *chip, const struct command *c, unsigned char *out);

#endif
