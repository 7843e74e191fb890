/* sync_cache.h - where huimin-sync keeps its files: the data directory, cache.db, the spool. */
#ifndef APP_SYNC_CACHE_H
#define APP_SYNC_CACHE_H

#include "app/config.h"
#include "app/store.h"
#include "hal/base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* [main] Makes DATA (2770) and DATA/spool where absent. ERR_READONLY, ERR_FULL, ERR_IO. */
MUST_CHECK enum err cache_dirs(const struct config *c);
/* [main] Only one huimin-sync a data directory. ERR_BUSY: there is another. out_fd is kept open as
 * long as the program runs; -1 where no lock file can be made (read-only: nobody writes there). */
MUST_CHECK enum err cache_lock(const struct config *c, int *out_fd);
/* [main] Opens cache.db for writing. Absent: a copy of the seed, or an empty one, made under
 * another name and renamed. Damaged, or of another version: moved aside first (cache.db.bad).
 * out_replaced: readers must open it again. */
MUST_CHECK enum err cache_open(const struct config *c, struct store **out, bool *out_replaced);
/* [main] Moves a damaged cache.db (closed before) aside. Never unlinks what a reader has open. */
MUST_CHECK enum err cache_move_aside(const struct config *c);

/* [main] DATA/spool/<hash>.part */
void cache_spool_path(const struct config *c, const char *hash, char *out, size_t cap);
/* [main] Removes everything in the spool. */
void cache_spool_empty(const struct config *c);

#endif
