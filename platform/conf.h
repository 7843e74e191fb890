/* conf.h - the platform's settings: platform.conf, then the command line over it. */
#ifndef PLATFORM_CONF_H
#define PLATFORM_CONF_H

#include "hal/base/err.h"

#include <stdbool.h>

enum { CONF_TEXT = 1024 };

struct conf {
    char db[CONF_TEXT], keys[CONF_TEXT], feed[CONF_TEXT], listen[CONF_TEXT], area[32];
    char console[CONF_TEXT]; /* where the clerks' page listens; "": nowhere */
    char origin[CONF_TEXT];  /* how browsers name it behind a proxy: https://HOST; "": there is none
                              */
    int expires_days;
    bool only_proved; /* cards = proved: nobody is told anything with a card that is not */
};

void conf_default(struct conf *c);
/* Reads `key = value` lines. ERR_CONFIG, after one line on stderr: file, line, key, why. */
MUST_CHECK enum err conf_read(struct conf *c, const char *path);
/* One setting; ERR_NOT_FOUND: no such key, ERR_ARG: not a value for it, ERR_REFUSED: an address
 * with a password in it. */
MUST_CHECK enum err conf_set(struct conf *c, const char *key, const char *value);
/* The known key that is most like this one. */
const char *conf_nearest(const char *key);
/* Why conf_set did not take a value, in words; otherwise: for all that is not ERR_REFUSED. */
const char *conf_why(enum err e, const char *otherwise);

#endif
