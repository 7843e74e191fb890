/* server_console.h - the clerks' page on an address of its own: terminals never meet it. */
#ifndef PLATFORM_SERVER_CONSOLE_H
#define PLATFORM_SERVER_CONSOLE_H

#include "hal/base/err.h"
#include "platform/conf.h"

/* Listens at conf.console. Errors as server_start. One thread for all of it: clerks are few, and
 * who waits for the disk or a password waits beside the terminals, not before them. */
struct server_console;
MUST_CHECK enum err server_console_start(const struct conf *c, struct server_console **out);
int server_console_port(const struct server_console *s);
void server_console_stop(struct server_console *s); /* accepts NULL */

#endif
