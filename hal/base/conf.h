/* conf.h - small texts of `key = value` lines: one value changed, all else left as it stands. */
#ifndef HAL_BASE_CONF_H
#define HAL_BASE_CONF_H

#include "hal/base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* [any] NULL: a config file can say this value and it comes back as it is; else why not, in a few
 * words ("has a line break"). */
const char *conf_unsayable(const char *value);
/* [any] Sets a key in a text of at most cap - 1 bytes: its last line is changed (a comment behind
 * the value stays), or one is added at the end. ERR_FORMAT: the value cannot be said;
 * ERR_TOO_BIG: no room, or the line would be longer than config files take. Then the text is as it
 * was. */
MUST_CHECK enum err conf_put(char *text, size_t cap, const char *key, const char *value);
/* [any] Cuts the next line off *text, which is written into: key and value without the blanks
 * around them; comments and empty lines are passed over. False at the end. A line without "=" gives
 * a value of NULL. */
bool conf_next(char **text, char **out_key, char **out_value);

#endif
