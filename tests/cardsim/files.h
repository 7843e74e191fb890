/* files.h - the two files of a social security card that say whose it is, as the chip holds them.
 */
#ifndef TESTS_CARDSIM_FILES_H
#define TESTS_CARDSIM_FILES_H

#include "tests/cardsim/cardfile.h"

/* A record is simple TLV: one byte tag, one byte length, the value. */
struct record {
    unsigned char bytes[2 + 64];
    size_t n;
};
struct ef {
    struct record rec[8];
    int n;
};

bool files_issuer(const struct card *c, struct ef *out); /* EF05 */
bool files_health(const struct card *c, struct ef *out); /* EF05 of a health card */
/* EF06. False: a name that GBK cannot write or that is too long. */
bool files_holder(const struct card *c, struct ef *out);

#endif
