/* reply.h - a command taken apart, and the ways a chip's answer reaches the reader. */
#ifndef TESTS_CARDSIM_REPLY_H
#define TESTS_CARDSIM_REPLY_H

#include "tests/cardsim/chip.h"

/* le is meaningful when has_le; 0 means as much as there is. data points into the command. */
struct command {
    unsigned char cla, ins, p1, p2;
    const unsigned char *data;
    size_t lc;
    bool has_le;
    size_t le;
};

/* False: its length is not what it says. cla to p2 are then filled if there were four bytes. */
bool command_parse(const unsigned char *cmd, size_t n, struct command *out);

/* Each writes to out, which holds ANSWER_MAX bytes, and returns how many. */
size_t reply_status(unsigned char *out, unsigned sw);
size_t reply_data(unsigned char *out, const unsigned char *data, size_t n, unsigned sw);
/* As the card's habit is: after a command that brought data, and after one that brought none. */
size_t reply_fetched(struct chip *chip, const unsigned char *data, size_t n, unsigned char *out);
size_t reply_given(struct chip *chip, const struct command *c, const unsigned char *data, size_t n,
                   unsigned char *out);
/* GET RESPONSE. */
size_t reply_rest(struct chip *chip, const struct command *c, unsigned char *out);

#endif
