/* outbox.h - what citizens entrusted to us: sealed items in DATA/outbox.db, until delivered.
 *
 * huimin adds items; huimin-sync delivers and marks them, and empties the box on the platform's
 * signed acknowledgement. Nothing here opens a box, and no row says whose it is or what it is. */
#ifndef APP_OUTBOX_H
#define APP_OUTBOX_H

#include "app/event.h"
#include "hal/base/arena.h"
#include "hal/base/err.h"
#include "hal/wire_item.h"

#include <stdbool.h>
#include <stdint.h>

enum outbox_state {
    OUTBOX_WAITING,
    OUTBOX_SENDING,
    OUTBOX_ACCEPTED,
    OUTBOX_REJECTED,
    OUTBOX_STUCK
};
const char *outbox_state_name(enum outbox_state s); /* stats.outbox: waiting … stuck */
/* stuck: waiting, and tried in vain for longer than this. */
enum { OUTBOX_STUCK_MS = 24 * 3600 * 1000, OUTBOX_ROWS = 200 };

struct outbox_counts {
    int waiting, sending, accepted, rejected, stuck;
};
/* One item as screens see it. Strings in the arena it was listed into. */
struct outbox_row {
    int64_t n, at_ms;
    char id[WIRE_ID + 1], receipt[WIRE_RECEIPT + 1], kind[WIRE_NAME_MAX];
    enum outbox_state state;
    int tries;
    int64_t next_ms;       /* when it is tried again; 0 = at the next chance */
    char reason[WIRE_WHY]; /* why not yet, or why refused: an err_name or the platform's code */
    char ref[WIRE_NAME_MAX];
    char case_state[WIRE_NAME_MAX]; /* "", received, accepted, returned */
    int64_t case_at_ms, delivered_ms;
    int pages, pages_done; /* photographed papers, and how many of them have arrived */
};

/* --- huimin --------------------------------------------------------------------------------- */
struct outbox;
/* [main] Opens (makes) outbox.db, loads the item key, starts the store thread. post is [any].
 * ERR_READONLY, ERR_FULL, ERR_CORRUPT (kept as it is: never moved or dropped), ERR_IO. */
MUST_CHECK enum err outbox_create(const char *data_dir, void (*post)(const struct event *ev),
                                  struct outbox **out);
void outbox_destroy(struct outbox *o); /* accepts NULL; finishes what was handed over */
/* [ui] Hands a sealed item over (all but n and sig is filled; box is copied). EV_SAVED with its n
 * and receipt follows after the commit, or EV_NOT_SAVED. ERR_BUSY: the inbox is full. */
MUST_CHECK enum err outbox_put(struct outbox *o, const struct wire_item *item);
/* [ui] The key whose public half goes into QR codes. */
const struct terminal_key *outbox_key(const struct outbox *o);
/* [ui] Reads of at most 2 ms, on a connection of their own. */
MUST_CHECK enum err outbox_counts(struct outbox *o, struct outbox_counts *out);
MUST_CHECK enum err outbox_list(struct outbox *o, struct arena *a, struct outbox_row **out_rows,
                                int *out_count); /* newest first, at most OUTBOX_ROWS */
MUST_CHECK enum err outbox_find(struct outbox *o, const char *receipt, struct outbox_row *out);
/* [ui] Is there room for one more item? ERR_FULL: refuse before a form is opened. */
MUST_CHECK enum err outbox_room(struct outbox *o);

/* --- huimin-sync: one thread, a store of its own -----------------------------------------------
 */
struct outbox_line;
MUST_CHECK enum err outbox_line_open(const char *data_dir, struct outbox_line **out);
void outbox_line_close(struct outbox_line *o); /* accepts NULL */
/* Marks what may go now as sending and returns it, in order of n, at most WIRE_POST_ITEMS and
 * WIRE_POST_MAX in all; items and boxes in the arena. */
MUST_CHECK enum err outbox_line_take(struct outbox_line *o, struct arena *a, int64_t now_ms,
                                     struct wire_item **out_items, int *out_count);
/* Nothing came back: all that was sending waits until next_ms, for this reason. */
MUST_CHECK enum err outbox_line_later(struct outbox_line *o, enum err why, int64_t next_ms);
/* Acknowledgements: each verified against the box as it lies here; one with a wrong signature is
 * ERR_SIGNATURE and changes nothing. */
MUST_CHECK enum err outbox_line_acks(struct outbox_line *o, const struct wire_ack *acks, int count,
                                     const struct wire_keyset *keys, int64_t now_ms);
/* States of cases and how far they were asked. */
MUST_CHECK enum err outbox_line_status_seq(struct outbox_line *o, int64_t *out_seq);
MUST_CHECK enum err outbox_line_statuses(struct outbox_line *o, const struct wire_status *rows,
                                         int count, int64_t seq);
/* When the next item is due (wall ms); 0: something is due now; -1: nothing waits. */
MUST_CHECK enum err outbox_line_due(struct outbox_line *o, int64_t *out_ms);

#endif
