/* main.c - huimin-platform: the other end of the line, as one program with verbs. */
#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "platform/conf.h"
#include "platform/files.h"
#include "platform/publish.h"
#include "platform/server.h"
#include "platform/verbs.h"

#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "huimin-platform - publishes the feed of a district, serves it, takes applications in\n"
    "  huimin-platform serve   [--listen 127.0.0.1:PORT|unix:PATH] [--cards any|proved]\n"
    "                                                      feed and terminals over HTTP; proved: "
    "only\n"
    "                                                      cards that prove themselves are "
    "answered\n"
    "  huimin-platform publish INPUT_DIR [--renew]         publishes what changed in INPUT_DIR\n"
    "  huimin-platform terminal add NAME KEYFILE | import FILE | list | revoke NAME\n"
    "  huimin-platform terminal code NAME [--village CODE] [--for DAYS] [--url URL]\n"
    "                                                      the sheet a new terminal is enrolled "
    "by\n"
    "  huimin-platform ca init HOSTS | server HOSTS | crl  who certifies terminals; what nginx "
    "needs\n"
    "  huimin-platform case list | show REF | accept REF | return REF --reason TEXT\n"
    "  huimin-platform case tick REF MATERIAL              this paper was seen\n"
    "  huimin-platform case paper REF N FILE               page N, as photographed, into FILE\n"
    "  huimin-platform case verify QRTEXT                  is this receipt one of ours\n"
    "  huimin-platform rating summary                      how services were rated: counts only\n"
    "  huimin-platform proof verify QRTEXT [-]             is this proof of insurance ours; -: and "
    "of\n"
    "                                                      whom, their number on standard input\n"
    "  huimin-platform account seed DIR | check            invented citizens' social security\n"
    "  huimin-platform ecard make NAME IDNO CARDNO         an e-card's code, for tests: 60 s, "
    "once\n"
    "  huimin-platform audit verify\n"
    "  huimin-platform backup FILE                         a copy of the database, while it "
    "serves\n"
    "  huimin-platform restore FILE --db NEW               a backup becomes a database again\n"
    "REF: a receipt or case number. MATERIAL: its number or name in `case show`.\n"
    "      --config FILE   key = value lines: db keys feed listen area expires_days cards\n"
    "      --db FILE       what is remembered               (platform.db)\n"
    "      --keys DIR      the key files; those that are absent are made, marked TEST (keys)\n"
    "      --feed DIR      the directory that is the feed   (feed)\n"
    "      --json          case and terminal: for programs\n"
    "      --clock RFC3339 what time it is, for tests\n"
    "      --version, --help\n"
    "Exit: 0 done, 1 refused or failed, 2 wrong command line or config.\n";

/* What the command line said; texts are argv's. */
struct order {
    struct verb_order verb;
    const char *config;
    struct {
        const char *key, *value;
    } set[8];
    int set_count;
};

/* One line, exit 2. */
static enum err wrong(const char *what, const char *why)
{
    fprintf(stderr, "huimin-platform: %s: %s\n", what, why);
    return ERR_CONFIG;
}

static enum err hold_clock(const char *text)
{
    int64_t at_ms;
    if (clock_parse_rfc3339(text, &at_ms) != OK)
        return wrong("--clock", "wanted 2026-11-23T09:41:00+08:00");
    clock_hold(at_ms);
    return OK;
}

/* "7" or "7d". */
static enum err read_days(const char *text, int *out)
{
    char *end;
    long n = strtol(text, &end, 10);
    if (end == text || n < 1 || n > 365 || (*end && strcmp(end, "d") != 0))
        return wrong("--for", "wanted days, 1 to 365");
    *out = (int)n;
    return OK;
}

static enum err read_options(int argc, char **argv, struct order *o)
{
    static const struct option options[] = {
        { "config", required_argument, NULL, 'c' }, { "db", required_argument, NULL, 's' },
        { "keys", required_argument, NULL, 's' },   { "feed", required_argument, NULL, 's' },
        { "listen", required_argument, NULL, 's' }, { "cards", required_argument, NULL, 's' },
        { "renew", no_argument, NULL, 'r' },        { "json", no_argument, NULL, 'j' },
        { "reason", required_argument, NULL, 'w' }, { "village", required_argument, NULL, 'V' },
        { "url", required_argument, NULL, 'u' },    { "for", required_argument, NULL, 'd' },
        { "clock", required_argument, NULL, 't' },  { "version", no_argument, NULL, 'v' },
        { "help", no_argument, NULL, 'h' },         { NULL, 0, NULL, 0 },
    };
    enum err e = OK;
    int c, which = 0;
    while (e == OK && (c = getopt_long(argc, argv, "", options, &which)) != -1) {
        if (c == 'h' || c == 'v') {
            fputs(c == 'h' ? usage : "huimin-platform 0.2\n", stdout);
            exit(0);
        }
        if (c == 'c')
            o->config = optarg;
        else if (c == 'r')
            o->verb.renew = true;
        else if (c == 'j')
            o->verb.json = true;
        else if (c == 'w')
            o->verb.reason = optarg;
        else if (c == 'V')
            o->verb.village = optarg;
        else if (c == 'u')
            o->verb.url = optarg;
        else if (c == 'd')
            e = read_days(optarg, &o->verb.days);
        else if (c == 't')
            e = hold_clock(optarg);
        else if (c == 's' && o->set_count < 8)
            o->set[o->set_count].key = options[which].name, o->set[o->set_count++].value = optarg;
        else
            return ERR_CONFIG; /* getopt_long has said it */
    }
    return e;
}

static enum err read_verb(int argc, char **argv, struct order *o)
{
    if (optind >= argc)
        return wrong("no verb", "expected serve, publish, terminal, ca, case, account, proof, "
                                "ecard, rating, audit, backup "
                                "or restore; see --help");
    o->verb.verb = argv[optind++];
    while (optind < argc && o->verb.words < VERB_WORDS)
        o->verb.word[o->verb.words++] = argv[optind++];
    if (optind < argc)
        return wrong(argv[optind], "one argument too many");
    return OK;
}

static enum err settle(const struct order *o, struct conf *c)
{
    conf_default(c);
    enum err e = o->config ? conf_read(c, o->config) : OK;
    for (int i = 0; i < o->set_count && e == OK; i++)
        if (conf_set(c, o->set[i].key, o->set[i].value) != OK)
            e = wrong(o->set[i].key, "not a value for this option (see PROTOCOL.md and README.md)");
    return e;
}

static int do_publish(const struct verb_order *o, const struct conf *c)
{
    struct publish_result r;
    const char *input = o->word[0];
    if (access(input, R_OK | X_OK) != 0) {
        fprintf(stderr, "%s: no such input directory\n", input);
        return 1;
    }
    enum err e = publish(c, input, o->renew, &r);
    if (e != OK) {
        fprintf(stderr, "huimin-platform: nothing published: %s\n", err_name(e));
        return 1;
    }
    if (!r.issued)
        puts("nothing changed; nothing published (--renew issues a new index)");
    else
        printf("published %lld changed rows, index %lld\n", (long long)r.changed, (long long)r.n);
    return 0;
}

static int serve_failed(const struct conf *c, enum err e)
{
    if (e == ERR_ARG) {
        wrong(c->listen, "--listen expects an address like 127.0.0.1:8420");
        return 2;
    }
    fprintf(stderr, "huimin-platform: cannot listen on %s: %s\n", c->listen,
            e == ERR_BUSY ? "another program has this port" : err_name(e));
    return 1;
}

/* The signals are blocked before any thread is there, so that only sigwait sees them. */
static int do_serve(const struct verb_order *o, const struct conf *c)
{
    (void)o;
    struct server *s = NULL;
    struct office *office = NULL;
    sigset_t ends;
    int sig;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    signal(SIGPIPE, SIG_IGN);
    enum err e = dir_make(c->feed);
    if (e == OK)
        e = office_create(c, &office);
    if (e == OK)
        e = server_start(c->listen, c->feed, office, &s);
    if (e != OK) {
        office_destroy(office);
        return serve_failed(c, e);
    }
    log_info("serving", "listen=%s port=%d feed=%s", c->listen, server_port(s), c->feed);
    sigwait(&ends, &sig);
    log_info("stopping", "signal=%d", sig);
    server_stop(s);
    office_destroy(office);
    return 0;
}

static const struct {
    const char *name, *words;
    int least, most;
    int (*run)(const struct verb_order *o, const struct conf *c);
} verbs[] = {
    { "serve", "no words", 0, 0, do_serve },
    { "publish", "the input directory", 1, 1, do_publish },
    { "terminal", "add NAME KEYFILE, import FILE, code NAME, list or revoke NAME", 1, 3,
      verb_terminal },
    { "ca", "init HOSTS, server HOSTS or crl", 1, 2, verb_ca },
    { "case", "list, show, accept, return, tick, paper or verify", 1, 4, verb_case },
    { "rating", "summary", 1, 1, verb_rating },
    { "proof", "verify QRTEXT [-]", 2, 3, verb_proof },
    { "account", "seed DIR or check", 1, 2, verb_account },
    { "ecard", "make NAME IDNO CARDNO", 4, 4, verb_ecard },
    { "audit", "verify", 1, 1, verb_audit },
    { "backup", "the file to be made", 1, 1, verb_backup },
    { "restore", "the file of a backup", 1, 1, verb_restore },
};

static int run_verb(const struct verb_order *o, const struct conf *c)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(verbs[i].name, o->verb) != 0)
            continue;
        if (o->words < verbs[i].least || o->words > verbs[i].most)
            return verb_wrong(o->verb, verbs[i].words);
        if (o->renew && verbs[i].run != do_publish)
            return verb_wrong("--renew", "belongs to publish");
        return verbs[i].run(o, c);
    }
    return verb_wrong(
        o->verb,
        "unknown verb; expected serve, publish, terminal, ca, case, account, proof, ecard, rating, "
        "audit, backup or restore");
}

int main(int argc, char **argv)
{
    struct order o = { 0 };
    struct conf c;
    log_init("huimin-platform", LOG_INFO);
    enum err e = read_options(argc, argv, &o);
    if (e == OK)
        e = read_verb(argc, argv, &o);
    if (e == OK)
        e = settle(&o, &c);
    if (e != OK)
        return 2;
    return run_verb(&o.verb, &c);
}
