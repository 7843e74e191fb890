/* terminals.h - what the feed tells of a terminal: its item key, and whether it is shut out. */
#ifndef PLATFORM_TERMINALS_H
#define PLATFORM_TERMINALS_H

#include "platform/db_case.h"

struct input;
/* Its row goes out with the publication that is being made. */
MUST_CHECK enum err terminal_publish(const struct terminal *t, struct input *in);

#endif
