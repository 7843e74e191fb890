/* main.c - many terminals in one program, speaking the real protocol to a platform. */
#include "hal/base/log.h"
#include "tests/bench/fleet/post.h"
#include "tests/bench/fleet/sim.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static const char usage[] =
    "fleet keys FILE COUNT            keys for so many terminals, and FILE.list for the platform\n"
    "fleet post [--clients 32] [--items 50] [--seconds 10] [--posts 80]\n"
    "                                 durable items a second; all made before the clock starts\n"
    "fleet poll [--terminals 10000] [--period 300] [--seconds 300] [--bring 10] [--spoil 0]\n"
    "                                 they poll; --bring percent of polls bring items, --spoil "
    "permille\n"
    "                                 of requests are broken off on purpose\n"
    "fleet back [--terminals 10000] [--within MS]   all come back with 1 to 3 items each\n"
    "fleet request PATH [FILE|item]   one signed request of the first terminal on stdout: GET, or "
    "POST of\n"
    "                                 FILE, or of one item\n"
    "  all but keys: --url http://IPV4:PORT --keys FILE --root root.pub\n";

static struct {
    const char *url, *keys, *root;
    struct post_wish post;
    struct sim_wish sim;
} want = { .root = "build/keys/root.pub",
           .post = { 32, 50, 10, 80 },
           .sim = { 10000, 300, 300, 10, 0, 1000 } };

enum { OPT_URL = 1000, OPT_KEYS, OPT_ROOT };
/* The others are numbers; val is the place in this table. */
static int *const number[] = {
    &want.post.clients,        &want.post.items,    &want.post.posts,
    &want.sim.terminals,       &want.sim.period_s,  &want.sim.items_percent,
    &want.sim.faults_permille, &want.sim.within_ms, &want.post.seconds,
};
static const struct option options[] = { { "clients", required_argument, NULL, 0 },
                                         { "items", required_argument, NULL, 1 },
                                         { "posts", required_argument, NULL, 2 },
                                         { "terminals", required_argument, NULL, 3 },
                                         { "period", required_argument, NULL, 4 },
                                         { "bring", required_argument, NULL, 5 },
                                         { "spoil", required_argument, NULL, 6 },
                                         { "within", required_argument, NULL, 7 },
                                         { "seconds", required_argument, NULL, 8 },
                                         { "url", required_argument, NULL, OPT_URL },
                                         { "keys", required_argument, NULL, OPT_KEYS },
                                         { "root", required_argument, NULL, OPT_ROOT },
                                         { NULL, 0, NULL, 0 } };

static bool take_option(int o, const char *text)
{
    char *end;
    long n = strtol(text, &end, 10);
    if (o == OPT_URL)
        want.url = text;
    else if (o == OPT_KEYS)
        want.keys = text;
    else if (o == OPT_ROOT)
        want.root = text;
    else if (o < 0 || o >= (int)(sizeof number / sizeof *number) || *end || n < 0 || n > 1000000)
        return false;
    else
        *number[o] = (int)n;
    want.sim.seconds = want.post.seconds;
    return true;
}

/* As many descriptors as this machine gives: one a terminal. */
static void raise_limit(void)
{
    struct rlimit l;
    if (getrlimit(RLIMIT_NOFILE, &l) == 0) {
        l.rlim_cur = l.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &l);
    }
}

static int run(const char *verb)
{
    struct kit k;
    bool post = strcmp(verb, "post") == 0, poll = strcmp(verb, "poll") == 0;
    if (!want.url || !want.keys || (!post && !poll && strcmp(verb, "back") != 0)) {
        fputs(usage, stderr);
        return 2;
    }
    raise_limit();
    bool ok = kit_start(&k, want.keys, want.url, want.root);
    if (ok)
        ok = post   ? post_run(&k, &want.post)
             : poll ? sim_poll(&k, &want.sim)
                    : sim_back(&k, &want.sim);
    kit_finish(&k);
    return ok ? 0 : 1;
}

/* For tests that send it by themselves, or change it before. */
static bool print_request(struct kit *k, const char *path, const char *body_from)
{
    struct arena a;
    struct wire_item item;
    struct handed handed;
    char *body = NULL;
    size_t n = 0;
    FILE *f = NULL;
    arena_init(&a, 1 << 16, 8 << 20);
    bool ok = true;
    if (body_from && strcmp(body_from, "item") == 0) {
        ok = kit_item(k, &a, &k->terminal[0], 1, &item, &handed) &&
             wire_post_write(&a, &item, 1, &body) == OK;
    } else if (body_from) {
        body = arena_alloc(&a, 4 << 20);
        f = fopen(body_from, "re");
        ok = f && body && fread(body, 1, (4 << 20) - 1, f) > 0;
    }
    const char *text = ok ? kit_request(k, &a, &k->terminal[0], path, body, &n) : NULL;
    ok = text && fwrite(text, 1, n, stdout) == n;
    if (f)
        fclose(f);
    arena_finish(&a);
    return ok;
}

static int run_request(int words, char **word)
{
    struct kit k;
    if (words < 1 || words > 2 || !want.url || !want.keys)
        return run("");
    bool ok = kit_start(&k, want.keys, want.url, want.root) &&
              print_request(&k, word[0], words > 1 ? word[1] : NULL);
    kit_finish(&k);
    return ok ? 0 : 1;
}

int main(int argc, char **argv)
{
    int o;
    while ((o = getopt_long(argc, argv, "", options, NULL)) != -1)
        if (!take_option(o, optarg ? optarg : "")) {
            fputs(usage, stderr);
            return 2;
        }
    log_init("fleet", LOG_WARN);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (crypto_init() != OK)
        return 1;
    if (argc - optind == 3 && strcmp(argv[optind], "keys") == 0) {
        int count = (int)strtol(argv[optind + 2], NULL, 10);
        return count > 0 && kit_make_keys(argv[optind + 1], count) ? 0 : 1;
    }
    if (argc - optind > 1 && strcmp(argv[optind], "request") == 0)
        return run_request(argc - optind - 1, argv + optind + 1);
    return run(argc - optind == 1 ? argv[optind] : "");
}
