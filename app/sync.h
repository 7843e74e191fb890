/* sync.h - the heart of huimin-sync: when to ask the platform, and what to do with the answer. */
#ifndef APP_SYNC_H
#define APP_SYNC_H

#include "app/config.h"
#include "hal/base/err.h"

#include <stdbool.h>

/* Polls every poll_s at a phase of its own; after a fault waits min(3 poll_s, rand(2 s, 3 x the
 * wait before)) or what Retry-After says. One thread; returns when `stop_fd` (a signalfd) is
 * readable, or with `once` after the first poll. Every fault but the lock's is a state on sync.sock
 * and one log line, not an end. Returns OK; with once how the poll went; ERR_BUSY: another one runs
 * here; ERR_STOPPED: this terminal was enrolled just now, read its config anew and run again. */
MUST_CHECK enum err sync_run(const struct config *c, bool once, int stop_fd);

/* [any] The next wait after a fault, for prev_ms before it (0 = first) and a random number. */
int sync_backoff_ms(int prev_ms, int poll_s, unsigned random);

#endif
