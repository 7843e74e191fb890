/* check.h - `huimin --check`: one line per device and file: name, state, what to do. */
#ifndef APP_CHECK_H
#define APP_CHECK_H

#include "app/config.h"

/* [main] Prints to stdout; the exit code: 0 all well, 1 something needs a hand. */
int check_print(const struct config *c);

#endif
