/* options.h - the command line of huimin, read over the config file. */
#ifndef APP_OPTIONS_H
#define APP_OPTIONS_H

#include "app/config.h"
#include "hal/base/err.h"

#include <stdbool.h>
#include <stdint.h>

#ifndef HUIMIN_VERSION
#define HUIMIN_VERSION "0.2"
#endif

struct options {
    struct config config;
    const char *control;   /* --control PATH, NULL = none */
    bool check;            /* --check */
    const char *check_atr; /* --check-atr HEX, NULL = not asked */
    bool staff_pin;        /* --staff-pin */
    const char *enrol;     /* --enrol SHEET, NULL = not asked */
    bool hold_clock;       /* --clock T */
    int64_t clock_ms;
};

/* [main] OK: go on. ERR_STOPPED: --help or --version was answered, exit 0. ERR_CONFIG: one line
 * said what is wrong on stderr, exit 2. */
MUST_CHECK enum err options_read(struct options *o, int argc, char **argv);

#endif
