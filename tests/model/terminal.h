/* terminal.h - the terminal of the model: huimin's outbox and the heart of huimin-sync. */
#ifndef TESTS_MODEL_TERMINAL_H
#define TESTS_MODEL_TERMINAL_H

#include "hal/base/err.h"

#include <stdbool.h>

#define TERMINAL_DATA "/@t/data"

/* Once: the programs' settings, the root file, the terminal's keys made known to the platform. */
void terminal_make(void);

enum err terminal_box_open(void);
void terminal_box_close(void);
enum err terminal_sync_open(void);
void terminal_sync_close(void);
/* How large cache.db may grow, from the next start on. */
void terminal_cache_mb(int most);
/* One turn of huimin-sync's loop. */
void terminal_turn(void);
/* Somebody hands something in; poison: what the platform must refuse. huimin then nudges. */
void terminal_put(bool poison);

#endif
