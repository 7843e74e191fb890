/* post.h - how many items a second the platform can take in for good. */
#ifndef TESTS_BENCH_FLEET_POST_H
#define TESTS_BENCH_FLEET_POST_H

#include "tests/bench/fleet/kit.h"

struct post_wish {
    int clients, items, seconds;
    int posts; /* made before the clock starts, for each client */
};
/* Prints figures; false: something was not acknowledged. */
bool post_run(struct kit *k, const struct post_wish *w);

#endif
