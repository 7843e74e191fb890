/* programs.h - starting, stopping, killing and burying the programs. */
#ifndef TESTS_MODEL_PROGRAMS_H
#define TESTS_MODEL_PROGRAMS_H

#include "tests/model/world.h"

/* False: it could not start now (a bad disk); programs_mend tries again. */
bool programs_start(enum program p);
void programs_stop(enum program p); /* in order: as a program that was asked to end */
/* Takes apart what has died; then the disks are as they were left. */
void programs_bury(void);
/* Starts what is down and due. When that is; -1: nothing is down. */
void programs_mend(void);
int64_t programs_next_us(void);
/* The least and most time until somebody starts again what died. */
void programs_patience(int least_ms, int most_ms);
void programs_reset(void);

#endif
