/* seed_notices.h - invented village notices for the seed: many, varied, about nobody real. */
#ifndef PLATFORM_SEED_NOTICES_H
#define PLATFORM_SEED_NOTICES_H

#include <stdint.h>
#include <stdio.h>

/* A small generator of its own, so that the same call makes the same seed everywhere. */
struct seed_random {
    uint64_t state;
};
uint32_t seed_roll(struct seed_random *r, uint32_t below);

/* Writes `count` JSON lines; the newest (highest id) is on `today`. villages: names, NULL-ended. */
void seed_notices(FILE *out, int count, int today, char *const *villages, struct seed_random *r);

#endif
