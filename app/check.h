/* check.h - every device and file the terminal leans on: name, state, what to do. */
#ifndef APP_CHECK_H
#define APP_CHECK_H

#include "app/config.h"

#include <stdbool.h>

struct check_line {
    const char *name, *state, *todo; /* todo: only when not well */
    bool well;
};
/* [ui] Those that can be looked at while the terminal runs, each within a millisecond or two. */
void check_running(const struct config *c, void (*tell)(void *ctx, const struct check_line *l),
                   void *ctx);
/* [ui] The readers of a running terminal, each for itself; NULL: none. */
struct readers;
void check_readers(struct readers *rs, void (*tell)(void *ctx, const struct check_line *l),
                   void *ctx);
/* [ui] The PIN pad of a running terminal; NULL: it was not started. */
struct pinpad;
void check_pinpad(struct pinpad *p, void (*tell)(void *ctx, const struct check_line *l), void *ctx);
/* [main] `huimin --check`: all of them, to stdout; the exit code: 0 all well, 1 something needs a
 * hand. */
int check_print(const struct config *c);
/* [main] `huimin --check-atr HEX` ("-": one a line from stdin): a line each, "ok" or "bad REASON"
 * and the historical bytes. The exit code: 0, or 2 for what is no hex. */
int check_atr(const char *hex);

#endif
