/* auth.h - the keys of an invented card, and how card and reader prove themselves by them. */
#ifndef TESTS_CARDSIM_AUTH_H
#define TESTS_CARDSIM_AUTH_H

#include "tests/cardsim/reply.h"

/* Test master keys, from which the keys of every card come; has: the file had that line. */
struct master {
    bool has;
    unsigned char key[16];
};
struct masters {
    struct master des_internal, des_external, sm4_internal, sm4_external;
};

/* False: why says "line N: …". */
bool masters_read(const char *path, struct masters *out, char *why, size_t cap);

/* The card's own keys; masters NULL: it has none. */
void auth_keys(struct card_keys *out, const struct card *card, const struct masters *masters);

size_t auth_challenge(struct chip *chip, const struct command *c, unsigned char *out);
size_t auth_internal(struct chip *chip, const struct command *c, unsigned char *out);
size_t auth_external(struct chip *chip, const struct command *c, unsigned char *out);

#endif
