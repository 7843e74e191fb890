/* update.h - a new system for the appliances is laid beside the feed. */
#ifndef PLATFORM_UPDATE_H
#define PLATFORM_UPDATE_H

#include "hal/base/err.h"
#include "hal/wire_update.h"

/* Copies a bundle into FEED/update: first the bundle, then its head, so that whoever sees the head
 * finds the rest. Form and hashes are checked; who signed it is for the terminals to judge. The
 * bundle before it stays, for those that are in the middle of it. ERR_FORMAT, ERR_CUT, ERR_TOO_BIG
 * (it goes on behind its end), ERR_HASH; ERR_ROLLBACK: a newer one is published. */
MUST_CHECK enum err update_publish(const char *feed, const char *bundle, struct wire_update *out);

#endif
