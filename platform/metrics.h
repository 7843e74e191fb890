/* metrics.h - counts what the platform does, and writes it as Prometheus reads it. */
#ifndef PLATFORM_METRICS_H
#define PLATFORM_METRICS_H

#include "hal/base/arena.h"
#include "hal/wire_item.h"

#include <stdint.h>

/* One set of counters in a process, like its log; they begin at 0 with it. All of this is [any].
 * Nothing here names a person or a terminal. */

void metrics_begin(void); /* the server starts */
/* path as it came, with its query; status as sent, 0: cut before there was an answer. */
void metrics_request(const char *path, unsigned status, int64_t took_ms);
void metrics_item(enum wire_outcome outcome);
void metrics_question(const char *kind); /* one that was answered; kinds as in PROTOCOL.md */
void metrics_refused_card(const char *why);

/* Everything as text (format 0.0.4) in the arena, with what the database says now; of one that
 * cannot be read only that. NULL: no memory. */
const char *metrics_text(struct arena *a, const char *db_path);

#endif
