/* main.c - the model test: terminal and platform in one process, by the seed.
 *
 * usage: model [--from A] [--count N] [--twice N] [--first]   many seeds; the last line counts
 *        model --seed N [--deeds | --trace]                   one, as it was
 * deeds: without what is said on the line. twice: every N-th seed is run again and must take the
 * same way; first: ends with the first that fails. Exit 0: all passed. */
#include "hal/base/log.h"
#include "tests/model/schedule.h"
#include "tests/model/world.h"

#include <getopt.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct option options[] = {
    { "seed", required_argument, NULL, 's' },  { "from", required_argument, NULL, 'f' },
    { "count", required_argument, NULL, 'n' }, { "twice", required_argument, NULL, 'w' },
    { "trace", no_argument, NULL, 't' },       { "deeds", no_argument, NULL, 'd' },
    { "first", no_argument, NULL, '1' },       { NULL, 0, NULL, 0 }
};
static FILE *out;

static bool run(uint64_t seed, bool twice, int64_t *worst_quiet_s)
{
    struct schedule_result r, again;
    schedule_run(seed, &r);
    fflush(stdout);
    if (r.why) {
        fprintf(out, "FAIL model: seed %llu: %s\n", (unsigned long long)seed, r.why);
        return false;
    }
    if (r.quiet_s > *worst_quiet_s)
        *worst_quiet_s = r.quiet_s;
    if (!twice)
        return true;
    schedule_run(seed, &again);
    if (again.trace != r.trace)
        fprintf(out, "FAIL model: seed %llu took another way the second time\n",
                (unsigned long long)seed);
    return again.trace == r.trace;
}

int main(int argc, char **argv)
{
    uint64_t from = 1, count = 100, twice = 50;
    int64_t passed = 0, failed = 0, worst = 0;
    bool first = false;
    int o;
    while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
        uint64_t n = optarg ? strtoull(optarg, NULL, 10) : 0;
        if (o == '?')
            return 2;
        if (o == 's' || o == 'f')
            from = n;
        if (o == 's')
            count = 1;
        if (o == 'n')
            count = n;
        if (o == 'w')
            twice = n;
        if (o == 't' || o == 'd')
            trace_shown = o == 't' ? SHOW_ALL : SHOW_DEEDS;
        first |= o == '1';
    }
    /* Memory that was given back is wanted again in a moment. */
    mallopt(M_TRIM_THRESHOLD, 512 << 20);
    mallopt(M_MMAP_THRESHOLD, 64 << 20);
    /* The programs' own words are for their users. */
    out = fdopen(dup(STDOUT_FILENO), "w");
    must(out != NULL, "output");
    setlinebuf(out);
    log_init("model", LOG_ERROR + 1);
    if (!trace_shown)
        must(freopen("/dev/null", "w", stdout) != NULL, "output");
    stderr = fopen("/dev/null", "w");
    const char *why = schedule_make();
    if (why) {
        fprintf(out, "FAIL model: on a day without faults: %s\n0 passed, 1 failed\n", why);
        return 1;
    }
    for (uint64_t seed = from; seed < from + count && !(first && failed); seed++) {
        bool good = run(seed, twice && seed % twice == 0, &worst);
        passed += good;
        failed += !good;
    }
    fprintf(out, "model: all in its place at most %lld s after the last fault\n", (long long)worst);
    fprintf(out, "%lld passed, %lld failed\n", (long long)passed, (long long)failed);
    return failed == 0 ? 0 : 1;
}
