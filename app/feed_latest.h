/* feed_latest.h - keeps the table of last visits and last quotes in step with the prices. */
#ifndef APP_FEED_LATEST_H
#define APP_FEED_LATEST_H

#include "app/store.h"
#include "hal/base/arena.h"
#include "hal/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct latest_cell;

/* While one object is applied: what it says of each (good, place), in memory, so that 800,000 rows
 * cost a few thousand writes. Owner: the applier, for one transaction; memory from its arena.
 * Invariant: whole is false once something was not noted; then `latest` is made anew from price. */
struct latest {
    struct arena *arena;
    struct latest_cell *cell;
    size_t cap, used;
    bool whole;
};

void latest_start(struct latest *l, struct arena *a);
/* [owner] A row put (fen NULL: visited, no quote) or dropped. */
void latest_put(struct latest *l, int64_t day, int64_t good, int64_t place, const int64_t *fen);
void latest_drop(struct latest *l, int64_t day, int64_t good, int64_t place);
/* [owner] Rows came by another way. */
void latest_give_up(struct latest *l);
/* [owner] In the same transaction, after the rows. cleared: `latest` and price were empty before.
 */
MUST_CHECK enum err latest_finish(struct latest *l, struct store *s, bool cleared);

#endif
