/* client.h - the other end of the control port, for the programs that play and check. */
#ifndef TESTS_TOOLS_LIB_CLIENT_H
#define TESTS_TOOLS_LIB_CLIENT_H

#include "hal/base/err.h"
#include "hal/json.h"

#include <stdbool.h>

struct client;
/* Waits up to ms for the socket to appear. ERR_TIMEOUT. */
MUST_CHECK enum err client_connect(const char *path, int ms, struct client **out);
/* One command and its answer (json_free it). ERR_CUT: huimin hung up; ERR_TIMEOUT: 60 s. */
MUST_CHECK enum err client_ask(struct client *c, const char *command, struct json **out);
/* The same; true when the answer said ok. Else, or without an answer, prints why. */
bool client_do(struct client *c, const char *command);
void client_close(struct client *c); /* accepts NULL */

#endif
