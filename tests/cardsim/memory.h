/* memory.h - what each card has learned: it outlives power and being taken out. */
#ifndef TESTS_CARDSIM_MEMORY_H
#define TESTS_CARDSIM_MEMORY_H

#include "tests/cardsim/cardfile.h"

enum { MEMORIES = 64, AUTH_TRIES = 3 };

struct memory {
    char path[4096]; /* the card file's real path; "" this place is free */
    int auth_tries, pin_tries;
    char pin[PIN_MAX + 1]; /* "" none is set */
};

struct memories {
    struct memory card[MEMORIES];
    size_t next; /* whose place is taken when there is none left */
};

/* What the card of that file knows, or a new card's memory as the file says. Lives as long as all.
 * NULL: there is no such file. */
struct memory *memory_of(struct memories *all, const char *path, const struct card *card);

#endif
