/* sim.h - a fleet at work: it polls, hands in, breaks off, and comes back all at once. */
#ifndef TESTS_BENCH_FLEET_SIM_H
#define TESTS_BENCH_FLEET_SIM_H

#include "tests/bench/fleet/kit.h"

struct sim_wish {
    int terminals;
    int period_s, seconds; /* poll: each asks once a period, with a place of its own in it */
    int items_percent;     /* of the polls bring 1 to 3 new items */
    int faults_permille;   /* of the requests: half is sent, or the answer not waited for */
    int within_ms;         /* back: all of them come back within this time, 1 to 3 items each */
};
/* Both print figures; false: an error nobody made on purpose, or something was not acknowledged.
 * poll ends with everything delivered. */
bool sim_poll(struct kit *k, const struct sim_wish *w);
bool sim_back(struct kit *k, const struct sim_wish *w);

#endif
