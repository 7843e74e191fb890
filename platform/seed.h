/* seed.h - what the files of huimin-seed-gen share: options, chance, and small lists. */
#ifndef PLATFORM_SEED_H
#define PLATFORM_SEED_H

#include "hal/base/arena.h"
#include "hal/base/err.h"

#include <stdint.h>
#include <stdio.h>

enum { SEED_TOWNSHIPS = 14, SEED_VILLAGES = 210, SEED_GOODS = 57, SEED_PLACES_MAX = 99 };

/* One run; owner: main. The same options give the same chance, and so the same bytes. */
struct seed {
    const char *from, *out; /* directories */
    int today, days, places, notices;
    uint64_t chance;
    struct arena arena;
    char *township[SEED_TOWNSHIPS], *township_en[SEED_TOWNSHIPS], *code[SEED_TOWNSHIPS];
    char *village[SEED_VILLAGES]; /* without 村民委员会 / 社区居民委员会 */
    int townships, villages;
};

/* 0 .. n-1, from an own generator (Knuth's MMIX constants): no library may change the data. */
int seed_chance(struct seed *s, int n);
/* "2026-11-23" */
void seed_date(char buf[16], int day);
MUST_CHECK enum err seed_read(struct seed *s, const char *name, char **out_text);
/* OUT/name for writing; NULL after telling why. */
FILE *seed_create(struct seed *s, const char *name);
MUST_CHECK enum err seed_close(FILE *f);

MUST_CHECK enum err seed_prices(struct seed *s);
MUST_CHECK enum err seed_notices(struct seed *s);
MUST_CHECK enum err seed_services(struct seed *s);
MUST_CHECK enum err seed_village(struct seed *s);
MUST_CHECK enum err seed_around(struct seed *s);
MUST_CHECK enum err seed_food(struct seed *s);

#endif
