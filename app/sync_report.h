/* sync_report.h - tells the platform how this terminal is (PROTOCOL.md "Report"). */
#ifndef APP_SYNC_REPORT_H
#define APP_SYNC_REPORT_H

#include "app/config.h"
#include "app/sync_post.h"
#include "app/sync_signed.h"
#include "hal/net.h"

#include <stdbool.h>
#include <stdint.h>

/* Owner: sync.c. One thread, a net of its own. Looked at once a minute, and when a device changed;
 * sent when something an operator would act on is other than last said, else once an hour: a poll
 * that finds nothing new stays as small as it was. No personal data. */
struct sync_report;
MUST_CHECK enum err sync_report_create(const struct config *c, struct sync_signed *sign,
                                       struct net *first, struct sync_report **out);
void sync_report_destroy(struct sync_report *r); /* accepts NULL */
/* What huimin says of its devices: names of states. */
void sync_report_devices(struct sync_report *r, const char *reader, const char *printer);
/* Takes an answer that came, sends what is to be sent. online: the platform was reached last. */
void sync_report_turn(struct sync_report *r, const struct sync_post *post, bool online,
                      int64_t index_n);

#endif
