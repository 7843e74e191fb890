/* server_slow.h - whoever takes longer than the deadline to say what they want is shown out. */
#ifndef PLATFORM_SERVER_SLOW_H
#define PLATFORM_SERVER_SLOW_H

#include "hal/base/err.h"

#include <microhttpd.h>
#include <stdint.h>

/* The library's timeout starts again with every byte, so a header that trickles would hold its
 * connection for ever. Here each connection stands in a list while its header is awaited; a thread
 * of its own shuts those that have been there for too long. */
struct slow;
MUST_CHECK enum err slow_start(int64_t deadline_ms, struct slow **out);
void slow_stop(struct slow *s); /* accepts NULL; after the daemon has ended */
/* [any] For MHD_OPTION_NOTIFY_CONNECTION, with the slow as closure. */
void slow_connection(void *cls, struct MHD_Connection *c, void **context,
                     enum MHD_ConnectionNotificationCode what);
/* [any] The header of a request is here; the next one is awaited. */
void slow_header_came(struct slow *s, struct MHD_Connection *c);
void slow_header_awaited(struct slow *s, struct MHD_Connection *c);

#endif
