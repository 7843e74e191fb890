/* main.c - huimin-platform: the other end of the line, as one program with verbs. */
#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "platform/conf.h"
#include "platform/console.h"
#include "platform/files.h"
#include "platform/keys.h"
#include "platform/publish.h"
#include "platform/server.h"
#include "platform/server_console.h"
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
    "                          [--console 127.0.0.1:PORT] [--origin https://HOST]\n"
    "                                                      feed and terminals over HTTP; proved: "
    "only\n"
    "                                                      cards that prove themselves are "
    "answered\n"
    "  huimin-platform publish INPUT_DIR [--renew]         publishes what changed in INPUT_DIR\n"
    "  huimin-platform publish INPUT_DIR --as KID --publisher-key FILE   … signed by its "
    "publisher\n"
    "  huimin-platform sign INPUT_DIR --as KID --publisher-key FILE --db OWN --feed MIRROR\n"
    "                                                      at the publisher's: then the platform "
    "needs\n"
    "                                                      no key of theirs: publish INPUT_DIR "
    "--as KID\n"
    "  huimin-platform keys list | rotate feed|seal        who may sign; a new key in one step\n"
    "  huimin-platform keys make root|publisher KID FILE | draft CHANGE…|none | sign DRAFT "
    "ROOT.key |\n"
    "                  publish [DRAFT]                     the same where the root keys are apart\n"
    "  huimin-platform mirror DIR                          the whole feed to a stick\n"
    "  huimin-platform update publish BUNDLE               the appliances' next system, beside the "
    "feed\n"
    "  huimin-platform night                               packs tighter, removes what is old\n"
    "  huimin-platform terminal add NAME KEYFILE | import FILE | list | revoke NAME\n"
    "  huimin-platform terminal code NAME [--village CODE] [--for DAYS] [--url URL]\n"
    "                                                      the sheet a new terminal is enrolled "
    "by\n"
    "  huimin-platform ca init HOSTS | server HOSTS | crl  who certifies terminals; what nginx "
    "needs\n"
    "  huimin-platform case list | show REF | accept REF | return REF --reason TEXT\n"
    "  huimin-platform case ask REF --reason TEXT | finish REF   a paper is wanted; it is done\n"
    "  huimin-platform clerk add NAME --role ROLE | passwd NAME | lock NAME | unlock NAME | list\n"
    "                                                      who may use the console; the password "
    "on\n"
    "                                                      standard input; ROLE: clerk, publisher,"
    "\n"
    "                                                      operator, or some with commas\n"
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
    "  huimin-platform carry DIR                           takes in the queues on a stick\n"
    "  huimin-platform audit verify\n"
    "  huimin-platform backup FILE                         a copy of the database, while it "
    "serves\n"
    "  huimin-platform restore FILE --db NEW               a backup becomes a database again\n"
    "REF: a receipt or case number. MATERIAL: its number or name in `case show`.\n"
    "      --config FILE   key = value lines: db keys feed listen area expires_days cards\n"
    "                      console origin\n"
    "      --db FILE       what is remembered; or postgres://… (platform.db)\n"
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
    } set[10];
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
        { "config", required_argument, NULL, 'c' },
        { "db", required_argument, NULL, 's' },
        { "keys", required_argument, NULL, 's' },
        { "feed", required_argument, NULL, 's' },
        { "listen", required_argument, NULL, 's' },
        { "cards", required_argument, NULL, 's' },
        { "renew", no_argument, NULL, 'r' },
        { "json", no_argument, NULL, 'j' },
        { "reason", required_argument, NULL, 'w' },
        { "village", required_argument, NULL, 'V' },
        { "url", required_argument, NULL, 'u' },
        { "for", required_argument, NULL, 'd' },
        { "as", required_argument, NULL, 'a' },
        { "publisher-key", required_argument, NULL, 'p' },
        { "console", required_argument, NULL, 's' },
        { "origin", required_argument, NULL, 's' },
        { "role", required_argument, NULL, 'o' },
        { "clock", required_argument, NULL, 't' },
        { "version", no_argument, NULL, 'v' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
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
        else if (c == 'a')
            o->verb.as = optarg;
        else if (c == 'p')
            o->verb.publisher_key = optarg;
        else if (c == 'o')
            o->verb.role = optarg;
        else if (c == 't')
            e = hold_clock(optarg);
        else if (c == 's' && o->set_count < 10)
            o->set[o->set_count].key = options[which].name, o->set[o->set_count++].value = optarg;
        else
            return ERR_CONFIG; /* getopt_long has said it */
    }
    return e;
}

static enum err read_verb(int argc, char **argv, struct order *o)
{
    if (optind >= argc)
        return OK; /* told when the verb is looked for */
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
    for (int i = 0; i < o->set_count && e == OK; i++) {
        e = conf_set(c, o->set[i].key, o->set[i].value);
        if (e != OK)
            e = wrong(o->set[i].key,
                      conf_why(e, "not a value for this option (see PROTOCOL.md and README.md)"));
    }
    return e;
}

/* By the key of KID, whose secret is in the file. */
static enum err publish_as_order(const struct verb_order *o, const struct conf *c,
                                 struct publish_result *out)
{
    struct publish_as as = { .kid = o->as, .without = !o->publisher_key };
    struct wire_key key;
    enum err e = crypto_init();
    if (as.without)
        return publish_by(c, o->word[0], &as, out);
    if (e == OK)
        e = keys_read_secret(o->publisher_key, as.secret, &key);
    if (e != OK || strcmp(key.kid, o->as) != 0) {
        fprintf(stderr, "%s: not the secret key of %s\n", o->publisher_key, o->as);
        return e == OK ? ERR_NO_KEY : e;
    }
    e = (strcmp(o->verb, "sign") == 0 ? publish_sign : publish_by)(c, o->word[0], &as, out);
    explicit_bzero(&as, sizeof as);
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
    if (!o->as && o->publisher_key)
        return verb_wrong("--publisher-key", "belongs to --as KID");
    enum err e = o->as ? publish_as_order(o, c, &r) : publish(c, input, o->renew, &r);
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

static int do_sign(const struct verb_order *o, const struct conf *c)
{
    struct publish_result r;
    if (!o->as || !o->publisher_key)
        return verb_wrong("sign", "expected INPUT_DIR --as KID --publisher-key FILE");
    enum err e = publish_as_order(o, c, &r);
    if (e != OK) {
        fprintf(stderr, "huimin-platform: nothing signed: %s\n", err_name(e));
        return 1;
    }
    printf("%s/signed: %lld changed rows; hand the directory over\n", o->word[0],
           (long long)r.changed);
    return 0;
}

static int serve_failed(const char *where, enum err e)
{
    if (e == ERR_ARG) {
        wrong(where, "expected an address like 127.0.0.1:8420");
        return 2;
    }
    fprintf(stderr, "huimin-platform: cannot listen on %s: %s\n", where,
            e == ERR_BUSY ? "another program has this port" : err_name(e));
    return 1;
}

/* Until a signal; what the page does by itself is done here, beside everybody who is served. */
static int wait_for_end(const sigset_t *ends, const struct conf *c)
{
    static const struct timespec minute = { .tv_sec = 60 };
    int sig = -1;
    while (sig < 0) {
        if (c->console[0])
            console_minute(c);
        sig = sigtimedwait(ends, NULL, &minute);
    }
    return sig;
}

/* TLS is nginx's: without it nothing of ours belongs on a wire. */
static void warn_clear_text(const char *what, const char *at)
{
    if (at[0] && !server_is_local(at))
        log_warn("clear_text", "%s=%s why=not_encrypted_put_nginx_in_front", what, at);
}

/* The signals are blocked before any thread is there, so that only sigwait sees them. */
static int do_serve(const struct verb_order *o, const struct conf *c)
{
    (void)o;
    struct server *s = NULL;
    struct server_console *page = NULL;
    struct office *office = NULL;
    sigset_t ends;
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
    if (e == OK && c->console[0])
        e = server_console_start(c, &page);
    if (e != OK) {
        int code = serve_failed(s ? c->console : c->listen, e);
        server_stop(s);
        office_destroy(office);
        return code;
    }
    warn_clear_text("listen", c->listen);
    warn_clear_text("console", c->console);
    log_info("serving", "listen=%s port=%d feed=%s", c->listen, server_port(s), c->feed);
    if (page)
        log_info("console", "listen=%s port=%d", c->console, server_console_port(page));
    log_info("stopping", "signal=%d", wait_for_end(&ends, c));
    server_console_stop(page);
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
    { "case", "list, show, accept, return, ask, finish, tick, paper or verify", 1, 4, verb_case },
    { "clerk", "add, passwd, lock, unlock or list", 1, 2, verb_clerk },
    { "rating", "summary", 1, 1, verb_rating },
    { "proof", "verify QRTEXT [-]", 2, 3, verb_proof },
    { "account", "seed DIR or check", 1, 2, verb_account },
    { "ecard", "make NAME IDNO CARDNO", 4, 4, verb_ecard },
    { "carry", "the directory of the stick", 1, 1, verb_carry },
    { "audit", "verify", 1, 1, verb_audit },
    { "backup", "the file to be made", 1, 1, verb_backup },
    { "sign", "the input directory", 1, 1, do_sign },
    { "keys", "list, make, draft, sign, publish or rotate", 1, VERB_WORDS, verb_keys },
    { "mirror", "the directory", 1, 1, verb_mirror },
    { "night", "no words", 0, 0, verb_night },
    { "restore", "the file of a backup", 1, 1, verb_restore },
    { "update", "publish and the bundle", 2, 2, verb_update },
};

static int no_such_verb(const char *said)
{
    char names[512] = "expected one of";
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        snprintf(names + strlen(names), sizeof names - strlen(names), " %s", verbs[i].name);
    return verb_wrong(said, names);
}

static int run_verb(const struct verb_order *o, const struct conf *c)
{
    if (!o->verb)
        return no_such_verb("no verb");
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(verbs[i].name, o->verb) != 0)
            continue;
        if (o->words < verbs[i].least || o->words > verbs[i].most)
            return verb_wrong(o->verb, verbs[i].words);
        if (o->renew && verbs[i].run != do_publish)
            return verb_wrong("--renew", "belongs to publish");
        return verbs[i].run(o, c);
    }
    return no_such_verb(o->verb);
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
