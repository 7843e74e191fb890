/* sync_query.h - a citizen's sealed question to the platform and the sealed answer back.
 *
 * Both are boxes to huimin-sync: it can open neither, keeps neither and logs neither. */
#ifndef APP_SYNC_QUERY_H
#define APP_SYNC_QUERY_H

#include "app/sync_signed.h"
#include "app/sync_sock.h"
#include "hal/base/err.h"
#include "hal/net.h"

#include <stdbool.h>
#include <stdint.h>

enum { SYNC_QUERY_S = 10, SYNC_QUERY_KNOWN_OFFLINE_S = 3 };

/* Owner: sync.c. One question at a time; a second one takes the place of the first, which is then
 * not answered. */
struct sync_query;
MUST_CHECK enum err sync_query_create(struct sync_signed *sign, struct net *first,
                                      struct sync_query **out);
void sync_query_destroy(struct sync_query *q); /* accepts NULL */

/* Inside the order callback: q is answered later, to that client only. */
void sync_query_ask(struct sync_query *q, const struct sync_order *o);
/* Sends, takes what came, answers. cut: a test pretends that there is no line; offline: the last
 * poll found none. True: the platform answered. */
bool sync_query_turn(struct sync_query *q, struct sync_sock *sock, bool cut, bool offline);
bool sync_query_waiting(const struct sync_query *q); /* turn has something to send */

#endif
