/* main.c - many terminals in one program, speaking the real protocol to a platform. */
#include "hal/base/log.h"
#include "tests/bench/fleet/post.h"

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
    "  all but keys: --url http://IPV4:PORT --keys FILE --root root.pub\n";

static struct {
    const char *url, *keys, *root;
    struct post_wish post;
} want = { .root = "build/keys/root.pub", .post = { 32, 50, 10, 80 } };

enum { OPT_URL = 1, OPT_KEYS, OPT_ROOT, OPT_CLIENTS, OPT_ITEMS, OPT_SECONDS, OPT_POSTS };
static const struct option options[] = { { "url", required_argument, NULL, OPT_URL },
                                         { "keys", required_argument, NULL, OPT_KEYS },
                                         { "root", required_argument, NULL, OPT_ROOT },
                                         { "clients", required_argument, NULL, OPT_CLIENTS },
                                         { "items", required_argument, NULL, OPT_ITEMS },
                                         { "seconds", required_argument, NULL, OPT_SECONDS },
                                         { "posts", required_argument, NULL, OPT_POSTS },
                                         { NULL, 0, NULL, 0 } };

static bool take_option(int o, const char *text)
{
    int n = (int)strtol(text, NULL, 10);
    switch (o) {
    case OPT_URL:
        want.url = text;
        return true;
    case OPT_KEYS:
        want.keys = text;
        return true;
    case OPT_ROOT:
        want.root = text;
        return true;
    case OPT_CLIENTS:
        want.post.clients = n;
        return n > 0;
    case OPT_ITEMS:
        want.post.items = n;
        return n > 0;
    case OPT_SECONDS:
        want.post.seconds = n;
        return n > 0;
    case OPT_POSTS:
        want.post.posts = n;
        return n > 0;
    default:
        return false;
    }
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
    if (!want.url || !want.keys || strcmp(verb, "post") != 0) {
        fputs(usage, stderr);
        return 2;
    }
    raise_limit();
    bool ok = kit_start(&k, want.keys, want.url, want.root) && post_run(&k, &want.post);
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
    return run(argc - optind == 1 ? argv[optind] : "");
}
