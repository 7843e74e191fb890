/* options.c - getopt_long over the same table of keys that the config file uses. */
#include "app/options.h"

#include "app/enrol.h"
#include "app/theme.h"
#include "hal/base/clock.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

enum {
    OPT_CONFIG = 1000,
    OPT_SIZE,
    OPT_PANEL,
    OPT_CLOCK,
    OPT_CONTROL,
    OPT_CHECK,
    OPT_CHECK_ATR,
    OPT_STAFF_PIN,
    OPT_ENROL,
    OPT_VERSION,
    OPT_HELP,
    OPT_KEY
};

static const struct option table[] = {
    { "config", required_argument, NULL, OPT_CONFIG },
    { "size", required_argument, NULL, OPT_SIZE },
    { "panel-mm", required_argument, NULL, OPT_PANEL },
    { "clock", required_argument, NULL, OPT_CLOCK },
    { "control", required_argument, NULL, OPT_CONTROL },
    { "check", no_argument, NULL, OPT_CHECK },
    { "check-atr", required_argument, NULL, OPT_CHECK_ATR },
    { "staff-pin", no_argument, NULL, OPT_STAFF_PIN },
    { "enrol", required_argument, NULL, OPT_ENROL },
    { "version", no_argument, NULL, OPT_VERSION },
    { "help", no_argument, NULL, OPT_HELP },
    { "data", required_argument, NULL, OPT_KEY },
    { "reader", required_argument, NULL, OPT_KEY + 1 },
    { "lang", required_argument, NULL, OPT_KEY + 2 },
    { "theme", required_argument, NULL, OPT_KEY + 3 },
    { NULL, 0, NULL, 0 },
};
static const char *const keys[] = { "data.dir", "reader", "lang", "theme" };

static const char usage[] =
    "usage: huimin [--config FILE] [--data DIR] [--reader pcsc|sim|none] [--size WxH]\n"
    "              [--panel-mm WxH] [--lang zh_CN|en] [--theme normal|large|xlarge[+contrast]]\n"
    "              [--clock RFC3339] [--control PATH] [--check] [--check-atr HEX|-]\n"
    "              [--staff-pin] [--enrol SHEET] [--version] [--help]\n"
    "The terminal of a village service centre. Every option has a key in the config file.\n";

static enum err fail(const char *why)
{
    fprintf(stderr, "huimin: %s\n", why);
    return ERR_CONFIG;
}

static const char *name_of(int opt)
{
    const struct option *t = table;
    while (t->val != opt)
        t++;
    return t->name;
}

static enum err set_key(struct options *o, int opt, const char *value)
{
    char why[400], line[480];
    if (config_set(&o->config, keys[opt - OPT_KEY], value, why, sizeof why) == OK)
        return OK;
    snprintf(line, sizeof line, "--%s: %s", name_of(opt), why);
    return fail(line);
}

static enum err set_size(int *w, int *h, const char *name, const char *value)
{
    char line[160];
    if (config_parse_size(value, w, h) == OK)
        return OK;
    snprintf(line, sizeof line, "--%s: wanted WIDTHxHEIGHT, for example 1080x1920", name);
    return fail(line);
}

static enum err set_control(struct options *o, const char *path)
{
#if CONTROL
    o->control = path;
    return OK;
#else
    (void)o;
    (void)path;
    return fail("--control: this build has no control port");
#endif
}

static enum err answer(const char *text)
{
    fputs(text, stdout);
    return ERR_STOPPED;
}

static enum err one(struct options *o, int opt)
{
    switch (opt) {
    case OPT_CONFIG:
        return OK; /* read before the others */
    case OPT_SIZE:
        return set_size(&o->config.window_w_px, &o->config.window_h_px, "size", optarg);
    case OPT_PANEL:
        return set_size(&o->config.panel_w_mm, &o->config.panel_h_mm, "panel-mm", optarg);
    case OPT_CLOCK:
        o->hold_clock = clock_parse_rfc3339(optarg, &o->clock_ms) == OK;
        return o->hold_clock ? OK : fail("--clock: wanted 2026-11-23T09:41:00+08:00");
    case OPT_CONTROL:
        return set_control(o, optarg);
    case OPT_CHECK:
        o->check = true;
        return OK;
    case OPT_CHECK_ATR:
        o->check_atr = optarg;
        return OK;
    case OPT_STAFF_PIN:
        o->staff_pin = true;
        return OK;
    case OPT_ENROL:
        o->enrol = optarg;
        return OK;
    case OPT_VERSION:
        return answer("huimin " HUIMIN_VERSION "\n");
    case OPT_HELP:
        return answer(usage);
    default:
        return opt >= OPT_KEY ? set_key(o, opt, optarg) : fail("see huimin --help");
    }
}

/* The config file comes first, wherever --config stands: an option beats the file. */
static enum err read_file(struct options *o, int argc, char **argv)
{
    char why[600];
    opterr = 0;
    optind = 1;
    for (int opt; (opt = getopt_long(argc, argv, "", table, NULL)) != -1;)
        if (opt == OPT_CONFIG && config_load(&o->config, optarg, why, sizeof why) != OK)
            return fail(why);
    return OK;
}

/* What the platform said at enrolment beats what was set here. */
static enum err read_enrolled(struct options *o)
{
    char why[600];
    return enrol_config(&o->config, why, sizeof why) == OK ? OK : fail(why);
}

static enum err judge(const struct options *o)
{
    struct taste taste;
    if (theme_parse(o->config.theme, &taste) != OK)
        return fail("theme: wanted normal, large or xlarge, with +contrast if wished");
    return OK;
}

enum err options_read(struct options *o, int argc, char **argv)
{
    *o = (struct options){ 0 };
    config_init(&o->config);
    enum err e = read_file(o, argc, argv);
    opterr = 1;
    optind = 1;
    for (int opt; e == OK && (opt = getopt_long(argc, argv, "", table, NULL)) != -1;)
        e = one(o, opt);
    if (e == OK && optind < argc)
        e = fail("no words but options are understood; see huimin --help");
    if (e == OK)
        e = read_enrolled(o);
    return e == OK ? judge(o) : e;
}
