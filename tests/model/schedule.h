/* schedule.h - one seed: what happens in which order, then quiet, then the reckoning. */
#ifndef TESTS_MODEL_SCHEDULE_H
#define TESTS_MODEL_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

/* Once: keys, a first feed, a terminal that is known. NULL, or what is broken on a day without
 * faults. */
const char *schedule_make(void);
struct schedule_result {
    const char *why; /* NULL: every promise was kept; lives until the next run */
    uint64_t trace;
    int saved;
    int64_t quiet_s; /* how long it took after the last fault until all was in its place */
};
void schedule_run(uint64_t seed, struct schedule_result *out);

#endif
