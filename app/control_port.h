/* control_port.h - the socket of the control port: lines in, answers out, one client at a time. */
#ifndef APP_CONTROL_PORT_H
#define APP_CONTROL_PORT_H

#include "hal/base/err.h"
#include "hal/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CONTROL_LINE = 4096 }; /* with its LF */

struct control_port;
/* [main] Binds under a temporary name. wake ([any]) is called when something came. ERR_ARG: path
 * too long; ERR_IO. */
MUST_CHECK enum err control_port_create(const char *path, void (*wake)(void),
                                        struct control_port **out);
/* [ui] Renames to path and starts the thread. ERR_IO. */
MUST_CHECK enum err control_port_open(struct control_port *p);
/* [ui] The next command, without its LF; the one before must be answered. */
bool control_port_take(struct control_port *p, char line[CONTROL_LINE]);
/* [ui] Whether the one who asked has hung up meanwhile. */
bool control_port_gone(struct control_port *p);
/* [ui] Takes over the text of w and leaves it empty. */
void control_port_answer(struct control_port *p, struct json_out *w);
/* [ui] From now on a probe every 10 ms, or none. */
void control_port_probe(struct control_port *p, bool on);
/* [ui] When the probe still open was posted (timer clock, us) and closes it; 0 = none. */
int64_t control_port_probe_taken(struct control_port *p);
/* [ui] Sends what is still to be sent. Accepts NULL. */
void control_port_destroy(struct control_port *p);

#endif
