/* console_kit.h - the clerks' page before the kit's platform, and calls as its page makes them. */
#ifndef TESTS_UNIT_CONSOLE_KIT_H
#define TESTS_UNIT_CONSOLE_KIT_H

#include "platform/clerk.h"
#include "platform/console.h"
#include "tests/unit/office_kit.h"

#define DESK_ORIGIN   "http://127.0.0.1:8430"
#define DESK_PASSWORD "ein gutes Wort"

/* Owner: the test, one at a time. q: what is sent with each call; a test spoils it. */
struct desk {
    struct office_kit *k;
    struct console *console;
    struct console_request q;
    struct console_reply reply;
    char cookie[96], token[65];
};
/* One with an account of each role by its name ("clerk" …) and "all" for all of them. */
struct desk *desk_start(const char *origin);
void desk_stop(struct desk *d);
/* The status; the answer is in d->reply.body. */
int desk_call(struct desk *d, const char *name, const char *json);
bool desk_login(struct desk *d, const char *name);
bool desk_says(const struct desk *d, const char *words);

#endif
